"""The functions that a rewritten source calls before each access, see `instrument`.

Standard library only; loaded into the worker host.
"""

import types

PLAIN = frozenset((int, bool, str, bytes, float, complex, type(None), range, slice, type(NotImplemented), type(...)))
STILL = PLAIN | frozenset((types.FunctionType, types.BuiltinFunctionType, types.ModuleType, type))
"""Types whose truth, length, order and items never change. (A tuple may hold what does.)"""
READERS_OF_ALL = (len, sorted, min, max, sum, any, all, isinstance, repr, str, list, tuple, dict, set, frozenset, bool)
READERS = ("get", "index", "count", "keys", "values", "items", "copy", "len", "sorted")
"""Calls of built-ins that change nothing: a loop that waits need not look again after one."""
OWN, MODULES = ("sut.py",), ("sut", "probatum.sync", "probatum.toolchains.python.interleave.shims")


def make_helpers(baton, sync, prefix):
    """The helpers by name, for the namespace of the candidate."""
    helpers = Helpers(baton, sync.pause.__code__.co_filename)
    names = ("after", "change", "point", "still", "item", "each", "call")
    return {prefix + "slice": slice, **{prefix + name: getattr(helpers, name) for name in names}}


class Helpers:
    """What stands before an access: each announces it to the scheduler, where one runs."""

    def __init__(self, baton, shims):
        self.baton, self.own, self.known = baton, (*OWN, shims), {}

    def after(self, label, value):
        """Announce, then give the value on: for reads that follow at once."""
        if self.baton.active:
            self.baton.step(label)
        return value

    def change(self, label, value):
        """The same, for writes."""
        if self.baton.active:
            self.baton.step(label, writes=True)
        return value

    def point(self, label):
        """Announce a read of a variable."""
        if self.baton.active:
            self.baton.step(label)

    def still(self, label, value):
        """Announce, unless the value (or each of a pair of operands) can never change."""
        if self.baton.active and not self.is_still(value):
            self.baton.step(label)
        return value

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

    def item(self, label, value, index):
        """Announce the read of an item, and read it."""
        kind = type(value)
        if self.baton.active and kind is not tuple and kind not in STILL:
            self.baton.step(label)
        return value[index]

    def each(self, label, values):
        """Go through something, one step for each item, where it can change."""
        kind = type(values)
        still = kind in STILL or kind is tuple or not self.baton.active
        return values if still else self.stepping(label, values)

    def stepping(self, label, values):
        """The items one by one."""
        self.baton.step(label)
        iterator = iter(values)
        while True:
            self.baton.step(label)
            try:
                value = next(iterator)
            except StopIteration:
                return
            yield value

    def call(self, label, function, /, *args, **named):
        """Announce a call of what does not announce its accesses itself, and make it."""
        if self.baton.active and not self.silent(function, args, named):
            self.baton.step(label, writes=not reads(function))
        return function(*args, **named)

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
