"""What a thread announces before it acts, and primitives made of it.

A thread is a generator: it yields a `Step`, is sent the step's value once the scheduler has taken it, and ends.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any


def _always() -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One indivisible act on what threads share.

    ``act`` is given the number of the acting thread; what it raises is raised in that thread. ``enabled`` must not
    change anything: it says whether the step could be taken now.
    """

    label: str
    act: Callable[[int], Any]
    enabled: Callable[[], bool] = _always


Thread = Generator[Step, Any, Any]


class Cell:
    """A shared variable; reading it and writing it are steps of their own."""

    def __init__(self, name: str, value: Any) -> None:
        self.name, self.value = name, value

    def read(self) -> Step:
        """The step that reads the value."""
        return Step(label=f"read {self.name}", act=lambda _: self.value)

    def write(self, value: Any) -> Step:
        """The step that writes `value`."""
        return Step(label=f"write {self.name} {value!r}", act=lambda _: setattr(self, "value", value))

    def swap_if(self, old: Any, new: Any) -> Step:
        """The step that writes `new` where the value equals `old`, and says whether it did."""
        return Step(label=f"swap {self.name} {old!r} -> {new!r}", act=lambda _: self._swap_if(old, new))

    def _swap_if(self, old: Any, new: Any) -> bool:
        if self.value != old:
            return False
        self.value = new
        return True


class Lock:
    """A mutex that its owner cannot take again; releasing another's lock is a `RuntimeError`."""

    def __init__(self, name: str = "lock") -> None:
        self.name = name
        self.owner: int | None = None

    def acquire(self) -> Step:
        """The step that takes the lock, once it is free."""
        return Step(label=f"acquire {self.name}", act=self.take, enabled=self.free)

    def release(self) -> Step:
        """The step that gives the lock back."""
        return Step(label=f"release {self.name}", act=self.give)

    def free(self) -> bool:
        """Whether nobody holds it."""
        return self.owner is None

    def take(self, thread: int) -> None:
        """Make `thread` the owner."""
        self.owner = thread

    def give(self, thread: int) -> None:
        """Give up ownership; raises `RuntimeError` where `thread` is not the owner."""
        if self.owner != thread:
            raise RuntimeError(f"release of {self.name}, which this thread does not hold")
        self.owner = None


class Condition:
    """A condition variable over `lock`, first come first woken, without spurious wake-ups."""

    def __init__(self, lock: Lock, name: str = "condition") -> None:
        self.lock, self.name = lock, name
        self._asleep: list[object] = []

    def wait(self) -> Thread:
        """Give the lock back and sleep; go on once notified, holding the lock again. Use with `yield from`."""
        ticket = object()

        def sleep(thread: int) -> None:
            self.lock.give(thread)
            self._asleep.append(ticket)

        def may_wake() -> bool:
            return ticket not in self._asleep and self.lock.free()

        yield Step(label=f"wait {self.name}", act=sleep)
        yield Step(label=f"wake {self.name}", act=self.lock.take, enabled=may_wake)

    def notify(self, count: int = 1) -> Step:
        """The step that wakes up to `count` sleepers; a `RuntimeError` where the lock is not held."""

        def wake(thread: int) -> None:
            if self.lock.owner != thread:
                raise RuntimeError(f"notify of {self.name} without holding {self.lock.name}")
            del self._asleep[:count]

        return Step(label=f"notify {self.name}", act=wake)


class Semaphore:
    """A counting semaphore."""

    def __init__(self, value: int, name: str = "semaphore") -> None:
        self.value, self.name = value, name

    def acquire(self) -> Step:
        """The step that takes one, once there is one."""
        return Step(label=f"acquire {self.name}", act=lambda _: self._add(-1), enabled=lambda: self.value > 0)

    def release(self) -> Step:
        """The step that adds one."""
        return Step(label=f"release {self.name}", act=lambda _: self._add(1))

    def _add(self, change: int) -> None:
        self.value += change
