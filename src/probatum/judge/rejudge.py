"""A stored transcript judged again: which laws fail on it. No worker, no candidate: a pure function of task and
transcript."""

from __future__ import annotations

from probatum.errors import TaskError
from probatum.judge.compare import compare, differs, mistyped
from probatum.judge.drive import OracleDriver
from probatum.judge.explain import revive_ops
from probatum.judge.histories import plan_of, read_uses
from probatum.judge.interleaved.clients import is_client
from probatum.judge.interleaved.gears import rejudge_client
from probatum.judge.loss import law_of
from probatum.judge.schedules.programs import is_program
from probatum.judge.schedules.rejudge import rejudge_program
from probatum.judge.simulation.oracle import rejudge_schedule
from probatum.judge.simulation.schedule import is_schedule
from probatum.judge.suite import Suite
from probatum.judge.throughput.answers import is_measured, rejudge_measured
from probatum.task.declare import Unsatisfied
from probatum.transcript import Transcript, load_transcript, read_answers, read_segment
from probatum.types.codec import DecodeError


def rejudge(suite: Suite, blob: bytes) -> list[str]:
    """Names of the built-in laws that a stored transcript breaks, in order of appearance; [] when it breaks none.

    Raises `TaskError` when the transcript does not belong to a task of this shape.
    """
    try:
        transcript = load_transcript(blob)
        broken = [law for row in _rows(transcript) for law in _segment(suite, *row)]
    except (DecodeError, KeyError, Unsatisfied) as problem:
        raise TaskError(
            f"the transcript does not fit this task: {type(problem).__name__} {problem}", file="task.py"
        ) from None
    return list(dict.fromkeys([*broken, *_ending(transcript)]))


def _rows(transcript: Transcript) -> list[tuple[str, str, str]]:
    uses = transcript.uses or ("[]",) * len(transcript.segments)
    return list(zip(transcript.segments, transcript.replies, uses, strict=False))


def _ending(transcript: Transcript) -> list[str]:
    twin = transcript.twin
    if twin is not None and differs(transcript, twin):
        return ["deterministic"]
    return [] if transcript.ending.how == "completed" else [law_of(transcript.ending.how)]


def _segment(suite: Suite, calls: str, reply: str, uses: str) -> list[str]:
    if is_schedule(uses):
        return rejudge_schedule(suite, calls, reply, uses)
    if is_client(uses):
        return rejudge_client(suite, calls, reply)
    if is_measured(uses):
        return rejudge_measured(suite.throughput, calls, reply)
    if is_program(uses):
        return rejudge_program(suite, calls, reply)
    ops = revive_ops(suite, read_segment(calls))
    driver = OracleDriver(suite.interface)
    for op in ops:
        driver.make(op)
    planned = plan_of(driver, read_uses(suite, uses), frozenset(r.names for r in suite.interface.records()))
    if planned.expected == reply:
        return []
    try:
        answers = read_answers(reply, len(ops))
    except DecodeError:
        return ["protocol"]
    broken = [failure.law for failure in compare(suite, planned, answers).failures]
    # Comparing ends at the first answer that breaks a built-in law; a law on the live worker can meet this one later.
    typed = not any(mistyped(suite, planned, answers, at) for at in range(len(answers)))
    return broken if typed else [*broken, "result_type"]
