"""Workers of candidates in Rust compiled with AddressSanitizer: what `unsafe` code that one thread runs does to memory.

The program speaks the wire like any other worker, so the judge draws, compares and shrinks as always; only how it is
started and how its end is read differ. An error of memory ends the process with a status and a text of their own, and
neither alone is believed. The sanitizer is opened like a tool, because its runtime is no static program.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from probatum.candidate import Candidate
from probatum.errors import InfrastructureError, WireError
from probatum.sandbox import spawn as sandbox_spawn
from probatum.sandbox.policy import Limits as SandboxLimits
from probatum.sandbox.policy import Policy, Tier
from probatum.sandbox.process import Exit, Process
from probatum.task.model import Limits
from probatum.toolchains.python.hosts import load_frame
from probatum.toolchains.rust.compiler import HERE, RUNTIME, Compiled, Compiler, Job, compile_kept
from probatum.toolchains.rust.concurrent.crates import ASAN, BOOTSTRAP
from probatum.toolchains.rust.generate import candidate_text
from probatum.transcript import Ending
from probatum.wire.frames import Stream
from probatum.wire.pairs import stream_pair

CODEGEN = ("panic=unwind", "overflow-checks=on", "debug-assertions=on", "debuginfo=line-tables-only")
FLAGS = (
    *("--edition", "2021", "--cap-lints", "allow", "--cfg", "probatum_sanitized", *ASAN),
    *(word for option in CODEGEN for word in ("-C", option)),
)
RUNTIME_O, CANDIDATE_O = (
    ("-C", "opt-level=1"),
    ("-C", "opt-level=0", "-C", "link-arg=-Wl,--compress-debug-sections=zlib"),
)
"""A candidate is not optimised: the optimiser may leave out a wrong access, which the sanitizer then does not see."""
SLOWER = 12.0
"""How many times the limits of CPU and wall time a worker is given here."""
MOST_WALL_S = 120.0
"""Less than the controller waits for the judge, who waits for the worker."""
ERROR, LEAK, LIMIT = 86, 87, 88
"""Exit statuses of what AddressSanitizer says, of blocks that are left, of too much memory."""
NOT_MEMORY = ("stack-overflow", "out-of-memory", "allocation-size-too-big", "calloc-overflow", "rss-limit", "requested")
"""What it stops for besides: too much, not wrong."""
ENDING_S = 20.0
"""How long a process that hung up may take to end, its report included."""
SOURCE = "sut.rs"

CONTROL_FILES = HERE / "controls"
CONTROLS = {
    "right": "answers",
    "used_after_free": f"address: heap-use-after-free at {SOURCE}:19",
    "outside": f"address: heap-buffer-overflow at {SOURCE}:24",
    "freed_twice": f"address: attempting double-free at {SOURCE}:30",
    "never_freed": f"leak: 8 bytes of {SOURCE}:35 are never freed, each time these calls are made",
}
"""Functions of `controls/sut.rs`, each with what must come of calling it."""


@dataclass(slots=True, kw_only=True)
class Running:
    """One such process."""

    process: Process
    said: IO[bytes]
    cpu_s: float

    def end(self) -> Ending:
        """Wait until it has said why it ends, then read how it ended."""
        finished = self.process.wait(ENDING_S) or self.process.end()
        with self.process, self.said:
            self.said.seek(0)
            how, detail = read_ending(finished, self.said.read().decode(errors="replace"), cpu_s=self.cpu_s)
        return Ending(how=how, detail=detail, cpu_s=finished.cpu_s, max_rss_mb=finished.max_rss_mb)


def read_ending(finished: Exit, said: str, *, cpu_s: float) -> tuple[str, str]:
    """How a process ended, in the words of `Ending`, and what its report says. Besides those words there are "address"
    (AddressSanitizer's error) and "leak"."""
    if finished.exit_code == ERROR and (error := re.search(r"ERROR: AddressSanitizer: ([\w-]+)([^\n(]*)", said)):
        kind = " ".join((error[1] + error[2]).split(" on ")[0].split()[:4])
        if kind.startswith(NOT_MEMORY):
            return "memory", f"AddressSanitizer: {kind}"
        line = re.findall(r"^LINE (\d+)$", said, re.MULTILINE)
        return "address", kind + (f" at {SOURCE}:{line[-1]}" if line else "")
    if finished.exit_code == LEAK and (left := re.findall(r"^LEAK (\d+)$", said, re.MULTILINE)):
        line = re.findall(r"^LINE (\d+)$", said, re.MULTILINE)
        asked = f" of {SOURCE}:{line[-1]}" if line else ""
        return "leak", f"{left[-1]} bytes{asked} are never freed, each time these calls are made"
    if finished.exit_code == LIMIT:
        return "memory", ""
    if finished.signal is None:
        return "exit", f"status {finished.exit_code}"
    how = {14: "wall", 24: "cpu", 25: "output"}.get(finished.signal, "signal")
    if finished.signal == 9:
        how = "cpu" if finished.cpu_s >= cpu_s else "memory"  # else it was killed from outside
    return how, f"signal {finished.signal}"


@dataclass(slots=True, kw_only=True)
class Sanitized:
    """Opens such workers for the candidates of one task. Not thread-safe."""

    tier: Tier
    cache: Path
    limits: Limits
    _built: dict[str, Compiled] = field(default_factory=dict)
    _absent: str | None = None

    def absent(self, compiler: Compiler) -> str:
        """Why nothing can be said here, controls included; "" when it can."""
        if self._absent is None:
            self._absent = self._blind(compiler)
        return self._absent

    def build(self, compiler: Compiler, candidate: Candidate, glue: Callable[[Candidate], str]) -> Compiled:
        """The candidate's program, or why there is none."""
        if candidate.digest not in self._built:
            files = {"main.rs": glue(candidate), SOURCE: candidate_text(candidate.source)}
            self._built[candidate.digest] = self._compile(compiler, files)
        return self._built[candidate.digest]

    def open(self, candidate: Candidate, random_seed: int, cpu_s: float | None) -> tuple[Running, Stream]:
        """A fresh worker with the candidate; `build` it before."""
        built = self._built[candidate.digest]
        if built.program is None:
            raise InfrastructureError(f"a candidate that was compiled does not compile: {built.problem}")
        return self._start(built.program, random_seed, cpu_s or self.limits.cpu_s)

    def _start(self, program: Path, random_seed: int, cpu_s: float) -> tuple[Running, Stream]:
        ours, theirs = stream_pair()
        said = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the process has ended
        limits = SandboxLimits(
            cpu_s=cpu_s * SLOWER, wall_s=1e7, memory_mb=1 << 16, file_mb=4, processes=8, address_space=False
        )
        env = (("PATH", "/usr/bin:/bin"), ("LANG", "C.UTF-8"))
        policy = Policy(tier=self.tier, read_only=(program,), env=env, limits=limits)
        words = [str(self.limits.memory_mb << 20), str(int(min(self.limits.wall_s * SLOWER, MOST_WALL_S)))]
        command = [str(program), *words, str(theirs.fileno())]
        try:
            process = sandbox_spawn.spawn(command, policy, pass_fds=(theirs.fileno(),), stderr=said.fileno())
        finally:
            theirs.close()
        stream = Stream(ours)
        stream.send(load_frame("", {"classes": {}, "functions": {}}, random_seed))
        return Running(process=process, said=said, cpu_s=limits.cpu_s), stream

    def _compile(self, compiler: Compiler, files: dict[str, str]) -> Compiled:
        runtime = compile_kept(compiler, _runtime_job(), "libprobatum_worker.rlib", cache=self.cache, tier=self.tier)
        if runtime.program is None:
            raise InfrastructureError(f"the runtime with AddressSanitizer does not compile: {runtime.problem}")
        words = (*FLAGS, *CANDIDATE_O, "--extern", f"probatum_worker={runtime.program}", "main.rs")
        job = Job(files=files, words=words, shown=(runtime.program,), env=(BOOTSTRAP,))
        return compile_kept(compiler, job, "sanitized.bin", cache=self.cache, tier=self.tier)

    def _blind(self, compiler: Compiler) -> str:
        """A level that cannot see its own bad program, or refuses its good one, is absent."""
        files = {name: (CONTROL_FILES / name).read_text() for name in ("main.rs", SOURCE)}
        try:
            made = self._compile(compiler, files)
        except InfrastructureError as problem:
            return problem.message
        if made.program is None:
            return f"the controls of AddressSanitizer do not compile: {made.problem}"
        for name, expected in CONTROLS.items():
            seen = self._control(made.program, name)
            if seen != expected:
                return (
                    f"AddressSanitizer does not work here: its control {name!r} should end {expected!r}, not {seen!r}"
                )
        return ""

    def _control(self, program: Path, name: str) -> str:
        running, stream = self._start(program, 0, self.limits.cpu_s)
        try:
            stream.receive()
            stream.send(f'["run",[[["f","{name}"]]]]'.encode())
            answered = stream.receive() is not None
        except WireError:
            answered = False
        stream.close()
        ending = running.end()
        return "answers" if answered else f"{ending.how}: {ending.detail}"


def _runtime_job() -> Job:
    names = {**RUNTIME, "sanitized.rs": HERE / "sanitized.rs"}
    return Job(
        files={name: path.read_text() for name, path in names.items()},
        words=(*FLAGS, *RUNTIME_O, "--crate-type", "rlib", "--crate-name", "probatum_worker", "runtime.rs"),
        env=(BOOTSTRAP,),
    )
