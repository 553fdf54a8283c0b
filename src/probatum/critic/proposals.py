"""A proposal: a new set of frozen files, who thought of it and why, and the programs that it is meant to refuse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from probatum.critic.findings import Program
from probatum.errors import TaskError
from probatum.task.model import Task
from probatum.task.parse import parse_task


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A tightening that nobody has checked yet."""

    by: str
    """The proposer: example, general, oracle, checkpoint, or whoever wrote the text."""
    what: str
    """What changes, in a sentence."""
    why: str
    files: Mapping[str, bytes]
    """Every frozen file of the new version."""
    unwanted: tuple[Program, ...]
    """Programs that the old version accepts and this one must refute."""
    finding: str = ""
    """The finding that led to it."""

    @property
    def id(self) -> str:
        """A short name: of what changes, so the same proposal has the same name in every run."""
        total = sha256()
        for path in sorted(self.files):
            total.update(path.encode() + b"\0" + self.files[path] + b"\0")
        return total.hexdigest()[:8]

    def task(self, name: str) -> Task:
        """The proposed version; raises `TaskError`."""
        return parse_task(name, self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One condition of admissibility and what was found."""

    name: str
    ok: bool
    said: str

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return {"name": self.name, "ok": self.ok, "said": self.said}


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """What the machine found about a proposal; only an admitted one can be signed."""

    proposal: Proposal
    checks: tuple[Check, ...]
    refuted: tuple[tuple[str, str], ...] = ()
    """(unwanted program, the law that refutes it now)."""

    @property
    def ok(self) -> bool:
        """Whether every condition was checked and holds."""
        return len(self.checks) == len(CONDITIONS) and all(check.ok for check in self.checks)

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "id": self.proposal.id,
            "by": self.proposal.by,
            "what": self.proposal.what,
            "why": self.proposal.why,
            "finding": self.proposal.finding,
            "admissible": self.ok,
            "checks": [check.as_json() for check in self.checks],
            "refuted": [list(pair) for pair in self.refuted],
        }


CONDITIONS = (
    "nothing is weakened",
    "laws hold of the oracle",
    "nothing turns vacuous",
    "requirements keep their laws",
    "the reference still holds",
    "the unwanted is refuted",
    "no law is empty",
)
"""The conditions in the order in which they are checked; the first that fails ends the check."""


def changed(task: Task, proposal: Proposal) -> dict[str, bytes]:
    """The files that a proposal changes or adds."""
    return {path: data for path, data in proposal.files.items() if task.files.get(path) != data}


def parsed(proposal: Proposal, name: str) -> tuple[Task | None, str]:
    """The proposed task, or why it is none."""
    try:
        return proposal.task(name), ""
    except TaskError as problem:
        return None, str(problem)
