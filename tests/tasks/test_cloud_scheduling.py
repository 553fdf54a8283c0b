"""What `cloud_scheduling` claims about itself, tried in this process; its whole selftest is soaked."""

from __future__ import annotations

import random
from itertools import pairwise, product
from statistics import fmean
from types import SimpleNamespace
from typing import Any

import pytest
from systems_support import broken_laws, canary, declared, filled, folder, in_python, listed, oracle, program

from probatum.cli import main

TASK = "cloud_scheduling"
COUNTS = {"never_late": 8, "never_late_in_every_small_job": 1, "never_late_where_it_is_measured": 6}
COUNTS |= {
    "one_choice_that_there_is": 12,
    "each_state_for_itself": 100,
    "long_lists_are_no_exception": 20,
    "never_late_in_longer_jobs": 6,
}
SEEDS = range(300, 360)
task = declared(TASK)


@pytest.mark.parametrize(("kind", "name"), in_python(TASK))
def test_a_canary_does_what_is_said_of_it(kind: str, name: str) -> None:
    law = listed(TASK)[kind][name].get("law", "")
    broken = broken_laws(TASK, canary(TASK, kind, name), COUNTS)
    # Only two processes with different hash seeds show what hangs on the hash seed.
    assert law in broken if law not in ("", "deterministic") else not broken


def test_what_is_wrong_in_long_jobs_only_is_found_in_long_jobs_only() -> None:
    sizes = {"never_late_where_it_is_measured", "never_late_in_longer_jobs"}
    broken = broken_laws(TASK, canary(TASK, "bad", "trusts_long_uptime"), COUNTS)
    assert "never_late_where_it_is_measured" in broken and broken <= sizes
    assert broken_laws(TASK, canary(TASK, "bad", "minds_known_sizes"), COUNTS) == {"never_late_in_longer_jobs"}


def test_the_oracle_meets_its_laws_and_the_reference_is_the_oracle() -> None:
    assert not broken_laws(TASK, oracle(TASK), COUNTS)
    for job in task.jobs():
        states = task.states_of(job, None)
        assert canary(TASK, "good", "reference")(states) == oracle(TASK)(states)


def on_one_trace(job: Any, decide: Any, trace: tuple[bool, ...]) -> bool:
    """Whether the job is done in time: tick by tick, told in other words than the judge's."""
    done, machine, starting, ups, streak = 0, "none", 0, 0, 0
    for tick, up in enumerate(trace):
        if machine == "spot" and not up:
            machine, starting = "none", 0
        streak = streak + 1 if tick and trace[tick - 1] == up else 1
        state = task.State(job.ticks, job.work, job.restart, tick, done, machine, starting, up, ups, streak)
        [choice] = decide([state])
        if choice == "none":
            machine, starting = "none", 0
        elif choice != machine:
            machine, starting = choice, job.restart
        if machine != "none" and starting:
            starting -= 1
        elif machine != "none":
            done += 1
        ups += up
        if done == job.work:
            return True
    return False


GOOD = [name for kind, name in in_python(TASK) if kind == "good"]
LATE = ["waits_for_ever", "forgets_the_restart", "one_tick_late", "leaves_for_nothing", "trusts_its_spot_machine"]


@pytest.mark.parametrize("name", [*GOOD, *LATE])
def test_the_enumeration_agrees_with_following_every_trace_one_by_one(name: str) -> None:
    """For every job of at most five ticks and some of seven: late on some trace if and only if the judge finds one."""
    decide, found = canary(TASK, "bad" if name in LATE else "good", name), 0
    for job in [*task.jobs(), task.Job(7, 3, 2), task.Job(7, 4, 3), task.Job(7, 5, 0)]:
        states = task.states_of(job, None)
        told = task.late(job, task.chosen(states, decide(states)))
        late = [t for t in product((True, False), repeat=job.ticks) if not on_one_trace(job, decide, t)]
        assert bool(told) == bool(late), (job, told)
        if told:
            whole = tuple(sign == "+" for sign in told) + (False,) * job.ticks
            assert not on_one_trace(job, decide, whole[: job.ticks]), "the beginning that is told makes it late"
        found += bool(told)
    assert bool(found) == (name in LATE)


def test_every_small_job_is_tried() -> None:
    every = {
        task.Job(ticks, work, restart)
        for ticks, work, restart in product(range(1, 6), range(1, 6), range(4))
        if work + restart <= ticks
    }
    assert set(task.jobs()) == every and len(every) == 34


def test_states_of_a_job_are_those_that_runs_come_by() -> None:
    """Random choices on random traces lead nowhere that is not asked for, as long as the job can be in time."""
    draw = random.Random(5)
    for _ in range(60):
        job = task.possible(task.Job(draw.randint(1, 7), draw.randint(1, 7), draw.randint(0, 3)))
        known = set(task.states_of(job, None))
        for _ in range(20):
            state = task.start(job, draw.random() < 0.5)
            while task.is_open(state):
                assert state in known and task.consistent(state) == state
                state = task.after(state, draw.choice(task.choices(state)), draw.random() < 0.5)


def test_a_drawn_state_goes_together_and_can_be_in_time() -> None:
    draw = random.Random(6)
    for _ in range(3000):
        fields = [
            draw.randint(1, 60),
            draw.randint(1, 60),
            draw.randint(0, 4),
            draw.randint(0, 59),
            draw.randint(0, 59),
        ]
        machine = draw.choice(("none", "spot", "ondemand"))
        ups, streak = draw.randint(0, 59), draw.randint(1, 60)
        state = task.consistent(task.State(*fields, machine, draw.randint(0, 4), draw.random() < 0.5, ups, streak))
        assert task.consistent(state) == state and task.is_open(state)
        assert 0 <= state.done <= state.tick and (state.available or state.machine != "spot")


def test_no_list_tells_what_availability_will_be() -> None:
    """Neither where cost is measured nor where one trace is followed: a list is of one tick, and ticks only go on."""
    asked: list[list[Any]] = []

    def decide(states: list[Any]) -> Any:
        asked.append(states)
        return oracle(TASK)(states)

    task.cost(SimpleNamespace(decide=decide), 5)
    task.never_late_where_it_is_measured(SimpleNamespace(decide=decide), 5)
    ticks = [{state.tick for state in states} for states in asked]
    assert all(len(known) == 1 and len({(s.available, s.ups) for s in states}) == 1
               for known, states in zip(ticks, asked, strict=True))  # fmt: skip
    starts = [number for number, known in enumerate(ticks) if known == {0}]
    assert len(starts) == task.TRACES + 1
    assert all(min(after) == min(before) + 1 or after == {0} for before, after in pairwise(ticks))


def mean_cost(decide: Any) -> float:
    paid = []
    for seed in SEEDS:
        trace, job = task.generated(seed), task.Job(task.TICKS, task.WORKS[seed % 2], task.RESTART)
        states = task.states_of(job, trace)
        cost, done = task.run(job, task.chosen(states, decide(states)), trace)
        assert done
        paid.append(cost)
    return fmean(paid)


def test_the_cost_is_that_of_what_was_held() -> None:
    job, trace = task.Job(6, 3, 1), (True, True, False, False, False, True)
    states = task.states_of(job, trace)
    # Two ticks of spot (one starts), lost; then on demand for three ticks, one of which starts.
    plan = {0: "spot", 1: "spot", 2: "ondemand", 3: "ondemand", 4: "ondemand"}
    assert task.run(job, {state: plan[state.tick] for state in states if state.tick < 5}, trace) == (2 + 9, True)


def test_traces_are_as_described() -> None:
    traces = [task.generated(seed) for seed in SEEDS]
    assert traces == [task.generated(seed) for seed in SEEDS]
    assert {len(trace) for trace in traces} == {task.TICKS}
    assert 0.35 < fmean(fmean(trace) for trace in traces) < 0.65
    assert {round(fmean(trace)) for trace in traces} == {0, 1}, "some have plenty, some hardly any"


def test_waiting_is_cheaper_than_the_reference_and_demand_alone_is_dearest() -> None:
    """As PROBLEM.md says of the two plain rules."""
    reference = mean_cost(oracle(TASK))
    assert mean_cost(canary(TASK, "good", "waits_while_there_is_slack")) < reference
    assert mean_cost(canary(TASK, "good", "on_demand_only")) > 1.1 * reference


def test_templates_are_safe_and_some_are_cheaper_than_both_plain_rules() -> None:
    waits, costs = mean_cost(canary(TASK, "good", "waits_while_there_is_slack")), []
    for name, source in filled(TASK):
        decide = program(TASK, source)
        assert not broken_laws(TASK, decide, {law: min(count, 2) for law, count in COUNTS.items()}), name
        costs.append(mean_cost(decide))
    assert min(costs) < waits
    assert max(costs) > waits, "they are no gift"


def test_one_change_of_the_stub_repairs_it() -> None:
    source = (folder(TASK) / "seed" / "stub" / "sut.py").read_text(encoding="utf-8")
    assert broken_laws(TASK, program(TASK, source), COUNTS)
    assert source.count("left < need") == 1
    assert not broken_laws(TASK, program(TASK, source.replace("left < need", "left <= need")), COUNTS)


@pytest.mark.soak
def test_the_gate_is_calibrated(tmp_path: Any) -> None:
    assert main(["selftest", TASK, "--workspace", str(tmp_path)]) == 0
