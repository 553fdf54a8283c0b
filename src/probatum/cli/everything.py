"""`probatum run --all`: one search per task, and the tables over all of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

from probatum import ledger
from probatum.cli import endings
from probatum.cli.onesearch import Runner
from probatum.cli.progress import note
from probatum.errors import JournalError, ProbatumError
from probatum.journal import Journal
from probatum.lab.clock import wall_s
from probatum.lab.files import read_task, shipped_tasks
from probatum.lab.seeds import Seeds
from probatum.report.score import score, tested_progress
from probatum.report.standings import NOT_TESTED, Standing, tables, wins
from probatum.search.state import Options, State, Trial
from probatum.task.category import category
from probatum.task.model import Task


def run_all(
    runner: Runner, kind: str | None, options: Callable[[str], Options], seeds: Callable[[], Seeds], as_json: bool
) -> int:
    """Search for every task that ships (of one category), one after the other; prints the tables over all."""
    rows = list(_searched(runner, kind, options, seeds))
    if as_json:
        body = {"standings": [row.as_json() for row in rows], "wins": wins(rows), "journal_head": runner.journal.head()}
        print(json.dumps(body, ensure_ascii=False))
    else:
        print(tables(rows))
    accepted = bool(rows) and all(row.outcome == "accepted" for row in rows)
    return endings.ACCEPTED if accepted else endings.INCONCLUSIVE


def _searched(
    runner: Runner, kind: str | None, options: Callable[[str], Options], seeds: Callable[[], Seeds]
) -> Iterator[Standing]:
    """A row per task; a task that cannot be searched for is a row that says why. Ends early when a person stops it."""
    for name in shipped_tasks():
        task = read_task(name)
        found = category(task.files["task.py"].decode())
        if kind is not None and found != kind:
            continue
        note(f"searching for {name} ({found})", quiet=True)
        began = wall_s()
        try:
            state, _ = runner.begun(name, options(name), seeds())
        except JournalError:
            raise
        except ProbatumError as problem:
            yield Standing(task=name, category=found, run="", outcome=f"no search: {problem.message}")
            continue
        row = standing_of(runner.journal, state, task, found)
        yield replace(row, wall_s=round(wall_s() - began, 3))
        if state.end is None:
            return


def standing_of(journal: Journal, state: State, task: Task, kind: str) -> Standing:
    """A search as a row."""
    best = state.latest
    row = Standing(
        task=task.name,
        category=kind,
        run=state.run,
        outcome=_outcome(state),
        evaluations=state.evaluations,
        cpu_s=round(state.cpu_s, 3),
    )
    if best is None:
        return row
    assessment = ledger.assessment_of(journal, state.run, best.index)
    progress = None if assessment is None else tested_progress(assessment.verdicts)
    return replace(
        row,
        score=None if assessment is None else score(assessment.verdicts, progress),
        fitness=best.fitness,
        progress=progress or NOT_TESTED,
        author=best.author,
        generation=_generation(state, best),
    )


def _outcome(state: State) -> str:
    if state.end is None:
        return "stopped"
    return "accepted" if state.end["accepted"] else "not accepted"


def _generation(state: State, best: Trial) -> int | None:
    """Counted from 1; the seed is of generation 0."""
    turn = next((t for t in state.turns if t.candidate == best.candidate), None)
    if turn is None:
        return None
    asked = turn.number - state.options.seeded
    return 1 + asked // (state.options.generation_size or 1)
