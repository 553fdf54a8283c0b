"""The counterexamples that the judge has shown in a run, of whichever candidate."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from probatum.authors.base import Feedback, Shown
from probatum.search.trials import Trial


@dataclass(slots=True)
class Learned:
    """Worked out once for each trial; what is answered follows from the trials alone."""

    _of: dict[int, tuple[Shown, ...]] = field(default_factory=dict)

    def of(
        self, trials: Iterable[Trial], feedback: Callable[[str, list[dict[str, Any]]], Feedback]
    ) -> tuple[Shown, ...]:
        """What was shown of the judged ones, in the order in which they were handed in."""
        found: list[Shown] = []
        for trial in trials:
            if trial.judged:
                if trial.index not in self._of:
                    self._of[trial.index] = feedback(trial.outcome, trial.verdicts).shown
                found += self._of[trial.index]
        return tuple(found)
