"""Schedules per CPU second: programs of threads on the good canaries of bounded_queue, and of tasks on those of
async_limiter, run and judged here."""

from __future__ import annotations

import time
from pathlib import Path

from probatum.judge.schedules.trial import try_schedules
from probatum.judge.suite import load_suite
from probatum.testing.workers import InProcessWorkers

TASKS = Path(__file__).resolve().parents[1] / "tasks"


def main() -> None:
    """One line per good canary."""
    for name in ("bounded_queue", "async_limiter"):
        _task(TASKS / name)


def _task(task: Path) -> None:
    suite = load_suite((task / "task.py").read_text())
    for folder in sorted((task / "canaries" / "good").iterdir()):
        workers = InProcessWorkers(outline=suite.interface.outline(), candidate=(folder / "sut.py").read_text())
        request = {"host": 0, "random_seed": 1, "stored": [], "seed": "bench", "programs": 2, "random": 0}
        before = time.process_time()
        report = try_schedules(suite, workers, request)
        spent, ran = time.process_time() - before, report.scope["schedules"]
        print(f"{folder.name:20} {ran:6} schedules  {spent:6.2f} CPU-s  {ran / spent:8.0f} per CPU-s")
