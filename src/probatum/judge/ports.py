"""What the judge asks of whoever provides worker processes, and what running a plan on one gives.

Two implementations: the judge process speaks to the controller (`remote`), tests run workers in process
(`probatum.testing`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from probatum.judge.histories import Planned
from probatum.transcript import Answer, Ending, Transcript, printable, read_answers
from probatum.types.codec import DecodeError, decode

CUT = b"a frame that is cut short or too large"
TOO_LARGE = b"replies that are too large together"
"""Stand for a reply that was not taken; no reply of an honest process reads like this."""


class Worker(Protocol):
    """One worker process with the candidate (or the control) loaded."""

    def run(self, texts: Sequence[str]) -> Iterator[bytes]:
        """Send segments; yield a reply per segment; stop early when the process is lost."""
        ...

    def programs(self, items: Sequence[str]) -> Iterator[bytes]:
        """Run programs of threads; yield a reply per item; stop early when the process is lost."""
        ...

    def segment(self) -> bool:
        """Begin a segment that will be stepped; False when the process is lost."""
        ...

    def step(self, text: str) -> bytes | None:
        """Make one call; None when the process is lost."""
        ...

    def steps(self, texts: Sequence[str]) -> Iterator[bytes]:
        """Make calls asked for at once; yield a reply per call; stop early when the process is lost."""
        ...

    def close(self) -> Ending:
        """End the process and say how it ended and what it used."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """How a worker process is opened."""

    host: int = 0
    """0 or 1: two hosts with different hash seeds."""
    random_seed: int = 0
    control: bool = False
    """The control (reference solution) instead of the candidate."""
    cpu_s: float | None = None
    """A smaller CPU limit than the task's, for attempts at shrinking."""
    cpu: int = -1
    """The CPU on which the process is to run, that of whoever steps it; -1: any."""
    threads: int = 0
    """Threads that the process runs programs on, of a candidate whose every access is a step; 0: none."""


class Workers(Protocol):
    """Opens worker processes. The first reply (to loading) comes with the worker."""

    def open(self, opening: Opening) -> tuple[Worker, bytes | None]:
        """A fresh worker and its reply to loading; None when it was lost while loading."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One worker process that ran a plan."""

    transcript: Transcript
    loaded: tuple[str, ...]
    """("loaded", names missing...), ("failed", error, message) or () when lost or malformed."""
    answers: tuple[tuple[Answer, ...] | None, ...]
    """Per segment that answered: its answers; None where the text equals the oracle's."""
    malformed: str | None = None
    """Why the last reply does not parse."""

    @property
    def complete(self) -> bool:
        """Whether every segment answered."""
        return len(self.answers) == len(self.transcript.segments)


def run_plan(workers: Workers, plan: Sequence[Planned], opening: Opening) -> Ran:
    """Run the segments of a plan in one fresh process."""
    worker, first = workers.open(opening)
    loaded = read_loaded(first)
    replies: list[str] = []
    answers: list[tuple[Answer, ...] | None] = []
    malformed = None if first is None or loaded else "the reply to loading"
    if loaded == ("loaded",):
        for planned, reply in zip(plan, worker.run([p.text for p in plan]), strict=False):
            try:
                replies.append(reply.decode())
                answers.append(
                    None if replies[-1] == planned.expected else tuple(read_answers(reply, len(planned.ops)))
                )
            except (DecodeError, UnicodeDecodeError) as problem:
                replies.append(reply.decode(errors="replace")[:2000])
                malformed = unread(reply, problem)
                break
    ending = worker.close()
    if malformed is None and ending.how == "protocol" and answers:
        answers.pop()
        malformed = ending.detail
    transcript = Transcript(
        segments=tuple(p.text for p in plan),
        replies=tuple(replies),
        ending=_unloaded(ending, loaded) or _ending(ending, len(answers) == len(plan), malformed),
        hash_seed=opening.host,
        random_seed=opening.random_seed,
        uses=tuple(p.uses_text for p in plan),
    )
    return Ran(transcript=transcript, loaded=loaded, answers=tuple(answers), malformed=malformed)


def unread(reply: bytes, problem: Exception) -> str:
    """Why a reply does not parse; what stands for one that was never taken says it itself."""
    return reply.decode() if reply in (CUT, TOO_LARGE) else str(problem)


def _unloaded(ending: Ending, loaded: tuple[str, ...]) -> Ending | None:
    """The ending of a process whose module did not load, or lacked something; None when it loaded or was lost."""
    match loaded:
        case ("failed", error, message):
            return replace(
                ending, how="loads", detail=f"the import raises {error}" + (f": {message}" if message else "")
            )
        case ("loaded", *missing) if missing:
            return replace(ending, how="interface", detail=f"missing: {', '.join(missing)}"[:300])
    return None


def _ending(ending: Ending, complete: bool, malformed: str | None) -> Ending:
    how = "protocol" if malformed else "completed" if complete else ending.how
    detail = malformed or ("" if complete else ending.detail)
    return Ending(how=how, detail=detail, cpu_s=ending.cpu_s, wall_s=ending.wall_s, max_rss_mb=ending.max_rss_mb)


def read_loaded(reply: bytes | None) -> tuple[str, ...]:
    """The reply to loading as a tuple; () when there is none or it is malformed."""
    if reply is None:
        return ()
    try:
        value = decode(reply)
    except DecodeError:
        return ()
    match value:
        case ["loaded", list(missing)] if all(type(m) is str for m in missing):
            return ("loaded", *[printable(m, 300) for m in missing[:50]])
        case ["failed", str(error), str(message)]:
            return ("failed", printable(error, 100), printable(message, 300))
    return ()
