"""Clip a number into a range."""

from typing import Annotated

from probatum import I32, Call, Sut, always, assume, few, sometimes, sut

Number = Annotated[I32, few(7)]


@sut(answers="any")
def clip(x: Number, lo: Number, hi: Number) -> I32:
    assume(lo <= hi)
    return max(lo, min(hi, x))


@always("CL-1")
def inside_is_kept(s: Sut, x: Number, lo: Number, hi: Number) -> None:
    "A number inside the range is answered as it is."
    assume(lo <= x <= hi)
    assert s.clip(x, lo, hi) == x


@always("CL-2")
def below_is_raised(s: Sut, x: Number, lo: Number, hi: Number) -> None:
    "A number below the range becomes its lower end."
    assume(x < lo <= hi)
    assert s.clip(x, lo, hi) == lo


@always("CL-3")
def above_is_lowered(s: Sut, x: Number, lo: Number, hi: Number) -> None:
    "A number above the range becomes its upper end."
    assume(lo <= hi < x)
    assert s.clip(x, lo, hi) == hi


@sometimes
def clipped(call: Call) -> bool:
    "The answer is not the number."
    return call.result != call.args[0]
