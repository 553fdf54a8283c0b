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
from probatum.cli.progress import note, progress
from probatum.cli.strategy import WINDOW, options_of, strategy_options
from probatum.cli.workspace import Workspace, choose, existing

if TYPE_CHECKING:
    from probatum.journal import Journal
    from probatum.search.state import Options, State
    from probatum.task.model import Task


AUTHORS = "offline, script:PATH or replay:RUN; several with commas between  [default: offline, or the --models]"


@click.command("run")
@click.argument("task", required=False)
@click.option("--author", metavar="WHO", help=AUTHORS)
@strategy_options
@click.option(
    "--workers", metavar="N", type=click.IntRange(1, WINDOW), help="Lanes side by side  [default: one per CPU]"
)
@click.option("--rng-seed", metavar="N", type=int, help="Draw inputs from this number: repeatable examples, not fresh.")
@click.option("--resume", metavar="RUN", help="Go on with a run that was stopped or killed.")
@click.option("--out", metavar="DIR", help="Where to write the accepted candidate  [default: in the workspace]")
@sandbox_option
@workspace_option
@json_option
def command(
    task: str | None,
    workers: int | None,
    rng_seed: int | None,
    resume: str | None,
    out: str | None,
    tier: str,
    workspace: str | None,
    as_json: bool,
    **given: Any,
) -> int:
    """Search for a candidate of TASK that is accepted. With --resume, the run's own options decide, but for its
    budget: what is given anew of that holds from then on.

    Exit codes: 0 accepted; 3 not accepted within the budget, or stopped; 2 usage or task error; 4 infrastructure.
    """
    from probatum.errors import UsageError
    from probatum.journal import Journal

    if (task is None) == (resume is None) and task is None:
        raise UsageError("neither a task nor a run to resume was named", fix="Give TASK, or --resume RUN")
    budget = dict(given)
    options = options_of(task or "", given)
    place = choose(workspace) if resume is None else existing(workspace)
    note(place.note, quiet=as_json)
    busy = workers or min(WINDOW, os.cpu_count() or 1)
    with Journal.open(place.path) as journal:
        ran = _Run(journal=journal, place=place, tier=tier, workers=busy, out=out, as_json=as_json)
        return ran.resumed(resume, task, budget) if resume is not None else ran.begun(str(task), options, rng_seed)


class _Run:
    """One invocation: begins or resumes, shows progress, answers."""

    def __init__(
        self, *, journal: Journal, place: Workspace, tier: str, workers: int, out: str | None, as_json: bool
    ) -> None:
        self.journal, self.place, self.tier, self.workers = journal, place, tier, workers
        self.out, self.as_json = out, as_json

    def begun(self, word: str, options: Options, rng_seed: int | None) -> int:
        from dataclasses import replace

        from probatum.checking import choose_tier
        from probatum.cli import searching
        from probatum.journal import save_secret
        from probatum.lab.files import read_task
        from probatum.lab.seeds import chosen_seeds, fresh_seeds, new_run_name
        from probatum.search.start import begin_run

        task = read_task(word)
        searching.author_of(options, self.journal)  # a mistake in the name is said before a run begins
        seed = searching.seed_candidate(task, options.seed, self.journal)
        seeds = fresh_seeds() if rng_seed is None else chosen_seeds(rng_seed)
        run = new_run_name()
        with searching.opened_lanes(task, choose_tier(self.tier), seeds) as lanes:  # type: ignore[arg-type]
            save_secret(self.place.path, run, seeds.secret)
            options = replace(options, seeded=seed is not None, objective=bool(lanes.first.suite["objective"]))
            state = begin_run(self.journal, run, task, seeds, options)
            return self._search(state, task, lanes)

    def resumed(self, run: str, word: str | None, budget: Mapping[str, Any]) -> int:
        from probatum.checking import choose_tier
        from probatum.cli import searching
        from probatum.cli.tasks import task_of
        from probatum.events import EventKind
        from probatum.journal import load_secret
        from probatum.search.budget import changed
        from probatum.search.start import read_run, seeds_of

        state = read_run(self.journal, run)
        task = task_of(self.journal, state.task_name, word)
        _require_same(task, state)
        change = changed(state.options, budget)
        if state.end is not None:
            _require_no_change(state, change, self.place)
            return self._answer(state, task)
        if change:
            state.apply(self.journal.append(run, EventKind.BUDGET_CHANGED, {"options": change}))
        seeds = seeds_of(state, lambda: load_secret(self.place.path, state.run))
        with searching.opened_lanes(task, choose_tier(self.tier), seeds) as lanes:  # type: ignore[arg-type]
            return self._search(state, task, lanes)

    def _search(self, state: State, task: Task, lanes: Any) -> int:
        from probatum.cli import searching
        from probatum.cli.pace import Pace
        from probatum.errors import InfrastructureError
        from probatum.events import EventKind
        from probatum.journal import load_secret
        from probatum.search.knowledge import knowledge_before
        from probatum.search.start import seeds_of

        again = f"probatum run --resume {state.run}{self.place.option}"
        note(f"run {state.run}; go on with it after a stop: {again}", quiet=True)
        author = searching.author_of(state.options, self.journal)
        seed = searching.seed_candidate(task, state.options.seed, self.journal)
        try:
            with (
                searching.searching(
                    journal=self.journal,
                    state=state,
                    seeds=seeds_of(state, lambda: load_secret(self.place.path, state.run)),
                    author=author,
                    knowledge=knowledge_before(self.journal, task.digest, task.name, state.first_seq),
                    seed=seed if state.options.seeded else None,
                    lanes=lanes,
                    workers=self.workers,
                ) as search,
                progress(f"searching for {task.name}") as say,
            ):
                pace = Pace(state)
                for _ in search.run():
                    say(pace.line(state))
                    pace.tell_generations(state)
        except KeyboardInterrupt:
            self.journal.append(state.run, EventKind.STOPPED, {"why": "stopped by a person (Ctrl-C)"})
            return self._answer(state, task)
        except InfrastructureError as problem:
            fix = f"{problem.fix or 'Run `probatum doctor`'}; then `{again}`"
            raise type(problem)(problem.message, fix=fix) from problem
        return self._answer(state, task)

    def _answer(self, state: State, task: Task) -> int:
        from probatum.cli import outcome
        from probatum.journal import forget_secret

        if state.end is not None:
            forget_secret(self.place.path, state.run)
        told = outcome.told(self.journal, state, task, self.place, self._written(state))
        print(json.dumps(told.body, ensure_ascii=False) if self.as_json else told.text)
        return endings.ACCEPTED if told.body["accepted"] else endings.INCONCLUSIVE

    def _written(self, state: State) -> Path | None:
        """Write the accepted candidate as a folder."""
        from probatum.lab.files import write_candidate
        from probatum.ledger import candidate_of

        if state.end is None or not state.end["accepted"]:
            return None
        found = candidate_of(self.journal, state.end["candidate"])
        assert found is not None
        folder = Path(self.out) if self.out else self.place.path / "accepted" / state.run
        write_candidate(folder, found)
        return folder


def _require_no_change(state: State, change: Mapping[str, Any], place: Workspace) -> None:
    """The secret of a run that has ended is known: inputs drawn from it would not be fresh."""
    from probatum.errors import UsageError

    if change and not (state.end or {}).get("accepted"):
        again = f"probatum run {state.options.task or state.task_name} --extend {state.run}{place.option}"
        raise UsageError(
            f"run {state.run} has ended and its secret is revealed, so it gets no larger budget",
            fix=f"Go on from its best candidate in a new run: {again}",
        )


def _require_same(task: Task, state: State) -> None:
    from probatum.errors import UsageError

    if task.digest != state.task:
        raise UsageError(
            f"the task {task.name} has changed since run {state.run} began ({state.task[:12]}, now {task.digest[:12]})",
            fix="Start a new run, or give the folder of the old version",
        )
