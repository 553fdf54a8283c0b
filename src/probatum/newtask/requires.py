"""Preconditions: which parts of ``--requires`` can steer drawing, so that legal inputs are not left to luck.

The whole expression stays in the oracle as ``assume(...)``; what is recognised here only makes it hold more often.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from probatum.errors import UsageError
from probatum.newtask.source import BUILTINS
from probatum.task.document import plain
from probatum.types.kinds import Bytes, DictOf, Float, Int, Kind, ListOf, SetOf, Str

Number = int | float
SIZED = (ListOf, SetOf, DictOf, Str, Bytes)
FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.Gt: ast.Lt,
    ast.LtE: ast.GtE,
    ast.GtE: ast.LtE,
    ast.Eq: ast.Eq,
}
FORBIDDEN = {
    "open",
    "exec",
    "eval",
    "compile",
    "__import__",
    "input",
    "print",
    "globals",
    "locals",
    "vars",
    "breakpoint",
}


@dataclass(slots=True, kw_only=True)
class Steering:
    """Markers of one parameter while they are collected."""

    bounds: list[Number | None] = field(default_factory=lambda: [None, None])
    sizes: list[Number | None] = field(default_factory=lambda: [None, None])
    mapped: list[str] = field(default_factory=list)
    where: list[str] = field(default_factory=list)
    few: bool = False
    items: Steering | None = None

    def markers(self) -> list[str]:
        """The markers as task.py writes them."""
        made = ["few(8)"] if self.few else []
        for name, (lo, hi) in (("between", self.bounds), ("sized", self.sizes)):
            if lo is not None or hi is not None:
                first = 0 if lo is None and name == "sized" else lo
                made.append(f"{name}({first!r}, {hi!r})" if hi is not None else f"{name}({first!r})")
        return [*made, *(f"mapped({f})" for f in dict.fromkeys(self.mapped)), *(f"where({p})" for p in self.where)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Precondition:
    """A precondition: its text, the parameters it speaks of, other names it needs, and how it steers drawing."""

    text: str
    params: frozenset[str]
    helpers: frozenset[str]
    steering: Mapping[str, Steering]


def read_requires(text: str, kinds: Mapping[str, Kind], helpers: frozenset[str]) -> Precondition:
    """Read an expression over parameters (and names of the oracle's file); raises `UsageError`."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        message = f"--requires is no Python expression: {plain(text, 80)}"
        raise UsageError(message, fix='Write a condition, e.g. --requires "n > 0"') from None
    odd = [n for n in ast.walk(tree) if isinstance(n, ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom)]
    if odd:
        raise UsageError(
            f"--requires holds `{plain(ast.unparse(odd[0]), 60)}`", fix="Write a condition without effects"
        )
    local = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    local |= {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} - local
    unknown = sorted((used - set(kinds) - helpers - BUILTINS) | (used & FORBIDDEN))
    if unknown:
        raise UsageError(
            f"--requires names {unknown[0]}", fix=f"Use the parameters: {', '.join(kinds) or 'there are none'}"
        )
    if not used & set(kinds):
        raise UsageError(
            "--requires speaks of no parameter", fix=f"Use the parameters: {', '.join(kinds) or 'there are none'}"
        )
    steering = {name: Steering() for name in kinds}
    for part in _conjuncts(tree):
        _steer(part, steering, kinds)
    return Precondition(
        text=ast.unparse(tree),
        params=frozenset(used & set(kinds)),
        helpers=frozenset(used - set(kinds) - BUILTINS) & helpers,
        steering={name: s for name, s in steering.items() if s.markers() or s.items},
    )


def _conjuncts(tree: ast.expr) -> Iterator[ast.expr]:
    if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And):
        for value in tree.values:
            yield from _conjuncts(value)
    else:
        yield tree


def _steer(part: ast.expr, steering: dict[str, Steering], kinds: Mapping[str, Kind]) -> None:
    """Note what one conjunct says of a parameter; what is not recognised filters the draws of the one it speaks of."""
    known = False
    if isinstance(part, ast.Compare):
        terms = [part.left, *part.comparators]
        rows = [(a, op, b) for a, op, b in zip(terms, part.ops, terms[1:], strict=False)]
        found = [_compared(a, op, b, steering, kinds) for a, op, b in rows]
        known = all(found)
    elif isinstance(part, ast.Name) and isinstance(kinds.get(part.id), SIZED):
        _size(steering[part.id], 1)
        known = True
    elif isinstance(part, ast.Call):
        known = _all_items(part, steering, kinds)
    names = {n.id for n in ast.walk(part) if isinstance(n, ast.Name) and n.id in kinds}
    if not known and len(names) == 1:
        name = names.pop()
        steering[name].where.append(f"lambda {name}: {ast.unparse(part)}")


def _compared(
    a: ast.expr, op: ast.cmpop, b: ast.expr, steering: dict[str, Steering], kinds: Mapping[str, Kind]
) -> bool:
    """Whether ``a op b`` is a bound, a size or a normal form."""
    if isinstance(op, ast.Eq) and (_normal_form(a, b, steering, kinds) or _normal_form(b, a, steering, kinds)):
        return True
    flipped = FLIPPED.get(type(op))
    return _bound(a, type(op), b, steering, kinds) or (flipped is not None and _bound(b, flipped, a, steering, kinds))


def _bound(
    term: ast.expr, op: type[ast.cmpop], limit: ast.expr, steering: dict[str, Steering], kinds: Mapping[str, Kind]
) -> bool:
    number = constant(limit)
    if isinstance(term, ast.Name) and isinstance(kinds.get(term.id), Int | Float):
        if number is None:
            # Compared with another parameter: small values make either outcome likely.
            steering[term.id].few |= isinstance(kinds[term.id], Int)
            return bool({n.id for n in ast.walk(limit) if isinstance(n, ast.Name)} & set(kinds) - {term.id})
        exact = isinstance(kinds[term.id], Int)
        if exact and not isinstance(number, int):
            return False
        return _narrow(steering[term.id].bounds, op, number, step=1 if exact else 0) and (
            exact or op in (ast.GtE, ast.LtE)
        )
    sized = _length_of(term)
    if sized is not None and isinstance(kinds.get(sized), SIZED) and isinstance(number, int):
        return _narrow(steering[sized].sizes, op, number, step=1)
    empty = op is ast.NotEq and ast.unparse(limit) in ("[]", "''", "b''", "{}", "set()")
    if empty and isinstance(term, ast.Name) and isinstance(kinds.get(term.id), SIZED):
        _size(steering[term.id], 1)
        return True
    return False


def _narrow(bounds: list[Number | None], op: type[ast.cmpop], number: Number, *, step: int) -> bool:
    lo = {ast.Gt: number + step, ast.GtE: number, ast.Eq: number}.get(op)
    hi = {ast.Lt: number - step, ast.LtE: number, ast.Eq: number}.get(op)
    if lo is not None:
        bounds[0] = lo if bounds[0] is None else max(bounds[0], lo)
    if hi is not None:
        bounds[1] = hi if bounds[1] is None else min(bounds[1], hi)
    return lo is not None or hi is not None


def _size(steering: Steering, lo: int) -> None:
    _narrow(steering.sizes, ast.GtE, lo, step=1)


def _length_of(term: ast.expr) -> str | None:
    match term:
        case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)], keywords=[]):
            return name
    return None


def constant(node: ast.expr) -> Number | None:
    """The value of a number, also written ``-1`` or ``2**31 - 1``; None for anything else."""
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return _computed(ast.Sub(), 0, constant(inner))
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Pow() as op, right=right):
            return _computed(op, constant(left), constant(right))
    return None


def _computed(op: ast.operator, a: Number | None, b: Number | None) -> Number | None:
    if a is None or b is None:
        return None
    if isinstance(op, ast.Pow):
        small = isinstance(a, int) and isinstance(b, int) and abs(a) <= 1000 and 0 <= b <= 256
        return int(a**b) if small else None
    return a + b if isinstance(op, ast.Add) else a - b if isinstance(op, ast.Sub) else a * b


def _normal_form(term: ast.expr, form: ast.expr, steering: dict[str, Steering], kinds: Mapping[str, Kind]) -> bool:
    """``x == sorted(x)`` and its kin: draws pass through the function, whose result is a fixed point of it."""
    if not isinstance(term, ast.Name) or term.id not in kinds:
        sized = _length_of(term)
        if sized is not None and isinstance(kinds.get(sized), ListOf) and ast.unparse(form) == f"len(set({sized}))":
            steering[sized].mapped.append("lambda items: list(dict.fromkeys(items))")
            return True
        return False
    name = term.id
    shown = ast.unparse(form)
    simple = {f"sorted({name})": "sorted", f"abs({name})": "abs"}
    longer = [f"sorted(set({name}))", f"sorted({name}, reverse=True)", f"list(dict.fromkeys({name}))"]
    longer += [f"{name}.{method}()" for method in ("lower", "upper", "strip", "casefold", "rstrip", "lstrip")]
    if shown in simple:
        steering[name].mapped.append(simple[shown])
    elif shown in longer:
        steering[name].mapped.append(f"lambda {name}: {shown}")
    return shown in simple or shown in longer


def _all_items(part: ast.Call, steering: dict[str, Steering], kinds: Mapping[str, Kind]) -> bool:
    """``all(0 < x for x in items)``: a condition on every item."""
    match part:
        case ast.Call(
            func=ast.Name(id="all"),
            args=[
                ast.GeneratorExp(
                    elt=condition,
                    generators=[ast.comprehension(target=ast.Name(id=item), iter=ast.Name(id=name), ifs=[])],
                )
            ],
        ):
            kind = kinds.get(name)
            others = {n.id for n in ast.walk(condition) if isinstance(n, ast.Name)} & set(kinds) - {item}
            if not isinstance(kind, ListOf | SetOf) or others:
                return False
            inner = {item: steering[name].items or Steering()}
            for conjunct in _conjuncts(condition):
                _steer(conjunct, inner, {item: kind.item})
            steering[name].items = inner[item]
            return True
    return False
