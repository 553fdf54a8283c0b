"""What the specification says and nothing checks: laws that never fail, goals and premises never met, requirements
without a law that ever refuted anything, assumptions that nothing varies."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from probatum.critic.faults import spared_findings
from probatum.critic.findings import Finding, LawRow, Row
from probatum.judge.compare import SENTENCES
from probatum.task.model import Task

GOAL, UNTRIED, METHOD, ASSERTION, LAW, REQUIREMENT, PREMISE, ASSUMPTION, UNCITED = 96, 95, 90, 88, 58, 57, 56, 10, 12
"""Severities. Of a law that refutes nothing it is not known that it cannot, so programs that pass come before it."""
RARE = 0.02
"""A premise that holds less often is hardly ever exercised."""


def law_rows(suite: Mapping[str, Any], rows: Sequence[Row], tallies: Mapping[str, Any]) -> tuple[LawRow, ...]:
    """The kill matrix by law: the task's own laws, then the built-in ones that killed something."""
    kills = Counter(law for row in rows for law in row.laws)
    alone: dict[str, list[str]] = {}
    for row in rows:
        if len(row.laws) == 1:
            alone.setdefault(next(iter(row.laws)), []).append(row.program.name)
    names = [law["name"] for law in suite["laws"] if law["kind"] != "sometimes"]
    names += [name for name in SENTENCES if kills[name]]
    made = []
    for name in names:
        tally = tallies["laws"].get(name, {})
        made.append(
            LawRow(
                name=name,
                kills=kills[name],
                alone=tuple(alone.get(name, ())),
                met=tally.get("met", 0),
                refused=tally.get("refused", 0),
                unreached=tuple(tally.get("unreached", ())),
            )
        )
    return tuple(made)


def gaps(task: Task, suite: Mapping[str, Any], laws: Sequence[LawRow], tallies: Mapping[str, Any]) -> list[Finding]:
    """Everything that is said and not checked."""
    own = {law["name"]: law for law in suite["laws"]}
    found = [finding for row in laws if row.name in own for finding in _law(row)]
    found += [_goal(name) for name, count in tallies["goals"].items() if not count]
    found += [_method(name) for name, row in tallies["methods"].items() if not _exercised(row)]
    found += _requirements(task, suite, laws)
    found += [_uncited(law) for law in own.values() if law["kind"] != "sometimes" and not law["requirements"]]
    found += spared_findings(ast.parse(task.files["task.py"]))
    return found + _assumptions(task)


def _law(row: LawRow) -> list[Finding]:
    found = []
    if row.met == 0:
        found.append(_about(row.name, "law", UNTRIED, f"The law {row.name} is never tried: its premise never held."))
    elif row.kills == 0:
        text = f"The law {row.name} refutes nothing: not one of the wrong programs breaks it."
        found.append(_about(row.name, "law", LAW, text))
    if row.met and row.met < RARE * (row.met + row.refused):
        share = f"{row.met} of {row.met + row.refused} times"
        found.append(_about(row.name, "premise", PREMISE, f"The premise of {row.name} held {share} only."))
    if row.unreached:
        lines = ", ".join(map(str, row.unreached))
        text = f"The law {row.name} never reached its assertion in line {lines} of task.py."
        found.append(_about(row.name, "assertion", ASSERTION, text))
    return found


def _about(law: str, kind: str, severity: int, sentence: str) -> Finding:
    following = f"Make {law} draw inputs that reach it, or compare with something that can differ"
    return Finding(kind=kind, subject=law, severity=severity, sentence=sentence, following=following)


def _goal(name: str) -> Finding:
    return Finding(
        kind="goal",
        subject=name,
        severity=GOAL,
        sentence=f"The goal {name} is never reached, so every acceptance is vacuous.",
        following="Widen what is drawn until it is reached, or drop the goal",
    )


def _exercised(row: Mapping[str, int]) -> bool:
    return bool(row["values"] or row["nones"] or row["errors"])


def _method(name: str) -> Finding:
    return Finding(
        kind="method",
        subject=name,
        severity=METHOD,
        sentence=f"{name}() is never called.",
        following=f"Draw it (weights), call it in a law, or drop {name}() from the interface",
    )


def _requirements(task: Task, suite: Mapping[str, Any], laws: Sequence[LawRow]) -> list[Finding]:
    """Requirements of which every law never refuted anything. Equality with the oracle covers what its @sut cites."""
    kills = {row.name: row.kills for row in laws}
    cited: dict[str, list[str]] = {}
    for law in suite["laws"]:
        for id in law["requirements"] if law["kind"] != "sometimes" else ():
            cited.setdefault(id, []).append(law["name"])
    found = []
    for requirement in task.requirements:
        names = cited.get(requirement.id, [])
        if suite["any_answer"] and not any(kills.get(name) for name in names):
            said = f"its laws ({', '.join(names)}) refute nothing" if names else "no law cites it"
            found.append(
                Finding(
                    kind="requirement",
                    subject=requirement.id,
                    severity=REQUIREMENT,
                    sentence=f"Nothing checks requirement {requirement.id}: {said}.",
                    following=f'Write a law for it: @always("{requirement.id}")',
                )
            )
    return found


def _uncited(law: Mapping[str, Any]) -> Finding:
    return Finding(
        kind="uncited",
        subject=law["name"],
        severity=UNCITED,
        sentence=f"The law {law['name']} cites no requirement.",
        following="Name the requirement that it checks, or write one",
    )


VARIED_BY = {
    "time": ("simulation",),
    "ordering": ("schedules", "simulation", "conformance"),
    "failures": ("simulation", "conformance"),
    "adversary": ("simulation", "conformance"),
}
"""Levels that vary what an assumption is about."""


def _assumptions(task: Task) -> list[Finding]:
    """Assumptions that no level of the gate varies; that laws vary them cannot be told from outside, so these are
    notes."""
    gated = {entry.level for entry in task.gate}
    return [
        Finding(
            kind="assumption",
            subject=assumption.about,
            severity=ASSUMPTION,
            sentence=f"Nothing but the laws can vary what is assumed about {assumption.about}: {assumption.text}",
            following=f"Gate on {' or '.join(VARIED_BY[assumption.about])}, if a world could break it",
        )
        for assumption in task.assumptions
        if not gated & set(VARIED_BY[assumption.about])
    ]
