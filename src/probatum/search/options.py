"""What decides how a run goes, and one question to its author: values that the events of a run hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What decides how a run goes; part of its first event. How many workers there are is no part of it."""

    max_candidates: int = 1000
    """Different candidates to try, the seed included."""
    cpu_s: float | None = None
    """CPU seconds of trials."""
    wall_s: float | None = None
    """Wall seconds of this process, checked between steps."""
    budget_usd: float | None = None
    """US dollars for models."""
    window: int = 4
    """Candidates handed in before the first of them is folded; at most this many workers are busy."""
    max_turns: int | None = None
    """Questions to the author; a replay asks as often as the run did."""
    seeded: bool = False
    """Turn 0 is the seed and not the author's."""
    author: str = ""
    """As a person named it: ``offline``, ``script:PATH``, ``replay:RUN``."""
    task: str = ""
    """As a person named it, quoted for a shell."""
    seed: str = ""
    """Folder or file of the seed candidate; "" for the task's own."""
    strategy: str = "local-search"
    """Which function of `search.strategies` plans a question."""
    generations: int | None = None
    """Generations after which the run ends."""
    generation_size: int = 0
    """Questions in a generation, all asked before the first of their results is folded; 0: no generations."""
    islands: int = 1
    migrate_every: int = 10
    """Generations between two migrations."""
    stepping_stones: bool = False
    inject_patterns: bool = False
    cases: int = 0
    """Fresh calls of a trial at level behaviour, where that is more than the task asks for."""
    objective: bool = False
    """The task has one: what holds is improved on until the budget is spent, and the best is confirmed then."""
    own: tuple[str, ...] = ()
    """Operators of the offline author besides those that every author is asked for: "express", "tune". Fixed when the
    run begins, because what is installed decides about them."""
    bandit: str = "none"
    """How author and operator are chosen: "cost" (gain per dollar), "ucb1" (the published one), "none" (shares)."""
    base_url: str = ""
    """Where models are asked; "": where the client library knows."""
    prices: str = ""
    """File of prices."""
    members: tuple[str, ...] = ()
    """Names of the authors, where there are several."""
    baseline_of: str = ""
    """The run beside which this one is reported, as a baseline."""
    knows_before: int | None = None
    """Number of the event before which a baseline knows the journal: as much as the run it is held against did."""

    def horizon(self, first_seq: int) -> int:
        """Number of the event before which a run that began with ``first_seq`` knows what its journal holds."""
        return first_seq if self.knows_before is None else self.knows_before

    @property
    def no_generations(self) -> bool:
        """Whether results are folded one by one, as soon as the window is full."""
        return self.generation_size == 0

    def as_json(self) -> dict[str, Any]:
        """Plain data for the journal."""
        plain = {name: getattr(self, name) for name in self.__slots__}
        return {**plain, "members": list(self.members), "own": list(self.own)}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        """The options of stored data; names of later versions are ignored."""
        known = {name: body[name] for name in cls.__slots__ if name in body}
        lists = {name: tuple(known.get(name, ())) for name in ("members", "own")}
        return cls(**{**known, **lists})


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a strategy wants of one question: from whom to start, in which way, and where the answer will live."""

    parents: tuple[int, ...] = ()
    """Indices of trials; the first is the one to start from, a second one is for crossing."""
    operator: str = ""
    """"repair", "mutate", "crossover", "inject", "full", "tune", "express"; "": as the author sees fit."""
    island: int | None = None
    """None: nowhere (the seed lives on every island)."""
    stage: str = ""
    """"climb" while something does not hold, "polish" afterwards."""
    member: str = ""
    """The author that is asked, where there are several."""

    @property
    def arm(self) -> str:
        """What the bandit knows this question as; "" for the seed."""
        return f"{self.member or 'author'} {self.operator} {self.stage}" if self.operator else ""

    def as_json(self) -> dict[str, Any]:
        """What the event of the question says; the parent is there already."""
        return {"operator": self.operator, "island": self.island, "stage": self.stage, "member": self.member}


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One question to the author and what came of it."""

    number: int
    author: str
    candidate: str = ""
    """Digest; "" when there was nothing usable."""
    parent: str = ""
    reply: str = ""
    """Digest of the stored reply."""
    duplicate: bool = False
    complaint: str = ""
    proved: str = ""
    """What the author found out about a way of its own, and goes no further on it."""
    passed: bool = False
    """The author had nothing to propose at that moment."""
    cost_usd: float | None = 0.0
    """US dollars that the answer cost; None: not known."""
    plan: Plan = field(default_factory=Plan)
