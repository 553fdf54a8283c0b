"""The offline author on the tasks with an objective: does it beat the named baseline on inputs nobody has seen?

``python -m bench.systems TASK [CANDIDATES [SEED...]]``. Each run starts from the stub, with a budget of candidates.
Its winner is then measured on further cases, drawn from a number that no run used, beside the oracle (the baseline).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import fmean, stdev

from probatum.candidate import Candidate
from probatum.checking import choose_tier
from probatum.judge.lane import Lane
from probatum.lab.files import read_candidate, read_task

FURTHER = 4
"""Sets of further cases."""
SEEDS = (1, 2, 3, 4, 5)


def searched(task: str, candidates: int, seed: int, folder: Path) -> dict[str, object]:
    """One run of the command, as a user would start it."""
    words = [
        sys.executable,
        "-m",
        "probatum",
        "run",
        task,
        "--rng-seed",
        str(seed),
        "--max-candidates",
        str(candidates),
    ]
    done = subprocess.run([*words, "--workspace", str(folder), "--json"], capture_output=True, text=True, check=False)
    told: dict[str, object] = json.loads(done.stdout)
    return told


def told_as(gains: list[float]) -> str:
    """Mean and standard error."""
    return f"{fmean(gains):.3f} ± {stdev(gains) / len(gains) ** 0.5:.3f}"


def ratios(task: str, candidate: Candidate) -> list[float]:
    """How many times better than the oracle, case by case, on further inputs."""
    read, found = read_task(task), []
    better = {"lower": -1, "higher": 1}
    with Lane(read, tier=choose_tier("auto")) as lane:
        sign = better[lane.suite["objective"]["better"]]
        for number in range(FURTHER):
            answer = lane.objective(candidate, seed=f"further {number}", host=0, random_seed=7)
            found += [(own / reference) ** sign for own, reference in answer["rows"]]
    return found


def published(task: str, candidate: Candidate) -> str:
    """Its sum over the task's benchmark beside the oracle's; "" where the task has none."""
    with Lane(read_task(task), tier=choose_tier("auto")) as lane:
        if lane.suite["benchmark"] is None:
            return ""
        rows = lane.objective(candidate, seed="published", host=0, random_seed=7, benchmark=True)["known"]
        own, reference = (sum(row[place] for row in rows) for place in (0, 1))
        return f"{own:g} (oracle {reference:g})"


def row(task: str, candidates: int, seed: int) -> str:
    """A line of the table."""
    with tempfile.TemporaryDirectory() as place:
        told = searched(task, candidates, seed, Path(place))
        if not told["accepted"]:
            return f"| {seed} | nothing accepted: {told['why']} | | | | |"
        winner = read_candidate(Path(str(told["written"])))
        gains, known = told_as(ratios(task, winner)), published(task, winner)
        confirmed: list[float] = told["fitness"]  # type: ignore[assignment]
        made = f"{told['made_by']} {told['note']}"
        return f"| {seed} | {confirmed[2]:.3f} | {gains} | {known} | {made} | {told['cpu_seconds']} |"


def main(words: list[str]) -> None:
    """Print the table of a task."""
    task, *rest = words
    candidates, *seeds = [int(word) for word in rest] or [40]
    print(f"{task}, {candidates} candidates, local-search")
    print("| seed | confirmation | further cases | published | made by | CPU s |", flush=True)
    for canary in read_task(task).canaries:
        if canary.kind == "good" and "sut.py" in canary.files:
            known = Candidate(files=canary.files)
            print(f"| canary {canary.name} | | {told_as(ratios(task, known))} | | | |", flush=True)
    for seed in seeds or SEEDS:
        print(row(task, candidates, seed), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
