"""Markers for ``Annotated`` and the machine integers: ``Annotated[U64, few(8)]``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar


@dataclass(frozen=True, slots=True)
class Few:
    """Marker: draw mostly from ``count`` colliding values, plus the full range with its edges."""

    count: int


@dataclass(frozen=True, slots=True)
class Where:
    """Marker: only values that meet the predicate."""

    predicate: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Mapped:
    """Marker: every drawn (and shrunk) value passes through an idempotent function, e.g. ``mapped(sorted)``."""

    function: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Between:
    """Marker: bounds of a number, inclusive."""

    lo: float | None
    hi: float | None


@dataclass(frozen=True, slots=True)
class Sized:
    """Marker: bounds of a length, inclusive."""

    min_size: int
    max_size: int | None


@dataclass(frozen=True, slots=True)
class Width:
    """Marker of the machine integers, e.g. ``u64``."""

    name: str
    lo: int
    hi: int


U8 = Annotated[int, Width("u8", 0, 2**8 - 1)]
U16 = Annotated[int, Width("u16", 0, 2**16 - 1)]
U32 = Annotated[int, Width("u32", 0, 2**32 - 1)]
U64 = Annotated[int, Width("u64", 0, 2**64 - 1)]
I8 = Annotated[int, Width("i8", -(2**7), 2**7 - 1)]
I16 = Annotated[int, Width("i16", -(2**15), 2**15 - 1)]
I32 = Annotated[int, Width("i32", -(2**31), 2**31 - 1)]
I64 = Annotated[int, Width("i64", -(2**63), 2**63 - 1)]
F64 = float

_T = TypeVar("_T")
_E = TypeVar("_E")
Result = tuple[Literal["ok"], _T] | tuple[Literal["err"], _E]


def few(count: int) -> Few:
    """A few colliding values plus the full range with its edges."""
    return Few(count)


def where(predicate: Callable[[Any], bool]) -> Where:
    """Only values that meet the predicate."""
    return Where(predicate)


def mapped(function: Callable[[Any], Any]) -> Mapped:
    """Normalise every value with an idempotent function, e.g. ``mapped(sorted)``."""
    return Mapped(function)


def between(lo: float | None = None, hi: float | None = None) -> Between:
    """Bounds of a number, inclusive."""
    return Between(lo, hi)


def sized(min_size: int = 0, max_size: int | None = None) -> Sized:
    """Bounds of a length, inclusive."""
    return Sized(min_size, max_size)
