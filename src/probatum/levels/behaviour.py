"""Level 3: the laws and equality with the oracle, gear by gear: corpus, exhaustive small scope, fresh inputs,
confirmation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from probatum.candidate import Candidate
from probatum.levels.context import Context, finding_of
from probatum.task.model import Task
from probatum.verdict import Finding, Outcome, Scope, Strength, Verdict

DEFAULTS = {"fresh_calls": 2000, "fresh_histories": 100, "confirmation_calls": 1000}
CONFIRMING = (2, 3, 4, 5)
"""Hosts of the confirmation trial: hash seeds that no earlier gear used."""
GEARS = ("corpus", "exhaustive", "fresh", "confirmation")
LONGEST = ("on_one_instance", "in_one_process")
"""How long the longest life was that was tried: a candidate may change after more calls, and nobody saw it."""


@dataclass(slots=True)
class Progress:
    """What the gears have covered so far."""

    counts: dict[str, int] = field(default_factory=dict)
    longest: dict[str, int] = field(default_factory=dict)
    laws: dict[str, int] = field(default_factory=dict)
    open_goals: list[str] = field(default_factory=list)
    transcripts: list[str] = field(default_factory=list)
    cpu_s: float = 0.0

    def add(self, gear: str, report: Mapping[str, Any]) -> None:
        """Count one gear's report."""
        tally = report["tally"]
        names = {
            "corpus": {"corpus_calls": tally["calls"]},
            "exhaustive": {"exhaustive_calls": tally["calls"], **report["scope"]},
            "fresh": {"fresh_calls": tally["calls"], "fresh_histories": tally["segments"]},
            "confirmation": {"confirmation_calls": tally["calls"]},
        }
        self.counts.update(names[gear])
        for name in LONGEST:
            self.longest[f"most_calls_{name}"] = max(tally[name], self.longest.get(f"most_calls_{name}", 0))
        for law, times in tally["laws"].items():
            self.laws[law] = self.laws.get(law, 0) + times
        self.open_goals = tally["open_goals"]
        self.cpu_s += report["cpu_s"] + sum(row[1] for row in report["resources"])


class Behaviour:
    """HOLDS only with inputs that were drawn after the candidate was sealed."""

    name = "behaviour"
    number = 3

    def check(self, task: Task, candidate: Candidate, context: Context) -> Verdict:
        """Run the gears until one refutes or all are through."""
        suite = context.lane.suite
        progress = Progress(open_goals=list(suite["goals"]))
        for stage, gear in enumerate(GEARS):
            request = gear_request(gear, task, candidate, context)
            context.say(f"{self.name}: {gear}")
            report = context.lane.trial(candidate, **request, open_goals=progress.open_goals)
            progress.transcripts += context.keep(report)
            progress.add(gear, report)
            if report["shown"]:
                return self._refuted(report, stage, progress, context)
            if report["problem"] is not None:
                outcome, text = report["problem"]
                return self._verdict(Outcome(outcome), f"{gear}: {text}", progress, context, credit=stage / len(GEARS))
        return self._judged(suite, progress, context)

    def _refuted(self, report: Mapping[str, Any], stage: int, progress: Progress, context: Context) -> Verdict:
        findings = tuple(finding_of(s, context) for s in report["shown"])
        tally = report["tally"]
        agree = 1 - tally["failed"] / max(1, tally["segments"])
        first = findings[0].counterexample
        assert first is not None
        return self._verdict(
            Outcome.REFUTED,
            f"{findings[0].law}: {first.observed}",
            progress,
            context,
            findings=findings,
            credit=(stage + min(agree, 0.99)) / len(GEARS),
        )

    def _judged(self, suite: Mapping[str, Any], progress: Progress, context: Context) -> Verdict:
        """Nothing failed: HOLDS, unless something was vacuous."""
        drawn = [law["name"] for law in suite["laws"] if law["kind"] != "sometimes"]
        untried = [name for name in drawn if not progress.laws.get(name)]
        if progress.open_goals or untried:
            parts = [f"never reached: {', '.join(progress.open_goals)}"] * bool(progress.open_goals)
            parts += [f"never tried: {', '.join(untried)}"] * bool(untried)
            return self._verdict(Outcome.INCONCLUSIVE, "vacuous: " + "; ".join(parts), progress, context, credit=0.99)
        return self._verdict(Outcome.HOLDS, "", progress, context, credit=1.0)

    def _verdict(
        self,
        outcome: Outcome,
        reason: str,
        progress: Progress,
        context: Context,
        *,
        findings: tuple[Finding, ...] = (),
        credit: float,
    ) -> Verdict:
        longest = {name: value for name, value in progress.longest.items() if value}
        counts = {**progress.counts, **longest, "laws": len(progress.laws)}
        return Verdict(
            level=self.name,
            outcome=outcome,
            strength=Strength.SAMPLED if context.seeds.chosen is None else Strength.EXAMPLE,
            scope=Scope(
                counts=tuple(counts.items()),
                alphabet=tuple(context.lane.suite["alphabet"]),
                seed=context.seeds.words,
                best_of=context.best_of,
            ),
            findings=findings,
            reason=reason,
            assumptions=(
                "histories are drawn from the stated alphabet; what it does not contain was not tried",
                "calls are made one after the other from one thread",
            ),
            transcripts=tuple(progress.transcripts),
            cpu_s=progress.cpu_s,
            credit=credit,
        )


def gear_request(
    gear: str, task: Task, candidate: Candidate, context: Context, *, level: str = "behaviour"
) -> dict[str, Any]:
    """What the judge is asked for in a gear; sizes come from the level's gate, never below the defaults it leaves
    open. Each level draws inputs of its own."""
    gate = task.gate_level(level)
    wanted = {**DEFAULTS, **dict(gate.at_least if gate else ())}
    suite, digest, seeds = context.lane.suite, candidate.digest, context.seeds
    common = {
        "host": GEARS.index(gear) % 2,
        "random_seed": seeds.number(digest, level, gear, "random"),
        "both": suite["any_answer"] and gear != "exhaustive",
    }
    if gear == "corpus":
        return {"gear": "corpus", **common}
    if gear == "exhaustive":
        depth = max(wanted.get("exhaustive_depth", 0), suite["depth"]) if suite["classes"] else 0
        return {"gear": "exhaustive", "depth": depth, "calls": wanted.get("exhaustive_calls", 1000), **common}
    seed = seeds.seed(digest, level, gear, f"best of {context.best_of}")
    if gear == "fresh":
        return {
            "gear": "fresh",
            "seed": seed,
            "calls": max(wanted["fresh_calls"], context.cases if level == "behaviour" else 0),
            "histories": wanted["fresh_histories"],
            **common,
        }
    calls = confirmation_calls(wanted["confirmation_calls"], context.best_of)
    common["host"] = CONFIRMING[0]
    return {
        "gear": "fresh",
        "seed": seed,
        "calls": calls,
        "histories": max(8, calls // 25),
        "hosts": list(CONFIRMING),
        **common,
    }


def confirmation_calls(base: int, best_of: int) -> int:
    """The size of the confirmation trial: grows with log2 of the candidates tried, because the best of many is
    lucky."""
    return math.ceil(base * (1 + math.log2(max(1, best_of))))
