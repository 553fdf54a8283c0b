"""What a search costs besides its trials, and what candidates that never return do to it.

The first table uses an evaluator that costs nothing, so that what is left is asking, writing, folding and choosing.
The second runs the command on a real task twice, with and without candidates that loop for ever.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from probatum.authors.base import Brief, Proposal, PublicView
from probatum.authors.script import script_of
from probatum.events import EventKind
from probatum.journal import Entry, Journal
from probatum.lab.files import read_task
from probatum.lab.seeds import chosen_seeds
from probatum.search.knowledge import Knowledge
from probatum.search.loop import Search
from probatum.search.start import begin_run
from probatum.search.state import Options
from probatum.search.workers import Assess, Job, Result, Workers
from probatum.verdict import Outcome, Scope, Verdict
from probatum.verdict.plain import verdict_to_json

TASK = read_task("quorum_count")
RUN = "20260101-000000-abcdef"
SIZES = ((220, 0), (1020, 0), (220, 20_000), (1020, 20_000))
"""Candidates, and bytes that each is filled up to."""
HUNG = 10
WORKERS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """An author that writes the next number above the same filler, so that no text is held before it is asked for."""

    filler: str
    name: str = "counting"

    def propose(self, brief: Brief) -> Proposal:
        """The program of this turn."""
        return script_of([f"K = {brief.turn}\n{self.filler}\n"]).proposals[0]


def main() -> None:
    """Print both tables."""
    print("candidates  bytes each  strategy      CPU ms per candidate   peak MB")
    for count, size in SIZES:
        for strategy in ("local-search", "evolve"):
            each_ms, peak_mb = _alone(count, size, strategy)
            print(f"{count:10} {size or 60:11}  {strategy:12} {each_ms:21.2f} {peak_mb:9.0f}", flush=True)
    _hung()


def _alone(count: int, size: int, strategy: str) -> tuple[float, float]:
    """In a process of its own, so that its peak is its own."""
    code = f"from bench.search import overhead; overhead({count}, {size}, {strategy!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    each_ms, peak_mb = json.loads(done.stdout)
    return each_ms, peak_mb


def overhead(count: int, size: int, strategy: str) -> None:
    """Print CPU milliseconds per candidate and the peak of resident memory in MB, as JSON."""
    filler = "\n".join(f"# {n:04} " + "x" * 60 for n in range(size // 68))
    author = Counting(filler=filler)
    options = Options(max_candidates=count, strategy=strategy, generation_size=8 if strategy == "evolve" else 0)
    with tempfile.TemporaryDirectory() as place, Journal.open(Path(place)) as journal:
        seeds = chosen_seeds(1)
        state = begin_run(journal, RUN, TASK, seeds, replace(options, islands=2))
        view = PublicView(name="toy", title="t", problem="p", interface="i", laws=(), requirements=())
        with Workers(_opens, WORKERS) as workers:
            search = Search(
                journal=journal,
                state=state,
                seeds=seeds,
                author=author,
                view=view,
                knowledge=Knowledge(),
                workers=workers,
            )
            began = time.process_time()
            for _ in search.run():
                pass
            spent = time.process_time() - began
    assert state.evaluations == count, state.evaluations
    print(json.dumps([1000 * spent / count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


@contextmanager
def _opens() -> Iterator[Assess]:
    yield _judged


def _judged(job: Job) -> Result:
    """Refuted at behaviour, with a credit that depends on the bytes alone."""
    credit = int(job.candidate.digest[:4], 16) / 0xFFFF * 0.9
    about: dict[str, Any] = {"candidate": job.candidate.digest, "index": job.index}
    verdict = Verdict(level="behaviour", outcome=Outcome.REFUTED, scope=Scope(counts=()), credit=credit)
    judged: dict[str, Any] = {
        **about,
        "task": TASK.digest,
        "task_name": TASK.name,
        "outcome": "REFUTED",
        "accepted": False,
        "reason": "",
        "fitness": [3.0, credit],
        "sandbox": [],
        "not_shown": [],
        "author": job.candidate.author,
    }
    level = Entry(run=RUN, kind=EventKind.LEVEL_JUDGED, body={**about, "verdict": verdict_to_json(verdict)})
    return Result(entries=(level, Entry(run=RUN, kind=EventKind.CANDIDATE_JUDGED, body=judged)))


def _hung() -> None:
    """Ten programs that never return, amid as many that are plainly wrong."""
    wrong = [f"def is_quorum(voters, n):\n    return len(voters) > {n}\n" for n in range(HUNG)]
    loops = [f"def is_quorum(voters, n):\n    k = {n}\n    while True:\n        k += 1\n" for n in range(HUNG)]
    without = _run_s(wrong)
    with_them = _run_s([text for pair in zip(wrong, loops, strict=True) for text in pair])
    limits = TASK.limits
    print(f"{HUNG} candidates that never return, {WORKERS} workers: {with_them - without:.1f} s more than without them")
    print(
        f"  hung x wall limit / workers: {HUNG * limits.wall_s / WORKERS:g} s; each is found within its CPU limit and"
    )
    print(f"  proved within it once more, alone: {2 * HUNG * limits.cpu_s / WORKERS:g} s where nothing else runs")


def _run_s(sources: list[str]) -> float:
    with tempfile.TemporaryDirectory() as place:
        script = Path(place) / "script.json"
        script.write_text(json.dumps([{"files": {"sut.py": source}} for source in sources]))
        words = ["run", TASK.name, "--author", f"script:{script}", "--workers", str(WORKERS), "--rng-seed", "1"]
        command = [sys.executable, "-m", "probatum", *words, "--workspace", str(Path(place) / "w"), "--json"]
        began = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        passed = time.perf_counter() - began
        told = json.loads(done.stdout)
        assert told["evaluations"] == len(sources) + 1, told["why"]
        return passed
