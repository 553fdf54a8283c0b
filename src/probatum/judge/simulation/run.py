"""Running schedules: on the oracle, over a recording, on a live worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from probatum.judge.drive import Driver
from probatum.judge.simulation.declared import WorldSpec
from probatum.judge.simulation.play import Broken, Play, unheard
from probatum.judge.simulation.schedule import Decision, Schedule
from probatum.judge.stepping import LostWhileStepping

Choose = Callable[[Play], Decision | None]
"""Picks the next decision; None ends the faults."""
Start = Callable[[], Choose]
"""Begins to choose, from the first decision on, as often as it is called."""


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


def run_world(
    spec: WorldSpec, driver: Driver, choose: Choose, patience: int = 1, enter: Callable[[str], None] = unheard
) -> Result:
    """Run a world: decisions until there are no more, then fair steps (see `Play.settle`). ``enter`` is told of every
    step that begins."""
    play = Play(spec, driver, enter)
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
