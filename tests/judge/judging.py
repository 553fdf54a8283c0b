"""Small tasks and candidates as text, tried in this process: what the tests of the judge share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import dedent

from probatum.judge.evidence import GearReport, Shown, Tally
from probatum.judge.histories import Planned
from probatum.judge.ports import Opening, Workers
from probatum.judge.rejudge import rejudge
from probatum.judge.suite import Suite, load_suite
from probatum.judge.trial import Trial
from probatum.testing.workers import InProcessWorkers, ScriptedWorkers

HEADER = """
from enum import Enum
from typing import Annotated, Literal, NamedTuple
from hypothesis import strategies as st
from probatum import I8, I64, U8, U32, U64, Call, Result, Sut, always, assume, between, eventually, few, mapped
from probatum import never_raises, raises, sized, sometimes, sut, where
"""

STORE = """
Key = Annotated[U64, few(4)]

@sut(requirements=["ST-1"])
class Store:
    def __init__(self) -> None:
        self.m: dict[int, int] = {}
    def put(self, key: Key, value: U64) -> None:
        self.m[key] = value
    def get(self, key: Key) -> U64 | None:
        return self.m.get(key)
    def delete(self, key: Key) -> bool:
        return self.m.pop(key, None) is not None
    def len(self) -> U64:
        return len(self.m)
    def keys(self) -> list[U64]:
        return sorted(self.m)
"""

GOOD_STORE = """
class Store:
    def __init__(self):
        self.m = {}
    def put(self, key, value):
        self.m[key] = value
    def get(self, key):
        return self.m.get(key)
    def delete(self, key):
        return self.m.pop(key, None) is not None
    def len(self):
        return len(self.m)
    def keys(self):
        return sorted(self.m)
"""


def suite_of(text: str) -> Suite:
    """The suite of a task text, with the usual imports."""
    return load_suite(HEADER + dedent(text))


def store_with(old: str, new: str, *more: str) -> str:
    """The good store with parts of its text replaced; every part must be there."""
    source = GOOD_STORE
    for a, b in zip((old, *more[::2]), (new, *more[1::2]), strict=True):
        assert a in source, a
        source = source.replace(a, b)
    return source


@dataclass(kw_only=True)
class Bench:
    """A task, ready to try candidates on."""

    suite: Suite
    trial: Trial
    control: str

    def workers(self, candidate: str) -> InProcessWorkers:
        """Workers for a candidate of this task."""
        outline = self.suite.interface.outline()
        return InProcessWorkers(outline=outline, candidate=dedent(candidate), control=self.control)

    def fresh(
        self, candidate: str | Workers, *, seed: str = "seed", calls: int = 600, histories: int = 40, both: bool = False
    ) -> GearReport:
        """Fresh inputs."""
        return self.run(candidate, self.trial.fresh(seed, calls=calls, histories=histories), both=both)

    def exhaustive(self, candidate: str, *, depth: int = 0, calls: int = 0) -> GearReport:
        """The small scope."""
        return self.run(candidate, self.trial.exhaustive(depth, calls))

    def run(self, candidate: str | Workers, plans: Sequence[Sequence[Planned]], *, both: bool = False) -> GearReport:
        """Some plans."""
        workers = self.workers(candidate) if isinstance(candidate, str) else candidate
        tally = Tally(open_goals={goal.name for goal in self.suite.goals})
        report = self.trial.gear(workers, plans, Opening(random_seed=3), tally, both=both)
        for shown in report.shown:
            self.rejudged(shown)
        return report

    def rejudged(self, shown: Shown) -> None:
        """Judging the stored transcript again finds the same law, of flaky candidates too."""
        assert shown.law in rejudge(self.suite, shown.transcript.blob()), shown

    def scripted(self, candidate: str, **script: object) -> ScriptedWorkers:
        """Workers whose bytes are twisted."""
        return ScriptedWorkers(honest=self.workers(candidate), **script)  # type: ignore[arg-type]


def bench(task: str, control: str = "") -> Bench:
    """A task text with its control."""
    suite = suite_of(task)
    return Bench(suite=suite, trial=Trial(suite, cpu_s=1.0), control=dedent(control))


def store_bench(laws: str = "") -> Bench:
    """The store task, perhaps with laws."""
    return bench(STORE + dedent(laws), GOOD_STORE)
