"""Clients of two calls in each of two threads that weak memory tells from any order, and of one thread whose calls
leave something: what is made of small classes whose oracles say which calls bear on each other."""

from __future__ import annotations

from typing import Annotated

from probatum.judge.interleaved.clients import Making
from probatum.judge.schedules.programs import Call
from probatum.task.concurrency import concurrent
from probatum.task.declare import sut
from probatum.task.interface import interface_of
from probatum.task.rustform import in_rust
from probatum.types import U32, U64, between, few

LAST = 2**64 - 1
"""The small keys are 0 and this one."""
Key = Annotated[U64, few(2)]


class Keys:
    """Numbers that are there."""

    def __init__(self) -> None:
        self.there: set[int] = set()

    def insert(self, key: Key) -> bool:
        """Put in; whether it is new."""
        new = key not in self.there
        self.there.add(key)
        return new

    def contains(self, key: Key) -> bool:
        """Whether it is there."""
        return key in self.there


class Counter:
    """Counts without an answer; nobody can look."""

    def __init__(self) -> None:
        self.count = 0

    def add(self) -> None:
        """One more."""
        self.count += 1


class Queue:
    """First in, first out."""

    def __init__(self, capacity: Annotated[U32, between(1, 4)]) -> None:
        self.capacity, self.items = capacity, list[int]()

    def push(self, value: U64) -> bool:
        """Put in at the end, where there is room."""
        room = len(self.items) < self.capacity
        self.items += [value] * room
        return room

    def pop(self) -> U64 | None:
        """Take out the oldest."""
        return self.items.pop(0) if self.items else None


def making(cls: type, **told: int) -> Making:
    return Making(interface_of({cls.__name__: in_rust()(concurrent(**told)(sut(cls)))}).classes[0], "seed")


def threads(made: Making) -> list[tuple[tuple[Call, ...], ...]]:
    return [client.program.threads for client in made.crossed()]


def test_each_thread_looks_at_what_the_other_changed_and_one_at_both_in_turn() -> None:
    one, other = ("insert", (0,)), ("insert", (LAST,))
    buffering, passing = threads(making(Keys))
    assert buffering == ((one, ("contains", (LAST,))), (other, ("contains", (0,))))
    assert passing == ((one, other), (("contains", (LAST,)), ("contains", (0,))))


def test_what_nobody_can_look_at_makes_no_such_client() -> None:
    assert threads(making(Counter)) == []


def test_a_hint_is_no_look() -> None:
    made = making(Keys, hints=("contains",))  # type: ignore[arg-type]
    assert all(call[0] == "insert" for client in threads(made) for calls in client for call in calls)


def test_one_thread_leaves_a_buffer_that_went_round() -> None:
    left = list(making(Queue).left())
    names = {(client.program.made, tuple(name for name, _ in client.program.threads[0])) for client in left}
    assert ((2,), ("push", "push", "pop", "push")) in names
    assert ((1,), ("push", "pop")) not in names, "nothing is left there"
    assert all(not client.after and not client.program.before for client in left)
    assert max(len(calls) for _, calls in names) == 6


def test_values_that_are_left_are_all_different() -> None:
    for client in making(Queue).left():
        values = [args[0] for name, args in client.program.threads[0] if name == "push"]
        assert len(set(values)) == len(values)
