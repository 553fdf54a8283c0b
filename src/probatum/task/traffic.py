"""`@throughput`: what threads call of a shared object while it is measured, and what its answers must add up to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar, overload

T = TypeVar("T")
Asks = list[tuple[Any, ...]]
"""Calls as a task lists them: a method's name and its arguments."""
THROUGHPUT_MARK = "__probatum_throughput__"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThroughputMark:
    """What `@throughput` was told."""

    calls: int = 4000
    """Calls of all threads together in one round."""
    rounds: int = 8
    """Rounds of one run, each with calls and an object of its own: who remembers a round has nothing from it."""


@overload
def throughput(target: T, /) -> T: ...
@overload
def throughput(*, calls: int = ..., rounds: int = ...) -> Any: ...
def throughput(target: Any = None, /, *, calls: int = 4000, rounds: int = 8) -> Any:
    """Declare how fast a `@concurrent` class that threads share in Rust is: a class without state, whose docstring says
    what is called.

    ``calls(self, r, thread, count)`` lists ``count`` calls of a thread as ``("push", value)``; ``r`` is a
    `random.Random` seeded with what nobody knows, and an argument may be ``Ref(n)``, what the thread's call ``n``
    answered.
    ``adds_up(self, before, threads, after)`` asserts what must be true of the answers, whatever the threads' order;
    each is a list of `Call`. Where one thread calls, every answer is held to the oracle besides.
    Optional: ``made``, the constructor's arguments; ``before(self, r)`` and ``after(self, r)``, calls of one thread
    before the others start and when they have ended; ``drain``, a method without arguments that is called last until
    it answers None.
    """
    if calls < 2 or rounds < 1:
        raise ValueError("a throughput needs two calls or more, and a round")
    mark = ThroughputMark(calls=calls, rounds=rounds)

    def attach(cls: Any) -> Any:
        setattr(cls, THROUGHPUT_MARK, mark)
        return cls

    return attach if target is None else attach(target)
