"""Level 6: the worlds of a task, in which systems under test are joined by links, timers and crashes of the judge."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from probatum.candidate import Candidate
from probatum.levels.context import Context, finding_of, first_problem
from probatum.task.model import Task
from probatum.verdict import Finding, Outcome, Scope, Strength, Verdict

SCHEDULES = 1000
"""Schedules drawn where the gate does not say."""
GLANCE = 40
"""Schedules that refute most of what any refute, and cost a hundredth of a whole cascade."""


class Simulation:
    """HOLDS only when every declared fault really happened, in schedules drawn after the candidate was sealed."""

    name = "simulation"
    number = 6

    def check(self, task: Task, candidate: Candidate, context: Context) -> Verdict:
        """Small schedules, then drawn ones, until one refutes. (Known ones are tried at level regression.)"""
        if not context.lane.suite["worlds"]:
            return Verdict(level=self.name, outcome=Outcome.NOT_APPLICABLE, reason="the task declares no world")
        report = _tried(candidate, context, schedules(task, context.best_of), smaller=not context.outcome_only)
        transcripts = context.keep(report)
        findings = tuple(finding_of(s, context) for s in report["shown"])
        outcome, reason = _outcome(report, findings)
        counts = report["scope"]
        credit = 1.0 if outcome is Outcome.HOLDS else min(0.99, counts["schedules"] / schedules(task, context.best_of))
        return Verdict(
            level=self.name,
            outcome=outcome,
            strength=_strength(report, context),
            scope=_scope(report, context),
            findings=findings,
            reason=reason,
            assumptions=(
                "faults are those that the worlds declare, between whole calls; time passes only by timers",
                "a link keeps the order of its messages unless it may reorder them",
            ),
            transcripts=transcripts,
            cpu_s=report["cpu_s"] + sum(row[1] for row in report["resources"]),
            credit=credit,
        )


def refuted_at_a_glance(candidate: Candidate, context: Context) -> bool:
    """Whether the first of the schedules that the level draws for a candidate refute it. If not, nothing is known."""
    if not context.lane.suite["worlds"]:
        return False
    report = _tried(candidate, context, GLANCE, only="drawn", smaller=False)
    return bool(report["shown"]) and report["problem"] is None


def _tried(candidate: Candidate, context: Context, count: int, **how: Any) -> dict[str, Any]:
    """The judge's report on a candidate in the worlds of its task."""
    seeds, digest = context.seeds, candidate.digest
    return context.lane.trial(
        candidate,
        gear="worlds",
        seed=seeds.seed(digest, Simulation.name),
        schedules=count,
        stored=[],
        host=0,
        random_seed=seeds.number(digest, Simulation.name, "random"),
        **how,
    )


def schedules(task: Task, best_of: int) -> int:
    """Schedules to draw: what the gate asks for, more where the candidate is the best of many."""
    gate = task.gate_level("simulation")
    asked = dict(gate.at_least if gate else ()).get("schedules", SCHEDULES)
    return math.ceil(asked * (1 + math.log2(max(1, best_of)) / 4))


def _outcome(report: Mapping[str, Any], findings: tuple[Finding, ...]) -> tuple[Outcome, str]:
    if (forced := first_problem(report, findings)) is not None:
        return forced
    if report["notes"]["never"]:
        return Outcome.INCONCLUSIVE, "vacuous: " + "; ".join(report["notes"]["never"])
    if report["notes"]["cut_short"]:
        return Outcome.INCONCLUSIVE, "not every small schedule was tried: " + "; ".join(report["notes"]["cut_short"])
    return Outcome.HOLDS, ""


def _strength(report: Mapping[str, Any], context: Context) -> Strength:
    """BOUNDED where every world was tried in all schedules up to its bound (which the scope states)."""
    if report["scope"]["exhaustive_decisions"] and not report["notes"]["unbounded"]:
        return Strength.BOUNDED
    return Strength.SAMPLED if context.seeds.chosen is None else Strength.EXAMPLE


def _scope(report: Mapping[str, Any], context: Context) -> Scope:
    counts = report["scope"]
    bound = counts["exhaustive_decisions"]
    parts = [f"every schedule of up to {bound} decisions over the simplest two values of each argument"] * bool(bound)
    parts += ["faults that happened: " + "; ".join(report["notes"]["faults"])]
    return Scope(
        counts=tuple((name, value) for name, value in counts.items() if value),
        seed=context.seeds.words,
        best_of=context.best_of,
        text=", ".join(parts),
    )
