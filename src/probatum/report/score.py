"""The published score, as a view: it ranks nothing here.

The published table scores ``(level + 1) * 100 + invariants * 10 + progress * 25``. In every row of it ``invariants``
equals the number of levels passed, so the same reading is used here: ``level`` is the last rung that holds with all
rungs before it (-1: none) and ``invariants`` is how many those are. ``progress`` is 0 for blocking, 2 for lock-free and
3 for wait-free; it counts only where freezing threads has tested it.
"""

from __future__ import annotations

from collections.abc import Sequence

from probatum.verdict import Assessment, Outcome, Verdict

RUNGS: tuple[tuple[str, ...], ...] = (
    ("boundary", "build", "behaviour"),
    ("memory",),
    ("schedules",),
    ("simulation",),
    ("conformance",),
    ("bounded",),
    ("deductive",),
)
"""Levels behind each published rung, from 0. A level that is absent stops the count: nothing is assumed to hold."""
PROGRESS = {"blocking": 0, "lock-free": 2, "wait-free": 3}


def rungs_held(verdicts: Sequence[Verdict]) -> int:
    """How many published rungs hold, from the bottom."""
    holding = {v.level for v in verdicts if v.outcome is Outcome.HOLDS}
    held = 0
    for rung in RUNGS:
        if not holding.issuperset(rung):
            break
        held += 1
    return held


def score(verdicts: Sequence[Verdict], progress: str | None = None) -> int:
    """The published score of verdicts. ``progress`` is None where it was not tested or does not apply."""
    kind = (progress or "").partition(" ")[0]  # "lock-free not refuted" counts as the table counted lock-free
    return formula(level=rungs_held(verdicts) - 1, invariants=rungs_held(verdicts), progress=PROGRESS.get(kind, 0))


def side_by_side(assessment: Assessment) -> str:
    """The fitness, which ranks candidates of one task, and the published score of the same verdicts, which ranks
    nothing: it gives a level that is not applicable or absent for nothing, and progress that nobody tested for none."""
    parts = ", ".join(f"{part:.4g}" for part in assessment.fitness)
    progress = tested_progress(assessment.verdicts)
    tested = f", progress {progress}" if progress else ""
    return f"({parts}){tested}; as published {score(assessment.verdicts, progress)}, which ranks nothing here"


def tested_progress(verdicts: Sequence[Verdict]) -> str | None:
    """What freezing threads showed, where a level did that."""
    return next((v.progress for v in verdicts if v.progress is not None), None)


def formula(*, level: int, invariants: int, progress: int) -> int:
    """The published arithmetic."""
    return (level + 1) * 100 + invariants * 10 + progress * 25
