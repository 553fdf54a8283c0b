"""Run secrets: kept outside the journal, for the owner's eyes, until revealed. The journal holds only their hash."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from probatum.errors import JournalError
from probatum.journal.schema import explained

_RUN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", re.ASCII)


def save_secret(workspace: Path, run: str, secret: bytes) -> None:
    """Keep the secret of a run in `<workspace>/secrets/<run>`, for its owner only. It appears whole or not at all.

    Saving the same secret again is harmless; raises JournalError rather than replace a different one.
    """
    path = _path(workspace, run)
    with explained(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        scratch = path.with_name(f".{run}.{os.getpid()}")
        scratch.unlink(missing_ok=True)
        try:
            _write(scratch, secret)
            os.link(scratch, path)
        except FileExistsError:
            if load_secret(workspace, run) != secret:
                raise JournalError(
                    f"run {run} has a different secret already ({path})", fix="Give the run another name"
                ) from None
        finally:
            scratch.unlink(missing_ok=True)


def load_secret(workspace: Path, run: str) -> bytes:
    """The secret of a run. Raises JournalError when it is gone, or when others than the owner could have read it."""
    path = _path(workspace, run)
    if not path.is_file():
        raise JournalError(
            f"the secret of run {run} is not in {path.parent}",
            fix="A run whose secret is lost cannot go on; start a new one",
        )
    with explained(path):
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(fd, "rb") as file:
            mode = stat.S_IMODE(os.fstat(fd).st_mode)
            if mode & 0o077:
                raise JournalError(
                    f"others can read the secret of run {run} ({path} has mode {mode:o})",
                    fix=f"If nobody did: chmod 600 {path}; otherwise start a new run",
                )
            return file.read()


def forget_secret(workspace: Path, run: str) -> None:
    """Delete the secret of a run, after it was revealed. Nothing happens when it is gone already."""
    path = _path(workspace, run)
    with explained(path):
        path.unlink(missing_ok=True)


def _write(path: Path, secret: bytes) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(fd)


def _path(workspace: Path, run: str) -> Path:
    if not _RUN.fullmatch(run):
        raise JournalError(f"{run!r} cannot name a run", fix="Use letters, digits, '.', '_' and '-', at most 128")
    return workspace / "secrets" / run
