"""The ladder of objects in Rust that threads share: CPU seconds of each level, per task, for the good canaries."""

from __future__ import annotations

import resource
from dataclasses import replace
from pathlib import Path

from probatum.candidate import Candidate
from probatum.cascade import assess
from probatum.judge.lane import Lane
from probatum.lab.files import read_task
from probatum.lab.seeds import fresh_seeds
from probatum.levels.context import Context
from probatum.sandbox.probe import best_tier
from probatum.task.model import Task

TASKS = Path(__file__).resolve().parents[1] / "tasks"
LEVELS = ("build", "behaviour", "memory", "schedules")


def main() -> None:
    """One line per good canary, compiled anew in a lane that is warm; then a candidate that does not compile."""
    print(f"{'':34}" + "".join(f"{level:>11}" for level in (*LEVELS, "all")) + "  executions")
    for folder in sorted(path.parent for path in TASKS.glob("*/task.toml")):
        task = read_task(folder)
        if task.languages == ("rust",):
            _of_task(task)


def _of_task(task: Task) -> None:
    with Lane(task, tier=best_tier()) as lane:
        lane.selfcheck()
        control = Candidate(files=task.canary(task.control).files)
        assess(task, control, Context(lane=lane, seeds=fresh_seeds()))  # controls, harnesses and hosts are ready then
        for canary in [c for c in task.canaries if c.kind == "good"]:
            _one(task, lane, canary.name, canary.files["sut.rs"])
        _one(task, lane, "(does not compile)", b"pub struct Nothing { }\nfn f() -> u8 { x }")


def _one(task: Task, lane: Lane, name: str, source: bytes) -> None:
    seeds = fresh_seeds()
    text = source + f"\n// {seeds.secret.hex()}\n".encode()  # nothing that was compiled before will do
    before = _cpu_s()
    found = assess(task, Candidate(files={"sut.rs": text}), Context(lane=lane, seeds=replace(seeds)))
    levels = {verdict.level: verdict for verdict in found.verdicts}
    spent = [levels[level].cpu_s if level in levels else 0.0 for level in LEVELS]
    ran = levels["memory"].scope.count("executions") if "memory" in levels else 0
    row = "".join(f"{each:11.2f}" for each in (*spent, max(sum(spent), _cpu_s() - before)))
    print(f"{task.name:14} {name:19}" + row + f"{ran:12}")


def _cpu_s() -> float:
    """CPU of this process and of those that it has waited for: compilers and harnesses, but not judge and hosts."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
