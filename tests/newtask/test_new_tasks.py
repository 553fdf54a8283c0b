"""A task made by init works as it is: every part of it is tried, with the sources a user would have."""

from __future__ import annotations

from pathlib import Path

import samples_newtask as samples
from newtask_support import Loaded, assert_works, broken_laws, made


def test_a_sort(tmp_path: Path) -> None:
    loaded = assert_works(made(tmp_path, samples.SORT, "slow_sort", "sort"))
    assert [f.name for f in loaded.suite.interface.functions] == ["sort"]
    assert "# the smallest of the rest comes next" in loaded.source
    assert "environ" not in loaded.source and "import os" not in loaded.candidate()


def test_a_binary_search_gets_sorted_items(tmp_path: Path) -> None:
    result = made(
        tmp_path,
        samples.SEARCH,
        "slow_search",
        "search",
        args="list[I64], I64",
        returns="U64 | None",
        requires="items == sorted(items) and len(set(items)) == len(items)",
    )
    loaded = assert_works(result)
    assert "mapped(sorted)" in loaded.source
    assert "assume(items == sorted(items) and len(set(items)) == len(items))" in loaded.source
    hits = [a for p in loaded.plans() for a in p.answers if a.value is not None]
    assert len(hits) >= 100


def test_an_lru_cache_class(tmp_path: Path) -> None:
    loaded = assert_works(made(tmp_path, samples.LRU, "SlowLru", "Lru", requires="1 <= capacity < 5"))
    (cls,) = loaded.suite.interface.classes
    assert [m.name for m in cls.methods] == ["get", "put", "size"]
    assert "between(1, 4)" in loaded.source
    assert "CAPACITY_LIMIT" in loaded.source
    fifo = loaded.candidate().replace(
        "            self.held.move_to_end(key)\n        return", "            pass\n        return"
    )
    assert "equality" in broken_laws(loaded, fifo)


def test_a_parser_is_tried_with_the_characters_it_looks_for(tmp_path: Path) -> None:
    loaded = assert_works(made(tmp_path, samples.PARSER, "fields_reference", "fields"))
    assert "equality" in broken_laws(loaded, loaded.candidate().replace('";", ""', '"%", ""'))


def test_roman_numerals_with_a_declared_error(tmp_path: Path) -> None:
    loaded = assert_works(made(tmp_path, samples.ROMAN, "naive_roman", "roman", raises="ValueError"))
    assert "@raises(ValueError)" in loaded.source
    ways = {a.how for p in loaded.plans() for a in p.answers}
    assert ways == {0, 1}


def test_errors_that_the_oracle_raises_are_declared_and_told(tmp_path: Path) -> None:
    result = made(tmp_path, samples.ROMAN, "naive_roman", "roman")
    assert "@raises(ValueError)" in Loaded(result).source
    assert any("ValueError" in note for note in result.notes)


def test_a_mean_of_floats(tmp_path: Path) -> None:
    loaded = assert_works(made(tmp_path, samples.MEAN, "slow_mean", "mean", requires="values"))
    assert "sized(1)" in loaded.source
    assert "bit by bit" in loaded.task.files["PROBLEM.md"].decode()


def test_records_and_optional_results(tmp_path: Path) -> None:
    loaded = assert_works(made(tmp_path, samples.POINTS, "nearest_slow", "nearest"))
    assert [r.cls.__name__ for r in loaded.suite.interface.records()] == ["Point"]


def test_enums_are_passed_as_strings_and_seen_as_members(tmp_path: Path) -> None:
    loaded = assert_works(made(tmp_path, samples.COLORS, "slow_turn", "turn"))
    assert 'Literal["RED", "GREEN", "BLUE"]' in loaded.source
    assert 'Literal["left", "right"]' in loaded.source
