"""The whole part of a square root."""

from typing import Annotated

from probatum import U16, U32, Sut, always, between, sut

Small = Annotated[U32, between(0, 400)]


@sut(answers="any")
def root(n: U32) -> U16:
    low, high = 0, 1 << 16
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle * middle <= n else (low, middle)
    return low


@always("RO-1")
def not_above(s: Sut, n: U32) -> None:
    "The square of the root is at most the number."
    assert s.root(n) ** 2 <= n


@always("RO-2")
def not_below(s: Sut, n: U32) -> None:
    "The square of the next number is above the number."
    assert (s.root(n) + 1) ** 2 > n


@always("RO-3")
def squares(s: Sut, n: U16) -> None:
    "The root of a square is what was squared."
    assert s.root(n * n) == n


@always("RO-3")
def small_ones(s: Sut, n: Small) -> None:
    "Roots of small numbers lie between their neighbours."
    assert s.root(n) ** 2 <= n < (s.root(n) + 1) ** 2
