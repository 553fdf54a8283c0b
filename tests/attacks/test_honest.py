"""Honest but odd candidates are accepted: oddities of style, of text and of taste refute nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from attacking import assessed
from odd import ODD

from probatum.judge.lane import Lane
from probatum.lab.files import read_task, shipped_tasks
from probatum.sandbox import probe
from probatum.task.model import Task

HONEST = sorted((Path(__file__).parent / "honest").glob("*/*.py"))
TASKS = [name for name in shipped_tasks() if read_task(name).canary(read_task(name).control).files.get("sut.py")]

WHOLE = ("binary_search", "kv_store_v1", "sorted_map")
"""Tasks on which every oddity is tried each time; of the others one, the rest in the soak."""

Lanes = dict[str, tuple[Task, Lane]]


@pytest.fixture(scope="module")
def lanes() -> Iterator[Lanes]:
    """One lane per task, opened when first needed."""
    with ExitStack() as stack:

        class Opened(dict[str, tuple[Task, Lane]]):
            def __missing__(self, name: str) -> tuple[Task, Lane]:
                task = read_task(name)
                self[name] = task, stack.enter_context(Lane(task, tier=probe.best_tier()))
                return self[name]

        yield Opened()


def test_there_are_many_of_them() -> None:
    assert len(HONEST) + len(ODD) * len(TASKS) >= 40


@pytest.mark.parametrize("path", HONEST, ids=lambda p: f"{p.parent.name}-{p.stem}")
@pytest.mark.slow
def test_an_odd_but_right_candidate_is_accepted(path: Path, lanes: Lanes) -> None:
    assessment, _ = assessed(*lanes[path.parent.name], path.read_bytes())
    assert assessment.accepted, assessment.reason


EVERY = [
    pytest.param(name, oddity, marks=pytest.mark.soak if name not in WHOLE and number else pytest.mark.slow)
    for name in TASKS
    for number, oddity in enumerate(ODD)
]


@pytest.mark.parametrize(("name", "oddity"), EVERY)
def test_the_reference_oddly_written_is_accepted(name: str, oddity: str, lanes: Lanes) -> None:
    task, lane = lanes[name]
    source = task.canary(task.control).files["sut.py"].decode()
    assessment, _ = assessed(task, lane, ODD[oddity](source))
    assert assessment.accepted, assessment.reason


@pytest.mark.parametrize("oddity", ODD)
def test_one_reference_oddly_written_is_accepted(oddity: str, lanes: Lanes) -> None:
    task, lane = lanes["quorum_count"]
    source = task.canary(task.control).files["sut.py"].decode()
    assessment, _ = assessed(task, lane, ODD[oddity](source))
    assert assessment.accepted, assessment.reason
