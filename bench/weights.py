"""What things weigh: the judge's memory, a cold start, the command line, the install."""

from __future__ import annotations

import importlib.metadata
import os
import re
import resource
import subprocess
import sys
from pathlib import Path

from bench.cost import below, clock_s
from bench.gears import PLAIN
from probatum.candidate import Candidate
from probatum.checking import choose_tier
from probatum.judge.lane import Lane
from probatum.lab.files import read_task


def main() -> None:
    """Print the figures."""
    task = read_task("kv_store_v1")
    with Lane(task, tier=choose_tier("auto")) as lane:
        lane.selfcheck()
        lane.trial(Candidate(files=task.canary("reference").files), gear="corpus", **PLAIN)
        own = {p: line for p, line in below(os.getpid()).items() if "bwrap" not in line.split()[0]}
        for title, word in (("judge", "judge.server"), ("host", "python.host")):
            pid = next(p for p, line in own.items() if word in line)
            print(f"{title}: {_rss_mb(pid):.0f} MB resident, {1000 * clock_s(pid):.0f} ms CPU since its start")
    print(f"probatum --help: {_cpu_s([sys.executable, '-m', 'probatum', '--help']):.2f} CPU s with the interpreter")
    names = _closure("probatum")
    print(f"core install: {len(names)} distributions, {sum(map(_size_mb, names)):.0f} MB: {', '.join(sorted(names))}")


def _rss_mb(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def _cpu_s(command: list[str]) -> float:
    best = float("inf")
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return best


def _closure(name: str) -> set[str]:
    """A distribution and what it requires without extras."""
    found, frontier = set(), {name}
    while frontier:
        current = frontier.pop()
        found.add(current)
        for line in importlib.metadata.requires(current) or []:
            if "extra ==" in line or ("python_version" in line and "<" in line.split(";")[1]):
                continue
            wanted = re.split(r"[\s;<>=!~\[(]", line)[0].lower()
            try:
                importlib.metadata.distribution(wanted)
            except importlib.metadata.PackageNotFoundError:
                continue
            if wanted not in found:
                frontier.add(wanted)
    return found


def _size_mb(name: str) -> float:
    files = importlib.metadata.files(name) or []
    paths = [Path(str(f.locate())) for f in files if not str(f).endswith(".pyc")]
    return sum(p.stat().st_size for p in paths if p.exists()) / (1 << 20)
