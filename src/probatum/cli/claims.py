"""What a journal claims about stored evidence, and whether judging it again says the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from probatum import ledger
from probatum.cascade import assess
from probatum.checking import choose_tier
from probatum.errors import JournalError
from probatum.journal import Journal
from probatum.judge.lane import Lane
from probatum.lab.seeds import chosen_seeds
from probatum.levels.boundary import Boundary
from probatum.levels.build import Build
from probatum.levels.context import Context
from probatum.sandbox.policy import Tier
from probatum.task.model import Task
from probatum.transcript import load_transcript
from probatum.types.codec import DecodeError
from probatum.verdict import Assessment, Finding, Outcome, Verdict

AT_A_LIMIT = ("cpu", "wall")
BYTES_LEVELS = (Boundary(), Build())
"""Levels whose refutations can be derived again from the candidate's bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One piece of evidence and what a verdict says it shows."""

    task: str
    task_digest: str
    run: str
    level: str
    candidate: str
    transcript: str = ""
    """Digest; "" when the claim rests on the candidate's bytes."""
    law: str = ""
    """The law it breaks; "": it breaks none."""
    verdict_laws: tuple[str, ...] = ()
    """Every law the same verdict names."""

    @property
    def key(self) -> tuple[str, ...]:
        """Equal for claims that need judging once."""
        return self.task, self.task_digest, self.candidate, self.level, self.transcript, self.law


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A claim and what judging again found."""

    claim: Claim
    found: tuple[str, ...] = ()
    task_now: str = ""
    problem: str = ""
    """Why it could not be judged, "" when it was."""
    tried_again: bool = False
    """A process that ended at a limit and was tried again: its ending is no claim about the candidate."""

    @property
    def agrees(self) -> bool:
        """Whether the evidence says what the verdict says."""
        if self.problem:
            return False
        return self.claim.law in self.found if self.claim.law else not self.found or self.tried_again

    @property
    def also(self) -> tuple[str, ...]:
        """Further laws it breaks that the verdict does not name: a verdict shows a few laws, each by its own input."""
        return tuple(law for law in self.found if law not in self.claim.verdict_laws) if self.claim.law else ()


def claims(journal: Journal) -> Iterator[Claim]:
    """Every claim of every assessment, each once."""
    seen = set()
    for run in journal.runs():
        for _, assessment in ledger.assessments(journal, run):
            for verdict in assessment.verdicts:
                for claim in _claims(run, assessment, verdict):
                    if claim.key not in seen:
                        seen.add(claim.key)
                        yield claim


def _claims(run: str, assessment: Assessment, verdict: Verdict) -> Iterator[Claim]:
    base = Claim(
        task=assessment.task,
        task_digest=assessment.task_digest,
        run=run,
        level=verdict.level,
        candidate=assessment.candidate,
        verdict_laws=tuple(f.law for f in verdict.findings),
    )
    for finding in verdict.refuting:
        yield from _claims_of(base, finding)
    if verdict.outcome in (Outcome.HOLDS, Outcome.NOT_APPLICABLE):
        for digest in verdict.transcripts:
            yield replace(base, transcript=digest)


def _claims_of(base: Claim, finding: Finding) -> Iterator[Claim]:
    shown = finding.counterexample
    assert shown is not None
    if shown.transcript or base.level in [level.name for level in BYTES_LEVELS]:
        yield replace(base, transcript=shown.transcript, law=finding.law)


class Rejudge:
    """Judges claims again; one lane, opened for the task at hand."""

    def __init__(self, journal: Journal, tier: str) -> None:
        self._journal = journal
        self._tier: Tier = choose_tier(tier)  # type: ignore[arg-type]  # click has checked the word
        self._lane: Lane | None = None

    def close(self) -> None:
        """End the lane."""
        if self._lane is not None:
            self._lane.close()
            self._lane = None

    def judge(self, claim: Claim, task: Task) -> Judged:
        """Judge one claim under the task as it is now."""
        lane = self._open(task)
        try:
            if not claim.transcript:
                return self._bytes(claim, task, lane)
            blob = self._journal.get(claim.transcript)
        except JournalError as problem:
            return Judged(claim=claim, task_now=task.digest, problem=problem.message)
        try:
            ending = load_transcript(blob).ending.how
        except DecodeError as problem:
            return Judged(claim=claim, task_now=task.digest, problem=str(problem))
        found = tuple(lane.rejudge(blob.decode()))
        tried_again = not claim.law and found == ("returns",) and ending in AT_A_LIMIT
        return Judged(claim=claim, found=found, task_now=task.digest, tried_again=tried_again)

    def _bytes(self, claim: Claim, task: Task, lane: Lane) -> Judged:
        """A refutation of level boundary or build, derived again from the stored files."""
        candidate = ledger.candidate_of(self._journal, claim.candidate)
        if candidate is None:
            return Judged(claim=claim, task_now=task.digest, problem="the candidate's files are not stored")
        context = Context(lane=lane, seeds=chosen_seeds(0))
        again = assess(task, candidate, context, levels=BYTES_LEVELS)
        return Judged(claim=claim, task_now=task.digest, found=tuple(f.law for v in again.verdicts for f in v.refuting))

    def _open(self, task: Task) -> Lane:
        if self._lane is None or self._lane.task.digest != task.digest:
            self.close()
            self._lane = Lane(task, tier=self._tier)
        return self._lane
