"""Assertions of laws say what they saw, and mean what they meant."""

from __future__ import annotations

import pytest
from judging import GOOD_STORE, STORE, bench, store_bench, store_with, suite_of

from probatum.errors import TaskError


def shown(condition: str, candidate: str) -> list[str]:
    b = store_bench(f"""
    @always("ST-1")
    def a_law(s: Store, key: Key) -> None:
        "A law."
        s.put(key, 5)
        {condition}
    """)
    return [s.observed for s in b.fresh(candidate).shown if s.law == "a_law"]


LOSES = store_with("self.m[key] = value", "pass")


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("assert s.get(key) == 5", "None == 5 does not hold"),
        ("assert None is not s.get(key)", "None is not None does not hold"),
        ("assert key in s.keys()", "0 in [] does not hold"),
        ("assert s.len() > 0", "0 > 0 does not hold"),
        ("assert 0 < s.len() < 9", "0 < s.len() < 9 does not hold"),
        ("assert s.get(key)", "s.get(key) does not hold"),
        ("assert not (s.get(key) is None)", "not s.get(key) is None does not hold"),
        ("assert s.get(key) == 5, f'my {key}'", "my 0"),
    ],
)
def test_a_failing_assertion_says_what_it_saw_and_one_that_holds_says_nothing(condition: str, words: str) -> None:
    assert shown(condition, LOSES) == [words]
    assert shown(condition, GOOD_STORE) == []


def test_each_side_is_evaluated_once_and_in_order() -> None:
    suite = suite_of("""
    trail = []

    def seen(value):
        trail.append(value)
        return value

    def check(a, b):
        assert seen(a) <= seen(b)

    @sut
    def run(a: U8, b: U8) -> list[U8]:
        trail.clear()
        try:
            check(a, b)
        except AssertionError as problem:
            assert str(problem) == f"{a} <= {b} does not hold"
        return list(trail)
    """)
    run = suite.interface.function("run").oracle
    assert run(1, 2) == [1, 2] and run(7, 3) == [7, 3]


def test_long_values_are_cut() -> None:
    law = "assert s.keys() == list(range(200))"
    (words,) = shown(law.replace("==", "!=").replace("range(200)", "range(0)"), LOSES)
    assert words == "[] != [] does not hold"
    (words,) = shown("assert [s.get(key)] * 90 == [5] * 90", LOSES)
    assert words.startswith("[None, None") and "..." in words and len(words) < 230


def test_a_syntax_error_still_names_its_line() -> None:
    with pytest.raises(TaskError, match="does not compile") as caught:
        bench(STORE + "\nassert (\n")
    assert caught.value.line is not None
