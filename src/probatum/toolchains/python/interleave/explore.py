"""Every interleaving of a program's threads up to a number of preemptions, each exactly once, fewest first.

Stateless search by running again from the start (VeriSoft), bounded by preemptions as in CHESS: a switch away from a
thread that could have gone on costs one, a switch away from one that ended or blocks costs none. Between announced
steps nothing is interleaved, so what is searched is sequential consistency at the granularity of the steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from probatum.toolchains.python.interleave.steps import Step, Thread

CLOSINGS = 100
"""Steps at which a thread left over is ended again before it is given up."""

Program = Callable[[], Sequence[Thread]]
"""Makes the threads of one run over fresh shared state; must do the same every time."""


class Unrepeatable(Exception):
    """A run did not repeat: a thread that the schedule names could not act. Nothing can be claimed of the program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One step that was taken: by which thread, what, and which threads could have acted instead."""

    thread: int
    label: str
    enabled: tuple[int, ...]
    touches: tuple[int, ...] = ()
    """What the step touches, where that is known (see `reduce`)."""
    within: tuple[int, ...] | None = None
    """Those of them that stand within a call, where a switch away from one is a preemption; None: all of them."""

    @property
    def interrupted(self) -> tuple[int, ...]:
        """The threads from which a switch costs a preemption here."""
        return self.enabled if self.within is None else self.within


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """One whole run. ``deadlock``: threads are left and none can act. ``cut``: the limit of steps was reached."""

    ending: Literal["finished", "deadlock", "cut"]
    steps: tuple[Taken, ...]
    preemptions: int
    results: tuple[Any, ...]
    errors: tuple[Exception | None, ...]

    @property
    def schedule(self) -> tuple[int, ...]:
        """The acting threads in order: what `replay` takes."""
        return tuple(step.thread for step in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """How far a search got. ``complete``: every schedule within the bound ran to its end. ``beyond``: alternatives
    left out because of the bound; none of them and complete means every interleaving there is."""

    complete: bool
    schedules: int
    cut: int
    beyond: int


def search(program: Program, *, preemptions: int, steps: int, schedules: int) -> Iterator[Execution | Completion]:
    """Each execution within `preemptions`, fewest preemptions first; the last item is the `Completion`.

    At most `schedules` runs of at most `steps` steps each: reaching either limit makes the search incomplete.
    """
    frontier, done, cut = Frontier(preemptions), 0, 0
    while done < schedules and (taken := frontier.take(1)):
        execution = replay(program, taken[0].schedule, steps=steps)
        done, cut = done + 1, cut + (execution.ending == "cut")
        frontier.add(execution.steps, taken[0])
        yield execution
    complete = not cut and frontier.empty
    yield Completion(complete=complete, schedules=done, cut=cut, beyond=frontier.beyond)


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A schedule to run: it parts at its last step from a run that took these steps."""

    schedule: tuple[int, ...] = ()
    parent: tuple[Taken, ...] = ()

    def follows(self, steps: Sequence[Taken]) -> bool:
        """Whether a run by this schedule repeated its parent up to the last step, and could then do the same."""
        last = len(self.schedule) - 1
        if last < 0:
            return True
        if len(steps) <= last or steps[last].thread != self.schedule[last]:
            return False
        here, there = steps[last], self.parent[last]
        same = (here.enabled, here.within) == (there.enabled, there.within)
        return same and tuple(steps[:last]) == self.parent[:last]


class Frontier:
    """What a search has still to run, fewest preemptions first."""

    def __init__(self, preemptions: int) -> None:
        self.waiting: list[list[Branch]] = [[] for _ in range(preemptions + 1)]
        self.waiting[0].append(Branch())
        self.level = 0
        self.beyond = 0
        """Alternatives left out because of the bound."""

    @property
    def empty(self) -> bool:
        """Whether nothing is left within the bound."""
        return not any(self.waiting)

    def take(self, most: int) -> list[Branch]:
        """Up to ``most`` branches of the fewest preemptions that are left; none when all is done."""
        while self.level < len(self.waiting) - 1 and not self.waiting[self.level]:
            self.level += 1
        here = self.waiting[self.level]
        return [here.pop() for _ in range(min(most, len(here)))]

    def add(self, steps: Sequence[Taken], branch: Branch) -> None:
        """Note what else could have been done in the run of a branch, from where it parted."""
        whole = tuple(steps)
        for cost, other in _alternatives(whole, len(branch.schedule)):
            if cost >= len(self.waiting):
                self.beyond += 1
            else:
                self.waiting[cost].append(Branch(schedule=other, parent=whole))


def replay(program: Program, schedule: Sequence[int], *, steps: int) -> Execution:
    """Run by `schedule`, then without any further preemption; raises `Unrepeatable` where it cannot be followed."""
    run = _Run(program())
    while (enabled := run.enabled()) and len(run.taken) < steps:
        place = len(run.taken)
        chosen = schedule[place] if place < len(schedule) else _unpreempted(run.taken, enabled)
        if chosen not in enabled:
            raise Unrepeatable(f"step {place + 1}: thread {chosen} cannot act, only {enabled}")
        run.take(chosen, enabled)
    if len(run.taken) < min(len(schedule), steps):
        raise Unrepeatable(f"the run ended after {len(run.taken)} of {len(schedule)} steps")
    execution = run.execution("cut" if enabled else "deadlock" if run.pending else "finished")
    run.close()
    return execution


def minimal(found: Iterator[Execution | Completion], fails: Callable[[Execution], bool]) -> Execution | Completion:
    """Of the failing executions that a search yields: fewest preemptions, then fewest steps. Else its completion."""
    best: Execution | None = None
    for item in found:
        if isinstance(item, Completion) or (best is not None and item.preemptions > best.preemptions):
            return best or item
        if fails(item) and (best is None or len(item.steps) < len(best.steps)):
            best = item
    raise ValueError("not a whole search: its last item is its completion")


def _alternatives(steps: Sequence[Taken], start: int) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Schedules that part from a run at or after `start`, with the preemptions each has."""
    schedule, spent = tuple(step.thread for step in steps), 0
    for place, step in enumerate(steps):
        before = schedule[place - 1] if place else None
        if place >= start:
            for other in step.enabled:
                if other != step.thread:
                    yield spent + _cost(before, other, step.interrupted), (*schedule[:place], other)
        spent += _cost(before, step.thread, step.interrupted)


def preemptions_of(steps: Sequence[Taken]) -> int:
    """How many preemptions a run had."""
    before = [None, *[step.thread for step in steps]]
    return sum(_cost(b, step.thread, step.interrupted) for b, step in zip(before, steps, strict=False))


def _cost(before: int | None, chosen: int, enabled: Sequence[int]) -> int:
    return int(before is not None and chosen != before and before in enabled)


def _unpreempted(taken: Sequence[Taken], enabled: Sequence[int]) -> int:
    return taken[-1].thread if taken and taken[-1].thread in enabled else enabled[0]


class _Run:
    """The threads of one run, each standing before its next step or ended."""

    def __init__(self, threads: Sequence[Thread]) -> None:
        self.threads = threads
        self.pending: dict[int, Step] = {}
        self.taken: list[Taken] = []
        self.results: list[Any] = [None] * len(threads)
        self.errors: list[Exception | None] = [None] * len(threads)
        for number, thread in enumerate(threads):
            self._advance(number, lambda thread=thread: next(thread))  # type: ignore[misc]

    def enabled(self) -> tuple[int, ...]:
        return tuple(number for number, step in sorted(self.pending.items()) if step.enabled())

    def take(self, number: int, enabled: tuple[int, ...]) -> None:
        step, thread = self.pending.pop(number), self.threads[number]
        self.taken.append(Taken(thread=number, label=step.label, enabled=enabled))
        try:
            value = step.act(number)
        except Exception as error:  # noqa: BLE001 - whatever a thread raises is an outcome to record
            raised = error
            self._advance(number, lambda: thread.throw(raised))
        else:
            self._advance(number, lambda: thread.send(value))

    def _advance(self, number: int, go: Callable[[], Step]) -> None:
        try:
            self.pending[number] = go()
        except StopIteration as end:
            self.results[number] = end.value
        except Exception as error:  # noqa: BLE001 - whatever a thread raises is an outcome to record
            self.errors[number] = error

    def close(self) -> None:
        """End the threads that are left. One that steps on while it is ended (`finally`) is ended there again."""
        for number in self.pending:
            for _ in range(CLOSINGS):
                try:
                    self.threads[number].close()
                    break
                except Exception:  # noqa: BLE001 - the run is over; what an ending thread raises says nothing of it
                    continue

    def execution(self, ending: Literal["finished", "deadlock", "cut"]) -> Execution:
        return Execution(
            ending=ending,
            steps=tuple(self.taken),
            preemptions=preemptions_of(self.taken),
            results=tuple(self.results),
            errors=tuple(self.errors),
        )
