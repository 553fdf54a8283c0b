"""What each generation of a run brought: a pure function of the run's state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from probatum.search.state import State, Trial
from probatum.verdict import Outcome

UNTESTED = "not tested"
"""Progress of a candidate of which no level froze the threads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One generation: what was tried, and how far the run had come at its end."""

    number: int
    asked: int
    tried: int
    best: str
    """Candidate that stood highest so far."""
    fitness: tuple[float, ...]
    progress: str
    """Progress class of that candidate; "not tested" where no level froze threads."""
    per_author: dict[str, tuple[float, ...]]
    """Best fitness of this generation by author."""

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)

    @property
    def line(self) -> str:
        """One line for a person."""
        authors = ", ".join(f"{name} {_short(fitness)}" for name, fitness in self.per_author.items()) or "nothing new"
        return (
            f"generation {self.number}: best {self.best[:12] or 'none'} {_short(self.fitness)}, "
            f"progress {self.progress}; {self.tried} of {self.asked} tried: {authors}"
        )


def generations(state: State) -> Iterator[Generation]:
    """Every finished generation, in order. Nothing where a run has none."""
    size = state.options.generation_size
    if not size:
        return
    turns = state.turns[state.options.seeded :]
    best = _better(None, state.trials.get(0)) if state.options.seeded else None
    for number in range(len(turns) // size):
        asked = turns[number * size : (number + 1) * size]
        fresh = [state.trials[state.of_digest[t.candidate]] for t in asked if t.number in state.trial_of_turn]
        if any(not trial.outcome for trial in fresh):
            return
        per_author: dict[str, Trial] = {}
        for trial in fresh:
            best = _better(best, trial)
            found = _better(per_author.get(trial.author), trial)
            if found is not None:
                per_author[trial.author] = found
        yield Generation(
            number=number,
            asked=len(asked),
            tried=len(fresh),
            best="" if best is None else best.candidate,
            fitness=() if best is None else best.fitness,
            progress=UNTESTED if best is None else _progress(best),
            per_author={name: trial.fitness for name, trial in sorted(per_author.items())},
        )


def _progress(trial: Trial) -> str:
    """What the levels that freeze threads showed in the trial of the search."""
    return next((str(v["progress"]) for v in trial.verdicts if v.get("progress")), UNTESTED)


def _better(known: Trial | None, trial: Trial | None) -> Trial | None:
    if trial is None or trial.outcome in ("", Outcome.ERROR):
        return known
    return trial if known is None or trial.standing > known.standing else known


def _short(fitness: tuple[float, ...]) -> str:
    return "(" + ", ".join(f"{part:.4g}" for part in fitness) + ")"
