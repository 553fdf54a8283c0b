"""What a world means: faults, time, fairness, laws, vacuity, exhaustive schedules."""

import os
import sys

import pytest
from simulating import ECHO, GOOD_NODE, small

from probatum.errors import TaskError
from probatum.judge.drive import OracleDriver
from probatum.judge.simulation.play import Play
from probatum.judge.simulation.run import given, run_world
from probatum.judge.simulation.schedule import Decision, read_schedule, write_schedule
from probatum.judge.simulation.trial import selfcheck_worlds
from probatum.judge.suite import load_suite
from probatum.lab.onecpu import staying_here

PIPE = """
@world(steps=12{more})
class Pipe(World):
    node: Node
    def start(self) -> None:
        self.sent: list[int] = []
    @action()
    def send(self, n: Annotated[U8, few(3)]) -> None:
        assume(len(self.sent) < 6)
        self.sent.append(n)
        self.wire(n)
    @link({faults})
    def wire(self, n: int) -> None:
        self.node.take(n)
    @timer()
    def tick(self) -> None:
        for n in self.node.tick():
            self.wire(n)
    @always()
    def law(self) -> None:
        "The law of this test."
        {law}
"""


def pipe(law: str, *faults: str, more: str = "") -> str:
    return PIPE.format(law=law, faults=", ".join(f'"{f}"' for f in faults), more=more)


def played(world: str, *decisions: Decision) -> Play:
    suite = load_suite(ECHO + world)
    return run_world(suite.worlds[0], OracleDriver(suite.interface), given(decisions)).play


def send(n: int) -> Decision:
    return Decision("do", "send", (n,))


DELIVER = Decision("deliver", "wire", (0,))
LATER = Decision("deliver", "wire", (1,))


def test_a_link_keeps_its_order_and_loses_nothing_unless_it_may() -> None:
    play = played(
        pipe("pass"), send(1), send(2), LATER, Decision("drop", "wire", (0,)), Decision("duplicate", "wire", (0,))
    )
    assert [d.kind for d in play.made] == ["do", "do"]
    play = played(pipe("pass", "reorder"), send(1), send(2), LATER)
    assert play.made[-1] == LATER and play.counts["wire reorder"] == 1


def test_a_fault_counts_when_it_really_happened() -> None:
    twice = Decision("duplicate", "wire", (0,))
    assert played(pipe("pass", "duplicate"), send(1), twice).counts["wire duplicate"] == 0
    assert played(pipe("pass", "duplicate"), send(1), twice, DELIVER, DELIVER).counts["wire duplicate"] == 1


def test_time_passes_only_where_nothing_is_under_way_or_all_of_it_may_be_delayed() -> None:
    tick = Decision("fire", "tick")
    assert tick not in played(pipe("pass"), send(1), tick).made
    assert tick in played(pipe("pass"), send(1), DELIVER, tick).made
    late = played(pipe("pass", "delay"), send(1), tick)
    assert tick in late.made and late.counts["wire delay"] == 1


def test_a_partition_loses_what_is_under_way_and_what_is_sent_until_it_heals() -> None:
    cut, heal = Decision("cut", "wire"), Decision("heal", "wire")
    play = played(pipe("pass", "partition"), send(1), cut, send(2), heal, send(3), DELIVER, DELIVER)
    assert play.counts["wire partition"] == 2
    assert play.world.node.all() == [3]


BUSY = """
@world(steps=12)
class Busy(World):
    node: Node
    def start(self) -> None:
        self.heard: list[int] = []
    @action()
    def send(self, n: Annotated[U8, few(3)]) -> None:
        self.there(n)
    @link()
    def there(self, n: int) -> None:
        for m in self.node.take(n):
            self.back(m)
    @link()
    def back(self, n: int) -> None:
        self.heard.append(n)
        {again}
    @eventually(within=2)
    def five_are_heard(self) -> bool:
        "Five are heard of."
        return len(self.heard) >= {wanted}
"""


@pytest.mark.parametrize(
    ("again", "wanted", "late"),
    [
        ("pass", 5, ""),
        ("pass", 6, "after 10 fair steps nothing is under way"),
        ("self.there(n)", 9, "not within 2 fair steps after the faults stopped, besides 10 "),
    ],
)
def test_what_is_under_way_when_the_faults_stop_has_time_to_arrive_and_to_be_answered(
    again: str, wanted: int, late: str
) -> None:
    """Ten steps for five messages over two links, and two more: a pair with many packets under way is not slow."""
    suite = load_suite(ECHO + BUSY.format(again=again, wanted=wanted))
    broken = run_world(suite.worlds[0], OracleDriver(suite.interface), given([send(1)] * 5)).broken
    assert (broken is not None) == bool(late) and (broken is None or late in broken.why)


def test_a_declared_fault_that_never_happens_is_told() -> None:
    report = small(pipe("pass", "drop").replace("self.wire(n)", "pass")).tried(GOOD_NODE)
    assert "Pipe: wire drop never happened" in report.notes["never"]
    assert small(pipe("pass", "drop")).tried(GOOD_NODE).notes["never"] == []


def test_what_sometimes_must_happen_and_does_not_is_told() -> None:
    world = pipe("pass") + '    @sometimes\n    def never(self) -> bool:\n        "Never."\n        return False\n'
    assert small(world).tried(GOOD_NODE).notes["never"] == ["Pipe: never never reached"]


def test_every_small_schedule_is_tried_and_the_shortest_failure_found() -> None:
    bench = small(pipe("assert self.node.all() == self.sent[: len(self.node.all())]", more=", exhaustive=4"))
    report = bench.tried(GOOD_NODE.replace("append(n)", "insert(0, n)"), schedules=5)
    assert [d.kind for d in bench.schedule(report.shown[0])] == ["do", "do", "deliver", "deliver"]
    assert report.scope["schedules"] == 0, "found before anything was drawn"


def test_a_law_false_of_the_control_is_not_held_against_a_candidate() -> None:
    with pytest.raises(TaskError, match="false of the control itself"):
        small(pipe("assert len(self.node.all()) < 3")).tried(GOOD_NODE)


def test_exhaustive_schedules_are_counted() -> None:
    report = small(pipe("pass", more=", exhaustive=2")).tried(GOOD_NODE, schedules=5)
    assert report.scope["exhaustive_decisions"] == 2
    assert report.scope["exhaustive_schedules"] == 1 + 3 + 9, (
        "a send of two values or a tick; then the same, or the delivery instead of the tick"
    )


def test_a_law_false_of_the_oracle_is_the_task_writers_mistake() -> None:
    with pytest.raises(TaskError, match="false of the oracle itself"):
        selfcheck_worlds(load_suite(ECHO + pipe("assert len(self.node.all()) < 3")))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"The law of this test."', "", "has no sentence"),
        ("@always()", "", "has no law"),
        ("(World)", "", "is no World"),
        ("@always()", "@eventually(within=0)", "needs within >= 1"),
        ("    @timer()", '    @crash("torn", node="node")', "declares no log"),
        ("n: Annotated[U8, few(3)]", "n: object", "parameter 'n'"),
    ],
)
def test_mistakes_in_a_world_are_named(old: str, new: str, message: str) -> None:
    text = pipe("pass")
    assert old in text
    with pytest.raises(TaskError, match=message):
        load_suite(ECHO + text.replace(old, new))


def test_a_schedule_is_a_value() -> None:
    suite = load_suite(ECHO + pipe("pass", "reorder"))
    schedule = (send(3), send(0), LATER, Decision("fire", "tick"))
    assert read_schedule(suite.worlds, write_schedule("Pipe", schedule)) == (suite.worlds[0], schedule)


@pytest.mark.parametrize(
    "text", ['["world","Other",[]]', '["world","Pipe",[["do","gone",[1]]]]', '["world","Pipe",[[1]]]']
)
def test_a_foreign_schedule_is_left_out(text: str) -> None:
    report = small(pipe("pass")).tried(GOOD_NODE, stored=[f"[]\n{text}"])
    assert report.tally.segments == 0 and not report.shown


def test_undeclared_errors_and_wrong_types_break_built_in_laws() -> None:
    raising = GOOD_NODE.replace("self.kept.append(n)", "self.kept.append(1 // n)")
    assert small(pipe("pass")).tried(raising).shown[0].law == "never_raises"
    wrong = GOOD_NODE.replace("return [n]", "return n")
    assert small(pipe("pass")).tried(wrong).shown[0].law == "result_type"


def test_answers_that_depend_on_the_process_are_not_deterministic() -> None:
    shown = (
        small(pipe("pass")).tried("import random\n" + GOOD_NODE.replace("[-1:]", "[-1:] * random.randint(1, 3)")).shown
    )
    assert [s.law for s in shown] == ["deterministic"]


def test_state_that_outlives_a_schedule_is_found_and_said_not_to_recur() -> None:
    leaking = "seen = []\n" + GOOD_NODE.replace(
        "self.kept.append(n)", "seen.append(n); self.kept.append(n if len(seen) < 9 else 99)"
    )
    shown = small(pipe("assert 99 not in self.node.all()")).tried(leaking).shown
    assert shown and shown[0].law == "law"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process choose its CPUs")
def test_a_process_that_steps_another_stays_on_one_cpu_and_is_free_again_afterwards() -> None:
    before = os.sched_getaffinity(0)
    with staying_here() as cpu:
        assert os.sched_getaffinity(0) == {cpu} and cpu in before
    assert os.sched_getaffinity(0) == before
