"""Kinds: what an annotation of a `@sut` declaration means, for every language.

A kind is a frozen tree. `annotations` builds it from ordinary annotations; `conform` says which values conform.
"""

from __future__ import annotations

import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Base of all kinds. ``where``: predicates every value meets; ``mapped``: a normalisation applied to drawn
    values."""

    where: tuple[Callable[[Any], bool], ...] = ()
    mapped: tuple[Callable[[Any], Any], ...] = ()
    strategy: Any = None
    few: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit(Kind):
    """None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bool(Kind):
    """True or False."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Int(Kind):
    """An integer in ``lo..hi`` (inclusive); None means unbounded. ``width`` is the declared machine type, if any."""

    lo: int | None = None
    hi: int | None = None
    width: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Float(Kind):
    """A 64-bit float; NaN equals NaN, -0.0 differs from 0.0."""

    lo: float | None = None
    hi: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Str(Kind):
    """Text without lone surrogates; sizes in code points."""

    min_size: int = 0
    max_size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bytes(Kind):
    """Bytes; sizes in bytes."""

    min_size: int = 0
    max_size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOf(Kind):
    """A list of one kind."""

    item: Kind
    min_size: int = 0
    max_size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetOf(Kind):
    """A set of one hashable kind."""

    item: Kind
    min_size: int = 0
    max_size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DictOf(Kind):
    """A dictionary."""

    key: Kind
    value: Kind
    min_size: int = 0
    max_size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TupleOf(Kind):
    """A tuple of fixed length."""

    items: tuple[Kind, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Kind):
    """A named tuple; a plain tuple of that shape conforms as a result."""

    cls: type
    fields: tuple[tuple[str, Kind], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The field names in order."""
        return tuple(name for name, _ in self.fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Kind):
    """One of a few strings (an enum)."""

    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionOf(Kind):
    """A value or None."""

    item: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultOf(Kind):
    """``("ok", value)`` or ``("err", value)``: a result whose both sides carry values."""

    ok: Kind
    err: Kind


def holds_records(kind: Kind) -> bool:
    """Whether values of this kind contain records somewhere."""
    return any(isinstance(k, Record) for k in walk(kind))


def walk(kind: Kind) -> typing.Iterator[Kind]:
    """The kind and all kinds inside it."""
    yield kind
    for child in children(kind):
        yield from walk(child)


def children(kind: Kind) -> tuple[Kind, ...]:
    """The kinds directly inside a kind."""
    if isinstance(kind, ListOf | SetOf | OptionOf):
        return (kind.item,)
    if isinstance(kind, DictOf):
        return (kind.key, kind.value)
    if isinstance(kind, TupleOf):
        return kind.items
    if isinstance(kind, ResultOf):
        return (kind.ok, kind.err)
    return tuple(k for _, k in kind.fields) if isinstance(kind, Record) else ()
