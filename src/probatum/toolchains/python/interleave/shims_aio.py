"""What `probatum.aio` is inside a worker: primitives whose every await is a step of the scheduler.

Standard library only; loaded by path into the worker host. They mean what asyncio's mean, with one difference: an
await of a primitive always lets others go first, also where asyncio would not suspend. The names: `probatum.aio`.
"""

import types
from typing import Any

from probatum.toolchains.python.interleave.baton import INSIDE, PAUSE
from probatum.toolchains.python.interleave.tasks import CancelledError, turn

FILE = __file__


class QueueEmpty(Exception):
    """There is no item."""


class QueueFull(Exception):
    """There is no room."""


class Awaited:
    """Base of what tasks wait for; `make_aio` gives each its scheduler."""

    _tasks: Any = None
    _lock_class: Any = None

    def _note(self, reads=False):
        """Note that the running task changes (or only reads) this."""
        tasks = self._tasks
        if tasks.active:
            tasks.step("", writes=not reads, touches=tasks.read(self) if reads else tasks.write(self))

    async def _turn(self, label, enabled=None, also=None):
        """Let others go; return once ``enabled``, and nobody goes first."""
        tasks, touches = self._tasks, ()
        if tasks.active:
            touches = tasks.write(self) + (() if also is None else tasks.write(also))
        tasks.ask(label, enabled, INSIDE, touches)
        await turn()
        if enabled is not None and not enabled():
            raise RuntimeError("an await of a primitive was resumed although what it waits for did not happen")
        if tasks.active:
            tasks.wrote()


class Lock(Awaited):
    """A mutex. As in asyncio anybody may release it."""

    def __init__(self):
        self._locked = False

    async def acquire(self):
        """Take the lock once it is free."""
        await self._turn("acquire", lambda: not self._locked)
        self._locked = True
        return True

    def release(self):
        """Give it back; RuntimeError where nobody holds it."""
        self._note()
        if not self._locked:
            raise RuntimeError("release of a lock that nobody holds")
        self._locked = False

    def locked(self):
        """Whether anybody holds it."""
        self._note(reads=True)
        return self._locked

    async def __aenter__(self):
        await self.acquire()

    async def __aexit__(self, *_):
        self.release()


class Condition(Awaited):
    """A condition variable; first come first woken, without spurious wake-ups."""

    def __init__(self, lock=None):
        self._lock = self._lock_class() if lock is None else lock
        self._asleep = []
        self.acquire, self.release, self.locked = self._lock.acquire, self._lock.release, self._lock.locked

    async def __aenter__(self):
        await self.acquire()

    async def __aexit__(self, *_):
        self.release()

    def _held(self):
        self._note()
        if not self._lock.locked():
            raise RuntimeError("the condition's lock is not held")

    async def wait(self):
        """Give the lock back and sleep; return once notified, holding the lock again."""
        self._held()
        lock, ticket = self._lock, [False]
        self._asleep.append(ticket)
        lock.release()
        try:
            await self._turn("wake", lambda: ticket[0] and not lock._locked, also=lock)
        except CancelledError:
            await lock.acquire()
            self._note()
            if ticket[0]:
                self.notify()  # what woke this one is for another one
            else:
                self._asleep = [other for other in self._asleep if other is not ticket]
            raise
        lock._locked = True
        return True

    async def wait_for(self, predicate):
        """Wait until the predicate holds; its answer."""
        while not (answer := predicate()):
            await self.wait()
        return answer

    def notify(self, n=1):
        """Wake up to ``n`` sleepers; RuntimeError where nobody holds the lock."""
        self._held()
        for ticket in self._asleep[:n]:
            ticket[0] = True
        del self._asleep[:n]

    def notify_all(self):
        """Wake every sleeper."""
        self.notify(len(self._asleep))


class Semaphore(Awaited):
    """A counting semaphore."""

    def __init__(self, value=1):
        if value < 0:
            raise ValueError("a semaphore starts at 0 or more")
        self._value, self._waiting = value, 0

    async def acquire(self):
        """Take one, once there is one."""
        late = self.locked()
        if late:
            self._note()
        self._waiting += late
        try:
            await self._turn("acquire semaphore", lambda: self._value > 0)
        finally:
            self._waiting -= late
        self._value -= 1
        return True

    def release(self):
        """Add one."""
        self._note()
        self._value += 1

    def locked(self):
        """Whether there is none to take but by those who wait already."""
        self._note(reads=True)
        return self._value <= self._waiting

    async def __aenter__(self):
        await self.acquire()

    async def __aexit__(self, *_):
        self.release()


class Event(Awaited):
    """A flag that can be waited for. Who waits when it is raised goes on, also where it is lowered again before."""

    def __init__(self):
        self._set, self._asleep = False, []

    def set(self):
        """Raise the flag."""
        self._note()
        self._set = True
        for ticket in self._asleep:
            ticket[0] = True
        self._asleep.clear()

    def clear(self):
        """Lower it."""
        self._note()
        self._set = False

    def is_set(self):
        """Whether it is raised."""
        self._note(reads=True)
        return self._set

    async def wait(self):
        """Return once it is raised."""
        self._note()
        ticket = [self._set]
        if not self._set:
            self._asleep.append(ticket)
        await self._turn("wait for event", lambda: ticket[0])
        return True


class Queue(Awaited):
    """First in, first out; ``maxsize`` 0: any number of items."""

    def __init__(self, maxsize=0):
        self.maxsize, self._items = maxsize, []

    async def put(self, item):
        """Add an item once there is room."""
        await self._turn("put", lambda: not self._is_full())
        self._items.append(item)

    def put_nowait(self, item):
        """Add an item; QueueFull where there is no room."""
        self._note()
        if self._is_full():
            raise QueueFull
        self._items.append(item)

    async def get(self):
        """Take an item once there is one."""
        await self._turn("get", lambda: bool(self._items))
        return self._items.pop(0)

    def get_nowait(self):
        """Take an item; QueueEmpty where there is none."""
        self._note()
        if not self._items:
            raise QueueEmpty
        return self._items.pop(0)

    def qsize(self):
        """The number of items."""
        self._note(reads=True)
        return len(self._items)

    def empty(self):
        """Whether there is none."""
        return not self.qsize()

    def full(self):
        """Whether there is no room."""
        self._note(reads=True)
        return self._is_full()

    def _is_full(self):
        return 0 < self.maxsize <= len(self._items)


def make_aio(tasks):
    """A module `probatum.aio` whose primitives are steps of ``tasks``."""

    async def sleep(delay=0, result=None):
        """Let the others go: time does not pass, so any of them may go on for any while."""
        tasks.ask("sleep", None, PAUSE, ())
        await turn()
        return result

    made = types.ModuleType("probatum.aio")
    lock = _bound(Lock, tasks)
    for cls in (Semaphore, Event, Queue):
        setattr(made, cls.__name__, _bound(cls, tasks))
    for each in (lock, _bound(Condition, tasks, _lock_class=lock), sleep, CancelledError, QueueEmpty, QueueFull):
        setattr(made, each.__name__, each)
    sleep.__module__ = "probatum.aio"
    names = ["CancelledError", "Condition", "Event", "Lock", "Queue", "QueueEmpty", "QueueFull", "Semaphore", "sleep"]
    made.__dict__["__all__"] = names
    return made


def _bound(cls, tasks, **more):
    return type(cls.__name__, (cls,), {"_tasks": tasks, "__module__": "probatum.aio", "__doc__": cls.__doc__, **more})
