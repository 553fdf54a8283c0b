"""What an author sees and gives: `Brief` in, `Proposal` out. No oracle, law body or infrastructure error is in it."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Protocol

from probatum.authors.patterns import Pattern
from probatum.candidate import Candidate
from probatum.errors import EditError
from probatum.task.holes import Hole


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Replace ``old``, which must occur exactly once in the parent's file, by ``new``."""

    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Whole files, or edits of the parent's file; never both."""

    author: str
    """Who made it, with the engine after a slash: ``offline/repair``."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    edits: tuple[Edit, ...] = ()
    parent: str = ""
    """Digest of the parent it was made from, one of the brief's; "" for the first of them."""
    note: str = ""
    """One sentence: what was changed and why."""
    refusal: str | None = None
    """Why a folder that a script named cannot be a candidate (see `Candidate.refusal`)."""
    tokens: int | None = 0
    """Tokens it cost; None when unknown."""
    cost_usd: float | None = 0.0
    """US dollars it cost; None when unknown."""
    asked: str = ""
    """What a model was told, word for word."""
    said: str = ""
    """What it answered, word for word."""
    proved: str = ""
    """Instead of a candidate: what the author found out about a way of its own, and goes no further on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A counterexample as an author reads it."""

    level: str
    law: str
    sentence: str
    input: tuple[str, ...]
    observed: str
    expected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What is known about one candidate: smallest counterexamples first, then what stayed open."""

    outcome: str = ""
    shown: tuple[Shown, ...] = ()
    inconclusive: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The feedback in words."""
        lines = [f"Outcome: {self.outcome}"] * bool(self.outcome)
        for s in self.shown:
            lines += [f"Level {s.level}, law {s.law}: {s.sentence}", *(f"    {call}" for call in s.input)]
            lines += [f"    observed: {s.observed}", f"    expected: {s.expected}"]
        return "\n".join([*lines, *(f"Inconclusive: {line}" for line in self.inconclusive)])


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicView:
    """The part of a task that an author may see."""

    name: str
    title: str
    problem: str
    interface: str
    """Signatures and records; bodies left out."""
    laws: tuple[tuple[str, str], ...]
    """Name and sentence."""
    requirements: tuple[tuple[str, str], ...]
    """Id and text."""
    templates: tuple[tuple[str, str], ...] = ()
    """Operator-reviewed skeletons: file name and text."""
    holes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    patterns: tuple[tuple[str, Pattern], ...] = ()
    """Operator-reviewed changes of a candidate: file name and rules."""
    sketches: tuple[tuple[str, str], ...] = ()
    """Operator-reviewed programs with ``hole("name")`` in them: file name and text."""
    fillers: tuple[Hole, ...] = ()
    """What may stand in these holes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """A candidate to start from, and what is known about it."""

    candidate: Candidate
    fitness: tuple[float, ...]
    feedback: Feedback


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A judged candidate as its numbers, where a task has an objective."""

    author: str
    skeleton: str
    """The program without its numbers, see `authors.offline.numbers`."""
    numbers: tuple[float, ...]
    gain: float | None
    """How many times better than the reference; None where it does not hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """One question to an author. An answer must depend on nothing else, so that a run can be repeated."""

    turn: int
    """How often the author was asked before in this run."""
    view: PublicView
    parents: tuple[Parent, ...] = ()
    """The best to start from first; a second one where two ways of ranking disagree."""
    complaints: tuple[str, ...] = ()
    """What was wrong with the author's latest proposals, when nothing could be evaluated."""
    tried: Set[str] = frozenset()
    """Digests of the candidates proposed already; proposing one again is wasted."""
    operator: str = ""
    """What the strategy asks for: "repair", "mutate", "crossover" (of two parents), "inject" (a template), "full",
    "tune" (numbers), "express" (an expression); "": as the author sees fit. An author that knows none of these may do
    what it does."""
    measured: tuple[Measured, ...] = ()
    """For "tune": what was measured of candidates like the first parent but for their numbers, in the order in which
    they were handed in."""
    member: str = ""
    """Of several authors the one that is asked; "": any."""
    stage: str = ""
    """"climb" while nothing holds, "polish" afterwards."""
    usd_left: float | None = None
    """US dollars that the answer may cost at most; None: no limit. Raise `BudgetError` rather than exceed it."""
    counterexamples: tuple[Shown, ...] = ()
    """What the judge has shown of all candidates of this run, in their order; where the task has sketches."""
    proved: Set[str] = frozenset()
    """What the author told already instead of a candidate (`Proposal.proved`)."""
    draw: str = ""
    """Whatever an author draws at random must follow from this."""

    def parent(self, digest: str = "") -> Parent | None:
        """The parent of that digest, "" for the first; None when there is none. Raises `EditError` for a stranger."""
        if not digest:
            return self.parents[0] if self.parents else None
        for parent in self.parents:
            if parent.candidate.digest == digest:
                return parent
        raise EditError(f"{digest[:16]} is not one of the parents that were offered", fix="Name one of them, or none")


class Author(Protocol):
    """Proposes candidates. ``name`` is how a person names it."""

    @property
    def name(self) -> str:
        """The word after ``--author``."""
        ...

    def propose(self, brief: Brief) -> Proposal | None:
        """A proposal, or None when there is nothing more to propose from this parent.

        Raises `EditError` for an answer that means nothing (it is told), `InfrastructureError` when it was not reached,
        `BudgetError` when asking could cost more than is left.
        """
        ...


def worst_usd(author: Author, brief: Brief) -> float:
    """US dollars that the next answer of an author may cost at most, lost answers before it included: what its method
    ``worst_usd(brief)`` says; 0 for authors without one."""
    found = getattr(author, "worst_usd", None)
    return 0.0 if found is None else float(found(brief))
