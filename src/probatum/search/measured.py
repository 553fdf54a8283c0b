"""What an author that tunes numbers is told: measured candidates that differ from the parent in numbers only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from probatum.authors.base import Measured
from probatum.authors.offline.numbers import Numbers, numbers_of
from probatum.candidate import EDITABLE
from probatum.search.options import Plan
from probatum.search.state import State
from probatum.search.trials import Trial
from probatum.verdict import Outcome

TUNING = "tune"


@dataclass(slots=True)
class Measurements:
    """The numbers of trials, read once each; all of it can be read again from the journal."""

    _numbers: dict[int, Numbers | None] = field(default_factory=dict)

    def alike(self, state: State, plan: Plan, source: Callable[[Trial], str]) -> tuple[Measured, ...]:
        """The judged trials with the skeleton of the plan's first parent, in the order in which they were handed in."""
        if plan.operator != TUNING or not plan.parents:
            return ()
        wanted = self._of(state.trials[plan.parents[0]], source)
        found: list[Measured] = []
        for trial in sorted(state.trials.values(), key=lambda t: t.index) if wanted else ():
            if trial.judged and trial.confirms is None:
                numbers = self._of(trial, source)
                if numbers is not None and wanted is not None and numbers.skeleton == wanted.skeleton:
                    found.append(_measured(trial, numbers))
        return tuple(found)

    def _of(self, trial: Trial, source: Callable[[Trial], str]) -> Numbers | None:
        if trial.index not in self._numbers:
            readable = trial.refusal is None and EDITABLE["python"] in trial.files
            self._numbers[trial.index] = numbers_of(source(trial)) if readable else None
        return self._numbers[trial.index]


def _measured(trial: Trial, numbers: Numbers) -> Measured:
    measures = [float(v["measures"][0][1]) for v in trial.verdicts if v.get("measures")]
    holds = trial.outcome == Outcome.HOLDS
    return Measured(
        author=trial.author,
        skeleton=numbers.skeleton,
        numbers=numbers.values,
        gain=measures[-1] if holds and measures else None,
    )
