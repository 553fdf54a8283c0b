"""Read a number that is written in decimal digits."""

from typing import Annotated, Literal

from probatum import U8, U64, Sut, always, between, raises, sized, sut

Digits = Annotated[list[Annotated[U8, between(0, 12)]], sized(0, 5)]
Good = Annotated[list[Annotated[U8, between(0, 9)]], sized(1, 5)]


@sut(answers="any")
@raises(ValueError)
def number(digits: Digits) -> U64:
    if not digits or max(digits) > 9:
        raise ValueError("not a number")
    return int("".join(map(str, digits)))


@always("DI-1")
def reads(s: Sut, digits: Good) -> None:
    "The digits are read from left to right."
    assert s.number(digits) == int("".join(map(str, digits)))


@always("DI-2")
def refuses_what_is_no_digit(
    s: Sut, before: Good, wrong: Annotated[U8, between(10, 12)], where: Literal["a", "b"]
) -> None:
    "What is above nine is refused, wherever it stands."
    try:
        s.number([*before[:4], wrong] if where == "a" else [wrong, *before[:4]])
    except ValueError:
        return
    raise AssertionError("it answered")


@always("DI-2")
def refuses_a_wrong_one_anywhere(s: Sut, digits: Digits) -> None:
    "Only digits are read."
    try:
        s.number(digits)
    except ValueError:
        assert not digits or max(digits) > 9
        return
    assert digits and max(digits) <= 9


@always("DI-3")
def refuses_nothing_at_all(s: Sut) -> None:
    "No digits are no number."
    try:
        s.number([])
    except ValueError:
        return
    raise AssertionError("it answered")
