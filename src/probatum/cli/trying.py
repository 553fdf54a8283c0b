"""What `check` does besides the cascade: where to start, one stored input alone, commands as typed here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from probatum import ledger
from probatum.cascade import LADDER, assess
from probatum.checking import Checked, Request, choose_tier, context_for, ended_early, finish, open_lane
from probatum.errors import UsageError
from probatum.events import EventKind
from probatum.journal import Journal, save_secret
from probatum.lab.seeds import chosen_seeds, fresh_seeds, new_run_name
from probatum.levels.boundary import Boundary
from probatum.levels.regression import Regression
from probatum.transcript import load_transcript
from probatum.types.codec import DecodeError
from probatum.verdict import Assessment, Finding, Outcome

FINE = (Outcome.HOLDS, Outcome.NOT_APPLICABLE)
AUTO = "auto"


def started(request: Request, journal: Journal) -> Request:
    """The request with "auto" replaced by the level where the latest candidate of this task stopped."""
    if request.start != AUTO:
        return request
    start = LADDER[0].name
    for event in journal.events(kind=EventKind.CANDIDATE_JUDGED):
        if event.body["task_name"] == request.task.name:
            latest = ledger.assessment_of(journal, event.run, int(str(event.body["index"])))
            start = _stopped(latest) if latest is not None else start
    return replace(request, start=start)


def _stopped(assessment: Assessment) -> str:
    """The first level that did not hold; the last one when all did."""
    names = [level.name for level in LADDER]
    stopped = [v.level for v in assessment.verdicts if v.outcome not in FINE and v.level in names]
    return stopped[0] if stopped else names[-1]


def try_input(
    request: Request, digest: str, journal: Journal, workspace: Path, *, say: Callable[[str], None]
) -> Checked:
    """One stored input alone on the candidate. It refutes or says nothing: an author may know the input."""
    segments = load_stored(journal, full_digest(journal, digest))
    task, candidate = request.task, request.candidate
    seeds = fresh_seeds() if request.seed is None else chosen_seeds(request.seed)
    run = new_run_name()
    save_secret(workspace, run, seeds.secret)
    ledger.begin(journal, run, task, seeds, {"command": "check", "input": digest, "task": request.task_word})
    ledger.submit(journal, run, candidate, 0)
    with ended_early(journal, workspace, run, seeds), open_lane(task, choose_tier(request.tier)) as lane:
        context = context_for(lane, request, seeds, segments, say)
        assessment = assess(task, candidate, context, levels=(Boundary(), Regression()))
    if assessment.outcome is Outcome.INCONCLUSIVE:
        assessment = replace(assessment, reason=f"only the stored input {digest} was tried, and it refutes nothing")
    finish(journal, workspace, run, seeds, assessment, context)
    line = ledger.calibration_line(journal, task.digest) or "not calibrated here"
    return Checked(assessment=assessment, run=run, journal_head=journal.head(), calibration=line)


def load_stored(journal: Journal, digest: str) -> tuple[str, ...]:
    """The calls of a stored transcript."""
    try:
        return load_transcript(journal.get(digest)).segments
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


def supporting(journal: Journal) -> dict[str, None]:
    """Digests of every transcript that a verdict of the journal names, in order."""
    return {digest: None for event in journal.events(kind=EventKind.LEVEL_JUDGED) for digest in event.blobs.values()}


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
