"""The population of a run: islands in a ring, on each the best candidate of every cell; and stepping stones.

A cell is (levels held, which laws it broke in which calls): two candidates that fail differently do not compete
(MAP-Elites, Mouret and Clune 2015, with behaviour in place of hand-made features). Islands and the migration of copies
follow the island model of FunSearch and AlphaEvolve; stepping stones keep, for every band of scores ever reached, the
first few that reached it, so that a lineage through a valley is not lost when something better takes its cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from probatum.verdict import Outcome

Cell = tuple[int, str]
Standing = Callable[[int], tuple[float, ...]]
"""How good a parent the trial of an index is, now."""

_CALL = re.compile(r"([A-Za-z_]\w*)\(")
MOST_MEMBERS = 40
"""Cells on an island; the lowest standing leaves."""
MIGRANTS = 2
"""Copies that an island sends to the next one."""
STONES = 3
"""Stepping stones kept per band."""


@dataclass(slots=True)
class Archive:
    """Indices of trials by island and cell. Changed only while events are folded."""

    islands: list[dict[Cell, int]] = field(default_factory=list)
    stones: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    cells: dict[int, Cell] = field(default_factory=dict)

    def add(self, index: int, cell: Cell, credit: float, island: int | None, standing: Standing) -> None:
        """Take a judged trial in; ``island`` None: on every island."""
        self.cells[index] = cell
        for number, members in enumerate(self.islands):
            if island in (None, number):
                _settle(members, cell, index, standing)
        kept = self.stones.setdefault((cell[0], int(credit * 10)), [])
        if len(kept) < STONES:
            kept.append(index)

    def migrate(self, standing: Standing) -> None:
        """Copy the best of every island to the next one in the ring; all leave before any arrives."""
        leaving = [self.members(number, standing)[:MIGRANTS] for number in range(len(self.islands))]
        for number, travellers in enumerate(leaving):
            target = self.islands[(number + 1) % len(self.islands)]
            for index in travellers:
                _settle(target, self.cells[index], index, standing)

    def members(self, island: int, standing: Standing) -> list[int]:
        """Indices on an island, the highest standing first, the oldest first among equals."""
        found = set(self.islands[island].values())
        return sorted(found, key=lambda index: (_negated(standing(index)), index))


def _settle(members: dict[Cell, int], cell: Cell, index: int, standing: Standing) -> None:
    held = members.get(cell)
    if held is None or standing(index) > standing(held):
        members[cell] = index
    if len(members) > MOST_MEMBERS:
        lowest = min(members, key=lambda c: (standing(members[c]), -members[c]))
        del members[lowest]


def _negated(standing: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(-part for part in standing)


def cell_of(fitness: Sequence[float], verdicts: Sequence[Mapping[str, Any]]) -> Cell:
    """The cell of a judged trial: levels held, and the laws it broke (where it holds: its measured objective)."""
    laws = sorted({_failure(f) for v in verdicts for f in v["findings"] if f["outcome"] == Outcome.REFUTED})
    if laws:
        # Whoever shares a fault fails at regression, the first one at behaviour: the same cell, see `standing_of`.
        return min(int(fitness[0]), 2), " ".join(laws)
    return int(fitness[0]), " ".join(f"{part:g}" for part in fitness[2:])


def _failure(finding: Mapping[str, Any]) -> str:
    """The law, and the call that showed it."""
    shown = (finding.get("counterexample") or {}).get("input") or [""]
    called = _CALL.search(str(shown[-1]))
    return f"{finding['law']}@{called[1] if called else ''}"


def standing_of(fitness: tuple[float, ...], verdicts: Sequence[Mapping[str, Any]]) -> tuple[float, ...]:
    """What parents are chosen by: fitness, made comparable between candidates that met different known inputs.

    The first candidate to fail on an input reaches level behaviour; whoever shares the fault later already fails at
    regression, as the first would today. So both levels count as one, and fewer failing known inputs stand higher.
    """
    for verdict in verdicts:
        if verdict["outcome"] == Outcome.REFUTED and verdict["level"] in ("regression", "behaviour"):
            known = dict(verdict["scope"]["counts"]).get("known_inputs")
            shown = len(verdict["findings"])
            failing = shown if known is None else max(shown, round((1 - verdict["credit"]) * known))
            return (2.0, -float(failing), *fitness)
    return (fitness[0], 0.0, *fitness)
