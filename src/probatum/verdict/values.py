"""What can be said about a candidate, and how strongly."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field


class Outcome(enum.StrEnum):
    """What a level found. The value is the word; `sentence` explains it."""

    HOLDS = "HOLDS"
    REFUTED = "REFUTED"
    INCONCLUSIVE = "INCONCLUSIVE"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    SKIPPED = "SKIPPED"
    ERROR = "ERROR"

    @property
    def sentence(self) -> str:
        """One plain sentence for a person."""
        return _SENTENCES[self]


_SENTENCES = {
    Outcome.HOLDS: "No law failed within the stated scope, and the scope was completed.",
    Outcome.REFUTED: "A law failed; the counterexample is proof.",
    Outcome.INCONCLUSIVE: "Nothing failed, but the scope was not completed or said nothing.",
    Outcome.NOT_APPLICABLE: "The level has nothing to check here.",
    Outcome.SKIPPED: "The engine this level needs is absent.",
    Outcome.ERROR: "Something outside the candidate broke; nothing is known.",
}


PROGRESS = ("blocking", "lock-free not refuted", "wait-free not refuted")
"""What freezing threads can show, worst first."""


class Strength(enum.IntEnum):
    """How far a HOLDS reaches."""

    EXAMPLE = 0
    SAMPLED = 1
    BOUNDED = 2
    UNIVERSAL = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What was covered, as structure; gates compare it and `sentence` is derived from it."""

    counts: tuple[tuple[str, int], ...] = ()
    """Named quantities, e.g. ``("fresh_calls", 4000)``; a gate asks for least values of these."""
    alphabet: tuple[str, ...] = ()
    """The values that were always tried, in words."""
    seed: str | None = None
    """Commitment to the seed (SHA-256 of the run secret), or "seed N" where a person chose it."""
    best_of: int = 1
    """How many candidates were tried when this one was picked."""
    text: str = ""
    """What the counts are about, for levels without counts."""

    def count(self, name: str) -> int:
        """A named quantity, 0 when absent."""
        return dict(self.counts).get(name, 0)

    @property
    def sentence(self) -> str:
        """The scope in words."""
        parts = [self.text] if self.text else []
        parts += [counted(name, value) for name, value in self.counts]
        if self.alphabet:
            parts.append("alphabet: " + "; ".join(self.alphabet))
        if self.seed:
            parts.append(self.seed if self.seed.startswith("examples") else f"seed committed as {self.seed[:16]}")
        if self.best_of > 1:
            parts.append(f"best of {self.best_of} candidates")
        return ", ".join(parts)


def counted(name: str, value: int) -> str:
    """A named quantity in words: "4000 fresh calls", "at most 1003 calls on one instance"."""
    words = name.replace("_", " ")
    return f"at most {value} {words.removeprefix('most ')}" if words.startswith("most ") else f"{value} {words}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterexample:
    """The smallest known input on which a law fails, in words and as the stored transcript."""

    input: tuple[str, ...]
    """The calls, one line each."""
    observed: str
    expected: str
    transcript: str = ""
    """Digest of the stored transcript; "" for findings read off the candidate's bytes."""
    rejudge: str = ""
    """Command that judges the stored transcript again."""
    retry: str = ""
    """Command that tries the input on the candidate again."""
    minimal: bool = True
    """False when shrinking stopped at its limit or the failure did not recur."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One law's outcome."""

    law: str
    sentence: str
    outcome: Outcome
    requirements: tuple[str, ...] = ()
    counterexample: Counterexample | None = None
    blame: str = "candidate"
    """"candidate", "task", "dependency" or "infrastructure"; decided by the control run."""

    def __post_init__(self) -> None:
        if (self.outcome is Outcome.REFUTED) != (self.counterexample is not None):
            raise ValueError("a finding is REFUTED exactly when it shows a counterexample")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One level's answer about one candidate."""

    level: str
    outcome: Outcome
    strength: Strength = Strength.EXAMPLE
    scope: Scope = field(default_factory=Scope)
    findings: tuple[Finding, ...] = ()
    reason: str = ""
    """Why the outcome is not HOLDS, in one sentence."""
    tools: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    transcripts: tuple[str, ...] = ()
    """Digests of the stored transcripts that support this verdict."""
    cpu_s: float = 0.0
    """Of judge, workers and every command that was run for it; the cascade adds those."""
    wall_s: float = 0.0
    measures: tuple[tuple[str, float], ...] = ()
    """Named numbers of level objective; the first is how many times better than the reference."""
    progress: str | None = None
    """What freezing threads showed: one of `PROGRESS`."""
    credit: float = 0.0
    """Part of the level that held (0..1), for search only; never counts for acceptance."""

    @property
    def refuting(self) -> tuple[Finding, ...]:
        """The refuted findings."""
        return tuple(f for f in self.findings if f.outcome is Outcome.REFUTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """All verdicts about one candidate under one task, and whether the gate accepts it."""

    task: str
    task_digest: str
    candidate: str
    verdicts: tuple[Verdict, ...]
    outcome: Outcome
    accepted: bool
    reason: str
    fitness: tuple[float, ...]
    sandbox: tuple[str, ...] = ()
    not_shown: tuple[str, ...] = ()
    author: str = ""

    def verdict(self, level: str) -> Verdict | None:
        """The verdict of a level, or None when it did not run."""
        return next((v for v in self.verdicts if v.level == level), None)
