"""What levels memory and schedules share for objects in Rust: one search of the interleavings of their clients."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from probatum.candidate import Candidate
from probatum.judge.compare import SENTENCES
from probatum.judge.interleaved.clients import MARK, SAMPLED, holds_client
from probatum.judge.interleaved.controls import interleaving_blind
from probatum.levels.context import Context, finding_of, refuted_text
from probatum.levels.sampling import TOOL, asked_schedules, sampled, words
from probatum.task.model import Task
from probatum.toolchains.rust.code import FENCES, read_code
from probatum.toolchains.rust.compiler import Compiled
from probatum.verdict import Finding, Outcome, Scope, Strength, Verdict

PROGRAMS = 8
"""Drawn clients where the gate does not say."""
EVERY = (
    "every interleaving within the bound of patterns, of every pair of small calls at once of which one changes "
    "something (small), of every method beside every two others in a row (followed), of two calls in each of two "
    "threads that weak memory tells from any order (crossed), and of drawn clients; objects dropped as few calls of "
    "one thread leave them (single)"
)
BESIDE = "; beside that, not exhausted, drawn (random) schedules of larger clients (crowds)"
ASSUMPTIONS = (
    "the harness shares the process with the candidate, whose unsafe code could forge what it says",
    "clients use small keys and drawn values; a lock and an atomic are those of the shim",
    "`compare_exchange_weak` fails for no reason once an execution at most, which then has one preemption less",
    "after six rounds of waiting (`hint::spin_loop`) in which some thread stands still, the rest of an execution is "
    "not varied",
    "who has looked a million times while nothing changed waits for ever",
    "what is stored gets through: a load finds an older value again after one wait of its thread, not after two, and "
    "an execution in which a thread finds older ones in three rounds of waiting in a row is left out",
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
    drawn: tuple[str, ...] = ()
    """What is told of the schedules that were drawn beside it; empty where it did not come to that."""
    not_drawn: str = ""
    """Why not so many were drawn as the gate asks for."""

    @property
    def drew(self) -> bool:
        """Whether some schedules were drawn."""
        return self.scope.count("random_schedules") > 0

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
        if self.not_drawn:
            return Outcome.INCONCLUSIVE, self.not_drawn
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
            tools=(
                "Loom 0.7.2, changed" + (" with AddressSanitizer" if self.asan else ""),
                *([TOOL] if self.drew else []),
            ),
            assumptions=(*assumptions, *ASSUMPTIONS, *self.drawn),
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


def known(task: Task, candidate: Candidate, context: Context) -> Iterator[dict[str, Any]]:
    """The judge's reports about stored clients; none where they cannot be run."""
    if _absent(context, asan=True) or compiled(candidate, context, asan=True).program is None:
        return
    bound, stored = int(context.lane.suite["preemptions"]), list(context.stored)
    if any(holds_client(each, MARK) for each in stored):
        report = context.lane.interleaved(
            candidate,
            variant={"asan": True, "bound": bound},
            seed="known",
            stored=stored,
            programs=0,
            preemptions=bound,
            fences=has_fences(candidate),
        )
        yield report
        if report["shown"] or report["problem"] is not None:
            return
    if any(holds_client(each, SAMPLED) for each in stored):
        drawn = sampled(task, candidate, context, asan=True, stored=stored)
        if not isinstance(drawn, str):
            yield drawn


def _search(task: Task, candidate: Candidate, context: Context) -> Interleaved:
    absent = _absent(context, asan=True)
    asan = not absent
    if absent and (why := _absent(context, asan=False)):
        return Interleaved(absent=why, absent_asan=absent)
    bound, programs = int(context.lane.suite["preemptions"]), _programs(task, context.best_of)
    built = compiled(candidate, context, asan=asan)
    if built.program is None:
        return Interleaved(absent_asan=absent, built=built)
    report = context.lane.interleaved(
        candidate,
        variant={"asan": asan, "bound": bound},
        seed=context.seeds.seed(candidate.digest, "interleaved"),
        stored=[],
        programs=programs,
        preemptions=bound,
        fences=has_fences(candidate),
    )
    finished = report["problem"] is None and not report["shown"]
    found = Interleaved(
        absent_asan=absent,
        report=report,
        findings=tuple(finding_of(shown, context) for shown in report["shown"]),
        transcripts=context.keep(report),
        scope=Scope(
            counts=tuple((name, value) for name, value in report["scope"].items() if value),
            seed=context.seeds.words,
            best_of=context.best_of,
            text=EVERY if finished else "interleavings of small clients, not finished",
        ),
        sampled=context.seeds.chosen is not None,
        programs=programs,
        asan=asan,
        cpu_s=report["cpu_s"],
    )
    return _with_drawn(found, task, candidate, context) if finished else found


def has_fences(candidate: Candidate) -> bool:
    """Whether it may have fences: its own, or those of the shim's epochs."""
    return not FENCES.isdisjoint(read_code(candidate.source).texts)


def _with_drawn(found: Interleaved, task: Task, candidate: Candidate, context: Context) -> Interleaved:
    """The same with some schedules of larger clients, once no interleaving of the small ones is left."""
    assert found.report is not None
    report = sampled(task, candidate, context, asan=found.asan, stored=[])
    asked = asked_schedules(task)
    told = replace(found, drawn=(words(report),))
    if isinstance(report, str):
        missing = f"{asked} drawn schedules are asked for: {words(report)}. Run `probatum doctor --install rust`"
        return replace(told, not_drawn=missing if asked else "")
    counts = {name: value for name, value in report["scope"].items() if name in ("crowds", "random_schedules")}
    drew = counts.get("random_schedules", 0)
    return replace(
        told,
        report={**found.report, "problem": report["problem"]},
        findings=tuple(finding_of(shown, context) for shown in report["shown"]),
        transcripts=(*found.transcripts, *context.keep(report)),
        scope=replace(found.scope, counts=(*found.scope.counts, *counts.items()), text=EVERY + BESIDE),
        not_drawn=f"only {drew} of {asked} drawn schedules came to an end" if drew < asked else "",
        cpu_s=found.cpu_s + report["cpu_s"],
    )


def compiled(candidate: Candidate, context: Context, *, asan: bool | None) -> Compiled:
    """The candidate with the harness of a variant; its text for the judge is asked for before the judge is busy."""
    workers = context.lane.workers
    compiler = workers.rust.compiler()
    assert compiler is not None  # level boundary found it
    return workers.shared.compile(compiler, candidate, asan=asan)


def not_built(level: str, built: Compiled, task: Task, context: Context, *, asan: bool) -> Verdict:
    """The candidate compiles as a worker, but not with the harness: for values that it may not assume to be numbers.
    Where our own candidate does not either, the harness is at fault."""
    if built.ended != "exit":
        why = f"the compiler does not come to an end with the harness ({built.ended})"
        return Verdict(level=level, outcome=Outcome.INCONCLUSIVE, reason=why)
    own = [Candidate(files=c.files) for c in task.canaries if c.kind == "good" and "sut.rs" in c.files]
    if own and (ours := compiled(own[0], context, asan=asan)).program is None:
        return Verdict(
            level=level, outcome=Outcome.ERROR, reason=f"a right candidate does not compile either: {ours.problem}"
        )
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
    return workers.shared.once(f"asan={asan}", lambda: interleaving_blind(compiler, crates, **place))
