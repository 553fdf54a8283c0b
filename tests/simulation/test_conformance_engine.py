"""Exploring worlds whose nodes live apart: nothing is left out by merging, the shortest schedule is found, and what
cannot be relied on is said."""

import enum
from textwrap import dedent
from types import SimpleNamespace
from typing import Any

import pytest
from exploring import apart, bounded, explored, workers
from simulating import GOOD_NODE, canary, shipped, small

from probatum.judge.apart.explore import Exploration
from probatum.judge.apart.machines import Machines, Past
from probatum.judge.apart.state import Reader, Unreadable
from probatum.judge.drive import Handle
from probatum.judge.ports import Opening
from probatum.judge.rejudge import rejudge
from probatum.judge.simulation.schedule import is_apart
from probatum.ledger import stored_input

PIPE = """
@world(steps=8)
class Pipe(World):
    node: Node
    far: Node
    def start(self) -> None:
        self.sent: list[int] = []
    @action()
    def send(self, n: Annotated[U8, few(2)]) -> None:
        self.sent.append(n)
        for m in self.node.take(n):
            self.wire(m)
    @link("drop")
    def wire(self, n: int) -> None:
        self.far.take(n)
    @always()
    def keeps(self) -> None:
        "A node keeps what it took."
        assert self.node.all() == self.sent
"""
TALKS = """
KEPT = []
class Node:
    def __init__(self):
        self.mine = []
        KEPT.clear()
    def take(self, n):
        self.mine.append(n)
        KEPT.append(n)
        return [n]
    def all(self):
        return list(self.mine)
    def tick(self):
        return []
"""


@pytest.fixture(scope="module")
def pipe() -> Any:
    return small(PIPE)


@pytest.mark.parametrize(("task", "bound"), [("tcp_v1", 4), ("tcp_v2", 3), ("kv_store_v2", 2)])
def test_merged_states_stand_for_every_schedule(task: str, bound: int) -> None:
    bench = shipped(task)
    merged = explored(bench, bench.control, bound)
    each = explored(bench, bench.control, bound, merging=False)
    assert merged.completed == each.completed == bound
    assert merged.schedules == each.schedules == len(each.seen)
    assert len(merged.seen) < len(each.seen)
    assert not merged.failed and not each.failed


@pytest.mark.parametrize(
    ("task", "name"),
    [
        ("tcp_v1", "any_ack_counts"),
        ("tcp_v1", "idle_too_soon"),
        ("tcp_v1", "never_retransmits"),
        ("tcp_v2", "ignores_stale_data"),
        ("tcp_v2", "delivers_what_comes_early"),
        ("tcp_v2", "zero_starts_again"),
        ("kv_store_v2", "forgets_deletes"),
        ("kv_store_v2", "accepts_a_torn_record"),
        ("kv_store_v2", "keeps_the_torn_record"),
    ],
)
def test_merging_hides_no_fault_and_lengthens_no_counterexample(task: str, name: str) -> None:
    bench, source = shipped(task), canary(task, "bad", name)
    bound = 2 if task == "kv_store_v2" else 3
    found = [explored(bench, source, bound, merging=merging) for merging in (True, False)]
    shortest = [[(len(r.result.schedule), r.result.broken.law) for r in e.failed[:1] if r.result.broken] for e in found]
    assert shortest[0] == shortest[1]


def test_a_fault_falls_at_its_own_bound_and_not_before(pipe: Any) -> None:
    late = GOOD_NODE.replace("return list(self.kept)", "return list(self.kept)[:3]")
    held, fallen = explored(pipe, late, 3), explored(pipe, late, 4)
    assert not held.failed and held.completed == 3
    assert fallen.failed and fallen.completed == 3
    assert {len(ran.result.schedule) for ran in fallen.failed} == {4}


def test_the_counterexample_is_a_shortest_schedule_and_stands_by_itself(pipe: Any) -> None:
    report = apart(pipe, GOOD_NODE.replace("return list(self.kept)", "return list(self.kept)[:1]"))
    (shown,) = report.shown
    assert shown.law == "keeps" and shown.minimal and shown.recurs
    assert shown.input[0] == "every node in a process of its own"
    assert sum(line.startswith("send(") for line in shown.input) == len(shown.input) - 2 == 2


def test_what_was_tried_is_counted_and_kept(pipe: Any) -> None:
    report = apart(pipe, GOOD_NODE, bound=2)
    assert not report.shown and report.problem is None
    # From the start: two sends. After one: two sends, a delivery, a loss. So 1 + 2 + 8 schedules.
    assert report.scope == {"decisions": 2, "schedules": 11, "states": 11, "drawn_schedules": 4}
    assert sum(len(t.segments) for t in report.transcripts) == 11 + 4
    assert all(is_apart(use) for t in report.transcripts for use in t.uses)


def test_a_node_is_asked_nothing_twice(pipe: Any) -> None:
    suite = bounded(pipe.suite, 3)
    counted = workers(suite, GOOD_NODE)
    machines = Machines(workers=counted, opening=Opening(random_seed=1), most=10**6)
    for merging in (True, False):
        Exploration(interface=suite.interface, spec=suite.worlds[0], machines=machines, merging=merging).run()
        if merging:
            calls = machines.calls
    assert machines.calls == calls
    assert len(counted.opened) == 2


def test_nodes_share_no_memory_and_hash_seeds_differ(pipe: Any) -> None:
    suite = bounded(pipe.suite, 2)
    counted = workers(suite, GOOD_NODE)
    machines = Machines(workers=counted, opening=Opening(random_seed=1), most=10**6)
    Exploration(interface=suite.interface, spec=suite.worlds[0], machines=machines).run()
    assert [(o.host, o.random_seed) for o in counted.opened] == [(0, 1), (1, 2)]


def test_an_instance_that_recovers_finds_nothing_but_its_log() -> None:
    bench = shipped("kv_store_v2")
    held = explored(bench, bench.control, 2)
    fallen = explored(bench, canary("kv_store_v2", "bad", "keeps_the_disk_in_memory"), 2, alone=True)
    assert not held.failed
    assert fallen.failed[0].result.broken is not None and fallen.failed[0].result.broken.law == "power_cut"


def test_a_right_program_that_counts_in_its_module_is_explored_in_fresh_processes(pipe: Any) -> None:
    counts = (
        GOOD_NODE.replace("class Node:", "MADE = []\nclass Node:")
        .replace("self.kept = []", "self.kept = []\n        MADE.append(1)")
        .replace("return self.kept[-1:]", "return [len(MADE)]")
    )
    ticking = small(
        PIPE.replace(
            "    @always()\n", "    @timer()\n    def tick(self) -> None:\n        self.node.tick()\n    @always()\n"
        )
    )
    report = apart(ticking, counts, bound=2)
    assert not report.shown and report.problem is None
    assert report.scope["decisions"] == 2


def test_answers_that_do_not_repeat_are_no_evidence(pipe: Any) -> None:
    # In this process all workers share the modules of the standard library: this one counts its own processes there.
    counting = """
        import bisect
        class Node:
            def __init__(self):
                bisect.made = getattr(bisect, "made", 0) + 1
                self.kept = []
            def take(self, n):
                self.kept.append(n)
                return [bisect.made % 256]
            def all(self):
                return list(self.kept)
            def tick(self):
                return []
    """
    report = apart(pipe, dedent(counting))
    assert not report.shown and report.problem is not None
    outcome, why = report.problem
    assert outcome == "INCONCLUSIVE" and "does not follow from what it was asked" in why


def test_calls_that_run_out_are_said_with_how_far_it_got(pipe: Any) -> None:
    exploration = explored(pipe, GOOD_NODE, 6, most=60)
    assert "every schedule of up to" in exploration.cut_short
    assert "not all of 6: more than 60 calls" in exploration.cut_short
    assert exploration.completed < 6


def test_a_stored_schedule_refutes_again_and_only_where_nodes_live_apart() -> None:
    bench = shipped("tcp_v2")
    source = canary("tcp_v2", "bad", "talks_past_the_network")
    (shown, *_) = apart(bench, source, bound=1).shown
    stored = stored_input(shown.transcript)
    assert [s.law for s in apart(bench, source, stored=[stored]).shown] == [shown.law]
    assert not apart(bench, bench.control, stored=[stored]).shown
    assert not bench.tried(source, stored=[stored]).shown


def test_drawn_schedules_refute_what_no_small_one_does(pipe: Any) -> None:
    late = GOOD_NODE.replace("return list(self.kept)", "return list(self.kept)[:5]")
    (shown,) = apart(pipe, late, bound=2, drawn=30).shown
    assert shown.law == "keeps"
    assert sum(line.startswith("send(") for line in shown.input) == 6


def test_a_law_that_only_the_control_apart_breaks_is_the_tasks_fault() -> None:
    from probatum.errors import TaskError

    shared = PIPE.replace("self.node.all() == self.sent", "self.node.tick() == self.far.tick()")
    both = (
        GOOD_NODE.replace("class Node:", "LAST = []\nclass Node:")
        .replace("self.kept.append(n)", "self.kept.append(n)\n        LAST[:] = [n]")
        .replace("return self.kept[-1:]", "return list(LAST)")
    )
    with pytest.raises(TaskError, match="its nodes living apart"):
        apart(small(shared, control=both), both)


class Colour(enum.Enum):
    RED = "red"


def read(value: Any) -> Any:
    return Reader(pasts={0: Past(place="a"), 1: Past(place="a")}).read(value)


def test_values_that_differ_in_type_sign_or_order_are_not_one_state() -> None:
    pairs = [
        (1, True),
        (1, 1.0),
        (0.0, -0.0),
        ("a", b"a"),
        ([1], (1,)),
        ({1: 1, 2: 2}, {2: 2, 1: 1}),
        ("red", Colour.RED),
    ]
    assert all(read(one) != read(other) for one, other in pairs)
    assert read({"a": [1, (2, b"x")]}) == read({"a": [1, (2, b"x")]})


def test_who_shares_a_list_with_whom_is_part_of_the_state() -> None:
    shared: list[int] = []
    other: list[int] = []
    assert read((shared, shared)) == read((other, other)) != read((shared, other))


def test_two_nodes_with_equal_pasts_are_not_one_node() -> None:
    past = Past(place="a")
    driver: Any = SimpleNamespace()
    reader = lambda value: Reader(pasts={0: past, 1: past}).read(value)  # noqa: E731
    one, other = Handle(driver, "Node", 0), Handle(driver, "Node", 1)
    assert reader((one, other)) != reader((one, one))
    assert reader((one, other)) == reader((other, one))


def test_a_world_that_remembers_what_cannot_be_compared_is_explored_without_merging() -> None:
    opaque = PIPE.replace("self.sent: list[int] = []", "self.sent: list[int] = []\n        self.mark = object()")
    assert opaque != PIPE
    with pytest.raises(Unreadable):
        read(object())
    report = apart(small(opaque), GOOD_NODE, bound=2)
    assert report.scope["decisions"] == 2 and report.scope["states"] == report.scope["schedules"]
    assert report.notes["unmerged"] == ["Pipe remembers a value of type object"]


def test_evidence_of_a_run_apart_is_judged_again_without_any_process(pipe: Any) -> None:
    (shown,) = apart(pipe, GOOD_NODE.replace("self.kept.append(n)", "self.kept = [n]")).shown
    assert rejudge(pipe.suite, shown.transcript.blob()) == ["keeps"]
