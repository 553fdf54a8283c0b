"""The rung above all others: how good a candidate is that holds, by the objective that its task declares."""

from __future__ import annotations

from dataclasses import replace
from statistics import fmean
from typing import Any

from probatum.candidate import Candidate
from probatum.levels.context import Context, finding_of, first_problem
from probatum.task.model import Task
from probatum.verdict import Outcome, Scope, Strength, Verdict


class Objective:
    """Measures; refutes only where an answer breaks a law on the way. Nothing is accepted for being good.

    While a search goes on, all its candidates meet the same hidden inputs, so that they can be compared; a confirmation
    and `probatum check` draw inputs of their own, because the best of many has been chosen for luck on those. They run
    the benchmark too, if there is one.
    """

    name = "objective"
    number = 10

    def check(self, task: Task, candidate: Candidate, context: Context) -> Verdict:
        """Run every case once and work the numbers out."""
        told = context.lane.suite["objective"]
        parts = ("search",) if context.searching else (candidate.digest, f"best of {context.best_of}")
        asked = {"seed": context.seeds.seed("objective", *parts), "host": 0}
        random_seed = context.seeds.number(candidate.digest, self.name, "random")
        known = told_of_known(context)
        answer = context.lane.objective(candidate, **asked, random_seed=random_seed, benchmark=known is not None)
        report: dict[str, Any] = answer["report"]
        transcripts = context.keep(report)
        findings = tuple(finding_of(shown, context) for shown in report["shown"])
        cpu_s = report["cpu_s"] + sum(row[1] for row in report["resources"])
        rows: list[list[float]] = answer["rows"]
        base = Verdict(
            level=self.name, outcome=Outcome.REFUTED, findings=findings, transcripts=transcripts, cpu_s=cpu_s
        )
        if (forced := first_problem(report, findings)) is not None:
            return _with(base, *forced)
        if len(rows) < told["cases"]:
            return _with(base, Outcome.INCONCLUSIVE, f"{len(rows)} of {told['cases']} cases were measured")
        verdict = _measured(base, told, rows, context)
        return verdict if known is None else _compared(verdict, known, answer["known"])


def told_of_known(context: Context) -> dict[str, Any] | None:
    """The benchmark, where one is declared and now is the time for it."""
    told: dict[str, Any] | None = context.lane.suite["benchmark"]
    return None if context.searching else told


def _compared(verdict: Verdict, told: dict[str, Any], rows: list[list[float]]) -> Verdict:
    """With the sums over the benchmark, which everybody knows and which therefore count for nothing."""
    if len(rows) < told["cases"]:
        return replace(verdict, assumptions=(*verdict.assumptions, f"{told['name']} was not measured"))
    own, reference = (sum(row[place] for row in rows) for place in (0, 1))
    words = (
        f"{told['name']}: {own:.6g}, reference {reference:.6g}, {told['better']} is better, on inputs that everybody"
    )
    words += " knows: it counts for nothing"
    scope = replace(verdict.scope, text=f"{verdict.scope.text}; {words}")
    measures = (*verdict.measures, (told["name"], own), (f"reference {told['name']}", reference))
    return replace(verdict, scope=scope, measures=measures)


def _with(base: Verdict, outcome: Outcome, reason: str) -> Verdict:
    return replace(base, outcome=outcome, reason=reason)


def _measured(base: Verdict, told: dict[str, Any], rows: list[list[float]], context: Context) -> Verdict:
    own, reference = fmean(row[0] for row in rows), fmean(row[1] for row in rows)
    ratio = fmean(row[0] / row[1] for row in rows)
    better = 1 / ratio if told["better"] == "lower" else ratio
    words = f"{told['name']}: {own:.6g}, reference {reference:.6g} on the same inputs, {told['better']} is better"
    return replace(
        base,
        outcome=Outcome.HOLDS,
        strength=Strength.SAMPLED if context.seeds.chosen is None else Strength.EXAMPLE,
        scope=Scope(
            counts=(("objective_cases", len(rows)),), seed=context.seeds.words, best_of=context.best_of, text=words
        ),
        assumptions=("the number says nothing about inputs of another kind than those drawn",),
        measures=(("times_reference", round(better, 9)), (told["name"], own), ("reference", reference)),
        credit=1.0,
    )
