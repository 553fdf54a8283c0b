"""The table of attacks: complete, well-formed, and the page in docs/ says the same."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

from probatum.attacks.render import Shape, render
from probatum.attacks.table import attacks, markdown, may_stop, rows
from probatum.task.model import LEVELS

PAGE = Path(__file__).parents[2] / "docs" / "attacks.md"
SHAPE = Shape(classes=(("Store", ("put", "get", "recover")),), functions=("search",))
CONTROL = """\
class Store:
    def put(self): ...
    def get(self): ...
    @classmethod
    def recover(cls): ...


def search(): ...
"""
UNREADABLE = {"source_nested_deeply", "source_with_nul"}
"""Attacks on whoever parses them."""


def test_every_row_has_attacks_and_a_mechanism_or_a_reason() -> None:
    tried = {attack.row for attack in attacks()}
    assert [row.number for row in rows()] == list(range(1, 36))
    for row in rows():
        assert (row.number in tried) == bool(row.mechanism) == (not row.reason), row


def test_names_are_unique_and_what_may_stop_an_attack_exists() -> None:
    assert [name for name, times in Counter(a.name for a in attacks()).items() if times > 1] == []
    for attack in attacks():
        assert attack.form in ("evident", "evasive") and attack.base in ("wrong", "control")
        assert attack.stopped_by and all(by.split("/")[0] in LEVELS and "/" in by for by in attack.stopped_by)


def test_every_source_is_python_for_any_interface() -> None:
    for attack in attacks():
        source = render(attack, SHAPE, CONTROL)
        if attack.name not in UNREADABLE:
            names = {n.name for n in ast.walk(ast.parse(source)) if isinstance(n, ast.ClassDef | ast.FunctionDef)}
            assert {"Store", "search"} <= names, attack.name


def test_a_mechanism_is_a_level_with_one_law_or_any() -> None:
    by_name = {attack.name: attack for attack in attacks()}
    assert may_stop(by_name["exit_in_a_call"], "behaviour", ("alive",))
    assert not may_stop(by_name["exit_in_a_call"], "behaviour", ("equality",))
    assert may_stop(by_name["fork_bomb_tunnelled"], "behaviour", ("equality",))
    assert not may_stop(by_name["fork_bomb_tunnelled"], "boundary", ("listed_constructs",))


def test_the_page_is_generated_from_the_table() -> None:
    assert PAGE.read_text("utf-8") == markdown()
