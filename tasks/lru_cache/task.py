"""A least-recently-used cache: interface, oracle and laws."""

from typing import Annotated

from probatum import U32, U64, Call, Sut, always, assume, between, few, never_raises, sized, sometimes, sut

TOP = 2**64
LARGEST = 2**32 - 1
Capacity = Annotated[U32, between(1), few(5)]
Key = Annotated[U64, few(8)]
Step = Annotated[U64, few(4), between(1)]
Some = Annotated[U32, between(1, 30)]
Many = Annotated[U32, between(20, 100)]
Uses = Annotated[list[Annotated[U32, between(0, 29)]], sized(0, 12)]
Hundreds = Annotated[U32, between(260, 300)]


@sut(requirements=["LRU-1", "LRU-2", "LRU-3", "LRU-4", "LRU-5"], weights={"put": 3, "get": 3})
class LruCache:
    """A list of pairs, newest first."""

    def __init__(self, capacity: Capacity) -> None:
        self.capacity = capacity
        self.pairs: list[tuple[int, int]] = []

    def get(self, key: Key) -> U64 | None:
        found = [value for held, value in self.pairs if held == key]
        if not found:
            return None
        self.put(key, found[0])
        return found[0]

    def put(self, key: Key, value: U64) -> None:
        others = [pair for pair in self.pairs if pair[0] != key]
        self.pairs = [(key, value), *others][: self.capacity]

    def len(self) -> U32:
        return len(self.pairs)

    def keys_by_recency(self) -> list[U64]:
        return [key for key, _ in self.pairs]


@always("LRU-1")
def put_get(s: LruCache, key: Key, value: U64) -> None:
    "A value put is the value got."
    s.put(key, value)
    assert s.get(key) == value


@always("LRU-1", "LRU-4")
def held_if_and_only_if_listed(s: LruCache, key: Key) -> None:
    "A key is listed exactly when it can be got."
    assert (key in s.keys_by_recency()) == (s.get(key) is not None)


@always("LRU-2", "LRU-3")
def put_makes_newest(s: LruCache, key: Key, value: U64) -> None:
    "A put makes its key the newest and keeps the order of the others; only a new key may push out the oldest."
    before = s.keys_by_recency()
    s.put(key, value)
    after = s.keys_by_recency()
    others = [k for k in before if k != key]
    assert after[:1] == [key]
    assert after[1:] == others or (key not in before and after[1:] == others[:-1])


@always("LRU-3")
def get_makes_newest(s: LruCache, key: Key) -> None:
    "A get that finds its key makes it the newest, one that finds nothing changes nothing."
    before = s.keys_by_recency()
    found = s.get(key) is not None
    after = s.keys_by_recency()
    assert after == ([key, *(k for k in before if k != key)] if found else before)


@always("LRU-2", "LRU-4")
def overwriting_takes_no_room(s: LruCache, key: Key, first: U64, second: U64) -> None:
    "Putting a held key again replaces its value and leaves the number of keys alone."
    s.put(key, first)
    count = s.len()
    s.put(key, second)
    assert s.len() == count
    assert s.get(key) == second


@always("LRU-4")
def keys_are_distinct_and_counted(s: LruCache) -> None:
    "No key is listed twice and the length is the number of keys."
    keys = s.keys_by_recency()
    assert len(set(keys)) == len(keys) == s.len()


@always("LRU-3")
def looking_changes_nothing(s: LruCache) -> None:
    "Listing the keys and asking for the length do not change the order."
    before = s.keys_by_recency()
    s.len()
    assert s.keys_by_recency() == before


@always("LRU-2", "LRU-3")
def oldest_leaves_first(s: Sut, capacity: Some, excess: Annotated[U32, between(0, 40)]) -> None:
    "Of more new keys than a cache has room for, it holds the latest, newest first."
    cache = s.LruCache(capacity)
    total = capacity + excess
    for key in range(total):
        cache.put(key, TOP - 1 - key)
    assert cache.len() == capacity
    assert cache.keys_by_recency() == list(reversed(range(excess, total)))
    assert cache.get(excess) == TOP - 1 - excess


@always("LRU-2", "LRU-3")
def a_used_key_stays(s: Sut, capacity: Annotated[U32, between(2, 30)], value: U64) -> None:
    "In a full cache a use of the oldest key, by get or put, saves it and lets the next one go."
    by_get, by_put = s.LruCache(capacity), s.LruCache(capacity)
    for cache in (by_get, by_put):
        for key in range(capacity):
            cache.put(key, key)
    by_get.get(0)
    by_put.put(0, value)
    for cache in (by_get, by_put):
        cache.put(capacity, value)
        assert cache.get(1) is None
    assert (by_get.get(0), by_put.get(0)) == (0, value)


@always("LRU-2", "LRU-3")
def uses_decide_who_leaves(s: Sut, capacity: Some, uses: Uses, excess: Annotated[U32, between(0, 30)]) -> None:
    "A full cache lists its keys by their latest use, and gives up those used least recently for new ones."
    cache, order = s.LruCache(capacity), list(range(capacity))
    for key in range(capacity):
        cache.put(key, key)
    for at, use in enumerate(uses):
        key = use % capacity
        if at % 2:
            cache.put(key, key)
        else:
            cache.get(key)
        order = [*(k for k in order if k != key), key]
    for key in range(capacity, capacity + excess):
        cache.put(key, key)
    order = [*order, *range(capacity, capacity + excess)][excess:]
    assert cache.keys_by_recency() == order[::-1]


@always("LRU-2", "LRU-3", "LRU-4")
def many_keys(s: LruCache, start: U64, step: Step, count: Many) -> None:
    "After many puts the newest keys are listed in the reverse order of the puts."
    keys = list(dict.fromkeys((start + i * step) % TOP for i in range(count)))
    for key in keys:
        s.put(key, key)
    listed = s.keys_by_recency()
    assert listed[: len(keys)] == keys[::-1][: len(listed)]
    assert s.len() == len(listed)


@always("LRU-1", "LRU-2", "LRU-3")
def long_use(
    s: Sut, capacity: Some, count: Annotated[U32, between(1020, 1100)], stride: Annotated[U32, few(4)]
) -> None:
    "After a thousand uses a cache still knows which of its keys were used last, and gives up the oldest."
    cache, keys = s.LruCache(capacity), [i * (stride + 1) % (capacity + 1) for i in range(count // 2)]
    for key in keys:
        cache.put(key, TOP - 1 - key)
        assert cache.get(key) == TOP - 1 - key
    last = list(dict.fromkeys(reversed(keys)))[:capacity]
    assert cache.keys_by_recency() == last
    assert cache.get(last[-1]) == TOP - 1 - last[-1]
    cache.put(TOP - 1, 0)
    kept = [last[-1], *last[:-1]][: capacity - 1] if len(last) == capacity else [last[-1], *last[:-1]]
    assert cache.keys_by_recency() == [TOP - 1, *kept]


@always("LRU-2")
def a_large_cache_keeps_every_key(s: Sut, start: U64, step: Step, count: Hundreds) -> None:
    "A cache of the largest capacity holds every one of many keys."
    keys = list(dict.fromkeys((start + i * step) % TOP for i in range(count)))
    cache = s.LruCache(LARGEST)
    for key in keys:
        cache.put(key, TOP - 1 - key)
    assert cache.len() == len(keys)
    assert cache.keys_by_recency() == keys[::-1]
    assert all(cache.get(key) == TOP - 1 - key for key in keys)


@always("LRU-5")
def caches_do_not_share(s: Sut, key: Key, other: Key, value: U64) -> None:
    "A key put into one cache neither shows in another nor takes its room."
    assume(key != other)
    large, small = s.LruCache(3), s.LruCache(1)
    small.put(key, value)
    assert large.get(key) is None
    large.put(other, value)
    large.put(key, 0)
    assert large.keys_by_recency() == [key, other]
    assert small.keys_by_recency() == [key]
    assert small.get(key) == value


@never_raises("LRU-6")
def any_capacity(s: Sut, capacity: Annotated[U32, between(1)], key: U64, other: U64) -> None:
    "A cache of any capacity can be made and used."
    cache = s.LruCache(capacity)
    cache.get(key)
    cache.put(key, other)
    cache.put(other, key)
    cache.get(key)
    cache.keys_by_recency()


@sometimes
def get_hits(call: Call) -> bool:
    "A get finds its key."
    return call.method == "get" and call.result is not None


@sometimes
def evicted(call: Call, earlier: list[Call]) -> bool:
    "A key that was put is no longer found."
    return call.method == "get" and call.result is None and bool(puts_of(call.args[0], earlier))


@sometimes
def never_put(call: Call, earlier: list[Call]) -> bool:
    "A key that was never put is looked up."
    return call.method == "get" and not puts_of(call.args[0], earlier)


@sometimes
def overwritten(call: Call, earlier: list[Call]) -> bool:
    "A key that was put is put again with another value."
    puts = puts_of(call.args[0], earlier) if call.method == "put" else []
    return bool(puts) and puts[-1].args[1] != call.args[1]


@sometimes
def get_reorders(call: Call, earlier: list[Call]) -> bool:
    "A get finds a key that is not the newest."
    uses = [e for e in earlier if e.method == "put" or (e.method == "get" and e.result is not None)]
    return call.method == "get" and call.result is not None and bool(uses) and uses[-1].args[0] != call.args[0]


@sometimes
def one_of_several_is_held(call: Call, earlier: list[Call]) -> bool:
    "A cache of capacity 1 holds the last of several keys."
    keys = {e.args[0] for e in earlier if e.method == "put"}
    return call.method == "len" and call.result == 1 and len(keys) > 1


@sometimes
def several_are_held(call: Call) -> bool:
    "At least three keys are listed."
    return call.method == "keys_by_recency" and len(call.result) >= 3


@sometimes
def empty(call: Call) -> bool:
    "The keys of an empty cache are listed."
    return call.method == "keys_by_recency" and call.result == []


def puts_of(key: object, calls: list[Call]) -> list[Call]:
    """The calls that put this key."""
    return [c for c in calls if c.method == "put" and c.args[0] == key]
