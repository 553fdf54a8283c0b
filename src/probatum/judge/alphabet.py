"""The alphabet: which values of a kind are always tried, and which values belong to it."""

from __future__ import annotations

import itertools
from typing import Any

from probatum.types.conform import mismatch
from probatum.types.kinds import Bytes, DictOf, Float, Int, Kind, ListOf, OptionOf, Record, SetOf, Str

LARGE = 64
"""The size that stands for "large" where no maximum is declared."""
FAR = 600
"""The largest size drawn by chance: a declared maximum beyond it leaves room for what laws build."""


def normal(kind: Kind, value: Any) -> Any:
    """The value after the declared normalisations."""
    for function in kind.mapped:
        value = function(value)
    return value


def valid(kind: Kind, value: Any) -> bool:
    """Whether a (shrunk) value is one that could have been drawn."""
    return mismatch(kind, value) is None


def largest_drawn(kind: ListOf | SetOf | DictOf | Str | Bytes) -> int:
    """The largest size that is drawn by chance."""
    most = kind.max_size if kind.max_size is not None else LARGE
    return max(kind.min_size, min(most, FAR))


def int_edges(kind: Int) -> tuple[int, ...]:
    """The integers that are always tried: bounds, their neighbours, around zero."""
    lo, hi = kind.lo, kind.hi
    ends = [0, 1, -1, 2]
    for end in (lo, hi):
        if end is not None:
            ends += [end, end - 1, end + 1]
    ends += [2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**53, 2**53 + 1, 2**63 - 1, 2**63]
    ends += [-(2**31), -(2**32), -(2**53) - 1, -(2**63)]
    if lo is None or hi is None:
        ends += [2**64]
    return tuple(dict.fromkeys(e for e in ends if (lo is None or e >= lo) and (hi is None or e <= hi)))


def few_ints(kind: Int, count: int) -> tuple[int, ...]:
    """The small colliding values of a kind: the nearest to zero that are allowed."""
    lo = kind.lo if kind.lo is not None else -(2**70)
    hi = kind.hi if kind.hi is not None else 2**70
    start = min(max(0, lo), hi)
    around = [start] + [v for d in range(1, count + 1) for v in (start + d, start - d)]
    return tuple([v for v in around if lo <= v <= hi][:count])


FIRST_BYTES = (b"ab", b"a", b"", b"b", b"abb")
"""A byte string, two that it begins with, one that parts from it and one that begins with it: keys that share a
path."""


def few_bytes(kind: Bytes, count: int) -> tuple[bytes, ...]:
    """The small colliding byte strings of a kind: words of two letters, many of which begin others."""
    sizes = range(kind.min_size, largest_drawn(kind) + 1)
    words = (bytes(w) for size in sizes[:12] for w in itertools.product(b"ab", repeat=size))
    fitting = [word for word in FIRST_BYTES if len(word) in sizes]
    return tuple(itertools.islice(dict.fromkeys((*fitting, *itertools.islice(words, count))), count))


FLOAT_EDGES = (0.0, -0.0, 1.0, -1.0, 0.1, 1e300, -1e300, 5e-324, 2.0**53, float("inf"), float("-inf"), float("nan"))


def float_edges(kind: Float) -> tuple[float, ...]:
    """The floats that are always tried."""
    bounds = [b for b in (kind.lo, kind.hi) if b is not None]
    return (*bounds, *[e for e in FLOAT_EDGES if mismatch(kind, e) is None and (not bounds or e == e)])


def alphabet_words(kind: Kind) -> str:
    """The always-tried values of a kind in a few words, for the scope."""
    if kind.strategy is not None:
        return "as its strategy draws"
    if isinstance(kind, Int):
        few = few_ints(kind, kind.few or 12)
        return (
            f"{min(few)}..{max(few)}, edges {', '.join(map(str, (e for e in int_edges(kind) if abs(e) > 2))) or 'none'}"
        )
    if isinstance(kind, ListOf | SetOf | DictOf | Str | Bytes):
        beyond = kind.max_size is not None and kind.max_size > largest_drawn(kind)
        few_words = f"{kind.few} words of two letters, " if isinstance(kind, Bytes) and kind.few else ""
        return f"{few_words}sizes {kind.min_size}..{largest_drawn(kind)}" + f" (in laws to {kind.max_size})" * beyond
    if isinstance(kind, OptionOf):
        return f"None or {alphabet_words(kind.item)}"
    if isinstance(kind, Record):
        return "; ".join(f"{name} {alphabet_words(k)}" for name, k in kind.fields)
    return type(kind).__name__.lower()
