"""The three lines that end every answer but an acceptance: what is known, the smallest evidence, the next command."""

from __future__ import annotations

from dataclasses import dataclass

from probatum.verdict import Assessment, Counterexample, Finding, Outcome, Verdict

TAIL = 6
"""Calls of a long counterexample that its one-line form shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """Known, evidence, next: each one line."""

    known: str
    evidence: str
    following: str


def ending_of(assessment: Assessment, again: str) -> Ending | None:
    """The ending of an assessment, None when accepted. ``again`` is the command that checks the candidate anew."""
    if assessment.accepted:
        return None
    if assessment.outcome is Outcome.REFUTED:
        return _refuted(assessment)
    level = _stopping(assessment)
    if assessment.outcome is Outcome.ERROR:
        known = "nothing about the candidate: something outside it broke, and it is not charged"
        return Ending(known=known, evidence=assessment.reason, following="probatum doctor")
    known = f"nothing was refuted, and nothing is accepted: {assessment.reason}"
    skipped = level is not None and level.outcome is Outcome.SKIPPED
    evidence = f"level {level.level}: {level.reason or level.scope.sentence}" if level else "no level ran"
    return Ending(known=known, evidence=evidence, following="probatum doctor" if skipped else again)


def smallest(assessment: Assessment) -> tuple[Verdict, Finding, Counterexample] | None:
    """The refutation with the fewest calls, the lowest level first."""
    for verdict in assessment.verdicts:
        shown = [(len(f.counterexample.input), i) for i, f in enumerate(verdict.findings) if f.counterexample]
        if shown:
            finding = verdict.findings[min(shown)[1]]
            assert finding.counterexample is not None
            return verdict, finding, finding.counterexample
    return None


def law_words(finding: Finding) -> str:
    """A law with its sentence and the requirements it serves."""
    ids = f" [{', '.join(finding.requirements)}]" if finding.requirements else ""
    return f"{finding.law}: {finding.sentence}{ids}"


def evidence_line(shown: Counterexample) -> str:
    """A counterexample in one line; of a long one, the last calls."""
    if shown.input == (shown.observed,):
        return shown.observed
    calls = [*([f"... {len(shown.input) - TAIL} calls"] * (len(shown.input) > TAIL)), *shown.input[-TAIL:]]
    return f"{'; '.join(calls)} => {shown.observed} (expected: {shown.expected})"


def _refuted(assessment: Assessment) -> Ending:
    found = smallest(assessment)
    if found is None:
        return Ending(known=f"refuted: {assessment.reason}", evidence="in the journal", following="probatum report")
    verdict, finding, shown = found
    return Ending(
        known=f"refuted at level {verdict.level} by {law_words(finding)}",
        evidence=evidence_line(shown),
        following=shown.retry,
    )


def _stopping(assessment: Assessment) -> Verdict | None:
    """The level that stands in the way: the one the reason names, else the first that does not hold."""
    named = [v for v in assessment.verdicts if assessment.reason.startswith(f"level {v.level} ")]
    fine = (Outcome.HOLDS, Outcome.NOT_APPLICABLE)
    short = [v for v in assessment.verdicts if v.outcome not in fine]
    return next(iter([*named, *short, *reversed(assessment.verdicts)]), None)
