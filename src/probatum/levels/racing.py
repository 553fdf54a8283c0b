"""Controls of level schedules for Python: where the scheduler of threads, or of tasks, cannot see a lost update, or
refuses a lock, the level is absent.

A task of its own, in a lane of its own: what has to be seen is seen by the same judge, host and worker as candidates.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from probatum.candidate import python_candidate
from probatum.judge.lane import Lane
from probatum.sandbox.meter import charge
from probatum.task.model import Task
from probatum.task.parse import parse_task

LOCKED = """
from probatum.sync import Lock


class Counter:
    def __init__(self):
        self.total = 0
        self.lock = Lock()

    def add(self):
        with self.lock:
            self.total += 1
            return self.total
"""
LOSES_UPDATES = """
class Counter:
    def __init__(self):
        self.total = 0

    def add(self):
        total = self.total + 1
        self.total = total
        return total
"""
LOCKED_ACROSS_AWAITS = """
from probatum.aio import Lock, sleep


class Counter:
    def __init__(self) -> None:
        self.total = 0
        self.lock = Lock()

    async def add(self) -> int:
        async with self.lock:
            total = self.total + 1
            await sleep(0)
            self.total = total
            return total
"""
LOSES_ACROSS_AN_AWAIT = """
from probatum.aio import sleep


class Counter:
    def __init__(self) -> None:
        self.total = 0

    async def add(self) -> int:
        total = self.total + 1
        await sleep(0)
        self.total = total
        return total
"""
TASK = '''
from probatum import U32, concurrent, sut


@concurrent(threads=2, calls=1, preemptions=1, requirements=("C-1",))
@sut
class Counter:
    """A number that threads count up."""

    def __init__(self) -> None:
        self.total = 0

    def add(self) -> U32:
        self.total += 1
        return self.total
'''
TOML = """
title = "A number that threads count up"

[gate.schedules]
programs = 1

[[requirements]]
id = "C-1"
text = "Every call counts."

[[assumptions]]
about = "time"
text = "None."
[[assumptions]]
about = "ordering"
text = "None."
[[assumptions]]
about = "failures"
text = "None."
[[assumptions]]
about = "adversary"
text = "None."
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """A task, a candidate that loses an update, and one that keeps it."""

    task: str
    bad: str
    good: str


FOR_THREADS = Controls(task=TASK, bad=LOSES_UPDATES, good=LOCKED)
FOR_TASKS = Controls(
    task=TASK.replace("threads=2", "tasks=2")
    .replace("def add", "async def add")
    .replace("threads count", "tasks count"),
    bad=LOSES_ACROSS_AN_AWAIT,
    good=LOCKED_ACROSS_AWAITS,
)


def racing_blind(lane: Lane, controls: Controls = FOR_THREADS) -> str:
    """Why schedules are not to be trusted here; empty when an update is seen lost and a lock seen to keep it. Raises
    `InfrastructureError` where that could not be tried: it is tried again, and no level is absent for good."""
    with own_lane(control_task(controls), lane) as own:
        lost, kept = _broken(own, controls.bad), _broken(own, controls.good)
    if lost != "linearizable":
        return f"the scheduler does not see that a control loses an update: {lost or 'it holds'}"
    return f"the scheduler refuses a control that counts under a lock: {kept}" if kept else ""


@contextmanager
def own_lane(task: Task, beside: Lane) -> Iterator[Lane]:
    """A lane for controls, of which the level that needs them bears the whole cost."""
    own = Lane(task, tier=beside.tier)
    try:
        yield own
    finally:
        charge(own.close())


def control_task(controls: Controls = FOR_THREADS) -> Task:
    """The task of the controls."""
    files = {
        "PROBLEM.md": b"Count.\n",
        "task.py": controls.task.encode(),
        "task.toml": TOML.encode(),
        "canaries.toml": b'[good.reference]\nwhy = "It counts under a lock."\n',
        "canaries/good/reference/sut.py": controls.good.encode(),
    }
    return parse_task("counter", files)


def _broken(lane: Lane, source: str) -> str:
    """The law that a program breaks, or what else kept it from being held; "" when it holds."""
    report: dict[str, Any] = lane.trial(
        python_candidate(source),
        gear="schedules",
        seed="controls",
        stored=[],
        host=0,
        random_seed=1,
        programs=1,
        random=0,
    )
    if report["shown"]:
        return str(report["shown"][0]["law"])
    if report["problem"] is not None:
        return str(report["problem"][1])
    unfinished = [*report["notes"]["cut_short"], *report["notes"]["unclear"]]
    unfinished += [] if report["scope"].get("small_programs") else ["no program ran"]
    return "; ".join(unfinished)
