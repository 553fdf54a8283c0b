"""Planted weakenings are found, honest changes are left alone: over small git repositories."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from audit_support import base, cases, edited, histories

from probatum.audit import Audit, Outcome, Weight, audit_change, wanted
from probatum.lab.trees import read_range

WEAKENINGS = cases("weakenings")
HONEST = cases("honest")


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pairs = {}
    for kind, cases_of_kind in (("weak", WEAKENINGS), ("honest", HONEST)):
        for case in cases_of_kind:
            before = edited(base(), case.get("base", ()))
            pairs[branch(kind, case)] = before, edited(before, case["edits"])
    return histories(tmp_path_factory.mktemp("history"), pairs)


def branch(kind: str, case: dict[str, Any]) -> str:
    return f"{kind}-" + "".join(c if c.isalnum() else "-" for c in case["name"])


def audited(history: Path, name: str, *, back: bool = False) -> Audit:
    sides = (f"{name}-after", f"{name}-before") if back else (f"{name}-before", f"{name}-after")
    return audit_change(read_range(history, "..".join(sides), wanted))


@pytest.mark.parametrize("case", WEAKENINGS, ids=lambda case: case["name"])
def test_a_planted_weakening_is_found_by_its_rule_and_cited(case: dict[str, Any], history: Path) -> None:
    found = audited(history, branch("weak", case))
    rules = {item.rule for item in found.findings}
    assert case["rule"] in rules, found.findings
    assert found.outcome == case.get("outcome", "WEAKENED"), found.findings
    touched = {name for edit in case["edits"] for name in (edit["file"], edit.get("rename"))}
    hits = [item for item in found.findings if item.rule == case["rule"]]
    assert all(item.place.file in touched | {"tests/helpers.py"} and item.place.line >= 1 for item in hits)


@pytest.mark.parametrize("case", HONEST, ids=lambda case: case["name"])
def test_an_honest_change_is_clean(case: dict[str, Any], history: Path) -> None:
    found = audited(history, branch("honest", case))
    alarms = [item for item in found.findings if item.weight is not Weight.NOTE]
    assert [item for item in alarms if item.rule not in case.get("skip", ())] == []
    if not case.get("skip"):
        assert found.outcome is Outcome.CLEAN


def test_there_are_enough_cases_of_both_kinds() -> None:
    assert len(WEAKENINGS) >= 30
    assert len(HONEST) >= 20


BACK = [case for case in WEAKENINGS if case["rule"].startswith(("assertion-w", "strategy", "gate", "limit", "config"))]


@pytest.mark.parametrize("case", BACK, ids=lambda case: case["name"])
def test_the_way_back_of_a_weakening_is_none_by_the_same_rule(case: dict[str, Any], history: Path) -> None:
    found = audited(history, branch("weak", case), back=True)
    assert case["rule"] not in {item.rule for item in found.findings}
