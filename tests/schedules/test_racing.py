"""A scheduler that cannot see a lost update, or refuses a lock, is absent: level schedules then satisfies no gate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from probatum.candidate import python_candidate
from probatum.checking import choose_tier
from probatum.judge.lane import Lane
from probatum.lab.seeds import chosen_seeds
from probatum.levels.context import Context
from probatum.levels.racing import FOR_TASKS, FOR_THREADS, LOCKED, LOSES_UPDATES, Controls, control_task, racing_blind
from probatum.levels.schedules import Schedules
from probatum.sandbox.meter import metered
from probatum.verdict import Outcome, Verdict


@pytest.fixture(scope="module")
def lane() -> Iterator[Lane]:
    with Lane(control_task(), tier=choose_tier("auto")) as opened:
        yield opened


def judged(lane: Lane, source: str) -> Verdict:
    context = Context(lane=lane, seeds=chosen_seeds(1))
    return Schedules().check(control_task(), python_candidate(source), context)


BOTH = pytest.mark.parametrize("controls", [FOR_THREADS, FOR_TASKS], ids=["threads", "tasks"])


@BOTH
def test_the_controls_are_told_apart_here(lane: Lane, controls: Controls) -> None:
    assert racing_blind(lane, controls) == ""


@BOTH
def test_what_the_controls_cost_is_charged_to_who_needs_them(lane: Lane, controls: Controls) -> None:
    with metered() as meter:
        assert racing_blind(lane, controls) == ""
    assert meter.cpu_s > 0.1, "a judge and hosts of their own"


@BOTH
def test_a_scheduler_that_sees_nothing_is_absent(lane: Lane, controls: Controls) -> None:
    said = racing_blind(lane, replace(controls, bad=controls.good))
    assert said == "the scheduler does not see that a control loses an update: it holds"


@BOTH
def test_a_scheduler_that_refuses_what_is_right_is_absent(lane: Lane, controls: Controls) -> None:
    said = racing_blind(lane, replace(controls, good=controls.bad))
    assert said == "the scheduler refuses a control that counts under a lock: linearizable"


def test_the_level_asks_once_and_skips_where_it_is_blind(lane: Lane) -> None:
    lane.racing_blind = None
    assert judged(lane, LOCKED).outcome is Outcome.HOLDS
    assert lane.racing_blind == ""
    assert judged(lane, LOSES_UPDATES).outcome is Outcome.REFUTED
    lane.racing_blind = "nothing is seen"
    verdict = judged(lane, LOCKED)
    assert (verdict.outcome, verdict.reason) == (
        Outcome.SKIPPED,
        "absent: nothing is seen. Run `probatum doctor`",
    )
    lane.racing_blind = None


@BOTH
def test_primitives_may_be_named_in_full(lane: Lane, controls: Controls) -> None:
    module = "probatum.aio" if controls is FOR_TASKS else "probatum.sync"
    lines = [line for line in controls.good.splitlines() if not line.startswith("from probatum")]
    for imported, name in ((f"import {module}", module), (f"from probatum import {module[9:]} as own", "own")):
        source = "\n".join([imported, *lines, ""])
        named = source.replace("Lock()", f"{name}.Lock()").replace("sleep(", f"{name}.sleep(")
        assert racing_blind(lane, replace(controls, good=named)) == ""
