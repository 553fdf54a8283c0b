"""Repairs in Rust: one token at a time, the likeliest first, of what is an operator and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from probatum.authors.offline.rust import changed, rust_changes

BAD = Path(__file__).parents[2] / "tasks/treiber_stack/canaries/bad"


def neighbours(source: str) -> set[str]:
    return {text for change in rust_changes(source) if (text := changed(source, (change,))) is not None}


def test_a_publication_without_an_ordering_is_a_change_away_from_a_right_one() -> None:
    source = (BAD / "relaxed_publish" / "sut.rs").read_text()
    wrong = "compare_exchange(head, node, Ordering::Relaxed, Ordering::Relaxed)"
    assert wrong in source
    assert source.replace(wrong, wrong.replace("Relaxed", "Release", 1)) in neighbours(source)


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("if a < b {}", "if a <= b {}"),
        ("if a >= b {}", "if a > b {}"),
        ("if a == b {}", "if a != b {}"),
        ("let x = i + 1;", "let x = i - 1;"),
        ("let x = i + 1;", "let x = i + 2;"),
        ("while x && y {}", "while x || y {}"),
        ('let é = "ü"; a < b', 'let é = "ü"; a <= b'),
    ],
)
def test_bounds_and_comparisons_are_changed(source: str, wanted: str) -> None:
    assert wanted in neighbours(source)


@pytest.mark.parametrize(
    "source",
    [
        "fn f() -> u8 { x }",
        "struct Stack<T> { head: Vec<T> }",
        "let f: fn(&T) -> Option<T>;",
        '"Ordering::Relaxed < +"',
        "// a < b + 1 && c",
        "match x { Some(y) => y, _ => z }",
    ],
)
def test_what_is_no_operator_is_left_alone(source: str) -> None:
    assert neighbours(source) == set()


def test_changes_that_overlap_are_none() -> None:
    change = rust_changes("if a < b {}")[0]
    assert changed("if a < b {}", (change, change)) is None
