"""Candidates in Rust whose object threads share: compiled with the harness for a variant, and run by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from probatum.candidate import Candidate
from probatum.errors import InfrastructureError
from probatum.sandbox.policy import Tier
from probatum.sandbox.spawn import Completed
from probatum.toolchains.rust.compiler import Compiled, Compiler
from probatum.toolchains.rust.concurrent.crates import Crates, Tool, built_crates
from probatum.toolchains.rust.concurrent.explore import SAMPLING, Said, compile_shared, explore, race, sample
from probatum.toolchains.rust.concurrent.instrumented import built_std
from probatum.toolchains.rust.concurrent.measure import Timed, compile_timed, run_timed
from probatum.toolchains.rust.concurrent.progress import Progress, progress_of

Found = TypeVar("Found")


@dataclass(slots=True)
class Shared:
    """Runs clients of such candidates. Not thread-safe."""

    tier: Tier
    cache: Path
    glue: Callable[[Candidate, str], str]
    """The text of ``main.rs`` for a candidate, in the form "shared" or "timed"."""
    _crates: dict[tuple[Tool, bool], Crates | str] = field(default_factory=dict)
    _texts: dict[str, str] = field(default_factory=dict)
    _timed: dict[str, Compiled] = field(default_factory=dict)
    _probed: dict[str, Any] = field(default_factory=dict)

    def crates(
        self, compiler: Compiler, *, asan: bool, say: Callable[[str], None], tool: Tool = "loom"
    ) -> Crates | str:
        """What a variant is compiled with, or why it cannot be had; built the first time, which takes a minute."""
        if (tool, asan) not in self._crates:
            say(f"{tool.title()}, built once for this compiler")
            self._crates[tool, asan] = built_crates(compiler, self.cache, asan=asan, tool=tool)
        return self._crates[tool, asan]

    def instrumented(self, compiler: Compiler) -> Crates | str:
        """The standard library with ThreadSanitizer, where it was built; or why it is not there."""
        if ("tsan", False) not in self._crates:
            self._crates["tsan", False] = built_std(compiler, self.cache, fetch=False)
        return self._crates["tsan", False]

    def once(self, name: str, probe: Callable[[], Found]) -> Found:
        """What a probe of this machine found, asked the first time only: a tool, or why it is not to be trusted."""
        if name not in self._probed:
            self._probed[name] = probe()
        found: Found = self._probed[name]
        return found

    def compile(self, compiler: Compiler, candidate: Candidate, *, asan: bool | None, tool: Tool = "loom") -> Compiled:
        """The program of a variant: with or without the sanitizer; None: the one that freezes threads."""
        found = None if asan is None else self._crates.get((tool, asan), "not asked for")
        if isinstance(found, str):
            raise InfrastructureError(f"{tool.title()} is absent: {found}")
        if candidate.digest not in self._texts:
            self._texts[candidate.digest] = self.glue(candidate, "shared")
        glue = self._texts[candidate.digest]
        return compile_shared(compiler, candidate.source, glue, found, cache=self.cache, tier=self.tier)

    def explore(
        self,
        compiler: Compiler,
        candidate: Candidate,
        clients: Sequence[str],
        *,
        asan: bool,
        bound: int | None,
        steps: bool,
        strong: bool,
    ) -> Said:
        """Every interleaving of the clients within the bound."""
        program = _program(self.compile(compiler, candidate, asan=asan))
        return explore(program, clients, bound=bound, steps=steps, strong=strong, tier=self.tier)

    def sample(
        self, compiler: Compiler, candidate: Candidate, clients: Sequence[str], *, asan: bool, steps: bool
    ) -> Said:
        """Some interleavings of the clients, drawn by Shuttle."""
        program = _program(self.compile(compiler, candidate, asan=asan, tool="shuttle"))
        return sample(program, clients, SAMPLING, steps=steps, tier=self.tier)

    def race(self, compiler: Compiler, candidate: Candidate, clients: Sequence[str], rounds: int) -> Completed:
        """The clients on threads of the system, watched by ThreadSanitizer."""
        program = _program(self.compile(compiler, candidate, asan=False, tool="tsan"))
        return race(program, clients, rounds, tier=self.tier)

    def compile_timed(self, compiler: Compiler, candidate: Candidate) -> Compiled:
        """The program that is measured."""
        if candidate.digest not in self._timed:
            glue = self.glue(candidate, "timed")
            self._timed[candidate.digest] = compile_timed(
                compiler, candidate.source, glue, cache=self.cache, tier=self.tier
            )
        return self._timed[candidate.digest]

    def timed(self, compiler: Compiler, candidate: Candidate, traffic: str, *, threads: int, rounds: int) -> Timed:
        """One run of it, with the seconds that passed outside."""
        program = _program(self.compile_timed(compiler, candidate))
        return run_timed(program, traffic, threads=threads, rounds=rounds, tier=self.tier)

    def freeze(self, compiler: Compiler, candidate: Candidate, clients: Sequence[Mapping[str, Any]]) -> Progress:
        """What freezing threads shows."""
        return progress_of(_program(self.compile(compiler, candidate, asan=None)), clients, tier=self.tier)


def _program(compiled: Compiled) -> Path:
    if compiled.program is None:
        raise InfrastructureError(f"a candidate that was compiled does not compile: {compiled.problem}")
    return compiled.program
