"""Search in an ascending list: any index of a match is right."""

from typing import Annotated

from probatum import I64, U64, Call, Sut, always, assume, few, mapped, sized, sometimes, sut

Number = Annotated[I64, few(6)]
Items = Annotated[list[Number], sized(0, 8), mapped(sorted)]


@sut(answers="any")
def find(items: Items, target: Number) -> U64 | None:
    assume(items == sorted(items))
    return items.index(target) if target in items else None


@always("FI-1")
def index_holds_target(s: Sut, items: Items, target: Number) -> None:
    "An index that is answered holds the target."
    at = s.find(items, target)
    assert at is None or (at < len(items) and items[at] == target)


@always("FI-1")
def index_holds_item(s: Sut, items: Items) -> None:
    "An index that is answered for an item holds that item."
    for item in items:
        at = s.find(items, item)
        assert at is None or (at < len(items) and items[at] == item)


@always("FI-2")
def present_is_found(s: Sut, items: Items, target: Number) -> None:
    "A target that is there is found."
    assert target not in items or s.find(items, target) is not None


@always("FI-2")
def every_item_is_found(s: Sut, items: Items) -> None:
    "Every item of the list is found."
    for item in items:
        assert s.find(items, item) is not None


@sometimes
def hit(call: Call) -> bool:
    "The target is found."
    return call.result is not None
