"""Level 5 for objects in Rust: orders that the oracle knows, no deadlock, and who waits for whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from probatum.candidate import Candidate
from probatum.judge.interleaved.clients import FROZEN, holds_client
from probatum.judge.interleaved.controls import freezing_blind
from probatum.judge.interleaved.verdicts import MEMORY
from probatum.levels.context import Context, finding_of
from probatum.levels.interleaving import Interleaved, compiled, interleaved, not_built
from probatum.task.model import Task
from probatum.toolchains.rust.concurrent.progress import Progress
from probatum.verdict import Outcome, Verdict

LEVEL = "schedules"
ASSUMPTION = (
    "threads switch at accesses to what the shim offers; where a load returns an older value than the latest, calls "
    "are held to each thread's own order only"
)


def compiled_schedules(task: Task, candidate: Candidate, context: Context) -> Verdict:
    """What the search of interleavings says about orders; and of what holds, its progress."""
    if not context.lane.suite["shared"]:
        reason = "the task does not say how threads share its object in Rust: only Python candidates can be interleaved"
        return Verdict(level=LEVEL, outcome=Outcome.SKIPPED, reason=reason)
    found = interleaved(task, candidate, context)
    if found.absent:
        return Verdict(level=LEVEL, outcome=Outcome.SKIPPED, reason=found.absent)
    if found.built is not None:
        return not_built(LEVEL, found.built, task, context, asan=not found.absent_asan)
    # Without the sanitizer level memory says nothing, and what Loom alone saw of memory is said here.
    mine = [f for f in found.findings if found.absent_asan or f.law not in MEMORY]
    outcome, reason = found.outcome(mine)
    spent = found.cpu_s if found.absent_asan else 0.0  # else level memory has told it
    verdict = found.verdict(LEVEL, outcome, reason, assumptions=(ASSUMPTION,), findings=mine, cpu_s=spent)
    if outcome is not Outcome.HOLDS:
        return verdict
    progress, report = _progress(candidate, context)
    verdict = replace(verdict, cpu_s=verdict.cpu_s + report["cpu_s"])
    if report["shown"]:
        return _given_up(found, report, verdict.cpu_s, context)
    if report["problem"] is not None:
        outcome, reason = report["problem"]
        return found.verdict(LEVEL, Outcome(outcome), reason, assumptions=(ASSUMPTION,), cpu_s=verdict.cpu_s)
    said = [f"progress: {progress.tested} ({progress.why})"]
    if histories := report["scope"].get("frozen_histories"):
        said.append(f"answers beside a call that stands still: {histories} histories, judged as all others")
    said += [f"reclamation: {progress.reclamation}"] if progress.reclamation else []
    return replace(
        verdict,
        progress=progress.tested if progress.tested != "unknown" else None,
        assumptions=(*verdict.assumptions, *said),
    )


def frozen_again(candidate: Candidate, context: Context) -> Iterator[dict[str, Any]]:
    """The judge's report about what is answered beside calls that stand still, where that is known to have gone wrong:
    every call is stopped at each of its accesses again, which takes no longer than one."""
    if any(holds_client(each, FROZEN) for each in context.stored):
        _, report = _progress(candidate, context)
        if report is not NOTHING:
            yield report


NOTHING: dict[str, Any] = {"shown": [], "problem": None, "scope": {}, "cpu_s": 0.0}
"""What is judged of histories that there are none of."""


def _given_up(found: Interleaved, report: dict[str, Any], cpu_s: float, context: Context) -> Verdict:
    """What is answered wrongly beside a call that stands still."""
    findings = [finding_of(shown, context) for shown in report["shown"]]
    kept = replace(found, transcripts=(*found.transcripts, *context.keep(report)))
    outcome, reason = kept.outcome(findings)
    return kept.verdict(LEVEL, outcome, reason, assumptions=(ASSUMPTION,), findings=findings, cpu_s=cpu_s)


def _progress(candidate: Candidate, context: Context) -> tuple[Progress, dict[str, Any]]:
    """What freezing each call against each other shows, a claim about these clients only; and what is wrong with what
    they answer."""
    workers = context.lane.workers
    compiler = workers.rust.compiler()
    assert compiler is not None  # the search compiled the candidate with it
    place: Any = {"cache": workers.shared.cache, "tier": workers.shared.tier}
    why = workers.shared.once("freezing", lambda: freezing_blind(compiler, **place))
    if why:
        return Progress(tested="unknown", why=why), NOTHING
    if (built := compiled(candidate, context, asan=None)).program is None:
        return Progress(tested="unknown", why=built.problem), NOTHING
    seed = context.seeds.seed(candidate.digest, "freezing")
    progress = workers.shared.freeze(compiler, candidate, context.lane.freezing(seed))
    return progress, context.lane.frozen(seed, progress.histories) if progress.histories else NOTHING
