"""How often premises, goals, assertions and methods of a suite are really exercised, on the oracle alone."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from types import FrameType
from typing import Any

from probatum.judge.compare import goals_reached
from probatum.judge.drive import OracleDriver, apply_law, method_of
from probatum.judge.histories import Planned, draw_history
from probatum.judge.suite import Law
from probatum.judge.trial import Trial
from probatum.lab.rng import Rng
from probatum.task.declare import Unsatisfied
from probatum.transcript import RETURNED

HISTORIES = 40
"""Histories drawn per law to see how often its premise holds."""
TRACED = 30
"""Uses of a law that are followed line by line."""


def exercised(trial: Trial, source: str) -> dict[str, Any]:
    """Counts per law, goal and method; the size is fixed, the seed too."""
    plans = [p for plan in [*trial.corpus(), *trial.fresh("exercised", calls=1200, histories=80)] for p in plan]
    return {
        "laws": {law.name: _law(trial, law, plans, source) for law in trial.suite.laws},
        "goals": _goals(trial, plans),
        "methods": _methods(trial, plans),
        "segments": len(plans),
    }


def _law(trial: Trial, law: Law, plans: list[Planned], source: str) -> dict[str, Any]:
    met, refused = _premise(trial, law)
    wanted = _asserts(source, law.name)
    reached, answers = _lines(trial, law, plans)
    return {
        "met": met,
        "refused": refused,
        "asserts": len(wanted),
        "unreached": [line for line in wanted if line not in reached] if reached else [],
        "calls": dict(answers),
        "line": law.line,
    }


def _premise(trial: Trial, law: Law) -> tuple[int, int]:
    """How often the premise of a law held, and how often it did not, over fresh histories."""
    met = refused = 0
    for number in range(HISTORIES):
        _, without = draw_history(trial.drawers, Rng(f"premise {number}"), 6, ())
        planned, whole = draw_history(trial.drawers, Rng(f"premise {number}"), 6, (law,))
        met += len(planned.uses)
        refused += whole - without
    return met, refused


def _asserts(source: str, name: str) -> list[int]:
    """Lines of the assertions in a law."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef
    found = next((n for n in ast.parse(source).body if isinstance(n, kinds) and n.name == name), None)
    return [] if found is None else [n.lineno for n in ast.walk(found) if isinstance(n, ast.Assert)]


def _lines(trial: Trial, law: Law, plans: list[Planned]) -> tuple[set[int], Counter[str]]:
    """Lines of a law's body that are executed on the oracle, and the methods it calls."""
    lines: set[int] = set()
    calls: Counter[str] = Counter()
    uses = [(p, u) for p in plans for u in p.uses if u.law.name == law.name]
    for planned, use in uses[:TRACED]:
        calls.update(op.method for op in planned.ops[use.start : use.end])
        driver = OracleDriver(trial.suite.interface)
        for op in planned.ops[: use.start]:
            driver.make(op)
        lines |= _traced(law, lambda d=driver, u=use: apply_law(u.law, d, u.numbers, u.values, u.next_handle))
    return lines, calls


def _traced(law: Law, run: Any) -> set[int]:
    code, seen = law.body.__code__, set[int]()

    def local(frame: FrameType, event: str, _: Any) -> Any:
        seen.add(frame.f_lineno)
        return local

    sys.settrace(lambda frame, event, _: local if frame.f_code is code else None)
    try:
        run()
    except Unsatisfied:
        pass
    finally:
        sys.settrace(None)
    return seen


def _goals(trial: Trial, plans: list[Planned]) -> dict[str, int]:
    names = {goal.name for goal in trial.suite.goals}
    counts = dict.fromkeys(sorted(names), 0)
    for planned in plans:
        for name in goals_reached(trial.suite, planned, planned.answers, names):
            counts[name] += 1
    return counts


def _methods(trial: Trial, plans: list[Planned]) -> dict[str, dict[str, int]]:
    """Per method: answers that are values, None and errors, outside laws and in them."""
    counts = {
        f"{owner}.{m.name}" if owner else m.name: {"values": 0, "nones": 0, "errors": 0, "drawn": 0}
        for owner, m in trial.suite.interface.every_method()
        if m.makes is None or m.name == "new"  # other constructors are for worlds and laws, histories never draw them
    }
    for planned in plans:
        first = min((u.start for u in planned.uses), default=len(planned.ops))
        for at, (op, answer) in enumerate(zip(planned.ops, planned.answers, strict=True)):
            owner = op.owner or planned.owners.get(op.handle, "")
            row = counts.get(f"{owner}.{op.method}" if op.verb != "f" else op.method)
            if row is None:
                continue
            unit = method_of(trial.suite.interface, op, planned.owners).result is None
            how = "errors" if answer.how != RETURNED else "nones" if answer.value is None and not unit else "values"
            row[how] += 1
            row["drawn"] += at < first
    return counts
