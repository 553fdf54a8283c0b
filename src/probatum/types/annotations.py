"""From annotations to kinds."""

from __future__ import annotations

import enum
import types as _t
import typing
from dataclasses import replace
from typing import Annotated, Any, Literal, get_args, get_origin

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
    walk,
)
from probatum.types.markers import Between, Few, Mapped, Sized, Where, Width


def kind_of(annotation: Any) -> Kind:
    """The kind of an (evaluated) annotation.

    Understands the machine integers, ``Annotated`` with the markers of this module, the constraints of
    annotated-types and Hypothesis
    strategies, ``Literal`` of strings, enums of strings, named tuples, ``X | None`` and the standard containers.
    Raises `TypeError` with one clear sentence for anything else.
    """
    if get_origin(annotation) is Annotated:
        base, *markers = get_args(annotation)
        kind = kind_of(base)
        for marker in markers:
            kind = _constrain(kind, marker)
        return kind
    plain = _PLAIN.get(annotation) if isinstance(annotation, type) or annotation is None else None
    return plain if plain is not None else _structured(annotation)


_PLAIN: dict[Any, Kind] = {
    None: Unit(),
    type(None): Unit(),
    bool: Bool(),
    int: Int(),
    float: Float(),
    str: Str(),
    bytes: Bytes(),
}


def _structured(annotation: Any) -> Kind:
    origin, args = get_origin(annotation), get_args(annotation)
    if origin in (typing.Union, _t.UnionType):
        return _union(annotation, args)
    if origin is Literal and all(isinstance(a, str) for a in args):
        return Choice(members=tuple(args))
    if origin is list and args:
        return ListOf(item=kind_of(args[0]))
    if origin in (set, frozenset) and args:
        return SetOf(item=_hashable(kind_of(args[0]), "a set", args[0]))
    if origin is dict and args:
        return DictOf(key=_hashable(kind_of(args[0]), "the keys of a dict", args[0]), value=kind_of(args[1]))
    if origin is tuple and args and Ellipsis not in args:
        return TupleOf(items=tuple(kind_of(a) for a in args))
    if isinstance(annotation, type):
        return _class_kind(annotation)
    raise TypeError(_unknown(annotation))


def _hashable(kind: Kind, place: str, annotation: Any) -> Kind:
    if any(isinstance(k, ListOf | SetOf | DictOf) for k in walk(kind)):
        raise TypeError(f"{place} cannot hold `{annotation}`: it is not hashable; use a tuple or a record")
    return kind


def _union(annotation: Any, args: tuple[Any, ...]) -> Kind:
    rest = [a for a in args if a is not type(None)]
    if [_result_side(a) for a in args] == ["ok", "err"]:
        return ResultOf(ok=kind_of(get_args(args[0])[1]), err=kind_of(get_args(args[1])[1]))
    if len(rest) == 1 and len(args) == 2:
        inner = kind_of(rest[0])
        if isinstance(inner, OptionOf):
            raise TypeError("an optional of an optional has no meaning in other languages")
        return OptionOf(item=inner)
    raise TypeError(
        f"the union {annotation} has no counterpart in other languages; use `X | None`, a record or an enum"
    )


def _result_side(annotation: Any) -> str | None:
    """ "ok" or "err" for the sides of `markers.Result`, else None."""
    args = get_args(annotation)
    if get_origin(annotation) is tuple and len(args) == 2 and get_origin(args[0]) is Literal:
        return str(get_args(args[0])[0])
    return None


def _class_kind(annotation: type) -> Kind:
    if issubclass(annotation, enum.Enum):
        members = tuple(m.value for m in annotation)
        if members and all(type(m) is str for m in members):
            return Choice(members=members)
        raise TypeError(f"the enum {annotation.__name__} needs string values")
    if issubclass(annotation, tuple) and hasattr(annotation, "_fields"):
        hints = typing.get_type_hints(annotation, include_extras=True)
        return Record(cls=annotation, fields=tuple((f, kind_of(hints[f])) for f in annotation._fields))
    raise TypeError(_unknown(annotation))


def _unknown(annotation: Any) -> str:
    shown = getattr(annotation, "__name__", None) or str(annotation)
    if shown in ("list", "dict", "set", "tuple"):
        return f"`{shown}` needs the type of its items, e.g. `list[U64]`"
    return (
        f"`{shown}` is not a type that values on the wire can have "
        "(numbers, str, bytes, containers, NamedTuple, enum of str)"
    )


def _constrain(kind: Kind, marker: Any) -> Kind:
    if isinstance(marker, Width):
        return replace(kind, lo=marker.lo, hi=marker.hi, width=marker.name)  # type: ignore[call-arg]
    if isinstance(marker, Few):
        return replace(kind, few=marker.count)
    if isinstance(marker, Where):
        return replace(kind, where=(*kind.where, marker.predicate))
    if isinstance(marker, Mapped):
        return replace(kind, mapped=(*kind.mapped, marker.function))
    if isinstance(marker, Between):
        return _bounded(kind, marker.lo, marker.hi)
    if isinstance(marker, Sized):
        return _sized(kind, marker.min_size, marker.max_size)
    if type(marker).__module__.startswith("hypothesis"):
        return replace(kind, strategy=marker)
    return _annotated_types(kind, marker)


def _annotated_types(kind: Kind, marker: Any) -> Kind:
    """Constraints of the annotated-types package, recognised by shape so that it need not be installed."""
    if isinstance(marker, slice | str) or type(marker).__module__.split(".")[0] != "annotated_types":
        return kind
    step = 1 if isinstance(kind, Int) else 0
    ge, gt = getattr(marker, "ge", None), getattr(marker, "gt", None)
    le, lt = getattr(marker, "le", None), getattr(marker, "lt", None)
    if any(bound is not None for bound in (ge, gt, le, lt)):
        lo = ge if ge is not None else (gt + step if gt is not None else None)
        hi = le if le is not None else (lt - step if lt is not None else None)
        return _bounded(kind, lo, hi)
    if hasattr(marker, "min_length") or hasattr(marker, "max_length"):
        return _sized(kind, getattr(marker, "min_length", 0) or 0, getattr(marker, "max_length", None))
    if hasattr(marker, "func"):
        return replace(kind, where=(*kind.where, marker.func))
    raise TypeError(f"the constraint {marker!r} is not understood; use probatum.where(...) instead")


def _bounded(kind: Kind, lo: float | None, hi: float | None) -> Kind:
    if not isinstance(kind, Int | Float):
        raise TypeError("bounds are for numbers")
    if isinstance(kind, Float):
        lo, hi = (None if bound is None else float(bound) for bound in (lo, hi))
    new_lo = lo if kind.lo is None else (kind.lo if lo is None else max(lo, kind.lo))
    new_hi = hi if kind.hi is None else (kind.hi if hi is None else min(hi, kind.hi))
    return replace(kind, lo=new_lo, hi=new_hi)  # type: ignore[arg-type]


def _sized(kind: Kind, min_size: int, max_size: int | None) -> Kind:
    if not isinstance(kind, ListOf | SetOf | DictOf | Str | Bytes):
        raise TypeError("sizes are for containers, str and bytes")
    return replace(kind, min_size=min_size, max_size=max_size)
