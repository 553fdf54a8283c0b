"""A cache of a few keys that gives up the one used least often, as cachetools.LFUCache."""

from typing import Annotated

from probatum import U8, U32, Call, Sut, always, assume, between, few, sometimes, sut

Room = Annotated[U8, between(1, 3)]
Uses = Annotated[U8, between(1, 4)]
Key = Annotated[U8, few(5)]


@sut(weights={"put": 3})
class Lfu:
    def __init__(self, room: Room) -> None:
        self.room = room
        self.held: dict[int, tuple[int, int]] = {}

    def put(self, key: Key, value: U8) -> None:
        if key not in self.held and len(self.held) == self.room:
            del self.held[min(self.held, key=lambda held: self.held[held][1])]
        _, uses = self.held.pop(key, (0, 0))
        self.held[key] = value, uses + 1

    def get(self, key: Key) -> U8 | None:
        if key not in self.held:
            return None
        value, uses = self.held.pop(key)
        self.held[key] = value, uses + 1
        return value

    def len(self) -> U32:
        return len(self.held)

    def keys(self) -> list[U8]:
        return sorted(self.held)


@always("LF-1")
def put_get(s: Lfu, key: Key, value: U8) -> None:
    "A value put is the value got."
    s.put(key, value)
    assert s.get(key) == value


@always("LF-2")
def no_more_than_there_is_room_for(s: Sut, room: Room, keys: list[Key]) -> None:
    "No more keys are held than there is room for."
    cache = s.Lfu(room)
    for key in keys:
        cache.put(key, key)
    assert cache.len() <= room


@always("LF-3")
def keys_are_listed(s: Lfu, key: Key) -> None:
    "A key that can be got is listed."
    assert s.get(key) is None or key in set(s.keys())


@always("LF-4")
def a_get_is_one_use(s: Sut, puts: Uses, gets: Uses) -> None:
    "Of two keys the one used more often, by puts and gets together, stays when a third one comes."
    assume(puts != gets + 1)
    cache = s.Lfu(2)
    for _ in range(puts):
        cache.put(1, 1)
    cache.put(2, 2)
    for _ in range(gets):
        cache.get(2)
    cache.put(3, 3)
    assert (cache.get(1) is None) == (puts < gets + 1)


@sometimes
def full(call: Call) -> bool:
    "Three keys are held."
    return call.method == "len" and call.result == 3
