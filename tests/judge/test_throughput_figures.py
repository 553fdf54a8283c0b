"""What recorded times show: pure functions of seconds, no clock."""

from __future__ import annotations

from itertools import product
from math import inf

import pytest

from probatum.judge.throughput.paired import (
    CONFIDENCE,
    FASTER,
    SLOWER,
    UNDECIDED,
    Figure,
    figure,
    figure_of,
    order,
    settled,
)
from probatum.levels.throughput import PAIRS, ranked


def recorded(*ratios: float) -> list[tuple[tuple[float, ...], tuple[float, ...]]]:
    "Pairs of runs in which the candidate was so many times as fast."
    return [((0.002, 0.001), (0.003 * ratio, 0.001 * ratio)) for ratio in ratios]


def test_pairs_run_in_the_order_a_b_b_a() -> None:
    assert [who for pair in range(4) for who in order(pair)] == [
        *("candidate", "reference", "reference", "candidate")
    ] * 2


def test_the_ratio_is_that_of_the_fastest_rounds() -> None:
    assert figure([((9.0, 2.0, 5.0), (4.0, 80.0, 6.0))]).ratio == 2.0


def test_the_median_and_the_interval_of_ten_pairs_leave_out_the_outermost() -> None:
    found = figure(recorded(1.5, 1.1, 1.2, 1.3, 9.0, 1.4, 1.6, 1.7, 0.1, 1.8))
    assert (found.low, found.high) == (pytest.approx(1.1), pytest.approx(1.8))
    assert found.ratios == pytest.approx((1.5, 1.1, 1.2, 1.3, 9.0, 1.4, 1.6, 1.7, 0.1, 1.8))
    assert found.ratio == pytest.approx(1.45)
    assert found.shows == FASTER


def test_the_order_of_the_pairs_does_not_matter() -> None:
    ratios = [1.5, 1.1, 1.2, 0.7, 9.0, 1.4, 1.6]
    one, other = figure(recorded(*ratios)), figure(recorded(*reversed(ratios)))
    assert (one.ratio, one.low, one.high) == (other.ratio, other.low, other.high)


@pytest.mark.parametrize("pairs", range(1, 11))
def test_the_interval_misses_the_median_no_oftener_than_it_says(pairs: int) -> None:
    "Every way in which pairs can lie above or below the true median, which is 1."
    ways = [figure(recorded(*way)) for way in product((0.5, 2.0), repeat=pairs)]
    missed = sum(not found.low <= 1 <= found.high for found in ways)
    assert missed <= (1 - CONFIDENCE) * 2**pairs + 1e-9


def test_so_many_pairs_as_are_measured_can_show_a_difference() -> None:
    assert figure(recorded(*[1.2] * PAIRS)).shows == FASTER
    assert figure(recorded(*[0.8] * PAIRS)).shows == SLOWER


def test_the_figure_can_be_worked_out_of_the_recorded_ratios() -> None:
    found = figure(recorded(1.5, 1.1, 1.2, 0.7, 9.0, 1.4, 1.6))
    assert figure_of(found.ratios) == found


def test_a_few_pairs_show_nothing() -> None:
    found = figure(recorded(5.0, 5.0, 5.0, 5.0, 5.0))
    assert (found.low, found.high, found.shows) == (0.0, inf, UNDECIDED)


@pytest.mark.parametrize(
    "pairs", [[], [((0.0,), (1.0,))], [((1.0,), (-1.0,))], [((), (1.0,))], [((1.0,), (float("nan"),))]]
)
def test_what_is_no_time_is_refused(pairs: list[tuple[tuple[float, ...], tuple[float, ...]]]) -> None:
    with pytest.raises(ValueError, match="no times to compare"):
        figure(pairs)


WON = Figure(ratio=2.0, low=1.5, high=2.5, ratios=())
DREW = Figure(ratio=1.2, low=0.9, high=1.5, ratios=())
LOST = Figure(ratio=0.5, low=0.4, high=0.6, ratios=())


@pytest.mark.parametrize(
    ("first", "again", "shown", "word"),
    [
        (WON, WON, WON, FASTER),
        (WON, DREW, DREW, UNDECIDED),
        (WON, LOST, LOST, UNDECIDED),
        (WON, None, WON, UNDECIDED),
        (DREW, None, DREW, UNDECIDED),
        (LOST, None, LOST, SLOWER),
    ],
)
def test_who_won_must_win_again(first: Figure, again: Figure | None, shown: Figure, word: str) -> None:
    assert settled(first, again) == (shown, word)


def test_what_is_not_shown_to_differ_ranks_as_equal() -> None:
    assert ranked({1: (WON, FASTER), 2: (DREW, UNDECIDED)}) == 1.0
    assert ranked({1: (WON, FASTER), 2: (LOST, SLOWER)}) == 0.5
    assert ranked({1: (WON, FASTER)}) == 2.0
