"""Levels 8 and 9 for candidates in Rust: all inputs to a bound by Kani, all inputs by Verus.

Both are on the ladder of a task that asks for them, in its gate or for an invariant, and need a file of the task's: the
harnesses or the contract. What an engine says is believed once it has told its own controls apart on this machine.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

from probatum.candidate import Candidate
from probatum.engines import kani, verus
from probatum.engines.reading import Failed, Reading
from probatum.levels.context import Context
from probatum.task.model import Task
from probatum.toolchains.rust.generate import candidate_text
from probatum.verdict import Counterexample, Finding, Outcome, Scope, Verdict

UNWIND = 4
"""Rounds of every loop where the gate does not say."""
SENTENCE = "No input within the bound fails an assertion of the task's harnesses, panics or touches memory wrongly."
BOUNDED = (
    "every input that the task's harnesses make, with loops to the stated bound",
    "missing: threads, aliasing rules; the harnesses are the task's and are not checked themselves",
)
DEDUCTIVE = ("the contract is the task's, and says no more than it says; the solver and Verus are trusted",)


def declares(task: Task, level: str) -> bool:
    """Whether a task asks for a level: in its gate, or to check an invariant."""
    return task.gate_level(level) is not None or any(level in invariant.checked_by for invariant in task.invariants)


class Bounded:
    """Kani: no input to the bound breaks the task's harnesses."""

    name = "bounded"
    number = 8

    def check(self, task: Task, candidate: Candidate, context: Context) -> Verdict:
        """SKIPPED without Kani; INCONCLUSIVE where a bound is too small."""
        gate = task.gate_level(self.name)
        unwind = dict(gate.at_least if gate else ()).get("unwind", UNWIND)
        tier = context.lane.tier

        def prove(harness: str, source: str) -> Reading:
            return kani.check(harness, source, unwind=unwind, tier=tier)

        return _proved(self.name, kani, kani.HARNESS, prove, BOUNDED, task, candidate, context)


class Deductive:
    """Verus: the task's contract is proved for all inputs."""

    name = "deductive"
    number = 9

    def check(self, task: Task, candidate: Candidate, context: Context) -> Verdict:
        """SKIPPED without Verus; INCONCLUSIVE with the obligation where a proof fails."""
        tier = context.lane.tier

        def prove(contract: str, source: str) -> Reading:
            return verus.check(contract, source, tier=tier)

        return _proved(self.name, verus, verus.CONTRACT, prove, DEDUCTIVE, task, candidate, context)


def _proved(
    level: str,
    engine: ModuleType,
    file: str,
    prove: Callable[[str, str], Reading],
    assumptions: tuple[str, ...],
    task: Task,
    candidate: Candidate,
    context: Context,
) -> Verdict:
    if candidate.language != "rust":
        return Verdict(level=level, outcome=Outcome.NOT_APPLICABLE, reason=f"{engine.NAME} reads Rust")
    if file not in task.files:
        reason = f"the task asks for this level and has no {file}, so there is nothing to prove"
        return Verdict(level=level, outcome=Outcome.INCONCLUSIVE, reason=reason)
    here = engine.find()
    if not here.version:
        reason = f"{engine.NAME} is absent. To have it: {engine.INSTALL}"
        return Verdict(level=level, outcome=Outcome.SKIPPED, reason=reason)
    context.say(f"{level}: {engine.NAME}")
    blind = context.lane.workers.shared.once(engine.NAME, lambda: engine.blind(context.lane.tier))
    if blind:
        return Verdict(level=level, outcome=Outcome.SKIPPED, reason=blind)
    found = prove(task.files[file].decode(), candidate_text(candidate.source))
    return Verdict(
        level=level,
        outcome=found.outcome,
        strength=found.strength,
        scope=Scope(counts=found.counts, text=f"{engine.NAME} on {file}"),
        findings=tuple(_finding(failed, context) for failed in found.failed),
        reason=found.reason,
        tools=(f"{engine.NAME} {here.version}",),
        assumptions=assumptions,
        credit=1.0 if found.outcome is Outcome.HOLDS else 0.0,
    )


def _finding(failed: Failed, context: Context) -> Finding:
    retry = f"probatum check {context.task_word} --candidate {context.candidate_word}"
    shown = Counterexample(
        input=failed.lines or (failed.what,), observed=failed.what, expected=SENTENCE, rejudge=retry, retry=retry
    )
    return Finding(law="harnesses_hold", sentence=SENTENCE, outcome=Outcome.REFUTED, counterexample=shown)
