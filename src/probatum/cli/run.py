"""`probatum run`: search for a candidate that is accepted."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from probatum.cli import endings
from probatum.cli.common import json_option, sandbox_option, workspace_option
from probatum.cli.progress import note
from probatum.cli.strategy import WINDOW, options_of, strategy_options
from probatum.cli.workspace import Workspace, choose, existing
from probatum.task.category import CATEGORIES

if TYPE_CHECKING:
    from probatum.journal import Journal
    from probatum.lab.seeds import Seeds
    from probatum.search.state import State
    from probatum.task.model import Task


AUTHORS = (
    "offline, offline:sketch, script:PATH or replay:RUN; several with commas between  "
    "[default: offline, or the --models]"
)


@click.command("run")
@click.argument("task", required=False)
@click.option("--author", metavar="WHO", help=AUTHORS)
@strategy_options
@click.option(
    "--workers", metavar="N", type=click.IntRange(1, WINDOW), help="Lanes side by side  [default: one per CPU]"
)
@click.option("--rng-seed", metavar="N", type=int, help="Draw inputs from this number: repeatable examples, not fresh.")
@click.option("--resume", metavar="RUN", help="Go on with a run that was stopped or killed.")
@click.option(
    "--baselines/--no-baselines",
    default=None,
    help="Run iid, sequential and local-search beside the result, as long, with 3 seeds each  [default: after evolve, "
    "where no model is asked]",
)
@click.option("--all", "every", is_flag=True, help="Search for every task that ships, and print tables over all.")
@click.option("--category", type=click.Choice(CATEGORIES), help="With --all: tasks of one kind only.")
@click.option("--out", metavar="DIR", help="Where to write the accepted candidate  [default: in the workspace]")
@click.option(
    "--measure",
    is_flag=True,
    help="Check the accepted candidate once more and measure how fast it is, where the task declares a throughput.",
)
@sandbox_option
@workspace_option
@json_option
def command(
    task: str | None,
    workers: int | None,
    rng_seed: int | None,
    resume: str | None,
    baselines: bool | None,
    every: bool,
    category: str | None,
    out: str | None,
    measure: bool,
    tier: str,
    workspace: str | None,
    as_json: bool,
    **given: Any,
) -> int:
    """Search for a candidate of TASK that is accepted. With --resume, the run's own options decide, but for its
    budget: what is given anew of that holds from then on.

    Exit codes: 0 accepted; 3 not accepted within the budget, or stopped; 2 usage or task error; 4 infrastructure.
    """
    from probatum.cli import beside
    from probatum.cli.onesearch import Runner
    from probatum.journal import Journal
    from probatum.lab.seeds import chosen_seeds, fresh_seeds
    from probatum.search.start import read_run

    _require_sense(task, resume, every, category, given)
    if resume is not None:
        _require_budget_only(given, rng_seed)
    budget = dict(given)
    options = options_of(task or "", given)
    place = choose(workspace) if resume is None else existing(workspace)
    note(place.note, quiet=as_json)
    busy = workers or min(WINDOW, os.cpu_count() or 1)

    def seeds() -> Seeds:
        return fresh_seeds() if rng_seed is None else chosen_seeds(rng_seed)

    with Journal.open(place.path) as journal:
        runner = Runner(journal=journal, place=place, tier=tier, workers=busy)
        if every:
            from probatum.cli.everything import run_all

            return run_all(runner, category, lambda name: options_of(name, dict(budget)), seeds, as_json)
        if resume is not None:
            ended = read_run(journal, resume).end is not None
            state, found = runner.resumed(resume, task, budget)
        else:
            ended = False
            state, found = runner.begun(str(task), options, seeds())
        # Beside a run that had ended before, they were left out on purpose, or stopped: both may be asked for anew.
        if beside.wanted(state, False if ended and baselines is None else baselines):
            beside.run_baselines(runner, found, state)
        return _answer(journal, place, state, found, out, as_json, tier if measure else "")


def _require_sense(
    task: str | None, resume: str | None, every: bool, category: str | None, given: Mapping[str, Any]
) -> None:
    """Raises `UsageError` for what cannot be asked for at once."""
    from probatum.errors import UsageError

    if category and not every:
        raise UsageError("--category names kinds of tasks for --all", fix="Add --all, or leave it out")
    if every:
        named = [f"--{name}" for name in ("seed_file", "seed_candidate", "extend", "cases") if given[name]]
        named = [
            *filter(None, (task, resume and "--resume")),
            *(n.replace("_file", "").replace("_", "-") for n in named),
        ]
        if named:
            raise UsageError(f"{named[0]} means nothing beside --all", fix="Leave out one of the two")
    elif task is None and resume is None:
        raise UsageError("neither a task nor a run to resume was named", fix="Give TASK, --all, or --resume RUN")


def _require_budget_only(given: Mapping[str, Any], rng_seed: int | None) -> None:
    """A run that goes on searches as it began. Raises `UsageError` for what would be left unheard."""
    from probatum.errors import UsageError
    from probatum.search.budget import NAMES

    unheard = [name for name, value in given.items() if value and name not in NAMES]
    unheard += ["rng_seed"] * (rng_seed is not None)
    if unheard:
        flag = "--" + unheard[0].removesuffix("_file").replace("_", "-")
        fix = f"Leave it out, or begin a new run; what may change: {', '.join(NAMES.values())}"
        raise UsageError(f"{flag} means nothing beside --resume: the run goes on as it began", fix=fix)


def _answer(
    journal: Journal, place: Workspace, state: State, task: Task, out: str | None, as_json: bool, measured_in: str
) -> int:
    """``measured_in``: the sandbox in which the winner is measured; "": it is not."""
    from probatum.cli import outcome

    told = outcome.told(journal, state, task, place, _written(journal, place, state, out))
    body, text = told.body, told.text
    if measured_in and body["accepted"]:
        body["measured"] = _measured(journal, place, state, task, measured_in)
        text += f"\n  objective    {body['measured']['said']}"
    print(json.dumps(body, ensure_ascii=False) if as_json else text)
    return endings.ACCEPTED if body["accepted"] else endings.INCONCLUSIVE


def _measured(journal: Journal, place: Workspace, state: State, task: Task, tier: str) -> dict[str, Any]:
    from probatum.cli.measuring import winner_measured
    from probatum.ledger import candidate_of

    assert state.end is not None
    winner = candidate_of(journal, state.end["candidate"])
    assert winner is not None
    return winner_measured(journal, place, task, state.options.task or task.name, winner, tier)


def _written(journal: Journal, place: Workspace, state: State, out: str | None) -> Path | None:
    """Write the accepted candidate as a folder."""
    from probatum.lab.files import write_candidate
    from probatum.ledger import candidate_of

    if state.end is None or not state.end["accepted"]:
        return None
    found = candidate_of(journal, state.end["candidate"])
    assert found is not None
    folder = Path(out) if out else place.path / "accepted" / state.run
    write_candidate(folder, found)
    return folder
