"""Level memory for `unsafe` code that one thread runs: the judge's histories under AddressSanitizer, and what is left
when the objects are dropped counted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from probatum.candidate import Candidate
from probatum.engines.miri import NAME
from probatum.levels.behaviour import Progress, gear_request
from probatum.levels.context import Context, finding_of, first_problem
from probatum.levels.interpreted import interpreted
from probatum.task.model import Task
from probatum.toolchains.rust.code import read_code
from probatum.verdict import Finding, Outcome, Scope, Strength, Verdict

LEVEL = "memory"
GEARS = ("corpus", "exhaustive", "fresh")
TOOL = "AddressSanitizer of rustc"
ASSUMPTIONS = (
    "covers: memory used after it was freed, freed twice, out of bounds or on a stack frame that is gone "
    "(AddressSanitizer), and blocks that are left when every object is dropped (counted), in the histories that ran",
    "missing: the aliasing rules, reads of memory that was never written, provenance, invalid values, accesses out of "
    "bounds that land in another live block, and whatever needs a second thread",
    "not optimised, because the optimiser may leave out a wrong access; the sanitizer shares the process with the "
    "candidate, whose unsafe code could deceive it",
)
LIMITS = frozenset({"returns", "memory", "output"})
"""Laws about resources, of which the sanitizer needs more than the candidate: breaking them here says nothing."""


def unsafe_alone(candidate: Candidate, context: Context) -> bool:
    """Whether it is `unsafe` code in Rust of which no threads share anything: that is looked at here."""
    rust = candidate.language == "rust" and not context.lane.suite["shared"]
    return rust and "unsafe" in read_code(candidate.source).texts


def can_be_sanitized(candidate: Candidate, context: Context) -> bool:
    """Whether it is such code, and can be compiled and run so here."""
    here = unsafe_alone(candidate, context) and not sanitizer_absent(context)
    return here and context.lane.workers.sanitize(candidate).program is not None


def sanitizer_absent(context: Context) -> str:
    """Why AddressSanitizer cannot be used here, its controls included; "" when it can."""
    workers = context.lane.workers
    compiler = workers.rust.compiler()
    assert compiler is not None  # level boundary found it
    return workers.sanitized.absent(compiler)


def sanitized_report(candidate: Candidate, context: Context, **request: Any) -> dict[str, Any]:
    """The judge's report about one gear. Where only a limit was broken, a problem takes the place of the finding."""
    report = context.lane.sanitized(candidate, **request)
    kept = [shown for shown in report["shown"] if shown["law"] not in LIMITS]
    if report["shown"] and not kept:
        said = report["shown"][0]["observed"]
        problem = (
            Outcome.INCONCLUSIVE.value,
            f"with AddressSanitizer: {said}; nothing is known of what would have come after",
        )
        return {**report, "shown": [], "problem": problem}
    return {**report, "shown": kept}


def check_alone(task: Task, candidate: Candidate, context: Context) -> Verdict:
    """Known inputs have been tried by level regression; these are drawn, the last ones after it was sealed."""
    if why := sanitizer_absent(context):
        return Verdict(level=LEVEL, outcome=Outcome.SKIPPED, reason=why)
    built = context.lane.workers.sanitize(candidate)
    if built.program is None:
        reason = f"it compiles, but not with AddressSanitizer: {built.problem}"
        return Verdict(level=LEVEL, outcome=Outcome.INCONCLUSIVE, reason=reason)
    progress = Progress()
    for stage, gear in enumerate(GEARS):
        context.say(f"{LEVEL}: {gear}")
        request = {**gear_request(gear, task, candidate, context, level=LEVEL), "both": False}
        report = sanitized_report(candidate, context, **request, open_goals=[])
        progress.transcripts += context.keep(report)
        progress.add(gear, report)
        findings = tuple(finding_of(shown, context) for shown in report["shown"])
        if (forced := first_problem(report, findings)) is not None:
            return _verdict(*forced, progress, context, findings=findings, credit=stage / len(GEARS))
    return _with_miri(_verdict(Outcome.HOLDS, "", progress, context, credit=1.0), candidate, context)


def _with_miri(verdict: Verdict, candidate: Candidate, context: Context) -> Verdict:
    """The verdict with what an interpreter says of some of the same histories. Where it says nothing, what
    AddressSanitizer said stays, and the report tells why."""
    more = interpreted(candidate, context, verdict.transcripts)
    verdict = replace(verdict, assumptions=(*verdict.assumptions, more.note))
    if more.reading is None or more.reading.outcome not in (Outcome.HOLDS, Outcome.REFUTED):
        return verdict
    scope = replace(verdict.scope, counts=(*verdict.scope.counts, *more.reading.counts))
    verdict = replace(verdict, scope=scope, tools=(*verdict.tools, NAME))
    if more.reading.outcome is Outcome.HOLDS:
        return verdict
    reason = f"{more.findings[0].law}: Miri: {more.reading.reason}"
    return replace(verdict, outcome=Outcome.REFUTED, findings=more.findings, reason=reason, credit=0.9)


def _verdict(
    outcome: Outcome,
    reason: str,
    progress: Progress,
    context: Context,
    *,
    findings: tuple[Finding, ...] = (),
    credit: float,
) -> Verdict:
    return Verdict(
        level=LEVEL,
        outcome=outcome,
        strength=Strength.SAMPLED if context.seeds.chosen is None else Strength.EXAMPLE,
        scope=Scope(
            counts=tuple(progress.counts.items()),
            alphabet=tuple(context.lane.suite["alphabet"]),
            seed=context.seeds.words,
            best_of=context.best_of,
        ),
        findings=findings,
        reason=reason,
        tools=(TOOL,),
        assumptions=ASSUMPTIONS,
        transcripts=tuple(progress.transcripts),
        cpu_s=progress.cpu_s,
        credit=credit,
    )
