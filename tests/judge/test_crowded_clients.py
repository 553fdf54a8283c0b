"""Clients of which some schedules are drawn: more threads and calls, within the specification, the same ones again."""

from __future__ import annotations

from functools import partial

import pytest

import probatum
from probatum.judge.interleaved.clients import (
    MARK,
    SAMPLED,
    Making,
    holds_client,
    is_client,
    stored_client,
    write_client,
)
from probatum.judge.interleaved.controls import CLIENT, CROWD, stack_interface
from probatum.judge.interleaved.crowd import LONG, crowded, halves
from probatum.judge.interleaved.refs import legal
from probatum.judge.interleaved.total import is_total
from probatum.judge.suite import Suite
from probatum.task.concurrency import concurrent
from probatum.task.declare import assume, sut
from probatum.task.interface import SutClass, interface_of
from probatum.task.rustform import in_rust
from probatum.types import U64
from probatum.types.codec import DecodeError

SUITE = Suite(interface=stack_interface(), laws=(), goals=())


class Two:
    """Takes two values at most: a third is outside of the specification."""

    def __init__(self) -> None:
        self.items: list[int] = []

    def put(self, value: U64) -> None:
        """Put one in."""
        assume(len(self.items) < 2)
        self.items.append(value)

    def get(self) -> U64 | None:
        """Take one out."""
        return self.items.pop() if self.items else None


def declared(cls: type, *patterns: str, crowd: int = 0) -> SutClass:
    return interface_of({"T": in_rust()(concurrent(patterns=patterns, crowd=crowd)(sut(cls)))}).classes[0]


def test_a_crowd_has_the_threads_that_the_task_names_and_more_calls_than_are_exhausted() -> None:
    class Stack:
        def __init__(self) -> None:
            self.items: list[int] = []

        def push(self, value: U64) -> None:
            self.items.append(value)

    made = list(crowded(Making(declared(Stack, "push | push push", crowd=4), "seed"), 8))
    assert [len(client.program.threads) for client in made] == [4] * 8
    assert [len(calls) for calls in made[0].program.threads] == [1, 2, 1, 2]
    assert [len(calls) for calls in made[1].program.threads] == [LONG] * 4
    values = [args for calls in made[1].program.threads for _, args in calls]
    assert len(set(values)) == len(values)


def test_each_client_has_a_seed_of_its_own_which_follows_from_the_trials() -> None:
    def seeds(seed: str) -> list[int | None]:
        return [client.seed for client in crowded(Making(stack_interface().classes[0], seed), 4)]

    assert len(set(seeds("a"))) == 4 and None not in seeds("a")
    assert seeds("a") == seeds("a") != seeds("b")
    assert CROWD.text(stack_interface().classes[0]).endswith(",1]")


def test_where_a_call_may_be_outside_of_the_specification_every_order_of_a_crowd_is_within() -> None:
    making = Making(declared(Two, "put get | get", "put | put", crowd=3), "seed")
    assert not making.total
    made = list(crowded(making, 12))
    assert made and all(legal(making.clients, client.program) for client in made)
    assert any(len(client.program.threads) == 3 for client in made)


def helper(value: int) -> None:
    assume(value)


strict = partial(assume)


class ByHelper:
    def __init__(self) -> None:
        helper(1)


class ByModule:
    def get(self) -> None:
        probatum.assume(True)


class ByPartial:
    def get(self) -> None:
        strict(True)


class ByPart:
    def __init__(self) -> None:
        self.part = ByHelper()


class Nested:
    def get(self) -> None:
        def inner() -> None:
            assume(True)

        inner()


class Inherits(ByHelper):
    pass


class Hidden:
    def get(self) -> None:
        getattr(probatum, "ass" + "ume")(True)


class Plain:
    def get(self) -> int:
        return sum(sorted([len("a"), max(1, 2)]))


@pytest.mark.parametrize("cls", [Two, ByHelper, ByModule, ByPartial, ByPart, Nested, Inherits, Hidden])
def test_a_specification_that_may_come_to_assume_is_not_total(cls: type) -> None:
    assert not is_total(cls)


def test_a_specification_without_assume_is_total() -> None:
    assert is_total(Plain) and is_total(stack_interface().classes[0].oracle)


def test_what_is_stored_is_run_again_as_it_was_drawn() -> None:
    for client, mark in ((CLIENT, MARK), (CROWD, SAMPLED)):
        text = write_client(client)
        assert stored_client(SUITE, text) == client
        assert is_client(text) and is_client(text, (mark,))
        assert [holds_client(f"[]\n{text}", each) for each in (MARK, SAMPLED)] == [mark == MARK, mark == SAMPLED]


@pytest.mark.parametrize("text", ['["sampled","[]"]', '["interleaved","[]",1]', '["sampled","[]",-1]', "[]", '"x"'])
def test_what_is_no_stored_client_is_refused(text: str) -> None:
    with pytest.raises((DecodeError, KeyError)):
        stored_client(SUITE, text)


def test_a_large_client_is_first_made_smaller_by_whole_threads_and_halves() -> None:
    shapes = [[len(calls) for calls in client.program.threads] for client in halves(CROWD)]
    assert shapes[:4] == [[3, 3, 3]] * 4 and [1, 3, 3, 3] in shapes and [3, 2, 3, 3] in shapes
    assert all(client.seed == CROWD.seed for client in halves(CROWD))
