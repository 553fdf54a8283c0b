"""A process and everything below it: who they are, and ending them all."""

from __future__ import annotations

import os
import signal
import time

TYPE_CHECKING = False  # see lock
if TYPE_CHECKING:
    from collections.abc import Iterator


def children(pid: int) -> list[int]:
    """The live children of a process; empty when it is gone, or where there is no /proc."""
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return []
    lists = [f"/proc/{pid}/task/{thread}/children" for thread in threads]
    found = [int(child) for path in lists for child in read(path).split()]
    return found if found or os.path.exists(f"/proc/{os.getpid()}/task/{os.getpid()}/children") else _scan(pid)


def _scan(parent: int) -> list[int]:
    """The slow way, for kernels without CONFIG_PROC_CHILDREN: ask every process for its parent."""
    return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if stat(pid)[1:2] == [str(parent)]]


def descendants(pid: int) -> Iterator[int]:
    """Everything below a process, parents before their children, each looked up when it is asked for."""
    found = children(pid)
    for child in found:  # grows while it is walked
        yield child
        found.extend(children(child))


def kill_below(root: int, *, timeout_s: float = 5.0) -> bool:
    """End everything below `root` (not `root` itself), however fast it forks; true when nothing is left alive.

    Each process is stopped before its children are looked up, so a fork bomb cannot refill behind the walk. What was
    killed stays a zombie until its parent reaps it; if `root` is the calling process, that is done here.
    """
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        _reap_if_own(root)
        alive = []
        for pid in descendants(root):
            if _send(pid, signal.SIGSTOP) and not _is_zombie(pid):
                alive.append(pid)
        if not alive:
            _reap_if_own(root)
            return True
        for pid in alive:
            _send(pid, signal.SIGKILL)
    return False


def stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the state on; empty when the process is gone."""
    return read(f"/proc/{pid}/stat").rpartition(")")[2].split()


def read(path: str) -> str:
    """A file of /proc, empty when its process is gone or hidden."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


def _reap_if_own(root: int) -> None:
    if root != os.getpid():
        return
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def _is_zombie(pid: int) -> bool:
    row = stat(pid)
    return not row or row[0] in "ZX"


def _send(pid: int, number: int) -> bool:
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True
