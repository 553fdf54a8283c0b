"""Which arm to ask next: an arm is author × operator × stage, and pays in improvement over the parent, per dollar.

Discounted UCB (Garivier and Moulines 2008): counts and rewards fade by the same factor, because what helps early does
not help late. A pull counts when it is submitted, so that a batch that waits for results does not ask the same arm over
and over; its reward is weighed by the age of its pull. Cost enters as UCB(reward) / LCB(cost), the index of budgeted
bandits (KUBE, UCB-BV): a blend of the two would compare unlike things. A question that brings nothing is a pull too.

``ucb1`` is the bandit that was published with the search that this one is measured against: mean absolute score plus
100 · sqrt(2 ln N / n), three questions in ten in turn, no cost.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from probatum.lab.rng import Rng

GAMMA = 0.98
"""What a pull counts after one more pull: the memory is about 1 / (1 - GAMMA) = 50 pulls."""
WIDTH = 0.3
"""Factor of the confidence bounds; rewards lie in 0..1."""
STARVING = 0.05
"""Share of questions that go to a random arm, so that none is forgotten."""
CHEAPEST = 0.01
"""Part of the dearest arm's cost below which no arm is held to be."""
ASK_USD, TRIAL_USD = 1e-5, 1e-4
"""What a question and a trial are held to cost besides the model. Fixed numbers: measured times would make the next
question hang on the machine."""


@dataclass(slots=True)
class Arm:
    """Faded sums of one arm."""

    pulls: float = 0.0
    reward: float = 0.0
    done: float = 0.0
    cost: float = 0.0
    asked: int = 0
    gained: int = 0
    """Pulls that improved on their parent; never faded, for reports."""
    spent_usd: float = 0.0
    score: float = 0.0
    """Sum of absolute scores, for ``ucb1``; never faded."""
    scored: int = 0


@dataclass(slots=True)
class Bandit:
    """All arms that were ever pulled. ``clock`` counts pulls."""

    arms: dict[str, Arm] = field(default_factory=dict)
    clock: int = 0

    def submit(self, name: str) -> int:
        """An arm is pulled; the number of the pull."""
        for arm in self.arms.values():
            arm.pulls *= GAMMA
            arm.reward *= GAMMA
            arm.done *= GAMMA
            arm.cost *= GAMMA
        arm = self.arms.setdefault(name, Arm())
        arm.pulls += 1
        arm.asked += 1
        self.clock += 1
        return self.clock

    def complete(self, name: str, pull: int, *, reward: float, cost_usd: float, score: float = 0.0) -> None:
        """What a pull brought, in 0..1, and cost."""
        arm, weight = self.arms[name], GAMMA ** (self.clock - pull)
        arm.reward += weight * reward
        arm.done += weight
        arm.cost += weight * cost_usd
        arm.gained += reward >= GAINED
        arm.spent_usd += cost_usd
        arm.score += score
        arm.scored += 1

    def choose(self, names: Sequence[str], rng: Rng) -> str:
        """The arm to pull: one that was never pulled, else the best index, now and then any."""
        unseen = [name for name in names if name not in self.arms]
        if unseen:
            return rng.choice(unseen)
        if rng.random() < STARVING:
            return rng.choice(list(names))
        dearest = max(self._mean_cost(name) for name in names)
        return max(names, key=lambda name: (self._index(name, dearest), name))

    def _mean_cost(self, name: str) -> float:
        arm = self.arms[name]
        return arm.cost / arm.done if arm.done > 0 else 0.0

    def _index(self, name: str, dearest: float) -> float:
        arm = self.arms[name]
        total = math.log(1 + sum(other.pulls for other in self.arms.values()))
        ucb = min(1.0, arm.reward / arm.pulls + WIDTH * math.sqrt(total / arm.pulls))
        if dearest <= 0:
            return ucb
        slack = WIDTH * math.sqrt(total / arm.done) if arm.done > 0 else 1.0
        cost = self._mean_cost(name) / dearest
        # The bound of a cost is relative to the cost: an arm known to be cheap is not taken to be free.
        return ucb / max(CHEAPEST, cost * (1 - min(0.5, slack)))

    def choose_ucb1(self, names: Sequence[str], rng: Rng) -> str:
        """The published rule."""
        if rng.random() < 0.3:
            return names[self.clock % len(names)]
        unseen = [name for name in names if name not in self.arms or not self.arms[name].scored]
        if unseen:
            return unseen[0]
        total = sum(self.arms[name].scored for name in names)

        def index(name: str) -> float:
            arm = self.arms[name]
            return arm.score / arm.scored + 100 * math.sqrt(2 * math.log(total) / arm.scored)

        return max(names, key=lambda name: (index(name), name))


GAINED = 0.3
"""Least reward that counts as an improvement on the parent."""
NEW_BEHAVIOUR = 0.05
"""Reward of a candidate that fails in a way that its island did not know."""


class Ranked(Protocol):
    """What is known about a candidate: a trial."""

    fitness: tuple[float, ...]
    standing: tuple[float, ...]


def reward_of(child: Ranked, parent: Ranked | None, *, new: bool) -> float:
    """How much a candidate improved on its parent, in 0..1: a level more is all there is to win; anything else that
    stands higher is worth a part of it; absolute scores would pay for good parents."""
    if parent is not None and child.standing > parent.standing:
        return 1.0 if int(child.fitness[0]) > int(parent.fitness[0]) else 0.5
    return NEW_BEHAVIOUR * new


def score_of(fitness: Sequence[float]) -> float:
    """An absolute score of about the published size."""
    return 100 * int(fitness[0]) + 100 * fitness[1]


def arms(bandit: Bandit) -> list[dict[str, Any]]:
    """The arm table for a report: what each was asked, how often it improved on its parent, and what that cost."""
    return [
        {
            "arm": name,
            "asked": arm.asked,
            "improved": arm.gained,
            "usd": round(arm.spent_usd, 6),
            "usd_per_improvement": round(arm.spent_usd / arm.gained, 6) if arm.gained else None,
        }
        for name, arm in sorted(bandit.arms.items())
    ]
