"""A bounded queue shared by threads: interface, oracle, laws, and what its clients do at once."""

from typing import Annotated

from probatum import U32, U64, Call, always, assume, between, concurrent, never_raises, sometimes, sut

Capacity = Annotated[U32, between(1, 4)]


@concurrent(threads=3, calls=2, preemptions=2, waits=("put", "take"), requirements=("BQ-5", "BQ-6"))
@sut(requirements=["BQ-1", "BQ-2", "BQ-3", "BQ-4"], weights={"try_put": 3, "try_take": 2})
class BoundedQueue:
    """First in, first out, and never more than the capacity."""

    def __init__(self, capacity: Capacity) -> None:
        self.capacity = capacity
        self.items: list[int] = []

    def put(self, item: U64) -> None:
        assume(len(self.items) < self.capacity)
        self.items.append(item)

    def take(self) -> U64:
        assume(len(self.items) > 0)
        return self.items.pop(0)

    def try_put(self, item: U64) -> bool:
        if len(self.items) >= self.capacity:
            return False
        self.items.append(item)
        return True

    def try_take(self) -> U64 | None:
        return self.items.pop(0) if self.items else None

    def len(self) -> U32:
        return len(self.items)


@always("BQ-1", "BQ-2")
def what_goes_in_comes_out_last(s: BoundedQueue, item: U64) -> None:
    "An item that was taken in comes out after all that were there before, and then the queue is empty."
    before = s.len()
    if s.try_put(item):
        out = [s.try_take() for _ in range(before + 1)]
        assert out[-1] == item
        assert s.try_take() is None


@always("BQ-3")
def full_refuses(s: BoundedQueue, item: U64) -> None:
    "A queue that refused an item refuses the next one, and its length stays."
    if not s.try_put(item):
        before = s.len()
        assert not s.try_put(item)
        assert s.len() == before


@always("BQ-4")
def length_counts(s: BoundedQueue, item: U64) -> None:
    "An item taken in adds one to the length, one that comes out takes one off."
    before = s.len()
    taken = s.try_put(item)
    assert s.len() == before + taken
    out = s.try_take()
    assert s.len() == before + taken - (out is not None)


@never_raises("BQ-1")
def tries_never_fail(s: BoundedQueue, item: U64) -> None:
    "Trying to put or take ends in an answer, never in an error."
    s.try_take()
    s.try_put(item)
    s.len()


@sometimes
def refused(call: Call) -> bool:
    "An item is refused because the queue is full."
    return call.method == "try_put" and call.result is False


@sometimes
def found_empty(call: Call) -> bool:
    "The queue is found empty."
    return call.method == "try_take" and call.result is None


@sometimes
def put_and_taken(call: Call, earlier: list[Call]) -> bool:
    "What put took in comes out."
    return call.method == "take" and any(e.method == "put" for e in earlier)
