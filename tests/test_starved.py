"""On a machine with a tenth of a CPU right candidates are not refuted: CPU is what counts, wall time is a watchdog."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

V1 = Path("/sys/fs/cgroup/cpu")
V2 = Path("/sys/fs/cgroup")

PROGRAM = """
import os, sys
from pathlib import Path
Path(sys.argv[1]).write_text(str(os.getpid()))
from probatum.candidate import Candidate
from probatum.cascade import assess
from probatum.checking import choose_tier
from probatum.judge.lane import Lane
from probatum.lab.files import read_task
from probatum.lab.seeds import chosen_seeds
from probatum.levels.context import Context
task = read_task("bounded_log")
with Lane(task, tier=choose_tier("auto")) as lane:
    for canary in [c for c in task.canaries if c.kind == "good"][:4]:
        context = Context(lane=lane, seeds=chosen_seeds(1), types=False)
        print(canary.name, assess(task, Candidate(files=canary.files), context).outcome)
"""

pytestmark = pytest.mark.slow


@pytest.fixture
def tenth_of_a_cpu() -> Iterator[Path]:
    """The file of a control group's processes; the group may use a tenth of one CPU."""
    name = f"probatum-test-{uuid.uuid4().hex[:8]}"
    group, tasks = (V1 / name, "tasks") if (V1 / "cpu.cfs_quota_us").exists() else (V2 / name, "cgroup.procs")
    try:
        group.mkdir()
        if tasks == "tasks":
            (group / "cpu.cfs_period_us").write_text("100000")
            (group / "cpu.cfs_quota_us").write_text("10000")
        else:
            (group / "cpu.max").write_text("10000 100000")
    except OSError as problem:
        if group.exists():
            group.rmdir()
        pytest.skip(f"no CPU control group can be made here: {problem}")
    yield group / tasks
    group.rmdir()


def test_right_candidates_are_accepted_on_a_starved_machine(tenth_of_a_cpu: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, str(tenth_of_a_cpu)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=dict(os.environ))
    outcomes = [line.split()[-1] for line in done.stdout.splitlines()]
    assert outcomes == ["HOLDS"] * 4, done.stdout + done.stderr
