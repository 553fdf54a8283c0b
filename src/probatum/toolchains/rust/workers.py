"""Where workers of Rust candidates come from: compiled once, executed by the hosts that also fork Python workers."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from probatum.candidate import Candidate
from probatum.errors import InfrastructureError, TaskError, WireError
from probatum.sandbox.policy import Tier
from probatum.task.model import Limits
from probatum.toolchains.python.hosts import Host, load_frame
from probatum.toolchains.python.pair import allowance
from probatum.toolchains.rust.boundary import listed_constructs
from probatum.toolchains.rust.cache import cache_folder, prune
from probatum.toolchains.rust.compiler import (
    INSTALL,
    Compiled,
    Compiler,
    compile_candidate,
    compile_control,
    compiles_control,
    find_compiler,
)
from probatum.transcript import Ending
from probatum.wire.frames import Stream
from probatum.wire.pairs import stream_pair

CONTROL_S = 10.0
Ticket = tuple[Host, int] | Ending
"""What `end` takes: the worker's host and number, or how a program ended that never came to be."""


@dataclass(slots=True)
class RustWorkers:
    """Opens workers for Rust candidates of one task. Not thread-safe."""

    limits: Limits
    tier: Tier
    host: Callable[[int], Host]
    outline: dict[str, Any]
    glue: Callable[[Candidate], str]
    """The text of ``main.rs`` for a candidate; raises `TaskError` where the interface has no form in Rust."""
    shared: bool = False
    """Whether threads share the objects of this task, so that candidates use the shim."""
    cache: Path = field(default_factory=cache_folder)
    _compiler: Compiler | None = None
    _control: bool | None = None
    _built: dict[str, Compiled] = field(default_factory=dict)

    def build(self, candidate: Candidate, *, anew: bool = False) -> Compiled:
        """The candidate's program, or why there is none; ``anew``: forget an attempt that a limit ended."""
        digest = candidate.digest
        if digest not in self._built or anew:
            compiler = self.compiler()
            if compiler is None:
                raise InfrastructureError("there is no Rust compiler", fix=INSTALL)
            main = self.glue(candidate)
            prune(self.cache)
            self._built[digest] = compile_candidate(compiler, candidate.source, main, cache=self.cache, tier=self.tier)
        return self._built[digest]

    def compiles_its_own(self) -> bool:
        """Whether the compiler comes to an end with a source of ours, now: the control of a claim about its limits."""
        compiler = self.compiler()
        return compiler is not None and compiles_control(compiler, cache=self.cache, tier=self.tier)

    def compiler(self) -> Compiler | None:
        """The compiler of this machine, or None."""
        if self._compiler is None:
            self._compiler = find_compiler()
        return self._compiler

    def absent(self, candidate: Candidate) -> str:
        """Why no candidate in Rust can be built here; "" when it can be tried."""
        if sys.platform != "linux":
            return "workers for Rust candidates need Linux"
        compiler = self.compiler()
        if compiler is None:
            return f"there is no Rust compiler here. {INSTALL}"
        if not self._executes(compiler):
            where = f"Set XDG_CACHE_HOME to a folder on a file system that allows it (now {self.cache})"
            return f"a compiled program of ours cannot be executed. {where}"
        try:
            self.glue(candidate)
        except TaskError as problem:
            return f"the interface of this task has no form in Rust: {problem.message}"
        return ""

    def open(
        self, candidate: Candidate, index: int, random_seed: int, cpu_s: float | None, *, whole: bool = False
    ) -> tuple[Ticket, Stream]:
        """A fresh worker, as `PythonWorkers.open` makes it. A candidate that does not compile is a lost worker."""
        built = self.build(candidate)
        if built.program is None:
            return _still_born(built)
        cpu, wall = allowance(self.limits, cpu_s)
        host = self.host(index)
        number, stream = _executed(host, built.program, cpu, wall)
        outline = self.outline if whole else {**self.outline, "classes": {}, "functions": {}}
        stream.send(load_frame("", outline, random_seed))
        return (host, number), stream

    def _executes(self, compiler: Compiler) -> bool:
        """Whether a worker of ours answers here: else candidates would be blamed for the machine, once per lane."""
        if self._control is None:
            made = compile_control(compiler, cache=self.cache, tier=self.tier)
            if made.program is None:
                raise InfrastructureError(f"the control for Rust workers does not compile: {made.problem}", fix=INSTALL)
            host = self.host(0)
            number, stream = _executed(host, made.program, CONTROL_S, CONTROL_S)
            try:
                stream.send(load_frame("", {}, 0))
                self._control = stream.receive() is not None
            except WireError:
                self._control = False
            stream.close()
            host.end(number)
        return self._control

    def inspect(self, candidate: Candidate) -> dict[str, Any]:
        """Listed constructs of a candidate, in the form of the Python inspection."""
        return {"listed": listed_constructs(candidate.source, concurrent=self.shared), "error": None}


def _executed(host: Host, path: Path, cpu_s: float, wall_s: float) -> tuple[int, Stream]:
    program = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return host.execute(program, cpu_s=cpu_s, wall_s=wall_s)
    finally:
        os.close(program)


def _still_born(built: Compiled) -> tuple[Ending, Stream]:
    ours, theirs = stream_pair()
    theirs.close()
    ending = Ending(how="exit", detail=f"does not compile: {built.problem}")
    return ending, Stream(ours)
