"""The winner of a search tried once more, by itself, and its speed measured where the task declares what by."""

from __future__ import annotations

from typing import Any

from probatum.candidate import Candidate
from probatum.checking import Request, check
from probatum.cli.progress import progress
from probatum.cli.workspace import Workspace
from probatum.errors import UsageError
from probatum.journal import Journal
from probatum.levels.throughput import LEVEL
from probatum.task.model import Task
from probatum.verdict import Verdict


def winner_measured(
    journal: Journal, place: Workspace, task: Task, task_word: str, winner: Candidate, tier: str
) -> dict[str, Any]:
    """A check of its own with a run of its own in the journal: no time is part of the search, which can be repeated.
    ``measures`` are empty where nothing could be measured."""
    request = Request(
        task=task,
        candidate=winner,
        task_word=task_word,
        candidate_word=winner.digest[:16],
        tier=tier,  # type: ignore[arg-type]  # click has checked the word
        measure=True,
    )
    try:
        with progress(f"measuring {winner.digest[:16]}") as say:
            found = check(request, journal, place.path, say=say)
    except UsageError as nothing:  # the search is over, and what it found stays found
        return {"run": "", "accepted": True, "said": f"not measured: {nothing.message}", "measures": {}}
    verdict = found.assessment.verdict(LEVEL)
    return {
        "run": found.run,
        "accepted": found.assessment.accepted,
        "said": _said(verdict, found.assessment.reason),
        "measures": dict(verdict.measures) if verdict is not None else {},
    }


def _said(verdict: Verdict | None, reason: str) -> str:
    if verdict is None:
        return f"not measured: {reason}"
    return verdict.reason or verdict.scope.text
