"""Numbers of a program by CMA-ES against fixed factors, by the objective of a task alone (no law is tried).

``python -m bench.tuned TASK FILE [TRIALS]``: FILE is a program for the task; its numbers are where both rules begin.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean

from bench.systems import FURTHER
from probatum.authors.base import Brief, Feedback, Measured, Parent
from probatum.authors.offline.numbers import numbers_of, places
from probatum.authors.offline.operators import expression_changes
from probatum.authors.offline.spots import applied, read
from probatum.authors.offline.tune import AUTHOR, tunings
from probatum.candidate import python_candidate
from probatum.checking import choose_tier
from probatum.judge.lane import Lane
from probatum.lab.files import read_task
from probatum.testing.authors import VIEW

RUNS = 3
MARKS = (6, 12, 24, 48, 96)


@dataclass(slots=True)
class Gauge:
    """How many times better than the reference a program is; 0 where it gives nothing that can be measured."""

    lane: Lane
    known: dict[tuple[str, str], float] = field(default_factory=dict)

    def __call__(self, text: str, seed: str = "search 0") -> float:
        """On the inputs of one seed."""
        if (text, seed) not in self.known:
            sign = {"lower": -1, "higher": 1}[self.lane.suite["objective"]["better"]]
            rows = self.lane.objective(python_candidate(text), seed=seed, host=0, random_seed=7)["rows"]
            self.known[text, seed] = fmean((own / reference) ** sign for own, reference in rows) if rows else 0.0
        return self.known[text, seed]


def measured(text: str, author: str, gauge: Gauge) -> Measured:
    """A trial as the author is told of it."""
    found = numbers_of(text)
    assert found is not None
    return Measured(author=author, skeleton=found.skeleton, numbers=found.values, gain=gauge(text) or None)


def tuned(start: str, most: int, run: int, gauge: Gauge) -> list[str]:
    """The programs that CMA-ES tries, one after the other."""
    best, trials, texts = start, [measured(start, "seed", gauge)], list[str]()
    for number in range(most):
        parent = Parent(candidate=python_candidate(best), fitness=(), feedback=Feedback(outcome="HOLDS"))
        brief = Brief(turn=0, view=VIEW, parents=(parent,), measured=tuple(trials), draw=f"{run} {number}")
        made = (proposal.files["sut.py"].decode() for proposal in tunings(brief))
        text = next((text for text in made if text not in texts), best)
        texts.append(text)
        trials.append(measured(text, AUTHOR, gauge))
        best = max(best, text, key=gauge)
    return texts


def by_factors(start: str, most: int, gauge: Gauge) -> list[str]:
    """The programs that fixed factors try: the same numbers, one at a time, the likeliest changes first."""
    best, texts = start, [start]
    while len(texts) <= most:
        source = read(best)
        assert source is not None
        free = {source.span(place) for place, value in places(source) if abs(value) > isinstance(value, int)}
        changes = [c for c in expression_changes(source) if c.kind == "constant" and (c.start, c.end) in free]
        made = (applied(source.text, (c,)) for c in sorted(changes, key=lambda c: (c.weight, c.start)))
        text = next((text for text in made if text is not None and text not in texts), best)
        texts.append(text)
        best = max(best, text, key=gauge)
    return texts[1:]


def row(name: str, start: str, texts: list[str], gauge: Gauge) -> str:
    """The best after so many trials, and the last best on further cases."""
    marks = [f"{max(map(gauge, [start, *texts[:mark]])):.3f}" for mark in MARKS if mark <= len(texts)]
    best = max([start, *texts], key=gauge)
    further = fmean(gauge(best, f"further {number}") for number in range(FURTHER))
    return f"| {name} | " + " | ".join(marks) + f" | {further:.3f} |"


def main(words: list[str]) -> None:
    """Print the rows of a task."""
    task, file, *rest = words
    start, most = Path(file).read_text(), int(rest[0]) if rest else MARKS[2]
    with Lane(read_task(task), tier=choose_tier("auto")) as lane:
        gauge = Gauge(lane)
        print(row("start", start, [start] * most, gauge), flush=True)
        print(row("factors", start, by_factors(start, most, gauge), gauge), flush=True)
        for run in range(RUNS):
            print(row(f"`tune` {run + 1}", start, tuned(start, most, run, gauge), gauge), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
