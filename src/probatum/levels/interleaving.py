"""What levels memory and schedules share for objects in Rust: one search of the interleavings of their clients."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from probatum.candidate import Candidate
from probatum.judge.compare import SENTENCES
from probatum.judge.interleaved.controls import interleaving_blind
from probatum.levels.context import Context, finding_of, refuted_text
from probatum.task.model import Task
from probatum.toolchains.rust.compiler import Compiled
from probatum.verdict import Finding, Outcome, Scope, Strength, Verdict

PROGRAMS = 8
"""Drawn clients where the gate does not say."""
ASSUMPTIONS = (
    "the harness shares the process with the candidate, whose unsafe code could forge what it says",
    "clients use small keys and drawn values; a lock and an atomic are those of the shim",
    "after six rounds of waiting (`hint::spin_loop`) in which some thread stands still, the rest of an execution is "
    "not varied",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interleaved:
    """What the search found. ``absent``: why there was none; ``absent_asan``: why it had no sanitizer."""

    absent: str = ""
    absent_asan: str = ""
    report: dict[str, Any] | None = None
    findings: tuple[Finding, ...] = ()
    transcripts: tuple[str, ...] = ()
    scope: Scope = field(default_factory=Scope)
    sampled: bool = False
    programs: int = 0
    asan: bool = False
    cpu_s: float = 0.0
    built: Compiled | None = None
    """Why the candidate does not compile with the harness, where it does not."""

    def outcome(self, findings: Sequence[Finding]) -> tuple[Outcome, str]:
        """The outcome that these findings, or what else ended the search, force."""
        assert self.report is not None
        if findings:
            shown = findings[0].counterexample
            assert shown is not None
            return Outcome.REFUTED, f"{findings[0].law}: {shown.observed}"
        if self.report["problem"] is not None:
            outcome, text = self.report["problem"]
            return Outcome(outcome), text
        done = self.report["scope"]
        if not done.get("small_programs") or done.get("programs", 0) < self.programs:
            return Outcome.INCONCLUSIVE, f"only {done.get('programs', 0)} of {self.programs} clients could be drawn"
        return Outcome.HOLDS, ""

    def verdict(
        self,
        level: str,
        outcome: Outcome,
        reason: str,
        *,
        assumptions: tuple[str, ...],
        findings: Sequence[Finding] = (),
        cpu_s: float = 0.0,
    ) -> Verdict:
        """A verdict with the scope of the search."""
        done = self.scope.count("patterns") + self.scope.count("small_programs")
        return Verdict(
            level=level,
            outcome=outcome,
            strength=Strength.EXAMPLE if self.sampled else Strength.BOUNDED,
            scope=self.scope,
            findings=tuple(findings),
            reason=reason,
            tools=("Loom 0.7.2" + (" with AddressSanitizer" if self.asan else ""),),
            assumptions=(*assumptions, *ASSUMPTIONS),
            transcripts=self.transcripts,
            cpu_s=cpu_s,
            credit=1.0 if outcome is Outcome.HOLDS else min(0.9, done / 200),
        )


def interleaved(task: Task, candidate: Candidate, context: Context) -> Interleaved:
    """The search of a candidate, once per assessment."""
    if candidate.digest not in context.interleaved:
        context.interleaved[candidate.digest] = _search(task, candidate, context)
    found: Interleaved = context.interleaved[candidate.digest]
    return found


def known(candidate: Candidate, context: Context) -> dict[str, Any] | None:
    """The judge's report about stored clients; None where they cannot be run."""
    if _absent(context, asan=True) or compiled(candidate, context, asan=True).program is None:
        return None
    bound = int(context.lane.suite["preemptions"])
    return context.lane.interleaved(
        candidate,
        variant={"asan": True, "bound": bound},
        seed="known",
        stored=list(context.stored),
        programs=0,
        preemptions=bound,
    )


def _search(task: Task, candidate: Candidate, context: Context) -> Interleaved:
    absent = _absent(context, asan=True)
    asan = not absent
    if absent and (why := _absent(context, asan=False)):
        return Interleaved(absent=why, absent_asan=absent)
    bound, programs = int(context.lane.suite["preemptions"]), _programs(task, context.best_of)
    seed = context.seeds.seed(candidate.digest, "interleaved")
    built = compiled(candidate, context, asan=asan)
    if built.program is None:
        return Interleaved(absent_asan=absent, built=built)
    report = context.lane.interleaved(
        candidate,
        variant={"asan": asan, "bound": bound},
        seed=seed,
        stored=[],
        programs=programs,
        preemptions=bound,
    )
    counts = {name: value for name, value in report["scope"].items() if value}
    finished = report["problem"] is None and not report["shown"]
    text = "every interleaving within the bound of patterns, of every pair of small calls at once, and of drawn clients"
    return Interleaved(
        absent_asan=absent,
        report=report,
        findings=tuple(finding_of(shown, context) for shown in report["shown"]),
        transcripts=context.keep(report),
        scope=Scope(
            counts=tuple(counts.items()),
            seed=context.seeds.words,
            best_of=context.best_of,
            text=text if finished else "interleavings of small clients, not finished",
        ),
        sampled=context.seeds.chosen is not None,
        programs=programs,
        asan=asan,
        cpu_s=report["cpu_s"],
    )


def compiled(candidate: Candidate, context: Context, *, asan: bool | None) -> Compiled:
    """The candidate with the harness of a variant; its text for the judge is asked for before the judge is busy."""
    workers = context.lane.workers
    compiler = workers.rust.compiler()
    assert compiler is not None  # level boundary found it
    return workers.shared.compile(compiler, candidate, asan=asan)


def not_built(level: str, built: Compiled, context: Context) -> Verdict:
    """The candidate compiles as a worker, but not with the harness: for values that it may not assume to be numbers."""
    if built.ended != "exit":
        why = f"the compiler does not come to an end with the harness ({built.ended})"
        return Verdict(level=level, outcome=Outcome.INCONCLUSIVE, reason=why)
    return refuted_text(
        level=level,
        law="compiles",
        sentence=SENTENCES["compiles"],
        lines=(built.problem,),
        observed=built.problem,
        expected="It compiles with the harness, in which threads share the object.",
        context=context,
    )


def _programs(task: Task, best_of: int) -> int:
    levels = [gate for name in ("memory", "schedules") if (gate := task.gate_level(name)) is not None]
    asked = max([dict(gate.at_least).get("programs", 0) for gate in levels], default=0) or PROGRAMS
    return math.ceil(asked * (1 + math.log2(max(1, best_of)) / 4))


def _absent(context: Context, *, asan: bool) -> str:
    """Why this variant cannot be used here, its controls included; "" when it can."""
    workers = context.lane.workers
    compiler = workers.rust.compiler()
    assert compiler is not None  # level boundary found it
    crates = workers.shared.crates(compiler, asan=asan, say=context.say)
    if isinstance(crates, str):
        return crates
    place: Any = {"cache": workers.shared.cache, "tier": workers.shared.tier}
    return workers.shared.controlled(f"asan={asan}", lambda: interleaving_blind(compiler, crates, **place))
