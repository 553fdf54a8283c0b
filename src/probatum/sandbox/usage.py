"""What a tree of processes uses, read from outside."""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import islice

from . import tree

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_MB = 1 << 20
_UTIME, _RSS = 11, 21  # fields of /proc/PID/stat counted from the state, which follows the name


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a tree uses now: live processes, CPU seconds so far (dead ones included), resident memory.

    Pages shared by several processes count in each of them. CPU time comes in ticks of 10 ms.
    """

    processes: int
    cpu_s: float
    resident_mb: float


def usage(root: int, *, most: int) -> Usage:
    """Sum over at most `most` processes below `root`; of `root` itself only the CPU time of those it reaped."""
    rows = [row for pid in islice(tree.descendants(root), most) if (row := tree.stat(pid))]
    reaped = tree.stat(root)[_UTIME + 2 : _UTIME + 4]
    ticks = sum(map(int, reaped)) + sum(int(tick) for row in rows for tick in row[_UTIME : _UTIME + 4])
    resident = sum(int(row[_RSS]) for row in rows) * _PAGE
    return Usage(processes=len(rows), cpu_s=ticks / _TICKS, resident_mb=resident / _MB)


def proportional_mb(root: int, *, most: int) -> float:
    """Resident memory with shared pages divided among those who share: exact, and a hundred times dearer than `usage`.

    Processes that may not be looked into count with all that is resident.
    """
    return sum(_proportional_kb(pid) for pid in islice(tree.descendants(root), most)) / 1024


def _proportional_kb(pid: int) -> float:
    for line in tree.read(f"/proc/{pid}/smaps_rollup").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    row = tree.stat(pid)
    return int(row[_RSS]) * _PAGE / 1024 if row else 0
