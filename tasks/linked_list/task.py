"""An ordered set that threads share: interface, oracle, laws, and what its clients do at once."""

from random import Random
from typing import Annotated

from probatum import (
    U32,
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
    sometimes,
    sut,
    throughput,
)

TOP = 2**64
Key = Annotated[U64, few(8)]
Step = Annotated[U64, between(1, 2**58)]
Many = Annotated[U32, between(1, 120)]


@concurrent(
    threads=3,
    calls=2,
    preemptions=2,
    crowd=4,
    states=2,
    values=3,
    requirements=("LL-5", "LL-6", "LL-7"),
    # of the small numbers, in ascending order: 0 is #0, 1 is #1, the greatest is #2
    patterns=(
        "insert#0 / remove#0 | insert#1",
        "insert#0 insert#2 / remove#0 | insert#1",
        "insert#0 insert#1 / remove#1 | insert#2",
        "insert#0 insert#1 insert#2 / remove#0 | remove#1",
        "insert#0 insert#1 insert#2 / remove#0 | contains#1 contains#2",
        "insert#0 insert#1 / remove#0 remove#1 | contains#1 contains#0",
        "insert#0 insert#1 / remove#1 insert#1 | remove#0 insert#2",
        "insert#0 insert#1 / remove#0 insert#2 | remove#1",
        "insert#0 insert#1 / remove#0 | remove#1 | remove#2",
        "insert#1 / remove#1 insert#1 | remove#1 contains#1",
        "insert#1 / remove#1 insert#0 | insert#2 remove#0",
        "insert#1 / remove#1 | insert#0 | contains#1",
        "insert#1 | insert#1 | remove#1",
        "insert#0 contains#1 | insert#1 contains#0",
        "insert#1 / insert#0 contains#2 | insert#2 contains#0",
        "insert#0 insert#1 insert#2 / remove#0 contains#2 | remove#2 contains#0",
    ),
    after=("contains",),
)
@in_rust()
@sut(requirements=["LL-1", "LL-2", "LL-3", "LL-4"], weights={"insert": 4, "remove": 3, "contains": 2})
class OrderedSet:
    """A set; the order of its nodes shows in no answer."""

    def __init__(self) -> None:
        self.held: set[int] = set()

    def insert(self, key: Key) -> bool:
        was = key in self.held
        self.held.add(key)
        return not was

    def remove(self, key: Key) -> bool:
        was = key in self.held
        self.held.discard(key)
        return was

    def contains(self, key: Key) -> bool:
        return key in self.held


def spread(start: int, step: int, count: int) -> list[int]:
    """Distinct keys, far apart or close together."""
    return list(dict.fromkeys((start + at * step) % TOP for at in range(count)))


@always("LL-1")
def inserted_once(s: OrderedSet, key: Key) -> None:
    "An insert says whether the number was not there; afterwards it is there, and a second insert says so."
    before = s.contains(key)
    assert s.insert(key) == (not before)
    assert s.contains(key)
    assert not s.insert(key)
    assert s.contains(key)


@always("LL-2")
def removed_once(s: OrderedSet, key: Key) -> None:
    "A number taken out is not there, though it was put in twice, and cannot be taken out again."
    s.insert(key)
    s.insert(key)
    assert s.remove(key)
    assert not s.contains(key)
    assert not s.remove(key)


@always("LL-3")
def neighbours_stay(s: OrderedSet, key: Key, other: Key) -> None:
    "What is put in or taken out beside a number leaves it where it is."
    assume(key != other)
    s.insert(key)
    s.insert(other)
    assert s.contains(key)
    s.remove(other)
    assert s.contains(key)
    s.remove(key)
    assert not s.contains(other)


@always("LL-1", "LL-2", "LL-3")
def many_numbers(s: OrderedSet, start: U64, step: Step, count: Many, stride: U32) -> None:
    "Of many numbers, put in in any order, those that leave are gone and the others are there."
    keys = spread(start, step, count)
    for key in keys[::2] + keys[1::2]:
        s.insert(key)
    assert all(s.contains(key) for key in keys)
    leaving = [key for at, key in enumerate(keys) if at % (stride % 4 + 1) < 1 or at > len(keys) // 2]
    for key in leaving[::-1] if stride % 2 else leaving:
        assert s.remove(key)
    assert all(s.contains(key) == (key not in leaving) for key in keys)


@never_raises("LL-4")
def any_number(s: OrderedSet, key: U64) -> None:
    "Any number can be asked for, put in and taken out, those at the ends among them."
    for one in (key, key ^ (TOP - 1), 0, TOP - 1):
        s.contains(one)
        s.remove(one)
        s.insert(one)
    s.remove(key)


@sometimes
def was_there(call: Call) -> bool:
    "A number is put in that is there."
    return call.method == "insert" and not call.result


@sometimes
def taken_out(call: Call) -> bool:
    "A number is taken out."
    return call.method == "remove" and bool(call.result)


@sometimes
def was_not_there(call: Call, earlier: list[Call]) -> bool:
    "A number that was taken out is asked for, and is not there."
    gone = [e.args[0] for e in earlier if e.method == "remove" and e.result]
    return call.method == "contains" and not call.result and call.args[0] in gone


KEYS = spread(3, 2**57 + 1, 64)


@throughput
class Traffic:
    "Half of the calls ask, the others put in and take out one of 64 numbers."

    def before(self, r: Random) -> Asks:
        return [("insert", key) for key in KEYS if r.random() < 0.5]

    def calls(self, r: Random, thread: int, count: int) -> Asks:
        return [(r.choice(("insert", "remove", "contains", "contains")), r.choice(KEYS)) for _ in range(count)]

    def after(self, r: Random) -> Asks:
        return [("contains", key) for key in KEYS]

    def adds_up(self, before: list[Call], threads: list[list[Call]], after: list[Call]) -> None:
        there = dict.fromkeys(KEYS, 0)
        for call in [*before, *(call for calls in threads for call in calls)]:
            if call.method != "contains" and call.result:
                there[call.args[0]] += 1 if call.method == "insert" else -1
        assert all(there[call.args[0]] == int(call.result) for call in after), "a number was put in or taken out unseen"
        told = [[self._told(call) for call in calls] for calls in threads]
        for own, other in zip(told, [*told[1:], told[0] if len(told) > 1 else []], strict=True):
            fits = counts_fit(own, other, {call.args[0]: 1 for call in before})
            assert fits, "a number was said to be there, or not to be, when it was not so"

    def _told(self, call: Call) -> Change:
        key, insert = call.args[0], call.method == "insert"
        if call.method == "contains":
            return (key, 0, int(call.result))
        if not call.result:
            return (key, 0, 1 if insert else 0)
        return (key, 1 if insert else -1, 0 if insert else 1)
