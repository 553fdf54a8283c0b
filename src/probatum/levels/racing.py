"""Controls of level schedules for Python: where the scheduler cannot see a lost update, or refuses a lock, the level is
absent.

A task of its own, in a lane of its own: what has to be seen is seen by the same judge, host and worker as candidates.
"""

from __future__ import annotations

from typing import Any

from probatum.candidate import python_candidate
from probatum.judge.lane import Lane
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


def racing_blind(lane: Lane, *, bad: str = LOSES_UPDATES, good: str = LOCKED) -> str:
    """Why schedules are not to be trusted here; empty when an update is seen lost and a lock seen to keep it. Raises
    `InfrastructureError` where that could not be tried: it is tried again, and no level is absent for good."""
    with Lane(control_task(), tier=lane.tier) as own:
        lost, kept = _broken(own, bad), _broken(own, good)
    if lost != "linearizable":
        return f"the scheduler does not see that a control loses an update: {lost or 'it holds'}"
    return f"the scheduler refuses a control that counts under a lock: {kept}" if kept else ""


def control_task() -> Task:
    """The task of the controls."""
    files = {
        "PROBLEM.md": b"Count.\n",
        "task.py": TASK.encode(),
        "task.toml": TOML.encode(),
        "canaries.toml": b'[good.reference]\nwhy = "It counts under a lock."\n',
        "canaries/good/reference/sut.py": LOCKED.encode(),
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
