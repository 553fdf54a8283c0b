"""`@throughput`: what threads call of a shared object while it is measured, and what its answers must add up to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
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


Change = tuple[Any, int, int | None]
"""What a call tells of a count: which one it is about, by how much the call changed it, and what it must have found
there (None: anything)."""


def counts_fit(own: Sequence[Change], other: Sequence[Change], start: Mapping[Any, int]) -> bool:
    """Whether a thread's answers can come about beside those of one other thread, as far as counts go; for `adds_up`.

    When a call takes effect, the other thread has made some number of its calls, and that number never falls from one
    call to the next. The count that the call finds is then ``start`` with all changes until then. A call that answers
    that there is nothing, where at no such moment there was, is found out. Necessary, not sufficient.
    """
    nets: dict[Any, int] = {}
    when: dict[tuple[Any, int], list[int]] = {}
    for moment, (key, change, _) in enumerate(other, 1):
        if change:
            nets[key] = nets.get(key, 0) + change
            when.setdefault((key, nets[key]), []).append(moment)
    seen: dict[Any, list[tuple[int, int]]] = {}
    for (key, net), moments in when.items():
        seen.setdefault(key, []).extend((moment, net) for moment in moments)
    ordered = {key: sorted(changes) for key, changes in seen.items()}
    mine: dict[Any, int] = {}
    now = 0
    for key, change, found in own:
        if found is not None:
            wanted = found - start.get(key, 0) - mine.get(key, 0)
            later = _moment(ordered.get(key, []), when.get((key, wanted), []), wanted, now)
            if later is None:
                return False
            now = later
        mine[key] = mine.get(key, 0) + change
    return True


def _moment(changes: list[tuple[int, int]], moments: list[int], wanted: int, now: int) -> int | None:
    """The first moment from ``now`` on at which the other thread's changes of a count come to what is wanted."""
    at = bisect_right(changes, now, key=lambda change: change[0])
    if (changes[at - 1][1] if at else 0) == wanted:
        return now
    nearest = bisect_right(moments, now)
    return moments[nearest] if nearest < len(moments) else None
