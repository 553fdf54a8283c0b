"""Exhaustive small scope: every value, and every sequence of calls, within a stated bound.

Small scopes find most faults cheaply (the small scope hypothesis of Jackson's Alloy); here they also give BOUNDED
strength, because every case
within the bound is really tried.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from probatum.judge.alphabet import few_bytes, few_ints, float_edges, normal, valid
from probatum.task.interface import Param, SutClass, SutFunction
from probatum.transcript import Op
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

MOST_ITEMS = 14
"""Items of the largest container in a small scope, where larger ones may be drawn."""
RAW = 20
"""Values looked at per value wanted, where conditions or normalisation leave few."""


def small_values(kind: Kind, budget: int) -> list[Any]:
    """The simplest values of a kind, at most ``budget``, simplest first; each is valid and normal.

    Deterministic; empty when the kind draws from a strategy (nothing can be said about "all" there).
    """
    if kind.strategy is not None or budget < 1:
        return []
    raw = itertools.islice(_SMALL[type(kind)](kind, budget), RAW * budget)
    seen: dict[str, Any] = {}
    for value in raw:
        made = normal(kind, value)
        if valid(kind, made):
            seen.setdefault(repr(made), made)
        if len(seen) >= budget:
            break
    return list(seen.values())


def _ints(kind: Any, budget: int) -> list[int]:
    near = few_ints(kind, min(kind.few or budget, budget))
    ends = [end for end in (kind.hi, kind.lo if budget > 3 else None) if end is not None]
    return [*near[: max(1, budget - len(ends))], *ends, *near]


def _containers(kind: Any, budget: int, make: Callable[[tuple[Any, ...]], Any]) -> Iterator[Any]:
    """Containers of growing size over few items: sizes first grow, then items vary."""
    most = 6 if kind.max_size is None else max(kind.min_size, min(kind.max_size, MOST_ITEMS))
    choose = _choices(kind)
    for size in range(kind.min_size, most + 1):
        items = small_values(kind.item, max(2, min(4, int(budget ** (1 / max(1, size))))))
        yield from map(make, choose(items, size))


def _choices(kind: Any) -> Callable[[list[Any], int], Iterator[tuple[Any, ...]]]:
    """How items fill a container: in every order, unless the order makes no difference to the value."""
    if isinstance(kind, SetOf):
        return itertools.combinations
    if kind.mapped[:1] == (sorted,):
        return itertools.combinations_with_replacement
    return lambda items, size: itertools.product(items, repeat=size)


def _texts(kind: Any, budget: int) -> list[str]:
    return ["a" * kind.min_size, "", "a", "b", "aa", "ab", "é"][:budget]


def _bytes(kind: Any, budget: int) -> Sequence[bytes]:
    if kind.few:
        return few_bytes(kind, min(kind.few, budget))
    return [b"\0" * kind.min_size, b"", b"\0", b"a", b"\xff", b"ab"][:budget]


def _dicts(kind: Any, budget: int) -> Iterator[Any]:
    keys, values = small_values(kind.key, 3), small_values(kind.value, 2)
    for size in range(kind.min_size, min(len(keys), kind.max_size or 3) + 1):
        for chosen in itertools.combinations(keys, size):
            for made in itertools.product(values, repeat=size):
                yield dict(zip(chosen, made, strict=True))


def _product(kinds: tuple[Kind, ...], budget: int, make: Callable[[tuple[Any, ...]], Any]) -> Iterator[Any]:
    each = max(2, round(budget ** (1 / max(1, len(kinds)))))
    return map(make, itertools.product(*[small_values(k, each) for k in kinds]))


_SMALL: dict[type, Callable[[Any, int], Any]] = {
    Unit: lambda kind, budget: [None],
    Bool: lambda kind, budget: [False, True],
    Int: _ints,
    Float: lambda kind, budget: float_edges(kind)[:budget],
    Str: _texts,
    Bytes: _bytes,
    ListOf: lambda kind, budget: _containers(kind, budget, list),
    SetOf: lambda kind, budget: _containers(kind, budget, set),
    DictOf: _dicts,
    TupleOf: lambda kind, budget: _product(kind.items, budget, tuple),
    Record: lambda kind, budget: _product(tuple(k for _, k in kind.fields), budget, lambda v: kind.cls(*v)),
    OptionOf: lambda kind, budget: [None, *small_values(kind.item, budget - 1)],
    ResultOf: lambda kind, budget: [
        *(("ok", v) for v in small_values(kind.ok, budget // 2)),
        *(("err", v) for v in small_values(kind.err, budget // 2)),
    ],
    Choice: lambda kind, budget: list(kind.members),
}


def width(kind: Kind) -> int:
    """How many small values a parameter gets in sequences: three where collisions matter, else two."""
    return 3 if kind.few else 2


def small_arguments(params: tuple[Param, ...]) -> list[tuple[Any, ...]]:
    """The argument tuples of the small scope of a method."""
    return list(itertools.product(*[small_values(p.kind, width(p.kind)) for p in params]))


def argument_tuples(params: tuple[Param, ...], budget: int) -> list[tuple[Any, ...]]:
    """The smallest argument tuples of a function, at most ``budget``: the product of small values per parameter."""
    each, before = max(2, int(budget ** (1 / max(1, len(params))))), 0
    while True:
        values = [small_values(p.kind, each) for p in params]
        total = math.prod(map(len, values))
        if total >= budget or total == before:
            return _simplest_first(values, budget)
        each, before = each * 2, total


def _simplest_first(values: list[list[Any]], budget: int) -> list[tuple[Any, ...]]:
    """The product of value lists (each simplest first) in order of total rank, so that no parameter stays at its first
    values."""
    ranks = sorted(itertools.product(*[range(len(v)) for v in values]), key=sum)
    return [tuple(v[i] for v, i in zip(values, rank, strict=True)) for rank in ranks[:budget]]


def small_calls(cls: SutClass) -> list[tuple[str, tuple[Any, ...]]]:
    """The calls of the small scope: (method, arguments)."""
    return [(m.name, args) for m in cls.methods for args in small_arguments(m.params)]


def sequences(cls: SutClass, depth: int) -> Iterator[list[Op]]:
    """Every sequence of exactly ``depth`` calls of the small scope after every small construction (prefixes are
    covered by them)."""
    calls = small_calls(cls)
    for args in small_arguments(cls.makers[0].params):
        make = Op("n", cls.name, "new", 0, args)
        for chosen in itertools.product(calls, repeat=depth):
            yield [make, *[Op("c", "", name, 0, values) for name, values in chosen]]


def complete(cls: SutClass) -> bool:
    """Whether every call of a class has a small scope: of what a strategy draws, nothing can be said about all."""
    kinds = [k for method in (cls.makers[0], *cls.methods) for p in method.params for k in walk(p.kind)]
    return all(kind.strategy is None for kind in kinds)


def affordable_depth(cls: SutClass, most_calls: int) -> int:
    """The largest depth whose sequences take at most ``most_calls`` calls in all; 0 when the scope is not complete."""
    if not complete(cls):
        return 0
    count, makers, depth = len(small_calls(cls)), len(small_arguments(cls.makers[0].params)), 0
    while depth < 8 and makers * count ** (depth + 1) * (depth + 2) <= most_calls:
        depth += 1
    return depth


def function_calls(function: SutFunction, budget: int) -> Iterator[Op]:
    """Small calls of a declared function, the simplest first, at most ``budget``."""
    for args in argument_tuples(function.method.params, budget):
        yield Op("f", "", function.name, -1, args)
