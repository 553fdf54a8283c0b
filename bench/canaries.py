"""Canaries of the shipped tasks by level: how many are listed, and (``run``) how many `selftest` catches and holds.

``python -m bench canaries`` prints the table that docs/canaries.md holds; ``python -m bench.canaries run [TASK...]``
tries them all, which takes CPU minutes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter

from probatum.cascade import EXPLORING, LADDER
from probatum.lab.files import read_task, shipped_tasks
from probatum.task.model import Task


def main() -> None:
    """Print the table."""
    print(table())


def table() -> str:
    """One row per task: bad canaries by the level that must refute them, good and open ones."""
    counts = {name: _counts(read_task(name)) for name in shipped_tasks()}
    levels = [level.name for level in (*LADDER, EXPLORING) if any(level.name in row for row in counts.values())]
    columns = [*levels, "good", "open"]
    lines = ["| task | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for name, row in counts.items():
        lines.append(f"| {name} | " + " | ".join(str(row[c] or "–") for c in columns) + " |")
    total = sum(counts.values(), Counter())
    return "\n".join([*lines, "| all | " + " | ".join(str(total[c]) for c in columns) + " |"])


def _counts(task: Task) -> Counter[str]:
    return Counter(c.level if c.kind == "bad" else c.kind for c in task.canaries)


def run(names: list[str]) -> None:
    """A line per task: what `selftest` says of it."""
    for name in names or shipped_tasks():
        with tempfile.TemporaryDirectory() as place:
            command = [sys.executable, "-m", "probatum", "selftest", name, "--workspace", place, "--json"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        told = json.loads(done.stdout)
        print(f"{name}: {told['tasks'][0]['line']}", flush=True)


if __name__ == "__main__":
    run(sys.argv[2:]) if sys.argv[1:2] == ["run"] else main()
