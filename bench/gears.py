"""The gears of the judge on kv_store_v1: corpus, fresh, wrong candidates with their counterexample; flat over many."""

from __future__ import annotations

import os
import statistics
import time
from typing import Any

from bench.cost import below, clock_s, split
from probatum.candidate import Candidate
from probatum.checking import choose_tier
from probatum.judge.lane import Lane
from probatum.lab.files import read_task
from probatum.task.model import Task

PLAIN = {"host": 0, "random_seed": 5, "open_goals": [], "both": False}


def main(rounds: int = 300) -> None:
    """Print the table."""
    task = read_task("kv_store_v1")
    began = time.perf_counter()
    with Lane(task, tier=choose_tier("auto")) as lane:
        print(f"lane up in {time.perf_counter() - began:.3f} s wall")
        print("CPU ms per candidate      controller   judge    host   child    total")
        good = _candidate(task, "reference")
        _gear("corpus, first 300", lane, good, rounds, gear="corpus")
        _gear(
            "fresh, 160 calls in 8", lane, good, rounds, gear="fresh", seed="bench", calls=160, histories=8, longest=40
        )
        for _ in range(5):
            _many(lane, good, 280)
        _gear("corpus, after 2,000", lane, good, rounds, gear="corpus")
        _wrong(task, lane)
        _cold(lane, good)


def _cold(lane: Lane, candidate: Candidate) -> None:
    """A host of its own for one candidate: what the host and its sandbox use up until it has answered the corpus."""
    totals = []
    for _ in range(10):
        lane.workers.close()
        before = set(below(os.getpid()))
        child = lane.trial(candidate, **PLAIN, gear="corpus")["resources"]
        new = [p for p in below(os.getpid()) if p not in before]
        totals.append(1000 * (sum(map(clock_s, new)) + sum(row[1] for row in child)))
    print(f"cold: {statistics.median(totals):.1f} ms CPU for a host, its sandbox and the first worker's corpus")


def _candidate(task: Task, name: str) -> Candidate:
    return Candidate(files=task.canary(name).files)


def _gear(title: str, lane: Lane, candidate: Candidate, rounds: int, **request: Any) -> None:
    def run(index: int) -> dict[str, Any]:
        own = {**request, "seed": f"{request.get('seed')}{index}"}
        return lane.trial(candidate, **PLAIN, **own)

    cost, calls = split(run, rounds)
    print(f"{title:24} {cost.row()}   {calls:.0f} calls")


def _many(lane: Lane, candidate: Candidate, count: int) -> None:
    for _ in range(count):
        lane.trial(candidate, **PLAIN, gear="corpus")


def _wrong(task: Task, lane: Lane) -> None:
    """Every bad canary that the corpus refutes: cost including the shrunk counterexample."""
    totals = []
    for canary in task.canaries:
        if canary.kind != "bad" or canary.level != "behaviour":
            continue
        candidate = Candidate(files=canary.files)
        if not lane.trial(candidate, **PLAIN, gear="corpus")["shown"]:
            continue
        cost, _ = split(lambda index, c=candidate: lane.trial(c, **PLAIN, gear="corpus"), 5)
        totals.append(cost.total)
        print(f"wrong: {canary.name:24} {cost.total:6.1f} ms")
    middle = statistics.median(totals)
    print(f"wrong candidates ({len(totals)}): median {middle:.1f} ms CPU including the shrunk counterexample")
