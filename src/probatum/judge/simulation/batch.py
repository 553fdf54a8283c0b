"""Schedules one after the other in one worker process, each in a segment of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from probatum.judge.drive import PlaybackDriver
from probatum.judge.ports import Opening, Workers, read_loaded
from probatum.judge.simulation.ahead import Habits, LiveDriver, Mistaken, Unexpected
from probatum.judge.simulation.declared import WorldSpec
from probatum.judge.simulation.run import Result, Start, run_world
from probatum.judge.simulation.schedule import write_schedule
from probatum.lab.onecpu import staying_here
from probatum.task.interface import Interface
from probatum.transcript import Answer, Ending, Op, Transcript

CALLS = 4000
"""After so many calls a process is asked for no further schedule."""


class Recorded(Protocol):
    """What a driver keeps of the calls that it made."""

    ops: list[Op]
    answers: list[Answer]
    texts: list[str]
    replies: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One schedule that was run."""

    spec: WorldSpec
    result: Result
    driver: Recorded


@dataclass(slots=True, kw_only=True)
class Batch:
    """What one worker process ran. The last schedule may have failed or lost the process; the others held."""

    rans: list[Ran] = field(default_factory=list)
    transcript: Transcript
    loaded: bool

    @property
    def last(self) -> Ran | None:
        """The schedule that ended the batch."""
        return self.rans[-1] if self.rans else None

    @property
    def lost(self) -> bool:
        """Whether the process was lost, or its bytes do not parse."""
        return self.transcript.ending.how != "completed"


def run_batch(
    workers: Workers,
    interface: Interface,
    wanted: Sequence[tuple[WorldSpec, Start]],
    opening: Opening,
    *,
    on: bool = False,
    patience: int = 1,
    habits: Habits | None = None,
) -> Batch:
    """Run schedules in one fresh process until one fails (all of them when ``on``), or the process has made many
    calls. With ``habits``, calls are asked ahead; a batch ends before a schedule that was mistaken, which is run
    without guesses where the next one begins."""
    with staying_here() as cpu:
        turn = replace(opening, cpu=cpu)
        batch = _run_batch(workers, interface, wanted, turn, on, patience, habits)
        if habits is not None and habits.mistaken and not batch.rans:
            return _run_batch(workers, interface, wanted, turn, on, patience, habits)
        return batch


def _run_batch(
    workers: Workers,
    interface: Interface,
    wanted: Sequence[tuple[WorldSpec, Start]],
    opening: Opening,
    on: bool,
    patience: int,
    habits: Habits | None,
) -> Batch:
    worker, first = workers.open(opening)
    batch = Batch(transcript=_empty(opening), loaded=read_loaded(first) == ("loaded",))
    calls = 0
    for spec, start in wanted if batch.loaded else ():
        if not worker.segment():
            batch.loaded = bool(batch.rans)
            break
        ran = _ran(LiveDriver(interface, worker, _trusted(habits), spec.name), spec, start, patience)
        if ran is None and habits is not None:
            habits.mistaken = True
            break
        assert ran is not None
        batch.rans.append(ran)
        calls += len(ran.driver.ops)
        if ran.result.lost is not None or calls > CALLS or (ran.result.broken is not None and not on):
            break
    batch.transcript = _transcript(batch.rans, worker.close(), opening)
    return batch


def _trusted(habits: Habits | None) -> Habits | None:
    """The habits, but for the schedule after a mistake."""
    if habits is None or not habits.mistaken:
        return habits
    habits.mistaken = False
    return None


def _ran(driver: LiveDriver, spec: WorldSpec, start: Start, patience: int) -> Ran | None:
    """One schedule; None where something was asked ahead that it does not ask."""
    try:
        result = run_world(spec, driver, start(), patience, driver.enter)
        if result.lost is None:
            driver.finish(broken=result.broken is not None)
    except Mistaken:
        return None
    except Unexpected:
        driver.hear_out()
        played = PlaybackDriver(driver.interface, tuple(driver.ops), driver.answers, {})
        result = run_world(spec, played, start(), patience)
    return Ran(spec=spec, result=result, driver=driver)


def _empty(opening: Opening) -> Transcript:
    ending = Ending(how="completed")
    return Transcript(segments=(), replies=(), ending=ending, hash_seed=opening.host, random_seed=opening.random_seed)


def _transcript(rans: list[Ran], ending: Ending, opening: Opening) -> Transcript:
    lost = rans[-1].result.lost if rans else None
    answered = rans if not lost and lost is None else rans[: -1 if lost == "" else len(rans)]
    return replace(
        _empty(opening),
        segments=tuple("[" + ",".join(ran.driver.texts) + "]" for ran in rans),
        replies=tuple("[" + ",".join(ran.driver.replies) + "]" for ran in answered),
        uses=tuple(write_schedule(ran.spec.name, ran.result.schedule) for ran in rans),
        ending=_ending(ending, lost),
    )


def _ending(ending: Ending, lost: str | None) -> Ending:
    if lost:
        return replace(ending, how="protocol", detail=lost)
    if lost is None and ending.how != "protocol":
        return replace(ending, how="completed", detail="")
    return ending
