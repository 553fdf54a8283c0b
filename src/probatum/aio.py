"""Primitives for candidates whose methods are coroutines: `from probatum.aio import Lock`, or
`import probatum.aio as asyncio`.

These are asyncio's own, for your own event loop. Within a trial a candidate finds a module of the same names instead:
every await of a primitive is then a place where any other task may run, also where asyncio would go on at once. There
are no time limits and no tasks of one's own: time does not pass in a trial, and the work of a call is done within it.
"""

from __future__ import annotations

from asyncio import CancelledError, Condition, Event, Lock, Queue, QueueEmpty, QueueFull, Semaphore, sleep

__all__ = ["CancelledError", "Condition", "Event", "Lock", "Queue", "QueueEmpty", "QueueFull", "Semaphore", "sleep"]
