"""Reading two trees to compare: two commits of a git repository, or two folders.

A repository may come from a stranger, so git runs with an empty environment and is asked for objects only: no hooks, no
configuration of user or system, no pager, no filters, no attributes, no replaced objects, no network.
"""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from probatum.errors import InfrastructureError, UsageError
from probatum.task.document import plain

MAX_BLOB_BYTES = 1024 * 1024
"""Larger files are named and not read."""
MAX_FILES = 200_000
GIT_TIMEOUT_S = 120.0
SKIPPED_FOLDERS = frozenset({".git", ".hg", ".probatum", "__pycache__", ".venv", "node_modules", ".mypy_cache"})

_CONFIG = (
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.pager=cat"),
    *("-c", "core.attributesFile=/dev/null"),
    *("-c", "core.commitGraph=false"),
    *("-c", "protocol.allow=never"),
    *("-c", "safe.directory=*"),
)
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PAGER": "cat",
    "GIT_TERMINAL_PROMPT": "0",
    "HOME": "/nonexistent",
    "LC_ALL": "C",
    "PATH": "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What stands at a path: ``mark`` identifies content and kind, ``odd`` says why it cannot be read, if so."""

    mark: str
    odd: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Two trees as far as they differ, and the unchanged files that were asked for.

    ``old`` and ``new`` hold every readable file that is absent from or different in the other tree. ``unread`` names
    differing paths that are no plain files or too large, with the reason.
    """

    base: str
    head: str
    old: Mapping[str, bytes]
    new: Mapping[str, bytes]
    same: Mapping[str, bytes]
    unread: tuple[tuple[str, str], ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """Every differing path, sorted."""
        return tuple(sorted({*self.old, *self.new, *(path for path, _ in self.unread)}))


Keep = Callable[[str], bool]


def read_range(repository: Path, text: str, keep: Keep) -> Change:
    """The change ``BASE..HEAD`` (``BASE...HEAD``: since their merge base; HEAD may be left out) of a repository.

    ``keep`` chooses the unchanged files that are read as well. Raises `UsageError` for what is no range or no
    repository, `InfrastructureError` when git is absent or fails.
    """
    dots = "..." if "..." in text else ".."
    left, _, right = text.partition(dots)
    if not left or dots not in text:
        raise UsageError(f"'{plain(text)}' is not a range of commits", fix="Write BASE..HEAD, or give two folders")
    base, head = _commit(repository, left), _commit(repository, right or "HEAD")
    if dots == "...":
        base = _git(repository, "merge-base", base, head).decode().strip()
    old, new = _listing(repository, base), _listing(repository, head)

    def fetch(wanted: Iterable[str]) -> dict[str, bytes]:
        return _blobs(repository, sorted(wanted))

    return _change(f"{plain(left)} ({base[:12]})", f"{plain(right or 'HEAD')} ({head[:12]})", old, new, keep, fetch)


def read_folders(old: Path, new: Path, keep: Keep) -> Change:
    """The change from one folder to another; links are never followed. Raises `UsageError`."""
    before, after = _folder(old), _folder(new)
    held = {entry.mark: data for entry, data in (*before.values(), *after.values())}
    listing_old = {path: entry for path, (entry, _) in before.items()}
    listing_new = {path: entry for path, (entry, _) in after.items()}
    return _change(plain(str(old)), plain(str(new)), listing_old, listing_new, keep, lambda _: held)


def _change(
    base: str,
    head: str,
    old: Mapping[str, Entry],
    new: Mapping[str, Entry],
    keep: Keep,
    fetch: Callable[[Iterable[str]], Mapping[str, bytes]],
) -> Change:
    differ = sorted(path for path in {*old, *new} if old.get(path) != new.get(path))
    odd = {path: entry.odd for tree in (old, new) for path in differ if (entry := tree.get(path)) and entry.odd}
    before = {path: old[path].mark for path in differ if path in old and not old[path].odd}
    after = {path: new[path].mark for path in differ if path in new and not new[path].odd}
    same = {path: e.mark for path, e in new.items() if old.get(path) == e and not e.odd and keep(path)}
    held = fetch({*before.values(), *after.values(), *same.values()})
    return Change(
        base=base,
        head=head,
        old={path: held[mark] for path, mark in before.items()},
        new={path: held[mark] for path, mark in after.items()},
        same={path: held[mark] for path, mark in same.items()},
        unread=tuple(odd.items()),
    )


def _commit(repository: Path, name: str) -> str:
    try:
        found = _git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    except _Refused as problem:
        if "not a git repository" in str(problem):
            fix = "Give the repository with --repo, or two folders to compare"
            raise UsageError(f"{plain(str(repository))} is no git repository", fix=fix) from None
        raise UsageError(f"there is no commit called '{plain(name)}'", fix="Look at `git log --oneline`") from None
    return found.decode().strip()


def _listing(repository: Path, commit: str) -> dict[str, Entry]:
    """Path to entry of a commit's tree."""
    found: dict[str, Entry] = {}
    for row in _git(repository, "ls-tree", "-r", "-z", "-l", "--full-tree", commit).split(b"\0"):
        if not row:
            continue
        facts, _, name = row.partition(b"\t")
        mode, kind, digest, size = facts.decode().split()
        path = name.decode("utf-8", "backslashreplace")
        odd = {"120000": "a symbolic link", "160000": "another repository"}.get(mode, "")
        if not odd and kind == "blob" and int(size) > MAX_BLOB_BYTES:
            odd = f"larger than {MAX_BLOB_BYTES} bytes"
        found[path] = Entry(mark=digest, odd=odd)
    if len(found) > MAX_FILES:
        raise UsageError(f"more than {MAX_FILES} files in {commit[:12]}", fix="Compare two folders of it instead")
    return found


def _blobs(repository: Path, wanted: list[str]) -> dict[str, bytes]:
    """The contents of objects."""
    if not wanted:
        return {}
    output = _git(repository, "cat-file", "--batch", feed="".join(f"{mark}\n" for mark in wanted).encode())
    held: dict[str, bytes] = {}
    at = 0
    for mark in wanted:
        end = output.find(b"\n", at)
        facts = output[at:end].split()
        if end < 0 or len(facts) != 3 or facts[1] != b"blob":
            fix = "Run `git fsck` in it; a shallow or partial clone needs `git fetch --unshallow` first"
            raise InfrastructureError(f"object {mark[:12]} is missing from the repository", fix=fix)
        size = int(facts[2])
        held[mark] = output[end + 1 : end + 1 + size]
        at = end + size + 2
    return held


class _Refused(InfrastructureError):
    """git ended with an error; the text is what it said."""


def _git(repository: Path, *arguments: str, feed: bytes = b"") -> bytes:
    line = ["git", "--no-pager", *_CONFIG, "-C", str(repository), *arguments]
    try:
        done = subprocess.run(  # noqa: PLW1510  the status is looked at below
            line, input=feed, capture_output=True, env=_ENVIRONMENT, timeout=GIT_TIMEOUT_S
        )
    except FileNotFoundError:
        raise InfrastructureError("git is absent", fix="Install git, or give two folders to compare") from None
    except subprocess.TimeoutExpired:
        fix = "Try again; or compare two folders"
        raise InfrastructureError(f"git did not end within {GIT_TIMEOUT_S:.0f} s", fix=fix) from None
    if done.returncode != 0:
        said = plain(done.stderr.decode("utf-8", "replace").strip())
        raise _Refused(f"git {arguments[0]} failed: {said}", fix="Run `git fsck` in the repository")
    return done.stdout


def _folder(root: Path) -> dict[str, tuple[Entry, bytes]]:
    if not root.is_dir():
        raise UsageError(f"there is no folder {plain(str(root))}", fix="Give BASE..HEAD, or two folders to compare")
    found = dict(_walk(root, ""))
    if len(found) > MAX_FILES:
        raise UsageError(f"more than {MAX_FILES} files in {plain(str(root))}", fix="Compare a part of it")
    return found


def _walk(folder: Path, prefix: str) -> Iterator[tuple[str, tuple[Entry, bytes]]]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda item: item.name):
            path = prefix + entry.name
            mode = entry.stat(follow_symlinks=False).st_mode
            if stat.S_ISDIR(mode):
                if entry.name not in SKIPPED_FOLDERS:
                    yield from _walk(folder / entry.name, path + "/")
            else:
                yield path, _read(folder / entry.name, mode)


def _read(path: Path, mode: int) -> tuple[Entry, bytes]:
    """A file's entry, marked by its bytes, which are bounded."""
    if stat.S_ISLNK(mode):
        return Entry(mark=f"link {os.readlink(path)}", odd="a symbolic link"), b""
    if not stat.S_ISREG(mode):
        return Entry(mark=f"special {stat.S_IFMT(mode)}", odd="a special file"), b""
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        data = file.read(MAX_BLOB_BYTES + 1)
        status = os.fstat(file.fileno())
    if len(data) > MAX_BLOB_BYTES:
        mark = f"large {status.st_size} {status.st_mtime_ns}"
        return Entry(mark=mark, odd=f"larger than {MAX_BLOB_BYTES} bytes"), b""
    return Entry(mark=sha256(data).hexdigest()), data
