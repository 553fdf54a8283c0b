"""A sorted list, as sortedcontainers.SortedList: the oracle decides, and laws say it again for what may be exempted."""

from typing import Annotated

from probatum import I16, U32, Call, always, assume, few, raises, sized, sometimes, sut

Item = Annotated[I16, few(4)]
Items = Annotated[list[Item], sized(0, 6)]


@sut
class Sorted:
    def __init__(self) -> None:
        self.held: list[int] = []

    def add(self, item: Item) -> None:
        self.held = sorted([*self.held, item])

    @raises(ValueError)
    def remove(self, item: Item) -> None:
        self.held.remove(item)

    @raises(IndexError)
    def pop(self) -> I16:
        return self.held.pop()

    def left(self, item: Item) -> U32:
        return sum(held < item for held in self.held)

    def right(self, item: Item) -> U32:
        return sum(held <= item for held in self.held)

    def count(self, item: Item) -> U32:
        return self.held.count(item)

    def items(self) -> list[I16]:
        return list(self.held)


@always("SO-1")
def added_is_there(s: Sorted, item: Item) -> None:
    "An item added is listed."
    s.add(item)
    assert item in s.items()


@always("SO-2")
def counted_between(s: Sorted, item: Item) -> None:
    "The places to the right and to the left of an item are as far apart as it is often there."
    assert s.right(item) - s.left(item) == s.count(item)


@always("SO-2")
def left_of_an_item_are_smaller_ones(s: Sorted, item: Item) -> None:
    "As many items stand left of an item as are smaller."
    assert s.left(item) == sum(held < item for held in s.items())


@always("SO-3")
def popped_was_there(s: Sorted) -> None:
    "What is popped was there."
    before = s.items()
    assume(before != [])
    assert s.pop() in before


@sometimes
def several(call: Call) -> bool:
    "An item is there more than once."
    return call.method == "count" and call.result > 1
