"""What `probatum init` is told, and what it made."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class InitOptions:
    """The command line of `probatum init`; ``oracle`` and ``candidate`` are written FILE:NAME."""

    folder: str
    oracle: str
    candidate: str
    args: str | None = None
    """Types of the parameters, separated by commas; None where annotations say it."""
    returns: str | None = None
    requires: str | None = None
    """A Python expression over the parameters: the precondition."""
    raises: str | None = None
    """Names of errors that are part of the answer; None: those the oracle raises on purpose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InitResult:
    """A new task. ``notes`` are sentences that the user should read before the first check."""

    folder: Path
    candidate: Path
    files: tuple[Path, ...]
    """Everything written, the candidate's file last."""
    check: tuple[str, ...]
    """The command that judges the candidate."""
    notes: tuple[str, ...] = ()
