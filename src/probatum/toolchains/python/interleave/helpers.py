"""The functions that a rewritten source calls before each access, see `instrument`.

Standard library only; loaded into the worker host.
"""

import gc
import types
from collections import deque

from probatum.toolchains.python.interleave.baton import UNCLEAR

PLAIN = frozenset((int, bool, str, bytes, float, complex, type(None), range, slice, type(NotImplemented), type(...)))
STILL = PLAIN | frozenset((types.FunctionType, types.BuiltinFunctionType, types.ModuleType, type))
"""Types whose truth, length, order and items never change. (A tuple may hold what does.)"""
READERS_OF_ALL = (len, sorted, min, max, sum, any, all, isinstance, repr, str, list, tuple, dict, set, frozenset, bool)
READERS = ("get", "index", "count", "keys", "values", "items", "copy", "len", "sorted")
"""Calls of built-ins that change nothing: a loop that waits need not look again after one."""
HELD = frozenset((list, dict, set, deque))
VIEWS = frozenset((type({}.keys()), type({}.values()), type({}.items())))
DEEP, REPLACES = (-3,), (-4,)
"""Marks of `reduce`: the containers within a container are read, a container is changed."""
VARIABLES = object()
SHALLOW = frozenset(
    ("append", "appendleft", "extend", "extendleft", "pop", "popleft", "popitem", "insert", "clear", "add", "discard")
) | {"get", "setdefault", "keys", "values", "items", "copy", "rotate", "reverse"}
SHALLOW_FUNCTIONS = (len, list, tuple, set, frozenset, bool, isinstance, deque)
"""Calls of built-ins that look at no container within a container."""
SHIMS = "probatum.toolchains.python.interleave.shims"
OWN, MODULES = ("sut.py",), ("sut", "probatum.sync", "probatum.aio", SHIMS, f"{SHIMS}_aio")


def make_helpers(baton, shims, prefix):
    """The helpers by name, for the namespace of the candidate. ``shims``: the file of the primitives."""
    helpers = Helpers(baton, shims)
    names = (
        "after",
        "change",
        "point",
        "wrote",
        "place",
        "still",
        "against",
        "vague",
        "both",
        "augment",
        "item",
        "each",
        "call",
    )
    return {prefix + "slice": slice, **{prefix + name: getattr(helpers, name) for name in names}}


class Helpers:
    """What stands before an access: each announces it to the scheduler, where one runs, with what it touches."""

    def __init__(self, baton, shims):
        self.baton, self.own, self.known = baton, (*OWN, shims), {}

    def after(self, label, value, attr):
        """Announce the read of an attribute, and give its object on: for reads that follow at once."""
        if self.baton.active:
            known = self.own_class(type(value)) or type(value) is type
            self.baton.step(label, touches=self.baton.read(value, attr) if known else UNCLEAR)
        return value

    def change(self, label, value, attr):
        """The same, for writes and deletions."""
        if self.baton.active:
            known = self.own_class(type(value))  # what is written to a class shows in its instances
            self.baton.step(label, writes=True, touches=self.baton.write(value, attr) if known else UNCLEAR)
        return value

    def point(self, label, name):
        """Announce a read of a variable."""
        if self.baton.active:
            self.baton.step(label, touches=self.baton.read(VARIABLES, name))

    def wrote(self, label, value, name):
        """Announce a write of a variable."""
        if self.baton.active:
            self.baton.step(label, writes=True, touches=self.baton.write(VARIABLES, name))
        return value

    def place(self, label, index, value=VARIABLES):
        """Announce that an item is written or deleted; its index is given on. No value: it is not known of what."""
        if self.baton.active:
            known = value is not VARIABLES and simple(index)
            self.baton.step(label, writes=True, touches=self.contents((value,), changes=True) if known else UNCLEAR)
        return index

    def still(self, label, value):
        """Announce that truth or items are looked at, unless the value can never change."""
        if self.baton.active and not self.is_still(value):
            self.baton.step(label, touches=self.contents((value,)))
        return value

    def against(self, label, value, other):
        """The same for an operand; the other one is looked at, too, and what both hold."""
        if self.baton.active and not self.is_still(value):
            self.baton.step(label, touches=self.contents((value, other), deep=True))
        return value

    def vague(self, label, value):
        """The same where it is not known what else is looked at."""
        if self.baton.active and not self.is_still(value):
            self.baton.step(label)
        return value

    def both(self, label, value, other):
        """The same, where either operand may be one that can change."""
        if self.baton.active and not (self.is_still(value) and self.is_still(other)):
            self.baton.step(label, touches=self.contents((value, other), deep=True))
        return value

    def augment(self, label, pair):
        """Announce a change in place of the first of a pair by the second."""
        if self.baton.active and not self.is_still(pair):
            now, other = self.contents(pair[:1], changes=True), self.contents(pair[1:], deep=True)
            self.baton.step(label, touches=UNCLEAR if UNCLEAR in (now, other) else now + other)

    def is_still(self, value):
        """Whether truth, order and items of a value can never change, or change in announced steps only."""
        kind = type(value)
        held = kind is tuple and all(type(item) in STILL for item in value)
        return kind in STILL or held or self.own_class(kind)

    def own_class(self, kind):
        """Whether instances do nothing that is not announced: every class they descend from is the candidate's."""
        if kind not in self.known:
            self.known[kind] = kind in STILL or all(self.announces(cls) for cls in kind.__mro__[:-1])
        return self.known[kind]

    def announces(self, cls):
        """Whether a class is the candidate's or a primitive, with no generated methods."""
        functions = [f for f in cls.__dict__.values() if type(f) is types.FunctionType]
        written = all(f.__code__.co_filename in self.own for f in functions)
        return type(cls) is type and cls.__dict__.get("__module__") in MODULES and written

    def contents(self, values, changes=False, deep=False):
        """What is touched where values are gone through (deep: containers within them, too) or changed."""
        touches = (DEEP if deep else ()) + (REPLACES if changes else ())
        for value in values:
            kind = type(value)
            if kind in VIEWS:
                value = gc.get_referents(value)[0]
                kind = type(value)
            if kind in HELD:
                touches += self.baton.write(value, "[]") if changes else self.baton.read(value, "[]")
            elif not (kind is tuple or kind is frozenset or kind in STILL or self.own_class(kind)):
                return UNCLEAR
        return touches

    def item(self, label, value, index):
        """Announce the read of an item, and read it."""
        kind = type(value)
        if self.baton.active and kind is not tuple and kind not in STILL:
            self.baton.step(label, touches=self.contents((value,)) if simple(index) else UNCLEAR)
        return value[index]

    def each(self, label, values):
        """Go through something, one step for each item, where it can change."""
        kind = type(values)
        still = kind in STILL or kind is tuple or not self.baton.active
        return values if still else self.stepping(label, values)

    def stepping(self, label, values):
        """The items one by one."""
        touches = self.contents((values,))
        self.baton.step(label, touches=touches)
        iterator = iter(values)
        while True:
            self.baton.step(label, touches=touches)
            try:
                value = next(iterator) if touches is not UNCLEAR else self.unclear(next, (iterator,), {})
            except StopIteration:
                return
            yield value

    def call(self, label, function, /, *args, **named):
        """Announce a call of what does not announce its accesses itself, and make it."""
        if not self.baton.active or self.silent(function, args, named):
            return function(*args, **named)
        touches = self.touched(function, args, named)
        self.baton.step(label, writes=not reads(function), touches=touches)
        return function(*args, **named) if touches is not UNCLEAR else self.unclear(function, args, named)

    def unclear(self, function, args, named):
        """Make a call from within which announced steps may come: what those touch is not all that happens."""
        if not self.baton.active:
            return function(*args, **named)
        slot = self.baton.slots[self.baton.current]
        slot.unclear += 1
        try:
            return function(*args, **named)
        finally:
            slot.unclear -= 1

    def touched(self, function, args, named):
        """What a call of a built-in touches: its containers, those in its arguments, and what is in them."""
        holder = getattr(function, "__self__", None) if type(function) is types.BuiltinFunctionType else None
        read = any(function is reader for reader in (*READERS_OF_ALL, deque))
        known = read or type(holder) in HELD or (type(holder) in PLAIN and holder is not None)
        if not known or any(type(value) not in PLAIN for value in named.values()):
            return UNCLEAR
        deep = function.__name__ not in SHALLOW if type(holder) in HELD else function not in SHALLOW_FUNCTIONS
        held = self.contents((holder,), changes=not reads(function), deep=deep) if type(holder) in HELD else ()
        given = self.contents(args, deep=deep)
        return UNCLEAR if UNCLEAR in (held, given) else held + given

    def silent(self, function, args, named):
        """Whether a call touches nothing that is not announced: own code, primitives, built-ins of plain values."""
        kind = type(function)
        if kind is types.MethodType:
            function, kind = function.__func__, type(function.__func__)
        if kind is types.FunctionType:
            return function.__code__.co_filename in self.own
        if kind is type and function not in STILL and self.own_class(function):
            return True
        if any(type(value) not in PLAIN for value in (*args, *named.values())):
            return False
        holder = getattr(function, "__self__", None) if kind is types.BuiltinFunctionType else None
        return kind is type or (kind is types.BuiltinFunctionType and type(holder) in STILL)


def reads(function):
    """Whether a call is known to change nothing."""
    if type(function) is types.BuiltinMethodType and function.__name__ in READERS:
        return True
    return any(function is reader for reader in READERS_OF_ALL)


def simple(index):
    """Whether an index compares and hashes without looking at anything that changes."""
    return type(index) in PLAIN or (type(index) is tuple and all(type(part) in PLAIN for part in index))
