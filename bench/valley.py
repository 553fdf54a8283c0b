"""From a stack that frees too early to one that is accepted, with and without what the task ships for it.

A table in Markdown. Each run is the command that a person would give; the seed is the task's ``initial_atomic.rs``, as
it is, and once more with its publication unordered, so that no single change repairs it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from probatum.journal import Journal
from probatum.search.start import read_run
from probatum.task.model import LEVELS

TASK = Path(__file__).resolve().parents[1] / "tasks" / "treiber_stack"
BOTH = ("--stepping-stones", "--inject-patterns")
ARMS = {"both": (True, BOTH), "none": (True, ()), "both, but the task ships no pattern": (False, BOTH)}
CANDIDATES, SEEDS = 120, (1, 2, 3)
ORDERED, UNORDERED = "compare_exchange(top, node, Ordering::Release", "compare_exchange(top, node, Ordering::Relaxed"


def main() -> None:
    """One line per seed, flags and number that inputs and draws follow from."""
    text = (TASK / "seed" / "initial_atomic.rs").read_text()
    assert ORDERED in text
    print("| seed | flags | `--rng-seed` | best | reached at | evaluations | CPU s | made by |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for name, source in (("as shipped", text), ("unordered, too", text.replace(ORDERED, UNORDERED))):
        for arm, (shipped, flags) in ARMS.items() if source == text else list(ARMS.items())[:2]:
            for seed in SEEDS:
                print(f"| {name} | {arm} | {seed} | {_searched(source, shipped, flags, seed)} |", flush=True)


def _searched(source: str, shipped: bool, flags: tuple[str, ...], seed: int) -> str:
    with tempfile.TemporaryDirectory() as place:
        file, task = Path(place) / "initial.rs", Path(place) / TASK.name
        file.write_text(source)
        shutil.copytree(TASK, task, ignore=None if shipped else shutil.ignore_patterns("patterns"))
        words = ("--generations", "50", "--islands", "2", "--rng-seed", str(seed), "--max-candidates", str(CANDIDATES))
        folder = ("--seed", str(file), "--workspace", place, "--no-baselines", "--json")
        command = [sys.executable, "-m", "probatum", "run", str(task), *words, *flags, *folder]
        told = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
        with Journal.open(Path(place)) as journal:
            trials = read_run(journal, told["run"]).trials
    judged = {index: trial.fitness for index, trial in trials.items() if trial.judged}
    best = max(judged.values())
    first = 1 + next(index for index in sorted(judged) if judged[index] == best)
    reached = "accepted" if told["accepted"] else f"holds {LEVELS[int(best[0]) - 1]}"
    return f"{reached} | {first} | {told['evaluations']} | {told['cpu_seconds']:.0f} | {told['made_by']}"
