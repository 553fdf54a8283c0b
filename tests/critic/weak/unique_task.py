"""Every item once, where it first stands."""

from typing import Annotated

from probatum import I64, Call, Sut, always, few, sized, sometimes, sut

Number = Annotated[I64, few(5)]
Items = Annotated[list[Number], sized(0, 8)]


@sut(answers="any")
def unique(items: Items) -> list[I64]:
    return list(dict.fromkeys(items))


@always("UN-1")
def each_once(s: Sut, items: Items) -> None:
    "No item is answered twice."
    out = s.unique(items)
    assert len(out) == len(set(out))


@always("UN-2")
def nothing_is_lost(s: Sut, items: Items) -> None:
    "What is answered is what was given."
    assert set(s.unique(items)) == set(items)


@always("UN-3")
def in_the_order_given(s: Sut, items: Items) -> None:
    "Items stand in the order of their first appearance."
    places = [items.index(item) for item in s.unique(items) if item in items]
    assert places == sorted(places)


@sometimes
def shorter(call: Call) -> bool:
    "Some item is left out."
    return len(call.result) < len(call.args[0])
