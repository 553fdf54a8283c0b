"""An assessment as the JSON object of ``probatum check --json``.

Its field names are a contract; see docs/schemas/check.schema.json.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from probatum.report.ending import ending_of
from probatum.report.score import score, tested_progress
from probatum.verdict import Assessment, Counterexample, Finding, Outcome, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What surrounds an assessment: where it is written and how the tool itself was tried."""

    run: str = ""
    journal_head: str = ""
    calibration: str = ""
    strength: str = ""
    """How much the specification itself was found to refuse, in one line."""
    known: bool = False
    """Answered from the journal: refuted before, nothing ran."""
    again: str = "probatum check"
    """The command that checks the candidate anew."""


def assessment_json(assessment: Assessment, about: About) -> dict[str, Any]:
    """Plain data. ``progress`` is null where nothing tested it; ``seconds`` are wall, ``cpu_seconds`` CPU time."""
    ending = ending_of(assessment, about.again)
    body = _body(assessment, about)
    body["ending"] = ending and {"known": ending.known, "evidence": ending.evidence, "next": ending.following}
    if assessment.outcome is Outcome.ERROR:
        body["error"] = {"kind": "infrastructure", "message": assessment.reason, "fix": "probatum doctor"}
    return body


def _body(assessment: Assessment, about: About) -> dict[str, Any]:
    return {
        "task": assessment.task,
        "task_digest": assessment.task_digest,
        "candidate": assessment.candidate,
        "accepted": assessment.accepted,
        "outcome": assessment.outcome.value,
        "reason": assessment.reason,
        "fitness": list(assessment.fitness),
        "progress": tested_progress(assessment.verdicts),
        "score": score(assessment.verdicts, tested_progress(assessment.verdicts)),
        "levels": [_level(v) for v in assessment.verdicts],
        "sandbox": list(assessment.sandbox),
        "calibration": about.calibration,
        "strength_of_task": about.strength,
        "not_shown": list(assessment.not_shown),
        "known": about.known,
        "run": about.run,
        "journal_head": about.journal_head,
    }


def _level(verdict: Verdict) -> dict[str, Any]:
    scope = verdict.scope
    return {
        "level": verdict.level,
        "outcome": verdict.outcome.value,
        "strength": verdict.strength.name,
        "scope": {
            "sentence": scope.sentence,
            "counts": dict(scope.counts),
            "alphabet": list(scope.alphabet),
            "seed": scope.seed,
            "best_of": scope.best_of,
        },
        "reason": verdict.reason,
        "seconds": round(verdict.wall_s, 3),
        "cpu_seconds": round(verdict.cpu_s, 3),
        "findings": [_finding(f) for f in verdict.findings],
        "tools": list(verdict.tools),
        "assumptions": list(verdict.assumptions),
        "transcripts": list(verdict.transcripts),
        **({"measures": dict(verdict.measures)} if verdict.measures else {}),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    shown = finding.counterexample
    return {
        "law": finding.law,
        "sentence": finding.sentence,
        "requirements": list(finding.requirements),
        "outcome": finding.outcome.value,
        "counterexample": None if shown is None else _counterexample(shown),
        "blame": finding.blame,
    }


def _counterexample(shown: Counterexample) -> dict[str, Any]:
    return {
        "input": list(shown.input),
        "observed": shown.observed,
        "expected": shown.expected,
        "rejudge": shown.rejudge,
        "retry": shown.retry,
        "transcript": shown.transcript,
        "minimal": shown.minimal,
    }
