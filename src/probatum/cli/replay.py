"""`probatum replay`: a run is a test. The same replies and the revealed secret must give the same run."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from probatum.cli import endings
from probatum.cli.common import json_option, sandbox_option, workspace_option
from probatum.cli.progress import progress
from probatum.cli.workspace import existing

if TYPE_CHECKING:
    from probatum.journal import Journal
    from probatum.lab.seeds import Seeds
    from probatum.search.state import State
    from probatum.task.model import Task

MOST_LISTED = 20


@click.command("replay")
@click.argument("run")
@click.option("--task", metavar="DIR", help="The task's folder, where it is not found by name.")
@click.option("--workers", metavar="N", type=click.IntRange(1, 4), default=1, show_default=True)
@sandbox_option
@workspace_option
@json_option
def command(run: str, task: str | None, workers: int, tier: str, workspace: str | None, as_json: bool) -> int:
    """Repeat RUN, a search or a `refine --loop`, from what its journal holds, and compare every decision and verdict.

    Exit codes: 0 the same; 1 something differs; 2 usage or task error; 4 the journal or the machine is broken.
    """
    from probatum.cli.looping import is_loop, loop_differences
    from probatum.journal import Journal
    from probatum.search.start import read_run

    place = existing(workspace)
    with Journal.open(place.path, create=False) as journal:
        if is_loop(journal, run):
            found = _task(journal, run, task)
            differing, did = loop_differences(journal, run, found, place.path, tier), "a loop over a specification"
        else:
            state = read_run(journal, run)
            found = _task(journal, run, task)
            differing = _repeated(journal, state, found, place.path, tier, workers)
            did = f"{state.evaluations} candidates"
        events = sum(1 for _ in journal.events(run=run))
    ending = _ending(run, differing, place.option) if differing else None
    if as_json:
        body = {"same": not differing, "run": run, "task": found.name, "events": events, "differences": differing}
        print(json.dumps({**body, "ending": ending}, ensure_ascii=False))
    elif ending is None:
        print(f"run {run}: {did}, {events} events: every decision and verdict is the same")
    else:
        print("\n".join(differing[:MOST_LISTED]))
        print(endings.three_lines(ending["known"], ending["evidence"], ending["next"]))
    return endings.REFUTED if differing else endings.ACCEPTED


def _task(journal: Journal, run: str, given: str | None) -> Task:
    """The task of a run, in the version that the run was about."""
    from probatum.cli.tasks import task_of
    from probatum.errors import UsageError
    from probatum.events import EventKind

    body = next(journal.events(run=run, kind=EventKind.RUN_STARTED)).body
    found, digest = task_of(journal, str(body["task_name"]), given), str(body["task"])
    if found.digest != digest:
        message = f"the task {found.name} has changed since run {run} ({digest[:12]}, now {found.digest[:12]})"
        raise UsageError(message, fix="Give the folder of the old version: --task DIR")
    return found


def _ending(run: str, differing: list[str], option: str) -> dict[str, str]:
    return {
        "known": f"run {run} did not repeat: {len(differing)} differences",
        "evidence": differing[0],
        "next": f"probatum verify{option}",
    }


def _secret(journal: Journal, run: str, workspace: Path) -> bytes:
    from probatum.events import EventKind
    from probatum.journal import load_secret

    for event in journal.events(run=run, kind=EventKind.SECRET_REVEALED):
        return bytes.fromhex(str(event.body["secret"]))
    return load_secret(workspace, run)


def _repeated(journal: Journal, state: State, task: Task, workspace: Path, tier: str, workers: int) -> list[str]:
    """Run it again in a workspace of its own; where it differs."""
    from probatum.journal import Journal
    from probatum.search.compare import differences
    from probatum.search.start import seeds_of

    seeds = seeds_of(state, lambda: _secret(journal, state.run, workspace))
    with tempfile.TemporaryDirectory(prefix="probatum-replay-") as scratch, Journal.open(Path(scratch)) as again:
        _run_again(journal, again, state, task, seeds, tier, workers)
        return differences(journal.events(run=state.run), again.events(run=state.run))


def _run_again(
    journal: Journal, again: Journal, state: State, task: Task, seeds: Seeds, tier: str, workers: int
) -> None:
    from dataclasses import replace

    from probatum.authors.replay import read_replies, recorded_seed
    from probatum.checking import choose_tier
    from probatum.cli import searching
    from probatum.search.knowledge import knowledge_before
    from probatum.search.start import begin_run

    options = replace(state.options, cpu_s=None, wall_s=None, budget_usd=None, max_turns=len(state.turns))
    fresh = begin_run(again, state.run, task, seeds, options)
    with (
        searching.opened_lanes(task, choose_tier(tier), seeds) as lanes,  # type: ignore[arg-type]
        searching.searching(
            journal=again,
            state=fresh,
            seeds=seeds,
            author=read_replies(journal, state.run, searching.name_of(state.options.author)),
            knowledge=knowledge_before(journal, task.digest, task.name, state.options.horizon(state.first_seq)),
            seed=recorded_seed(journal, state.run),
            lanes=lanes,
            workers=workers,
        ) as search,
        progress(f"repeating {state.run}") as say,
    ):
        for now in search.run():
            say(f"repeating {state.run}: {now.closed} of {state.closed}")
