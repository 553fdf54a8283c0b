"""A process and everything below it: who they are, what they use, and ending them all."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_MB = 1 << 20
_UTIME, _RSS = 11, 21  # fields of /proc/PID/stat counted from the state, which follows the name


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a tree uses now: live processes, CPU seconds so far (dead ones included), resident memory.

    Pages shared by several processes count in each of them.
    """

    processes: int
    cpu_s: float
    resident_mb: float


def children(pid: int) -> list[int]:
    """The live children of a process; empty when it is gone, or where there is no /proc."""
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return []
    return [int(child) for thread in threads for child in _read(f"/proc/{pid}/task/{thread}/children").split()]


def descendants(pid: int) -> list[int]:
    """Everything below a process, parents before their children."""
    found = children(pid)
    for child in found:  # grows while it is walked
        found.extend(children(child))
    return found


def usage(root: int) -> Usage:
    """Sum over everything below `root`; of `root` itself only the CPU time of children it has reaped counts."""
    reaped = _stat(root)[_UTIME + 2 : _UTIME + 4]
    rows = [row for pid in descendants(root) if (row := _stat(pid))]
    cpu = sum(map(int, reaped)) + sum(int(tick) for row in rows for tick in row[_UTIME : _UTIME + 4])
    return Usage(
        processes=len(rows),
        cpu_s=cpu / _TICKS,
        resident_mb=sum(int(row[_RSS]) for row in rows) * _PAGE / _MB,
    )


def proportional_mb(root: int) -> float:
    """Resident memory with shared pages counted once: exact, and a hundred times dearer than `usage`."""
    total_kb = 0
    for pid in descendants(root):
        lines = _read(f"/proc/{pid}/smaps_rollup").splitlines()
        total_kb += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total_kb / 1024


def kill_below(root: int, *, timeout_s: float = 5.0) -> bool:
    """End everything below `root` (not `root` itself), however fast it forks; true when nothing is left.

    Each round stops all before it kills any, so that a fork bomb cannot refill from those the round has seen.
    Zombies whose parent is `root` go when `root` reaps them: `root` may be this process, which is then done here.
    """
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        _reap(root)
        alive = [pid for pid in descendants(root) if not _is_zombie(pid)]
        if not alive:
            _reap(root)
            return True
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in alive:
                _send(pid, number)
    return False


def _reap(root: int) -> None:
    if root != os.getpid():
        return
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def _is_zombie(pid: int) -> bool:
    row = _stat(pid)
    return not row or row[0] in "ZX"


def _send(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return


def _stat(pid: int) -> list[str]:
    return _read(f"/proc/{pid}/stat").rpartition(")")[2].split()


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except (OSError, ProcessLookupError):
        return ""
