"""What recorded times of two programs show: paired ratios, their median, and an interval that assumes no distribution.

Both programs make the same calls one right after the other, in the order A B B A, so that what a machine does meanwhile
falls on both and a drift cancels out. Of the rounds of one run the fastest counts: all make as many calls of the same
kinds, and what else a machine does only ever adds. The interval of the median is that of the sign test: between the
k-th smallest and the k-th largest ratio, where k is the largest number for which fewer than k of n fair coins show
heads in at most half of the permitted error (W. J. Conover, *Practical Nonparametric Statistics*, 3.1 and 3.4). Pure:
times come in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, inf
from statistics import median

CONFIDENCE = 0.95
CANDIDATE_FIRST = ("candidate", "reference")
FASTER, SLOWER, UNDECIDED = "faster", "slower", "not shown to differ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """How many times as fast as the reference: the median of the pairs, and where it lies with `CONFIDENCE`."""

    ratio: float
    low: float
    high: float
    ratios: tuple[float, ...]
    """Of every pair, in the order in which they ran: what the figure was worked out of."""

    @property
    def shows(self) -> str:
        """`FASTER` only where the whole interval lies above 1, `SLOWER` where it lies below."""
        return FASTER if self.low > 1 else SLOWER if self.high < 1 else UNDECIDED

    @property
    def words(self) -> str:
        """For people."""
        return f"{self.ratio:.2f} ({self.low:.2f} to {self.high:.2f})"


def order(pair: int) -> tuple[str, ...]:
    """Who runs first and second in a pair: A B, then B A, and so on."""
    return CANDIDATE_FIRST if pair % 2 == 0 else CANDIDATE_FIRST[::-1]


Run = Sequence[float]
"""Seconds of each round of one run."""


def figure(pairs: Sequence[tuple[Run, Run]]) -> Figure:
    """The figure of pairs of runs, the candidate's and the reference's. Too few pairs decide nothing; raises
    `ValueError` for times that are none."""
    if not pairs or any(not run or not min(run) > 0 for pair in pairs for run in pair):
        raise ValueError(f"no times to compare: {list(pairs)!r}")
    return figure_of([min(reference) / min(candidate) for candidate, reference in pairs])


def figure_of(told: Sequence[float]) -> Figure:
    """The figure of recorded ratios."""
    ratios, low, high = sorted(told), 0.0, inf
    if (k := _rank(len(ratios))) > 0:
        low, high = ratios[k - 1], ratios[-k]
    return Figure(ratio=median(ratios), low=low, high=high, ratios=tuple(told))


def _rank(pairs: int) -> int:
    """The largest k for which the interval from the k-th smallest to the k-th largest keeps what is promised."""
    permitted = (1 - CONFIDENCE) * 2**pairs / 2
    k, below = 0, 0
    while (below := below + comb(pairs, k)) <= permitted:
        k += 1
    return k


def settled(first: Figure, again: Figure | None) -> tuple[Figure, str]:
    """What stays of a figure once a winner was run again: who won must win again, and the second figure is told, for
    the first was chosen because it was good."""
    if first.shows != FASTER:
        return first, first.shows
    if again is None:
        return first, UNDECIDED
    return again, FASTER if again.shows == FASTER else UNDECIDED
