"""A candidate handed in during a run, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from probatum.verdict import Outcome


@dataclass(slots=True, kw_only=True)
class Trial:
    """A candidate handed in under an index, and its verdicts when they are there."""

    index: int
    candidate: str
    author: str
    files: Mapping[str, str]
    refusal: str | None
    parents: tuple[str, ...]
    confirms: int | None = None
    """Index of the trial that this one confirms."""
    known: int = 0
    """How many counterexamples the run had when this was handed in: those are tried first, whenever it is judged."""
    best_of: int = 1
    verdicts: list[dict[str, Any]] = field(default_factory=list)
    outcome: str = ""
    """"" until judged; ERROR when the infrastructure failed too often, which says nothing about the candidate."""
    accepted: bool = False
    """Only a confirmation can be."""
    reason: str = ""
    fitness: tuple[float, ...] = ()
    standing: tuple[float, ...] = ()
    """How good a parent it is, see `standing_of`."""
    failures: int = 0

    @property
    def judged(self) -> bool:
        """Whether something is known about the candidate."""
        return self.outcome not in ("", Outcome.ERROR)
