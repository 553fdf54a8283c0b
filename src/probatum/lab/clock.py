"""The clocks: everything that reads time reads it here."""

from __future__ import annotations

import time


def wall_s() -> float:
    """Monotonic seconds, for durations."""
    return time.monotonic()


def cpu_s() -> float:
    """CPU seconds of this process."""
    return time.process_time()


def now_s() -> float:
    """Seconds since the epoch, for records."""
    return time.time()


def pause(seconds: float) -> None:
    """Wait, as a server asked for."""
    time.sleep(seconds)
