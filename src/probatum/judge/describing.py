"""What the controller and an author may know of a suite, as plain data."""

from __future__ import annotations

from typing import Any

from probatum.judge.alphabet import alphabet_words
from probatum.judge.enumerate import affordable_depth
from probatum.judge.suite import Law, Suite

EXHAUSTIVE_CALLS = 14_000
"""Calls that the small scope may cost when the gate does not ask for a depth."""


def describe(suite: Suite) -> dict[str, Any]:
    """What the controller needs to know of a suite."""
    interface = suite.interface
    return {
        "laws": [
            {
                "name": law.name,
                "sentence": law.sentence,
                "kind": law.mark.kind,
                "requirements": list(law.mark.requirements),
                "line": law.line,
            }
            for law in (*suite.laws, *suite.goals)
        ],
        "any_answer": suite.any_answer,
        "classes": [c.name for c in interface.classes],
        "cited": list(suite.cited()),
        "goals": [g.name for g in suite.goals],
        "worlds": {world.name: world.described() for world in suite.worlds},
        "world_bounds": {world.name: world.mark.exhaustive for world in suite.worlds},
        "apart": {world.name: world.mark.apart for world in suite.worlds if world.mark.apart},
        "objective": described_number(suite.objective),
        "benchmark": described_number(suite.benchmark),
        "throughput": None if suite.throughput is None else suite.throughput.sentence,
        "concurrent": [c.name for c in interface.classes if c.concurrent is not None],
        "tasks": [c.name for c in interface.classes if c.concurrent is not None and c.concurrent.tasks],
        "shared": [c.name for c in interface.classes if c.shared],
        "preemptions": min((c.concurrent.preemptions for c in interface.classes if c.concurrent), default=0),
        "depth": min((affordable_depth(c, EXHAUSTIVE_CALLS) for c in interface.classes), default=0),
        "alphabet": alphabet(suite),
        "methods": [[owner, m.name, [p.name for p in m.params]] for owner, m in interface.every_method()],
    }


def described_number(law: Law | None) -> dict[str, Any] | None:
    """What the controller and an author may know of the objective, or of the benchmark."""
    if law is None:
        return None
    return {"name": law.name, "sentence": law.sentence, "better": law.mark.better, "cases": law.mark.cases}


def alphabet(suite: Suite) -> list[str]:
    """The always-tried values of every parameter, each parameter name once."""
    words: dict[str, str] = {}
    for _, method in suite.interface.every_method():
        for param in method.params:
            words.setdefault(param.name, alphabet_words(param.kind))
    return [f"{name}: {text}" for name, text in words.items()]
