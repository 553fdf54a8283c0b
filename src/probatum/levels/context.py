"""What a level works with: the lane, the seeds, the stored inputs, and how a person calls things."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from probatum.candidate import Candidate
from probatum.judge.lane import Lane
from probatum.lab.seeds import Seeds
from probatum.task.model import Task
from probatum.transcript import Ending
from probatum.verdict import Counterexample, Finding, Outcome, Verdict

REGRESSION_MAX_CALLS = 300
"""Longer counterexamples are kept as evidence but not tried on every later candidate."""


@dataclass(slots=True, kw_only=True)
class Context:
    """One assessment's surroundings. ``blobs`` collects what the journal must keep."""

    lane: Lane
    seeds: Seeds
    stored: tuple[str, ...] = ()
    """Segments of known counterexamples of this task, most effective first."""
    best_of: int = 1
    """How many candidates were tried when this one was picked (winner's curse)."""
    types: bool = True
    """Whether level build asks the type checker now (search asks it last, because it costs most)."""
    cases: int = 0
    """Fresh calls at level behaviour, where a person wants more than the task's gate does."""
    searching: bool = False
    """Whether a search goes on in which candidates are compared; a confirmation and a check stand for themselves."""
    measure: bool = False
    """Whether the speed of a candidate that holds is measured, where the task declares what by."""
    outcome_only: bool = False
    """Whether nobody will look at a schedule that refutes, so that it need not be made smaller."""
    task_word: str = ""
    candidate_word: str = ""
    say: Callable[[str], None] = lambda text: None
    blobs: dict[str, bytes] = field(default_factory=dict)
    resources: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    """Per transcript: CPU seconds, wall seconds, peak memory in MB."""
    interleaved: dict[str, Any] = field(default_factory=dict)
    """Per candidate the one search that levels memory and schedules share (Rust)."""
    _read: dict[str, tuple[dict[str, Any] | None, Ending]] = field(default_factory=dict)

    def inspect(self, candidate: Candidate) -> tuple[dict[str, Any] | None, Ending]:
        """The candidate's source as read in a locked worker, once per candidate."""
        key = candidate.digest
        if key not in self._read:
            self._read[key] = self.lane.workers.inspect(candidate)
        return self._read[key]

    def keep(self, report: dict[str, Any]) -> tuple[str, ...]:
        """Keep a judge report's transcripts for the journal; their digests."""
        self.blobs.update({digest: text.encode() for digest, text in report["transcripts"].items()})
        self.resources.update({digest: (cpu, wall, rss) for digest, cpu, wall, rss in report["resources"]})
        return tuple(report["transcripts"])


class Level(Protocol):
    """One rung of the ladder."""

    name: str
    number: int

    def check(self, task: Task, candidate: Candidate, context: Context) -> Verdict:
        """One verdict about one candidate; raises only errors of the tree in `probatum.errors`."""
        ...


def refuted_text(
    *,
    level: str,
    law: str,
    sentence: str,
    lines: tuple[str, ...],
    observed: str,
    expected: str,
    context: Context,
) -> Verdict:
    """A refutation that can be derived again from the candidate's bytes."""
    retry = f"probatum check {context.task_word} --candidate {context.candidate_word}"
    shown = Counterexample(input=lines, observed=observed, expected=expected, rejudge=retry, retry=retry)
    finding = Finding(law=law, sentence=sentence, outcome=Outcome.REFUTED, counterexample=shown)
    return Verdict(level=level, outcome=Outcome.REFUTED, findings=(finding,), reason=f"{law}: {observed}")


def first_problem(report: Mapping[str, Any], findings: tuple[Finding, ...]) -> tuple[Outcome, str] | None:
    """The outcome that a judge's report forces, with its reason: a finding refutes, a problem says what it says."""
    if findings:
        first = findings[0].counterexample
        assert first is not None
        return Outcome.REFUTED, f"{findings[0].law}: {first.observed}"
    if report["problem"] is not None:
        outcome, text = report["problem"]
        return Outcome(outcome), text
    return None


def finding_of(shown: dict[str, Any], context: Context) -> Finding:
    """A failure reported by the judge, as a finding with its two commands."""
    digest = shown["transcript"][:16]
    counterexample = Counterexample(
        input=tuple(shown["input"]),
        observed=shown["observed"] + ("" if shown["recurs"] else " (seen once; it did not recur in a fresh process)"),
        expected=shown["expected"],
        transcript=shown["transcript"],
        rejudge=f"probatum verify {digest}",
        retry=f"probatum check {context.task_word} --candidate {context.candidate_word} --input {digest}",
        minimal=shown["minimal"],
    )
    return Finding(
        law=shown["law"],
        sentence=shown["sentence"],
        outcome=Outcome.REFUTED,
        requirements=tuple(shown["requirements"]),
        counterexample=counterexample,
    )
