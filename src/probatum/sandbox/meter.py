"""What commands cost while something is done. Whoever answers for a cost holds a meter; whoever runs a command, however
deep below, need not pass on what it took, and so cannot forget to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Meter:
    """CPU seconds so far."""

    cpu_s: float = 0.0


_HELD: ContextVar[tuple[Meter, ...]] = ContextVar("meters", default=())


@contextmanager
def metered() -> Iterator[Meter]:
    """A meter of what this thread runs meanwhile."""
    meter = Meter()
    token = _HELD.set((*_HELD.get(), meter))
    try:
        yield meter
    finally:
        _HELD.reset(token)


def charge(cpu_s: float) -> None:
    """Tell every meter that is held what something took."""
    for meter in _HELD.get():
        meter.cpu_s += cpu_s
