"""A candidate: a content-addressed set of editable files. Nothing else can be expressed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from probatum.task.model import digest_files

EDITABLE = {"python": "sut.py", "rust": "sut.rs"}
"""The one editable file of each language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Editable files with their origin. ``refusal`` says why a folder cannot be a candidate (extra files, links, odd
    names)."""

    files: Mapping[str, bytes]
    parents: tuple[str, ...] = ()
    author: str = "operator"
    refusal: str | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the files; the identity under which evidence is kept."""
        return digest_files(self.files)

    @property
    def language(self) -> str:
        """ "python" or "rust", by the editable file; "unknown" when there is none."""
        return next((lang for lang, name in EDITABLE.items() if name in self.files), "unknown")

    @property
    def source(self) -> str:
        """Text of the editable file (undecodable bytes replaced)."""
        return self.files.get(EDITABLE.get(self.language, ""), b"").decode("utf-8-sig", errors="replace")


def python_candidate(source: str, *, author: str = "operator", parents: tuple[str, ...] = ()) -> Candidate:
    """A candidate of one Python file."""
    return Candidate(files={"sut.py": source.encode()}, author=author, parents=parents)
