"""What an author is told about a candidate: a pure function of its verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from probatum.authors.base import Feedback, Shown
from probatum.verdict import Finding, Outcome, Verdict
from probatum.verdict.plain import verdict_from_json

MOST_SHOWN = 5


def feedback_of(outcome: str, verdicts: Sequence[dict[str, Any]]) -> Feedback:
    """The smallest counterexamples and what stayed open. Infrastructure errors and faults of a task or a dependency
    are left out: an author can do nothing about them."""
    read = [verdict_from_json(v) for v in verdicts]
    shown = [_shown(v, f) for v in read for f in v.refuting if f.blame == "candidate"]
    shown.sort(key=lambda s: (len(s.input), sum(map(len, s.input))))
    still_open = tuple(f"level {v.level}: {v.reason}" for v in read if v.outcome is Outcome.INCONCLUSIVE)
    return Feedback(outcome=outcome, shown=tuple(shown[:MOST_SHOWN]), inconclusive=still_open)


def _shown(verdict: Verdict, finding: Finding) -> Shown:
    seen = finding.counterexample
    assert seen is not None
    return Shown(
        level=verdict.level,
        law=finding.law,
        sentence=finding.sentence,
        input=seen.input,
        observed=seen.observed,
        expected=seen.expected,
    )
