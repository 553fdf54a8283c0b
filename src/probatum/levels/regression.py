"""Level 2: every counterexample ever seen for this task, cheapest killer first. It can refute and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from probatum.candidate import Candidate
from probatum.judge.interleaved.clients import holds_client
from probatum.judge.simulation.schedule import is_apart
from probatum.levels.compiled import frozen_again
from probatum.levels.context import Context, finding_of
from probatum.levels.interleaving import known
from probatum.levels.sanitized import can_be_sanitized, sanitized_report
from probatum.task.model import Task
from probatum.verdict import Outcome, Scope, Verdict


class Regression:
    """Inputs that an author may know: finding nothing with them is no evidence."""

    name = "regression"
    number = 2

    def check(self, task: Task, candidate: Candidate, context: Context) -> Verdict:
        """REFUTED by a known input, else NOT_APPLICABLE."""
        if not context.stored:
            return Verdict(
                level=self.name, outcome=Outcome.NOT_APPLICABLE, reason="no counterexample is known for this task yet"
            )
        reports = list(_reports(task, candidate, context))
        report = reports[-1]
        transcripts = tuple(digest for each in reports for digest in context.keep(each))
        findings = tuple(finding_of(s, context) for s in report["shown"])
        cpu_s = sum(each["cpu_s"] + sum(row[1] for row in each["resources"]) for each in reports)
        tried = sum(each["tally"]["segments"] for each in reports)
        scope = Scope(counts=(("known_inputs", tried),))
        if report["problem"] is not None:
            outcome, text = report["problem"]
            return Verdict(
                level=self.name,
                outcome=Outcome(outcome),
                scope=scope,
                reason=text,
                transcripts=transcripts,
                cpu_s=cpu_s,
            )
        if not findings:
            reason = f"known inputs tried: {tried}; they refute nothing, which is no evidence"
            return Verdict(
                level=self.name,
                outcome=Outcome.NOT_APPLICABLE,
                scope=scope,
                reason=reason,
                transcripts=transcripts,
                cpu_s=cpu_s,
            )
        first = findings[0].counterexample
        assert first is not None
        return Verdict(
            level=self.name,
            outcome=Outcome.REFUTED,
            scope=scope,
            findings=findings,
            reason=f"{findings[0].law}: {first.observed}",
            transcripts=transcripts,
            cpu_s=cpu_s,
            credit=1 - report["tally"]["failed"] / max(1, report["tally"]["segments"]),
        )


def _reports(task: Task, candidate: Candidate, context: Context) -> Iterator[dict[str, Any]]:
    """Known calls, then known schedules of the task's worlds and known programs of threads, until something is
    found."""
    common: dict[str, Any] = {"stored": list(context.stored), "host": 0, "random_seed": 1}
    report = context.lane.trial(candidate, gear="stored", open_goals=[], both=False, **common)
    yield report
    if context.lane.suite["worlds"] and not report["shown"] and report["problem"] is None:
        report = context.lane.trial(candidate, gear="worlds", **common)
        yield report
    apart = any(is_apart(text.partition("\n")[2]) for text in context.stored)
    if apart and not report["shown"] and report["problem"] is None:
        report = context.lane.trial(candidate, gear="apart", **common)
        yield report
    if report["shown"] or report["problem"] is not None:
        return
    if can_be_sanitized(candidate, context):
        yield sanitized_report(candidate, context, gear="stored", open_goals=[], both=False, **common)
    if context.lane.suite["concurrent"] and candidate.language == "python":
        yield context.lane.trial(candidate, gear="schedules", **common)
    if context.lane.suite["shared"] and candidate.language == "rust" and any(map(holds_client, context.stored)):
        clients = list(known(task, candidate, context))
        yield from clients
        if not any(each["shown"] or each["problem"] is not None for each in clients):
            yield from frozen_again(candidate, context)
