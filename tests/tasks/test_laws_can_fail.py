"""Every law of every shipped task is named by a bad canary, and that canary breaks it by what the law says.

A law that nothing breaks may be unable to fail. Tried without processes, with the judge's own inputs and handles; the
laws of worlds are tried in `tests/simulation/test_simulation_tasks.py`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from probatum.judge.compare import Failure, compare
from probatum.judge.matrix import by_itself
from probatum.judge.ports import Opening, run_plan
from probatum.judge.stepping import step_law
from probatum.judge.suite import Suite, load_suite
from probatum.judge.trial import Trial
from probatum.lab.files import read_task
from probatum.testing.workers import InProcessWorkers

NAMES = sorted(path.parent.name for path in Path(__file__).resolve().parents[2].glob("tasks/*/task.py"))
OPENING = Opening(random_seed=3)


@cache
def suite_of(task: str) -> Suite:
    return load_suite(read_task(task).files["task.py"].decode())


@cache
def trial_of(task: str) -> Trial:
    return Trial(suite_of(task), cpu_s=2.0)


def naming(task: str) -> dict[str, list[str]]:
    """Law to the bad canaries that name it."""
    named: dict[str, list[str]] = {}
    for canary in read_task(task).canaries:
        if canary.kind == "bad":
            named.setdefault(canary.law, []).append(canary.name)
    return named


LAWS = [(task, law.name) for task in NAMES for law in suite_of(task).laws if "python" in read_task(task).languages]
"""Tasks in Rust only are tried with real workers, in `tests/toolchains/rust_concurrent/test_tasks.py`."""


@pytest.mark.parametrize("task", NAMES)
def test_every_law_is_named_by_a_bad_canary(task: str) -> None:
    suite = suite_of(task)
    worlds = [row for world in suite.worlds for row in world.described()]
    laws = {law.name for law in suite.laws} | {row["name"] for row in worlds if row["kind"] != "sometimes"}
    assert laws - set(naming(task)) == set()


@pytest.mark.filterwarnings("ignore:coroutine:RuntimeWarning")  # a canary awaits nothing of what it calls
@pytest.mark.parametrize(("task", "law"), LAWS)
def test_a_law_fails_on_a_canary_that_names_it(task: str, law: str) -> None:
    sources = [read_task(task).canary(name).files.get("sut.py", b"") for name in naming(task)[law]]
    assert any(breaks(task, source.decode(), law) for source in sources if source)


def breaks(task: str, source: str, law: str) -> bool:
    """Whether the law alone, tried in drawn histories, fails on a candidate; in more of them if it rarely does."""
    return any(_fails(task, source, law, histories) for histories in (12, 60, 240))


def _fails(task: str, source: str, law: str, histories: int) -> bool:
    suite, trial = suite_of(task), trial_of(task)
    workers = InProcessWorkers(outline=suite.interface.outline(), candidate=source)
    for plan in trial.fresh(f"{law} {histories}", calls=10 * histories, histories=histories, only=[law]):
        ran = run_plan(workers, plan, OPENING)
        for planned, answers in zip(plan, ran.answers, strict=False):
            if answers is None:
                continue
            compared = compare(suite, planned, answers)
            if any(failure.law == law and by_itself(suite, failure, answers) for failure in compared.failures):
                return True
            stepped = [step_law(suite, workers, planned, use, OPENING) for use in compared.diverged]
            if any(isinstance(found, Failure) and found.law == law for found in stepped):
                return True
    return False
