"""A limit on the CPU that a stretch of our own process may use: for laws on answers that somebody else chose."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Stalled(BaseException):
    """The limit was crossed. Not an `Exception`, so that the code being limited cannot swallow it by accident."""


@contextmanager
def cpu_limit(seconds: float) -> Iterator[None]:
    """Raise `Stalled` inside when the body uses more CPU seconds than this.

    Only the main thread can be interrupted; elsewhere nothing is limited (the judge process has one thread).
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(signum: int, frame: FrameType | None) -> None:
        raise Stalled

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
