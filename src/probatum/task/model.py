"""The frozen part of a task as values: requirements, assumptions, gate, limits, canaries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from probatum.task.holes import Hole

LEVELS = (
    "boundary",
    "build",
    "regression",
    "behaviour",
    "memory",
    "schedules",
    "simulation",
    "conformance",
    "bounded",
    "deductive",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One thing that must be true, with the id that laws cite."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """What the specification takes for granted; ``about``: time, ordering, failures or adversary."""

    about: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureMode:
    """A way to fail that the design knows, and what is done about it."""

    text: str
    mitigation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invariant:
    """An invariant and the levels that check it."""

    text: str
    checked_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateLevel:
    """A level that must hold, with the least counts its scope must reach."""

    level: str
    at_least: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of one worker process."""

    cpu_s: float = 1.0
    wall_s: float = 10.0
    memory_mb: int = 512
    output_kb: int = 1024
    reply_kb: int = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """A candidate whose verdict is known: ``kind`` bad (refuted at ``level`` by ``law``), good (accepted) or open
    (accepted, unwanted)."""

    name: str
    kind: str
    level: str = ""
    law: str = ""
    why: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """The version that a task was tightened from, what changed, why, and who signed."""

    task: str
    digest: str
    what: str
    why: str
    signed: str
    policy: str
    """"operator": a person approved it; "auto": unattended."""
    proposal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task folder, read: frozen bytes and what they say.

    ``files`` maps relative POSIX paths to bytes and holds every frozen file; `digest` covers all of them.
    """

    name: str
    title: str
    files: Mapping[str, bytes]
    requirements: tuple[Requirement, ...]
    assumptions: tuple[Assumption, ...]
    failure_modes: tuple[FailureMode, ...]
    invariants: tuple[Invariant, ...]
    gate: tuple[GateLevel, ...]
    limits: Limits
    packages: tuple[str, ...]
    """Third-party packages that candidates may import."""
    types: str
    """What level build asks of types: "interface" or "strict"."""
    control: str
    """Name of the good canary that decides blame."""
    canaries: tuple[Canary, ...]
    holes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Names that the task declares as holes, with the values to try."""
    fillers: tuple[Hole, ...] = ()
    """The same for sketches: ranges and grammars, too."""
    languages: tuple[str, ...] = ("python", "rust")
    """The languages that candidates may be written in."""
    parent: Parent | None = None

    @property
    def digest(self) -> str:
        """SHA-256 over the sorted paths and bytes of all frozen files."""
        return digest_files(self.files)

    def canary(self, name: str) -> Canary:
        """The canary of that name; raises KeyError."""
        for canary in self.canaries:
            if canary.name == name:
                return canary
        raise KeyError(name)

    def requirement(self, id: str) -> Requirement:
        """The requirement of that id; raises KeyError."""
        for requirement in self.requirements:
            if requirement.id == id:
                return requirement
        raise KeyError(id)

    def gate_level(self, level: str) -> GateLevel | None:
        """The gate's entry for a level, or None when the gate does not ask for it."""
        return next((g for g in self.gate if g.level == level), None)


def digest_files(files: Mapping[str, bytes]) -> str:
    """SHA-256 over sorted paths and bytes, length-prefixed so that no two trees share it."""
    total = sha256()
    for path in sorted(files):
        for part in (path.encode(), files[path]):
            total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()
