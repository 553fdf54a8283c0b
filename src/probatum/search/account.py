"""An account of a run for reports: every candidate with its place in the family, and what each author brought.

A pure function of the run's state and of the sources of its candidates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

from probatum.search.bandit import arms
from probatum.search.lineage import Descent, ancestors, descents, parents_of
from probatum.search.options import Turn
from probatum.search.state import State, Trial
from probatum.verdict import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One candidate of a run, as it is known at the end: where a confirmation was judged, that is what is known."""

    index: int
    candidate: str
    author: str
    operator: str = ""
    """What was asked for; "" as the author saw fit."""
    descent: Descent
    outcome: str
    """"" while it is not judged, "ERROR" where the infrastructure lost it."""
    accepted: bool
    stopped: str
    """The first level that does not hold; "" where none failed or nothing is known."""
    law: str
    """The first law that refuted it, or ""."""
    standing: tuple[float, ...]
    """What it is compared by; empty while it is not judged."""
    measured: float | None
    """How many times better than the reference, where an objective was measured."""
    improved: bool
    """It stands higher than its parent."""
    usd: float = 0.0
    """Dollars of known cost that were spent on answers when this one was there."""

    @property
    def judged(self) -> bool:
        """Whether something is known about the candidate."""
        return self.outcome not in ("", Outcome.ERROR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one author was asked for and brought."""

    author: str
    asked: int
    tried: int
    holding: int
    """Candidates that no law refuted and to which nothing was left to show, confirmations included."""
    accepted: int
    improved: int
    """Candidates that stand higher than their parent."""
    added: int
    again: int
    """Of the added lines, those that an ancestor had and that were deleted since."""
    cost_usd: float | None
    """None: at least one cost is unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a run did, in the order in which candidates were handed in."""

    nodes: Mapping[int, Node]
    best: int | None
    """Index of the candidate that stands highest."""
    shares: tuple[Share, ...]
    arms: tuple[Mapping[str, Any], ...]
    sources: Mapping[int, str]
    """Sources of the best and its ancestors."""
    cost_usd: float | None
    unpriced: int
    """Answers whose cost is unknown."""
    elsewhere_usd: float
    """Dollars for questions that no answer came back from."""
    unread: int
    """Candidates whose source the journal lost: their lines are in no count."""
    objective: bool
    proved: tuple[str, ...] = ()
    """What authors found out about ways of their own, and went no further on."""

    @property
    def line(self) -> tuple[int, ...]:
        """The best and its ancestors, the first of them first."""
        if self.best is None:
            return ()
        parents = {index: node.descent.parent for index, node in self.nodes.items()}
        return (*reversed(ancestors(parents, self.best)), self.best)


def account_of(state: State, sources: Mapping[int, str]) -> Account:
    """The account of a run. ``sources``: index -> source, of as many candidates as can be read."""
    found = descents(parents_of(state), sources)
    spent, asked = _spent(state.turns), _asked(state)
    latest = {t.confirms: t for t in state.trials.values() if t.confirms is not None and t.judged}
    nodes = {}
    for index, descent in found.items():
        trial = state.trials[index]
        turn = asked.get(trial.candidate)
        parent = None if descent.parent is None else state.trials[descent.parent]
        node = _node(trial, latest.get(index, trial), parent, descent)
        if turn is not None:
            node = replace(node, operator=turn.plan.operator, usd=spent[turn.number])
        nodes[index] = node
    known = sum(turn.cost_usd or 0.0 for turn in state.turns)
    made = Account(
        nodes=nodes,
        best=state.best,
        shares=_shares(state, nodes),
        arms=tuple(arms(state.bandit)),
        sources={},
        cost_usd=state.cost_usd,
        unpriced=sum(turn.cost_usd is None for turn in state.turns),
        elsewhere_usd=max(0.0, state.cost_usd - known) if state.cost_usd is not None else 0.0,
        unread=len(nodes) - len(sources.keys() & nodes.keys()),
        objective=state.options.objective,
        proved=proved(state),
    )
    return replace(made, sources={index: sources[index] for index in made.line if index in sources})


def proved(state: State) -> tuple[str, ...]:
    """What authors told instead of a candidate, in their order."""
    return tuple(turn.proved for turn in state.turns if turn.proved)


def _asked(state: State) -> dict[str, Turn]:
    """Candidate -> the question that it answered first."""
    return {t.candidate: t for t in reversed(state.turns) if t.number in state.trial_of_turn}


def _spent(turns: Sequence[Turn]) -> list[float]:
    """Known dollars after each question."""
    return list(accumulate(turn.cost_usd or 0.0 for turn in turns))


def _node(trial: Trial, latest: Trial, parent: Trial | None, descent: Descent) -> Node:
    stopped, law = _stopped(latest)
    return Node(
        index=trial.index,
        candidate=trial.candidate,
        author=trial.author,
        descent=descent,
        outcome=latest.outcome,
        accepted=latest.accepted,
        stopped=stopped,
        law=law,
        standing=trial.standing,
        measured=next((float(v["measures"][0][1]) for v in trial.verdicts if v.get("measures")), None),
        improved=parent is not None and trial.judged and parent.judged and trial.standing > parent.standing,
    )


def _stopped(trial: Trial) -> tuple[str, str]:
    """The first level that does not hold and the first law that failed there."""
    if not trial.judged:
        return "", ""
    for verdict in trial.verdicts:
        if verdict["outcome"] not in (Outcome.HOLDS, Outcome.NOT_APPLICABLE):
            laws = [str(f["law"]) for f in verdict["findings"] if f["outcome"] == Outcome.REFUTED]
            return str(verdict["level"]), next(iter(laws), "")
    return "", ""


def _shares(state: State, nodes: Mapping[int, Node]) -> tuple[Share, ...]:
    """Authors in the order of what they improved, then of their names."""
    names = {turn.author for turn in state.turns} | {node.author for node in nodes.values()}
    made = [
        _share(name, [t for t in state.turns if t.author == name], [n for n in nodes.values() if n.author == name])
        for name in names
    ]
    return tuple(sorted(made, key=lambda share: (-share.improved, share.author)))


def _share(name: str, turns: Sequence[Turn], nodes: Sequence[Node]) -> Share:
    costs = [turn.cost_usd for turn in turns]
    return Share(
        author=name,
        asked=len(turns),
        tried=sum(node.judged for node in nodes),
        holding=sum(node.outcome == Outcome.HOLDS for node in nodes),
        accepted=sum(node.accepted for node in nodes),
        improved=sum(node.improved for node in nodes),
        added=sum(len(node.descent.added) for node in nodes),
        again=sum(len(node.descent.again) for node in nodes),
        cost_usd=None if None in costs else sum(cost for cost in costs if cost is not None),
    )
