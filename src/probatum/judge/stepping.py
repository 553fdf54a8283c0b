"""The third handle: a law drives the live worker call by call, because its calls depend on results."""

from __future__ import annotations

from dataclasses import replace

from probatum.judge.compare import Failure, law_failure, law_outcome
from probatum.judge.drive import Signal, apply_law
from probatum.judge.histories import LawUse, Planned, write_uses
from probatum.judge.ports import Opening, Worker, Workers, read_loaded
from probatum.judge.suite import Suite
from probatum.task.interface import Interface
from probatum.transcript import Answer, Op, Transcript, read_answers, segment_text
from probatum.types.codec import DecodeError


class LostWhileStepping(Signal):
    """The process went away (or its bytes do not parse) under a law."""


class StepDriver:
    """Makes calls on a live worker and records them."""

    def __init__(self, interface: Interface, worker: Worker) -> None:
        self.interface = interface
        self.worker = worker
        self.ops: list[Op] = []
        self.answers: list[Answer] = []
        self.replies: list[str] = []

    def make(self, op: Op) -> Answer:
        """The worker's answer; raises `LostWhileStepping`."""
        reply = self.worker.step(op.text())
        self.ops.append(op)
        if reply is None:
            raise LostWhileStepping
        try:
            answer = read_answers(b"[" + reply + b"]", 1)[0]
        except DecodeError as problem:
            raise LostWhileStepping(str(problem)) from None
        self.answers.append(answer)
        self.replies.append(reply.decode())
        return answer


def step_law(suite: Suite, workers: Workers, planned: Planned, use: LawUse, opening: Opening) -> Failure | None:
    """Replay the calls before a law on a fresh worker, then let the law drive it; None when it holds."""
    worker, first = workers.open(opening)
    driver = StepDriver(suite.interface, worker)
    try:
        if read_loaded(first) != ("loaded",) or not worker.segment():
            return None
        for op in planned.ops[: use.start]:
            driver.make(op)
        why = law_outcome(use.law, lambda: apply_law(use.law, driver, use.numbers, use.values, use.next_handle))
    except LostWhileStepping as problem:
        why = f"the process was lost: {problem}"
    finally:
        ending = worker.close()
    if why is None:
        return None
    stepped = Planned(
        ops=tuple(driver.ops),
        answers=tuple(driver.answers),
        uses=(use,),
        text=segment_text(tuple(driver.ops)),
        expected="",
        owners=planned.owners,
    )
    transcript = Transcript(
        segments=(stepped.text,),
        replies=("[" + ",".join(driver.replies) + "]",),
        ending=replace(ending, how="completed", detail=""),
        hash_seed=opening.host,
        random_seed=opening.random_seed,
        uses=(write_uses((use,)),),
    )
    return replace(law_failure(use, stepped, why, max(0, len(driver.ops) - 1)), transcript=transcript)
