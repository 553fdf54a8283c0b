"""A radix tree that threads share: interface, oracle, laws, and what its clients do at once."""

from random import Random
from typing import Annotated, Any

from probatum import (
    U8,
    U64,
    Asks,
    Call,
    Change,
    always,
    assume,
    between,
    concurrent,
    counts_fit,
    few,
    in_rust,
    never_raises,
    sized,
    sometimes,
    sut,
    throughput,
)

Key = Annotated[bytes, few(8)]
Tail = Annotated[bytes, few(6), sized(1, 6)]
Times = Annotated[U64, between(1, 60)]
Letters = Annotated[U64, between(64, 256)]


@concurrent(
    threads=3,
    calls=2,
    preemptions=2,
    crowd=4,
    states=2,
    values=4,
    choices=3,
    requirements=("RT-5", "RT-6", "RT-7"),
    patterns=(
        "insert insert | insert scan_prefix",
        "insert / insert remove | get scan_prefix",
        "insert insert / remove | scan_prefix",
        "insert insert / remove insert | get get",
        "insert / insert | remove | scan_prefix",
        "insert#1 / remove#1 insert#3 | scan_prefix#2",
        "insert#1 / insert#3 insert#1 | scan_prefix#2",
    ),
    after=("get", "scan_prefix"),
)
@in_rust(type="RadixTree<VALUE>", borrowed=True)
@sut(requirements=["RT-1", "RT-2", "RT-3", "RT-4"], weights={"insert": 4, "scan_prefix": 2})
class RadixTree:
    """A dict that is sorted for every question about prefixes."""

    def __init__(self) -> None:
        self.held: dict[bytes, int] = {}

    def get(self, key: Key) -> U64 | None:
        return self.held.get(key)

    def insert(self, key: Key, value: U64) -> U64 | None:
        before = self.held.get(key)
        self.held[key] = value
        return before

    def remove(self, key: Key) -> U64 | None:
        return self.held.pop(key, None)

    def scan_prefix(self, prefix: Key) -> list[tuple[bytes, U64]]:
        return sorted(pair for pair in self.held.items() if pair[0].startswith(prefix))


@always("RT-1")
def insert_get(t: RadixTree, key: Key, value: U64, other: U64) -> None:
    "A value put in is the value got, and what it replaces is given back."
    before = t.get(key)
    assert t.insert(key, value) == before
    assert t.get(key) == value
    assert t.insert(key, other) == value
    assert t.get(key) == other


@always("RT-1", "RT-2")
def a_prefix_is_another_key(t: RadixTree, key: Key, tail: Tail, value: U64, other: U64) -> None:
    "A key and one that begins with it are two: putting in and taking out one leaves the other."
    t.insert(key, value)
    t.insert(key + tail, other)
    assert t.get(key) == value
    assert t.remove(key) == value
    assert t.get(key + tail) == other
    t.insert(key, value)
    assert t.remove(key + tail) == other
    assert t.get(key) == value


@always("RT-2")
def remove_takes_out(t: RadixTree, key: Key, value: U64) -> None:
    "What remove gives back was there, and is not there afterwards."
    t.insert(key, value)
    assert t.remove(key) == value
    assert t.get(key) is None
    assert t.remove(key) is None


@always("RT-3")
def a_scan_lists_what_begins_so(t: RadixTree, prefix: Key, tail: Tail, value: U64) -> None:
    "A scan lists keys that begin with its prefix, each once, in order, with the values that are got."
    t.insert(prefix + tail, value)
    found = t.scan_prefix(prefix)
    keys = [key for key, _ in found]
    assert keys == sorted(set(keys))
    assert all(key.startswith(prefix) and t.get(key) == held for key, held in found)
    assert prefix + tail in keys


@always("RT-3")
def scans_lie_within_each_other(t: RadixTree, prefix: Key, tail: Tail, value: U64) -> None:
    "A scan of a longer prefix is what a scan of a shorter one lists of it."
    longer = prefix + tail
    t.insert(longer, value)
    assert t.scan_prefix(longer) == [pair for pair in t.scan_prefix(prefix) if pair[0].startswith(longer)]


@always("RT-1", "RT-2", "RT-3")
def what_lies_between_counts(t: RadixTree, key: Key, middle: Tail, tail: Tail, value: U64) -> None:
    "A key that has more in the middle is another one: without that, it is neither got, nor listed, nor taken out."
    shorter, longer = key + tail, key + middle + tail
    assume(not longer.startswith(shorter))
    before = t.get(shorter)
    t.insert(key + middle, value)
    t.insert(longer, value)
    assert t.get(shorter) == before
    assert all(held.startswith(shorter) for held, _ in t.scan_prefix(shorter))
    assert t.remove(shorter) == before
    assert t.get(longer) == value


@always("RT-1", "RT-3")
def many_letters(t: RadixTree, prefix: Key, step: U8, count: Letters) -> None:
    "Every letter can follow a prefix, put in in any order."
    step = step | 1
    letters = [prefix + bytes([step * at % 256]) + b"z" for at in range(count)]
    for at, key in enumerate(letters):
        t.insert(key, at)
    assert all(t.get(key) == at for at, key in enumerate(letters))
    listed = [key for key, _ in t.scan_prefix(prefix)]
    assert [key for key in listed if key in set(letters)] == sorted(letters)
    for key in letters[::2]:
        t.remove(key)
    assert all((t.get(key) is None) == (at % 2 == 0) for at, key in enumerate(letters))


@always("RT-1", "RT-2")
def emptied_and_used_again(t: RadixTree, key: Key, value: U64) -> None:
    "A tree from which all was removed is empty, and can be used again."
    for held, _ in t.scan_prefix(b""):
        assert t.remove(held) is not None
    assert t.scan_prefix(b"") == []
    assume(key)
    t.insert(key, value)
    assert t.scan_prefix(b"") == [(key, value)]
    assert t.get(key[:-1]) is None


@never_raises("RT-4")
def any_key(t: RadixTree, part: bytes, times: Times, value: U64) -> None:
    "Any byte string is a key, the empty one and long ones among them."
    key = part * times
    t.get(key)
    t.insert(key, value)
    t.scan_prefix(key)
    t.remove(key)


@sometimes
def found(call: Call) -> bool:
    "A key is found."
    return call.method == "get" and call.result is not None


@sometimes
def replaced(call: Call) -> bool:
    "A value is replaced."
    return call.method == "insert" and call.result is not None


@sometimes
def the_empty_key_is_held(call: Call) -> bool:
    "The empty key is got."
    return call.method == "get" and call.args[0] == b"" and call.result is not None


@sometimes
def removed_above_others(call: Call, earlier: list[Call]) -> bool:
    "A key is removed that others begin with."
    if call.method != "remove" or call.result is None:
        return False
    return any(
        e.method == "insert" and e.args[0] != call.args[0] and e.args[0].startswith(call.args[0]) for e in earlier
    )


@sometimes
def scan_within_a_label(call: Call) -> bool:
    "A scan whose prefix is no key lists several keys."
    return call.method == "scan_prefix" and len(call.result) >= 2 and call.result[0][0] != call.args[0]


WORDS = [
    bytes([97 + first, 97 + second, *b"tail"[:length]])
    for first in range(4)
    for second in range(4)
    for length in (0, 1, 4)
]


@throughput
class Traffic:
    "Half of the calls get, one in a hundred lists a prefix, the others change; no value is lost or made up."

    def before(self, r: Random) -> Asks:
        return [("insert", key, r.getrandbits(64)) for key in WORDS if r.random() < 0.5]

    def calls(self, r: Random, thread: int, count: int) -> Asks:
        return [self._call(r, r.choice(WORDS)) for _ in range(count)]

    def _call(self, r: Random, key: bytes) -> tuple[Any, ...]:
        method = r.choices(("get", "insert", "remove", "scan_prefix"), (50, 30, 19, 1))[0]
        return ("insert", key, r.getrandbits(64)) if method == "insert" else (method, key)

    def after(self, r: Random) -> Asks:
        return [("scan_prefix", b"")]

    def adds_up(self, before: list[Call], threads: list[list[Call]], after: list[Call]) -> None:
        every = [*before, *(call for calls in threads for call in calls), *after]
        put = sorted((c.args[0], c.args[1]) for c in every if c.method == "insert")
        back = [(c.args[0], c.result) for c in every if c.method in ("insert", "remove") and c.result is not None]
        assert sorted([*back, *after[0].result]) == put, "values were lost or made up"
        known = set(put)
        seen = [(c.args[0], c.result) for c in every if c.method == "get" and c.result is not None]
        lists = [c.result for c in every if c.method == "scan_prefix"]
        assert known.issuperset(seen) and all(map(known.issuperset, lists)), "a key has a value that was never put in"
        assert all(found == sorted(dict(found).items()) for found in lists), "a list has no order, or a key twice"
        told = [[self._told(call) for call in calls if call.method != "scan_prefix"] for calls in threads]
        for own, other in zip(told, [*told[1:], told[0] if len(told) > 1 else []], strict=True):
            fits = counts_fit(own, other, {call.args[0]: 1 for call in before})
            assert fits, "a key was said to be there, or not to be, when it was not so"

    def _told(self, call: Call) -> Change:
        found = 0 if call.result is None else 1
        return (call.args[0], {"insert": 1 - found, "remove": -found}.get(call.method, 0), found)
