"""Level 7 in the cascade, with real processes: controls, gates, vacuity, lost processes, and what only it refutes."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from simulating import ECHO, GOOD_NODE, canary

from probatum.candidate import Candidate
from probatum.cascade import LADDER, assess
from probatum.judge.lane import Lane
from probatum.lab.files import read_task
from probatum.lab.seeds import chosen_seeds, fresh_seeds
from probatum.levels import parting
from probatum.levels.conformance import Conformance, explores
from probatum.levels.context import Context
from probatum.report.score import score
from probatum.task.model import GateLevel, Limits, Task
from probatum.task.parse import parse_task
from probatum.verdict import Outcome, Strength, Verdict

PIPE = """
@world(steps=8, apart=2)
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


def task_of(text: str) -> Task:
    """A task around the echoing node, its good node being the control."""
    base = read_task("tcp_v1")
    good = replace(base.canary("reference"), files={"sut.py": GOOD_NODE.encode()})
    gate = (GateLevel(level="conformance", at_least=(("decisions", 2), ("drawn_schedules", 3))),)
    limits = Limits(cpu_s=0.5, wall_s=5, reply_kb=1024)
    files = {**base.files, "task.py": text.encode()}
    return replace(base, files=files, canaries=(good,), gate=gate, limits=limits, requirements=())


def judged(text: str, source: str, *, blind: str = "", **more: Any) -> Verdict:
    """What level conformance says of a candidate; its controls are tried once, elsewhere."""
    task = task_of(text)
    with Lane(task, tier="plain") as lane:
        lane.parting_blind = blind
        return Conformance().check(
            task, Candidate(files={"sut.py": source.encode()}), Context(lane=lane, seeds=fresh_seeds(), **more)
        )


@pytest.fixture(scope="module")
def controls() -> Iterator[Lane]:
    with Lane(parting.control_task(), tier="plain") as lane:
        yield lane


@pytest.mark.parametrize(("what", "source", "law"), parting.MUST_FALL)
def test_each_bad_control_falls_by_the_law_it_breaks(controls: Lane, what: str, source: str, law: str) -> None:
    assert parting.broken(controls, source) == law


def test_the_right_control_holds_to_the_bound(controls: Lane) -> None:
    assert parting.broken(controls, parting.RIGHT) == ""
    assert parting.parting_blind(controls) == ""


def test_one_decision_less_would_not_see_the_control_that_needs_the_bound() -> None:
    task = parting.control_task()
    shallow = parting.TASK.replace(f"apart={parting.BOUND}", f"apart={parting.BOUND - 1}")
    with Lane(replace(task, files={**task.files, "task.py": shallow.encode()}), tier="plain") as lane:
        assert parting.broken(lane, parting.FORGETS_THE_THIRD) == "the bound was not reached"


def test_nodes_in_one_process_would_hide_both_controls_that_share_memory() -> None:
    together = parting.TASK.replace(f"apart={parting.BOUND}", "exhaustive=4")
    task = parting.control_task()
    with Lane(replace(task, files={**task.files, "task.py": together.encode()}), tier="plain") as lane:
        hidden = {parting.TALKS_BEHIND_THE_NETWORK: False, parting.OUTLIVES_A_CRASH: False}
        for source, falls in {**hidden, parting.FORGETS_THE_THIRD: True}.items():
            candidate = Candidate(files={"sut.py": source.encode()})
            request = {"gear": "worlds", "seed": "a", "schedules": 100, "stored": [], "host": 0, "random_seed": 1}
            assert bool(lane.trial(candidate, **request)["shown"]) == falls


def test_a_level_whose_controls_are_not_seen_is_absent_and_accepts_nothing() -> None:
    verdict = judged(ECHO + PIPE, GOOD_NODE, blind="it does not see that memory outlives a crash: it holds")
    assert verdict.outcome is Outcome.SKIPPED and verdict.reason.startswith("absent: it does not see")


def test_a_right_candidate_holds_and_the_scope_is_structure() -> None:
    verdict = judged(ECHO + PIPE, GOOD_NODE)
    assert verdict.outcome is Outcome.HOLDS and verdict.strength is Strength.BOUNDED
    assert verdict.scope.counts == (("decisions", 2), ("schedules", 11), ("states", 11), ("drawn_schedules", 3))
    assert "every schedule of up to 2 decisions" in verdict.scope.sentence
    assert "Pipe: wire drop" in verdict.scope.sentence


def test_a_fault_that_never_happened_makes_the_level_vacuous() -> None:
    verdict = judged(ECHO + PIPE.replace("self.wire(m)", "self.far.take(m)"), GOOD_NODE)
    assert verdict.outcome is Outcome.INCONCLUSIVE
    assert "vacuous" in verdict.reason and "wire drop never happened" in verdict.reason


def test_a_law_that_is_false_apart_refutes_with_the_calls_of_both_processes() -> None:
    verdict = judged(ECHO + PIPE, GOOD_NODE.replace("return list(self.kept)", "return self.kept[:1] * 2"))
    (finding,) = verdict.findings
    shown = finding.counterexample
    assert finding.law == "keeps" and shown is not None and shown.minimal
    assert shown.input[0] == "every node in a process of its own"
    assert shown.input[-1].startswith("send(0); node.take(0) -> [0]")


def test_a_process_lost_apart_is_the_candidates_doing() -> None:
    verdict = judged(ECHO + PIPE, GOOD_NODE.replace("self.kept.append(n)", "import os; os._exit(0)"))
    (finding,) = verdict.findings
    assert finding.law == "alive" and finding.counterexample is not None
    assert "take(0)" in finding.counterexample.observed


@pytest.mark.slow
def test_a_world_with_more_states_than_can_be_tried_accepts_nothing() -> None:
    deep = PIPE.replace("apart=2", "apart=9").replace('"drop"', '"drop", "duplicate", "reorder"')
    talkative = GOOD_NODE.replace("return [n]", "return [n, *self.kept]")
    verdict = judged(ECHO + deep, talkative)
    assert verdict.outcome is Outcome.INCONCLUSIVE
    assert "every schedule of up to" in verdict.reason and "not all of 9" in verdict.reason
    assert verdict.scope.count("decisions") == 0


def test_a_task_that_declares_nothing_has_no_such_level() -> None:
    task = read_task("tcp_v1")
    assert explores(task, {"apart": {"LossyData": 6}})
    assert explores(task, {"apart": {}})
    assert not explores(replace(task, gate=(), invariants=()), {"apart": {}})
    assert judged(ECHO + PIPE.replace(", apart=2", ""), GOOD_NODE).outcome is Outcome.NOT_APPLICABLE


def test_a_gate_may_ask_for_its_counts_and_no_others() -> None:
    files = dict(parting.control_task().files)
    parse_task("cells", {**files, "task.toml": parting.TOML.replace("decisions = 4", "states = 9").encode()})
    with pytest.raises(Exception, match="level conformance has no count"):
        parse_task("cells", {**files, "task.toml": parting.TOML.replace("decisions = 4", "runs = 9").encode()})


def test_the_score_view_counts_the_level_where_it_held() -> None:
    below = ("boundary", "build", "behaviour", "memory", "schedules", "simulation")
    verdicts = [Verdict(level=name, outcome=Outcome.HOLDS) for name in below]
    held = Verdict(level="conformance", outcome=Outcome.HOLDS)
    assert score(verdicts) == 440
    assert score([*verdicts, held]) == 550
    assert score([*verdicts, replace(held, outcome=Outcome.SKIPPED)]) == 440


@pytest.mark.parametrize(
    ("task_name", "name", "law"),
    [
        ("tcp_v1", "talks_past_the_network", "faultless_delivery"),
        ("tcp_v2", "talks_past_the_network", "faultless_delivery"),
        ("tcp_v2", "looks_at_the_other_end", "eventual_delivery"),
        ("kv_store_v2", "keeps_the_disk_in_memory", "power_cut"),
    ],
)
@pytest.mark.slow
def test_what_every_level_below_accepts_falls_here(task_name: str, name: str, law: str) -> None:
    task = read_task(task_name)
    candidate = Candidate(files={"sut.py": canary(task_name, "bad", name).encode()})
    with Lane(task, tier="plain") as lane:
        context = Context(lane=lane, seeds=chosen_seeds(1), types=False)
        whole = assess(task, candidate, context)
    assert {v.level for v in whole.verdicts if v.outcome is Outcome.REFUTED} == {"conformance"}
    assert law in [f.law for v in whole.verdicts for f in v.refuting]
    assert {v.level for v in whole.verdicts} == {*(level.name for level in LADDER), "conformance"}
