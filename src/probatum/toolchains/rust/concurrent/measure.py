"""Run calls of a shared object while the watch is held here, outside of the candidate's process.

The process says when a round is prepared, is told to start, and says when every thread is done and the object is
dropped; only when all rounds have ended does it tell its answers. How long that took nobody in there can say. What is
answered is judged elsewhere. The process stays on as many CPUs as it has threads to run, so that more threads of its
own gain nothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from probatum.errors import WireError
from probatum.lab.clock import wall_s
from probatum.sandbox import spawn as sandbox_spawn
from probatum.sandbox.policy import Limits, Policy, Tier
from probatum.toolchains.rust.compiler import RUNTIME, SHIM, Compiled, Compiler, Job, compile_kept
from probatum.toolchains.rust.generate import candidate_text
from probatum.wire.frames import Stream
from probatum.wire.pairs import stream_pair

HERE = Path(__file__).parent
SOURCES = {"measure.rs": HERE / "measure.rs", "wire.rs": RUNTIME["wire.rs"], **SHIM}
CODEGEN = ("opt-level=3", "codegen-units=1", "overflow-checks=on", "target-feature=+crt-static", "strip=debuginfo")
FLAGS = ("--edition", "2021", "--cap-lints", "allow", *(word for option in CODEGEN for word in ("-C", option)))
"""Optimised, without the standard library's assertions about unsafe code; a number that wraps stays an error."""
RUNNING = Limits(cpu_s=20.0, wall_s=40.0, memory_mb=1024, processes=16)
ENDING_S = 5.0
"""How long a process that has told all may take to end."""
MOST_BYTES = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """One run: of each round the seconds from the word to start until all threads and the object had ended, and the
    answers as text. ``why``: what kept it from being measured; nothing else is known then."""

    wall_s: tuple[float, ...] = ()
    replies: tuple[str, ...] = ()
    why: str = ""
    cpu_s: float = 0.0


def compile_timed(compiler: Compiler, source: str, glue: str, *, cache: Path, tier: Tier) -> Compiled:
    """The candidate with the driver, as one crate: what the shim offers is compiled into the calls, as the standard
    library's own is."""
    files = {name: path.read_text() for name, path in SOURCES.items()}
    job = Job(files={**files, "main.rs": glue, "sut.rs": candidate_text(source)}, words=(*FLAGS, "main.rs"))
    return compile_kept(compiler, job, "measure.bin", cache=cache, tier=tier)


def cpus() -> int:
    """CPUs that this process may run on."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else (os.cpu_count() or 1)


def run_timed(program: Path, client: str, *, threads: int, rounds: int, tier: Tier) -> Timed:
    """Run a client once, in a process of its own."""
    ours, theirs = stream_pair()
    policy = Policy(tier=tier, read_only=(program,), limits=RUNNING)
    try:
        with _on_cpus(threads):
            command = [str(program), str(theirs.fileno())]
            process = sandbox_spawn.spawn(command, policy, pass_fds=(theirs.fileno(),))
    finally:
        theirs.close()
    stream = Stream(ours, limit=MOST_BYTES)
    stream.wait_at_most(RUNNING.wall_s)
    with process:
        try:
            found = _conversation(stream, client, rounds)
        except (WireError, TimeoutError) as problem:
            found = Timed(why=f"no answer: {problem}")
        finally:
            stream.close()
        ended = (None if found.why else process.wait(ENDING_S)) or process.end()
    return Timed(wall_s=found.wall_s, replies=found.replies, why=found.why, cpu_s=ended.cpu_s)


def _conversation(stream: Stream, client: str, rounds: int) -> Timed:
    stream.send(client.encode())
    took: list[float] = []
    for _ in range(rounds):
        if (said := stream.receive()) != b"R":
            return Timed(why=_lost(said))
        before = wall_s()
        stream.send(b"")
        said = stream.receive()
        took.append(wall_s() - before)
        if said != b"D":
            return Timed(why=_lost(said))
    replies = [stream.receive() for _ in range(rounds)]
    if stream.receive() is not None or None in replies:
        return Timed(why="it says more or less than was asked of it")
    return Timed(wall_s=tuple(took), replies=tuple((reply or b"").decode(errors="replace") for reply in replies))


def _lost(said: bytes | None) -> str:
    if said is None:
        return "its process ended"
    return said[1:300].decode(errors="replace") if said[:1] == b"P" else "it says what the driver does not say"


@contextmanager
def _on_cpus(count: int) -> Iterator[None]:
    """What is started meanwhile runs on so many CPUs at most, where the system can say so."""
    if sys.platform != "linux" or count >= cpus():
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, set(sorted(allowed)[-count:]))
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)
