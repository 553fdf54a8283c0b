"""Strategies: from the state of a run (a fold over its journal) and a draw to what is asked next. Plain functions.

``evolve`` is the search; ``iid``, ``sequential`` and ``local-search`` are what it must be held against: at equal budget
independent sampling and refining the latest answer match code evolution on many tasks (arXiv 2602.16805).
"""

from __future__ import annotations

from collections.abc import Callable

from probatum.lab.rng import Rng
from probatum.search.options import Plan
from probatum.search.state import State

POWER = 1.5
"""Exponent of the power law over ranks: the parent of rank r is drawn with weight r ** -POWER."""
STONE_SHARE = 0.2
"""Share of questions that start from a stepping stone, where those are kept."""
INJECT_SHARE = 0.1
"""Share of questions that ask for an operator-reviewed pattern, where that is allowed."""
FIXING = (("repair", 0.6), ("mutate", 0.3), ("crossover", 0.1))
"""Shares of operators while nothing holds: feedback on what fails is worth following."""
IMPROVING = (("repair", 0.2), ("mutate", 0.55), ("crossover", 0.25))
OWN = {"tune": 0.35, "express": 0.2}
"""Shares of operators that only the offline author knows, and only where something holds that is measured."""
OFFLINE = "offline"


def local_search(state: State, rng: Rng) -> Plan:
    """Around the best known candidate, in the author's own order."""
    return Plan(parents=state.parent_indices)


def iid(state: State, rng: Rng) -> Plan:
    """Independent draws around where the run began; nothing that was learned is used."""
    return Plan(
        parents=(0,) if 0 in state.trials and state.trials[0].judged else (), operator="mutate", stage=_stage(state)
    )


def sequential(state: State, rng: Rng) -> Plan:
    """One chain: from the candidate judged last, whether it was better or not."""
    judged = [] if state.last_judged is None else [state.last_judged]
    return Plan(parents=tuple(judged), operator="mutate", stage=_stage(state))


def evolve(state: State, rng: Rng) -> Plan:
    """Islands take turns; a parent by power law over its island's cells, or a stepping stone; an operator by share."""
    options = state.options
    island = state.asked % options.islands
    members = state.archive.members(island, state.standing)
    operator, member = _operator(state, rng, island, crossing=len(members) > 1)
    if not members:
        return Plan(operator="full", island=island, stage=_stage(state), member=member)
    first = members[powerlaw(len(members), rng)]
    if options.stepping_stones and rng.random() < STONE_SHARE:
        first = _stone(state, rng)
    others = [index for index in members if index != first]
    if operator == "crossover" or (operator == "express" and others):
        second = others[powerlaw(len(others), rng)]
        return Plan(parents=(first, second), operator=operator, island=island, stage=_stage(state), member=member)
    return Plan(parents=(first,), operator=operator, island=island, stage=_stage(state), member=member)


STRATEGIES: dict[str, Callable[[State, Rng], Plan]] = {
    "evolve": evolve,
    "iid": iid,
    "sequential": sequential,
    "local-search": local_search,
}


def powerlaw(count: int, rng: Rng) -> int:
    """A rank below ``count``, the first ones more often."""
    return rng.choices(range(count), weights=[(rank + 1) ** -POWER for rank in range(count)])[0]


def _stone(state: State, rng: Rng) -> int:
    """Every band of scores is equally likely, however few reached it."""
    bands = sorted(state.archive.stones)
    return rng.choice(state.archive.stones[rng.choice(bands)])


def _operator(state: State, rng: Rng, island: int, *, crossing: bool) -> tuple[str, str]:
    """Operator and author: by shares, or as the bandit says. ``crossing``: there are two parents to cross."""
    options, members = state.options, state.options.members or ("",)
    if options.inject_patterns and rng.random() < INJECT_SHARE:
        return "inject", rng.choice(members)
    shares = [s for s in (IMPROVING if state.holding else FIXING) if crossing or s[0] != "crossover"]
    shares += [(name, OWN[name]) for name in options.own if state.holding and options.objective]
    drawn = rng.choices([name for name, _ in shares], weights=[share for _, share in shares])[0]
    if options.bandit == "none":
        return drawn, rng.choice([m for m in members if _knows(m, drawn)])
    pairs = [(member, name) for member in members for name, _ in shares if _knows(member, name)]
    plans = [Plan(operator=name, stage=_stage(state), member=member) for member, name in pairs]
    if options.bandit == "ucb1":
        # As published: the bandit chooses a model; an island keeps to one while it can.
        kept = members[island % len(members)] if len(members) > 1 and rng.random() < 0.5 else ""
        plans = [p for p in plans if p.operator == drawn]
        plans = [p for p in plans if kept in ("", p.member)] or plans
    by_arm = {plan.arm: plan for plan in plans}
    choose = state.bandit.choose_ucb1 if options.bandit == "ucb1" else state.bandit.choose
    chosen = by_arm[choose(tuple(by_arm), rng)]
    return chosen.operator, chosen.member


def _knows(member: str, operator: str) -> bool:
    """Whether an author is asked for an operator; "" is the only one there is."""
    return operator not in OWN or member in ("", OFFLINE)


def _stage(state: State) -> str:
    return "polish" if state.holding else "climb"
