"""Worlds explored in this process, and a pair of cells for level conformance."""

from collections.abc import Sequence
from dataclasses import replace
from textwrap import dedent

from simulating import Bench

from probatum.judge.apart.explore import Exploration
from probatum.judge.apart.gear import try_apart
from probatum.judge.apart.machines import Machines
from probatum.judge.evidence import GearReport
from probatum.judge.ports import Opening
from probatum.judge.rejudge import rejudge
from probatum.judge.suite import Suite
from probatum.testing.workers import InProcessWorkers


def bounded(suite: Suite, apart: int) -> Suite:
    """The suite with every world explored to a bound."""
    worlds = tuple(replace(w, mark=replace(w.mark, apart=apart)) for w in suite.worlds)
    return replace(suite, worlds=worlds)


def workers(suite: Suite, source: str, control: str = "") -> InProcessWorkers:
    """Workers in this process."""
    return InProcessWorkers(outline=suite.interface.outline(), candidate=dedent(source), control=control)


def explored(
    bench: Bench,
    source: str,
    bound: int,
    *,
    world: int = -1,
    merging: bool = True,
    alone: bool = False,
    most: int = 10**6,
) -> Exploration:
    """One world of a task explored with a candidate."""
    suite = bounded(bench.suite, bound)
    machines = Machines(workers=workers(suite, source), opening=Opening(random_seed=1), alone=alone, most=most)
    exploration = Exploration(interface=suite.interface, spec=suite.worlds[world], machines=machines, merging=merging)
    exploration.run()
    machines.close()
    return exploration


def apart(
    bench: Bench, source: str, *, bound: int = 3, drawn: int = 4, stored: Sequence[str] = (), seed: str = "a"
) -> GearReport:
    """A trial of a candidate as level conformance asks for it; everything kept is judged again."""
    suite = bounded(bench.suite, bound)
    request = {"host": 0, "random_seed": 1, "stored": list(stored), "seed": seed, "schedules": drawn}
    report = try_apart(suite, workers(suite, source, bench.control), request)
    for transcript in report.transcripts:
        assert rejudge(suite, transcript.blob()) == []
    for shown in report.shown:
        assert shown.law in rejudge(suite, shown.transcript.blob()), shown
    return report
