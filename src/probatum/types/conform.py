"""Which values have a kind, exactly; and how wire values become records."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from probatum.types.codec import Opaque
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
    Unit,
    holds_records,
)

BYTES = frozenset((bytes,))
ANY_BYTES = Bytes()
UNSHARED = frozenset((int, bool, str, bytes, float, type(None)))
"""Types of values that nobody can change."""


def unshared(values: Collection[object]) -> bool:
    """Whether every one of some values is such that nobody can change it."""
    return UNSHARED.issuperset(map(type, values))


def mismatch(kind: Kind, value: object) -> str | None:
    """Why a value does not have exactly this kind (one phrase), or None when it conforms."""
    checker = _CHECKS[type(kind)]
    problem = checker(kind, value)
    if problem is None and kind.where and not _meets(kind, value):
        return f"{_show(value)} does not meet the declared condition"
    return problem


def _meets(kind: Kind, value: object) -> bool:
    """Whether a value meets the declared conditions; one that a condition cannot digest does not."""
    try:
        return all(predicate(value) for predicate in kind.where)
    except (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError):
        return False


def _wrong(value: object, wanted: str) -> str:
    return f"{_show(value)} where {wanted} was declared"


def _show(value: object) -> str:
    if isinstance(value, Opaque):
        return f"an object of type {value.type_name}"
    text = repr(value)
    if value is None:
        return "None"
    return f"{type(value).__name__} {text if len(text) <= 60 else text[:57] + '...'}"


def _check_int(kind: Any, value: object) -> str | None:
    name = kind.width or "an int"
    if type(value) is not int:
        return _wrong(value, name)
    if (kind.lo is not None and value < kind.lo) or (kind.hi is not None and value > kind.hi):
        return f"{_show(value)} outside {kind.lo}..{kind.hi}"
    return None


def _check_float(kind: Any, value: object) -> str | None:
    if type(value) is not float:
        return _wrong(value, "a float")
    inside = (kind.lo is None or value >= kind.lo) and (kind.hi is None or value <= kind.hi)
    return None if inside or value != value else f"{value} outside {kind.lo}..{kind.hi}"


def _check_size(kind: Any, value: Any) -> str | None:
    if len(value) < kind.min_size or (kind.max_size is not None and len(value) > kind.max_size):
        return f"a length of {len(value)} outside {kind.min_size}..{kind.max_size}"
    return None


def _check_exact(wanted: type, name: str) -> Callable[[Any, object], str | None]:
    def check(kind: Any, value: Any) -> str | None:
        if type(value) is not wanted:
            return _wrong(value, name)
        return _check_size(kind, value) if hasattr(kind, "min_size") else None

    return check


def _check_items(wanted: type, name: str) -> Callable[[Any, object], str | None]:
    def check(kind: Any, value: Any) -> str | None:
        if type(value) is not wanted:
            return _wrong(value, name)
        return _check_size(kind, value) or _first(kind.item, value)

    return check


def _first(kind: Kind, values: Any) -> str | None:
    if type(kind) is Bytes and kind == ANY_BYTES and BYTES.issuperset(map(type, values)):
        return None  # what logs consist of: looked at thousands of times as they grow
    for value in values:
        if (problem := mismatch(kind, value)) is not None:
            return problem
    return None


def _check_dict(kind: Any, value: Any) -> str | None:
    if type(value) is not dict:
        return _wrong(value, "a dict")
    return _check_size(kind, value) or _first(kind.key, value) or _first(kind.value, value.values())


def _check_tuple(kind: Any, value: Any) -> str | None:
    if type(value) is not tuple or len(value) != len(kind.items):
        return _wrong(value, f"a tuple of {len(kind.items)}")
    for inner, item in zip(kind.items, value, strict=True):
        if (problem := mismatch(inner, item)) is not None:
            return problem
    return None


def _check_record(kind: Any, value: Any) -> str | None:
    if not (type(value) is tuple or type(value) is kind.cls) or len(value) != len(kind.fields):
        names = ", ".join(kind.names)
        return _wrong(value, f"{kind.cls.__name__}({names}) as a named tuple or a plain tuple")
    for (_, inner), item in zip(kind.fields, value, strict=True):
        if (problem := mismatch(inner, item)) is not None:
            return problem
    return None


def _check_choice(kind: Any, value: object) -> str | None:
    return None if type(value) is str and value in kind.members else _wrong(value, " or ".join(map(repr, kind.members)))


def _check_option(kind: Any, value: object) -> str | None:
    return None if value is None else mismatch(kind.item, value)


def _check_result(kind: Any, value: Any) -> str | None:
    if type(value) is tuple and len(value) == 2 and value[0] in ("ok", "err"):
        return mismatch(kind.ok if value[0] == "ok" else kind.err, value[1])
    return _wrong(value, '("ok", value) or ("err", value)')


_CHECKS: dict[type, Callable[[Any, object], str | None]] = {
    Unit: lambda kind, value: None if value is None else _wrong(value, "None"),
    Bool: _check_exact(bool, "a bool"),
    Int: _check_int,
    Float: _check_float,
    Str: _check_exact(str, "a str"),
    Bytes: _check_exact(bytes, "bytes"),
    ListOf: _check_items(list, "a list"),
    SetOf: _check_items(set, "a set"),
    DictOf: _check_dict,
    TupleOf: _check_tuple,
    Record: _check_record,
    Choice: _check_choice,
    OptionOf: _check_option,
    ResultOf: _check_result,
}


def revive(kind: Kind, value: Any) -> Any:
    """A conforming wire value with its records as named tuples, so that laws can write ``r.lo``."""
    if type(value) in UNSHARED:
        return value
    if isinstance(kind, Record):
        return kind.cls(*[revive(k, v) for (_, k), v in zip(kind.fields, value, strict=True)])
    if isinstance(kind, OptionOf):
        return None if value is None else revive(kind.item, value)
    if isinstance(kind, ResultOf):
        return (value[0], revive(kind.ok if value[0] == "ok" else kind.err, value[1]))
    if isinstance(kind, ListOf):
        return value if unshared(value) or not holds_records(kind.item) else [revive(kind.item, v) for v in value]
    if isinstance(kind, TupleOf):
        return tuple(revive(k, v) for k, v in zip(kind.items, value, strict=True))
    if isinstance(kind, DictOf) and holds_records(kind):
        return {revive(kind.key, k): revive(kind.value, v) for k, v in value.items()}
    if isinstance(kind, SetOf) and holds_records(kind):
        return {revive(kind.item, v) for v in value}
    return value
