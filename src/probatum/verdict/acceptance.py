"""Acceptance: the one place where it is decided, and what the verdicts do not show."""

from __future__ import annotations

from collections.abc import Sequence

from probatum.task.model import LEVELS, Task
from probatum.verdict.values import Outcome, Strength, Verdict


def judged(
    *, gate: tuple[tuple[str, tuple[tuple[str, int], ...]], ...], verdicts: tuple[Verdict, ...]
) -> tuple[Outcome, str]:
    """The overall outcome and the reason: the one place where acceptance is decided.

    HOLDS only when every level of the gate holds with at least the counts it asks for. A refutation anywhere refutes.
    """
    by_level = {v.level: v for v in verdicts}
    for verdict in verdicts:
        if verdict.outcome is Outcome.REFUTED:
            return Outcome.REFUTED, f"level {verdict.level}: {verdict.reason}"
    for verdict in verdicts:
        if verdict.outcome is Outcome.ERROR:
            return Outcome.ERROR, f"level {verdict.level}: {verdict.reason}"
    for level, at_least in gate:
        if (gap := _gap(level, at_least, by_level.get(level))) is not None:
            return Outcome.INCONCLUSIVE, gap
    if not gate:
        return Outcome.INCONCLUSIVE, "the gate asks for nothing, so nothing can be accepted"
    return Outcome.HOLDS, "every level of the gate holds with the scope it asks for"


def _gap(level: str, at_least: tuple[tuple[str, int], ...], verdict: Verdict | None) -> str | None:
    if verdict is None:
        return f"level {level} did not run"
    if verdict.outcome is not Outcome.HOLDS:
        return f"level {level} is {verdict.outcome}: {verdict.reason}"
    for name, least in at_least:
        if verdict.scope.count(name) < least:
            return f"level {level} completed {verdict.scope.count(name)} of {least} {name.replace('_', ' ')}"
    return None


def not_shown(task: Task, verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """What the verdicts do not show, one sentence each: a report without these would say too much."""
    by_level = {v.level: v for v in verdicts}
    said: list[str] = []
    for verdict in verdicts:
        if verdict.outcome is Outcome.HOLDS and verdict.strength is Strength.EXAMPLE:
            said.append(
                f"{verdict.level}: inputs were chosen by a seed a person gave, so an author could have known them"
            )
        if verdict.outcome is Outcome.HOLDS and verdict.strength < Strength.UNIVERSAL:
            said.append(f"{verdict.level}: inputs outside the stated scope were not tried")
        if verdict.outcome is Outcome.SKIPPED:
            said.append(f"{verdict.level}: not checked ({verdict.reason})")
        if verdict.outcome is Outcome.INCONCLUSIVE:
            said.append(f"{verdict.level}: not shown ({verdict.reason})")
        if "not checked" in verdict.scope.text:
            said.append(f"{verdict.level}: types {verdict.scope.text.partition('types: ')[2]}")
    absent = [name for name in LEVELS if name not in by_level and name != "regression"]
    said += [f"{name}: not checked" for name in absent]
    said += [f"assumed ({a.about}): {a.text}" for a in task.assumptions]
    return tuple(said)
