"""Breaking any part of the ladder on purpose makes the selftest fail: levels, gears, the equality law, laws."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from probatum.candidate import Candidate
from probatum.cascade import LADDER
from probatum.judge.lane import Lane
from probatum.lab.files import read_task
from probatum.lab.seeds import chosen_seeds
from probatum.levels.behaviour import GEARS
from probatum.levels.context import Context, Level
from probatum.selftest.calibration import Calibration, line_of
from probatum.selftest.canaries import NEVER, bench_of, every_row
from probatum.task.model import Task
from probatum.verdict import Outcome, Verdict

TASK = "binary_search"
DAY = "2026-01-01"
CHEAP = ("misses_last", "gives_up_on_repeats", "insertion_point", "minus_one", "does_not_compile")
"""Bad canaries of the task that cost no limit, enough to see every level break."""

SPOKEN_FOR = ("boundary", "build", "regression", "behaviour")
"""Levels that have something to check in this task, and a canary for it."""


class Holds:
    """A level that never objects."""

    def __init__(self, level: Level) -> None:
        self.name, self.number = level.name, level.number

    def check(self, task: Task, candidate: Candidate, context: Context) -> Verdict:
        return Verdict(level=self.name, outcome=Outcome.HOLDS, reason="broken on purpose", credit=1.0)


class Refutes(Holds):
    """A level that always objects."""

    def check(self, task: Task, candidate: Candidate, context: Context) -> Verdict:
        return Verdict(level=self.name, outcome=Outcome.REFUTED, reason="broken on purpose")


class BrokenJudge:
    """A lane whose judge hides failures: of one law, or of one gear."""

    def __init__(self, lane: Lane, *, law: str = "", gear: str = "") -> None:
        self._lane, self._law, self._gear = lane, law, gear

    def __getattr__(self, name: str) -> Any:
        return getattr(self._lane, name)

    def trial(self, candidate: Candidate, **request: Any) -> dict[str, Any]:
        report = self._lane.trial(candidate, **request)
        hidden = self._gear in (request["gear"], "any of them")
        kept = [s for s in report["shown"] if s["law"] != self._law and not hidden]
        return {**report, "shown": kept}


@pytest.fixture(scope="module")
def task() -> Task:
    whole = read_task(TASK)
    kept = [c for c in whole.canaries if c.kind != "bad" or c.name in CHEAP or c.level != "behaviour"]
    few = [c for c in kept if c.kind == "bad" or c.name == whole.control]
    return replace(whole, canaries=tuple(few))


@pytest.fixture(scope="module")
def lane(task: Task) -> Iterator[Lane]:
    with Lane(task, tier="plain") as opened:
        opened.selfcheck()
        yield opened


def calibrated(task: Task, lane: Any, levels: tuple[Level, ...] = LADDER) -> Calibration:
    rows = tuple(every_row(bench_of(task, TASK, lane, chosen_seeds(7), levels=levels)))
    return Calibration(task=task.name, task_digest=task.digest, rows=rows, line=line_of(rows, DAY))


def failing(calibration: Calibration) -> set[str]:
    return {row.name for row in calibration.rows if not row.as_promised}


def test_a_sound_ladder_is_calibrated(task: Task, lane: Lane) -> None:
    calibration = calibrated(task, lane)
    assert failing(calibration) == set()
    bad = sum(c.kind == "bad" for c in task.canaries)
    assert calibration.line == f"gate calibrated: {bad} of {bad} bad caught, 1 of 1 good accepted, on {DAY}"


@pytest.mark.parametrize("broken", SPOKEN_FOR)
def test_a_level_that_always_holds_is_noticed(task: Task, lane: Lane, broken: str) -> None:
    levels = tuple(Holds(level) if level.name == broken else level for level in LADDER)
    calibration = calibrated(task, lane, levels)
    mine = {c.name for c in task.canaries if c.kind == "bad" and c.level == broken} | {broken}
    assert failing(calibration) & mine
    assert calibration.line.startswith("GATE NOT CALIBRATED")


@pytest.mark.slow
@pytest.mark.parametrize("broken", [level.name for level in LADDER])
def test_a_level_that_always_refutes_is_noticed(task: Task, lane: Lane, broken: str) -> None:
    levels = tuple(Refutes(level) if level.name == broken else level for level in LADDER)
    assert task.control in failing(calibrated(task, lane, levels))


@pytest.mark.slow
@pytest.mark.parametrize("gear", ["corpus", "exhaustive"])
def test_a_gear_that_finds_nothing_is_noticed(task: Task, lane: Lane, gear: str) -> None:
    assert failing(calibrated(task, BrokenJudge(lane, gear=gear))) == {gear}


@pytest.mark.slow
def test_gears_with_fresh_inputs_that_find_nothing_are_noticed(task: Task, lane: Lane) -> None:
    assert {"fresh", "confirmation"} <= failing(calibrated(task, BrokenJudge(lane, gear="fresh")))


@pytest.mark.slow
def test_stored_inputs_that_find_nothing_are_noticed(task: Task, lane: Lane) -> None:
    assert failing(calibrated(task, BrokenJudge(lane, gear="stored"))) == {"regression"}


@pytest.mark.slow
def test_every_gear_is_tried_on_its_own(task: Task, lane: Lane) -> None:
    tried = {row.name for row in calibrated(task, lane).rows if row.kind == "gear"}
    assert tried == set(GEARS)


@pytest.mark.slow
def test_every_law_of_the_task_is_seen_to_fail(task: Task, lane: Lane) -> None:
    laws = {e["name"] for e in lane.suite["laws"] if e["kind"] != "sometimes"}
    for law in laws:
        rows = {row.name: row for row in calibrated(task, BrokenJudge(lane, law=law)).rows if row.kind == "law"}
        assert rows[law].found == NEVER
        assert all(row.found != NEVER for name, row in rows.items() if name != law)


@pytest.mark.slow
def test_a_law_that_hides_its_failures_is_noticed_where_a_canary_names_it(task: Task, lane: Lane) -> None:
    named = {c.law for c in task.canaries if c.kind == "bad" and c.level == "behaviour"}
    for law in named:
        assert failing(calibrated(task, BrokenJudge(lane, law=law)))
