"""That each part of level simulation can refute on its own: small schedules, drawn ones, stored ones.

A bad canary that the small schedules refute never meets the drawn ones, so a broken part would be covered by the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from probatum.candidate import Candidate
from probatum.judge.simulation.trial import DRAWN, SMALL
from probatum.selftest.calibration import Row
from probatum.verdict import Verdict

if TYPE_CHECKING:
    from probatum.selftest.canaries import Bench

LEVEL = "simulation"
SCHEDULES = 600
"""Schedules drawn in which a bad canary must be refuted."""
FEW = 8
"""Bad canaries tried on one part before that part is said not to work."""


@dataclass(slots=True, kw_only=True)
class Refuted:
    """What the bad canaries of level simulation have shown."""

    by: dict[str, str] = field(default_factory=dict)
    """Part -> a bad canary that it refuted."""
    tried: list[Candidate] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    stored: list[tuple[Candidate, str]] = field(default_factory=list)
    """Canaries with the schedule of their counterexample."""


def remember(refuted: Refuted, name: str, candidate: Candidate, verdict: Verdict, stored: Sequence[str]) -> None:
    """Keep a canary that level simulation refuted, and which part of the level did: small schedules come first."""
    refuted.by.setdefault(DRAWN if verdict.scope.count("schedules") else SMALL, name)
    refuted.names.append(name)
    refuted.tried.append(candidate)
    refuted.stored += [(candidate, schedule) for schedule in stored]


def world_rows(bench: Bench, refuted: Refuted) -> Iterator[Row]:
    """A row per part of level simulation; none where the task names no bad canary for that level."""
    if not any(c.kind == "bad" and c.level == LEVEL for c in bench.task.canaries):
        return
    worlds = bench.lane.suite["world_bounds"]
    parts = [SMALL] * any(worlds.values()) + [DRAWN]
    for part in parts:
        bench.say(f"{part} schedules")
        caught = refuted.by.get(part, "") or _first(bench, refuted, part)
        found = f"refuted {caught}" if caught else "refuted none of the bad canaries"
        expected = "refute a bad canary without the others"
        yield Row(kind="gear", name=f"{part} schedules", expected=expected, found=found, as_promised=bool(caught))


def _first(bench: Bench, refuted: Refuted, part: str) -> str:
    pairs = list(zip(refuted.names, refuted.tried, strict=True))[:FEW]
    return next((name for name, candidate in pairs if _refutes(bench, candidate, part)), "")


def _refutes(bench: Bench, candidate: Candidate, part: str) -> bool:
    request: dict[str, Any] = {
        "gear": "worlds",
        "only": part,
        "seed": bench.seeds.seed(candidate.digest, "selftest", part),
        "schedules": SCHEDULES,
        "stored": [],
        "host": 0,
        "random_seed": bench.seeds.number(candidate.digest, "selftest", part, "random"),
    }
    return bool(bench.lane.trial(candidate, **request)["shown"])
