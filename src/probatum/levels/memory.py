"""Level 4: no memory error in Rust: of a shared object in any interleaving of small clients, of `unsafe` code that one
thread runs in the histories that the judge draws."""

from __future__ import annotations

from typing import Any

from probatum.candidate import Candidate
from probatum.judge.interleaved.verdicts import MEMORY
from probatum.levels.context import Context
from probatum.levels.interleaving import Interleaved, interleaved, not_built
from probatum.levels.raced import with_races
from probatum.levels.sanitized import check_alone, unsafe_alone
from probatum.levels.sending import sent_unasked
from probatum.levels.threaded import with_threads
from probatum.task.model import Task
from probatum.verdict import Outcome, Verdict

COVERS = (
    "covers: memory used after it was freed, freed twice or out of bounds (AddressSanitizer), data races on what the "
    "shim's cells hold (Loom), values dropped twice or never, blocks never freed, in every interleaving of the clients"
)
MISSING = (
    "missing: the aliasing rules, reads of memory that was never written, races on memory outside of the shim's cells "
    "(but for what ThreadSanitizer and Miri add where they looked), "
    "loads that come before earlier ones of their thread (load buffering); fences order no SeqCst access of another "
    "thread"
)


class Memory:
    """`miri~`: Loom with AddressSanitizer. HOLDS only when no interleaving within the bound is left."""

    name = "memory"
    number = 4

    def check(self, task: Task, candidate: Candidate, context: Context) -> Verdict:
        """Every interleaving of patterns, small clients and drawn ones; where no threads share anything, histories."""
        if candidate.language != "rust":
            return Verdict(
                level=self.name, outcome=Outcome.NOT_APPLICABLE, reason="the language keeps its memory safe itself"
            )
        if not context.lane.suite["shared"]:
            if unsafe_alone(candidate, context):
                return check_alone(task, candidate, context)
            reason = "there is no `unsafe` in it, and no threads share its objects"
            return Verdict(level=self.name, outcome=Outcome.NOT_APPLICABLE, reason=reason)
        if (unasked := sent_unasked(candidate, context)) is not None:
            return unasked
        found = interleaved(task, candidate, context)
        if found.absent_asan:
            return Verdict(level=self.name, outcome=Outcome.SKIPPED, reason=found.absent_asan)
        if found.built is not None:
            return not_built(self.name, found.built, task, context, asan=True)
        verdict = _verdict(found)
        for looks in (with_races, with_threads):
            verdict = looks(verdict, candidate, context) if verdict.outcome is Outcome.HOLDS else verdict
        return verdict


def _verdict(found: Interleaved) -> Verdict:
    mine = [f for f in found.findings if f.law in MEMORY]
    said: dict[str, Any] = {"assumptions": (COVERS, MISSING), "cpu_s": found.cpu_s}
    if found.findings and not mine:
        law = found.findings[0].law
        reason = f"the search ended where another law broke ({law}, see level schedules)"
        return found.verdict("memory", Outcome.INCONCLUSIVE, reason, **said)
    return found.verdict("memory", *found.outcome(mine), findings=mine, **said)
