"""Clients of two threads with two calls each, of which weak memory shows what no order does.

*Store buffering*: each thread changes something and then looks at what the other changed; neither may miss the other.
*Message passing*: one thread changes two things, the other looks at the second and then at the first; who finds the
second finds the first. Which calls are such, the oracle says: what each look finds without the other's change, or
without the earlier one of two, is the answer of no order. (The two shapes: Alglave and others, *Litmus*, TACAS 2011.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations_with_replacement, islice, product
from typing import Any

from probatum.judge.schedules.answered import answered
from probatum.judge.schedules.programs import Call, Clients, Program
from probatum.types.codec import encode

MOST = 12
"""Clients of each shape."""
Answers = tuple[str, ...]
Calls = tuple[Call, ...]
Crossed = tuple[tuple[Calls, Calls], tuple[Answers, Answers]]
"""What two threads call, and what each would be answered."""
Shape = Callable[["State", Call, Call], Iterator[Crossed]]


def crossed(clients: Clients) -> Iterator[Program]:
    """Of both shapes one for every two methods that change something, as far as there are such."""
    states = [State(clients, setup[2]) for setup in clients.setups]
    changed = {call[0] for state in states for call in state.changed}
    changing = [method.name for method in clients.declared.methods if method.name in changed]
    pairs = list(combinations_with_replacement(changing, 2))
    some = [pairs[at * len(pairs) // MOST] for at in range(MOST)] if len(pairs) > MOST else pairs
    for shape, (one, other) in product((_buffering, _passing), some):
        found = [each for at, state in enumerate(states) for each in _in_state(state, at, one, other, shape)]
        # First those of changes at two places, and of looks at the other's alone, by calls that only look.
        found.sort(key=lambda each: (each[0], sum(call[0] in changed for calls in each[2] for call in calls)))
        yield from islice(_weak(clients, states, [each[1:] for each in found]), 1)


class State:
    """A small state, and what calls are answered there."""

    def __init__(self, clients: Clients, oracle: Any) -> None:
        self.clients, self.oracle = clients, oracle
        self.known: dict[Calls, Answers] = {}
        self.changed = [call for call in clients.calls if clients.changes(oracle, call)]

    def changes(self, method: str) -> list[Call]:
        """The calls of a method that change something here."""
        return [call for call in self.changed if call[0] == method]

    def answers(self, *calls: Call) -> Answers:
        """The answers of calls in a row; fewer where one leaves the specification."""
        if calls not in self.known:
            oracle, found = self.oracle, list[str]()
            for call in calls:
                if (then := answered(self.clients.declared, oracle, call)) is None:
                    break
                oracle, found = then[0], [*found, encode(then[1])]
            self.known[calls] = tuple(found)
        return self.known[calls]

    def looks(self, change: Call) -> list[Call]:
        """The calls that answer otherwise after a change, exactly."""
        calls = [call for call in self.clients.calls if call[0] not in self.clients.mark.hints]
        return [call for call in calls if self.answers(change, call)[1:] != self.answers(call)]

    def bear(self, one: Call, other: Call) -> bool:
        """Whether the order of two calls shows in their answers."""
        return self.answers(one, other) != self.answers(other, one)[::-1]


def _in_state(
    state: State, at: int, one: str, other: str, shape: Shape
) -> Iterator[tuple[int, int, tuple[Calls, Calls], tuple[Answers, Answers]]]:
    """Clients that may be such in a state, with how many of their calls bear on each other that need not."""
    for first, second in product(state.changes(one), state.changes(other)):
        for threads, weak in shape(state, first, second):
            bearing = [state.bear(*pair) for pair in ((first, second), *threads)]
            yield sum(bearing), at, threads, weak


def _weak(
    clients: Clients, states: Sequence[State], found: Sequence[tuple[int, tuple[Calls, Calls], tuple[Answers, Answers]]]
) -> Iterator[Program]:
    """Those whose answers are of no order, and that stay within the specification in each."""
    for at, threads, weak in found:
        program = clients.made(clients.setups[at], threads)
        if program is not None and weak not in set(_orders(clients, states[at].oracle, threads, ((), ()))):
            yield program


def _buffering(state: State, first: Call, second: Call) -> Iterator[Crossed]:
    """Both looks miss the other thread's change."""
    for one, other in product(state.looks(second), state.looks(first)):
        yield ((first, one), (second, other)), (state.answers(first, one), state.answers(second, other))


def _passing(state: State, first: Call, second: Call) -> Iterator[Crossed]:
    """A look finds the second change, and the next one misses the first."""
    for one, other in product(state.looks(second), state.looks(first)):
        found = (*state.answers(second, one)[1:], *state.answers(other))
        yield ((first, second), (one, other)), (state.answers(first, second), found)


def _orders(
    clients: Clients, oracle: Any, threads: Sequence[Calls], told: tuple[Answers, ...]
) -> Iterator[tuple[Answers, ...]]:
    """The answers of the threads in every order of their calls."""
    if not any(threads):
        yield told
    for at, calls in enumerate(threads):
        if calls and (then := answered(clients.declared, oracle, calls[0])) is not None:
            rest = [*threads[:at], calls[1:], *threads[at + 1 :]]
            more = (*told[:at], (*told[at], encode(then[1])), *told[at + 1 :])
            yield from _orders(clients, then[0], rest, more)
