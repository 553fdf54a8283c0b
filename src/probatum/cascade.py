"""The cascade, on one screen: levels in order, the first refutation ends it, and one function decides acceptance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from probatum.candidate import Candidate
from probatum.lab.clock import wall_s
from probatum.levels.behaviour import Behaviour
from probatum.levels.boundary import Boundary
from probatum.levels.build import Build
from probatum.levels.compiling import not_compiled
from probatum.levels.conformance import Conformance, explores
from probatum.levels.context import Context, Level
from probatum.levels.memory import Memory
from probatum.levels.objective import Objective
from probatum.levels.proofs import Bounded, Deductive, declares
from probatum.levels.regression import Regression
from probatum.levels.schedules import Schedules
from probatum.levels.simulation import Simulation
from probatum.levels.throughput import Throughput
from probatum.sandbox.meter import metered
from probatum.task.model import Task
from probatum.verdict import PROGRESS, Assessment, Outcome, Verdict, judged, not_shown

LADDER: tuple[Level, ...] = (Boundary(), Build(), Regression(), Behaviour(), Memory(), Schedules(), Simulation())
ABOVE: tuple[Level, ...] = (Bounded(), Deductive())
"""On the ladder of a task that asks for them: their engines have to be installed by hand."""
EXPLORING = Conformance()
"""On the ladder of a task whose worlds are explored."""


def assess(
    task: Task, candidate: Candidate, context: Context, *, start: str = "boundary", levels: Sequence[Level] = LADDER
) -> Assessment:
    """All verdicts about a candidate, and whether the gate accepts it.

    ``start``: begin at that level (where the parent stopped). When it and all above hold, the levels below run before
    anything is accepted;
    levels that did not run are never read as held. Boundary always runs first, because it is what makes running the
    rest sensible.
    """
    if levels is LADDER:
        levels = ladder_of(task, context)
    if context.lane.suite.get("objective"):
        levels = (*levels, Objective())
    names = [level.name for level in levels]
    first = names.index(start) if start in names else 0
    order = [*levels[:1], *levels[max(1, first) :], *levels[1 : max(1, first)]]
    verdicts: list[Verdict] = []
    for level in order:
        context.say(level.name)
        # Boundary has held before anything is compiled; build says itself what came of it.
        compiles = bool(verdicts) and level.name != "build"
        verdicts.append(checked(level, task, candidate, context, compiles=compiles))
        if verdicts[-1].outcome in (Outcome.REFUTED, Outcome.ERROR):
            break
        if level is levels[0] and verdicts[-1].outcome is Outcome.SKIPPED:
            break  # no toolchain for this language: there is nothing that the other levels could run
    ranked = tuple(sorted(verdicts, key=lambda v: names.index(v.level)))
    gate = tuple((g.level, g.at_least) for g in task.gate)
    outcome, reason = judged(gate=gate, verdicts=ranked)
    if outcome is Outcome.HOLDS and context.measure and context.lane.suite.get("throughput"):
        ranked = (*ranked, timed(task, candidate, context))
        outcome, reason = judged(gate=gate, verdicts=ranked)
    return Assessment(
        task=task.name,
        task_digest=task.digest,
        candidate=candidate.digest,
        verdicts=ranked,
        outcome=outcome,
        accepted=outcome is Outcome.HOLDS,
        reason=reason,
        fitness=fitness(ranked, names),
        sandbox=context.lane.protections(),
        not_shown=not_shown(task, ranked),
        author=candidate.author,
    )


def ladder_of(task: Task, context: Context) -> tuple[Level, ...]:
    """The levels of a task: those of all tasks, and above them those that it asks for."""
    exploring = (EXPLORING,) if explores(task, context.lane.suite) else ()
    return (*LADDER, *exploring, *(level for level in ABOVE if declares(task, level.name)))


def checked(level: Level, task: Task, candidate: Candidate, context: Context, *, compiles: bool = True) -> Verdict:
    """A level's verdict with its whole cost: to what it says of judge and workers comes every command that was run for
    it. Controls that are tried once per process are paid by the first level that needs them.

    ``compiles``: whether a candidate that the compiler did not come to an end with is left out.
    """
    began = wall_s()
    with metered() as commands:
        missing = not_compiled(candidate, context) if compiles else ""
        if missing:
            verdict = Verdict(level=level.name, outcome=Outcome.SKIPPED, reason=missing)
        else:
            verdict = level.check(task, candidate, context)
    return replace(verdict, cpu_s=verdict.cpu_s + commands.cpu_s, wall_s=wall_s() - began)


def timed(task: Task, candidate: Candidate, context: Context) -> Verdict:
    """How fast a candidate is whose gate holds. It has no place on the ladder: nothing is held or missed by it."""
    return checked(Throughput(), task, candidate, context)


def fitness(verdicts: Sequence[Verdict], names: Sequence[str]) -> tuple[float, ...]:
    """(levels held from the bottom, credit inside the first that does not hold). A level that has nothing to check
    does not stop the count. What freezing threads showed comes then, and where something was measured, how many times
    better than the reference, last."""
    by_level = {v.level: v for v in verdicts}
    held = 0
    for name in names:
        verdict = by_level.get(name)
        if verdict is None or verdict.outcome not in (Outcome.HOLDS, Outcome.NOT_APPLICABLE):
            return float(held), verdict.credit if verdict is not None else 0.0
        held += 1
    measured = [v.measures[0][1] for v in verdicts if v.measures]
    return (float(held), 0.0, *(float(PROGRESS.index(v.progress)) for v in verdicts if v.progress), *measured)
