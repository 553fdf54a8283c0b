"""Where a command keeps its journal: the workspace folder, found or made."""

from __future__ import annotations

import shlex
import tempfile
from dataclasses import dataclass
from pathlib import Path

from probatum.errors import UsageError

FOLDER = ".probatum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A workspace and how a person names it."""

    path: Path
    option: str = ""
    """What a later command needs to find it again (`` --workspace DIR``); "" where it is found without."""
    note: str = ""
    """What the user should know about it."""


def nearest(start: Path) -> Path | None:
    """The workspace of the nearest folder that has one, from ``start`` upwards."""
    return next((folder / FOLDER for folder in (start, *start.parents) if (folder / FOLDER).is_dir()), None)


def choose(given: str | None, *, start: Path | None = None) -> Workspace:
    """The workspace to write to: the given one, else the nearest, else one in this folder, else a temporary one."""
    if given is not None:
        return Workspace(path=Path(given), option=f" --workspace {shlex.quote(given)}")
    here = (start or Path.cwd()).absolute()
    path = nearest(here) or here / FOLDER
    if _writable(path):
        return Workspace(path=path)
    temporary = tempfile.mkdtemp(prefix="probatum-")
    note = f"{path} cannot be written, so the journal of this command is in {temporary}"
    return Workspace(path=Path(temporary), option=f" --workspace {shlex.quote(temporary)}", note=note)


def existing(given: str | None, *, start: Path | None = None) -> Workspace:
    """The workspace to read. Raises `UsageError` when there is none."""
    here = (start or Path.cwd()).absolute()
    path = Path(given) if given is not None else nearest(here)
    if path is None or not (path / "journal.sqlite").is_file():
        where = str(path) if path is not None else f"{here} and the folders above it"
        raise UsageError(f"there is no journal in {where}", fix="Run `probatum check` first, or give --workspace DIR")
    return Workspace(path=path, option="" if given is None else f" --workspace {shlex.quote(given)}")


def _writable(path: Path) -> bool:
    """Whether files can be made there; asking the permissions alone is wrong on read-only and odd file systems."""
    made = not path.exists()
    try:
        path.mkdir(exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            return True
    except OSError:
        if made and path.is_dir():
            path.rmdir()
        return False
