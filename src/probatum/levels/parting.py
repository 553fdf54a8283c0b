"""Controls of level conformance: where nodes that talk behind the network's back, or memory that outlives a crash, are
not seen, or a right pair is refused, the level is absent.

A task of its own, in a lane of its own: what has to be seen is seen by the same judge, hosts and workers as candidates.
"""

from __future__ import annotations

from typing import Any

from probatum.candidate import python_candidate
from probatum.judge.lane import Lane
from probatum.levels.racing import own_lane
from probatum.task.model import Task
from probatum.task.parse import parse_task

RIGHT = """
class Cell:
    def __init__(self):
        self.records = []

    def put(self, value):
        self.records.append(b"%d." % value)
        return value

    def take(self, value):
        self.put(value)

    def last(self):
        return int(self.records[-1][:-1]) if self.records else 0

    def log(self):
        return list(self.records)

    @classmethod
    def recover(cls, log):
        cell = cls()
        cell.records = list(log)
        return cell
"""
TALKS_BEHIND_THE_NETWORK = RIGHT.replace("class Cell:", "TOLD = {}\n\n\nclass Cell:").replace(
    "        return value\n\n    def take(self, value):\n        self.put(value)",
    "        TOLD[value] = value\n        return value\n\n"
    "    def take(self, value):\n        self.put(TOLD.get(value, 0))",
)
OUTLIVES_A_CRASH = (
    RIGHT.replace("class Cell:", "DISK = []\n\n\nclass Cell:")
    .replace(
        'self.records.append(b"%d." % value)',
        'DISK.append(value)\n        self.records.append(b"%d." % (len(DISK) - 1))',
    )
    .replace("int(self.records[-1][:-1])", "DISK[int(self.records[-1][:-1])]")
)
FORGETS_THE_THIRD = RIGHT.replace("cell.records = list(log)", "cell.records = list(log)[:2]")
"""Wrong only after as many decisions as the bound allows."""
BOUND = 4
TASK = f'''
from probatum import U8, World, action, always, crash, link, sut, world


@sut(answers="any")
class Cell:
    """Holds the number that came last."""

    def __init__(self) -> None:
        self.values: list[int] = []

    def put(self, value: U8) -> U8:
        self.values.append(value)
        return value

    def take(self, value: U8) -> None:
        self.values.append(value)

    def last(self) -> U8:
        return self.values[-1] if self.values else 0

    def log(self) -> list[bytes]:
        return [b"%d" % value for value in self.values]

    @classmethod
    def recover(cls, log: list[bytes]) -> "Cell":
        cell = cls()
        cell.values = [int(record) for record in log]
        return cell


@world(steps=4, apart={BOUND})
class Copies(World):
    """One cell is told a number and tells the other."""

    cell: Cell
    copy: Cell

    def start(self) -> None:
        self.told, self.copied = 0, 0

    @action()
    def put(self) -> None:
        self.told += 1
        self.wire(self.cell.put(self.told), self.told)

    @link("drop")
    def wire(self, value: int, told: int) -> None:
        self.copy.take(value)
        self.copied = told

    @crash(node="cell")
    def restart(self, whole: bool) -> None:
        pass

    @always()
    def holds_the_last(self) -> None:
        "A cell holds what it was told last."
        assert self.cell.last() == self.told

    @always()
    def holds_a_copy(self) -> None:
        "The other holds what arrived last."
        assert self.copy.last() == self.copied
'''
TOML = """
title = "A number and a copy of it"

[gate.conformance]
decisions = 4

[[requirements]]
id = "C-1"
text = "Every cell holds what it was told last."

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
MUST_FALL = (
    ("nodes talk behind the network's back", TALKS_BEHIND_THE_NETWORK, "holds_a_copy"),
    ("memory outlives a crash", OUTLIVES_A_CRASH, "never_raises"),
    ("a fault needs as many decisions as the bound allows", FORGETS_THE_THIRD, "holds_the_last"),
)


def parting_blind(lane: Lane) -> str:
    """Why exploring is not to be trusted here; empty when every bad control falls and the right one holds. Raises
    `InfrastructureError` where that could not be tried: it is tried again, and no level is absent for good."""
    with own_lane(control_task(), lane) as own:
        for what, source, law in MUST_FALL:
            found = broken(own, source)
            if found != law:
                return f"it does not see that {what}: {found or 'it holds'}"
        refused = broken(own, RIGHT)
    return f"it refuses a right pair: {refused}" if refused else ""


def control_task() -> Task:
    """The task of the controls."""
    files = {
        "PROBLEM.md": b"Hold a number and a copy of it.\n",
        "task.py": TASK.encode(),
        "task.toml": TOML.encode(),
        "canaries.toml": b'[good.reference]\nwhy = "It keeps what it is told."\n',
        "canaries/good/reference/sut.py": RIGHT.encode(),
    }
    return parse_task("cells", files)


def broken(lane: Lane, source: str) -> str:
    """The law that a program breaks, or what else kept it from being held; "" when it holds."""
    request: dict[str, Any] = {"gear": "apart", "seed": "controls", "schedules": 0, "stored": []}
    report = lane.trial(python_candidate(source), **request, host=0, random_seed=1)
    if report["shown"]:
        return str(report["shown"][0]["law"])
    if report["problem"] is not None:
        return str(report["problem"][1])
    unfinished = [*report["notes"]["cut_short"], *report["notes"]["never"]]
    return "; ".join(unfinished) or ("" if report["scope"]["decisions"] == BOUND else "the bound was not reached")
