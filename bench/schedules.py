"""Schedules per CPU second: programs of threads on the good canaries of bounded_queue, run and judged here."""

from __future__ import annotations

import time
from pathlib import Path

from probatum.judge.schedules.trial import try_schedules
from probatum.judge.suite import load_suite
from probatum.testing.workers import InProcessWorkers

TASK = Path(__file__).resolve().parents[1] / "tasks" / "bounded_queue"


def main() -> None:
    """One line per good canary."""
    suite = load_suite((TASK / "task.py").read_text())
    for folder in sorted((TASK / "canaries" / "good").iterdir()):
        workers = InProcessWorkers(outline=suite.interface.outline(), candidate=(folder / "sut.py").read_text())
        request = {"host": 0, "random_seed": 1, "stored": [], "seed": "bench", "programs": 2, "random": 0}
        before = time.process_time()
        report = try_schedules(suite, workers, request)
        spent, ran = time.process_time() - before, report.scope["schedules"]
        print(f"{folder.name:20} {ran:6} schedules  {spent:6.2f} CPU-s  {ran / spent:8.0f} per CPU-s")
