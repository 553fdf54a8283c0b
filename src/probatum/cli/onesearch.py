"""One search, begun or resumed, with its progress shown: what `run` does once, for baselines, and for every task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from probatum.checking import choose_tier
from probatum.cli import searching
from probatum.cli.pace import Pace
from probatum.cli.progress import note, progress
from probatum.cli.tasks import task_of
from probatum.cli.workspace import Workspace
from probatum.errors import InfrastructureError, UsageError
from probatum.events import EventKind
from probatum.journal import Journal, forget_secret, load_secret, save_secret
from probatum.lab.files import read_task
from probatum.lab.seeds import Seeds, new_run_name
from probatum.levels.behaviour import DEFAULTS
from probatum.search.budget import changed
from probatum.search.knowledge import knowledge_before
from probatum.search.start import begin_run, read_run, seeds_of
from probatum.search.state import Options, State
from probatum.task.model import Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """Where searches are journalled and how they are run."""

    journal: Journal
    place: Workspace
    tier: str
    workers: int

    def begun(self, word: str | Task, options: Options, seeds: Seeds) -> tuple[State, Task]:
        """A new run to its end, or until a person stops it. Raises what its author, task or machine do."""
        task = read_task(word) if isinstance(word, str) else word
        _require_enough(task, options)
        searching.author_of(options, self.journal)  # a mistake in the name is said before a run begins
        seed = searching.seed_candidate(task, options.seed, self.journal)
        run = new_run_name()
        with searching.opened_lanes(task, choose_tier(self.tier), seeds) as lanes:  # type: ignore[arg-type]
            save_secret(self.place.path, run, seeds.secret)
            measured = bool(lanes.first.suite["objective"])
            options = replace(options, seeded=seed is not None, objective=measured, own=_own(options, measured))
            state = begin_run(self.journal, run, task, seeds, options)
            self._search(state, task, lanes)
        return state, task

    def resumed(self, run: str, word: str | None, budget: Mapping[str, Any]) -> tuple[State, Task]:
        """A run of the journal gone on with; where it has ended, as it ended."""
        state = read_run(self.journal, run)
        task = task_of(self.journal, state.task_name, word)
        _require_same(task, state)
        change = changed(state.options, budget)
        if state.end is not None:
            _require_no_change(state, change, self.place)
            forget_secret(self.place.path, run)
            return state, task
        if change:
            state.apply(self.journal.append(run, EventKind.BUDGET_CHANGED, {"options": change}))
        seeds = seeds_of(state, lambda: load_secret(self.place.path, state.run))
        with searching.opened_lanes(task, choose_tier(self.tier), seeds) as lanes:  # type: ignore[arg-type]
            self._search(state, task, lanes)
        return state, task

    def _search(self, state: State, task: Task, lanes: Any) -> None:
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
                    knowledge=knowledge_before(
                        self.journal, task.digest, task.name, state.options.horizon(state.first_seq)
                    ),
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
        except InfrastructureError as problem:
            fix = f"{problem.fix or 'Run `probatum doctor`'}; then `{again}`"
            raise type(problem)(problem.message, fix=fix) from problem
        if state.end is not None:
            forget_secret(self.place.path, state.run)


def _own(options: Options, measured: bool) -> tuple[str, ...]:
    """Operators that only the offline author has; says which one is missing, and why."""
    from probatum.authors.offline import tune

    if not measured or options.strategy != "evolve" or "offline" not in options.author.split(","):
        return ()
    if tune.available():
        return ("tune", "express")
    note(f"numbers are changed by fixed factors only, because cmaes is not installed; for more: {tune.INSTALL}")
    return ("express",)


def _require_enough(task: Task, options: Options) -> None:
    """Fewer fresh calls than the gate asks for could accept nothing."""
    gate = task.gate_level("behaviour")
    least = {**DEFAULTS, **dict(gate.at_least if gate else ())}["fresh_calls"]
    if 0 < options.cases < least:
        raise UsageError(
            f"--cases {options.cases} is less than the {least} fresh calls that the gate of {task.name} asks for",
            fix="Give more, or leave it out",
        )


def _require_no_change(state: State, change: Mapping[str, Any], place: Workspace) -> None:
    """The secret of a run that has ended is known: inputs drawn from it would not be fresh."""

    if change and not (state.end or {}).get("accepted"):
        again = f"probatum run {state.options.task or state.task_name} --extend {state.run}{place.option}"
        raise UsageError(
            f"run {state.run} has ended and its secret is revealed, so it gets no larger budget",
            fix=f"Go on from its best candidate in a new run: {again}",
        )


def _require_same(task: Task, state: State) -> None:

    if task.digest != state.task:
        raise UsageError(
            f"the task {task.name} has changed since run {state.run} began ({state.task[:12]}, now {task.digest[:12]})",
            fix="Start a new run, or give the folder of the old version",
        )
