"""Every interleaving of a program, up to the order of steps that do not touch the same things.

Dynamic partial-order reduction (Flanagan and Godefroid, POPL 2005) with sleep sets (Godefroid 1996), without a bound on
preemptions. Runs are made elsewhere, one after the other; each says of every step what it touches. Where two steps of
two threads are dependent and their order is not settled by what came before the later one, the other order is run,
too. An order of independent steps alone is run once.

What must come out the same in every order of independent steps: each thread's answers, and which call had returned
before which began. So the end of a call and the beginning of another are dependent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

ANYTHING, PAUSES, DEEP, REPLACES, BEGINS, RETURNS = -1, -2, -3, -4, -5, -6
"""Marks among what a step touches: unknown; waits for any change; reads containers within containers; changes a
container; begins a call; returns from one. Other numbers are objects: 2n is read, 2n+1 is written."""
MOST_OBJECTS = 10_000

Access = tuple[int, int]
"""Two sets of bits: steps are dependent where one's first meets the other's second."""
NOTHING: Access = (0, 0)
NOBODY = -1


def access_of(touches: Sequence[int]) -> Access:
    """What a step touches as sets of bits; raises ValueError for numbers that mean nothing."""
    writes = reads = 0
    for code in touches:
        if code >= 0:
            if code > MOST_OBJECTS:
                raise ValueError("a run that touches too many objects")
            reads |= (1 << (3 + code // 2)) | 1
            writes |= (1 << (3 + code // 2)) if code % 2 else 0
        elif code in (ANYTHING, PAUSES):
            writes, reads = writes | 1, reads | 1
        elif code == DEEP:
            reads |= 3
        elif code == REPLACES:
            writes |= 2
        elif code == BEGINS:
            writes |= 4
        elif code == RETURNS:
            reads |= 4
        else:
            raise ValueError("an unknown mark")
    return writes, reads


def dependent(one: Access, other: Access) -> bool:
    """Whether the order of two steps of two threads may matter."""
    return bool(one[0] & other[1] or one[1] & other[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A step that was taken: by whom, what it touches, and who could have acted."""

    thread: int
    access: Access
    enabled: tuple[int, ...]


@dataclass(slots=True, kw_only=True)
class Node:
    """A state on the way of the current run, with the step that was taken there."""

    enabled: tuple[int, ...]
    thread: int
    access: Access = NOTHING
    before: int = 0
    """The steps that happened before this one, as bits, itself among them."""
    wanted: set[int] = field(default_factory=set)
    """Threads that must act here in some run."""
    done: dict[int, Access] = field(default_factory=dict)
    """Threads that acted here in runs that are over."""
    asleep: Mapping[int, Access] = field(default_factory=dict)
    """Threads whose step here leads to nothing that was not seen."""

    def left(self) -> Iterator[int]:
        """Threads that are still to act here."""
        return (thread for thread in sorted(self.wanted) if thread not in self.done and thread not in self.asleep)

    def after(self) -> dict[int, Access]:
        """The threads that are asleep behind the step taken here: those whose step is independent of it."""
        known = {**self.asleep, **self.done}
        return {t: a for t, a in known.items() if t != self.thread and not dependent(a, self.access)}


class Reduced:
    """The schedules still to run, one after the other: `take` one, run it, `add` what happened."""

    def __init__(self) -> None:
        self.path: list[Node] = []
        self.begun = False
        self.writers: dict[int, int] = {}
        """Per bit of the first set of an access, the steps of the way that have it, as bits."""
        self.readers: dict[int, int] = {}
        """The same of the second set."""

    def take(self) -> tuple[int, ...] | None:
        """The acting threads of the first steps of the next run; None when every interleaving was covered."""
        if not self.begun:
            self.begun = True
            return ()
        while self.path:
            node = self.path[-1]
            following = next(node.left(), None)
            if following is not None:
                node.thread = following
                return tuple(n.thread for n in self.path)
            self.path.pop()
        return None

    def add(self, run: Sequence[Event], left: Mapping[int, Access]) -> None:
        """Note a run by the schedule taken last. ``left``: what the next steps of threads that did not end touch."""
        start, pending = max(0, len(self.path) - 1), dict(left)
        self._forget(start)
        for place in range(start, len(run)):
            if place >= len(self.path) and not self._further(run[place]):
                pending |= _first_steps(run[place:])
                break
            node, event = self.path[place], run[place]
            node.access = node.done[event.thread] = event.access
            node.before = self._races(place, event.thread, event.access) | 1 << place
            self._remember(place, event.access)
        place = sum(node.thread != NOBODY for node in self.path)
        for thread, access in pending.items():
            self._races(place, thread, access)

    def _forget(self, place: int) -> None:
        """Steps from a place on are others now."""
        kept = (1 << place) - 1
        for table in (self.writers, self.readers):
            for bit in table:
                table[bit] &= kept

    def _remember(self, place: int, access: Access) -> None:
        for table, bits in zip((self.writers, self.readers), access, strict=True):
            for bit in _ones(bits):
                table[bit] = table.get(bit, 0) | 1 << place

    def _dependent(self, access: Access) -> int:
        """The steps of the way that depend on such a step, as bits."""
        found = 0
        for table, bits in zip((self.readers, self.writers), access, strict=True):
            for bit in _ones(bits):
                found |= table.get(bit, 0)
        return found

    def _further(self, event: Event) -> bool:
        """A new state at the end of the way; False where the step taken there leads to nothing new."""
        asleep = self.path[-1].after() if self.path else {}
        new = event.thread not in asleep
        node = Node(enabled=event.enabled, thread=event.thread if new else NOBODY, asleep=asleep)
        node.wanted = {event.thread} if new else {t for t in event.enabled if t not in asleep}
        self.path.append(node)
        return new

    def _previous(self, place: int, thread: int) -> int:
        """The steps that happened before the last one of a thread, itself among them."""
        return next((node.before for node in reversed(self.path[:place]) if node.thread == thread), 0)

    def _races(self, place: int, thread: int, access: Access) -> int:
        """Want the other order of each earlier step that this one does not follow for another reason; the steps that
        happened before it.

        What did not follow the earlier step could have come before it: one of the threads that could have begun with
        that is wanted there. Where none of them could act, everybody is.
        """
        before = previous = self._previous(place, thread)
        earlier = self._dependent(access)
        for at in _ones(earlier):
            before |= self.path[at].before
        for at in _ones(earlier & ~previous):
            node = self.path[at]
            firsts = self._firsts(at, place, thread, before)
            if not firsts & node.wanted:
                able = firsts & set(node.enabled)
                node.wanted |= {thread} if thread in able else {min(able)} if able else set(node.enabled)
        return before

    def _firsts(self, at: int, place: int, thread: int, before: int) -> set[int]:
        """The threads that could begin what did not follow the step ``at``, up to a step of a thread at a place."""
        among, begun, firsts = 0, set(), set()
        for k in range(at + 1, place):
            node = self.path[k]
            if node.before >> at & 1:
                continue
            if node.thread not in begun and not node.before & among:
                firsts.add(node.thread)
            begun.add(node.thread)
            among |= 1 << k
        return firsts | ({thread} if thread not in begun and not before & among else set())


def _ones(bits: int) -> Iterator[int]:
    """The numbers of the bits that are set, lowest first."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _first_steps(run: Sequence[Event]) -> dict[int, Access]:
    found: dict[int, Access] = {}
    for event in run:
        found.setdefault(event.thread, event.access)
    return found
