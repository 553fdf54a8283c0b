"""What the critic finds, as values: programs that should not pass and do, laws that say nothing, and how strong the
whole is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

WEAKNESS = 50
"""Findings of at least this severity are weaknesses; the others are notes."""
TOP = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program that is tried against the specification to learn about the specification."""

    name: str
    """What a person calls it, unique within a report."""
    origin: str
    """reference mutant, oracle mutant, cheap, spoiled, clone, good, open, bad or journal."""
    source: str
    what: str = ""
    """What it does, in words."""
    diff: str = ""
    """The unified diff from the program that it was made from."""
    target: str = ""
    """The method that was changed, where one was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a program did on the inputs shared by all: the laws it breaks, each with its number of failures."""

    program: Program
    laws: Mapping[str, int]
    lost: str = ""
    cpu_s: float = 0.0

    @property
    def alive(self) -> bool:
        """Whether nothing refuted it."""
        return not self.laws


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The smallest input found on which a program answers otherwise than the one it is held against."""

    input: tuple[str, ...]
    call: str
    method: str
    """``Class.method`` or the name of a function."""
    kind: str
    after: tuple[str, ...]
    """The methods called before, each once."""
    one: str
    """The program's answer."""
    other: str
    """The intended program's answer."""
    oracle: str
    size: tuple[int, int]
    minimal: bool
    segment: str = ""
    """The calls as the judge reads them."""
    python: tuple[Mapping[str, Any], ...] = ()
    """The calls as Python text, the last one is the one that differs."""
    expected: Mapping[str, Any] = field(default_factory=dict)

    @property
    def lines(self) -> tuple[str, ...]:
        """The input and both answers, line by line."""
        return (*self.input, f"{self.call}  -> {self.one}, intended: {self.other}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Survivor:
    """A program that passes and differs from the intended one."""

    program: Program
    difference: Difference


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that the specification does not require, or does not really check, in a sentence."""

    kind: str
    """cheap, open, survivor, disagreement, law, goal, premise, assertion, method, requirement, clone, freedom, fault or
    assumption."""
    subject: str
    """The method, law, goal or requirement that it is about."""
    severity: int
    sentence: str
    following: str
    """What to do next."""
    classes: tuple[tuple[str, str], ...] = ()
    """(method, kind of difference) that pass."""
    survivors: tuple[Survivor, ...] = ()
    """The simplest first."""
    count: int = 1
    """How many programs it stands for."""

    @property
    def id(self) -> str:
        """A short name that stays the same from run to run."""
        return sha256(f"{self.kind}\0{self.subject}\0{sorted(self.classes)}".encode()).hexdigest()[:8]

    @property
    def weakness(self) -> bool:
        """Whether it is more than a note."""
        return self.severity >= WEAKNESS

    @property
    def difference(self) -> Difference | None:
        """The smallest input that shows it, where a program does."""
        return self.survivors[0].difference if self.survivors else None


@dataclass(frozen=True, slots=True, kw_only=True)
class KillScore:
    """How many mutants of one program were refuted. ``alike``: no difference found within the scope, counted apart."""

    of: str
    """reference, oracle, cheap or spoiled."""
    killed: int
    survived: int
    alike: int

    @property
    def tried(self) -> int:
        """All mutants."""
        return self.killed + self.survived + self.alike

    @property
    def score(self) -> float | None:
        """Share of the mutants with a known difference that were refuted; None when there were none."""
        different = self.killed + self.survived
        return self.killed / different if different else None

    @property
    def words(self) -> str:
        """The score in words."""
        named = {"cheap": "cheap implementations", "spoiled": "the reference with a spoiled answer"}
        what = named.get(self.of, f"mutants of the {self.of}")
        if self.score is None:
            return f"{what}: none of {self.tried} differs within the scope"
        apart = f"; {self.alike} more show no difference within the scope" if self.alike else ""
        return f"{what}: {self.killed} of {self.killed + self.survived} refuted ({self.score:.0%}){apart}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LawRow:
    """One law in the kill matrix."""

    name: str
    kills: int
    """Programs that it refutes."""
    alone: tuple[str, ...] = ()
    """Programs that only this law refutes: they get in when it is dropped."""
    met: int = 0
    refused: int = 0
    """How often its premise held, and how often not."""
    unreached: tuple[int, ...] = ()
    """Lines of assertions that were never reached on the oracle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """The strength report of one task version."""

    task: str
    task_digest: str
    scores: tuple[KillScore, ...]
    laws: tuple[LawRow, ...]
    goals: Mapping[str, int]
    findings: tuple[Finding, ...]
    """Ranked, worst first."""
    similarity: Mapping[str, float]
    """Structural similarity of programs to the oracle, 0 to 1: a note, never a refutation."""
    rejudged: tuple[int, int] = (0, 0)
    """Old transcripts of accepted candidates judged again, and how many of them break a law now."""
    scope: str = ""
    programs: int = 0
    cpu_s: float = 0.0
    """CPU of judging the programs."""
    wall_s: float = 0.0

    @property
    def weaknesses(self) -> tuple[Finding, ...]:
        """Findings that are more than notes."""
        return tuple(f for f in self.findings if f.weakness)

    @property
    def top(self) -> tuple[Finding, ...]:
        """The first five."""
        return self.findings[:TOP]

    @property
    def line(self) -> str:
        """The report in one line."""
        killed = sum(score.killed for score in self.scores)
        different = killed + sum(score.survived for score in self.scores)
        count = len(self.weaknesses)
        worst = f", the worst: {self.weaknesses[0].sentence}" if count else ""
        return f"{killed} of {different} wrong programs refuted, {count} weakness{'es' * (count != 1)} found{worst}"

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "task": self.task,
            "digest": self.task_digest,
            "strength": {
                score.of: {
                    "killed": score.killed,
                    "survived": score.survived,
                    "alike_within_scope": score.alike,
                    "score": score.score,
                }
                for score in self.scores
            },
            "weaknesses": len(self.weaknesses),
            "findings": [finding_json(f) for f in self.findings],
            "laws": [asdict(row) for row in self.laws],
            "goals": dict(self.goals),
            "similarity": dict(self.similarity),
            "rejudged": {"transcripts": self.rejudged[0], "now_refuted": self.rejudged[1]},
            "scope": self.scope,
            "programs": self.programs,
            "cpu_s": round(self.cpu_s, 3),
            "wall_s": round(self.wall_s, 3),
        }


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding as plain data."""
    return {
        "id": finding.id,
        "kind": finding.kind,
        "subject": finding.subject,
        "severity": finding.severity,
        "weakness": finding.weakness,
        "sentence": finding.sentence,
        "next": finding.following,
        "classes": [list(c) for c in finding.classes],
        "count": finding.count,
        "survivors": [
            {
                "program": s.program.name,
                "origin": s.program.origin,
                "what": s.program.what,
                "diff": s.program.diff,
                "input": list(s.difference.lines),
                "minimal": s.difference.minimal,
            }
            for s in finding.survivors[:3]
        ],
    }
