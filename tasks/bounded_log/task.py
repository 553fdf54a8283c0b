"""A log of bounded length: interface, oracle and laws."""

from typing import Annotated

from probatum import U32, U64, Call, Sut, always, between, few, never_raises, sometimes, sut

LARGEST = 2**32 - 1
Capacity = Annotated[U32, few(6)]
Index = Annotated[U32, few(8)]
Some = Annotated[U32, between(0, 40)]
Size = Annotated[U32, between(0, 130)]
Many = Annotated[U32, between(12, 150)]


@sut(requirements=["BL-1", "BL-2", "BL-3", "BL-4", "BL-5"], weights={"append": 4, "get": 2})
class BoundedLog:
    """A list that refuses to grow beyond its capacity."""

    def __init__(self, capacity: Capacity) -> None:
        self.capacity = capacity
        self.values: list[int] = []

    def append(self, value: U64) -> bool:
        if len(self.values) >= self.capacity:
            return False
        self.values.append(value)
        return True

    def get(self, index: Index) -> U64 | None:
        return self.values[index] if index < len(self.values) else None

    def len(self) -> U32:
        return len(self.values)

    def clear(self) -> None:
        self.values.clear()


@always("BL-1", "BL-2")
def append_changes_the_end_only(s: BoundedLog, value: U64, index: Index) -> None:
    "After an append the value stands at the old end if it was taken, and every other position reads as before."
    end, before = s.len(), s.get(index)
    taken = s.append(value)
    assert s.get(index) == (value if taken and index == end else before)


@always("BL-1", "BL-3")
def length_counts_what_was_taken(s: BoundedLog, value: U64) -> None:
    "An append that answers true adds one to the length, one that answers false adds nothing."
    before = s.len()
    taken = s.append(value)
    assert s.len() == before + taken


@always("BL-1")
def full_stays_full(s: BoundedLog, first: U64, second: U64) -> None:
    "After a refused append the next one is refused too."
    taken = s.append(first)
    assert taken or not s.append(second)


@always("BL-2", "BL-3")
def nothing_beyond_the_end(s: BoundedLog, index: Index) -> None:
    "A position reads as none exactly when it is not below the length; the length itself is one."
    length = s.len()
    assert (s.get(index) is None) == (index >= length)
    assert s.get(length) is None


@always("BL-2", "BL-4")
def clear_empties(s: BoundedLog, index: Index) -> None:
    "After a clear the length is 0 and no position has a value."
    s.clear()
    assert s.len() == 0
    assert s.get(index) is None


@always("BL-1", "BL-2", "BL-3")
def holds_exactly_its_capacity(s: Sut, capacity: Size, excess: Annotated[U32, between(0, 3)]) -> None:
    "A new log takes as many values as its capacity, refuses the next ones, and reads all it took in order."
    log = s.BoundedLog(capacity)
    answers = [log.append(LARGEST + i) for i in range(capacity + excess)]
    assert answers == [True] * capacity + [False] * excess
    assert log.len() == capacity
    assert [log.get(i) for i in range(capacity + 1)] == [*(LARGEST + i for i in range(capacity)), None]


@always("BL-4")
def cleared_is_as_new(s: Sut, capacity: Some, used: Some) -> None:
    "A log that was used and cleared reads none everywhere and takes as many values as a new one."
    log = s.BoundedLog(capacity)
    for i in range(used):
        log.append(i)
    log.clear()
    assert [log.get(i) for i in range(used)] == [None] * used
    assert [log.append(i) for i in range(capacity + 1)] == [True] * capacity + [False]
    assert log.get(0) == (0 if capacity else None)


@always("BL-1", "BL-2")
def a_large_log_keeps_every_value(s: Sut, count: Many, step: Annotated[U64, few(2)], last: U64) -> None:
    "A log of the largest capacity takes many values and reads every one of them."
    log = s.BoundedLog(LARGEST)
    values = [*((i * step) % 2**64 for i in range(count)), last]
    for i, value in enumerate(values):
        assert log.get(i) is None
        assert log.append(value)
    assert [log.get(i) for i in range(count + 1)] == values
    assert log.get(LARGEST) is None


@always("BL-5")
def logs_do_not_share(s: Sut, value: U64, other: U64) -> None:
    "What is done with one log is not seen in another."
    one, two = s.BoundedLog(2), s.BoundedLog(2)
    one.append(value)
    assert two.len() == 0
    two.append(other)
    two.clear()
    assert one.len() == 1
    assert one.get(0) == value


@never_raises("BL-6")
def any_capacity_any_position(s: Sut, capacity: U32, index: U32, value: U64) -> None:
    "A log of any capacity can be made, filled, read at any position and cleared."
    log = s.BoundedLog(capacity)
    log.get(index)
    log.append(value)
    log.get(index)
    log.clear()
    log.clear()


@sometimes
def refused(call: Call) -> bool:
    "An append is refused."
    return call.method == "append" and call.result is False


@sometimes
def refused_at_once(call: Call, earlier: list[Call]) -> bool:
    "A log of capacity 0 refuses its first value."
    first = not any(e.method == "append" for e in earlier)
    return call.method == "append" and call.result is False and first


@sometimes
def taken(call: Call) -> bool:
    "An append is taken."
    return call.method == "append" and call.result is True


@sometimes
def read_hits(call: Call) -> bool:
    "A position that holds a value is read."
    return call.method == "get" and call.result is not None


@sometimes
def read_beyond_the_end(call: Call, earlier: list[Call]) -> bool:
    "A log that took values is read beyond its end."
    return call.method == "get" and call.result is None and any(e.result is True for e in earlier)


@sometimes
def read_at_the_largest_position(call: Call) -> bool:
    "The largest position is read."
    return call.method == "get" and call.args[0] == LARGEST


@sometimes
def refilled(call: Call, earlier: list[Call]) -> bool:
    "A log that was full takes a value after a clear."
    methods = [e.method for e in earlier]
    return call.result is True and "clear" in methods and any(e.result is False for e in earlier)


@sometimes
def cleared_when_empty(call: Call, earlier: list[Call]) -> bool:
    "A log that holds nothing is cleared."
    return call.method == "clear" and not any(e.result is True for e in earlier)
