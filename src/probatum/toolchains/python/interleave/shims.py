"""What `probatum.sync` is inside a worker: primitives whose every act is a step of the scheduler.

Standard library only; loaded by path into the worker host. Outside of a schedule they act at once, and a wait that
nobody can end is an error. The same names with real threads: `probatum.sync`.
"""

import types
from typing import Any

from probatum.toolchains.python.interleave.baton import PAUSES, UNCLEAR

ATOMS = (int, str, bytes, bool, float, type(None))
FILE = __file__


def same(one, other):
    """Whether an atomic cell's value is the expected one: the same object, or an equal value of a plain type."""
    return one is other or (type(one) is type(other) and type(one) in ATOMS and one == other)


class Primitive:
    """Base of what announces its steps; `make_sync` gives each its scheduler."""

    _baton: Any = None
    _rlock: Any = None

    def _me(self):
        return self._baton.current if self._baton.active else -1

    def _step(self, label, enabled=None, writes=False, reads=False, also=None):
        """Announce a step that changes the primitive (or only ``reads`` it), and perhaps another one."""
        baton = self._baton
        if baton.active:
            touches = baton.read(self) if reads else baton.write(self)
            touches += () if also is None else baton.write(also)
            baton.step(label, enabled, writes=writes, touches=touches)
        else:
            baton.step(label, enabled)


class Lock(Primitive):
    """A mutex that its owner cannot take again."""

    again = False

    def __init__(self):
        self._owner, self._depth, self._polled = None, 0, False

    def acquire(self, blocking=True):
        """Take the lock; with ``blocking=False`` say at once whether it was free."""
        mine = self._me()

        def free():
            return self._owner is None or (self.again and self._owner == mine)

        if not blocking:
            self._step("try acquire")
            self._polled = True
            if not free():
                return False
        else:
            self._step("acquire", free)
        self._owner, self._depth = mine, self._depth + 1
        return True

    def release(self):
        """Give the lock back; RuntimeError where the caller does not hold it."""
        self._step("release", writes=self._polled)
        self._give()

    def _give(self):
        if self._owner is None or self._owner != self._me():
            raise RuntimeError("release of a lock that this thread does not hold")
        self._depth -= 1
        if not self._depth:
            self._owner = None

    def locked(self):
        """Whether anybody holds it."""
        self._step("locked?", reads=True)
        self._polled = True
        return self._owner is not None

    def __enter__(self):
        self.acquire()
        return True

    def __exit__(self, *_):
        self.release()


class RLock(Lock):
    """A mutex that its owner can take again, and gives back as often."""

    again = True


class Condition(Primitive):
    """A condition variable; first come first woken, without spurious wake-ups."""

    def __init__(self, lock=None):
        self._lock = self._rlock() if lock is None else lock
        self._asleep = []
        self.acquire, self.release = self._lock.acquire, self._lock.release

    def __enter__(self):
        return self._lock.__enter__()

    def __exit__(self, *_):
        self._lock.release()

    def _held(self):
        if self._lock._owner is None or self._lock._owner != self._me():
            raise RuntimeError("the condition's lock is not held")

    def wait(self):
        """Give the lock back and sleep; return once notified, holding the lock again."""
        self._held()
        self._step("wait", also=self._lock)
        lock, mine = self._lock, self._me()
        ticket = object()
        depth, lock._owner, lock._depth = lock._depth, None, 0
        self._asleep.append(ticket)
        try:
            self._step("wake", lambda: lock._owner is None and self._woken(ticket), also=lock)
        finally:
            self._asleep = [other for other in self._asleep if other is not ticket]
        lock._owner, lock._depth = mine, depth

    def _woken(self, ticket):
        return all(ticket is not other for other in self._asleep)

    def wait_for(self, predicate):
        """Wait until the predicate holds; its answer."""
        while not (answer := predicate()):
            self.wait()
        return answer

    def notify(self, n=1):
        """Wake up to ``n`` sleepers; RuntimeError where the lock is not held."""
        self._held()
        self._step("notify")
        del self._asleep[:n]

    def notify_all(self):
        """Wake every sleeper."""
        self._held()
        self._step("notify all")
        self._asleep.clear()


class Semaphore(Primitive):
    """A counting semaphore."""

    def __init__(self, value=1):
        if value < 0:
            raise ValueError("a semaphore starts at 0 or more")
        self._value = value

    def acquire(self, blocking=True):
        """Take one, once there is one; with ``blocking=False`` say at once whether there was."""
        if not blocking:
            self._step("try acquire semaphore")
            if self._value == 0:
                return False
        else:
            self._step("acquire semaphore", lambda: self._value > 0)
        self._value -= 1
        return True

    def release(self, n=1):
        """Add ``n``."""
        self._step("release semaphore", writes=True)
        self._value += n

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *_):
        self.release()


class Event(Primitive):
    """A flag that can be waited for."""

    def __init__(self):
        self._set = False

    def set(self):
        """Raise the flag."""
        self._step("set", writes=True)
        self._set = True

    def clear(self):
        """Lower it."""
        self._step("clear", writes=True)
        self._set = False

    def is_set(self):
        """Whether it is raised."""
        self._step("set?", reads=True)
        return self._set

    def wait(self):
        """Return once it is raised."""
        self._step("wait for event", lambda: self._set, reads=True)
        return True


class Atomic(Primitive):
    """A cell whose every operation is indivisible."""

    def __init__(self, value=None):
        self._value = value

    def load(self):
        """The value."""
        self._step("load", reads=True)
        return self._value

    def store(self, value):
        """Write a value."""
        self._step("store", writes=True)
        self._value = value

    def swap(self, value):
        """Write a value; the one before."""
        self._step("swap", writes=True)
        before, self._value = self._value, value
        return before

    def compare_exchange(self, expected, value):
        """Write a value where the cell holds the expected one (see `same`); whether it did."""
        self._step("compare exchange")
        if not same(self._value, expected):
            return False
        self._value = value
        self._baton.wrote()
        return True

    def fetch_add(self, amount=1):
        """Add to a number; the one before."""
        if type(amount) in ATOMS:
            self._step("fetch add", writes=True)
        else:
            self._baton.step("fetch add", writes=True, touches=UNCLEAR)
        before = self._value
        self._value = before + amount
        return before


def make_sync(baton):
    """A module `probatum.sync` whose primitives announce their steps to ``baton``."""

    def pause():
        """Let the others go: returns after another thread has changed something. For loops that wait."""
        baton.step("pause", None, 2, touches=PAUSES)

    made = types.ModuleType("probatum.sync")
    rlock = _bound(RLock, baton)
    for cls in (Lock, Semaphore, Event, Atomic):
        setattr(made, cls.__name__, _bound(cls, baton))
    for each in (rlock, _bound(Condition, baton, _rlock=rlock), pause):
        setattr(made, each.__name__, each)
    pause.__module__ = "probatum.sync"
    made.__dict__["__all__"] = ["Atomic", "Condition", "Event", "Lock", "RLock", "Semaphore", "pause"]
    return made


def _bound(cls, baton, **more):
    return type(cls.__name__, (cls,), {"_baton": baton, "__module__": "probatum.sync", "__doc__": cls.__doc__, **more})
