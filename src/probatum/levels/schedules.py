"""Level 5: programs of threads, or of tasks, on a class declared `@concurrent`, by every schedule to a bound."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from probatum.candidate import Candidate
from probatum.levels.compiled import compiled_schedules
from probatum.levels.context import Context, finding_of, first_problem
from probatum.levels.racing import FOR_TASKS, FOR_THREADS, racing_blind
from probatum.task.model import Task
from probatum.verdict import Finding, Outcome, Scope, Strength, Verdict

PROGRAMS, RANDOM = 12, 200
"""Drawn programs, and random schedules of larger ones, where the gate does not say."""
ASSUMPTIONS = (
    "threads switch between accesses to what they can share, which come one after the other (sequential "
    "consistency); a call of the standard library is one access",
    "which threads could act at each step, and what the step touches, is what the candidate's process says; that its "
    "steps, answers and the tree of schedules fit together is checked outside of it",
    "programs use the simplest values of each argument; time does not pass, and nobody wakes without being woken",
)
OF_TASKS = (
    "tasks take turns where they await one of the primitives, at each of which any other may go on (also where asyncio "
    "would not suspend); what happens between two awaits is one step",
    "which tasks could go on at each step, and what the step touches, is what the candidate's process says; that its "
    "steps, answers and the tree of schedules fit together is checked outside of it",
    "programs use the simplest values of each argument; time does not pass, nobody is cancelled but where the "
    "task says so (once, at one of the first awaits), and a call starts no tasks of its own",
)


class Schedules:
    """HOLDS only when every schedule of every program, within the preemption bound, ran to its end."""

    name = "schedules"
    number = 5

    def check(self, task: Task, candidate: Candidate, context: Context) -> Verdict:
        """Every small program, then drawn ones, then random schedules, until one refutes."""
        if not context.lane.suite["concurrent"]:
            return Verdict(
                level=self.name, outcome=Outcome.NOT_APPLICABLE, reason="the task declares nothing @concurrent"
            )
        tasks = context.lane.suite["tasks"]
        if candidate.language == "rust" and not tasks:
            return compiled_schedules(task, candidate, context)
        if candidate.language != "python":
            reason = "there is no scheduler for this language"
            return Verdict(level=self.name, outcome=Outcome.SKIPPED, reason=reason)
        lane = context.lane
        if lane.racing_blind is None:
            lane.racing_blind = racing_blind(lane, FOR_TASKS if tasks else FOR_THREADS)
        if lane.racing_blind:
            reason = f"absent: {lane.racing_blind}. Run `probatum doctor`"
            return Verdict(level=self.name, outcome=Outcome.SKIPPED, reason=reason)
        seeds, digest, sizes = context.seeds, candidate.digest, wanted(task, context.best_of)
        report = context.lane.trial(
            candidate,
            gear="schedules",
            seed=seeds.seed(digest, self.name),
            stored=[],
            host=0,
            random_seed=seeds.number(digest, self.name, "random"),
            **sizes,
        )
        transcripts = context.keep(report)
        findings = tuple(finding_of(s, context) for s in report["shown"])
        outcome, reason = _outcome(report, findings, sizes)
        scope = report["scope"]
        credit = 1.0 if outcome is Outcome.HOLDS else min(0.99, scope.get("programs", 0) / sizes["programs"] / 2)
        return Verdict(
            level=self.name,
            outcome=outcome,
            strength=Strength.BOUNDED if context.seeds.chosen is None else Strength.EXAMPLE,
            scope=_scope(report, context),
            findings=findings,
            reason=reason,
            assumptions=OF_TASKS if tasks else ASSUMPTIONS,
            transcripts=transcripts,
            cpu_s=report["cpu_s"] + sum(row[1] for row in report["resources"]),
            credit=credit,
        )


def wanted(task: Task, best_of: int) -> dict[str, int]:
    """Drawn programs and random schedules: what the gate asks for, more where the candidate is the best of many."""
    gate = task.gate_level("schedules")
    asked = dict(gate.at_least if gate else ())
    grown = 1 + math.log2(max(1, best_of)) / 4
    return {
        "programs": math.ceil(asked.get("programs", PROGRAMS) * grown),
        "random": math.ceil(asked.get("random_schedules", RANDOM) * grown),
    }


def _outcome(report: Mapping[str, Any], findings: tuple[Finding, ...], sizes: Mapping[str, int]) -> tuple[Outcome, str]:
    if (forced := first_problem(report, findings)) is not None:
        return forced
    if report["notes"]["cut_short"]:
        return Outcome.INCONCLUSIVE, "not every schedule was tried: " + "; ".join(report["notes"]["cut_short"])
    if report["notes"]["unclear"]:
        return Outcome.INCONCLUSIVE, "no order was found and none excluded: " + "; ".join(report["notes"]["unclear"])
    counts = report["scope"]
    if not counts.get("small_programs") or counts.get("programs", 0) < sizes["programs"]:
        return Outcome.INCONCLUSIVE, f"only {counts.get('programs', 0)} of {sizes['programs']} programs could be drawn"
    return Outcome.HOLDS, ""


def _scope(report: Mapping[str, Any], context: Context) -> Scope:
    counts = {name: value for name, value in report["scope"].items() if value}
    finished = not report["notes"]["cut_short"] and report["problem"] is None and not report["shown"]
    text = (
        "every schedule within the bound (of unbounded programs: every interleaving, up to the order of independent "
        "steps) of every pair of small calls at once (small programs) and of drawn programs"
    )
    return Scope(
        counts=tuple(counts.items()),
        seed=context.seeds.words,
        best_of=context.best_of,
        text=text if finished else "schedules of small programs, not finished",
    )
