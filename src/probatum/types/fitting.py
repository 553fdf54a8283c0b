"""Kinds made into functions: what `conform` finds out value by value, prepared once for thousands of values.

`mismatch` stays the one place that says why; whatever a function here does not take is asked there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from probatum.types.conform import mismatch, revive
from probatum.types.kinds import Bytes, Choice, Int, Kind, ListOf, OptionOf, Record, holds_records

Test = Callable[[Any], bool]


def fitting(kind: Kind) -> Test:
    """Whether a value has a kind, as `mismatch` says."""
    made = None if kind.where else _MADE.get(type(kind))
    return made(kind) if made is not None else lambda value: mismatch(kind, value) is None


def reviving(kind: Kind) -> Callable[[Any], Any] | None:
    """What `revive` makes of a value of a kind; None where that is the value itself."""
    if not holds_records(kind):
        return None
    item = kind.item if isinstance(kind, ListOf) else None
    if isinstance(item, Record) and not any(holds_records(inner) for _, inner in item.fields):
        make = item.cls
        return lambda values: [make(*value) for value in values]
    return lambda value: revive(kind, value)


def _int(kind: Any) -> Test:
    lo, hi = kind.lo, kind.hi
    if lo is None or hi is None:
        return lambda value: mismatch(kind, value) is None
    return lambda value: type(value) is int and lo <= value <= hi


def _bytes(kind: Any) -> Test:
    least, most = kind.min_size, kind.max_size
    if most is None:
        return lambda value: type(value) is bytes and len(value) >= least
    return lambda value: type(value) is bytes and least <= len(value) <= most


def _choice(kind: Any) -> Test:
    members = frozenset(kind.members)
    return lambda value: type(value) is str and value in members


def _option(kind: Any) -> Test:
    inner = fitting(kind.item)
    return lambda value: value is None or inner(value)


def _list(kind: Any) -> Test:
    least, most, inner = kind.min_size, kind.max_size, fitting(kind.item)
    only = frozenset((bytes,)) if kind.item == Bytes() else None

    def fits(values: Any) -> bool:
        if type(values) is not list or len(values) < least or (most is not None and len(values) > most):
            return False
        return only.issuperset(map(type, values)) if only is not None else all(map(inner, values))

    return fits


def _record(kind: Any) -> Test:
    cls, tests = kind.cls, tuple(fitting(inner) for _, inner in kind.fields)

    def fits(value: Any) -> bool:
        if not (type(value) is tuple or type(value) is cls) or len(value) != len(tests):
            return False
        return all(test(item) for test, item in zip(tests, value, strict=True))

    return fits


_MADE: dict[type, Callable[[Any], Test]] = {
    Int: _int,
    Bytes: _bytes,
    Choice: _choice,
    OptionOf: _option,
    ListOf: _list,
    Record: _record,
}
