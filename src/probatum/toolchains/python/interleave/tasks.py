"""Runs a program's tasks one at a time: a task goes on until it awaits, and the schedule says which one goes on next.

Standard library only; loaded by path into the worker host. Coroutines are resumed by hand, in one thread, so between
two awaits nothing else happens: a step is all that a task does until its next await of a primitive. What it touches is
known when it is over: the accesses that a rewritten source announces (see `instrument`) are noted as they come.
"""

import contextlib
import types

from probatum.toolchains.python.interleave.baton import (
    BEGIN,
    BEGINS,
    INSIDE,
    PAUSE,
    PAUSES,
    RETURNS,
    UNCLEAR,
    Baton,
    Slot,
    WaitsForever,
)

MOST_LOOKS = 3
"""How often a task may sleep again, in the same state and without a change, while nobody else does anything: a loop
that polls then waits for the others."""
ATOMS = frozenset((int, str, bytes, bool, float))


class CancelledError(BaseException):
    """What a call is told that is cancelled while it waits."""


class Turn:
    """What a primitive's await hands to the scheduler."""

    __slots__ = ()


TURN = Turn()


@types.coroutine
def turn():
    """Suspend the task that awaits this."""
    yield TURN


class Task(Slot):
    """One task of a run."""

    __slots__ = ("answer", "at", "awaits", "looks", "routine", "standing", "thrown")

    def reset(self, calls):
        super().reset(calls)
        self.at, self.routine, self.answer, self.thrown = 0, None, None, None
        self.looks, self.standing, self.awaits = 0, None, 0
        self.done = not calls


class Tasks(Baton):
    """The scheduler of tasks. Outside of a run a coroutine is run to its end; a wait that cannot end is an error."""

    def __init__(self):
        super().__init__()
        self.asked = None  # what the primitive that suspends the running task waits for
        self.noted: tuple[int, ...] = ()
        self.held = False  # whether a task that polls has to wait for the others before the next step
        self.blind = False  # whether the source does not say what it changes: then anything may have changed it
        self.where = None  # tells the line at which a coroutine stands, where that is to be told
        self.left_over = []
        self.cancels = 0  # the await at which the first call of the first task is cancelled; 0: it is not

    def grow(self, count, before=None):
        """Have at least ``count`` tasks; none needs a thread."""
        while len(self.slots) < count:
            self.slots.append(Task(len(self.slots)))

    def ask(self, label, enabled, kind, touches):
        """What the primitive that is about to suspend its task waits for."""
        self.asked = (label, enabled, kind, touches)

    def step(self, label, enabled=None, kind=INSIDE, writes=False, touches=UNCLEAR):
        """Note what the running task touches: nothing comes in between."""
        if self.active:
            self.noted += UNCLEAR if self.slots[self.current].unclear else touches
            if writes:
                self.wrote()

    def alone(self, awaited):
        """The value of something awaited, with no other task running: raises `WaitsForever` where that would end it."""
        routine = awaiting(awaited)
        send, value = routine.send, None
        while True:
            try:
                said = send(value)
            except StopIteration as end:
                return end.value
            (_, enabled, _, _), problem = self._asked(said)
            send, value = (routine.send, None) if problem is None else (routine.throw, problem)
            if enabled is not None and not enabled():
                self.left_over.append(routine)  # not closed here: nothing of it may happen after the call
                raise WaitsForever("does not return: it waits, and no other task runs that could end the wait")

    def _asked(self, said):
        """What a suspended task waits for, and the error that it gets where it yielded something else."""
        asked, self.asked = self.asked, None
        if said is TURN and asked is not None:
            return asked, None
        if said is None:  # a bare yield lets the others go, as in asyncio
            return ("yield", None, PAUSE, ()), None
        return ("yield", None, INSIDE, ()), RuntimeError(f"a task yielded a {type(said).__name__}: nothing to await")

    def run(self, threads, schedule, most, priorities=None):
        """Run tasks (lists of functions that give a coroutine for a call, and the answer of its outcome) by a schedule;
        see `Baton.run`."""
        self.grow(len(threads))
        self.begin(threads, schedule, most, priorities)
        self.held = False
        while (chosen := self._choose()) is not None:
            self._go_on(self.used[chosen])
        self.active = False
        self._close()

    def _go_on(self, slot):
        """Let a task run until it awaits or its call returns."""
        polls, before, self.noted = slot.kind == PAUSE, self.changes, ()
        held, self.held = PAUSES * self.held, False
        if self.blind:
            self.wrote()
        if slot.routine is None:
            self.events.append((slot.number, slot.at, None))
            slot.routine, slot.answer = slot.calls[slot.at]()
        problem, slot.thrown = slot.thrown, None
        try:
            said = slot.routine.send(None) if problem is None else slot.routine.throw(problem)
        except StopIteration as end:
            self._returned(slot, end.value, None)
        except BaseException as raised:  # noqa: BLE001 - whatever a call raises is its answer
            self._returned(slot, None, raised)
        else:
            (label, slot.enabled, slot.kind, slot.touches), slot.thrown = self._asked(said)
            slot.awaits += 1
            if slot.awaits == self.cancels and slot.number == slot.at == 0:
                label, slot.enabled, slot.kind, slot.thrown = "cancelled", None, INSIDE, CancelledError()
            slot.label = label if self.where is None else self.where(slot.routine, label)
        self._looked(slot, polls and slot.kind == PAUSE and self.changes == before)
        self.touched[-1] = tuple(dict.fromkeys(self.touched[-1] + self.noted + held))

    def _looked(self, slot, slept_again):
        """Count looks that change nothing; anything else lets those look again who had to wait."""
        before, slot.standing = slot.standing, standing(slot.routine) if slot.kind == PAUSE else None
        if not slept_again:
            for other in self.used:
                other.looks = 0
        elif same(before, slot.standing):
            slot.looks += 1
        else:
            slot.looks = 0

    def _returned(self, slot, value, problem):
        self.asked = None
        answer, slot.routine = slot.answer(value, problem), None
        self.events.append((slot.number, slot.at, answer))
        self.noted += RETURNS
        slot.at += 1
        slot.done = slot.at == len(slot.calls)
        slot.label, slot.enabled, slot.kind, slot.touches = 0, None, BEGIN, BEGINS

    def note(self, touches):
        """Note what is touched besides."""
        self.noted += touches

    def _inside(self, slot):
        return slot.kind != BEGIN

    def _may(self, slot):
        if slot.kind == PAUSE and slot.looks >= MOST_LOOKS:
            self.held = True
            return False
        return slot.enabled is None or slot.enabled()

    def _close(self):
        """End the tasks that are left, one after the other; what they do then is seen by nobody."""
        for slot in self.used:
            if slot.routine is not None:
                self._end(slot.routine)
                slot.routine = None
        if self.held and self.touched:
            self.touched[-1] += PAUSES

    def forget(self):
        """End the calls of earlier runs that wait for ever."""
        for routine in self.left_over:
            self._end(routine)
        self.left_over = []

    def _end(self, routine):
        with contextlib.suppress(BaseException):  # the run is over; what an ending task raises says nothing of it
            routine.close()


async def awaiting(awaited):
    """The value of something awaited."""
    return await awaited


def frames(routine):
    """The frames in which a suspended coroutine stands, outermost first."""
    at = routine
    while at is not None:
        frame = getattr(at, "cr_frame", None) or getattr(at, "gi_frame", None)
        if frame is not None:
            yield frame
        at = getattr(at, "cr_await", None) or getattr(at, "gi_yieldfrom", None)


def line_of(routine):
    """The line of the candidate at which a suspended coroutine stands; 0 where it stands in none."""
    lines = [frame.f_lineno for frame in frames(routine) if frame.f_code.co_filename == "sut.py"]
    return lines[-1] if lines else 0


def standing(routine):
    """Where a suspended coroutine stands, and what its variables hold."""
    found = []
    for frame in frames(routine):
        found += [frame.f_code, frame.f_lasti, *frame.f_locals.values()]
    return found


def same(before, now):
    """Whether two states of a coroutine are the same: the same objects, or equal values of a plain type."""
    if before is None or len(before) != len(now):
        return False
    return all(a is b or (type(a) is type(b) and type(a) in ATOMS and a == b) for a, b in zip(before, now, strict=True))
