"""The third handle: a law drives the live worker call by call, because its calls depend on results."""

from __future__ import annotations

from dataclasses import dataclass, replace

from probatum.errors import TaskError
from probatum.judge.compare import SENTENCES, Failure, built_in_failure, law_failure, law_outcome, mistyped
from probatum.judge.drive import OracleDriver, Signal, apply_law
from probatum.judge.histories import LawUse, Planned, write_uses
from probatum.judge.ports import Opening, Ran, Worker, Workers, read_loaded, unread
from probatum.judge.suite import Suite
from probatum.transcript import Answer, Ending, Op, Transcript, read_answer, segment_text
from probatum.types.codec import DecodeError


class LostWhileStepping(Signal):
    """The process went away (or its bytes do not parse) under a law."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """The process did not survive the law: the calls made so far, the last of which was not answered."""

    planned: Planned
    ran: Ran


class StepDriver:
    """Makes calls on a live worker and records them.

    The oracle is called first, because a call that its precondition excludes must not reach a candidate. Where the
    candidate's
    own results bring the oracle into a state it cannot answer from, it no longer takes part.
    """

    def __init__(self, suite: Suite, worker: Worker) -> None:
        self.interface = suite.interface
        self.worker = worker
        self.shadow: OracleDriver | None = OracleDriver(suite.interface)
        self.ops: list[Op] = []
        self.answers: list[Answer] = []
        self.replies: list[str] = []

    def make(self, op: Op) -> Answer:
        """The worker's answer; raises `LostWhileStepping`, or `Unsatisfied` for a call outside the specification."""
        self._precondition(op)
        reply = self.worker.step(op.text())
        self.ops.append(op)
        if reply is None:
            raise LostWhileStepping
        self.replies.append(reply.decode(errors="replace"))
        try:
            answer = read_answer(reply)
        except DecodeError as problem:
            raise LostWhileStepping(unread(reply, problem)) from None
        self.answers.append(answer)
        return answer

    def _precondition(self, op: Op) -> None:
        if self.shadow is not None:
            try:
                self.shadow.make(op)
            except (TaskError, KeyError):
                self.shadow = None


def step_law(suite: Suite, workers: Workers, planned: Planned, use: LawUse, opening: Opening) -> Failure | Lost | None:
    """Replay the calls before a law on a fresh worker, then let the law drive it; None when it holds or does not
    apply.
    """
    worker, first = workers.open(opening)
    driver = StepDriver(suite, worker)
    try:
        if read_loaded(first) != ("loaded",) or not worker.segment():
            raise LostWhileStepping("before the first call")
        for op in planned.ops[: use.start]:
            driver.make(op)
        why = law_outcome(use.law, lambda: apply_law(use.law, driver, use.numbers, use.values, use.next_handle))
    except LostWhileStepping as problem:
        lost, detail = True, str(problem)
    else:
        lost, detail = False, ""
    finally:
        ending = worker.close()
    if lost:
        return _lost(driver, planned, opening, ending, detail)
    return None if why is None else _failed(suite, driver, planned, use, opening, ending, why)


def _failed(
    suite: Suite, driver: StepDriver, planned: Planned, use: LawUse, opening: Opening, ending: Ending, why: str
) -> Failure:
    stepped = _stepped(driver, planned, (use,))
    transcript = Transcript(
        segments=(stepped.text,),
        replies=("[" + ",".join(driver.replies) + "]",),
        ending=replace(ending, how="completed", detail=""),
        hash_seed=opening.host,
        random_seed=opening.random_seed,
        uses=(write_uses((use,)),),
    )
    at = max(0, len(driver.ops) - 1)
    return replace(_broken(suite, stepped, use, why, at), use=use, transcript=transcript)


def _broken(suite: Suite, stepped: Planned, use: LawUse, why: str, at: int) -> Failure:
    """An answer of a wrong type says nothing about the law that met it, and every law meets the same: then the
    built-in law is broken."""
    if mistyped(suite, stepped, stepped.answers, at):
        return built_in_failure(suite, "result_type", stepped, at, why, SENTENCES["result_type"])
    return law_failure(use, stepped, why, at)


def _stepped(driver: StepDriver, planned: Planned, uses: tuple[LawUse, ...]) -> Planned:
    """What was asked and answered as a segment."""
    ops = tuple(driver.ops)
    owners = {**planned.owners, **{op.handle: op.owner for op in ops if op.verb == "n"}}
    return Planned(
        ops=ops, answers=tuple(driver.answers), uses=uses, text=segment_text(ops), expected="", owners=owners
    )


def _lost(driver: StepDriver, planned: Planned, opening: Opening, ending: Ending, detail: str) -> Lost:
    stepped = _stepped(driver, planned, ()) if driver.ops else planned
    transcript = Transcript(
        segments=(stepped.text,),
        replies=tuple(["[" + ",".join(driver.replies) + "]"] if detail and driver.ops else []),
        ending=replace(ending, how="protocol", detail=detail) if detail and driver.ops else ending,
        hash_seed=opening.host,
        random_seed=opening.random_seed,
    )
    return Lost(planned=stepped, ran=Ran(transcript=transcript, loaded=("loaded",), answers=()))
