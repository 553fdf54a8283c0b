"""Merge two ascending lists."""

from typing import Annotated

from probatum import I64, Sut, always, assume, few, mapped, sized, sut

Number = Annotated[I64, few(5)]
Items = Annotated[list[Number], sized(0, 6), mapped(sorted)]


@sut(answers="any")
def merge(left: Items, right: Items) -> list[I64]:
    assume(left == sorted(left) and right == sorted(right))
    return sorted(left + right)


@always("ME-1")
def ascends(s: Sut, left: Items, right: Items) -> None:
    "The answer ascends."
    out = s.merge(left, right)
    assert out == sorted(out)


@always("ME-2")
def same_items(s: Sut, left: Items, right: Items) -> None:
    "The answer holds the items of both lists, as often as they are there."
    assert sorted(s.merge(left, right)) == sorted(left + right)


@always("ME-3")
def merged_with_itself(s: Sut, items: Items) -> None:
    "A list merged with itself has every item twice, still ascending."
    assert s.merge(items, items) == sorted(items * 2)
