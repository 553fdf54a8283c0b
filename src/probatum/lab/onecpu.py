"""Two processes that only ever wait for each other, on one CPU: waking a CPU that sleeps costs as much as the call."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

ANYWHERE = -1


@contextmanager
def staying_here() -> Iterator[int]:
    """Stay on the CPU that this process runs on now; its number, for the other process, or `ANYWHERE` where a system
    has no such thing. Short stays only: meanwhile the system cannot move the two to a CPU with less to do."""
    here, before = _current(), _allowed()
    if not _stays(here, before):
        yield ANYWHERE
        return
    try:
        yield here
    finally:
        os.sched_setaffinity(0, before)


def _stays(here: int, allowed: set[int]) -> bool:
    """Whether this process was told to stay; where it may not be told, nothing is lost but time."""
    if here not in allowed:
        return False
    try:
        os.sched_setaffinity(0, {here})
    except OSError:
        return False
    return True


def _allowed() -> set[int]:
    return os.sched_getaffinity(0) if sys.platform == "linux" else set()


def _current() -> int:
    if sys.platform != "linux":
        return ANYWHERE
    try:
        return int(ctypes.CDLL(None).sched_getcpu())
    except (OSError, AttributeError):
        return ANYWHERE
