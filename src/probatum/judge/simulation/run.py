"""Running schedules: on the oracle, over a recording, on a live worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from probatum.judge.drive import Driver
from probatum.judge.ports import Worker, unread
from probatum.judge.simulation.declared import WorldSpec
from probatum.judge.simulation.play import Broken, Play
from probatum.judge.simulation.schedule import Decision, Schedule
from probatum.judge.stepping import LostWhileStepping
from probatum.task.interface import Interface
from probatum.transcript import Answer, Op, read_answer
from probatum.types.codec import DecodeError

Choose = Callable[[Play], Decision | None]
"""Picks the next decision; None ends the faults."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of one run of a world."""

    play: Play
    broken: Broken | None = None
    lost: str | None = None
    """The process was lost on the way: why its last reply does not parse, or ""."""

    @property
    def schedule(self) -> Schedule:
        """The decisions that took effect, with the one that was about to."""
        trying = self.play.trying
        return (*self.play.made, *([] if trying is None else [trying]))


def run_world(spec: WorldSpec, driver: Driver, choose: Choose, patience: int = 1) -> Result:
    """Run a world: decisions until there are no more, then fair steps (see `Play.settle`)."""
    play = Play(spec, driver)
    try:
        play.begin()
        while (decision := choose(play)) is not None:
            play.apply(decision)
        play.settle(patience)
    except Broken as broken:
        return Result(play=play, broken=broken)
    except LostWhileStepping as problem:
        return Result(play=play, lost=str(problem))
    return Result(play=play)


def given(schedule: Sequence[Decision]) -> Choose:
    """The decisions of a schedule, in order; those that are not possible are passed over."""
    rest: Iterator[Decision] = iter(schedule)
    return lambda play: next(rest, None)


class LiveDriver:
    """Makes calls on a live worker and records them."""

    def __init__(self, interface: Interface, worker: Worker) -> None:
        self.interface = interface
        self.worker = worker
        self.ops: list[Op] = []
        self.answers: list[Answer] = []
        self.texts: list[str] = []
        self.replies: list[str] = []

    def make(self, op: Op) -> Answer:
        """The worker's answer; raises `LostWhileStepping`."""
        text = op.text()
        self.ops.append(op)
        self.texts.append(text)
        reply = self.worker.step(text)
        if reply is None:
            raise LostWhileStepping
        self.replies.append(reply.decode(errors="replace"))
        try:
            answer = read_answer(reply)
        except DecodeError as problem:
            raise LostWhileStepping(unread(reply, problem)) from None
        self.answers.append(answer)
        return answer
