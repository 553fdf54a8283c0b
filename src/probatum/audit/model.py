"""The values of an audit: findings with places in the old and the new tree, and the outcome that follows from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """What a finding means: less is asked than before, a person must look, or it is only worth knowing."""

    WEAKENED = "weakened"
    CHANGED = "changed"
    NOTE = "note"


class Outcome(StrEnum):
    """The outcome of an audit; an empty change approves nothing."""

    WEAKENED = "WEAKENED"
    CHANGED_FOR_HUMAN = "CHANGED_FOR_HUMAN"
    CLEAN = "CLEAN"
    EMPTY = "EMPTY"


POINTS = {
    1: "the oracle is identical",
    2: "laws and assertions are as they were",
    3: "nothing is disabled",
    4: "no bypass construct came in",
    5: "nothing is deleted",
}
"""The five mechanical points."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """A line (from 1) of a file, and its text."""

    file: str
    line: int
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing a reader must know: what happened (``message``) to what (``subject``), and why it matters."""

    rule: str
    point: int
    weight: Weight
    subject: str
    message: str
    why: str
    old: Place | None = None
    new: Place | None = None

    @property
    def place(self) -> Place:
        """Where to point: the new place, else the old one."""
        return self.new or self.old or Place(file="", line=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """An audited change. ``counts``: how much was compared, by name; ``unread``: paths nothing was said about."""

    base: str
    head: str
    findings: tuple[Finding, ...]
    counts: tuple[tuple[str, int], ...]
    unread: tuple[tuple[str, str], ...] = ()
    empty: bool = False

    @property
    def outcome(self) -> Outcome:
        """Weakened before changed before clean; a change without content is none of these."""
        weights = {finding.weight for finding in self.findings}
        if Weight.WEAKENED in weights:
            return Outcome.WEAKENED
        if Weight.CHANGED in weights:
            return Outcome.CHANGED_FOR_HUMAN
        return Outcome.EMPTY if self.empty else Outcome.CLEAN

    def worst(self, point: int) -> Weight | None:
        """The gravest weight among the findings of a point, or None."""
        found = {finding.weight for finding in self.findings if finding.point == point}
        return next((weight for weight in Weight if weight in found), None)


def _key(finding: Finding) -> tuple[str, Place | None, Place | None]:
    """Parts of one assertion, and a helper's assertion seen from many tests, are one finding."""
    told_once = finding.rule.startswith("assertion-") and finding.rule != "assertion-removed"
    return "" if told_once else finding.message, finding.old, finding.new


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each finding once, gravest first, then by place."""
    rank = {weight: number for number, weight in enumerate(Weight)}
    unique: dict[tuple[str, str, Place | None, Place | None], Finding] = {}
    for finding in findings:
        unique.setdefault((finding.rule, *_key(finding)), finding)
    return tuple(sorted(unique.values(), key=lambda f: (rank[f.weight], f.place.file, f.place.line, f.rule, f.message)))
