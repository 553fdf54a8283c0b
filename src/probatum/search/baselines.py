"""Baselines beside a result: the plain strategies under the same budget, several seeds each, and what each came to.

At equal budget plain sampling and refinement match code evolution on many tasks (arXiv 2602.16805), so a result of
`evolve` means little without them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from probatum.events import EventKind
from probatum.journal import Journal
from probatum.search.options import Options
from probatum.search.state import State, fold_run

STRATEGIES = ("iid", "sequential", "local-search")
SEEDS = 3
"""Runs of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one run came to, beside which others are set."""

    strategy: str
    run: str
    accepted: bool
    found_at: int | None
    """Candidates tried until the accepted one was handed in; None where none was."""
    fitness: tuple[float, ...]
    evaluations: int
    cpu_s: float

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return {**asdict(self), "fitness": list(self.fitness), "cpu_s": round(self.cpu_s, 3)}


def baseline_options(state: State, strategy: str) -> Options:
    """A baseline with as many candidates and as much CPU as the run had, from the same seed, knowing what it knew."""
    return replace(
        state.options,
        strategy=strategy,
        window=1 if strategy == "sequential" else Options().window,
        generations=None,
        generation_size=0,
        islands=1,
        stepping_stones=False,
        inject_patterns=False,
        bandit="none",
        max_candidates=max(1, state.evaluations),
        wall_s=None,
        baseline_of=state.run,
        knows_before=state.options.horizon(state.first_seq),
    )


def row_of(state: State) -> Row:
    """A run as a row."""
    best = state.latest
    accepted = state.end is not None and bool(state.end["accepted"])
    return Row(
        strategy=state.options.strategy,
        run=state.run,
        accepted=accepted,
        found_at=_found_at(state) if accepted else None,
        fitness=() if best is None else best.fitness,
        evaluations=state.evaluations,
        cpu_s=state.cpu_s,
    )


def _found_at(state: State) -> int:
    assert state.end is not None
    return 1 + list(state.of_digest).index(state.end["candidate"])


def baselines_of(journal: Journal, run: str) -> Iterator[Row]:
    """The baselines that a journal holds beside a run, in the order in which they began; those that ended."""
    for event in journal.events(kind=EventKind.RUN_STARTED):
        options: Any = event.body["options"]
        if options.get("baseline_of") == run:
            state = fold_run(event.run, journal.events(run=event.run))
            if state.end is not None:
                yield row_of(state)


def beside(own: Row, rows: list[Row]) -> list[str]:
    """A table for people: the run's own row, and one per strategy."""
    lines = [_line(own.strategy, [own])]
    for strategy in dict.fromkeys(row.strategy for row in rows):
        lines.append(_line(strategy, [row for row in rows if row.strategy == strategy]))
    return lines


def _line(strategy: str, rows: list[Row]) -> str:
    found = sorted(row.found_at for row in rows if row.found_at is not None)
    when = f", at candidate {found[len(found) // 2]}" + " (median)" * (len(found) > 1) if found else ""
    best = max(row.fitness for row in rows)
    runs = "1 run" if len(rows) == 1 else f"{len(rows)} runs"
    tried = sum(row.evaluations for row in rows)
    fitness = ", ".join(f"{part:.4g}" for part in best)
    cpu = sum(row.cpu_s for row in rows)
    accepted = f"{len(found)} of {runs} accepted{when}"
    return f"{strategy:<13} {accepted}; best fitness ({fitness}); {tried} tried, {cpu:.1f} CPU s"
