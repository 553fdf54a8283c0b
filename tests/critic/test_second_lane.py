"""Two lanes find what one finds, in the same order; an error on either ends both."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest

from probatum.critic.bench import Bench
from probatum.critic.secondlane import SecondLane, second_lane, shared
from probatum.critic.strength import strength
from probatum.judge.lane import Lane
from probatum.lab.files import read_task
from probatum.lab.seeds import chosen_seeds

LAWS_OF_COST = {"returns", "memory"}


class Opened:
    """Counts how often a lane is opened and closed, and by which thread."""

    def __init__(self) -> None:
        self.by: list[str] = []

    @contextmanager
    def __call__(self) -> Iterator[Lane]:
        self.by.append(threading.current_thread().name)
        yield cast(Lane, self)
        self.by.append(threading.current_thread().name)


@pytest.fixture
def second() -> Iterator[SecondLane]:
    made = SecondLane(Opened())
    yield made
    made.close()


def test_both_take_part_and_results_keep_the_order_of_the_items(second: SecondLane) -> None:
    meeting = threading.Barrier(2, timeout=30)
    met = set()

    def found(who: str, item: int) -> tuple[int, str]:
        if who not in met:
            met.add(who)
            meeting.wait()  # broken, and the test fails, unless the other one has an item too
        return item * item, who

    made = shared(range(20), lambda i: found("mine", i), lambda lane, i: found("theirs", i), second)
    assert [square for square, _ in made] == [i * i for i in range(20)]
    assert {who for _, who in made} == {"mine", "theirs"}


@pytest.mark.parametrize("failing", ["mine", "theirs"])
def test_an_error_on_either_side_is_raised_and_ends_both(second: SecondLane, failing: str) -> None:
    other_at_work, failed = threading.Event(), threading.Event()
    done: list[int] = []

    def work(who: str, item: int) -> int:
        if who == failing:
            other_at_work.wait(30)
            failed.set()
            raise ValueError(who)
        other_at_work.set()
        failed.wait(30)
        done.append(item)
        return item

    with pytest.raises(ValueError, match=failing):
        shared(range(1000), lambda i: work("mine", i), lambda lane, i: work("theirs", i), second)
    assert len(done) < 1000


def test_one_thread_opens_the_lane_when_it_is_first_needed_and_closes_it() -> None:
    opened = Opened()
    second = SecondLane(opened)
    assert opened.by == []
    for _ in range(3):
        second.submit(lambda lane: None).result()
    second.close()
    assert len(opened.by) == 2 and len(set(opened.by)) == 1
    assert opened.by[0] != threading.current_thread().name


def test_on_one_cpu_there_is_no_second_lane() -> None:
    with second_lane(cast(Any, None), cpus=1) as second:
        assert second is None


def test_a_report_on_two_lanes_is_the_report_on_one() -> None:
    def reported(cpus: int) -> tuple[object, ...]:
        task = read_task("quorum_count")
        with Lane(task, tier="plain") as lane, second_lane(lane, cpus=cpus) as second:
            found = strength(Bench(task=task, lane=lane, seeds=chosen_seeds(1), second=second), most=10)
        laws = [row for row in found.laws if row.name not in LAWS_OF_COST]  # they say what the machine made of it
        return found.findings, found.scores, laws, found.goals, found.programs

    assert reported(2) == reported(1)
