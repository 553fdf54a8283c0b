"""What the shipped tasks for threads, and for tasks of a loop, claim of their canaries, tried in-process."""

import tomllib
from pathlib import Path

import pytest

from probatum.judge.evidence import GearReport
from probatum.judge.schedules.trial import try_schedules
from probatum.judge.suite import load_suite
from probatum.testing.workers import InProcessWorkers

TASKS = Path(__file__).resolve().parents[2] / "tasks"
NAMES = ("async_limiter", "bounded_queue", "kv_store_mt")


def bad(task: str) -> dict[str, str]:
    "Canaries that level schedules must refute, with the law."
    table = tomllib.loads((TASKS / task / "canaries.toml").read_text())["bad"]
    return {name: row["law"] for name, row in table.items() if row["level"] == "schedules"}


def tried(task: str, folder: str) -> GearReport:
    suite = load_suite((TASKS / task / "task.py").read_text())
    source = (TASKS / task / "canaries" / folder / "sut.py").read_text()
    workers = InProcessWorkers(outline=suite.interface.outline(), candidate=source)
    request = {"host": 0, "random_seed": 1, "stored": [], "seed": "shared", "programs": 12, "random": 200}
    return try_schedules(suite, workers, request)


@pytest.mark.soak
@pytest.mark.parametrize(("task", "name"), [(task, name) for task in NAMES for name in bad(task)])
def test_a_bad_canary_is_refuted_by_its_law(task: str, name: str) -> None:
    shown = tried(task, f"bad/{name}").shown
    assert [(s.law, s.recurs) for s in shown] == [(bad(task)[name], True)]


@pytest.mark.soak
@pytest.mark.parametrize(
    ("task", "name"), [(task, f.name) for task in NAMES for f in sorted((TASKS / task / "canaries" / "good").iterdir())]
)
def test_a_good_canary_is_held(task: str, name: str) -> None:
    report = tried(task, f"good/{name}")
    assert (report.shown, report.problem, report.notes["cut_short"], report.notes["unclear"]) == ([], None, [], [])


@pytest.mark.parametrize(
    ("task", "name"),
    [
        ("kv_store_mt", "compares_before_the_lock"),
        ("bounded_queue", "lost_count"),
        ("async_limiter", "looks_before_the_lock"),
    ],
)
def test_a_lost_update_is_found_at_once(task: str, name: str) -> None:
    report = tried(task, f"bad/{name}")
    assert report.shown[0].law == "linearizable"
    assert report.scope["schedules"] < 500
