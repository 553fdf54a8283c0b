"""Planted weakenings are found, honest changes are left alone: over small git repositories."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from audit_support import base, cases, edited, repository

from probatum.audit import Audit, Outcome, Weight, audit_change, wanted
from probatum.lab.trees import read_range

WEAKENINGS = cases("weakenings")
HONEST = cases("honest")


def audited(folder: Path, case: dict[str, Any]) -> Audit:
    before = edited(base(), case.get("base", ()))
    repository(folder, before, edited(before, case["edits"]))
    return audit_change(read_range(folder, "HEAD~1..HEAD", wanted))


@pytest.mark.parametrize("case", WEAKENINGS, ids=lambda case: case["name"])
def test_a_planted_weakening_is_found_by_its_rule_and_cited(case: dict[str, Any], tmp_path: Path) -> None:
    found = audited(tmp_path, case)
    rules = {item.rule for item in found.findings}
    assert case["rule"] in rules, found.findings
    assert found.outcome == case.get("outcome", "WEAKENED"), found.findings
    touched = {name for edit in case["edits"] for name in (edit["file"], edit.get("rename"))}
    hits = [item for item in found.findings if item.rule == case["rule"]]
    assert all(item.place.file in touched | {"tests/helpers.py"} and item.place.line >= 1 for item in hits)


@pytest.mark.parametrize("case", HONEST, ids=lambda case: case["name"])
def test_an_honest_change_is_clean(case: dict[str, Any], tmp_path: Path) -> None:
    found = audited(tmp_path, case)
    alarms = [item for item in found.findings if item.weight is not Weight.NOTE]
    assert [item for item in alarms if item.rule not in case.get("skip", ())] == []
    if not case.get("skip"):
        assert found.outcome is Outcome.CLEAN


def test_there_are_enough_cases_of_both_kinds() -> None:
    assert len(WEAKENINGS) >= 30
    assert len(HONEST) >= 20


def test_the_way_back_of_a_planted_weakening_is_never_a_weakening_by_the_same_rule(tmp_path: Path) -> None:
    """Both directions: what weakens in one does not weaken in the other."""
    for number, case in enumerate(case for case in WEAKENINGS if case["rule"].startswith(("assertion-w", "strategy"))):
        before = edited(base(), case.get("base", ()))
        folder = tmp_path / str(number)
        folder.mkdir()
        repository(folder, edited(before, case["edits"]), before)
        found = audit_change(read_range(folder, "HEAD~1..HEAD", wanted))
        assert case["rule"] not in {item.rule for item in found.findings}, case["name"]
