"""What a weak specification leaves open is among the first five findings, with an input; strong ones are left alone."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest
from weakness import BASES, Weak, bench, corpus, strong

from probatum.critic.findings import Finding, Program
from probatum.critic.strength import strength

MUTANTS = 40
DOCUMENT = Path(__file__).parents[2] / "docs" / "refine.md"
BEGIN, END = "<!-- weak: begin -->\n", "<!-- weak: end -->\n"
UPDATE = "PROBATUM_UPDATE_TABLES"


@cache
def tried(name: str) -> tuple[tuple[str, str], int | None, Finding | None]:
    """The class of the unwanted program, its rank among the first five findings (from 1), and that finding."""
    weak = next(w for w in corpus() if w.name == name)
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


@pytest.mark.slow
@pytest.mark.parametrize("weak", corpus(), ids=lambda w: w.name)
def test_the_strong_specification_refuses_the_unwanted_program(weak: Weak) -> None:
    with bench(strong(weak.base)) as b:
        assert not b.row(Program(name="unwanted", origin="bad", source=weak.source)).alive


@pytest.mark.slow
@pytest.mark.parametrize("name", [w.name for w in corpus()])
def test_what_is_left_open_is_among_the_first_five(name: str) -> None:
    _, rank, finding = tried(name)
    assert rank is not None
    assert finding is not None and finding.difference is not None
    assert finding.difference.lines


@pytest.mark.slow
@pytest.mark.parametrize("base", BASES)
def test_a_strong_specification_is_not_flagged(base: str) -> None:
    with bench(strong(base)) as b:
        found = strength(b, most=60)
    assert [f.sentence for f in found.weaknesses] == []
    assert all(score.score == 1 for score in found.scores)


@pytest.mark.soak  # inputs in the table depend on what is drawn: regenerated, not repeated
def test_the_table_in_the_documentation_is_what_was_found() -> None:
    rows = ["| weak specification | how it is weak | what passes | rank |", "|---|---|---|---|"]
    for weak in corpus():
        (method, kind), rank, _ = tried(weak.name)
        rows.append(f"| {weak.name} | {weak.kind} | `{method}`: {kind} | {rank or 'not found'} |")
    found = sum(tried(weak.name)[1] is not None for weak in corpus())
    rows.append(f"\n{found} of {len(corpus())} found among the first five; 0 of {len(BASES)} strong ones flagged.")
    table = "\n".join(rows) + "\n"
    text = DOCUMENT.read_text(encoding="utf-8")
    head, rest = text.split(BEGIN)
    old, tail = rest.split(END)
    if os.environ.get(UPDATE):
        DOCUMENT.write_text(head + BEGIN + table + END + tail, encoding="utf-8")
        old = table
    assert old == table, f"set {UPDATE}=1 to write it"
