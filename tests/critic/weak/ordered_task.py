"""An ordered dictionary, as sortedcontainers.SortedDict."""

from typing import Annotated

from probatum import I16, U8, Call, always, assume, few, raises, sometimes, sut

Key = Annotated[I16, few(4)]


@sut
class Ordered:
    def __init__(self) -> None:
        self.held: dict[int, int] = {}

    def put(self, key: Key, value: U8) -> None:
        self.held[key] = value

    def get(self, key: Key) -> U8 | None:
        return self.held.get(key)

    @raises(KeyError)
    def pop(self, key: Key) -> U8:
        return self.held.pop(key)

    def first(self) -> I16 | None:
        return min(self.held, default=None)

    def between(self, low: Key, high: Key) -> list[I16]:
        return sorted(key for key in self.held if low <= key <= high)


@always("OD-1")
def first_is_there(s: Ordered) -> None:
    "The first key is a key."
    first = s.first()
    assert first is None or s.get(first) is not None


@always("OD-2")
def between_the_ends(s: Ordered, low: Key, high: Key) -> None:
    "Keys between two keys lie between them, ascending."
    keys = s.between(low, high)
    assert keys == sorted(keys)
    assert all(low <= key <= high for key in keys)


@always("OD-3")
def popped_is_what_was_put(s: Ordered, key: Key, value: U8) -> None:
    "What was put under a key is popped."
    s.put(key, value)
    assert s.pop(key) == value


@always("OD-3")
def popping_nothing_raises(s: Ordered, key: Key) -> None:
    "Popping a key that is not there raises KeyError."
    assume(s.get(key) is None)
    try:
        s.pop(key)
    except KeyError:
        return
    raise AssertionError("it answered")


@sometimes
def some_between(call: Call) -> bool:
    "Several keys lie between two keys."
    return call.method == "between" and len(call.result) > 1
