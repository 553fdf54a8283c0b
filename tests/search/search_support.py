"""A search without a judge: candidates are texts, goals are phrases that must be in them, inputs show missing goals.

Small enough to be obvious, and shaped like the cascade: known inputs refute at regression, new ones at behaviour.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from probatum.authors.base import Author, PublicView
from probatum.authors.offline import Offline
from probatum.candidate import Candidate, python_candidate
from probatum.events import Event, EventKind
from probatum.journal import Entry, Journal, load_secret, save_secret
from probatum.lab.files import read_task
from probatum.lab.seeds import Seeds
from probatum.search.knowledge import knowledge_before
from probatum.search.loop import Search
from probatum.search.start import begin_run, read_run, seeds_of
from probatum.search.state import Options, State
from probatum.search.workers import Assess, Job, Result, Workers
from probatum.verdict import Counterexample, Finding, Outcome, Scope, Verdict
from probatum.verdict.plain import verdict_to_json

RUN = "20260101-000000-abcdef"
SEEDS = Seeds(secret=b"\x07" * 32)
TASK = read_task("kv_store_v1")
VIEW = PublicView(name="toy", title="t", problem="p", interface="i", laws=(), requirements=())
STUB = "def f(a, b):\n    if a < b:\n        return a\n    return b - 1\n"
GOALS = ("a <= b", "b + 1")


def toy(job: Job, goals: Sequence[str] = GOALS) -> Result:
    """Try a text: a pure function of the job."""
    missing = [goal for goal in goals if goal not in job.candidate.source]
    known = [goal for goal in missing if goal in job.stored]
    verdicts = [verdict_of("build", [], job)]
    if known:
        verdicts.append(verdict_of("regression", known, job, credit=1 - len(known) / len(job.stored)))
    else:
        verdicts.append(verdict_of("behaviour", missing, job))
    return Result(entries=entries_of(job, verdicts, new=[] if known else missing))


def verdict_of(level: str, missing: Sequence[str], job: Job, credit: float = 0.5) -> Verdict:
    findings = tuple(
        Finding(
            law="equality",
            sentence="Every answer equals the oracle's.",
            outcome=Outcome.REFUTED,
            counterexample=Counterexample(input=("f(1, 2)",), observed="x", expected=goal),
        )
        for goal in missing
    )
    counts = (("known_inputs", len(job.stored)),) if level == "regression" else (("fresh_calls", 100),)
    return Verdict(
        level=level,
        outcome=Outcome.REFUTED if missing else Outcome.HOLDS,
        scope=Scope(counts=counts, best_of=job.best_of, text=sha256(repr(job.stored).encode()).hexdigest()[:8]),
        findings=findings,
        reason="; ".join(missing),
        cpu_s=0.25,
        credit=credit,
    )


def entries_of(job: Job, verdicts: Sequence[Verdict], new: Sequence[str] = ()) -> tuple[Entry, ...]:
    """The events of a toy assessment."""
    about = {"candidate": job.candidate.digest, "index": job.index}
    refuted = [v for v in verdicts if v.outcome is Outcome.REFUTED]
    level = {"build": 1.0, "regression": 2.0, "behaviour": 3.0}[refuted[0].level] if refuted else 4.0
    judged = {
        **about,
        "task": TASK.digest,
        "task_name": TASK.name,
        "outcome": "REFUTED" if refuted else "HOLDS",
        "accepted": job.confirming and not refuted,
        "reason": refuted[0].reason if refuted else "",
        "fitness": [level, refuted[0].credit if refuted else 0.0],
        "sandbox": [],
        "not_shown": [],
        "author": job.candidate.author,
    }
    levels = [
        Entry(run=RUN, kind=EventKind.LEVEL_JUDGED, body={**about, "verdict": verdict_to_json(v)}) for v in verdicts
    ]
    added = [
        {"task_name": TASK.name, "law": "equality", "segment": goal, "candidate": job.candidate.digest} for goal in new
    ]
    regressions = [Entry(run=RUN, kind=EventKind.REGRESSION_ADDED, body=body) for body in added]
    return (*levels, Entry(run=RUN, kind=EventKind.CANDIDATE_JUDGED, body=judged), *regressions)


@dataclass
class Told:
    """What happened in a driven run."""

    state: State
    events: list[Event]
    jobs: list[Job] = field(default_factory=list)

    def kinds(self, kind: str) -> list[Any]:
        return [e.body for e in self.events if e.kind == kind]


class Dying(Journal):
    """A journal whose process is killed after a number of commits."""

    left = 10**9

    def append_many(self, entries: Sequence[Entry]) -> list[Event]:
        events = super().append_many(entries)
        self.left -= 1
        if self.left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return events


def drive(
    workspace: Path,
    *,
    author: Author | None = None,
    assess: Callable[[Job], Result] = toy,
    options: Options | None = None,
    workers: int = 1,
    seed: Candidate | None = None,
    journal_class: type[Journal] = Journal,
    commits: int = 10**9,
    now: Callable[[], float] = lambda: 0.0,
    view: PublicView = VIEW,
) -> Told:
    """Begin the run, or go on with it if the workspace has it; to its end."""
    jobs: list[Job] = []

    @contextmanager
    def opens() -> Iterator[Assess]:
        def recorded(job: Job) -> Result:
            jobs.append(job)
            return assess(job)

        yield recorded

    with journal_class.open(workspace) as journal:
        if isinstance(journal, Dying):
            journal.left = commits
        if RUN in journal.runs():
            state = read_run(journal, RUN)
        else:
            save_secret(workspace, RUN, SEEDS.secret)
            state = begin_run(journal, RUN, TASK, SEEDS, replace(options or Options(), seeded=True))
        with Workers(opens, workers) as pool:
            search = Search(
                journal=journal,
                state=state,
                seeds=seeds_of(state, lambda: load_secret(workspace, RUN)),
                author=author or Offline(),
                view=view,
                knowledge=knowledge_before(journal, TASK.digest, TASK.name, state.first_seq),
                workers=pool,
                seed=seed or python_candidate(STUB),
                now=now,
            )
            for _ in search.run():
                pass
        return Told(state=state, events=list(journal.events(run=RUN)), jobs=jobs)
