"""Throughput of the good canaries of every object that threads share in Rust, beside the task's control.

``python -m bench throughput [--write] [TASK...]`` takes some 10 seconds per canary and prints the page; ``--write``
puts it in docs/throughput.md. The figures are of the machine on which it runs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from probatum.candidate import Candidate
from probatum.judge.lane import Lane
from probatum.judge.throughput.paired import CONFIDENCE
from probatum.lab.files import read_task, shipped_tasks
from probatum.lab.seeds import fresh_seeds
from probatum.levels.context import Context
from probatum.levels.throughput import PAIRS, THREADS, Throughput
from probatum.sandbox.probe import best_tier
from probatum.task.model import Task
from probatum.toolchains.rust.concurrent.measure import cpus
from probatum.verdict import Verdict

PAGE = Path(__file__).resolve().parents[1] / "docs" / "throughput.md"
UNDECIDED = "not shown to differ"


def main() -> None:
    """Measure, print, and write where that is asked for."""
    words = sys.argv[2:]
    names = [word for word in words if word != "--write"] or shipped_tasks()
    rows = [row for name in names for row in rows_of(read_task(name))]
    if "--write" in words:
        PAGE.write_text(page(rows))
    print(page(rows))


def rows_of(task: Task) -> Iterator[str]:
    """A line for each good canary but the control, of a task that declares a throughput."""
    if task.languages != ("rust",):
        return
    with Lane(task, tier=best_tier()) as lane:
        good = [c for c in task.canaries if c.kind == "good" and c.name != task.control]
        for canary in good if lane.suite["throughput"] else ():
            context = Context(lane=lane, seeds=fresh_seeds())
            found = Throughput().check(task, Candidate(files=canary.files), context)
            yield row(task.name, canary.name, found)


def row(task: str, name: str, verdict: Verdict) -> str:
    """A line of the table: the figure with its interval for each number of threads, and whether that decides."""
    told = dict(verdict.measures)
    cells = [_cell(told, threads) for threads in THREADS] if told else [verdict.reason] * len(THREADS)
    return f"| `{task}` | `{name}` | " + " | ".join(cells) + " |"


def _cell(told: dict[str, float], threads: int) -> str:
    if f"ratio_at_{threads}" not in told:
        return "not measured"
    ratio, low, high = (told[f"{name}_at_{threads}"] for name in ("ratio", "low", "high"))
    decided = low > 1 or high < 1
    figure = f"**{ratio:.2f}**" if decided else f"{ratio:.2f}"
    return f"{figure} ({low:.2f} to {high:.2f})" + ("" if decided else f", {UNDECIDED}")


def page(rows: list[str]) -> str:
    """The page that tells the figures."""
    return (
        f"""# How fast the shipped programs are that threads share

Made by `python -m bench throughput --write`; do not edit. Times as fast as the task's control, which keeps everything
under one lock, for the same calls at one thread and at two: the median of {PAIRS} pairs in the order A B B A, and where
it lies with {CONFIDENCE:.0%} confidence (sign test). Printed bold where the whole interval lies on one side of 1, which
for a winner had to come out twice. Measured on a machine with {cpus()} CPUs, on which other work went on; what a figure
means, and what it cannot show, is told in [rust.md](rust.md).

| task | program | 1 thread | 2 threads |
|---|---|---|---|
"""
        + "\n".join(rows)
        + "\n"
    )
