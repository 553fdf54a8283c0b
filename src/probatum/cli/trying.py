"""What `check` does besides the cascade: where to start, one stored input alone, commands as typed here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from probatum import ledger
from probatum.cascade import ABOVE, EXPLORING, LADDER, assess
from probatum.checking import Checked, Request, calibration_of, choose_tier, context_for, ended_early, finish, open_lane
from probatum.errors import UsageError
from probatum.events import Event, EventKind
from probatum.journal import Journal, save_secret
from probatum.lab.seeds import chosen_seeds, fresh_seeds, new_run_name
from probatum.levels.boundary import Boundary
from probatum.levels.build import Build
from probatum.levels.regression import Regression
from probatum.transcript import load_transcript
from probatum.types.codec import DecodeError
from probatum.verdict import Assessment, Finding, Outcome

FINE = (Outcome.HOLDS, Outcome.NOT_APPLICABLE)
AUTO = "auto"
INPUT_LEVELS = (Boundary(), Build(), Regression())
"""What one stored input needs: a candidate that may run and can be loaded."""


def started(request: Request, journal: Journal) -> Request:
    """The request with "auto" replaced by the level where the latest candidate of this task stopped."""
    if request.start != AUTO:
        return request
    start = LADDER[0].name
    partial = {e.run for e in journal.events(kind=EventKind.RUN_STARTED) if "input" in _options(e)}
    for event in journal.events(kind=EventKind.CANDIDATE_JUDGED):
        if event.body["task_name"] == request.task.name and event.run not in partial:
            latest = ledger.assessment_of(journal, event.run, int(str(event.body["index"])))
            start = stopped(latest) if latest is not None else start
    return replace(request, start=start)


def _options(event: Event) -> dict[str, Any]:
    options = event.body.get("options")
    return options if isinstance(options, dict) else {}


def stopped(assessment: Assessment) -> str:
    """The first level that did not hold; the last one that every task has when all did."""
    names = [level.name for level in (*LADDER, EXPLORING, *ABOVE)]
    met = [v.level for v in assessment.verdicts if v.outcome not in FINE and v.level in names]
    return met[0] if met else LADDER[-1].name


def try_input(
    request: Request, digest: str, journal: Journal, workspace: Path, *, say: Callable[[str], None]
) -> Checked:
    """One stored input alone on the candidate. It refutes or says nothing: an author may know the input."""
    task, candidate = request.task, request.candidate
    full = full_digest(journal, digest)
    if task.name not in (tasks := sorted(supporting(journal)[full])):
        raise UsageError(
            f"the transcript {full[:16]} was stored for the task {', '.join(tasks)}",
            fix="Name that task, or leave --input out",
        )
    segments = load_stored(journal, full)
    seeds = fresh_seeds() if request.seed is None else chosen_seeds(request.seed)
    run = new_run_name()
    save_secret(workspace, run, seeds.secret)
    ledger.begin(journal, run, task, seeds, {"command": "check", "input": digest, "task": request.task_word})
    ledger.submit(journal, run, candidate, 0)
    with ended_early(journal, workspace, run, seeds), open_lane(task, choose_tier(request.tier), seeds) as lane:
        context = context_for(lane, request, seeds, segments, say)
        context.types = False
        assessment = assess(task, candidate, context, levels=INPUT_LEVELS)
    if assessment.outcome is Outcome.INCONCLUSIVE:
        assessment = replace(assessment, reason=_nothing(assessment, full[:16]))
    finish(journal, workspace, run, seeds, assessment, context)
    return Checked(
        assessment=assessment, run=run, journal_head=journal.head(), calibration=calibration_of(journal, request)
    )


def _nothing(assessment: Assessment, digest: str) -> str:
    verdict = assessment.verdict(Regression.name)
    if verdict is None or not verdict.scope.count("known_inputs"):
        return f"the stored input {digest} does not fit this version of the task, so nothing was tried"
    return f"only the stored input {digest} was tried, and it refutes nothing"


def load_stored(journal: Journal, digest: str) -> tuple[str, ...]:
    """The inputs of a stored transcript: its segments with the laws that were tried in them."""
    try:
        return ledger.stored_segments(load_transcript(journal.get(digest)))
    except DecodeError:
        raise UsageError(f"{digest[:16]} is not a transcript", fix="Give a digest that a report shows") from None


def full_digest(journal: Journal, beginning: str) -> str:
    """The stored transcript whose digest begins so. Raises `UsageError` for none or several."""
    found = {d for d in supporting(journal) if d.startswith(beginning.lower())} if beginning else set()
    if len(found) == 1:
        return found.pop()
    what = "no stored transcript has" if not found else f"{len(found)} stored transcripts have"
    raise UsageError(
        f"{what} a digest that begins with '{beginning[:64]}'",
        fix="Take the digest from the report, and name the workspace it was stored in with --workspace DIR",
    )


def supporting(journal: Journal) -> dict[str, set[str]]:
    """Digests of every transcript kept beside a verdict, with the names of the tasks it was kept for."""
    tasks = {e.run: str(e.body["task_name"]) for e in journal.events(kind=EventKind.RUN_STARTED)}
    found: dict[str, set[str]] = {}
    for event in journal.events(kind=EventKind.LEVEL_JUDGED):
        for digest in event.blobs.values():
            found.setdefault(digest, set()).add(tasks.get(event.run, ""))
    return found


def addressed(assessment: Assessment, again: str, option: str) -> Assessment:
    """The same assessment, its commands written for this candidate's place and this workspace."""
    verdicts = tuple(
        replace(verdict, findings=tuple(_addressed(f, again, option) for f in verdict.findings))
        for verdict in assessment.verdicts
    )
    return replace(assessment, verdicts=verdicts)


def _addressed(finding: Finding, again: str, option: str) -> Finding:
    shown = finding.counterexample
    if shown is None:
        return finding
    digest = shown.transcript[:16]
    rejudge, retry = (f"probatum verify {digest}{option}", f"{again} --input {digest}") if digest else (again, again)
    return replace(finding, counterexample=replace(shown, rejudge=rejudge, retry=retry))
