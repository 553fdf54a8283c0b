"""A candidate that compiles as a worker, but not with the harness, is to blame only where a right one compiles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from probatum.candidate import Candidate
from probatum.judge.lane import Lane
from probatum.lab.files import read_task
from probatum.lab.seeds import chosen_seeds
from probatum.levels.context import Context
from probatum.levels.memory import Memory
from probatum.sandbox.probe import best_tier
from probatum.task.model import Task
from probatum.toolchains.rust.compiler import find_compiler
from probatum.verdict import Outcome

pytestmark = [pytest.mark.slow, pytest.mark.skipif(find_compiler() is None, reason="rustc is absent: install Rust")]
TASK = read_task(Path(__file__).parents[3] / "tasks" / "treiber_stack")
GOOD = TASK.canary("persistent_list").files["sut.rs"]
UNKNOWN = b"use no_such_thing;" + GOOD


@pytest.fixture(scope="module")
def lane() -> Iterator[Lane]:
    with Lane(TASK, tier=best_tier()) as opened:
        yield opened


def of(lane: Lane, task: Task, source: bytes) -> tuple[Outcome, str]:
    candidate = Candidate(files={"sut.rs": source})
    lane.workers.prepare(candidate)
    verdict = Memory().check(task, candidate, Context(lane=lane, seeds=chosen_seeds(1)))
    return verdict.outcome, verdict.reason


def test_what_the_compiler_refuses_is_refuted_where_a_right_candidate_compiles(lane: Lane) -> None:
    outcome, reason = of(lane, TASK, UNKNOWN)
    assert (outcome, reason.partition(":")[0]) == (Outcome.REFUTED, "compiles")


def test_where_a_right_candidate_does_not_compile_either_nobody_is_refuted(lane: Lane) -> None:
    broken = tuple(replace(c, files={"sut.rs": b"no Rust at all"}) for c in TASK.canaries if c.kind == "good")
    outcome, reason = of(lane, replace(TASK, canaries=broken), UNKNOWN)
    assert outcome is Outcome.ERROR and reason.startswith("a right candidate does not compile either: sut.rs:1")
