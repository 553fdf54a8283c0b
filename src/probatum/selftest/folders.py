"""Attacks that lie in the candidate's folder: made for real in a temporary one, and read as any candidate is."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from probatum.attacks.render import Shape, render
from probatum.attacks.table import Attack
from probatum.candidate import EDITABLE, Candidate
from probatum.lab.files import read_candidate

SUT = EDITABLE["python"]
AUTHOR = "selftest"


def candidate_of(attack: Attack, shape: Shape, control: str) -> Candidate:
    """The candidate of an attack."""
    source = render(attack, shape, control)
    if not attack.files and not attack.odd:
        return Candidate(files={SUT: source.encode()}, author=AUTHOR)
    with tempfile.TemporaryDirectory(prefix="probatum-attack-") as outside:
        folder = Path(outside, "candidate")
        folder.mkdir()
        if attack.odd:
            _ODD[attack.odd](folder, source)
        else:
            (folder / SUT).write_text(source, "utf-8")
        for name, text in attack.files.items():
            (folder / name).write_text(text, "utf-8")
        return read_candidate(folder)


def _link(folder: Path, source: str) -> None:
    (folder / SUT).symlink_to("/etc/passwd")


def _hard_link(folder: Path, source: str) -> None:
    other = folder.parent / "elsewhere.py"
    other.write_text(source, "utf-8")
    os.link(other, folder / SUT)


def _pipe(folder: Path, source: str) -> None:
    os.mkfifo(folder / SUT)


def _folder(folder: Path, source: str) -> None:
    (folder / SUT).mkdir()


def _case(folder: Path, source: str) -> None:
    (folder / SUT.upper()).write_text(source, "utf-8")


def _huge(folder: Path, source: str) -> None:
    with open(folder / SUT, "wb") as file:
        file.truncate(4 << 30)


def _name(folder: Path, source: str) -> None:
    (folder / SUT).write_text(source, "utf-8")
    (folder / "\x1b[2J\u202e.txt").write_text("", "utf-8")


_ODD: dict[str, Callable[[Path, str], None]] = {
    "symbolic link": _link,
    "hard link": _hard_link,
    "pipe": _pipe,
    "folder": _folder,
    "case": _case,
    "huge": _huge,
    "name": _name,
}
