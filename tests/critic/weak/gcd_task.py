"""The greatest common divisor."""

from typing import Annotated

from probatum import U16, Call, Sut, always, assume, between, few, sometimes, sut

Number = Annotated[U16, between(1, 60), few(12)]
Factor = Annotated[U16, between(1, 9)]


@sut(answers="any")
def gcd(a: Number, b: Number) -> U16:
    while b:
        a, b = b, a % b
    return a


@always("GC-1")
def divides_both(s: Sut, a: Number, b: Number) -> None:
    "The answer divides both numbers."
    g = s.gcd(a, b)
    assert g > 0 and a % g == 0 and b % g == 0


@always("GC-2")
def none_is_greater(s: Sut, a: Number, b: Number) -> None:
    "No greater number divides both."
    g = s.gcd(a, b)
    assert not any(a % d == 0 and b % d == 0 for d in range(g + 1, min(a, b) + 1))


@always("GC-2")
def multiples(s: Sut, a: Factor, b: Factor, by: Annotated[U16, between(2, 6)]) -> None:
    "A factor of both numbers is a factor of the answer."
    assume(a != b)
    assert s.gcd(a * by, b * by) % by == 0


@sometimes
def common(call: Call) -> bool:
    "Two different numbers have a factor in common."
    return call.result > 1 and call.args[0] != call.args[1]
