"""Beside every interleaving of small clients, some of larger ones: more threads and more calls than could be exhausted
(Shuttle). What is found refutes; that nothing is found is sampled evidence, and the scope counts it as that."""

from __future__ import annotations

import math
from typing import Any

from probatum.candidate import Candidate
from probatum.judge.interleaved.controls import sampling_blind
from probatum.levels.context import Context
from probatum.task.model import Task
from probatum.toolchains.rust.concurrent.explore import CHANGES, SAMPLING

CROWDS = 6
"""Clients of which schedules are drawn, where the gate asks for no number of schedules."""
TOOL = "Shuttle 0.9.9"


def sampled(
    task: Task, candidate: Candidate, context: Context, *, asan: bool, stored: list[str]
) -> dict[str, Any] | str:
    """The judge's report about drawn schedules, or of stored clients where there are some; or why there is none."""
    if why := _absent(context, asan=asan):
        return why
    workers = context.lane.workers
    compiler = workers.rust.compiler()
    assert compiler is not None  # level boundary found it
    built = workers.shared.compile(compiler, candidate, asan=asan, tool="shuttle")
    if built.program is None:
        return f"the candidate does not compile with its harness: {built.problem}"
    return context.lane.interleaved(
        candidate,
        variant={"sampled": True, "asan": asan},
        seed=context.seeds.seed(candidate.digest, "sampled"),
        stored=stored,
        programs=_clients(task, context.best_of),
    )


def words(report: dict[str, Any] | str) -> str:
    """What is told of it beside the counts."""
    if isinstance(report, str):
        return f"no schedules of more threads or calls were drawn (Shuttle): {report}"
    how = (
        f"clients of more threads and calls, three of four schedules by priorities with {CHANGES} changes, the others "
        f"at random ({TOOL}); every access is sequentially consistent there, so that a wrong ordering does not show"
    )
    if report["shown"]:
        return f"found in a schedule that was drawn, made smaller by drawing again: {how}"
    drawn, clients = (report["scope"].get(name, 0) for name in ("random_schedules", "crowds"))
    return f"SAMPLED, not exhausted: {drawn} schedules of {clients} {how}"


def asked_schedules(task: Task) -> int:
    """How many drawn schedules the gate asks for; 0: it does not ask."""
    gate = task.gate_level("schedules")
    return dict(gate.at_least if gate else ()).get("random_schedules", 0)


def _clients(task: Task, best_of: int) -> int:
    each = SAMPLING.by_priority + SAMPLING.at_random
    clients = math.ceil(asked_schedules(task) / each) or CROWDS
    return math.ceil(clients * (1 + math.log2(max(1, best_of)) / 4))


def _absent(context: Context, *, asan: bool) -> str:
    """Why Shuttle cannot be used here, its controls included; "" when it can."""
    workers = context.lane.workers
    compiler = workers.rust.compiler()
    assert compiler is not None  # level boundary found it
    crates = workers.shared.crates(compiler, asan=asan, tool="shuttle", say=context.say)
    if isinstance(crates, str):
        return crates
    place: Any = {"cache": workers.shared.cache, "tier": workers.shared.tier}
    return workers.shared.once(f"sampled, asan={asan}", lambda: sampling_blind(compiler, crates, **place))
