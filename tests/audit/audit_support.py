"""Small repositories made from data: a base, and what a case changes in it."""

from __future__ import annotations

import os
import subprocess
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

CASES = Path(__file__).parent / "cases"
IDENTITY = {
    **{
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "a"), ("EMAIL", "a@b"))
    },
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def base() -> dict[str, str]:
    """Path and text of the repository before any case."""
    files = tomllib.loads((CASES / "base.toml").read_text())["files"]
    return {path: text.lstrip("\n") for path, text in files.items()}


def cases(name: str) -> list[dict[str, Any]]:
    """The cases of a file."""
    found: list[dict[str, Any]] = tomllib.loads((CASES / f"{name}.toml").read_text())["case"]
    return found


def edited(files: Mapping[str, str], edits: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The files after some edits; an edit that does not apply is a mistake in the case."""
    changed = dict(files)
    for edit in edits:
        path = edit["file"]
        if "write" in edit:
            changed[path] = edit["write"]
        elif "rename" in edit:
            changed[edit["rename"]] = changed.pop(path)
        elif "delete" in edit:
            del changed[path]
        else:
            count = changed[path].count(edit["find"])
            assert count == 1, f"{path}: {edit['find']!r} is there {count} times"
            changed[path] = changed[path].replace(edit["find"], edit["replace"])
    return changed


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder."""
    line = ["git", "-c", "core.autocrlf=false", "-C", str(folder), *arguments]
    done = subprocess.run(line, check=True, capture_output=True, text=True, env={**os.environ, **IDENTITY})
    return done.stdout


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Make a folder hold exactly these files, beside its repository."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if ".git" not in path.relative_to(folder).parts and path.is_file():
            path.unlink()
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def commit(folder: Path, files: Mapping[str, str]) -> None:
    """Commit these files and no others."""
    write(folder, files)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "x")


def repository(folder: Path, *versions: Mapping[str, str]) -> Path:
    """A repository with one commit per version."""
    git(folder, "init", "-q")
    for files in versions:
        commit(folder, files)
    return folder


def histories(folder: Path, pairs: Mapping[str, tuple[Mapping[str, str], Mapping[str, str]]]) -> Path:
    """One repository in which every name has a commit ``name-before`` and its child ``name-after``."""
    lines: list[bytes] = []
    for name, (before, after) in pairs.items():
        for side, files in (("before", before), ("after", after)):
            lines += [f"commit refs/heads/{name}-{side}\n".encode(), b"committer a <a@b> 0 +0000\n", b"data 1\nx\n"]
            if side == "after":
                lines.append(f"from refs/heads/{name}-before\n".encode())
            lines.append(b"deleteall\n")
            for path, text in files.items():
                data = text.encode()
                lines.append(f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n")
    git(folder, "init", "-q")
    line = ["git", "-C", str(folder), "fast-import", "--quiet"]
    subprocess.run(line, input=b"".join(lines), check=True, env={**os.environ, **IDENTITY})
    return folder
