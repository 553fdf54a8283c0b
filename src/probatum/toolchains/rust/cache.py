"""Where compiled programs are kept: by content, for this user, the oldest thrown away."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

KEPT = 400
"""Programs kept at most; each is about half a megabyte."""


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


def prune(folder: Path, kept: int = KEPT) -> None:
    """Throw away the oldest programs beyond ``kept``."""
    programs = sorted(folder.glob("*/*.bin"), key=_age, reverse=True)
    for old in programs[kept:]:
        shutil.rmtree(old.parent, ignore_errors=True)


def _age(path: Path) -> float:
    with suppress(OSError):
        return path.stat().st_mtime
    return 0.0
