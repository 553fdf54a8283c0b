"""Schedules made smaller: delta debugging over decisions (Zeller and Hildebrandt, TSE 2002), never over the seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from probatum.judge.alphabet import valid
from probatum.judge.enumerate import small_values
from probatum.judge.simulation.declared import WorldSpec
from probatum.judge.simulation.schedule import Decision, Schedule, write_schedule

Check = Callable[[Sequence[Schedule]], list[Schedule | None]]
"""Which schedules still fail the law: each as it took effect up to the failure, or None."""
QUEUED = ("deliver", "drop", "duplicate")
SIMPLE = 4
"""Simplest values of a parameter that are tried in place of the drawn one."""


@dataclass(slots=True, kw_only=True)
class Shrinking:
    """A failing schedule while it is being made smaller."""

    spec: WorldSpec
    best: Schedule
    check: Check
    tries: int
    """Schedules that may still be run."""
    at_once: int = 24
    tried: set[str] = field(default_factory=set)

    def run(self) -> tuple[Schedule, bool]:
        """The smallest schedule found, and whether nothing simpler was left to try."""
        while self.tries > 0:
            if not self._better(self._shorter()) and not self._better(self._simpler()):
                return self.best, True
        return self.best, False

    def _better(self, variants: Iterator[Schedule]) -> bool:
        """Adopt the smallest failing one of the next variants; False when none of them all fails."""
        batch: list[Schedule] = []
        for variant in variants:
            key = write_schedule("", variant)
            if key not in self.tried:
                self.tried.add(key)
                batch.append(variant)
            if len(batch) >= self.at_once:
                if self._adopt(batch):
                    return True
                batch = []
            if self.tries <= 0:
                return False
        return self._adopt(batch)

    def _adopt(self, batch: list[Schedule]) -> bool:
        if not batch or self.tries <= 0:
            return False
        self.tries -= len(batch)
        failing = [s for s in self.check(batch) if s is not None and weight(s) < weight(self.best)]
        if not failing:
            return False
        self.best = min(failing, key=weight)
        return True

    def _shorter(self) -> Iterator[Schedule]:
        """Without a stretch of decisions, long stretches first; then without any two."""
        best, size = self.best, max(1, len(self.best) // 2)
        while size >= 1:
            for start in range(0, len(best), max(1, size // 2)):
                yield best[:start] + best[start + size :]
            size //= 2
        for at in range(len(best)):
            yield _moved(best, at)
        if len(best) <= 12:
            for first in range(len(best)):
                for second in range(first + 2, len(best)):
                    yield best[:first] + best[first + 1 : second] + best[second + 1 :]

    def _simpler(self) -> Iterator[Schedule]:
        """With a simpler argument in one decision, or with two neighbours the other way round where that is simpler."""
        for at, decision in enumerate(self.best):
            for args in self._simpler_args(decision):
                yield (*self.best[:at], decision._replace(args=args), *self.best[at + 1 :])

    def _simpler_args(self, decision: Decision) -> Iterator[tuple[object, ...]]:
        part = self.spec.part(decision.name)
        for at, arg in enumerate(decision.args):
            if decision.kind != "do":
                options: list[object] = [0, 1, arg // 2, arg - 1] if arg else []
            else:
                kind = part.params[at].kind if part is not None else None
                options = [v for v in small_values(kind, SIMPLE) if valid(kind, v)] if kind is not None else []
            for option in options:
                if option != arg:
                    yield (*decision.args[:at], option, *decision.args[at + 1 :])


def _moved(schedule: Schedule, at: int) -> Schedule:
    """Without one decision, later ones still meeting the same messages and records where that can be told."""
    return (*schedule[:at], *(_shifted(decision, schedule[at]) for decision in schedule[at + 1 :]))


def _shifted(decision: Decision, gone: Decision) -> Decision:
    """A later decision where an earlier one is gone: a queue is longer by a message, a log shorter by a record."""
    step = {"deliver": 1, "drop": 1, "duplicate": -1}.get(gone.kind, 0)
    if step and decision.name == gone.name and decision.kind in QUEUED and decision.args[0] >= gone.args[0]:
        return decision._replace(args=(decision.args[0] + step,))
    if gone.kind == "do" and decision.kind == "crash" and decision.args[0]:
        return decision._replace(args=(decision.args[0] - 1, decision.args[1]))
    return decision


def weight(schedule: Schedule) -> tuple[int, int, str]:
    """What smaller means: fewer decisions, then shorter text, then the text itself."""
    text = write_schedule("", schedule)
    return len(schedule), len(text), text
