"""Which laws a program breaks, without shrinking or blaming: what judging hundreds of mutants can afford.

The inputs are the same for every program, because a mutant does not know them; what survives is tried on fresh inputs
afterwards like any candidate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from probatum.judge.chunks import chunks
from probatum.judge.compare import Failure, compare
from probatum.judge.drive import method_of
from probatum.judge.evidence import input_lines
from probatum.judge.histories import Planned
from probatum.judge.loss import law_of
from probatum.judge.ports import Opening, Ran, Workers, run_plan
from probatum.judge.stepping import step_law
from probatum.judge.suite import Suite
from probatum.judge.trial import Trial
from probatum.transcript import RETURNED, UNDECLARED, Answer
from probatum.types.conform import mismatch

HISTORIES_PER_LAW = (2, 10)
"""For every program, and more for those that no law has refuted by then."""
LEAST_HISTORIES = (12, 48)
CALLS_PER_HISTORY = 8
MAX_STEPS = 4
"""Times that one law is tried on the live worker per program: each is a process of its own."""


@dataclass(slots=True)
class Row:
    """What one program did."""

    laws: Counter[str] = field(default_factory=Counter)
    first: dict[str, Failure] = field(default_factory=dict)
    """Per law the shortest failure seen."""
    lost: str = ""
    """How the process ended, where it did not answer."""
    calls: int = 0
    cpu_s: float = 0.0
    steps: Counter[str] = field(default_factory=Counter)

    def as_json(self) -> dict[str, Any]:
        """Plain data for the controller."""
        shortest = min(self.first.values(), key=lambda f: f.at, default=None)
        shown = None
        if shortest is not None:
            lines = input_lines(shortest)
            shown = {"law": shortest.law, "input": list(lines), "observed": shortest.observed}
        return {
            "laws": dict(self.laws),
            "lost": self.lost,
            "first": shown,
            "calls": self.calls,
            "cpu_s": self.cpu_s,
        }


def matrix_plans(trial: Trial) -> list[list[list[Planned]]]:
    """The shared inputs in two stages: the corpus and short histories in which every law is tried a few times; then
    more histories, for what no law has refuted by then. Each stage is in as few processes as can be: starting them is
    most of what a program costs that is refuted at once."""
    stages = [list(trial.corpus()), list[list[Planned]]()]
    for stage, per_law, least in zip(stages, HISTORIES_PER_LAW, LEAST_HISTORIES, strict=True):
        histories = max(least, per_law * len(trial.suite.laws))
        stage += trial.fresh(f"matrix {per_law}", calls=CALLS_PER_HISTORY * histories, histories=histories)
    return [list(chunks([planned for plan in stage for planned in plan])) for stage in stages]


def matrix_row(suite: Suite, workers: Workers, stages: Sequence[Sequence[list[Planned]]], opening: Opening) -> Row:
    """Run every plan in a fresh process and collect every law that fails; ends after the stage in which one failed,
    and where a process is lost."""
    row = Row()
    for number, stage in enumerate(stages):
        if not row.laws and not row.lost:
            _stage(suite, workers, stage, replace(opening, host=(opening.host + number) % 2), row)
    return row


def _stage(suite: Suite, workers: Workers, plans: Sequence[list[Planned]], opening: Opening, row: Row) -> None:
    for number, plan in enumerate(plans):
        turn = replace(opening, host=(opening.host + number) % 2)
        ran = run_plan(workers, plan, turn)
        row.cpu_s += ran.transcript.ending.cpu_s
        _judge(suite, workers, plan, ran, turn, row)
        if not ran.complete:
            row.lost = ran.transcript.ending.how if ran.loaded[:1] == ("loaded",) else "loads"
            row.laws[law_of(row.lost)] += 1
            return


def by_itself(suite: Suite, failure: Failure, answers: Sequence[Answer]) -> bool:
    """Whether a law fails by what it says. An answer that no law can be given fails every law that asks for it, which
    speaks for the built-in law alone (and for a law that says that nothing raises)."""
    if failure.use is None or failure.use.law.mark.kind == "never_raises":
        return True
    answer = answers[failure.at]
    kind = method_of(suite.interface, failure.planned.ops[failure.at], failure.planned.owners).result
    return answer.how != UNDECLARED and not (
        answer.how == RETURNED and kind is not None and mismatch(kind, answer.value) is not None
    )


def _judge(suite: Suite, workers: Workers, plan: list[Planned], ran: Ran, opening: Opening, row: Row) -> None:
    for planned, answers in zip(plan, ran.answers, strict=False):
        row.calls += len(planned.ops)
        if answers is None:
            continue
        compared = compare(suite, planned, answers)
        failures = [f for f in compared.failures if by_itself(suite, f, answers)]
        for use in compared.diverged:
            if row.laws[use.law.name] or row.steps[use.law.name] >= MAX_STEPS:
                continue
            row.steps[use.law.name] += 1
            found = step_law(suite, workers, planned, use, opening)
            failures += [found] if isinstance(found, Failure) else []
        for failure in failures:
            row.laws[failure.law] += 1
            known = row.first.get(failure.law)
            if known is None or failure.at < known.at:
                row.first[failure.law] = failure
