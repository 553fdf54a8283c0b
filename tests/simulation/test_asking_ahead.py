"""Calls sent together with the next one change nothing about what is asked, answered, or found."""

from functools import partial
from textwrap import dedent

import pytest
from simulating import Bench, shipped, small

from probatum.judge.evidence import GearReport
from probatum.judge.ports import Opening
from probatum.judge.simulation.ahead import Habits
from probatum.judge.simulation.batch import Batch, run_batch
from probatum.judge.simulation.choose import Drawn, drawers_of
from probatum.judge.simulation.trial import simulate
from probatum.judge.suite import load_suite
from probatum.testing.workers import InProcessWorkers, ScriptedWorkers
from probatum.transcript import Ending

STORE = """
from probatum import U8, World, action, always, sut, world

@sut
class Store:
    def __init__(self) -> None:
        self.kept: list[int] = []
    def put(self, n: U8) -> None:
        self.kept.append(n)
    def all(self) -> list[U8]:
        return list(self.kept)
    def count(self) -> U8:
        return len(self.kept)

@world(steps=12)
class Filling(World):
    store: Store
    def start(self) -> None:
        self.sent = []
    @action()
    def put(self, n: U8) -> None:
        self.store.put(n)
        self.sent.append(n)
    @always
    def counted(self) -> None:
        "As many as were put."
        assert self.store.count() == len(self.sent)
    @always
    def listed(self) -> None:
        "All that was put, and for a long one again, because it is worth it."
        assert self.store.all() == self.sent
        if len(self.sent) > 9:
            assert self.store.count() > 9
"""
KEEPS = """
class Store:
    def __init__(self):
        self.kept = []
    def put(self, n):
        self.kept.append(n)
    def all(self):
        return list(self.kept)
    def count(self):
        return len(self.kept)
"""


def ran(bench: Bench, habits: Habits | None, schedules: int = 40) -> list[tuple[object, ...]]:
    """What is exchanged in some schedules of every world of a task."""
    workers = InProcessWorkers(outline=bench.suite.interface.outline(), candidate=bench.control)
    wanted = [
        (spec, partial(Drawn, spec, drawers_of(spec), f"{number}"))
        for spec in bench.suite.worlds
        for number in range(schedules)
    ]
    found: list[tuple[object, ...]] = []
    while len(found) < len(wanted):
        batch = run_batch(workers, bench.suite.interface, wanted[len(found) :], Opening(), habits=habits)
        found += [exchanged(batch, at) for at in range(len(batch.rans))]
    return found


def exchanged(batch: Batch, at: int) -> tuple[object, ...]:
    one = batch.rans[at]
    play = one.result.play
    counted = (dict(play.counts), play.reached, [(line.text, line.start, line.end) for line in play.lines])
    return batch.transcript.segments[at], batch.transcript.replies[at], batch.transcript.uses[at], counted


def stores(candidate: str) -> InProcessWorkers:
    suite = load_suite(STORE)
    return InProcessWorkers(outline=suite.interface.outline(), candidate=dedent(candidate), control=KEEPS)


def tried(workers: InProcessWorkers | ScriptedWorkers, schedules: int = 60) -> GearReport:
    request = {"host": 0, "random_seed": 1, "stored": [], "seed": "a", "schedules": schedules, "smaller": False}
    return simulate(load_suite(STORE), workers, request, 1.0)


@pytest.mark.parametrize("task", ["kv_store_v2", "tcp_v1", "tcp_v2"])
def test_asked_ahead_or_in_turn_a_schedule_is_the_same(task: str) -> None:
    bench = shipped(task)
    assert ran(bench, Habits()) == ran(bench, None)


def test_a_world_that_asks_something_else_than_usual_is_run_again_as_it_asks() -> None:
    bench = Bench(suite=load_suite(STORE), control=KEEPS)
    habits = Habits()
    assert ran(bench, habits, 200) == ran(bench, None, 200)


def test_what_a_put_gives_is_judged_where_it_gave_it() -> None:
    raising = KEEPS.replace("self.kept.append(n)", "self.kept.append(n)\n        if n == 255: raise ValueError(n)")
    (shown,) = tried(stores(raising)).shown
    assert shown.law == "never_raises"
    assert shown.input[-1].startswith("put(255)")
    assert "put(255) raises ValueError" in shown.observed


def test_one_wrong_answer_is_proof_though_it_never_comes_again() -> None:
    at: list[int] = []

    def once(number: int, reply: bytes) -> bytes:
        if reply == b"[0,null]" and number > 40 and not at:
            at.append(number)
            return b"[0,7]"
        return reply

    (shown,) = tried(ScriptedWorkers(honest=stores(KEEPS), twist=once)).shown
    assert shown.law == "result_type" and not shown.recurs


def test_the_call_that_loses_a_process_is_named_though_others_were_sent_with_it() -> None:
    def lost(number: int, reply: bytes) -> bytes | None:
        return None if reply == b"[0,9]" else reply

    ending = Ending(how="signal", detail="signal 11", cpu_s=0.01)
    report = tried(ScriptedWorkers(honest=stores(KEEPS), twist=lost, ending=ending))
    (shown,) = report.shown
    assert shown.observed.startswith("s0.count()")


def test_no_mistake_is_made_twice() -> None:
    workers = stores(KEEPS)
    tried(workers, 300)
    assert len(workers.opened) <= 6


def test_where_laws_ask_by_turns_nothing_is_asked_ahead_for_long() -> None:
    bench = small("""
        @world(steps=8, exhaustive=2)
        class Turns(World):
            node: Node
            def start(self) -> None:
                self.steps = 0
            @action()
            def one(self, n: U8) -> None:
                self.steps += 1
                self.node.take(n)
                if self.steps % 2:
                    self.node.all()
            @always
            def ticks(self) -> None:
                "A tick is the last one."
                assert len(self.node.tick()) <= 1
    """)
    assert ran(bench, Habits()) == ran(bench, None)
