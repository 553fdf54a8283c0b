"""What can be said about a candidate, how strongly, and when the gate accepts it."""

from probatum.verdict.acceptance import judged, not_shown
from probatum.verdict.values import (
    PROGRESS,
    Assessment,
    Counterexample,
    Finding,
    Outcome,
    Scope,
    Strength,
    Verdict,
)

__all__ = [
    "PROGRESS",
    "Assessment",
    "Counterexample",
    "Finding",
    "Outcome",
    "Scope",
    "Strength",
    "Verdict",
    "judged",
    "not_shown",
]
