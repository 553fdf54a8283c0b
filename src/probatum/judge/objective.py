"""The objective of a task: a number that the judge works out from a candidate's answers, on inputs nobody has seen.

Its inputs are drawn like those of a law, but its parameters are seeds, drawn uniformly, so that no edge is met twice.
The number is a pure function of task and transcript; a clock has no part in it. The same inputs are answered by the
oracle, and what counts is the ratio: a candidate is not better because its inputs were kinder.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from probatum.errors import TaskError
from probatum.judge.drive import BadAnswer, Functions, PlaybackDriver
from probatum.judge.histories import Drawers, History, Planned, read_uses
from probatum.judge.suite import Law, Suite
from probatum.lab.rng import Rng
from probatum.transcript import Answer, Transcript, read_answers

BITS = 64


def objective_plans(drawers: Drawers, seed: str) -> list[list[Planned]]:
    """The cases of the objective, each for a process of its own. Raises `TaskError`."""
    law = objective_of(drawers.suite)
    plans = []
    for number in range(law.mark.cases):
        r = Rng(f"{seed} {number}")
        plans.append(_plan(drawers, law, r, tuple(r.getrandbits(BITS) for _ in law.params)))
    return plans


def benchmark_plans(drawers: Drawers) -> list[list[Planned]]:
    """The cases of the benchmark, likewise; none where none is declared. Raises `TaskError`."""
    law = drawers.suite.benchmark
    cases = range(0 if law is None else law.mark.cases)
    return [_plan(drawers, law, Rng("benchmark"), (case,)) for case in cases if law is not None]


def _plan(drawers: Drawers, law: Law, r: Rng, values: tuple[int, ...]) -> list[Planned]:
    history = History(drawers, r)
    history.record(law, (-1,), values)
    return [history.planned()]


def objective_of(suite: Suite) -> Law:
    """The objective; raises `TaskError` where a task has none."""
    if suite.objective is None:
        raise TaskError("the task declares no objective", file="task.py", fix="Write a function under @objective")
    return suite.objective


def measure(suite: Suite, plans: Sequence[Sequence[Planned]], transcripts: Sequence[Transcript]) -> list[list[float]]:
    """Per case the candidate's number and the oracle's; transcripts that are no case (twins, attempts) are left out.
    Raises `TaskError` for what is no number."""
    answered = {(t.segments, t.uses): t for t in transcripts if t.ending.how == "completed"}
    rows = []
    for [planned] in plans:
        transcript = answered.get(((planned.text,), (planned.uses_text,)))
        if transcript is not None:
            answers = read_answers(transcript.replies[0], len(planned.ops))
            rows.append([_number(suite, planned, answers), _number(suite, planned, planned.answers)])
    return rows


def _number(suite: Suite, planned: Planned, answers: Sequence[Answer]) -> float:
    [use] = read_uses(suite, planned.uses_text)
    driver = PlaybackDriver(suite.interface, planned.ops, answers, planned.owners, use.start)
    try:
        value = use.law.body(Functions(driver, use.next_handle), *use.values)
    except (AssertionError, BadAnswer) as problem:  # laws were tried before: the body is no function of its calls
        raise TaskError(f"objective {use.law.name}() fails when it is worked out again: {problem}") from None
    if type(value) not in (int, float) or not math.isfinite(value) or value <= 0:
        raise TaskError(
            f"objective {use.law.name}() gives {value!r}",
            file="task.py",
            line=use.law.line,
            fix="Return a finite number above 0",
        )
    return float(value)
