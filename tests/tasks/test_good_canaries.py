"""Good canaries in real processes: right in every answer, and within the limits of a process as well."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from probatum.candidate import Candidate, python_candidate
from probatum.judge.lane import Lane
from probatum.lab.files import read_task
from probatum.toolchains.rust.compiler import find_compiler

TASK = "kv_store_v2"
"""The task whose answers grow with everything that went before: a log."""
GOOD = [c.name for c in read_task(TASK).canaries if c.kind == "good" and ("sut.py" in c.files or find_compiler())]
SEEDS = ("30", "31")
"""Both draw long histories of many keys."""


@pytest.fixture(scope="module")
def lane() -> Iterator[Lane]:
    with Lane(read_task(TASK), tier="plain") as opened:
        opened.selfcheck()
        yield opened


def shown(lane: Lane, candidate: Candidate, seed: str) -> list[tuple[str, str]]:
    more = {"open_goals": [], "both": False, "host": 0, "random_seed": 1}
    report = lane.trial(candidate, gear="fresh", seed=seed, calls=2000, histories=200, **more)
    assert report["problem"] is None
    return [(one["law"], one["observed"]) for one in report["shown"]]


@pytest.mark.slow
@pytest.mark.parametrize("name", GOOD)
def test_a_good_store_is_not_refuted_by_long_histories(lane: Lane, name: str) -> None:
    candidate = Candidate(files=read_task(TASK).canary(name).files)
    assert [shown(lane, candidate, seed) for seed in SEEDS] == [[], []]


@pytest.mark.slow
def test_a_log_that_is_too_large_is_said_to_be_too_large() -> None:
    """Every record a picture of the whole store: the log grows with the square of the calls."""
    source = read_task(TASK).canary("pictures").files["sut.py"].decode()
    assert "% 16 == 15" in source
    large = source.replace("if len(self.records) % 16 == 15", "if True")
    task = read_task(TASK)
    with Lane(replace(task, limits=replace(task.limits, reply_kb=1024)), tier="plain") as lane:
        [(law, observed)] = shown(lane, python_candidate(large), SEEDS[0])
    assert law == "protocol"
    assert "too large" in observed
