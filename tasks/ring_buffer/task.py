"""A bounded queue that threads share: interface, oracle, laws, and what its clients do at once."""

from random import Random
from typing import Annotated

from probatum import (
    U32,
    U64,
    Asks,
    Call,
    Change,
    Result,
    always,
    between,
    concurrent,
    counts_fit,
    in_rust,
    sometimes,
    sut,
    throughput,
)


@concurrent(
    threads=3,
    calls=2,
    preemptions=2,
    crowd=4,
    states=6,
    hints=("len_hint",),
    requirements=("RB-6", "RB-7", "RB-8"),
    patterns=(
        "try_push try_pop | try_push try_pop",
        "try_push / try_push | try_pop try_push",
        "try_push try_push / try_pop | try_pop try_push",
        "try_push | try_push | try_pop",
        "try_push / try_pop | try_push try_push",
        "len_hint | try_push try_pop",
        "try_push / try_pop try_pop | try_push try_push",
        "try_push try_pop try_push | try_push",
    ),
    after=("len_hint", "try_pop", "try_pop", "try_pop", "try_pop", "try_pop", "len_hint"),
)
@in_rust(type="Ring<VALUE>", new="with_capacity")
@sut(requirements=["RB-1", "RB-2", "RB-3", "RB-4", "RB-5"], weights={"try_push": 4, "try_pop": 3})
class Ring:
    """First in, first out, and never more than the capacity."""

    def __init__(self, capacity: Annotated[U32, between(1, 20)]) -> None:
        self.capacity = capacity
        self.items: list[int] = []

    def try_push(self, value: U64) -> Result[None, U64]:
        if len(self.items) == self.capacity:
            return ("err", value)
        self.items.append(value)
        return ("ok", None)

    def try_pop(self) -> U64 | None:
        return self.items.pop(0) if self.items else None

    def len_hint(self) -> U32:
        return len(self.items)


@always("RB-1")
def first_in_first_out(s: Ring, value: U64) -> None:
    "A value that is taken in comes out after those that were there before, and none comes out after it."
    before = s.len_hint()
    if s.try_push(value) == ("ok", None):
        out = [s.try_pop() for _ in range(before + 1)]
        assert out[-1] == value
        assert s.try_pop() is None


@always("RB-2", "RB-3")
def full_gives_the_value_back(s: Ring, value: U64, other: U64) -> None:
    "A buffer that refuses a value gives it back, refuses the next one as well, and has room as soon as one is out."
    if s.try_push(value) != ("ok", None):
        assert s.try_push(other) == ("err", other)
        assert s.try_pop() is not None
        assert s.try_push(value) == ("ok", None)


@always("RB-1", "RB-2")
def laps_change_nothing(s: Ring, value: U64) -> None:
    "However many values went through, a full buffer gives the oldest and takes in one more."
    for _ in range(s.len_hint()):
        s.try_pop()
    held = []
    while s.try_push(value) == ("ok", None):
        held.append(value)
        value = (value + 1) % 2**64
    for _ in range(300):
        assert s.try_pop() == held.pop(0)
        assert s.try_push(value) == ("ok", None)
        held.append(value)
        value = (value + 1) % 2**64


@always("RB-4")
def empty_gives_nothing(s: Ring) -> None:
    "Of an empty buffer nothing comes out, and it stays empty."
    for _ in range(s.len_hint()):
        s.try_pop()
    assert s.try_pop() is None
    assert s.try_pop() is None


@always("RB-5")
def the_hint_counts(s: Ring, value: U64) -> None:
    "Where one thread calls, the hint counts: one more for a value taken in, one less for one that came out."
    before = s.len_hint()
    taken = s.try_push(value) == ("ok", None)
    assert s.len_hint() == before + taken
    out = s.try_pop()
    assert s.len_hint() == before + taken - (out is not None)


@sometimes
def refused(call: Call) -> bool:
    "A value is refused because the buffer is full."
    return call.method == "try_push" and call.result is not None and call.result[0] == "err"


@sometimes
def found_empty(call: Call) -> bool:
    "The buffer is found empty."
    return call.method == "try_pop" and call.result is None


@sometimes
def room_again(call: Call, earlier: list[Call]) -> bool:
    "A value is taken in after one was refused: the slots are used again."
    return (
        call.method == "try_push"
        and call.result == ("ok", None)
        and any(e.method == "try_push" and e.result is not None and e.result[0] == "err" for e in earlier)
    )


@throughput
class Traffic:
    "Half of the calls put in and half take out; what was taken in comes out once, in the order of each thread."

    made = (4,)
    drain = "try_pop"

    def calls(self, r: Random, thread: int, count: int) -> Asks:
        return [("try_push", r.getrandbits(64)) if r.random() < 0.5 else ("try_pop",) for _ in range(count)]

    def adds_up(self, before: list[Call], threads: list[list[Call]], after: list[Call]) -> None:
        taken_in = [[c.args[0] for c in calls if c.result == ("ok", None)] for calls in threads]
        came_out = [[c.result for c in calls if c.method == "try_pop" and c.result is not None] for calls in threads]
        came_out.append([c.result for c in after if c.result is not None])
        every = [value for values in taken_in for value in values]
        assert sorted(every) == sorted(value for values in came_out for value in values), "values were lost or made up"
        refused = [c for calls in threads for c in calls if c.method == "try_push" and c.result != ("ok", None)]
        assert all(c.result == ("err", c.args[0]) for c in refused), "a value that was refused did not come back"
        told = [[self._told(call) for call in calls] for calls in threads]
        for own, other in zip(told, [*told[1:], told[0] if len(told) > 1 else []], strict=True):
            assert counts_fit(own, other, {}), "full or empty was said of a buffer that was not"
        place = {value: (who, at) for who, values in enumerate(taken_in) for at, value in enumerate(values)}
        for values in came_out:
            for who in range(len(threads)):
                order = [place[value][1] for value in values if place[value][0] == who]
                assert order == sorted(order), "values of one thread came out in another order than they were put in"

    def _told(self, call: Call) -> Change:
        if call.method == "try_push":
            return ("values", 1, None) if call.result == ("ok", None) else ("values", 0, self.made[0])
        return ("values", 0, 0) if call.result is None else ("values", -1, None)
