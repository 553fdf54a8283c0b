"""Workers for the candidates of one task, whatever their language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probatum.candidate import Candidate
from probatum.sandbox.policy import Tier
from probatum.task.model import Limits
from probatum.toolchains.python.pair import PythonWorkers
from probatum.toolchains.rust.compiler import Compiled
from probatum.toolchains.rust.sanitized import Running, Sanitized
from probatum.toolchains.rust.shared import Shared
from probatum.toolchains.rust.workers import RustWorkers, Ticket
from probatum.transcript import Ending
from probatum.wire.frames import Stream


class Workers:
    """Chooses the toolchain by the candidate's language. Both use the same hosts. Not thread-safe."""

    def __init__(
        self,
        *,
        limits: Limits,
        packages: tuple[str, ...],
        tier: Tier,
        hash_seeds: tuple[int, ...],
        glue: Callable[..., str],
    ) -> None:
        self.python = PythonWorkers(limits=limits, packages=packages, tier=tier, hash_seeds=hash_seeds)
        self.glue = glue
        self.shares = False
        """Whether threads share the objects of the task, in Rust, too."""
        self._rust: RustWorkers | None = None
        self._shared: Shared | None = None
        self._sanitized: Sanitized | None = None

    @property
    def rust(self) -> RustWorkers:
        """The toolchain for Rust; made when first asked for."""
        if self._rust is None:
            python = self.python
            self._rust = RustWorkers(python.limits, python.tier, python.host, python.outline, self.glue, self.shares)
        return self._rust

    @property
    def shared(self) -> Shared:
        """What runs clients of objects in Rust that threads share."""
        if self._shared is None:
            self._shared = Shared(self.rust.tier, self.rust.cache, self.glue)
        return self._shared

    @property
    def sanitized(self) -> Sanitized:
        """What runs candidates in Rust under AddressSanitizer."""
        if self._sanitized is None:
            self._sanitized = Sanitized(tier=self.rust.tier, cache=self.rust.cache, limits=self.rust.limits)
        return self._sanitized

    @property
    def outline(self) -> dict[str, Any]:
        """The interface that candidates are to provide."""
        return self.python.outline

    def describe(self, outline: dict[str, Any]) -> None:
        """Tell the workers what interface candidates are to provide."""
        self.python.outline = outline

    def absent(self, candidate: Candidate) -> str:
        """Why there can be no workers for a candidate on this machine, with the command that changes it; or ""."""
        if candidate.language == "rust":
            return self.rust.absent(candidate)
        return "" if candidate.language == "python" else "its language has no toolchain"

    def prepare(self, candidate: Candidate) -> None:
        """Compile what must be compiled, unless that was done."""
        if candidate.language == "rust":
            self.rust.build(candidate)

    def sanitize(self, candidate: Candidate) -> Compiled:
        """A candidate in Rust with AddressSanitizer; where there is no program, why."""
        compiler = self.rust.compiler()
        assert compiler is not None  # level boundary found it
        return self.sanitized.build(compiler, candidate, self.glue)

    def open(
        self,
        candidate: Candidate,
        index: int,
        random_seed: int,
        cpu_s: float | None,
        *,
        whole: bool = False,
        threads: int = 0,
        sanitized: bool = False,
    ) -> tuple[Ticket | Running, Stream]:
        """A fresh worker with the candidate on its way: what `end` takes, and our end of the worker's socket."""
        if sanitized:
            return self.sanitized.open(candidate, random_seed, cpu_s)
        if candidate.language == "rust":
            return self.rust.open(candidate, index, random_seed, cpu_s, whole=whole)
        return self.python.open(candidate, index, random_seed, cpu_s, whole=whole, threads=threads)

    def end(self, ticket: Ticket | Running) -> Ending:
        """End a worker and say how it ended."""
        if isinstance(ticket, Running):
            return ticket.end()
        return ticket if isinstance(ticket, Ending) else self.python.end(ticket)

    def inspect(self, candidate: Candidate) -> tuple[dict[str, Any] | None, Ending]:
        """Listed constructs and syntax errors of a candidate; None when whoever read it was lost."""
        if candidate.language == "rust":
            return self.rust.inspect(candidate), Ending(how="completed")
        return self.python.inspect(candidate)

    def protections(self) -> tuple[str, ...]:
        """What the in-fork lock applies."""
        return self.python.protections()

    def close(self) -> float:
        """End all hosts; their CPU seconds."""
        return self.python.close()
