"""A second lane on which programs are tried at the same time; what is found, and its order, are those of one lane."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from threading import Event, Lock
from typing import TypeVar

from probatum.judge.lane import Lane

T = TypeVar("T")
R = TypeVar("R")

Opens = Callable[[], AbstractContextManager[Lane]]


class SecondLane:
    """One lane in one thread, opened when it is first needed.

    The thread lives as long as the lane: a sandbox ends its processes with the thread that started them.
    """

    def __init__(self, opens: Opens) -> None:
        self._opens = opens
        self._stack = ExitStack()
        self._lane: Lane | None = None
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="probatum-second-lane")

    def submit(self, work: Callable[[Lane], R]) -> Future[R]:
        """Do something with the lane, in its thread."""
        return self._pool.submit(self._run, work)

    def _run(self, work: Callable[[Lane], R]) -> R:
        if self._lane is None:
            self._lane = self._stack.enter_context(self._opens())
        return work(self._lane)

    def close(self) -> None:
        """Close the lane."""
        self._pool.submit(self._stack.close).result()
        self._pool.shutdown()


@contextmanager
def second_lane(first: Lane, *, cpus: int) -> Iterator[SecondLane | None]:
    """A lane like the first; None where there is only one CPU to share."""
    if cpus < 2:
        yield None
        return
    second = SecondLane(lambda: _like(first))
    try:
        yield second
    finally:
        second.close()


@contextmanager
def _like(first: Lane) -> Iterator[Lane]:
    with Lane(first.task, tier=first.tier) as lane:
        lane.probed = first.probed
        yield lane


def shared(items: Sequence[T], mine: Callable[[T], R], theirs: Callable[[Lane, T], R], second: SecondLane) -> list[R]:
    """What both find for the items, in the items' order. Whoever is free takes the next one; the first error ends
    both."""
    taking, lock, stop = iter(enumerate(items)), Lock(), Event()
    found: dict[int, R] = {}

    def taken() -> list[tuple[int, T]]:
        with lock:
            return [] if stop.is_set() else list(itertools.islice(taking, 1))

    def work(do: Callable[[T], R]) -> None:
        try:
            while one := taken():
                index, item = one[0]
                found[index] = do(item)
        finally:  # nothing is left, or there is an error
            stop.set()

    other = second.submit(lambda lane: work(lambda item: theirs(lane, item)))
    try:
        work(mine)
    finally:
        other.exception()
    other.result()
    return [found[index] for index in range(len(items))]
