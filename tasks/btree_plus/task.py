"""A B+ tree that threads share: interface, oracle, laws, and what its clients do at once."""

from random import Random
from typing import Annotated, Any

from probatum import (
    U32,
    U64,
    Asks,
    Call,
    Change,
    Sut,
    always,
    between,
    concurrent,
    counts_fit,
    few,
    in_rust,
    never_raises,
    sometimes,
    sut,
    throughput,
)

TOP = 2**64
Order = Annotated[U64, between(3, 8)]
Key = Annotated[U64, few(8)]
Step = Annotated[U64, between(1, 2**58)]
Many = Annotated[U32, between(1, 60)]
Levels = Annotated[U32, between(20, 60)]
"""So many keys that there are nodes above nodes above leaves."""


@concurrent(
    threads=3,
    calls=2,
    preemptions=2,
    crowd=4,
    states=1,
    values=4,
    choices=2,
    requirements=("BT-5", "BT-6", "BT-7"),
    patterns=(
        "insert#0 insert#1 insert#2 / insert#3 | range#2",
        "insert#0 insert#1 insert#2 / insert#3 | get#0 get#1",
        "insert#0 insert#2 insert#3 / insert#1 | insert#1 range#2",
        "insert#3 insert#1 insert#0 / insert#2 | remove#0 get#3",
        "insert#0 insert#1 insert#2 insert#3 / remove#1 | range#2",
        "insert#0 insert#1 insert#2 insert#3 / remove#0 remove#3 | get#2 get#1",
        "insert#0 / remove#0 insert#3 | range#2",
        "insert#0 / insert#3 insert#0 | range#2",
        "insert insert / insert remove | range get",
        "insert#0 insert#3 / insert#1 | insert#2 | range#2",
    ),
    after=("get", "range"),
)
@in_rust()
@sut(requirements=["BT-1", "BT-2", "BT-3", "BT-4"], weights={"insert": 5, "remove": 2, "range": 2})
class BTreePlus:
    """A dict that is sorted for every range; its order shows in no answer."""

    def __init__(self, order: Order) -> None:
        self.held: dict[int, int] = {}

    def get(self, key: Key) -> U64 | None:
        return self.held.get(key)

    def insert(self, key: Key, value: U64) -> U64 | None:
        before = self.held.get(key)
        self.held[key] = value
        return before

    def remove(self, key: Key) -> U64 | None:
        return self.held.pop(key, None)

    def range(self, lo: Key, hi: Key) -> list[tuple[U64, U64]]:
        return sorted(pair for pair in self.held.items() if lo <= pair[0] < hi)


def spread(start: int, step: int, count: int) -> list[int]:
    """Distinct keys, far apart or close together."""
    return list(dict.fromkeys((start + at * step) % TOP for at in range(count)))


@always("BT-1")
def insert_get(t: BTreePlus, key: Key, value: U64, other: U64) -> None:
    "A value put in is the value got, and what it replaces is given back."
    before = t.get(key)
    assert t.insert(key, value) == before
    assert t.get(key) == value
    assert t.insert(key, other) == value
    assert t.get(key) == other


@always("BT-2")
def remove_takes_out(t: BTreePlus, key: Key, value: U64) -> None:
    "What remove gives back was there, and is not there afterwards."
    t.insert(key, value)
    assert t.remove(key) == value
    assert t.get(key) is None
    assert t.remove(key) is None


@always("BT-3")
def a_range_has_its_lower_bound_and_not_its_upper(t: BTreePlus, key: Key, value: U64) -> None:
    "A range lists its lower bound and not its upper one."
    t.insert(key, value)
    assert key == TOP - 1 or t.range(key, key + 1) == [(key, value)]
    assert t.range(key, key) == []
    assert all(held < key for held, _ in t.range(0, key))


@always("BT-1", "BT-3")
def many_keys(s: Sut, order: Order, start: U64, step: Step, count: Levels) -> None:
    "Of many keys each is found, and a range lists all of them in order, whatever the order of the tree."
    keys = spread(start, step, count)
    for t in (s.BTreePlus(order), s.BTreePlus(3)):
        for at, key in enumerate(keys):
            assert t.insert(key, at) is None
        assert all(t.get(key) == at for at, key in enumerate(keys))
        listed = sorted((key, at) for at, key in enumerate(keys) if key != TOP - 1)
        assert t.range(0, TOP - 1) == listed
        lo, hi = listed[len(listed) // 3 : len(listed) // 3 + 1], listed[-1:]
        assert not lo or t.range(lo[0][0], hi[0][0]) == listed[len(listed) // 3 : -1]


@always("BT-1", "BT-2")
def many_keys_leave(s: Sut, order: Order, start: U64, step: Step, count: Levels, stride: U32) -> None:
    "Of many keys those that leave are gone, and the others are found and listed, also where nodes are smallest."
    keys = spread(start, step, count)
    leaving = [key for at, key in enumerate(keys) if at % (stride % 3 + 2) < 1 or at > len(keys) // 2]
    for t in (s.BTreePlus(order), s.BTreePlus(3)):
        for at, key in enumerate(keys):
            t.insert(key, at)
        for key in leaving[::-1] if stride % 2 else leaving:
            assert t.remove(key) is not None
        assert all((t.get(key) is None) == (key in leaving) for key in keys)
        assert [key for key, _ in t.range(0, TOP - 1)] == sorted(set(keys) - set(leaving) - {TOP - 1})


@always("BT-1", "BT-2")
def emptied_and_used_again(s: Sut, order: Order, start: U64, step: Step, count: Many, value: U64) -> None:
    "A tree from which every key was removed is empty, and can be used again."
    t, keys = s.BTreePlus(order), spread(start, step, count)
    for key in keys:
        t.insert(key, key)
    for key in keys:
        assert t.remove(key) == key
    assert t.range(0, TOP - 1) == []
    t.insert(7, value)
    assert t.get(7) == value
    assert t.range(0, TOP - 1) == [(7, value)]


@never_raises("BT-4")
def any_bounds(t: BTreePlus, lo: U64, hi: U64, value: U64) -> None:
    "Any key can be put in, and a range may be asked for with bounds in any order."
    t.insert(lo, value)
    t.range(lo, hi)
    t.range(hi, lo)
    t.range(lo, lo ^ 2**63)
    t.range(lo ^ 2**63, lo)
    t.remove(hi)


@sometimes
def replaced(call: Call) -> bool:
    "A value is replaced."
    return call.method == "insert" and call.result is not None


@sometimes
def removed(call: Call) -> bool:
    "A key is removed."
    return call.method == "remove" and call.result is not None


@sometimes
def range_has_several(call: Call) -> bool:
    "A range lists at least three pairs."
    return call.method == "range" and len(call.result) >= 3


@sometimes
def range_is_reversed(call: Call) -> bool:
    "A range is asked for whose lower bound lies above its upper bound."
    return call.method == "range" and bool(call.args[0] > call.args[1])


KEYS = spread(5, 2**56 + 1, 128)


@throughput
class Traffic:
    "Half of the calls get, one in a hundred lists a range, the others change; no value is lost or made up."

    made = (8,)

    def before(self, r: Random) -> Asks:
        return [("insert", key, r.getrandbits(64)) for key in KEYS if r.random() < 0.5]

    def calls(self, r: Random, thread: int, count: int) -> Asks:
        return [self._call(r, r.choice(KEYS)) for _ in range(count)]

    def _call(self, r: Random, key: int) -> tuple[Any, ...]:
        method = r.choices(("get", "insert", "remove", "range"), (50, 30, 19, 1))[0]
        more = {"insert": (r.getrandbits(64),), "range": (min(key + 2**60, TOP - 1),)}.get(method, ())
        return (method, key, *more)

    def after(self, r: Random) -> Asks:
        return [("range", 0, TOP - 1)]

    def adds_up(self, before: list[Call], threads: list[list[Call]], after: list[Call]) -> None:
        every = [*before, *(call for calls in threads for call in calls), *after]
        put = sorted((c.args[0], c.args[1]) for c in every if c.method == "insert")
        back = [(c.args[0], c.result) for c in every if c.method in ("insert", "remove") and c.result is not None]
        assert sorted([*back, *after[0].result]) == put, "values were lost or made up"
        known = set(put)
        seen = [(c.args[0], c.result) for c in every if c.method == "get" and c.result is not None]
        lists = [c.result for c in every if c.method == "range"]
        assert known.issuperset(seen) and all(map(known.issuperset, lists)), "a key has a value that was never put in"
        assert all(found == sorted(dict(found).items()) for found in lists), "a list has no order, or a key twice"
        told = [[self._told(call) for call in calls if call.method != "range"] for calls in threads]
        for own, other in zip(told, [*told[1:], told[0] if len(told) > 1 else []], strict=True):
            fits = counts_fit(own, other, {call.args[0]: 1 for call in before})
            assert fits, "a key was said to be there, or not to be, when it was not so"

    def _told(self, call: Call) -> Change:
        found = 0 if call.result is None else 1
        return (call.args[0], {"insert": 1 - found, "remove": -found}.get(call.method, 0), found)
