"""Running the schedules of programs in worker processes; the tree of schedules is kept and closed on this side."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from probatum.judge.ports import Opening, Worker, Workers, read_loaded
from probatum.judge.schedules.played import Played, read_played
from probatum.judge.schedules.programs import Program, Run, write_program
from probatum.toolchains.python.interleave.explore import Frontier, Taken
from probatum.toolchains.python.interleave.reduce import PAUSES, Event, Reduced, access_of
from probatum.transcript import Ending, Transcript
from probatum.types.codec import DecodeError

BATCH = 48
"""Runs asked for at once."""
RUNS = 800
"""Runs of one worker process."""
STEPS = 400
"""Steps of a run that are searched; it goes on as long again, fairly, to see whether it ends."""
MOST_CUT = 8
"""Runs of one program that take too many steps after which its search is given up."""
MOST_REDUCED = 600
"""Runs of one program after which the search of every interleaving is given up for one to the bound."""
MOST_SCHEDULES = 20_000
"""Runs of one program after which its search is given up."""


class Unclear(Exception):
    """Nothing can be said of the candidate: why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A run that took its process down, also alone in a fresh one."""

    program: Program
    run: Run
    ending: Ending


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A run with what was asked and answered."""

    program: Program
    run: Run
    played: Played
    reply: str


@dataclass(slots=True, kw_only=True)
class Session:
    """Worker processes, one after the other, that run programs of one candidate."""

    workers: Workers
    opening: Opening
    transcripts: list[Transcript] = field(default_factory=list)
    runs: int = 0
    """Of the process that is open."""
    _worker: Worker | None = None
    _last: tuple[str, str] | None = None

    def play(self, program: Program, runs: Sequence[Run]) -> Generator[Found | Lost, None, None]:
        """Each run, in order; ends with the first that is `Lost`. Raises `Unclear`."""
        at = 0
        while at < len(runs):
            worker, texts = self._open(), [program.item(run) for run in runs[at:]]
            alone, count = self.runs == 0, 0
            try:
                for text, reply in zip(texts, worker.programs(texts), strict=False):
                    found = self._found(program, runs[at + count], text, reply)
                    count += 1
                    yield found
            except (GeneratorExit, Unclear):
                if count < len(texts):
                    self.close()  # replies are left that nobody will read
                raise
            at += count
            if at < len(runs):
                ending = self.close()
                if alone and not count and ending is not None:
                    yield Lost(program=program, run=runs[at], ending=ending)
                    return

    def _found(self, program: Program, run: Run, item: str, reply: bytes) -> Found:
        self.runs += 1
        try:
            played, text = read_played(program, run, reply), reply.decode()
        except (DecodeError, UnicodeDecodeError) as problem:
            raise Unclear(f"a reply about a schedule is no run of it: {problem}") from None
        self._last = (item, text)
        return Found(program=program, run=run, played=played, reply=text)

    def _open(self) -> Worker:
        if self._worker is not None and self.runs >= RUNS:
            self.close()
        if self._worker is None:
            worker, first = self.workers.open(self.opening)
            loaded = read_loaded(first)
            if loaded != ("loaded",):
                worker.close()
                raise Unclear("; ".join(loaded[1:]) or "the module does not load with its accesses announced")
            self._worker, self.runs = worker, 0
        return self._worker

    def close(self) -> Ending | None:
        """End the process; its last run stays as a sample of what it said."""
        if self._worker is None:
            return None
        ending = self._worker.close()
        self._worker, last = None, self._last
        self._last = None
        if last is not None:
            self.transcripts.append(recorded(*last, ending=ending, opening=self.opening))
        return ending


def recorded(item: str, reply: str, *, ending: Ending, opening: Opening) -> Transcript:
    """One run as a transcript."""
    return Transcript(
        segments=(item,),
        replies=(reply,),
        ending=replace(ending, how="completed", detail=""),
        hash_seed=opening.host,
        random_seed=opening.random_seed,
        uses=(write_program(item),),
    )


@dataclass(slots=True, kw_only=True)
class Searched:
    """How far the search of a program got."""

    schedules: int = 0
    cut: int = 0
    beyond: int = 0
    complete: bool = False
    reduced: bool = False
    """Whether every interleaving was covered, without a bound, up to the order of independent steps."""


def explore_all(
    session: Session, program: Program, *, searched: Searched, most: int = MOST_REDUCED
) -> Generator[Found | Lost, None, None]:
    """Every interleaving of a program, up to the order of steps that touch nothing in common: `searched.reduced` says
    whether it got to the end. It gives up after ``most`` runs, and where a run waits for any change, takes too many
    steps, or does not say what its steps touch. Raises `Unclear`."""
    reduced = Reduced()
    before: tuple[Taken, ...] = ()
    while searched.schedules < most and (schedule := reduced.take()) is not None:
        run = Run(schedule=schedule, most=STEPS, touches=True)
        found = next(iter(session.play(program, [run])))
        if isinstance(found, Lost):
            yield found
            return
        steps = found.played.steps
        _repeats(found, before)
        searched.schedules += 1
        yield found
        if not _clear(found):
            return
        try:
            reduced.add(
                [Event(thread=s.thread, access=access_of(s.touches), enabled=s.enabled) for s in steps],
                {thread: access_of(touches) for thread, touches in found.played.left},
            )
        except ValueError as problem:
            raise Unclear(f"a worker says of a step what cannot be: {problem}") from None
        before = steps
    searched.reduced = searched.complete = schedule is None


def _repeats(found: Found, before: Sequence[Taken]) -> None:
    """Check that a run begins as the one it parts from at the last step of its schedule."""
    last = len(found.run.schedule) - 1
    steps = found.played.steps
    if found.played.how == "diverged" or (last >= 0 and _but_the_choice(steps, last) != _but_the_choice(before, last)):
        raise Unclear("the same schedule does not lead to the same steps twice")


def _but_the_choice(steps: Sequence[Taken], last: int) -> tuple[Any, ...]:
    at = steps[last] if last < len(steps) else None
    return (*steps[:last], at and (at.enabled, at.within))


def _clear(found: Found) -> bool:
    """Whether a run says of every step what it touches, and ends."""
    waits = any(PAUSES in step.touches for step in found.played.steps)
    return not waits and not found.played.tail and found.played.how in ("finished", "deadlock")


def explore(
    session: Session, program: Program, *, preemptions: int, searched: Searched, most: int = MOST_SCHEDULES
) -> Generator[Found | Lost, None, None]:
    """Every schedule of a program within the bound, fewest preemptions first; ``searched`` says how far it got.

    Which schedules there are is worked out here, from the threads that could act at each step; a run that does not
    repeat the one it parts from raises `Unclear`.
    """
    frontier = Frontier(preemptions)
    while searched.schedules < most and searched.cut < MOST_CUT and (branches := frontier.take(BATCH)):
        runs = [Run(schedule=branch.schedule, most=STEPS) for branch in branches]
        playing = session.play(program, runs)
        for branch, found in zip(branches, playing, strict=False):
            if isinstance(found, Found):
                if found.played.how == "diverged" or not branch.follows(found.played.steps):
                    raise Unclear("the same schedule does not lead to the same steps twice")
                searched.schedules += 1
                searched.cut += found.played.tail or found.played.how == "unfinished"
                frontier.add(found.played.steps, branch)
            yield found
            if isinstance(found, Lost):
                return
    searched.beyond = frontier.beyond
    searched.complete = frontier.empty and not searched.cut
