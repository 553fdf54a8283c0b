"""A run begun, resumed or repeated: what the loop needs, put together from a task and a journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

from probatum import ledger
from probatum.candidate import Candidate
from probatum.cascade import assess
from probatum.errors import JournalError, UsageError
from probatum.events import EventKind
from probatum.journal import Journal
from probatum.judge.lane import Lane
from probatum.lab.seeds import Seeds, chosen_seeds
from probatum.levels.context import Context
from probatum.search.state import Options, State, fold_run
from probatum.search.workers import Assess, Job, Opens, Result
from probatum.task.model import Task
from probatum.verdict import Outcome

UNCONFIRMED = "holds, and is to be confirmed by a trial that asks the type checker and knows how many were tried"
SEED_FOLDER = "seed/stub/"


def seed_of(task: Task) -> Candidate | None:
    """The candidate that a task's search starts from (``seed/stub``), or None."""
    files = {p.removeprefix(SEED_FOLDER): d for p, d in task.files.items() if p.startswith(SEED_FOLDER)}
    return Candidate(files=files, author="seed") if files else None


def begin_run(journal: Journal, run: str, task: Task, seeds: Seeds, options: Options) -> State:
    """Write the first event of a run: its secret is committed to before any author is asked."""
    ledger.begin(journal, run, task, seeds, {"command": "run", **options.as_json()})
    return fold_run(run, journal.events(run=run))


def read_run(journal: Journal, run: str) -> State:
    """The state of a run in the journal. Raises `UsageError` for a run that is not there, or was no search."""
    state = fold_run(run, journal.events(run=run))
    first = next(journal.events(run=run), None)
    command = first.body["options"] if first is not None and first.kind == EventKind.RUN_STARTED else None
    if not isinstance(command, dict) or command.get("command") != "run":
        searches = [r for r in journal.runs() if _is_search(journal, r)]
        known = ", ".join(searches[-5:]) or "none"
        raise UsageError(f"'{run}' is not a search in this journal", fix=f"Searches there: {known}")
    return state


def _is_search(journal: Journal, run: str) -> bool:
    first = next(journal.events(run=run, kind=EventKind.RUN_STARTED), None)
    options = first.body["options"] if first is not None else None
    return isinstance(options, dict) and options.get("command") == "run"


def seeds_of(state: State, secret: Callable[[], bytes]) -> Seeds:
    """The seeds of a run, held against what its first event committed to; raises `JournalError`."""
    seeds = chosen_seeds(state.chosen) if state.chosen is not None else Seeds(secret=secret())
    if seeds.commitment != state.commitment:
        raise JournalError(
            f"the secret of run {state.run} is not the one it committed to", fix="Restore the workspace from a copy"
        )
    return seeds


def opener(
    task: Task, seeds: Seeds, run: str, options: Options, lanes: Callable[[], AbstractContextManager[Lane]]
) -> Opens:
    """How a worker opens its lane and tries candidates with it."""

    @contextmanager
    def opens() -> Iterator[Assess]:
        with lanes() as lane:
            yield lambda job: try_job(task, lane, seeds, run, options, job)

    return opens


def try_job(task: Task, lane: Lane, seeds: Seeds, run: str, options: Options, job: Job) -> Result:
    """One candidate through the cascade; an ERROR is the infrastructure's failure and says nothing about it."""
    context = Context(
        lane=lane,
        seeds=seeds,
        stored=job.stored,
        best_of=job.best_of,
        types=job.confirming,
        searching=not job.confirming,
        cases=options.cases,
        task_word=options.task or task.name,
        candidate_word=job.candidate.digest[:16],
    )
    found = assess(task, job.candidate, context)
    if found.outcome is Outcome.ERROR:
        return Result(failure=found.reason)
    if found.accepted and not job.confirming:
        found = replace(found, accepted=False, reason=UNCONFIRMED)
    return Result(entries=tuple(ledger.entries(run, job.index, found, context)))
