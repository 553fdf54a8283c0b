"""What a strength report costs: one mutant beside one ordinary candidate, and the whole report.

A mutant is tried on the shared inputs of the report (the kill matrix); an ordinary candidate, the same program, goes
through the cascade as `probatum check` has it, without the type checker. Aims: at most twice the CPU; a report on a
program of a hundred lines within 60 s on two cores.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from bench.cost import TICK_S, below
from bench.mutants import mutants, python_tasks
from probatum.candidate import Candidate
from probatum.cascade import assess
from probatum.checking import choose_tier
from probatum.cli.refine import MUTANTS
from probatum.critic.bench import Bench
from probatum.critic.findings import Program
from probatum.critic.secondlane import second_lane
from probatum.critic.strength import strength
from probatum.judge.lane import Lane
from probatum.lab.seeds import chosen_seeds
from probatum.levels.context import Context
from probatum.task.model import Task

TRIED = 20
"""Mutants per task that are judged both ways."""


def main() -> None:
    """Print a row per task whose control is written in Python, as mutants are."""
    print("task                mutants  CPU ms each: as mutant / as candidate / ratio   report: CPU s / wall s")
    for task in python_tasks():
        tried = mutants(task)[:TRIED]
        first, mutant_s = _spent(task, lambda b, t=tried: _as_mutants(b, t))
        _, candidate_s = _spent(task, lambda b, t=tried: _as_candidates(b, t))
        wall_s, report_s = _spent(task, lambda b: strength(b, most=MUTANTS).wall_s)
        ratio = mutant_s / candidate_s if candidate_s else float("nan")
        each = f"{1000 * mutant_s / len(tried):8.0f} / {1000 * candidate_s / len(tried):5.0f} / {ratio:4.2f}"
        print(f"{task.name:20} {first:6.0f}      {each} {report_s:22.1f} / {wall_s:.1f}", flush=True)


def _as_mutants(bench: Bench, tried: list[Candidate]) -> float:
    for mutant in tried:
        bench.row(Program(name="mutant", origin="mutant", source=mutant.files["sut.py"].decode()))
    return len(tried)


def _as_candidates(bench: Bench, tried: list[Candidate]) -> float:
    for mutant in tried:
        assess(bench.task, mutant, Context(lane=bench.lane, seeds=bench.seeds, types=False))
    return len(tried)


def _spent(task: Task, run: Callable[[Bench], float]) -> tuple[float, float]:
    """What ``run`` answers, and the CPU seconds of all processes for it; opening the lane is left out."""
    with Lane(task, tier=choose_tier("auto")) as lane, second_lane(lane, cpus=os.cpu_count() or 1) as second:
        bench = Bench(task=task, lane=lane, seeds=chosen_seeds(1), second=second)
        bench.learn_patience()
        before = _cpu_s()
        answer = run(bench)
        return answer, _cpu_s() - before


def _cpu_s() -> float:
    """CPU seconds of this process and of those below it, with what they have waited for."""
    return time.process_time() + sum(map(_with_children_s, below(os.getpid())))


def _with_children_s(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return TICK_S * sum(map(int, fields[11:15]))


if __name__ == "__main__":
    main()
