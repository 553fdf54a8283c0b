"""Hosts with different hash seeds, each started when first needed: where Python workers come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from probatum.candidate import Candidate
from probatum.sandbox.policy import Tier
from probatum.task.model import Limits
from probatum.toolchains.python.allowed import PRELOADED, PRELOADED_ALL, WITHOUT_IMPORTS, imports, wants_more
from probatum.toolchains.python.hosts import Host, HostSpec, inspect_source, load_frame, start_host
from probatum.transcript import Ending
from probatum.wire.frames import Stream

SYNC, AIO = "probatum.sync", "probatum.aio"
"""The modules of primitives, for candidates of tasks that declare threads, and of those that declare tasks."""
TASKS = "tasks"
"""What `Interface.outline` says of the latter."""
HOSTS = 6
"""Hosts at most: two for most gears, four more for the confirmation trial."""
HASH_SEEDS = (1, 77, 2, 78, 3, 79)
"""Different orders of sets and dictionaries of strings, where nobody gives any drawn from a secret."""


def allowance(limits: Limits, cpu_s: float | None) -> tuple[float, float]:
    """CPU and wall seconds of a worker; with less CPU there is less time to wait, too."""
    return cpu_s or limits.cpu_s, limits.wall_s * (1.0 if cpu_s is None else min(1.0, cpu_s / limits.cpu_s))


@dataclass(slots=True)
class PythonWorkers:
    """Opens workers for Python candidates of one task. Not thread-safe."""

    limits: Limits
    packages: tuple[str, ...]
    tier: Tier
    hash_seeds: tuple[int, ...] = HASH_SEEDS
    outline: dict[str, Any] = field(default_factory=dict)
    cpu: int = -1
    """The CPU on which the next worker is to run; -1: any."""
    _hosts: dict[tuple[int, bool], Host] = field(default_factory=dict)

    def host(self, index: int, *, large: bool = False) -> Host:
        """The host of an index. ``large`` ones have everything preloaded that a candidate may import; forking from the
        others is cheaper, so they serve candidates that name none of the rest."""
        if (index, large) not in self._hosts:
            spec = HostSpec(
                limits=self.limits,
                packages=self.packages,
                tier=self.tier,
                hash_seed=self.hash_seeds[index],
                preload=PRELOADED_ALL if large else WITHOUT_IMPORTS,
                later=() if large else PRELOADED,
                threads=bool(self.outline.get("sync")),
            )
            self._hosts[index, large] = start_host(spec)
        self._hosts[index, large].cpu = self.cpu
        return self._hosts[index, large]

    def open(
        self,
        candidate: Candidate,
        index: int,
        random_seed: int,
        cpu_s: float | None,
        *,
        whole: bool = False,
        threads: int = 0,
    ) -> tuple[tuple[Host, int], Stream]:
        """A fresh worker with the candidate on its way: what `end` takes, and our end of the worker's socket.

        ``whole``: the worker also looks whether all of the interface is there, which level build asks once.
        ``threads``: it runs programs of so many threads, on a candidate whose every access is a step.
        """
        cpu, wall = allowance(self.limits, cpu_s)
        host = self.host(index, large=bool(self.packages) or wants_more(candidate.source))
        needed = 0 if self.outline.get("sync") == TASKS else threads
        needs = ("imports",) if whole or imports(candidate.source) else ()
        number, stream = host.fork(cpu_s=cpu, wall_s=wall, threads=needed, needs=needs)
        outline = self.outline if whole else {**self.outline, "classes": {}, "functions": {}}
        outline = {**outline, "threads": threads} if threads else outline
        stream.send(load_frame(candidate.source, outline, random_seed))
        return (host, number), stream

    def end(self, ticket: tuple[Host, int]) -> Ending:
        """End a worker and say how it ended."""
        host, number = ticket
        return host.end(number)

    def inspect(self, candidate: Candidate) -> tuple[dict[str, Any] | None, Ending]:
        """Listed constructs and compile errors of a candidate, read in a locked worker."""
        shared = self.outline.get("sync")
        allowed = (*self.packages, AIO if shared == TASKS else SYNC) if shared else self.packages
        return inspect_source(self.host(0), candidate.source, allowed)

    def protections(self) -> tuple[str, ...]:
        """What the in-fork lock applies."""
        return self.host(0).protections

    def close(self) -> float:
        """End both hosts; their CPU seconds."""
        spent = sum(host.close() for host in self._hosts.values())
        self._hosts.clear()
        return spent
