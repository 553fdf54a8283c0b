"""Shipped tasks about objects that threads share in Rust: each level says no for the right reason, and yes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from probatum.candidate import Candidate
from probatum.cascade import assess
from probatum.checking import open_lane
from probatum.judge.lane import Lane
from probatum.lab.files import read_task
from probatum.lab.seeds import fresh_seeds
from probatum.levels.context import Context
from probatum.sandbox.probe import best_tier
from probatum.task.model import Canary
from probatum.toolchains.rust.compiler import find_compiler
from probatum.verdict import Assessment

TASKS = Path(__file__).parents[3] / "tasks"
NAMES = sorted(path.parent.name for path in TASKS.glob("*/task.toml") if read_task(path.parent).languages == ("rust",))
LEVELS = ("behaviour", "memory", "schedules")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(find_compiler() is None, reason="rustc is absent: install Rust")]


def chosen(name: str) -> list[Canary]:
    """The good ones, and the first bad one of each level."""
    canaries = read_task(TASKS / name).canaries
    bad = [next(c for c in canaries if c.kind == "bad" and c.level == level) for level in LEVELS]
    return [c for c in canaries if c.kind == "good"] + bad


def the_rest(name: str) -> list[Canary]:
    return [c for c in read_task(TASKS / name).canaries if c not in chosen(name)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trials:
    """What tries candidates of each task, and what was found of a canary: one look at it serves several tests."""

    lanes: dict[str, Lane] = field(default_factory=dict)
    known: dict[tuple[str, str], Assessment] = field(default_factory=dict)


@pytest.fixture(scope="module")
def trials() -> Iterator[Trials]:
    found = Trials()
    yield found
    for lane in found.lanes.values():
        lane.close()


def assessed(trials: Trials, name: str, canary: Canary) -> Assessment:
    task = read_task(TASKS / name)
    if name not in trials.lanes:
        with open_lane(task, best_tier()):
            pass  # the task itself is sound
        trials.lanes[name] = Lane(task, tier=best_tier())
    if (name, canary.name) not in trials.known:
        context = Context(lane=trials.lanes[name], seeds=fresh_seeds())
        trials.known[name, canary.name] = assess(task, Candidate(files=canary.files), context)
    return trials.known[name, canary.name]


def judged_as_listed(found: Assessment, canary: Canary) -> None:
    if canary.kind == "good":
        assert found.accepted, found.reason
        return
    refuted = [(v.level, f.law) for v in found.verdicts for f in v.refuting]
    assert (canary.level, canary.law) in refuted, (found.reason, refuted)


@pytest.mark.parametrize("name", NAMES)
def test_canaries_are_judged_as_listed(trials: Trials, name: str) -> None:
    for canary in chosen(name):
        judged_as_listed(assessed(trials, name, canary), canary)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("name", "canary"), [(n, c) for n in NAMES for c in the_rest(n)], ids=lambda v: getattr(v, "name", v)
)
def test_every_other_canary_is_judged_as_listed(trials: Trials, name: str, canary: Canary) -> None:
    judged_as_listed(assessed(trials, name, canary), canary)


@pytest.mark.parametrize(("task", "canary"), [("treiber_stack", "early_free"), ("pagecache", "freed_after_exchange")])
def test_what_is_freed_under_a_reader_is_refuted_with_its_schedule(trials: Trials, task: str, canary: str) -> None:
    found = assessed(trials, task, read_task(TASKS / task).canary(canary))
    shown = next(f.counterexample for v in found.verdicts for f in v.refuting)
    assert shown is not None and shown.observed == "heap-use-after-free" and shown.minimal
    assert any(line.startswith("  T1: load") and "(sut.rs:" in line for line in shown.input)
    calls = [line for line in shown.input if line.startswith(("T1:", "T2:", "T3:"))]
    assert len(calls) == 2 and sum(line.count("(") for line in calls) <= 3


def test_an_insert_lost_beside_a_delete_is_shown_by_these_two_calls(trials: Trials) -> None:
    found = assessed(trials, "linked_list", read_task(TASKS / "linked_list").canary("no_mark"))
    shown = next(f.counterexample for v in found.verdicts for f in v.refuting)
    assert shown is not None and shown.minimal
    calls = sorted(line.partition(".")[2] for line in shown.input if line.startswith(("T1: ", "T2: ", "T3: ")))
    assert [call.partition("(")[0] for call in calls] == ["insert", "remove"]
    assert any("compare_exchange (sut.rs:" in line for line in shown.input)


def test_two_scans_with_an_insert_between_them_are_among_the_clients_that_are_exhausted(trials: Trials) -> None:
    found = assessed(trials, "radix_tree", read_task(TASKS / "radix_tree").canary("order_by_state"))
    verdict = next(v for v in found.verdicts if v.level == "schedules")
    (shown,) = [f.counterexample for f in verdict.refuting]
    assert shown is not None and shown.minimal and not verdict.scope.count("crowds")
    calls = [line for line in shown.input if line.startswith(("T1: ", "T2: "))]
    assert sorted(line.count("scan_prefix") for line in calls) == [1, 1]
    assert sum(line.count("insert") for line in calls) == 1


@pytest.mark.parametrize(
    ("canary", "progress"),
    [("reference", "blocking"), ("hidden_lock", "blocking"), ("kept_garbage", "lock-free not refuted")],
)
def test_freezing_tells_who_waits_for_whom(trials: Trials, canary: str, progress: str) -> None:
    found = assessed(trials, "treiber_stack", read_task(TASKS / "treiber_stack").canary(canary))
    assert [v.progress for v in found.verdicts if v.progress] == [progress]


def test_a_candidate_in_a_language_that_the_task_does_not_take_is_refused(trials: Trials) -> None:
    canary = Canary(name="python", kind="bad", level="boundary", law="editable_files", files={"sut.py": b"x = 1\n"})
    judged_as_listed(assessed(trials, "treiber_stack", canary), canary)
