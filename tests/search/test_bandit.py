"""The bandit earns more per dollar than what peers do, where arms change, answer late and cost unlike amounts.

Three worlds, none of them made after the fact: arms that only differ in price, arms whose order turns over, arms that
all fade. Results come back in batches. Scores grow during a run, as they do in a search, so that an absolute score
pays the arm that happened to be asked late.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import fmean
from types import SimpleNamespace
from typing import Any

import pytest
from search_support import GOALS, drive, toy

from probatum.authors.ensemble import Ensemble
from probatum.authors.offline import Offline
from probatum.lab.rng import Rng
from probatum.search.bandit import GAMMA, Bandit, arms, reward_of
from probatum.search.compare import essence
from probatum.search.options import Options

BUDGET, BATCH, RUNS = 600.0, 6, 30
COSTS = {"small": 1.0, "middle": 3.0, "large": 10.0}
NAMES = tuple(COSTS)
Chance = Callable[[str, float], float]
"""Of an improvement, by arm and part of the budget that is spent."""


def alike(name: str, passed: float) -> float:
    return {"small": 0.15, "middle": 0.2, "large": 0.3}[name]


def turning(name: str, passed: float) -> float:
    early, late = {"small": (0.4, 0.0), "middle": (0.4, 0.02), "large": (0.5, 0.4)}[name]
    return early if passed < 0.4 else late


def fading(name: str, passed: float) -> float:
    return {"small": 0.05, "middle": 0.5, "large": 0.6}[name] * (1 - passed) ** 2


WORLDS = {"alike": alike, "turning": turning, "fading": fading}


@dataclass
class Peer:
    """What a rule may look at: per arm the pulls, gains, costs and absolute scores."""

    pulls: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NAMES, 0))
    gains: dict[str, float] = field(default_factory=lambda: dict.fromkeys(NAMES, 0.0))
    scores: dict[str, float] = field(default_factory=lambda: dict.fromkeys(NAMES, 0.0))
    bandit: Bandit = field(default_factory=Bandit)

    def unseen(self) -> list[str]:
        return [name for name in NAMES if not self.pulls[name]]

    def ours(self, rng: Rng) -> str:
        return self.bandit.choose(NAMES, rng)

    def fixed(self, rng: Rng) -> str:
        return rng.choice(NAMES)

    def absolute(self, rng: Rng) -> str:
        return self.bandit.choose_ucb1(NAMES, rng)

    def blend(self, rng: Rng) -> str:
        """Half the gain, half the cheapness, as sums of unlike things."""
        if self.unseen():
            return self.unseen()[0]
        best = max(self.gains[n] / self.pulls[n] for n in NAMES) or 1.0
        total = sum(self.pulls.values())

        def index(name: str) -> float:
            gain = self.gains[name] / self.pulls[name] / best
            bound = gain + math.sqrt(2 * math.log(total) / self.pulls[name])
            return 0.5 * bound + 0.5 * min(COSTS.values()) / COSTS[name]

        return rng.choice(NAMES) if rng.random() < 0.2 else max(NAMES, key=index)


def play(rule: str, chance: Chance, seed: int) -> float:
    """Improvements within the budget."""
    rng, peer, spent, gained = Rng(f"{rule} {seed}"), Peer(), 0.0, 0.0
    waiting: list[tuple[str, int, float]] = []
    while True:
        name = getattr(peer, rule)(rng)
        if spent + COSTS[name] > BUDGET:
            return gained
        spent += COSTS[name]
        waiting.append((name, peer.bandit.submit(name), float(rng.random() < chance(name, spent / BUDGET))))
        peer.pulls[name] += 1
        if len(waiting) == BATCH:
            for arm, pull, gain in waiting:
                gained += gain
                peer.gains[arm] += gain
                score = 100 + gained + rng.random() * 100
                peer.bandit.complete(arm, pull, reward=gain, cost_usd=COSTS[arm], score=score)
            waiting.clear()


def oracle(chance: Chance) -> float:
    """What the best arm of every moment would bring on average."""
    steps = 600
    rates = [max(chance(name, at / steps) / COSTS[name] for name in NAMES) for at in range(steps)]
    return BUDGET * fmean(rates)


def regret(rule: str, world: str) -> float:
    best = oracle(WORLDS[world])
    return 1 - fmean(play(rule, WORLDS[world], seed) for seed in range(RUNS)) / best


@pytest.mark.parametrize("peer", ["absolute", "fixed", "blend"])
def test_its_regret_is_lower_than_that_of_every_peer(peer: str) -> None:
    ours = {world: regret("ours", world) for world in WORLDS}
    theirs = {world: regret(peer, world) for world in WORLDS}
    assert fmean(ours.values()) < fmean(theirs.values()) - 0.05, (ours, theirs)
    if peer != "blend":
        assert all(ours[world] < theirs[world] for world in WORLDS), (ours, theirs)


def test_a_batch_does_not_ask_one_arm_over_and_over() -> None:
    bandit, rng = Bandit(), Rng("batch")
    for name in ("a", "b"):
        bandit.complete(name, bandit.submit(name), reward=0.5, cost_usd=1.0)
    asked: list[str] = []
    for _ in range(12):
        asked.append(bandit.choose(("a", "b"), rng))
        bandit.submit(asked[-1])
    assert 4 <= asked.count("a") <= 8


def test_rewards_fade_as_their_pulls_do() -> None:
    bandit = Bandit()
    first = bandit.submit("a")
    for _ in range(10):
        bandit.submit("b")
    bandit.complete("a", first, reward=1.0, cost_usd=2.0)
    arm = bandit.arms["a"]
    assert arm.reward == pytest.approx(GAMMA**10) == arm.pulls == arm.done
    assert arm.cost == pytest.approx(2 * GAMMA**10)
    assert (arm.asked, arm.gained, arm.spent_usd) == (1, 1, 2.0)


def test_arms_never_asked_come_first_and_free_arms_divide_by_nothing() -> None:
    bandit, rng = Bandit(), Rng("new")
    bandit.complete("a", bandit.submit("a"), reward=1.0, cost_usd=0.0)
    assert bandit.choose(("a", "b"), rng) == "b"
    bandit.complete("b", bandit.submit("b"), reward=0.0, cost_usd=0.0)
    assert [bandit.choose(("a", "b"), rng) for _ in range(20)].count("a") >= 17


@pytest.mark.parametrize(
    ("fitness", "standing", "parent", "new", "reward"),
    [
        ((3.0, 0.1), (3.0,), ((2.0, 0.9), (2.0,)), True, 1.0),
        ((2.0, 0.5), (2.5,), ((2.0, 0.4), (2.0,)), False, 0.5),
        ((2.0, 0.4), (2.0,), ((2.0, 0.4), (2.0,)), True, 0.05),
        ((2.0, 0.4), (2.0,), ((2.0, 0.4), (2.0,)), False, 0.0),
        ((3.0, 0.1), (1.0,), ((2.0, 0.9), (2.0,)), False, 0.0),
        ((4.0, 0.0), (4.0,), None, False, 0.0),
    ],
)
def test_the_reward_is_what_was_gained_on_the_parent(
    fitness: Sequence[float], standing: Sequence[float], parent: tuple[Any, Any] | None, new: bool, reward: float
) -> None:
    child = SimpleNamespace(fitness=fitness, standing=standing)
    known = None if parent is None else SimpleNamespace(fitness=parent[0], standing=parent[1])
    assert reward_of(child, known, new=new) == reward


def test_in_a_run_every_question_is_a_pull_and_the_useless_ones_too(tmp_path: Path) -> None:
    options = Options(strategy="evolve", generation_size=6, generations=9, islands=2, bandit="cost")
    told = drive(tmp_path, options=options, assess=lambda job: toy(job, (*GOALS, "never")))
    rows = {row["arm"]: row for row in arms(told.state.bandit)}
    assert sum(row["asked"] for row in rows.values()) == told.state.asked == 54
    assert {"author repair climb", "author mutate climb", "author crossover climb"} >= set(rows)
    assert sum(row["improved"] for row in rows.values()) >= 2
    finished = sum(arm.scored for arm in told.state.bandit.arms.values())
    assert finished == told.state.asked, "nothing is left open at the end"


@pytest.mark.parametrize("bandit", ["cost", "ucb1", "none"])
def test_a_bandit_does_not_depend_on_the_number_of_workers(tmp_path: Path, bandit: str) -> None:
    def run(workers: int) -> list[object]:
        author = Ensemble((Offline(), Offline(name="other")))
        options = Options(strategy="evolve", generation_size=6, generations=5, islands=2, bandit=bandit)
        options = replace(options, members=("offline", "other"))
        place = tmp_path / str(workers)
        told = drive(place, author=author, options=options, workers=workers, assess=lambda j: toy(j, (*GOALS, "no")))
        assert {t.plan.member for t in told.state.turns[1:]} == {"offline", "other"}
        return essence(told.events)

    assert run(1) == run(3)
