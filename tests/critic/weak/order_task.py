"""Put items in ascending order."""

from typing import Annotated

from probatum import I64, Call, Sut, always, few, sized, sometimes, sut

Number = Annotated[I64, few(6)]
Items = Annotated[list[Number], sized(0, 8)]


@sut(answers="any")
def order(items: Items) -> list[I64]:
    return sorted(items)


@always("OR-1")
def ascends(s: Sut, items: Items) -> None:
    "Every item is at most the next."
    out = s.order(items)
    assert all(out[i] <= out[i + 1] for i in range(len(out) - 1))


@always("OR-2")
def same_items(s: Sut, items: Items) -> None:
    "Every item is answered as often as it was given."
    out = s.order(items)
    assert len(out) == len(items)
    assert all(out.count(item) == items.count(item) for item in items)


@sometimes
def moves(call: Call) -> bool:
    "Some item moves."
    return call.result != call.args[0]
