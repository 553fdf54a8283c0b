"""The bench on which the critic tries programs: one lane, one task, its reference and its oracle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from probatum.candidate import Candidate, python_candidate
from probatum.cascade import assess
from probatum.critic.clone import oracle_source
from probatum.critic.findings import Difference, Program, Row
from probatum.critic.secondlane import SecondLane, shared
from probatum.judge.lane import Lane
from probatum.lab.seeds import Seeds
from probatum.levels.context import Context
from probatum.levels.simulation import refuted_at_a_glance
from probatum.task.model import Task
from probatum.verdict import Assessment, Outcome

T = TypeVar("T")
R = TypeVar("R")

PATIENCE_CPU_S = 0.4
"""A program that needs more for the shared inputs counts as one that does not return; references need a tenth."""
PATIENCE = 5.0
"""The same as a multiple of what the reference needs for all of them, where that is less."""
LEAST_CPU_S = 0.1
SMALL_CALLS = 600
"""Argument tuples of functions in the small scope of a comparison."""
MOST_DEPTH = 2
GEARS = ("corpus", "exhaustive", "fresh")


@dataclass(slots=True, kw_only=True)
class Bench:
    """Where programs are tried. ``cpu_s`` adds up what they cost."""

    task: Task
    lane: Lane
    seeds: Seeds
    task_word: str = ""
    say: Callable[[str], None] = lambda text: None
    cpu_s: float = 0.0
    patience_cpu_s: float = PATIENCE_CPU_S
    """What a process may use on the shared inputs; less once it is known how much the reference needs."""
    standard: str = ""
    """The outcome of the reference, once it is needed."""
    shape: list[dict[str, Any]] = field(default_factory=list)
    second: SecondLane | None = None
    """A second lane, for work on programs that do not depend on each other."""

    @property
    def reference(self) -> str:
        """The source of the control; "" when it is not Python."""
        return self.task.canary(self.task.control).files.get("sut.py", b"").decode()

    @property
    def oracle(self) -> str:
        """The oracle as a candidate; "" when there is none."""
        return oracle_source(self.task.files["task.py"].decode()) or ""

    @property
    def depth(self) -> int:
        """Calls in a sequence of the small scope."""
        return min(MOST_DEPTH, int(self.lane.suite["depth"]))

    @property
    def scope(self) -> str:
        """The inputs on which programs are compared, in words."""
        small = f"every sequence of {self.depth} small calls, " if self.depth else ""
        small += f"the {SMALL_CALLS} smallest calls per function, " if self.lane.suite["methods"] else ""
        return f"corpus, {small}120 drawn histories"

    def row(self, program: Program) -> Row:
        """What a program does on the shared inputs."""
        found = self.lane.matrix(python_candidate(program.source), cpu_s=self.patience_cpu_s)
        cpu_s = found["cpu_s"] + found["judge_cpu_s"]
        self.cpu_s += cpu_s
        return Row(program=program, laws=found["laws"], lost=found["lost"], cpu_s=cpu_s)

    def learn_patience(self) -> None:
        """Wait no longer than sense is in it for programs that do not return: most of a survey's time can go there."""
        row = self.row(Program(name="reference", origin="reference", source=self.reference))
        if row.alive:
            self.patience_cpu_s = min(PATIENCE_CPU_S, max(LEAST_CPU_S, PATIENCE * row.cpu_s))

    def rows(self, programs: Iterable[Program]) -> list[Row]:
        """What every program does, with progress."""
        every = list(programs)
        return self.each(every, Bench.row, [f"trying {program.origin}" for program in every])

    def each(self, items: Sequence[T], do: Callable[[Bench, T], R], told: Sequence[str]) -> list[R]:
        """What is found for every item, in their order, on both lanes where there are two; ``told``: what is being
        done, per item."""
        numbered = list(enumerate(zip(items, told, strict=True), 1))

        def mine(one: tuple[int, tuple[T, str]]) -> R:
            number, (item, what) = one
            self.say(f"{what} {number} of {len(numbered)}")
            return do(self, item)

        if self.second is None or len(numbered) < 2:
            return [mine(one) for one in numbered]
        benches: dict[int, Bench] = {}

        def theirs(lane: Lane, one: tuple[int, tuple[T, str]]) -> R:
            bench = benches.setdefault(0, replace(self, lane=lane, second=None, say=lambda text: None, cpu_s=0.0))
            return do(bench, one[1][0])

        found = shared(numbered, mine, theirs, self.second)
        self.cpu_s += sum(bench.cpu_s for bench in benches.values())
        return found

    def differ(self, one: str, other: str) -> Difference | None:
        """The smallest input found on which two sources differ."""
        found = self.lane.differ(
            python_candidate(one),
            python_candidate(other),
            gears=list(GEARS),
            depth=self.depth,
            calls=SMALL_CALLS,
            seed="differ",
            cpu_s=PATIENCE_CPU_S,
        )
        return None if found is None else difference_of(found)

    def same_on(self, one: str, other: str, segment: str) -> bool:
        """Whether two sources answer alike on one input."""
        found = self.lane.differ(
            python_candidate(one),
            python_candidate(other),
            gears=["stored"],
            stored=[segment],
            depth=0,
            calls=0,
            seed="",
            cpu_s=PATIENCE_CPU_S,
        )
        return found is None

    def assess(self, source: str) -> Assessment:
        """The program through the whole cascade, on inputs drawn for it, as any candidate."""
        candidate = replace(python_candidate(source), author="critic")
        return self.assess_candidate(candidate)

    def passes(self, source: str) -> bool:
        """Whether a program fares as well as the reference: where the task is vacuous, nothing is ever accepted."""
        outcome = self.assess(source).outcome
        if outcome is Outcome.INCONCLUSIVE and self.reference and not self.standard:
            self.standard = self.assess(self.reference).outcome.value
        return outcome is Outcome.HOLDS or (outcome is Outcome.INCONCLUSIVE and outcome.value == self.standard)

    def refuted_at_a_glance(self, source: str) -> bool:
        """Whether the worlds of the task refute a program soon, so that the cascade need not be run to know it."""
        return refuted_at_a_glance(replace(python_candidate(source), author="critic"), self._context())

    def assess_candidate(self, candidate: Candidate) -> Assessment:
        """A candidate through the whole cascade."""
        assessment = assess(self.task, candidate, self._context())
        self.cpu_s += sum(v.cpu_s for v in assessment.verdicts)
        return assessment

    def _context(self) -> Context:
        return Context(lane=self.lane, seeds=self.seeds, types=False, outcome_only=True, task_word=self.task_word)


def difference_of(found: dict[str, Any]) -> Difference:
    """The judge's answer as a value."""
    length, weight = found["size"]
    return Difference(
        input=tuple(found["input"]),
        call=found["call"],
        method=f"{found['owner']}.{found['method']}" if found["owner"] else found["method"],
        kind=found["kind"],
        after=tuple(found["after"]),
        one=found["one"],
        other=found["other"],
        oracle=found["oracle"],
        size=(length, int(weight)),
        minimal=found["minimal"],
        segment=found["segment"],
        python=tuple(found["python"]),
        expected=found["expected"],
    )
