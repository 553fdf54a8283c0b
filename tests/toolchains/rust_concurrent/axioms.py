"""What C++20 allows of a small program: every choice of what loads find and of modification orders that breaks no
axiom.

Written to [intro.races] and [atomics.order]: coherence, atomicity of exchanges, and one order of the sequentially
consistent accesses that agrees with *strongly happens before* and *coherence-ordered before*. What comes before a load
and is stored later (load buffering) is left out, as in Loom.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from probatum.judge.schedules.programs import Call

WEAK, ACQUIRE, STRONG = 0, 1, 2
Pairs = set[tuple[int, int]]


@dataclass(slots=True, kw_only=True)
class Access:
    """``old``: what an exchange must find to store; ``value``: what it stores, None for nothing."""

    thread: int
    kind: str
    place: int
    order: int
    value: int | None = None
    old: int | None = None
    told: bool = True
    finds: int = -1
    found: int = 0

    @property
    def reads(self) -> bool:
        return self.kind in ("load", "swap", "change")

    @property
    def writes(self) -> bool:
        return self.kind in ("store", "swap") or (self.kind == "change" and self.found == self.old)


@dataclass(slots=True)
class Execution:
    """The accesses of all threads, the first two of which make the places, what is ordered in each thread, and where a
    lock is taken and given back."""

    accesses: list[Access]
    own: Pairs = field(default_factory=set)
    held: list[tuple[int, int]] = field(default_factory=list)


def execution_of(threads: Sequence[Sequence[Call]]) -> Execution:
    made = [Access(thread=-1, kind="store", place=place, order=WEAK, value=0) for place in (0, 1)]
    own: Pairs = set()
    held: list[tuple[int, int]] = []
    for thread, calls in enumerate(threads):
        first = len(made)
        for kind, (place, order, *values) in calls:
            value = values[-1] if values else None
            old = values[0] if kind == "change" else None
            if kind == "locked":
                held.append((len(made), len(made) + 3))
                made += locked(thread, place, order, value)
                continue
            made.append(Access(thread=thread, kind=kind, place=place, order=order, value=value, old=old))
        own |= {(a, b) for a in range(first, len(made)) for b in range(a + 1, len(made))}
    own |= {(a, b) for a in (0, 1) for b in range(2, len(made))}
    return Execution(made, own, held)


def locked(thread: int, place: int, order: int, value: int | None) -> Iterator[Access]:
    """Under the lock: something is put in one place, and the other is looked at."""
    yield Access(thread=thread, kind="lock", place=-1, order=WEAK, told=False)
    yield Access(thread=thread, kind="store", place=place, order=order, value=value, told=False)
    yield Access(thread=thread, kind="load", place=1 - place, order=order)
    yield Access(thread=thread, kind="unlock", place=-1, order=WEAK, told=False)


def closed(pairs: Pairs, size: int) -> Pairs:
    """The transitive closure."""
    later = [0] * size
    for a, b in pairs:
        later[a] |= 1 << b
    for middle in range(size):
        for a in range(size):
            if later[a] >> middle & 1:
                later[a] |= later[middle]
    return {(a, b) for a in range(size) for b in range(size) if later[a] >> b & 1}


def acyclic(pairs: Pairs, size: int) -> bool:
    return all(a != b for a, b in closed(pairs, size))


def allowed(threads: Sequence[Sequence[Call]]) -> set[tuple[tuple[int, int | None], ...]]:
    """The answers that may be: each with its thread, in the order of the threads."""
    ran = execution_of(threads)
    answers = set()
    for _ in findings(ran):
        told = tuple((a.thread, a.found if a.reads else None) for a in ran.accesses[2:] if a.told)
        if told not in answers and any(
            consistent(ran, orders, given) for given in handings(ran) for orders in modification_orders(ran)
        ):
            answers.add(told)
    return answers


def findings(ran: Execution) -> Iterator[None]:
    """Every choice of what the loads find, of stores that are made."""
    loads = [at for at, access in enumerate(ran.accesses) if access.reads]
    sources = [
        [at for at, a in enumerate(ran.accesses) if a.value is not None and a.place == ran.accesses[load].place]
        for load in loads
    ]
    for chosen in itertools.product(*sources):
        for load, source in zip(loads, chosen, strict=True):
            ran.accesses[load].finds = source
            ran.accesses[load].found = ran.accesses[source].value or 0
        if all(ran.accesses[source].writes and source != load for load, source in zip(loads, chosen, strict=True)):
            yield


def handings(ran: Execution) -> Iterator[Pairs]:
    """Every order in which the lock is held: from who gives it back to who takes it later."""
    for held in itertools.permutations(ran.held):
        given = {(back, taken) for at, (_, back) in enumerate(held) for taken, _ in held[at + 1 :]}
        if acyclic(ran.own | given, len(ran.accesses)):
            yield given


def modification_orders(ran: Execution) -> Iterator[list[list[int]]]:
    """Every order of the stores to each place."""
    stores = [[at for at, a in enumerate(ran.accesses) if at > 1 and a.writes and a.place == p] for p in (0, 1)]
    for first in itertools.permutations(stores[0]):
        for second in itertools.permutations(stores[1]):
            yield [[0, *first], [1, *second]]


def consistent(ran: Execution, orders: list[list[int]], given: Pairs) -> bool:
    size, accesses = len(ran.accesses), ran.accesses
    finds = {(a.finds, at) for at, a in enumerate(accesses) if a.reads}
    if not acyclic(ran.own | given | finds, size):
        return False
    order = {(a, b) for stores in orders for at, a in enumerate(stores) for b in stores[at + 1 :]}
    place = {at: (stores, stores.index(at)) for stores in orders for at in stores}
    for at, access in enumerate(accesses):
        if access.reads and access.writes and place[at][1] != place[access.finds][1] + 1:
            return False
    before = {(load, b) for source, load in finds for a, b in order if a == source and b != load}
    coherence = closed(finds | order | before, size)
    with_ = synchronized(ran, finds) | given
    happens = closed(ran.own | with_, size)
    if any((b, a) in coherence for a, b in happens) or any(a == b for a, b in happens | coherence):
        return False
    return acyclic(one_order(ran, happens, with_, coherence), size)


def synchronized(ran: Execution, finds: Pairs) -> Pairs:
    """A release and who acquires what it stored, or what exchanges made of that."""
    source = {load: at for at, load in finds}
    found: Pairs = set()
    for load, at in source.items():
        if ran.accesses[load].order < ACQUIRE:
            continue
        while True:
            if ran.accesses[at].order >= ACQUIRE:
                found.add((at, load))
            if not (ran.accesses[at].reads and ran.accesses[at].writes):
                break
            at = source[at]
    return found


def one_order(ran: Execution, happens: Pairs, with_: Pairs, coherence: Pairs) -> Pairs:
    """What is ordered among the sequentially consistent accesses."""
    strong = {at for at, access in enumerate(ran.accesses) if access.order == STRONG}
    size = len(ran.accesses)
    strongly = set(ran.own) | {(a, b) for a, b in with_ if a in strong and b in strong}
    for a, b in ran.own:
        for c, d in ran.own:
            if b == c or (b, c) in happens:
                strongly.add((a, d))
    strongly = closed(strongly, size)
    return {(a, b) for a, b in strongly | coherence if a in strong and b in strong}
