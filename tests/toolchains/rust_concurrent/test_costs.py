"""What verdicts say that they cost holds what was run for them."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from probatum.candidate import Candidate
from probatum.cascade import assess
from probatum.judge.lane import Lane
from probatum.lab.files import read_task
from probatum.lab.seeds import fresh_seeds
from probatum.levels.context import Context
from probatum.sandbox.probe import best_tier
from probatum.task.model import Task
from probatum.toolchains.rust.compiler import find_compiler

TASK = read_task(Path(__file__).parents[3] / "tasks" / "treiber_stack")
MOST = 0.8
"""Of the CPU time of all commands: what only looks for tools is no level's."""
pytestmark = [pytest.mark.slow, pytest.mark.skipif(find_compiler() is None, reason="rustc is absent: install Rust")]


@pytest.fixture(scope="module")
def lane() -> Iterator[Lane]:
    with Lane(TASK, tier=best_tier()) as opened:
        told(TASK, opened, "kept_garbage")  # what is built once per machine is of no verdict
        yield opened


def told(task: Task, lane: Lane, canary: str) -> tuple[dict[str, float], float]:
    """What each level says of a canary that was never compiled before, and what commands took meanwhile."""
    seeds, before = fresh_seeds(), commands_s()
    source = task.canary(canary).files["sut.rs"] + f"\n// {seeds.secret.hex()}\n".encode()
    found = assess(task, Candidate(files={"sut.rs": source}), Context(lane=lane, seeds=seeds))
    return {verdict.level: verdict.cpu_s for verdict in found.verdicts}, commands_s() - before


def commands_s() -> float:
    """CPU seconds of the processes that were started here and have ended: judge and hosts live on."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("canary", ["reference", "kept_garbage", "early_free", "lost_update"])
def test_levels_together_tell_what_was_run_for_them(lane: Lane, canary: str) -> None:
    levels, commands = told(TASK, lane, canary)
    assert sum(levels.values()) >= MOST * commands > 0, levels


def test_controls_are_paid_by_the_first_that_needs_them() -> None:
    with Lane(TASK, tier=best_tier()) as cold:
        first, commands = told(TASK, cold, "kept_garbage")
        assert sum(first.values()) >= MOST * commands, first
        assert cold.workers.shared.once("asan=True", lambda: "not probed") == ""
