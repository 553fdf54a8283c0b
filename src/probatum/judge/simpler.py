"""Simpler values of a kind, most radical first; every one could have been drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from probatum.judge.alphabet import normal, valid
from probatum.types.kinds import (
    Bool,
    Bytes,
    Choice,
    DictOf,
    Float,
    Int,
    Kind,
    ListOf,
    OptionOf,
    Record,
    ResultOf,
    SetOf,
    Str,
    TupleOf,
)

UNIT = 1 << 72
"""What one step of size weighs against the magnitude of a number: sizes are compared first, magnitudes among equals."""


def complexity(value: Any) -> int:
    """A size that shrinking lowers: length first, then the number of bits, then magnitude."""
    if value is None or type(value) is bool:
        return UNIT if value else 0
    if type(value) is int:
        return (2 * abs(value).bit_length() + (value < 0)) * UNIT + min(abs(value), UNIT - 1)
    if type(value) is float:
        return UNIT * (0 if value == 0 else (2 if value == int(value) else 60) if abs(value) < 1e9 else 100)
    if type(value) is dict:
        return sum(8 * UNIT + complexity(k) + complexity(v) for k, v in value.items())
    if type(value) in (str, bytes):
        return sum(4 + (c if isinstance(c, int) else ord(c)) % 97 for c in value) * UNIT
    return sum(8 * UNIT + complexity(v) for v in value)


def simpler(kind: Kind, value: Any) -> Iterator[Any]:
    """Valid, strictly simpler values; nothing for kinds drawn from a strategy (their validity is not known)."""
    if kind.strategy is not None or type(kind) not in _SIMPLER:
        return
    bound = complexity(value)
    seen: list[Any] = []
    for raw in _SIMPLER[type(kind)](kind, value):
        made = normal(kind, raw)
        if complexity(made) < bound and valid(kind, made) and made not in seen:
            seen.append(made)
            yield made


def _ints(kind: Any, value: int) -> Iterator[int]:
    lo = kind.lo if kind.lo is not None else 0
    yield from (0, 1, 2, lo, lo + 1, -1)
    yield -value
    sign = -1 if value < 0 else 1
    top = 1 << max(0, abs(value).bit_length() - 1)
    yield from (sign * top, sign * (top + 1))  # faults sit at powers of two; halving the rest would take many rounds
    yield sign * (abs(value) // 10)
    yield from (sign * (abs(value) >> bits) for bits in (48, 32, 16, 8, 4, 1))
    step = abs(value) // 2
    while step:
        yield value - step if value > 0 else value + step
        step //= 2


def _floats(kind: Any, value: float) -> Iterator[float]:
    yield from (0.0, 1.0, -1.0)
    if value == value and abs(value) < 1e15:
        yield float(int(value))


def _lists(kind: Any, value: Any) -> Iterator[Any]:
    make = type(value)
    items = list(value)
    yield make()
    half = len(items) // 2
    if half > 1:
        yield from (make(items[:half]), make(items[half:]))
    for index in range(min(len(items), 24)):
        yield make(items[:index] + items[index + 1 :])
    for index, item in enumerate(items[:12]):
        for candidate in simpler(kind.item, item):
            yield make([*items[:index], candidate, *items[index + 1 :]])


def _dicts(kind: Any, value: dict[Any, Any]) -> Iterator[Any]:
    yield {}
    for key in list(value)[:24]:
        yield {k: v for k, v in value.items() if k != key}
    for key, held in list(value.items())[:12]:
        for candidate in simpler(kind.value, held):
            yield {**value, key: candidate}


def _texts(kind: Any, value: Any) -> Iterator[Any]:
    yield value[:0]
    if len(value) > 3:
        yield from (value[: len(value) // 2], value[len(value) // 2 :])
    for index in range(min(len(value), 16)):
        yield value[:index] + value[index + 1 :]
    plain = "a" if isinstance(value, str) else b"\0"
    for index in range(min(len(value), 8)):
        yield value[:index] + plain + value[index + 1 :]


def _fields(kinds: tuple[Kind, ...], value: Any, make: Callable[[list[Any]], Any]) -> Iterator[Any]:
    items = list(value)
    for index, kind in enumerate(kinds):
        for candidate in simpler(kind, items[index]):
            yield make([*items[:index], candidate, *items[index + 1 :]])


_SIMPLER: dict[type, Callable[[Any, Any], Iterator[Any]]] = {
    Bool: lambda kind, value: iter([False]),
    Int: _ints,
    Float: _floats,
    Str: _texts,
    Bytes: _texts,
    ListOf: _lists,
    SetOf: _lists,
    DictOf: _dicts,
    TupleOf: lambda kind, value: _fields(kind.items, value, tuple),
    Record: lambda kind, value: _fields(tuple(k for _, k in kind.fields), value, lambda v: kind.cls(*v)),
    OptionOf: lambda kind, value: iter(()) if value is None else iter([None, *simpler(kind.item, value)]),
    ResultOf: lambda kind, value: ((value[0], v) for v in simpler(kind.ok if value[0] == "ok" else kind.err, value[1])),
    Choice: lambda kind, value: iter(kind.members[: kind.members.index(value)]),
}
