"""Schedules one after the other in one worker process, each in a segment of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from probatum.judge.ports import Opening, Workers, read_loaded
from probatum.judge.simulation.declared import WorldSpec
from probatum.judge.simulation.run import Choose, LiveDriver, Result, run_world
from probatum.judge.simulation.schedule import write_schedule
from probatum.lab.onecpu import staying_here
from probatum.task.interface import Interface
from probatum.transcript import Ending, Transcript

CALLS = 4000
"""After so many calls a process is asked for no further schedule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One schedule that a worker ran."""

    spec: WorldSpec
    result: Result
    driver: LiveDriver


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
    wanted: Iterable[tuple[WorldSpec, Choose]],
    opening: Opening,
    *,
    on: bool = False,
    patience: int = 1,
) -> Batch:
    """Run schedules in one fresh process until one fails (all of them when ``on``), or the process has made many
    calls. ``wanted`` is consumed as far as it was run."""
    with staying_here() as cpu:
        return _run_batch(workers, interface, wanted, replace(opening, cpu=cpu), on, patience)


def _run_batch(
    workers: Workers,
    interface: Interface,
    wanted: Iterable[tuple[WorldSpec, Choose]],
    opening: Opening,
    on: bool,
    patience: int,
) -> Batch:
    worker, first = workers.open(opening)
    batch = Batch(transcript=_empty(opening), loaded=read_loaded(first) == ("loaded",))
    calls = 0
    for spec, choose in wanted if batch.loaded else ():
        driver = LiveDriver(interface, worker)
        if not worker.segment():
            batch.loaded = bool(batch.rans)
            break
        result = run_world(spec, driver, choose, patience)
        batch.rans.append(Ran(spec=spec, result=result, driver=driver))
        calls += len(driver.ops)
        if result.lost is not None or calls > CALLS or (result.broken is not None and not on):
            break
    batch.transcript = _transcript(batch.rans, worker.close(), opening)
    return batch


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
