"""Reading task and candidate folders, and writing candidates.

Everything is opened below a folder's descriptor without following links, and judged by what the *opened* descriptor is,
so that nothing can be exchanged between the look and the read. A task with odd things in it is a `TaskError`; a
candidate folder with odd things is a refused candidate, which is a finding and not an error.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import SequenceMatcher
from pathlib import Path

from probatum.candidate import EDITABLE, Candidate
from probatum.errors import InfrastructureError, TaskError, UsageError
from probatum.task.document import plain
from probatum.task.model import Task
from probatum.task.parse import ignored, parse_task

MAX_FILE_BYTES = 1024 * 1024
"""The largest file of a task and of a candidate."""
MAX_TASK_ENTRIES = 2_000
"""The most files and folders in a task."""
MAX_TASK_BYTES = 64 * 1024 * 1024
MAX_TASK_DEPTH = 16
MAX_CANDIDATE_ENTRIES = 1_000
"""Beyond this many entries a candidate folder is refused without looking at their names."""
REFUSED = "refused.txt"
"""Stands for the bytes of a refused folder (see `read_candidate`)."""

_PACKAGE = Path(__file__).resolve().parents[1]
_ENTRY_FAULTS = (errno.EACCES, errno.EPERM, errno.ELOOP, errno.ENOENT, errno.ENXIO)
"""Errors of opening that lie in the entry; all others lie in the machine."""
_SPECIAL = {
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class _Odd(Exception):
    """Something in a folder that may not be there; the text is the sentence for the person who put it there."""


def task_roots() -> tuple[Path, ...]:
    """Folders of shipped tasks: inside the installed package, or beside the source in a checkout."""
    checkout = _PACKAGE.parents[1]
    roots = [_PACKAGE / "tasks"] + ([checkout / "tasks"] if (checkout / "pyproject.toml").is_file() else [])
    return tuple(root for root in roots if root.is_dir())


def shipped_tasks(roots: Sequence[Path] | None = None) -> tuple[str, ...]:
    """Names of the tasks that ship, sorted."""
    places = task_roots() if roots is None else roots
    return tuple(sorted({folder.parent.name for root in places for folder in root.glob("*/task.toml")}))


def find_task(name_or_path: str, *, roots: Sequence[Path] | None = None) -> Path:
    """The folder of a task: a path, else a shipped name. Raises `UsageError` listing those, nearest first."""
    places = task_roots() if roots is None else roots
    path = Path(name_or_path)
    is_folder = bool(name_or_path) and os.path.isdir(path)
    if is_folder and os.path.isfile(path / "task.toml"):
        return path
    names = shipped_tasks(places)
    if name_or_path in names:
        return next(root / name_or_path for root in places if (root / name_or_path / "task.toml").is_file())
    if is_folder:
        return path
    if os.path.isfile(path):
        fix = f"Give the folder: {plain(str(path.parent))}"
        raise UsageError(f"{plain(str(path))} is a file, not a task folder", fix=fix)
    nearest = sorted(names, key=lambda name: -SequenceMatcher(None, name_or_path[:80], name).ratio())
    fix = f"Give a folder that holds task.toml, or one of: {', '.join(nearest) or 'none (no task ships here)'}"
    raise UsageError(f"no folder and no shipped task is called '{plain(name_or_path)}'", fix=fix)


def read_task(name_or_path: str) -> Task:
    """Read and parse a task. Raises `UsageError` when there is no such folder, `TaskError` for what is wrong in it."""
    folder = find_task(name_or_path)
    name = folder.resolve().name
    files: dict[str, bytes] = {}
    entries = total = 0
    with _opened(folder, "Give a task folder that you can read") as fd:
        for path, data in _walk(fd, name):
            entries, total = entries + 1, total + len(data or b"")
            if entries > MAX_TASK_ENTRIES or total > MAX_TASK_BYTES:
                message = f"more than {MAX_TASK_ENTRIES} files and folders, or {MAX_TASK_BYTES} bytes"
                raise TaskError(message, file=plain(name), fix="Move what is no part of the task elsewhere")
            if data is not None:
                files[path] = data
    return parse_task(name, files)


def read_candidate(folder: Path) -> Candidate:
    """The candidate in a folder; anything but one plain ``sut.py`` or ``sut.rs`` makes a refused one that says why.

    A refused candidate has no editable bytes: the sentence stands in for them (under `REFUSED`), so that its digest,
    under which the refusal is kept, is never that of an honest candidate. Raises `UsageError` when there is no readable
    folder.
    """
    with _opened(Path(folder), "Give the folder that holds sut.py or sut.rs") as fd:
        try:
            name = _editable_name(_names(fd, MAX_CANDIDATE_ENTRIES))
            return Candidate(files={name: _read_plain(fd, name, links=1)})
        except _Odd as problem:
            return Candidate(files={REFUSED: str(problem).encode()}, refusal=str(problem))


def write_candidate(folder: Path, candidate: Candidate) -> None:
    """Write a candidate's file into a new or empty folder; the same content already there is left alone.

    Raises `UsageError` when the folder holds anything else or cannot be written, and for a refused candidate.
    """
    if candidate.refusal is not None or len(candidate.files) != 1 or candidate.language == "unknown":
        raise UsageError("a refused candidate cannot be written", fix="Correct its folder and check it again")
    [(name, data)] = candidate.files.items()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with os.scandir(folder) as entries:
            empty = next(entries, None) is None
        if empty:
            _write_new(folder / name, data)
            return
    except OSError as problem:
        message = f"cannot write {plain(str(folder))}: {problem.strerror}"
        raise UsageError(message, fix="Name a folder that can be written") from None
    if read_candidate(folder).files != candidate.files:
        message = f"{plain(str(folder))} already holds something else"
        raise UsageError(message, fix="Name a new folder, or empty this one")


def _write_new(path: Path, data: bytes) -> None:
    """Create a file that must not exist; half a file is removed again."""
    with open(path, "xb") as file:
        try:
            file.write(data)
            file.flush()
        except OSError:
            path.unlink()
            raise


@contextmanager
def _opened(folder: Path, fix: str) -> Iterator[int]:
    """Descriptor of a folder (the folder itself may be a link); raises `UsageError`."""
    try:
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except NotADirectoryError:
        message = f"{plain(str(folder))} is not a folder"
        raise UsageError(message, fix=f"Give its folder: {plain(str(folder.parent))}") from None
    except FileNotFoundError:
        raise UsageError(f"there is no folder {plain(str(folder))}", fix=fix) from None
    except (OSError, ValueError) as problem:
        raise UsageError(f"cannot read the folder {plain(str(folder))}: {plain(str(problem))}", fix=fix) from None
    try:
        yield fd
    finally:
        os.close(fd)


def _walk(fd: int, place: str, prefix: str = "", depth: int = 0) -> Iterator[tuple[str, bytes | None]]:
    """Paths and bytes of all files below an open folder, folders with None; raises `TaskError` at what is neither."""
    try:
        if depth > MAX_TASK_DEPTH:
            raise _Odd(f"folders nested more than {MAX_TASK_DEPTH} deep")
        names = _names(fd, MAX_TASK_ENTRIES)
    except _Odd as problem:
        raise TaskError(str(problem), file=place, fix="A task is a folder of a few plain files") from None
    for name in names:
        path, there = prefix + name, f"{place}/{plain(name)}"
        if ignored(path):
            continue
        try:
            is_folder = stat.S_ISDIR(os.stat(name, dir_fd=fd, follow_symlinks=False).st_mode)
            yield path, None if is_folder else _read_plain(fd, name)
            if is_folder:
                with _subfolder(fd, name) as inner:
                    yield from _walk(inner, there, path + "/", depth + 1)
        except _Odd as problem:
            fix = "Put a plain file in its place, or delete it"
            raise TaskError(str(problem), file=there, fix=fix) from None
        except OSError as problem:
            raise TaskError(f"cannot be read: {problem.strerror}", file=there, fix="Correct its permissions") from None


@contextmanager
def _subfolder(fd: int, name: str) -> Iterator[int]:
    inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=fd)
    try:
        yield inner
    finally:
        os.close(inner)


def _names(fd: int, limit: int) -> list[str]:
    """Sorted names in an open folder; raises `_Odd` beyond a limit and for names that are not UTF-8."""
    names: list[str] = []
    with os.scandir(fd) as entries:
        for entry in entries:
            if len(names) == limit:
                raise _Odd(f"the folder holds more than {limit} entries")
            try:
                names.append(os.fsencode(entry.name).decode())
            except UnicodeDecodeError:
                raise _Odd(f"the name {entry.name!a} is not UTF-8") from None
    return sorted(names)


def _editable_name(names: list[str]) -> str:
    """The one editable file among a folder's names; raises `_Odd` when there is anything else."""
    editable = tuple(EDITABLE.values())
    if "__pycache__" in names:
        raise _Odd("the folder holds __pycache__, which Python leaves behind after an import: delete it")
    for name in names:
        if name not in editable:
            if name.lower() in editable:
                raise _Odd(f"the file must be called {name.lower()} exactly, not {plain(name)}")
            more = len(names) - sum(other in editable for other in names) - 1
            rest = f" and {more} more" if more else ""
            raise _Odd(f"only {' or '.join(editable)} may be in the folder, which holds '{plain(name)}'{rest}")
    if len(names) != 1:
        held = "both sut.py and sut.rs: keep one" if names else "no sut.py or sut.rs"
        raise _Odd(f"the folder holds {held}")
    return names[0]


def _read_plain(fd: int, name: str, *, links: int | None = None) -> bytes:
    """Bytes of a regular file in an open folder, with at most that many hard links; raises `_Odd`."""
    try:
        # The look comes first because opening alone can move a device; what counts is what the opened file is.
        _refuse_special(name, os.stat(name, dir_fd=fd, follow_symlinks=False).st_mode)
        opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=fd)
    except OSError as problem:
        if problem.errno not in _ENTRY_FAULTS:
            raise InfrastructureError(f"cannot open {plain(name)}: {problem.strerror}", fix="Try again") from None
        raise _Odd(f"{plain(name)} cannot be read: {problem.strerror}") from None
    try:
        status = os.fstat(opened)
        _refuse_special(name, status.st_mode)
        if links is not None and status.st_nlink > links:
            raise _Odd(
                f"{plain(name)} is a hard link (one of {status.st_nlink} names of the file): put a copy in its place"
            )
        with open(opened, "rb", closefd=False) as file:
            data = file.read(MAX_FILE_BYTES + 1)
    finally:
        os.close(opened)
    if len(data) > MAX_FILE_BYTES:
        raise _Odd(f"{plain(name)} is larger than {MAX_FILE_BYTES} bytes")
    return data


def _refuse_special(name: str, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise _Odd(f"{plain(name)} is {_SPECIAL.get(stat.S_IFMT(mode), 'a special file')}, not a plain file")
