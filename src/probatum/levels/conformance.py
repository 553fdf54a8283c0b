"""Level 7: the worlds of a task that it wants explored, every node in a process of its own.

Level simulation runs the nodes of a world in one process, where they could share what no network carries and keep what
no crash would leave. Here each lives where it would in earnest, and every schedule to the bound is run: the real code
by re-executing prefixes, equal states once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from probatum.candidate import Candidate
from probatum.levels.context import Context, finding_of, first_problem
from probatum.levels.parting import parting_blind
from probatum.levels.proofs import declares
from probatum.task.model import Task
from probatum.verdict import Finding, Outcome, Scope, Strength, Verdict

DRAWN = 20
"""Schedules drawn beside those of the bound, where the gate does not say."""
ASSUMPTIONS = (
    "an instance answers by what it was asked since it was made (tried whenever a past is re-executed), and a world "
    "goes by its attributes: schedules that lead to equal ones are continued once",
    "every node has a process of its own; one that recovers has a process in which nothing lived but what recovered "
    "from the same log",
    "faults are those that the worlds declare, between whole calls; time passes only by timers",
)


def explores(task: Task, suite: Mapping[str, Any]) -> bool:
    """Whether a task wants this level: a world says how far it is explored, or the gate asks for it."""
    return bool(suite.get("apart")) or declares(task, Conformance.name)


class Conformance:
    """HOLDS only when every schedule of up to the declared decisions was tried, in every world that declares some."""

    name = "conformance"
    number = 7

    def check(self, task: Task, candidate: Candidate, context: Context) -> Verdict:
        """Every schedule to the bound, breadth first, then some drawn ones, until one refutes."""
        lane = context.lane
        if not lane.suite["apart"]:
            reason = "no world of the task says how far it is explored"
            return Verdict(level=self.name, outcome=Outcome.NOT_APPLICABLE, reason=reason)
        if lane.parting_blind is None:
            lane.parting_blind = parting_blind(lane)
        if lane.parting_blind:
            reason = f"absent: {lane.parting_blind}. Run `probatum doctor`"
            return Verdict(level=self.name, outcome=Outcome.SKIPPED, reason=reason)
        seeds, digest = context.seeds, candidate.digest
        report = lane.trial(
            candidate,
            gear="apart",
            seed=seeds.seed(digest, self.name),
            schedules=wanted(task),
            stored=[],
            smaller=not context.outcome_only,
            host=0,
            random_seed=seeds.number(digest, self.name, "random"),
        )
        transcripts = context.keep(report)
        findings = tuple(finding_of(s, context) for s in report["shown"])
        outcome, reason = _outcome(report, findings, wanted(task))
        return Verdict(
            level=self.name,
            outcome=outcome,
            strength=Strength.BOUNDED,
            scope=_scope(report, context),
            findings=findings,
            reason=reason,
            assumptions=ASSUMPTIONS,
            transcripts=transcripts,
            cpu_s=report["cpu_s"] + sum(row[1] for row in report["resources"]),
            credit=1.0 if outcome is Outcome.HOLDS else 0.0,
        )


def wanted(task: Task) -> int:
    """Schedules to draw: what the gate asks for."""
    gate = task.gate_level(Conformance.name)
    return dict(gate.at_least if gate else ()).get("drawn_schedules", DRAWN)


def _outcome(report: Mapping[str, Any], findings: tuple[Finding, ...], drawn: int) -> tuple[Outcome, str]:
    if (forced := first_problem(report, findings)) is not None:
        return forced
    notes = report["notes"]
    if notes["cut_short"]:
        return Outcome.INCONCLUSIVE, "not every schedule was tried: " + "; ".join(notes["cut_short"])
    if notes["never"]:
        return Outcome.INCONCLUSIVE, "vacuous: " + "; ".join(notes["never"])
    if not report["scope"]["decisions"] or report["scope"]["drawn_schedules"] < drawn:
        return Outcome.INCONCLUSIVE, "the schedules of the bound and those drawn were not all tried"
    return Outcome.HOLDS, ""


def _scope(report: Mapping[str, Any], context: Context) -> Scope:
    counts, notes = report["scope"], report["notes"]
    if counts["decisions"]:
        text = (
            f"every schedule of up to {counts['decisions']} decisions over the simplest two values of each argument, "
            "each node in a process of its own"
        )
    else:
        text = "schedules of nodes in processes of their own, not finished"
    parts = [text, "faults that happened: " + ("; ".join(notes["faults"]) or "none is declared")]
    parts += ["never possible with these values: " + "; ".join(notes["undone"])] * bool(notes["undone"])
    parts += ["states were not told equal: " + "; ".join(notes["unmerged"])] * bool(notes["unmerged"])
    return Scope(
        counts=tuple((name, value) for name, value in counts.items() if value),
        seed=context.seeds.words,
        best_of=context.best_of,
        text=", ".join(parts),
    )
