"""Runs a program's threads one at a time: a thread announces every step, and the schedule says who takes the next.

Standard library only; loaded by path into the worker host. Real threads hand a baton to each other, so a candidate's
own call stacks, comparisons and context managers are run as they are. The thread that holds the baton makes the
decision itself: where it goes on, nothing is switched.
"""

import _thread
import contextlib

BEGIN, INSIDE, PAUSE = 0, 1, 2
"""Where a step stands: before a call, within one, within one and waiting for others to do something."""
UNCLEAR, PAUSES, BEGINS, RETURNS = (-1,), (-2,), (-5,), (-6,)
"""What steps touch, where it is no object (see `reduce`)."""
CLOSINGS = 50
"""Steps at which a thread left over is ended again before it is given up."""
LOOKS = 12
"""Times in a run that a loop which waits may look again although nothing changed."""


class Ended(BaseException):
    """Unwinds a thread that is left when its run is over."""


class WaitsForever(RuntimeError):
    """A wait that nobody can end, because no other thread runs."""


class Slot:
    """One thread of a run."""

    __slots__ = (
        "calls",
        "done",
        "enabled",
        "gate",
        "kind",
        "label",
        "number",
        "own",
        "raised",
        "seen",
        "stuck",
        "touches",
        "unclear",
        "writes",
    )

    def __init__(self, number):
        self.number = number
        self.gate = _thread.allocate_lock()
        self.gate.acquire()
        self.stuck = False

    def reset(self, calls):
        self.calls = calls
        self.done = False
        self.raised = 0
        self.label, self.enabled, self.kind, self.writes = 0, None, BEGIN, False
        self.touches, self.unclear = BEGINS, 0
        self.own, self.seen = 0, 0  # changes it made; changes by others when its waiting loop last looked


class Baton:
    """The scheduler. Outside of a run it is idle: steps just happen, and a wait that cannot end is an error."""

    def __init__(self):
        self.active = False
        self.ending = False
        self.slots = []
        self.used = []
        self.main = _thread.allocate_lock()
        self.main.acquire()
        self.lost = 0
        self.current = -1
        self.count = self.changes = self.looks = 0
        self.looked = -1
        self.objects = {}

    def grow(self, count, before=None):
        """Have at least ``count`` threads; each runs ``before`` first (a worker's threads lock themselves)."""
        while len(self.slots) < count:
            slot = Slot(len(self.slots))
            _thread.start_new_thread(self._serve, (slot, before))
            self.main.acquire()  # until it is locked
            self.slots.append(slot)

    def _serve(self, slot, before):
        if before is not None:
            before()
        self.main.release()
        while True:
            slot.gate.acquire()
            with contextlib.suppress(Ended):
                self._calls(slot)
            slot.done = True
            self._leave(slot)

    def _calls(self, slot):
        """The calls of a thread. It was handed the baton for the step that begins the first."""
        for number, make in enumerate(slot.calls):
            if self.ending:
                raise Ended
            if number:
                self.step(0, None, BEGIN, touches=BEGINS)
            self.events.append((slot.number, number, None))
            answer = make()
            if self.ending:
                raise Ended
            self.events.append((slot.number, number, answer))
            self.note(RETURNS)

    def _leave(self, slot):
        """Hand the baton on after the last step of a thread."""
        chosen = None if self.ending else self._choose()
        if chosen is None:
            self.main.release()
        else:
            self.slots[chosen].gate.release()

    def step(self, label, enabled=None, kind=INSIDE, writes=False, touches=UNCLEAR):
        """Announce a step and return when it is to be taken. ``enabled`` says whether it could be taken now;
        ``writes``: it may change what others look at; ``touches``: the objects it reads and writes (see `reduce`)."""
        if not self.active:
            if enabled is not None and not enabled():
                raise WaitsForever("this call waits, and no other thread runs that could end it")
            return
        slot = self.slots[self.current]
        if self.ending:
            self._end(slot)
        slot.label, slot.enabled, slot.kind, slot.writes = label, enabled, kind, writes
        slot.touches = UNCLEAR if slot.unclear and kind != PAUSE else touches
        chosen = self._choose()
        if chosen is None:
            self.main.release()
        elif chosen != slot.number:
            self.slots[chosen].gate.release()
        else:
            return
        slot.gate.acquire()
        if self.ending:
            self._end(slot)

    def read(self, thing, what=""):
        """How `step` is told that an object is read. What of it: its contents, an attribute by name."""
        return (2 * self._number(thing, what),)

    def write(self, thing, what=""):
        """How `step` is told that an object is written."""
        return (2 * self._number(thing, what) + 1,)

    def _number(self, thing, what):
        """The same number for the same thing throughout a run, and in every run that begins alike. Each is kept until
        the next run, so that no other takes its place."""
        return self.objects.setdefault((id(thing), what), (len(self.objects), thing))[0]

    def left(self):
        """Threads that did not end, with what their next steps touch."""
        return [(slot.number, slot.touches) for slot in self.used if not slot.done]

    def _end(self, slot):
        """End a thread that is left; one that will not end is parked for good."""
        slot.raised += 1
        if slot.raised > CLOSINGS:
            slot.stuck = True
            self.lost += 1
            self.main.release()
            while True:
                slot.gate.acquire()
        raise Ended

    def _choose(self):
        """The thread that takes the next step; None when none can, or the run was long enough."""
        waiting = [slot for slot in self.used if not slot.done]
        enabled = [slot for slot in waiting if self._may(slot)] or self._looking_again(waiting)
        if not enabled:
            self.how = "deadlock" if waiting else "finished"
            return None
        numbers = [slot.number for slot in enabled]
        last, place = self.current, self.count
        if place >= self.most:  # beyond what is searched: fairly, to see whether it ends at all
            if place >= 2 * self.most:
                self.how = "unfinished"
                return None
            self.tail = True
            chosen = min(numbers, key=lambda number: (number <= last, number))
        else:
            chosen = self._by_schedule(numbers, place, last)
            if chosen is None:
                return None
            inside = [slot.number for slot in enabled if self._inside(slot)]
            self.taken.append((chosen, numbers, inside, self.slots[chosen].label))
        self.count += 1
        self.current = chosen
        slot = self.slots[chosen]
        self.touched.append(slot.touches)
        if slot.writes:
            self.wrote()
        if slot.kind != INSIDE:
            slot.seen = self.changes - slot.own
        return chosen

    def wrote(self):
        """Note that the acting thread changed what others may look at."""
        if self.active:
            self.changes += 1
            self.slots[self.current].own += 1

    def _looking_again(self, waiting):
        """Nothing changed since the loops that wait looked: they take turns a few times more, for they may count."""
        paused = [slot for slot in waiting if slot.kind == PAUSE]
        if not paused or self.looks > LOOKS * len(paused):
            return []
        self.looks += 1
        after = [slot for slot in paused if slot.number > self.looked] or paused
        self.looked = after[0].number
        return after[:1]

    def _by_schedule(self, numbers, place, last):
        if place < len(self.schedule):
            if self.schedule[place] not in numbers:
                self.how = "diverged"
                return None
            return self.schedule[place]
        if self.priorities is not None:
            return self.priorities(place, numbers)
        return last if last in numbers else numbers[0]

    def _inside(self, slot):
        """Whether a switch away from a thread, which could go on, is a preemption."""
        return slot.kind == INSIDE

    def _may(self, slot):
        if slot.kind == PAUSE:
            return self.changes - slot.own != slot.seen
        return slot.enabled is None or slot.enabled()

    def run(self, threads, schedule, most, priorities=None):
        """Run threads (lists of functions to call) by a schedule, then as ``priorities`` says, else without any
        further preemption. ``taken``, ``events``, ``how`` and ``tail`` hold what happened."""
        self.grow(len(threads))
        self.begin(threads, schedule, most, priorities)
        first = self._choose()
        if first is not None:
            self.slots[first].gate.release()
            self.main.acquire()
        self._close()
        self.active = False

    def begin(self, threads, schedule, most, priorities):
        """Put everything in order for a run; nobody acts yet."""
        self.used = self.slots[: len(threads)]
        for slot, calls in zip(self.used, threads, strict=True):
            slot.reset(calls)
        self.schedule, self.most, self.priorities = schedule, most, priorities
        self.taken, self.events, self.how, self.tail = [], [], "", False
        self.touched, self.objects = [], {}
        self.changes, self.looks, self.looked = 0, 0, -1
        self.count, self.current, self.active, self.ending = 0, -1, True, False

    def note(self, touches):
        """Note what the step that was taken last touches besides."""
        self.touched[-1] += touches

    def _close(self):
        """End the threads that are left, one after the other."""
        self.ending = True
        for slot in self.used:
            if not slot.done:
                self.current = slot.number
                slot.gate.release()
                self.main.acquire()
        self.ending = False


def by_priority(order, changes):
    """The choice of probabilistic concurrency testing (Burckhardt et al., ASPLOS 2010): the enabled thread of highest
    priority, where at each step of ``changes`` the one that would run gets the lowest. ``order``: highest first."""
    order = list(order)

    def choose(place, enabled):
        if place in changes:
            first = next(number for number in order if number in enabled)
            order.remove(first)
            order.append(first)
        return next(number for number in order if number in enabled)

    return choose
