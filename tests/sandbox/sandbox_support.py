"""What the sandbox tests share: the tiers this machine has, a Python command, and who is still alive."""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from probatum.sandbox.policy import Limits, Policy, Tier
from probatum.sandbox.probe import best_tier

BEST = best_tier()
TIERS: tuple[Tier, ...] = {"bwrap": ("bwrap", "lock", "plain"), "lock": ("lock", "plain"), "plain": ("plain",)}[BEST]
CONFINED = tuple(tier for tier in TIERS if tier != "plain")

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="Landlock, seccomp and namespaces are Linux")
needs_lock = pytest.mark.skipif(BEST == "plain", reason="this kernel has no Landlock, or no filter fits this machine")
needs_bwrap = pytest.mark.skipif(BEST != "bwrap", reason="apt-get install bubblewrap")


def python(code: str, *arguments: str) -> list[str]:
    """A command that runs `code` in a bare interpreter."""
    return [sys.executable, "-I", "-S", "-c", code, *arguments]


def small(tier: Tier, **changes: float) -> Policy:
    """A policy tight enough that every test of a limit is over within seconds."""
    values: dict[str, float] = {"cpu_s": 1, "wall_s": 3, "memory_mb": 200, "processes": 16, "output_kb": 256}
    return Policy(tier=tier, limits=Limits(**{**values, **changes}))  # type: ignore[arg-type]


def alive(marker: str) -> list[int]:
    """Every process of this machine whose command line has the marker, zombies left out."""
    return [pid for pid, _ in _lines(marker)]


def alive_lines(marker: str) -> list[str]:
    """The command lines of those, without the ones of bubblewrap that hold a command."""
    return [line for _, line in _lines(marker) if "bwrap" not in line.partition("\0")[0]]


def _lines(marker: str) -> list[tuple[int, str]]:
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            line = Path("/proc", entry, "cmdline").read_bytes()  # empty for a zombie
        except OSError:
            continue
        if marker.encode() in line and int(entry) != os.getpid():
            found.append((int(entry), line.decode()))
    return found


def until(what: str, holds: object) -> None:
    """Wait for a condition that is sure to come; fail after ten seconds without it."""
    assert callable(holds)
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline, f"{what} did not happen"
        select.select([], [], [], 0.01)


def in_fork(body: Callable[[], object]) -> str:
    """Run `body` in a forked child; what it returned, or the name of the error it raised."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            try:
                text = str(body())
            except BaseException as error:
                text = f"{type(error).__name__}: {error}"
            os.write(write, text.encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as file:
        said = file.read().decode()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return said or f"ended with {status}"
