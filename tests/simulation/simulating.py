"""Worlds tried in this process: tasks of the repository, and small ones written as text."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import dedent

from probatum.judge.evidence import GearReport, Shown
from probatum.judge.rejudge import rejudge
from probatum.judge.simulation.schedule import Schedule, read_schedule
from probatum.judge.simulation.trial import simulate
from probatum.judge.suite import Suite, load_suite
from probatum.testing.workers import InProcessWorkers

TASKS = Path(__file__).resolve().parents[2] / "tasks"
WORLDLY = ("tcp_v1", "tcp_v2", "kv_store_v2")

ECHO = """
from typing import Annotated
from probatum import U8, World, action, always, assume, crash, eventually, few, link, sometimes, sut, timer, world

@sut(answers="any")
class Node:
    def __init__(self) -> None:
        self.kept: list[int] = []
    def take(self, n: U8) -> list[U8]:
        self.kept.append(n)
        return [n]
    def all(self) -> list[U8]:
        return list(self.kept)
    def tick(self) -> list[U8]:
        return self.kept[-1:]
"""
GOOD_NODE = """
class Node:
    def __init__(self):
        self.kept = []
    def take(self, n):
        self.kept.append(n)
        return [n]
    def all(self):
        return list(self.kept)
    def tick(self):
        return self.kept[-1:]
"""


@dataclass(kw_only=True)
class Bench:
    """A task's suite and the candidate that decides blame."""

    suite: Suite
    control: str

    def tried(
        self,
        source: str,
        *,
        seed: str = "a",
        schedules: int = 200,
        stored: Sequence[str] = (),
        small: bool = True,
        smaller: bool = True,
    ) -> GearReport:
        """A candidate in every world; every failure shown is judged again from its transcript."""
        suite = self.suite if small else without_bounds(self.suite)
        outline = suite.interface.outline()
        workers = InProcessWorkers(outline=outline, candidate=dedent(source), control=self.control)
        request = {"host": 0, "random_seed": 1, "stored": list(stored), "seed": seed, "schedules": schedules}
        request |= {"smaller": smaller}
        report = simulate(suite, workers, request, 1.0)
        for shown in report.shown:
            assert shown.law in rejudge(self.suite, shown.transcript.blob()), shown
        return report

    def schedule(self, shown: Shown) -> Schedule:
        """The decisions of a counterexample."""
        return read_schedule(self.suite.worlds, shown.transcript.uses[-1])[1]


def without_bounds(suite: Suite) -> Suite:
    """The suite without exhaustive schedules."""
    worlds = tuple(replace(w, mark=replace(w.mark, exhaustive=0)) for w in suite.worlds)
    return replace(suite, worlds=worlds)


def small(world: str, control: str = GOOD_NODE) -> Bench:
    """A world around the echoing node."""
    return Bench(suite=load_suite(ECHO + dedent(world)), control=dedent(control))


def shipped(task: str) -> Bench:
    """A task of the repository."""
    return Bench(suite=load_suite((TASKS / task / "task.py").read_text()), control=canary(task, "good", "reference"))


def canary(task: str, kind: str, name: str) -> str:
    """The source of a canary."""
    return (TASKS / task / "canaries" / kind / name / "sut.py").read_text()


def named(task: str, kind: str) -> dict[str, dict[str, str]]:
    """The canaries of a kind that level simulation judges, as canaries.toml has them; those in Python."""
    listed: dict[str, dict[str, str]] = tomllib.loads((TASKS / task / "canaries.toml").read_text()).get(kind, {})
    return {
        name: entry
        for name, entry in listed.items()
        if entry.get("level", "simulation") == "simulation"
        if (TASKS / task / "canaries" / kind / name / "sut.py").exists()
    }
