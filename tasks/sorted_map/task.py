"""A map sorted by key: interface, oracle and laws."""

from typing import Annotated

from probatum import I64, U32, Call, Sut, always, assume, between, few, never_raises, sometimes, sut, where

LEAST, LARGEST = -(2**63), 2**63 - 1
Key = Annotated[I64, few(8)]
Index = Annotated[U32, few(8)]
Step = Annotated[I64, between(-3, 3), where(bool)]
Many = Annotated[U32, between(210, 270)]
Place = Annotated[U32, between(0, 269)]


@sut(requirements=["SM-1", "SM-2", "SM-3", "SM-4", "SM-5", "SM-6"], weights={"set": 4, "range": 2, "nth": 2})
class SortedMap:
    """A dict that is sorted for every question about order."""

    def __init__(self) -> None:
        self.held: dict[int, int] = {}

    def set(self, key: Key, value: I64) -> None:
        self.held[key] = value

    def get(self, key: Key) -> I64 | None:
        return self.held.get(key)

    def remove(self, key: Key) -> bool:
        present = key in self.held
        self.held.pop(key, None)
        return present

    def range(self, lo: Key, hi: Key) -> list[tuple[I64, I64]]:
        return sorted(pair for pair in self.held.items() if lo <= pair[0] < hi)

    def nth(self, i: Index) -> tuple[I64, I64] | None:
        return sorted(self.held.items())[i] if i < len(self.held) else None

    def len(self) -> U32:
        return len(self.held)


@always("SM-1")
def set_get(s: SortedMap, key: Key, value: I64) -> None:
    "A value set is the value got."
    s.set(key, value)
    assert s.get(key) == value


@always("SM-1", "SM-5")
def last_set_wins(s: SortedMap, key: Key, first: I64, second: I64) -> None:
    "Setting a key again replaces its value and adds no key."
    s.set(key, first)
    count = s.len()
    s.set(key, second)
    assert s.get(key) == second
    assert s.len() == count


@always("SM-2", "SM-5")
def remove_tells_presence(s: SortedMap, key: Key) -> None:
    "A remove says whether the key was there, takes it out, and finds nothing the second time."
    present, count = s.get(key) is not None, s.len()
    assert s.remove(key) == present
    assert s.get(key) is None
    assert not s.remove(key)
    assert s.len() == count - present


@always("SM-1", "SM-2")
def other_keys_are_left_alone(s: SortedMap, key: Key, other: Key, value: I64) -> None:
    "Setting and removing one key changes nothing about another."
    assume(key != other)
    before = s.get(other)
    s.set(key, value)
    assert s.get(other) == before
    s.remove(key)
    assert s.get(other) == before


@always("SM-3")
def range_ascends_within_its_bounds(s: SortedMap, lo: Key, hi: Key) -> None:
    "A range lists keys from its lower bound to below its upper bound, ascending, each once."
    keys = [key for key, _ in s.range(lo, hi)]
    assert keys == sorted(set(keys))
    assert all(lo <= key < hi for key in keys)


@always("SM-3")
def lower_bound_is_in_upper_is_out(s: SortedMap, key: Key, value: I64) -> None:
    "A key is in the range that begins with it and not in the range that ends with it."
    assume(key < LARGEST)
    s.set(key, value)
    assert s.range(key, key + 1) == [(key, value)]
    assert s.range(key, LARGEST)[:1] == [(key, value)]
    assert all(k < key for k, _ in s.range(LEAST, key))


@always("SM-3")
def a_reversed_range_is_empty(s: SortedMap, a: Key, b: Key) -> None:
    "A range whose lower bound is not below its upper bound is empty."
    assert s.range(max(a, b), min(a, b)) == []


@always("SM-3")
def adjacent_ranges_add_up(s: SortedMap, a: Key, b: Key, c: Key) -> None:
    "Two ranges that meet list together what the range over both lists."
    lo, middle, hi = sorted((a, b, c))
    assert s.range(lo, middle) + s.range(middle, hi) == s.range(lo, hi)


@always("SM-1", "SM-3")
def range_agrees_with_get(s: SortedMap, lo: Key, hi: Key, key: Key) -> None:
    "A key within the bounds is in the range exactly when it can be got, with the same value."
    assume(lo <= key < hi)
    assert dict(s.range(lo, hi)).get(key) == s.get(key)


@always("SM-4")
def nth_counts_from_zero(s: SortedMap, i: Index) -> None:
    "A position has a pair exactly when it is below the length."
    assert (s.nth(i) is not None) == (i < s.len())


@always("SM-3", "SM-4")
def nth_follows_the_range(s: SortedMap) -> None:
    "The pairs at the first positions are the first pairs of the widest range."
    listed = s.range(LEAST, LARGEST)[:12]
    at = [s.nth(i) for i in range(12)]
    assert at[: len(listed)] == listed


@always("SM-3", "SM-5")
def length_counts_the_keys(s: SortedMap) -> None:
    "The length is the number of pairs in the widest range, and one more if the largest key is held."
    assert s.len() == len(s.range(LEAST, LARGEST)) + (s.get(LARGEST) is not None)


@always("SM-1", "SM-3", "SM-4")
def the_ends_are_ordinary_keys(s: SortedMap, low: I64, high: I64) -> None:
    "The least and the largest key can be set, got, found in their places and removed."
    s.set(LEAST, low)
    s.set(LARGEST, high)
    assert (s.get(LEAST), s.get(LARGEST)) == (low, high)
    assert s.nth(0) == (LEAST, low)
    assert s.range(LEAST, LEAST + 1) == [(LEAST, low)]
    assert s.range(LARGEST, LARGEST) == []
    assert s.remove(LARGEST)
    assert s.remove(LEAST)


@always("SM-1", "SM-3", "SM-7")
def many_keys(s: SortedMap, start: I64, step: Step, count: Many) -> None:
    "Of many keys set in ascending or descending order, every one is listed and got."
    keys = list(dict.fromkeys((start + i * step - LEAST) % 2**64 + LEAST for i in range(count)))
    for key in keys:
        s.set(key, -1 - key)
    assert s.len() >= len(keys)
    listed = dict(s.range(LEAST, LARGEST))
    assert all(listed.get(key) == -1 - key for key in keys if key != LARGEST)
    assert all(s.get(key) == -1 - key for key in keys[::16])


@always("SM-2", "SM-3", "SM-5")
def many_removals(
    s: Sut, start: Key, count: Annotated[U32, between(0, 270)], stride: Annotated[U32, between(1, 7)], place: Place
) -> None:
    "Of many keys, those removed are gone and the others stay in order and at their positions."
    first = max(LEAST, min(start, LARGEST - 270))
    keys = list(range(first, first + count))
    m = s.SortedMap()
    for key in keys:
        m.set(key, -1 - key)
    assert all(m.remove(key) for key in keys[::stride])
    rest = [(key, -1 - key) for i, key in enumerate(keys) if i % stride]
    assert m.range(LEAST, LARGEST) == rest
    for i in (0, place % max(1, count), len(rest) - 1, len(rest)):
        assert i < 0 or m.nth(i) == (rest[i] if i < len(rest) else None)
    assert m.len() == len(rest)


@always("SM-6")
def maps_do_not_share(s: Sut, key: Key, value: I64, other: I64) -> None:
    "A new map is empty whatever other maps hold, and using it leaves them alone."
    old = s.SortedMap()
    old.set(key, value)
    new = s.SortedMap()
    assert new.len() == 0
    assert new.nth(0) is None
    assert new.range(LEAST, LARGEST) == []
    new.set(key, other)
    assert new.remove(key)
    assert old.nth(0) == (key, value)


@never_raises("SM-7")
def any_bounds_any_position(s: SortedMap, lo: I64, hi: I64, i: U32) -> None:
    "Any range and any position can be asked for."
    s.range(lo, hi)
    s.range(hi, lo)
    s.nth(i)
    s.remove(lo)


@sometimes
def remove_hits(call: Call) -> bool:
    "A remove finds its key."
    return call.method == "remove" and call.result is True


@sometimes
def remove_misses(call: Call) -> bool:
    "A remove finds nothing."
    return call.method == "remove" and call.result is False


@sometimes
def overwrites(call: Call, earlier: list[Call]) -> bool:
    "A key is set again with another value."
    sets = [e for e in earlier if e.method == "set" and e.args[0] == call.args[0]] if call.method == "set" else []
    return bool(sets) and sets[-1].args[1] != call.args[1]


@sometimes
def a_removed_key_returns(call: Call, earlier: list[Call]) -> bool:
    "A key is set again after it was removed."
    if call.method != "set":
        return False
    return any(e.method == "remove" and e.result is True and e.args[0] == call.args[0] for e in earlier)


@sometimes
def range_has_several(call: Call) -> bool:
    "A range lists at least three pairs."
    return call.method == "range" and len(call.result) >= 3


@sometimes
def range_is_empty_between_keys(call: Call, earlier: list[Call]) -> bool:
    "A range with bounds in order lists nothing although keys were set."
    proper = call.method == "range" and call.args[0] < call.args[1]
    return proper and call.result == [] and any(e.method == "set" for e in earlier)


@sometimes
def range_is_reversed(call: Call) -> bool:
    "A range is asked for whose lower bound lies above its upper bound."
    return call.method == "range" and bool(call.args[0] > call.args[1])


@sometimes
def range_ends_before_a_key(call: Call, earlier: list[Call]) -> bool:
    "A range that lists something ends just below a key that was set."
    listed = call.method == "range" and call.result != []
    return listed and any(e.method == "set" and e.args[0] == call.args[1] for e in earlier)


@sometimes
def range_crosses_zero(call: Call) -> bool:
    "A range lists a negative key and one that is not."
    return call.method == "range" and bool(call.result) and call.result[0][0] < 0 <= call.result[-1][0]


@sometimes
def nth_hits(call: Call) -> bool:
    "A position other than the first has a pair."
    return call.method == "nth" and call.result is not None and call.args[0] > 0


@sometimes
def nth_beyond_the_end(call: Call, earlier: list[Call]) -> bool:
    "A position beyond the end of a map that was used is asked for."
    return call.method == "nth" and call.result is None and any(e.method == "set" for e in earlier)


@sometimes
def least_key_is_first(call: Call) -> bool:
    "The least key of all stands first."
    return call.method == "nth" and call.result is not None and call.result[0] == LEAST


@sometimes
def largest_key_is_held(call: Call) -> bool:
    "The largest key of all is got."
    return call.method == "get" and call.result is not None and call.args[0] == LARGEST
