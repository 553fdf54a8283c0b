"""Checking one candidate, composed: task, sandbox, lane, journal, cascade. What the command line, pytest and the demo
share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from probatum import ledger
from probatum.candidate import Candidate
from probatum.cascade import LADDER, assess
from probatum.errors import InfrastructureError, ProbatumError, UsageError
from probatum.events import EventKind
from probatum.journal import Journal, forget_secret, save_secret
from probatum.judge.lane import Lane
from probatum.lab.seeds import Seeds, chosen_seeds, fresh_seeds, new_run_name
from probatum.levels.context import Context
from probatum.sandbox import probe
from probatum.sandbox.policy import Tier
from probatum.task.model import Task
from probatum.toolchains.python.pair import HASH_SEEDS, HOSTS
from probatum.verdict import Assessment

TierWord = Literal["auto", "bwrap", "lock", "plain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of `check`."""

    task: Task
    candidate: Candidate
    task_word: str
    candidate_word: str
    seed: int | None = None
    start: str = "boundary"
    tier: TierWord = "auto"
    measure: bool = False
    """Whether the speed of a candidate that holds is measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What `check` found, and where it is written."""

    assessment: Assessment
    run: str
    journal_head: str
    calibration: str
    known: bool = False
    """The refutation was already in the journal; nothing ran."""


def choose_tier(word: TierWord) -> Tier:
    """The sandbox tier to use; "auto" is the strongest one that works here."""
    if word == "auto":
        return probe.best_tier()
    if word == "bwrap" and (reason := probe.absent_reason()) is not None:
        raise UsageError(
            f"the bwrap sandbox cannot be used: {reason}", fix="Leave --sandbox out to take the strongest that works"
        )
    return word


@contextmanager
def open_lane(task: Task, tier: Tier, seeds: Seeds | None = None) -> Iterator[Lane]:
    """A lane whose sandbox was probed and whose task passed its selfcheck (a law false of the oracle is a
    `TaskError`)."""
    probed = tuple(f"{p.name}: {'holds' if p.holds else 'ABSENT'}" for p in probe.probe(tier))
    hash_seeds = HASH_SEEDS if seeds is None else seeds.hash_seeds(HOSTS)
    with Lane(task, tier=tier, hash_seeds=hash_seeds) as lane:
        lane.probed = probed
        lane.selfcheck()
        yield lane


def check(
    request: Request, journal: Journal, workspace: Path, *, say: Callable[[str], None] = lambda text: None
) -> Checked:
    """One candidate through the cascade, written to the journal. A known refutation is answered without running
    anything."""
    task, candidate = request.task, request.candidate
    calibration = calibration_of(journal, request)
    known = ledger.known_refutation(journal, task, candidate.digest)
    if known is not None:
        return Checked(assessment=known, run="", journal_head=journal.head(), calibration=calibration, known=True)
    seeds = fresh_seeds() if request.seed is None else chosen_seeds(request.seed)
    run = new_run_name()
    save_secret(workspace, run, seeds.secret)
    ledger.begin(journal, run, task, seeds, {"command": "check", "start": request.start, "task": request.task_word})
    ledger.submit(journal, run, candidate, 0)
    with ended_early(journal, workspace, run, seeds), open_lane(task, choose_tier(request.tier), seeds) as lane:
        if request.measure and not (lane.suite["throughput"] or lane.suite["objective"]):
            fix = "Leave --measure out, or declare a @throughput or an @objective (docs/tasks.md)"
            raise UsageError(f"the task {task.name} declares nothing to measure", fix=fix)
        context = context_for(lane, request, seeds, ledger.stored_inputs(journal, task.name), say)
        assessment = assess(task, candidate, context, start=request.start, levels=LADDER)
    finish(journal, workspace, run, seeds, assessment, context)
    return Checked(assessment=assessment, run=run, journal_head=journal.head(), calibration=calibration)


def calibration_of(journal: Journal, request: Request) -> str:
    """What the latest selftest of this task version found, or how to have one."""
    line = ledger.calibration_line(journal, request.task.digest)
    return line or f"not calibrated here; run `probatum selftest {request.task_word}`"


def context_for(
    lane: Lane, request: Request, seeds: Seeds, stored: tuple[str, ...], say: Callable[[str], None]
) -> Context:
    """The surroundings of one assessment."""
    return Context(
        lane=lane,
        seeds=seeds,
        stored=stored,
        task_word=request.task_word,
        candidate_word=request.candidate_word,
        measure=request.measure,
        say=say,
    )


def finish(journal: Journal, workspace: Path, run: str, seeds: Seeds, assessment: Assessment, context: Context) -> None:
    """Write an assessment, reveal the secret, end the run."""
    journal.append_many(ledger.entries(run, 0, assessment, context))
    close_run(journal, workspace, run, seeds, assessment.outcome.value)


@contextmanager
def ended_early(journal: Journal, workspace: Path, run: str, seeds: Seeds) -> Iterator[None]:
    """Write why a run ends without an assessment (Ctrl-C, a wrong task, a broken machine) and let the error go on."""
    try:
        yield
    except KeyboardInterrupt:
        journal.append(run, EventKind.STOPPED, {"why": "stopped by a person (Ctrl-C)"})
        close_run(journal, workspace, run, seeds, "stopped")
        raise
    except ProbatumError as problem:
        if isinstance(problem, InfrastructureError):
            journal.append(run, EventKind.INFRASTRUCTURE_FAILED, {"error": type(problem).__name__, "why": str(problem)})
        close_run(journal, workspace, run, seeds, f"{type(problem).__name__}: {problem}")
        raise


def close_run(journal: Journal, workspace: Path, run: str, seeds: Seeds, why: str) -> None:
    """Reveal the secret of a run and write why it ended."""
    journal.append(run, EventKind.SECRET_REVEALED, {"secret": seeds.secret.hex()})
    journal.append(run, EventKind.RUN_ENDED, {"why": why})
    forget_secret(workspace, run)
