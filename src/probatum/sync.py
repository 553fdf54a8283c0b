"""Primitives for candidates of tasks that declare `@concurrent`: `from probatum.sync import Lock`.

These are the real ones, for your own threads. Within a trial a candidate finds a module of the same names instead,
whose every act is a step of the scheduler. There are no time limits: time does not pass in a trial.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from threading import Condition, Event, Lock, RLock, Semaphore
from typing import Generic, TypeVar

__all__ = ["Atomic", "Condition", "Event", "Lock", "RLock", "Semaphore", "pause"]

T = TypeVar("T")
PLAIN = (int, str, bytes, bool, float, type(None))


class Atomic(Generic[T]):
    """A cell whose every operation is indivisible."""

    def __init__(self, value: T = None) -> None:  # type: ignore[assignment]
        self._value = value
        self._guard = threading.Lock()

    def load(self) -> T:
        """The value."""
        return self._value

    def store(self, value: T) -> None:
        """Write a value."""
        self.swap(value)

    def swap(self, value: T) -> T:
        """Write a value; the one before."""
        return self._changed(lambda _: value)

    def compare_exchange(self, expected: T, value: T) -> bool:
        """Write a value where the cell holds the expected one (the same object, or an equal value of the same plain
        type); whether it did."""
        with self._guard:
            now = self._value
            equal = type(now) is type(expected) and type(now) in PLAIN and now == expected
            if now is not expected and not equal:
                return False
            self._value = value
            return True

    def fetch_add(self, amount: T = 1) -> T:  # type: ignore[assignment]
        """Add to a number; the one before."""
        return self._changed(lambda now: now + amount)  # type: ignore[operator]

    def _changed(self, change: Callable[[T], T]) -> T:
        with self._guard:
            before = self._value
            self._value = change(before)
            return before


def pause() -> None:
    """Let the others go: for loops that wait."""
    time.sleep(0)
