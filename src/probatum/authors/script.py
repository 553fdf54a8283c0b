"""The author `script`: candidates or edits that someone wrote down, one after the other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from probatum.authors.base import Brief, Edit, Proposal
from probatum.candidate import Candidate
from probatum.errors import UsageError
from probatum.lab.files import read_candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """Proposals in order; each is given once, whatever the feedback says."""

    proposals: tuple[Proposal, ...]
    name: str = "script"

    def propose(self, brief: Brief) -> Proposal | None:
        """The proposal of this turn."""
        return self.proposals[brief.turn] if brief.turn < len(self.proposals) else None


def script_of(items: Sequence[Candidate | Proposal | str]) -> Script:
    """A script of candidates, proposals, or Python sources."""
    return Script(proposals=tuple(_proposal(item) for item in items))


def read_script(path: Path) -> Script:
    """A script from a folder of candidate folders (taken in the order of their numbers, then names), or from a JSON
    file: a list of steps, each a list of edits ``{"old": ..., "new": ...}`` or ``{"files": {"sut.py": ...}}``.

    Raises `UsageError`.
    """
    if path.is_dir():
        folders = sorted((p for p in path.iterdir() if p.is_dir()), key=_order)
        if not folders:
            raise UsageError(f"{path} holds no candidate folder", fix="Put folders 1, 2, ... there, a sut.py in each")
        return script_of([read_candidate(folder) for folder in folders])
    if not path.is_file():
        raise UsageError(f"there is no script {path}", fix="Give a folder of candidates, or a JSON file of edits")
    try:
        steps = json.loads(path.read_text())
        return Script(proposals=tuple(_step(step) for step in steps))
    except (ValueError, TypeError, KeyError, AttributeError, OSError) as problem:
        fix = 'Write a list of steps, each a list of {"old": ..., "new": ...} or {"files": {"sut.py": ...}}'
        raise UsageError(f"{path} cannot be read as a script: {problem}", fix=fix) from None


def _order(folder: Path) -> tuple[int, str]:
    digits = "".join(c for c in folder.name.partition("_")[0] if c in "0123456789")
    return int(digits) if digits else 10**9, folder.name


def _proposal(item: Candidate | Proposal | str) -> Proposal:
    if isinstance(item, Proposal):
        return item
    if isinstance(item, str):
        return Proposal(author="script", files={"sut.py": item.encode()})
    return Proposal(author="script", files=item.files, refusal=item.refusal)


def _step(step: Any) -> Proposal:
    if isinstance(step, dict) and "files" in step:
        files = {str(name): text.encode() for name, text in step["files"].items()}
        return Proposal(author="script", files=files, note=str(step.get("note", "")))
    edits = step if isinstance(step, list) else [step]
    return Proposal(author="script", edits=tuple(Edit(old=e["old"], new=e["new"]) for e in edits))
