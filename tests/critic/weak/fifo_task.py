"""A cache of a few keys that gives up the one whose last put is oldest, as cachetools.FIFOCache."""

from typing import Annotated

from probatum import U8, U32, Call, Sut, always, between, few, sometimes, sut

Room = Annotated[U8, between(1, 3)]
Key = Annotated[U8, few(5)]


@sut(weights={"put": 3})
class Fifo:
    def __init__(self, room: Room) -> None:
        self.room = room
        self.held: dict[int, int] = {}

    def put(self, key: Key, value: U8) -> None:
        self.held.pop(key, None)
        if len(self.held) == self.room:
            del self.held[next(iter(self.held))]
        self.held[key] = value

    def get(self, key: Key) -> U8 | None:
        return self.held.get(key)

    def len(self) -> U32:
        return len(self.held)

    def keys(self) -> list[U8]:
        return sorted(self.held)


@always("FI-1")
def put_get(s: Fifo, key: Key, value: U8) -> None:
    "A value put is the value got."
    s.put(key, value)
    assert s.get(key) == value


@always("FI-2")
def no_more_than_there_is_room_for(s: Sut, room: Room, keys: list[Key]) -> None:
    "No more keys are held than there is room for."
    cache = s.Fifo(room)
    for key in keys:
        cache.put(key, key)
    assert cache.len() <= room


@always("FI-3")
def keys_are_listed(s: Fifo, key: Key) -> None:
    "A key that can be got is listed."
    assert s.get(key) is None or key in set(s.keys())


@sometimes
def full(call: Call) -> bool:
    "Three keys are held."
    return call.method == "len" and call.result == 3
