"""Drawing values: edges always, colliding values often, the full range sometimes.

Hypothesis strategies in annotations are honoured, but plain kinds are drawn by closures of our own: generation
dominates the cost of a
trial, and a history of calls has to be a value that can be stored, sent to any language and shrunk as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from probatum.errors import TaskError
from probatum.judge.alphabet import LARGE, few_bytes, few_ints, float_edges, int_edges, largest_drawn, normal
from probatum.lab.rng import Rng
from probatum.task.declare import Unsatisfied
from probatum.task.interface import Param
from probatum.types.conform import mismatch
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
)

Drawer = Callable[[Rng], Any]
TRIES = 40
"""Attempts at a declared condition before the draw counts as unsatisfied."""
RUNS = 0.15
"""Share of lists made of one to three values repeated: ties and runs need more than chance."""
FAR_APART = 0.12
"""Share of lists whose numbers are all drawn from the edges and the full range: only together do they overflow."""
NEAR = 0.86
"""Share of values that are drawn from the few that collide, where a kind has some."""
POOL = 150
"""Values drawn at once from a Hypothesis strategy."""


def drawer(kind: Kind) -> Drawer:
    """A function that draws values of a kind from a random generator; raises `Unsatisfied` when conditions are never
    met."""
    if kind.strategy is not None:
        draw = _from_strategy(kind)
    else:
        draw = _DRAWERS[type(kind)](kind)
    sized = isinstance(kind, SetOf | DictOf) and kind.min_size > 0
    return _conditioned(draw, kind) if kind.mapped or kind.where or sized else draw


def draw_all(params: tuple[Param, ...]) -> Drawer:
    """Draws the arguments of a call as a tuple."""
    drawers = [drawer(p.kind) for p in params]
    return lambda r: tuple([d(r) for d in drawers])


def _conditioned(draw: Drawer, kind: Kind) -> Drawer:
    least = getattr(kind, "min_size", 0)

    def conditioned(r: Rng) -> Any:
        for _ in range(TRIES):
            value = normal(kind, draw(r))
            if (not least or len(value) >= least) and all(p(value) for p in kind.where):
                return value
        raise Unsatisfied

    return conditioned


def _from_strategy(kind: Kind) -> Drawer:
    """Draw from a Hypothesis strategy: a pool is drawn once per generator (starting the engine is what costs)."""
    strategy, plain = kind.strategy, replace(kind, where=(), mapped=())

    def draw(r: Rng) -> Any:
        pool = r.pools.get(id(strategy))
        if pool is None:
            from probatum.judge.strategies import draw_many

            pool = r.pools[id(strategy)] = draw_many(strategy, r.getrandbits(64), POOL)
            for value in pool:
                if (problem := mismatch(plain, value)) is not None:
                    raise TaskError(
                        f"a strategy draws {problem}", file="task.py", fix="Make strategy and annotation agree"
                    )
        if not pool:
            raise Unsatisfied
        return _copied(pool[int(r.random() * len(pool))])

    return draw


def _copied(value: Any) -> Any:
    kind = type(value)
    if kind is list:
        return [_copied(v) for v in value]
    if kind is dict:
        return {k: _copied(v) for k, v in value.items()}
    if kind is set or not isinstance(value, tuple):
        return set(value) if kind is set else value
    return tuple.__new__(kind, map(_copied, value))


def _int(kind: Any) -> Drawer:
    edges: tuple[int, ...] = int_edges(kind)
    few: tuple[int, ...] = few_ints(kind, kind.few or 12)
    lo: int = kind.lo if kind.lo is not None else -(2**64)
    hi: int = kind.hi if kind.hi is not None else 2**64
    edges = (*edges, *(lo, hi) * (len(edges) // 4))  # a third of the edges drawn: one end or the other
    near = NEAR if kind.few else 0.2 if hi - lo <= LARGE else 0.5
    bits = max(1, (hi - lo).bit_length())

    def draw(r: Rng) -> int:
        x, close = r.random(), near * r.tame
        if x < close:
            return few[int(r.random() * len(few))]
        if x < close + (1 - close) * 0.4:
            return edges[int(r.random() * len(edges))]
        if x < close + (1 - close) * 0.55:
            return r.randint(lo, hi)
        if x < close + (1 - close) * 0.7:
            return min(max(few[0] + r.randint(0, 40), lo), hi)  # sizes between the few and the many
        offset = r.getrandbits(int(r.random() * bits) + 1)
        value = offset if r.random() < 0.5 or lo >= 0 else -offset
        return min(max(value, lo), hi)

    return draw


def _float(kind: Any) -> Drawer:
    edges = float_edges(kind)
    lo = kind.lo if kind.lo is not None else -1e6
    hi = kind.hi if kind.hi is not None else 1e6

    def draw(r: Rng) -> float:
        x = r.random()
        if x < 0.3:
            return edges[int(r.random() * len(edges))]
        if x < 0.6:
            return float(min(max(r.randint(-8, 8), lo), hi))
        return r.uniform(lo, hi)

    return draw


def size_drawer(kind: Any) -> Drawer:
    """Draws a length: empty, one, few, full and large. Of a wide range, lengths of every magnitude are as likely, so
    that long ones are tried without making up most of the work."""
    lo: int = kind.min_size
    hi: int = largest_drawn(kind)
    usual = min(hi, lo + 6)

    def draw(r: Rng) -> int:
        x = r.random()
        if x < (0.7 if hi <= LARGE else 0.8):
            return lo + int(r.random() * (usual - lo + 1))
        if hi <= LARGE:
            return hi if x < 0.75 else lo + int(r.random() * (hi - lo + 1))
        return hi if x < 0.805 else usual + int((hi - usual + 1) ** r.random()) - 1

    return draw


ALPHABET = "ab01 zAB\n\té\u20ac\U0001f600\x00\u0301ß\r\u2028"
"""Also: an accent that normal forms join to the letter before it, a letter that is two in capitals, and ends of lines
that are not ``\\n``."""


def _str(kind: Any) -> Drawer:
    size = size_drawer(kind)
    return lambda r: "".join([ALPHABET[int(r.random() ** 2 * len(ALPHABET))] for _ in range(size(r))])


def _bytes(kind: Any) -> Drawer:
    size = size_drawer(kind)
    common = (0, 1, 97, 255)
    few = few_bytes(kind, kind.few) if kind.few else ()

    def draw(r: Rng) -> bytes:
        if few and r.random() < NEAR * r.tame:
            return few[int(r.random() * len(few))]
        return bytes(
            [common[int(r.random() * 4)] if r.random() < 0.7 else int(r.random() * 256) for _ in range(size(r))]
        )

    return draw


def _list(kind: Any) -> Drawer:
    size, item = size_drawer(kind), drawer(kind.item)

    def draw(r: Rng) -> list[Any]:
        x, tame = r.random(), r.tame
        if x >= RUNS:
            r.tame = tame if x < 1 - FAR_APART else 0.0
            drawn = [item(r) for _ in range(size(r))]
            r.tame = tame
            return drawn
        pool = [item(r) for _ in range(1 + int(r.random() * 3))]
        return [_copied(pool[int(r.random() * len(pool))]) for _ in range(size(r))]

    return draw


def _set(kind: Any) -> Drawer:
    size, item = size_drawer(kind), drawer(kind.item)

    def draw(r: Rng) -> set[Any]:
        wanted: int = size(r)
        made: set[Any] = set()
        for _ in range(wanted * 3):
            if len(made) >= wanted:
                break
            made.add(item(r))
        return made

    return draw


def _dict(kind: Any) -> Drawer:
    size, key, value = size_drawer(kind), drawer(kind.key), drawer(kind.value)
    return lambda r: {key(r): value(r) for _ in range(size(r))}


def _tuple(kind: Any) -> Drawer:
    items = [drawer(k) for k in kind.items]
    return lambda r: tuple([d(r) for d in items])


def _record(kind: Any) -> Drawer:
    fields = [drawer(k) for _, k in kind.fields]
    return lambda r: kind.cls(*[d(r) for d in fields])


def _option(kind: Any) -> Drawer:
    item = drawer(kind.item)
    return lambda r: None if r.random() < 0.2 else item(r)


def _result(kind: Any) -> Drawer:
    ok, err = drawer(kind.ok), drawer(kind.err)
    return lambda r: ("ok", ok(r)) if r.random() < 0.7 else ("err", err(r))


def _choice(kind: Any) -> Drawer:
    return lambda r: kind.members[int(r.random() * len(kind.members))]


_DRAWERS: dict[type, Callable[[Any], Drawer]] = {
    Unit: lambda kind: lambda r: None,
    Bool: lambda kind: lambda r: r.random() < 0.5,
    Int: _int,
    Float: _float,
    Str: _str,
    Bytes: _bytes,
    ListOf: _list,
    SetOf: _set,
    DictOf: _dict,
    TupleOf: _tuple,
    Record: _record,
    OptionOf: _option,
    ResultOf: _result,
    Choice: _choice,
}


def iterate(draw: Drawer, r: Rng, count: int) -> Iterator[Any]:
    """Up to ``count`` drawn values; unsatisfied draws are left out."""
    for _ in range(count):
        try:
            yield draw(r)
        except Unsatisfied:
            continue
