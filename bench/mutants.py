"""How fast wrong candidates die: one-edit mutants of each task's reference, CPU milliseconds until killed.

Mutants that survive every gear are counted apart: they may be equal to the reference within the alphabet.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bench.cost import split
from probatum.authors.offline.operators import expression_changes
from probatum.authors.offline.spots import applied, read
from probatum.authors.offline.statements import statement_changes
from probatum.candidate import Candidate, python_candidate
from probatum.checking import choose_tier
from probatum.judge.lane import Lane
from probatum.lab.files import read_task, shipped_tasks
from probatum.task.model import Task

MOST = 60
"""Mutants per task, spread evenly over all that the operators make."""
GEARS: tuple[dict[str, Any], ...] = (
    {"gear": "corpus"},
    {"gear": "fresh", "seed": "mutants", "calls": 160, "histories": 8},
    {"gear": "fresh", "seed": "more", "calls": 2000, "histories": 100},
)


def main() -> None:
    """Print a row per task whose control is written in Python, as mutants are."""
    print("task                mutants  killed  by corpus   CPU ms until half / 90 % of the killed are")
    for task in python_tasks():
        with Lane(task, tier=choose_tier("auto")) as lane:
            _row(task, lane)


def python_tasks() -> Iterator[Task]:
    """The shipped tasks whose control is written in Python."""
    return (task for task in map(read_task, shipped_tasks()) if "sut.py" in task.canary(task.control).files)


def mutants(task: Task) -> list[Candidate]:
    """A fixed set of one-edit mutants of the control."""
    text = task.canary(task.control).files["sut.py"]
    source = read(text.decode())
    assert source is not None
    made = [applied(text, (c,)) for c in (*expression_changes(source), *statement_changes(source))]
    distinct = sorted({m for m in made if m is not None})
    step = max(1, len(distinct) // MOST)
    return [python_candidate(m) for m in distinct[::step][:MOST]]


def _row(task: Task, lane: Lane) -> None:
    costs, by_corpus, tried = [], 0, 0
    for mutant in mutants(task):
        if lane.load(mutant) != {"loaded": []}:
            continue
        tried += 1
        spent = 0.0
        for stage, gear in enumerate(GEARS):
            outcome: list[dict[str, Any]] = []
            cost, _ = split(lambda i, g=gear, m=mutant, o=outcome: _once(lane, m, g, o), 1)
            spent += cost.total
            if outcome[-1]["shown"]:
                costs.append(spent)
                by_corpus += stage == 0
                break
    costs.sort()
    half, most = (costs[int(len(costs) * q)] if costs else float("nan") for q in (0.5, 0.9))
    print(f"{task.name:20} {tried:6} {len(costs):7} {by_corpus:10} {half:10.0f} / {most:.0f}")


def _once(lane: Lane, mutant: Candidate, gear: dict[str, Any], outcome: list[dict[str, Any]]) -> dict[str, Any]:
    report = lane.trial(mutant, **gear, host=0, random_seed=5, open_goals=[], both=False)
    outcome.append(report)
    return report
