"""`probatum check`: one candidate through the cascade."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from probatum.cli import endings
from probatum.cli.common import json_option, sandbox_option, seed_option, workspace_option
from probatum.cli.progress import note, progress
from probatum.cli.workspace import Workspace, choose

if TYPE_CHECKING:
    from probatum.candidate import Candidate

DIGEST = re.compile(r"[0-9a-f]{8,64}", re.ASCII)
LEVELS = (
    *("auto", "boundary", "build", "regression", "behaviour", "memory", "schedules", "simulation", "conformance"),
    *("bounded", "deductive"),
)


@click.command("check")
@click.argument("task")
@click.option("--candidate", metavar="DIR", required=True, help="Folder of sut.py or sut.rs, or a stored digest.")
@seed_option
@click.option(
    "--start",
    type=click.Choice(LEVELS),
    default="boundary",
    show_default=True,
    help="Begin at this level (boundary always runs); the levels below run before anything is accepted. "
    "auto: where the latest candidate of this task stopped.",
)
@click.option("--input", "digest", metavar="DIGEST", help="Try only this stored counterexample on the candidate.")
@click.option(
    "--measure",
    is_flag=True,
    help="Measure how fast a candidate is that holds, where the task declares a throughput (some 10 CPU seconds).",
)
@sandbox_option
@workspace_option
@json_option
def command(
    task: str,
    candidate: str,
    seed: int | None,
    start: str,
    digest: str | None,
    measure: bool,
    tier: str,
    workspace: str | None,
    as_json: bool,
) -> int:
    """Try the candidate in a folder against TASK: a task folder, or the name of a task that ships with probatum."""
    from probatum.checking import Request
    from probatum.lab.files import read_task

    place = choose(workspace)
    request = Request(
        task=read_task(task),
        candidate=candidate_named(candidate, place),
        task_word=shlex.quote(task),
        candidate_word=shlex.quote(candidate),
        seed=seed,
        start=start,
        measure=measure,
        tier=tier,  # type: ignore[arg-type]  # click has checked the word
    )
    note(place.note, quiet=as_json)
    return _answer(request, place, digest, as_json)


def candidate_named(word: str, place: Workspace) -> Candidate:
    """The candidate in a folder, or the one stored in the workspace under a digest. Raises `UsageError`."""
    from probatum import ledger
    from probatum.journal import Journal
    from probatum.lab.files import read_candidate

    if not Path(word).exists() and DIGEST.fullmatch(word) and (place.path / "journal.sqlite").exists():
        with Journal.open(place.path, create=False) as journal:
            found = ledger.candidate_of(journal, word)
        if found is not None:
            return found
    return read_candidate(Path(word))


def _answer(request: object, place: Workspace, digest: str | None, as_json: bool) -> int:
    from probatum import ledger
    from probatum.checking import Request, check
    from probatum.cli import trying
    from probatum.journal import Journal
    from probatum.report.plain import About, assessment_json
    from probatum.report.text import assessment_text

    assert isinstance(request, Request)
    with Journal.open(place.path) as journal, progress(f"checking against {request.task.name}") as say:
        request = trying.started(request, journal)
        if digest is None:
            checked = check(request, journal, place.path, say=say)
        else:
            checked = trying.try_input(request, digest, journal, place.path, say=say)
        strength = ledger.strength_line(journal, request.task.digest, request.task_word)
    again = f"probatum check {request.task_word} --candidate {request.candidate_word}{place.option}"
    assessment = trying.addressed(checked.assessment, again, place.option)
    about = About(
        run=checked.run,
        journal_head=checked.journal_head,
        calibration=checked.calibration,
        strength=strength,
        known=checked.known,
        again=again,
    )
    text = json.dumps(assessment_json(assessment, about)) if as_json else assessment_text(assessment, about)
    return endings.answer(text, endings.code_of(assessment.outcome.value))
