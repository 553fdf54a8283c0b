"""Clients of three calls: every method beside every two others that one thread makes one after the other.

What a thread does may depend on what it finds, and what goes wrong may need two calls that found different things: for
that something must change between them, so the first of the two is one that changes the state that they start in, with
each of its small arguments, where the method has such a call. The two others are, where there are such, calls that bear
on it: by the oracle, which of them comes first shows in an answer or in what is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count, islice, permutations, product
from typing import Any, TypeVar

from probatum.judge.naming import name_of
from probatum.judge.schedules.answered import answered
from probatum.judge.schedules.programs import Call, Clients, Program
from probatum.task.concurrency import methods_in
from probatum.types.codec import encode

T = TypeVar("T")
Setup = tuple[tuple[Any, ...], tuple[Call, ...], Any]


def followed(clients: Clients) -> Iterator[Program]:
    """One program for each choice of three methods, in turn in each of the states that the first of the two changes,
    and with each of its arguments; with all of those where the same method is called beside and after it. None where a
    pattern of the task begins so, and fewer where every such program leaves the specification in some order."""
    names = [method.name for method in clients.declared.methods]
    turns, begun = count(), set(_begun(clients.mark.patterns))
    for beside, between, after in product(names, repeat=3):
        if (beside, between, after) in begun:
            continue
        chosen = _turned(_changing(clients, between), next(turns))
        some = chosen if beside == after else chosen[:1]
        programs = [
            _program(clients, beside, call, after, _turned(setups, turn), turn)
            for (call, setups), turn in zip(some, turns, strict=False)
        ]
        found = [program for program in programs if program is not None]
        yield from found or _any(clients, beside, between, after)


def _any(clients: Clients, beside: str, between: str, after: str) -> list[Program]:
    """One program of these methods where what changes something leaves the specification beside the others."""
    calls = [call for call in clients.calls if call[0] == between]
    programs = (_program(clients, beside, call, after, clients.setups, 0) for call in calls)
    return list(islice((program for program in programs if program is not None), 1))


def _begun(patterns: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """The first calls of patterns of two threads, of which one makes two."""
    for pattern in patterns:
        threads = [methods_in(part) for part in pattern.rpartition("/")[2].split("|")]
        for one, other in permutations(threads, 2):
            if len(other) > 1 and len(threads) == 2:  # three threads are tried to one preemption less
                yield one[0], other[0], other[1]


def told(clients: Clients, program: Program) -> bool:
    """Whether a pair of calls at once is worth a client: one of them changes the state, or they are the calls of their
    methods that have the same place among the small ones, as calls with the same argument have."""
    oracle = clients.reached(program.made, program.before)
    (one,), (other,) = program.threads
    if oracle is None or clients.changes(oracle, one) or clients.changes(oracle, other):
        return True
    numbers = [[call for call in clients.calls if call[0] == each[0]] for each in (one, other)]
    first, second = (calls.index(each) for calls, each in zip(numbers, (one, other), strict=True))
    least = min(map(len, numbers))
    return first % least == second % least


def _changing(clients: Clients, method: str) -> list[tuple[Call, list[Setup]]]:
    """The calls of a method that change some small state, with those states; where it has none, one of its calls."""
    calls = [call for call in clients.calls if call[0] == method]
    found = [(call, [setup for setup in clients.setups if clients.changes(setup[2], call)]) for call in calls]
    return [(call, setups) for call, setups in found if setups] or [(calls[0], list(clients.setups))]


def _program(
    clients: Clients, beside: str, between: Call, after: str, setups: Sequence[Setup], turn: int
) -> Program | None:
    for setup in setups:
        first = _bearing(clients, setup[2], between, beside, turn)
        last = _bearing(clients, setup[2], between, after, turn)
        for one, other in product(first, last):
            if (program := clients.made(setup, [(one,), (between, other)])) is not None:
                return program
    return None


def _bearing(clients: Clients, oracle: Any, between: Call, method: str, turn: int) -> list[Call]:
    """The calls of a method, those that bear on ``between`` in this state first; each in its turn."""
    calls = [call for call in clients.calls if call[0] == method]
    bearing = [call for call in calls if _bears(clients, oracle, call, between)]
    return [*_turned(bearing, turn), *_turned([call for call in calls if call not in bearing], turn)]


def _bears(clients: Clients, oracle: Any, one: Call, other: Call) -> bool:
    """Whether the order of two calls shows, in an answer or in the state that they leave."""
    left, right = _both(clients, oracle, one, other), _both(clients, oracle, other, one)
    return left is None or right is None or left != (right[1], right[0], right[2])


def _both(clients: Clients, oracle: Any, one: Call, other: Call) -> tuple[str, str, str | None] | None:
    first = answered(clients.declared, oracle, one)
    then = None if first is None else answered(clients.declared, first[0], other)
    return None if first is None or then is None else (encode(first[1]), encode(then[1]), name_of(then[0]))


def _turned(each: Sequence[T], turn: int) -> list[T]:
    at = turn % len(each) if each else 0
    return [*each[at:], *each[:at]]
