"""Level 6 in the cascade, with real processes: gates, vacuity, lost processes, and who notices its absence."""

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
from probatum.levels.context import Context
from probatum.levels.simulation import Simulation, schedules
from probatum.selftest.canaries import bench_of, every_row
from probatum.task.model import GateLevel, Limits, Task
from probatum.verdict import Outcome, Strength, Verdict

WORLD = """
@world(steps=8)
class Pipe(World):
    node: Node
    def start(self) -> None:
        self.sent: list[int] = []
    @action()
    def send(self, n: Annotated[U8, few(3)]) -> None:
        self.wire(n)
    @link("drop")
    def wire(self, n: int) -> None:
        self.node.take(n)
    @always()
    def small(self) -> None:
        "A node holds numbers."
        assert all(n < 256 for n in self.node.all())
"""


def task_of(text: str) -> Task:
    """A task around the echoing node, its good node being the control."""
    base = read_task("tcp_v1")
    good = replace(base.canary("reference"), files={"sut.py": GOOD_NODE.encode()})
    gate = (GateLevel(level="simulation", at_least=(("schedules", 80),)),)
    limits = Limits(cpu_s=0.5, wall_s=5, reply_kb=1024)
    files = {**base.files, "task.py": text.encode()}
    return replace(base, files=files, canaries=(good,), gate=gate, limits=limits, requirements=())


def judged(text: str, source: str, **more: Any) -> Verdict:
    """What level simulation says of a candidate."""
    task = task_of(text)
    with Lane(task, tier="plain") as lane:
        return Simulation().check(
            task, Candidate(files={"sut.py": source.encode()}), Context(lane=lane, seeds=fresh_seeds(), **more)
        )


@pytest.fixture(scope="module")
def tcp() -> Iterator[tuple[Task, Lane]]:
    task = read_task("tcp_v1")
    with Lane(task, tier="plain") as lane:
        yield task, lane


def test_a_right_candidate_holds_and_the_scope_says_how_far() -> None:
    verdict = judged(ECHO + WORLD, GOOD_NODE)
    assert verdict.outcome is Outcome.HOLDS and verdict.strength is Strength.SAMPLED
    assert verdict.scope.count("schedules") == 80
    assert "Pipe: wire drop" in verdict.scope.sentence


def test_a_fault_that_never_happened_makes_the_level_vacuous() -> None:
    verdict = judged(ECHO + WORLD.replace("self.wire(n)", "self.node.take(n)"), GOOD_NODE)
    assert verdict.outcome is Outcome.INCONCLUSIVE
    assert "wire drop never happened" in verdict.reason


def test_a_task_without_worlds_has_nothing_to_check() -> None:
    assert judged(ECHO, GOOD_NODE).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("old", "new", "law"),
    [
        ("self.kept.append(n)", "import os; os._exit(0) if n == 2 else self.kept.append(n)", "alive"),
        pytest.param(
            "self.kept.append(n)",
            "\n        while n == 2: pass\n        self.kept.append(n)",
            "returns",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_a_process_lost_in_a_world_is_the_candidates_doing(old: str, new: str, law: str) -> None:
    verdict = judged(ECHO + WORLD, GOOD_NODE.replace(old, new))
    assert [f.law for f in verdict.findings] == [law]
    shown = verdict.findings[0].counterexample
    assert shown is not None and "take(2)" in shown.observed


@pytest.mark.parametrize("outcome_only", [False, True])
def test_an_answer_beyond_all_bounds_is_called_too_large(outcome_only: bool) -> None:
    endless = GOOD_NODE.replace("return list(self.kept)", "return [1] * 700_000")
    verdict = judged(ECHO + WORLD, endless, outcome_only=outcome_only)
    (finding,) = verdict.findings
    assert finding.law == "protocol" and finding.counterexample is not None
    assert "all(): the reply does not parse: a frame that is cut short or too large" in finding.counterexample.observed


def test_a_cascade_that_ignores_the_worlds_accepts_nothing(tcp: tuple[Task, Lane]) -> None:
    task, lane = tcp
    candidate = Candidate(files={"sut.py": canary("tcp_v1", "good", "reference").encode()})
    context = Context(lane=lane, seeds=chosen_seeds(1), types=False)
    without = assess(task, candidate, context, levels=LADDER[:-1])
    assert without.outcome is Outcome.INCONCLUSIVE and "simulation" in without.reason
    assert assess(task, candidate, context).accepted


@pytest.mark.slow
def test_selftest_notices_a_level_that_ignores_the_worlds(tcp: tuple[Task, Lane]) -> None:
    task, lane = tcp
    for levels, right in ((LADDER, True), (LADDER[:-1], False)):
        rows = list(every_row(bench_of(few(task), "tcp_v1", lane, chosen_seeds(2), levels=levels)))
        assert {row.as_promised for row in rows} == {right}


def few(task: Task) -> Task:
    """The task with its control and one bad canary, which small and drawn schedules refute."""
    return replace(task, canaries=tuple(c for c in task.canaries if c.name in ("reference", "any_ack_counts")))


class WithoutPart:
    """A lane whose judge finds nothing by one part of a simulation: small, drawn or stored schedules."""

    def __init__(self, lane: Lane, part: str) -> None:
        self._lane, self._part = lane, part

    def __getattr__(self, name: str) -> Any:
        return getattr(self._lane, name)

    def trial(self, candidate: Candidate, **request: Any) -> dict[str, Any]:
        if request["gear"] == "worlds" and self._part != "stored" and not request["stored"]:
            if request.get("only") == self._part:
                return {**self._lane.trial(candidate, **request), "shown": []}
            request["only"] = {"small": "drawn", "drawn": "small"}[self._part]
        report = self._lane.trial(candidate, **request)
        return {**report, "shown": []} if self._part == "stored" and request.get("stored") else report


@pytest.mark.slow
@pytest.mark.parametrize(
    ("part", "row"),
    [("small", "small schedules"), ("drawn", "drawn schedules"), ("stored", "regression of schedules"), ("", "")],
)
def test_selftest_notices_a_part_of_the_level_that_finds_nothing(tcp: tuple[Task, Lane], part: str, row: str) -> None:
    task, lane = tcp
    broken: Any = WithoutPart(lane, part) if part else lane
    rows = list(every_row(bench_of(few(task), "tcp_v1", broken, chosen_seeds(2))))
    parts = {r.name for r in rows if r.kind in ("gear", "stored")}
    assert parts == {"small schedules", "drawn schedules", "regression of schedules"}
    failing = {r.name for r in rows if not r.as_promised and r.kind in ("gear", "stored")}
    assert failing == ({row} if row else set())


def test_the_best_of_many_has_to_hold_in_more_schedules() -> None:
    task = read_task("tcp_v1")
    assert schedules(task, 1) == 1000
    assert schedules(task, 16) == 2000


@pytest.mark.slow
def test_a_candidate_that_is_slow_as_a_whole_is_not_taken_for_one_that_hangs() -> None:
    slow = GOOD_NODE.replace("self.kept.append(n)", "sum(range(600_000)); self.kept.append(n)")
    verdict = judged(ECHO + WORLD, slow)
    assert verdict.outcome is Outcome.HOLDS, verdict.reason
