"""Rotate a list to the left."""

from typing import Annotated

from probatum import I64, U8, Call, Sut, always, between, few, sized, sometimes, sut

Number = Annotated[I64, few(6)]
Items = Annotated[list[Number], sized(0, 7)]
Places = Annotated[U8, between(0, 20)]


@sut(answers="any")
def rotate(items: Items, places: Places) -> list[I64]:
    return [items[(i + places) % len(items)] for i in range(len(items))]


@always("RT-1")
def every_item_moves(s: Sut, items: Items, places: Places) -> None:
    "Every item stands that many places further left, around the end."
    out = s.rotate(items, places)
    assert all(out[i] == items[(i + places) % len(items)] for i in range(len(items)))


@always("RT-2")
def same_length(s: Sut, items: Items, places: Places) -> None:
    "The list keeps its length."
    assert len(s.rotate(items, places)) == len(items)


@sometimes
def around(call: Call) -> bool:
    "It is rotated further than the list is long."
    return 1 < len(call.args[0]) < call.args[1]
