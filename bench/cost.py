"""CPU of our own processes, read from the kernel: the controller, the judge, the hosts, the workers."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TICK_S = 1 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """CPU milliseconds per round."""

    controller: float
    judge: float
    host: float
    child: float

    @property
    def total(self) -> float:
        """All of it."""
        return self.controller + self.judge + self.host + self.child

    def row(self) -> str:
        """One line of a table."""
        parts = (self.controller, self.judge, self.host, self.child)
        return " ".join(f"{p:7.2f}" for p in parts) + f" {self.total:8.2f}"


def below(pid: int) -> dict[int, str]:
    """Every living descendant of a process with its command line."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
    found, frontier = {}, {pid}
    while frontier:
        frontier = {p for p, parent in parents.items() if parent in frontier}
        for child in frontier:
            try:
                found[child] = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
    return found


def clock_s(pid: int) -> float:
    """CPU seconds of another process, at nanosecond resolution."""
    return time.clock_gettime((~pid << 3) | 2)


def split(run: Callable[[int], dict[str, Any]], rounds: int) -> tuple[Split, float]:
    """CPU per round of judge reports, split by process, and calls per round."""
    run(-1)
    own = below(os.getpid())
    judges = [p for p, line in own.items() if "judge.server" in line and "bwrap" not in line.split()[0]]
    hosts = [p for p, line in own.items() if "python.host" in line and "bwrap" not in line.split()[0]]

    def read() -> tuple[float, float, float]:
        return time.process_time(), sum(map(clock_s, judges)), sum(map(clock_s, hosts))

    before, child, calls = read(), 0.0, 0
    for index in range(rounds):
        report = run(index)
        child += sum(row[1] for row in report["resources"])
        calls += report["tally"]["calls"]
    per = [1000 * (b - a) / rounds for a, b in zip(before, read(), strict=True)]
    return Split(controller=per[0], judge=per[1], host=per[2], child=1000 * child / rounds), calls / rounds
