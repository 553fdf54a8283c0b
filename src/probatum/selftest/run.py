"""A selftest, composed: lane, canaries, attacks, journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from probatum.attacks.table import Attack, attacks
from probatum.cascade import LADDER
from probatum.checking import open_lane
from probatum.errors import InfrastructureError
from probatum.events import JSON, EventKind
from probatum.journal import Journal
from probatum.judge.lane import Lane
from probatum.lab.clock import now_s
from probatum.lab.seeds import Seeds, fresh_seeds, new_run_name
from probatum.levels.context import Level
from probatum.sandbox.policy import Tier
from probatum.selftest.calibration import Calibration, line_of
from probatum.selftest.canaries import NEVER, absent_packages, bench_of, every_row, unknown_laws
from probatum.selftest.hardness import Tried, still_accepts, try_attacks, unsettled
from probatum.task.model import Task

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardness:
    """What became of the attacks on a task."""

    task: str
    tried: tuple[Tried, ...]
    survived: str
    """Why the control is not accepted afterwards in the same lane; "" when it is."""

    @property
    def ok(self) -> bool:
        """Whether every attack was stopped and nothing was left behind."""
        return all(t.stopped for t in self.tried) and not self.survived

    @property
    def line(self) -> str:
        """The outcome in one line."""
        holes = [f"{t.attack.name} ({t.result})" for t in self.tried if not t.stopped]
        stopped = sum(t.stopped for t in self.tried)
        parts = [f"{stopped} of {len(self.tried)} attacks stopped", *([f"NOT: {', '.join(holes)}"] if holes else [])]
        parts.append(f"afterwards the control is NOT accepted: {self.survived}" if self.survived else "nothing left")
        return ", ".join(parts)

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        tried = [one.as_json() for one in self.tried]
        return {"task": self.task, "ok": self.ok, "line": self.line, "survived": not self.survived, "attacks": tried}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a selftest is done."""

    tier: Tier
    levels: Sequence[Level] = LADDER
    seeds: Seeds = field(default_factory=fresh_seeds)
    say: Say = lambda text: None


@contextmanager
def lane_for(task: Task, tier: Tier) -> Iterator[Lane]:
    """A lane that can do without declared packages which are not installed."""
    present = tuple(p for p in task.packages if p not in absent_packages(task))
    with open_lane(replace(task, packages=present), tier) as lane:
        yield lane


def calibrate(task: Task, word: str, options: Options) -> Calibration:
    """Every canary of a task through its cascade."""
    with lane_for(task, options.tier) as lane:
        bench = bench_of(task, word, lane, options.seeds, levels=options.levels, say=options.say)
        rows = tuple(every_row(bench))
        notes = tuple(f"law {row.name}: {NEVER}" for row in rows if row.found == NEVER)
        notes += unknown_laws(task, lane.suite)
    day = datetime.fromtimestamp(now_s(), UTC).date().isoformat()
    return Calibration(task=task.name, task_digest=task.digest, rows=rows, line=line_of(rows, day), notes=notes)


def write(journal: Journal, calibration: Calibration) -> None:
    """Keep a calibration, so that every later report of this task version carries its line."""
    body: dict[str, JSON] = {
        "task": calibration.task_digest,
        "task_name": calibration.task,
        "line": calibration.line,
        "rows": [row.as_json() for row in calibration.rows],
        "notes": list(calibration.notes),
    }
    journal.append(new_run_name(), EventKind.CALIBRATED, body)


def harden(task: Task, options: Options, chosen: Sequence[Attack] | None = None) -> Hardness:
    """Every attack on a task, in as few lanes as they leave alive."""
    left = list(attacks() if chosen is None else chosen)
    tried: list[Tried] = []
    survived = ""
    while left:
        with lane_for(task, options.tier) as lane:
            done = _until_broken(task, lane, left, options)
            tried += done
            left = left[len(done) :]
            if not left:
                survived = _survival(task, lane, options)
    return Hardness(task=task.name, tried=tuple(tried), survived=survived)


def _until_broken(task: Task, lane: Lane, left: Sequence[Attack], options: Options) -> list[Tried]:
    """Attacks in one lane; one that breaks it is the last, and unsettled."""
    done: list[Tried] = []
    try:
        for one in try_attacks(task, lane, left, options.seeds, levels=options.levels, say=options.say):
            done.append(one)
    except InfrastructureError as problem:
        done.append(unsettled(left[len(done)], problem.message))
    return done


def _survival(task: Task, lane: Lane, options: Options) -> str:
    try:
        return still_accepts(task, lane, options.seeds)
    except InfrastructureError as problem:
        return problem.message
