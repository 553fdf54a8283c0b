"""A ceiling on tasks by control group, where we may make one: the only kernel limit on forks that binds root.

Optional: without it the tree is counted from outside, which a fork bomb can delay by a second or two.
"""

from __future__ import annotations

import itertools
import os
import time

_MOUNT = "/sys/fs/cgroup"
_names = itertools.count()


class TaskCeiling:
    """A control group of its own for one tree; `remove` it when the tree is gone."""

    __slots__ = ("_folder",)

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def remove(self) -> None:
        """Give the group back; a task that is still ending may hold it for some milliseconds."""
        for _ in range(20):
            try:
                os.rmdir(self._folder)
            except FileNotFoundError:
                return
            except OSError:
                time.sleep(0.005)
            else:
                return


def task_ceiling(pid: int, tasks: int) -> TaskCeiling | None:
    """Let `pid` and what comes from it be at most `tasks` processes and threads; None where we may not say so."""
    folder = _own_group()
    if folder is None or not os.access(folder, os.W_OK):
        return None
    group = f"{folder}/probatum-{os.getpid()}-{next(_names)}"
    try:
        os.mkdir(group)
    except OSError:
        return None
    ceiling = TaskCeiling(group)
    try:
        _write(f"{group}/pids.max", tasks)
        _write(f"{group}/cgroup.procs", pid)
    except OSError:  # version 2 without the controller handed down to us
        ceiling.remove()
        return None
    return ceiling


def _own_group() -> str | None:
    try:
        with open("/proc/self/cgroup", encoding="utf-8") as file:
            lines = [line.rstrip("\n").split(":", 2) for line in file]
    except OSError:
        return None
    for _, controllers, path in lines:
        if "pids" in controllers.split(","):
            return f"{_MOUNT}/pids{path.rstrip('/')}"
    unified = [path for number, _, path in lines if number == "0"]
    return f"{_MOUNT}{unified[0].rstrip('/')}" if unified else None


def _write(path: str, value: int) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(str(value))
