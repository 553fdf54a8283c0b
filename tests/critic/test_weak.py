"""What a weak specification leaves open is among the first five findings, with an input; strong ones are left alone.

The whole corpus takes minutes and writes the table of `docs/refine.md` (marked soak). Every run of the tests holds that
table against the corpus and finds some of its rows anew.
"""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

import pytest
from weakness import BASES, Weak, bench, corpus, strong

from probatum.critic.findings import TOP, Finding, Program
from probatum.critic.strength import strength

MUTANTS = 40
DOCUMENT = Path(__file__).parents[2] / "docs" / "refine.md"
BEGIN, END = "<!-- weak: begin -->\n", "<!-- weak: end -->\n"
UPDATE = "PROBATUM_UPDATE_TABLES"
HEAD = ("| weak specification | how it is weak | what passes | rank |", "|---|---|---|---|")
ROW = re.compile(r"\| (?P<name>.+) \| (?P<kind>.+) \| `(?P<method>[\w.]+)`: (?P<what>.+) \| (?P<rank>\d|not found) \|")
NAMES = [weak.name for weak in corpus()]
SAMPLE = (
    "ends of the range left out",
    "the largest in any order",
    "what is no digit is read",
    "FIFOCache: room is not counted",
)


def named(name: str) -> Weak:
    return next(weak for weak in corpus() if weak.name == name)


@cache
def tried(name: str) -> tuple[tuple[str, str], int | None, Finding | None]:
    """The class of the unwanted program, its rank among the first five findings (from 1), and that finding."""
    weak = named(name)
    with bench(weak.task) as b:
        assert b.passes(weak.source), "the weak specification refuses it already"
        difference = b.differ(weak.source, b.reference)
        assert difference is not None
        found = strength(b, most=MUTANTS)
    wanted = (difference.method, difference.kind)
    for rank, finding in enumerate(found.top, 1):
        if finding.weakness and finding.difference is not None and wanted in finding.classes:
            return wanted, rank, finding
    return wanted, None, None


@cache
def flagged(base: str) -> tuple[str, ...]:
    """What is said against a strong specification, each with the program that passes."""
    with bench(strong(base)) as b:
        found = strength(b, most=MUTANTS)
    return tuple(finding.sentence for finding in found.weaknesses)


def refused_by_the_strong_one(weak: Weak) -> bool:
    with bench(strong(weak.base)) as b:
        row = b.row(Program(name="unwanted", origin="bad", source=weak.source))
        return not row.alive or not b.passes(weak.source)


def row_of(name: str) -> str:
    (method, kind), rank, _ = tried(name)
    return f"| {name} | {named(name).kind} | `{method}`: {kind} | {rank or 'not found'} |"


def summary(found: int, flags: int) -> str:
    return f"{found} of {len(NAMES)} found among the first five; {flags} of {len(BASES)} strong ones flagged."


def stored() -> tuple[str, str, str]:
    """The document before the table, the table, and what comes after."""
    head, rest = DOCUMENT.read_text(encoding="utf-8").split(BEGIN)
    table, tail = rest.split(END)
    return head, table, tail


def stored_rows() -> list[re.Match[str]]:
    lines = stored()[1].splitlines()
    assert tuple(lines[:2]) == HEAD
    rows = [ROW.fullmatch(line) for line in lines[2 : lines.index("")]]
    assert None not in rows
    return [row for row in rows if row is not None]


def test_the_corpus_is_as_wide_as_is_said() -> None:
    assert len(NAMES) == len(set(NAMES)) >= 40
    assert len(BASES) >= 20
    assert len({weak.kind for weak in corpus()}) >= 20
    assert len({weak.source for weak in corpus()}) >= 40


@pytest.mark.parametrize("name", NAMES)
def test_a_weak_specification_is_a_task_and_the_unwanted_program_another_than_the_reference(name: str) -> None:
    weak = named(name)
    assert weak.task.digest != strong(weak.base).digest
    compile(weak.source, "sut.py", "exec")
    assert weak.source.encode() != weak.task.canary("reference").files["sut.py"]


def test_the_documented_table_is_about_this_corpus_and_its_sum_is_right() -> None:
    rows = stored_rows()
    assert [(row["name"], row["kind"]) for row in rows] == [(weak.name, weak.kind) for weak in corpus()]
    methods = {row["name"]: row["method"].rpartition(".")[2] for row in rows}
    assert all(f"def {method}(" in named(name).source for name, method in methods.items())
    found = sum(row["rank"] != "not found" for row in rows)
    assert all(1 <= int(row["rank"]) <= TOP for row in rows if row["rank"] != "not found")
    assert found >= 0.95 * len(NAMES)
    flags = int(stored()[1].rpartition("; ")[2].split()[0])
    assert stored()[1].splitlines()[-1] == summary(found, flags)
    assert flags <= 0.05 * len(BASES)


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLE)
def test_a_row_of_the_documented_table_is_found_anew(name: str) -> None:
    _, _, finding = tried(name)
    assert row_of(name) in stored()[1]
    assert finding is not None and finding.difference is not None
    assert finding.difference.lines
    assert refused_by_the_strong_one(named(name))


@pytest.mark.slow
def test_a_strong_specification_of_the_sample_is_not_flagged() -> None:
    assert flagged("clip") == ()


@pytest.mark.soak
@pytest.mark.parametrize("name", NAMES)
def test_the_strong_specification_refuses_the_unwanted_program(name: str) -> None:
    assert refused_by_the_strong_one(named(name))


@pytest.mark.soak
@pytest.mark.parametrize("name", NAMES)
def test_what_is_found_comes_with_an_input(name: str) -> None:
    _, rank, finding = tried(name)
    assert rank is None or (finding is not None and finding.difference is not None and finding.difference.lines)


@pytest.mark.soak
def test_the_documented_table_is_what_is_found() -> None:
    found = sum(tried(name)[1] is not None for name in NAMES)
    flags = sum(bool(flagged(base)) for base in BASES)
    table = "\n".join([*HEAD, *map(row_of, NAMES), "", summary(found, flags)]) + "\n"
    head, old, tail = stored()
    if os.environ.get(UPDATE):
        DOCUMENT.write_text(head + BEGIN + table + END + tail, encoding="utf-8")
        old = table
    assert old == table, f"set {UPDATE}=1 to write it"
    assert found >= 0.95 * len(NAMES)
    assert flags <= 0.05 * len(BASES)
