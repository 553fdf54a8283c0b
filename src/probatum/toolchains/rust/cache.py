"""Where compiled programs are kept: by content, for this user, the oldest thrown away."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from probatum.lab.clock import now_s

KEPT = 400
"""Programs kept at most, beside those of the last hour; each is about half a megabyte."""
IN_USE_S = 3600.0
"""Other processes may be about to run a program that was used so short a time ago."""


def cache_folder() -> Path:
    """A folder that only this user can write: below XDG_CACHE_HOME or ~/.cache, or a new temporary one."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    folder = Path(base) / "probatum" / "rust"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_uid == os.getuid() and os.access(folder, os.W_OK):
            return folder
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix="probatum-rust-"))


def prune(folder: Path, kept: int = KEPT, in_use_s: float = IN_USE_S) -> None:
    """Throw away the programs beyond ``kept`` that were not used for longest, but none that may be in use."""
    latest_first = sorted(((_used(path), path) for path in programs(folder)), reverse=True)
    for used, old in latest_first[kept:]:
        if used < now_s() - in_use_s:
            shutil.rmtree(old.parent, ignore_errors=True)


def programs(folder: Path) -> Iterator[Path]:
    """Every program kept. Other processes compile in folders that come and go beside them."""
    for kept in list(folder.iterdir()):
        with suppress(OSError):
            yield from kept.glob("*.bin")


def touch(program: Path) -> None:
    """Note that a program is used now."""
    with suppress(OSError):
        os.utime(program)


def _used(path: Path) -> float:
    """When a program was used last; one that another process moves away meanwhile is in use."""
    with suppress(OSError):
        return path.stat().st_mtime
    return now_s()
