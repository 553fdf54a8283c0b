"""Two assertions compared: which one lets more wrong results through, as far as their syntax shows it."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping

from probatum.audit.lenient import closer, narrower_error, stricter_mock
from probatum.audit.skeleton import Sides, number, sides

SAME, WEAKER, STRONGER, OTHER = "same", "weaker", "stronger", "other"

_IMPLIES: Mapping[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.GtE, ast.LtE, ast.In),
    ast.Is: (ast.Eq, ast.IsNot),
    ast.Gt: (ast.GtE, ast.NotEq),
    ast.Lt: (ast.LtE, ast.NotEq),
}
_LOSSY = frozenset({"len", "set", "sorted", "bool", "any", "all", "type", "abs", "round", "int", "frozenset", "sum"})


def trivial(node: ast.expr) -> bool:
    """Whether the expression is true whatever the program does."""
    match node:
        case ast.Constant(value=value):
            return bool(value)
        case ast.Tuple(elts=elts) | ast.List(elts=elts):
            return bool(elts)
        case ast.BoolOp(op=ast.Or(), values=values):
            return any(trivial(value) for value in values)
        case ast.BoolOp(op=ast.And(), values=values):
            return all(trivial(value) for value in values)
        case ast.Compare(left=left, ops=[ast.Eq() | ast.Is() | ast.LtE() | ast.GtE()], comparators=[right]):
            return ast.unparse(left) == ast.unparse(right)
        case ast.UnaryOp(op=ast.Not(), operand=ast.Constant(value=value)):
            return not value
        case ast.Compare(left=ast.Call(func=ast.Name(id="len")), ops=[ast.GtE()], comparators=[ast.Constant(value=0)]):
            return True
        case ast.Call(func=ast.Name(id="isinstance"), args=[_, ast.Name(id="object")]):
            return True
    return False


def compare(old: ast.expr, new: ast.expr) -> str:
    """How the new assertion relates to the old one."""
    if _text(old) == _text(new):
        return SAME
    if trivial(new) and not trivial(old):
        return WEAKER
    for weaker, verdict in ((_weaker, WEAKER), (_weaker, STRONGER)):
        left, right = (old, new) if verdict is WEAKER else (new, old)
        if weaker(left, right):
            return verdict
    return OTHER


def _text(node: ast.expr) -> str:
    """Equality is symmetric and a double negation is none."""
    match node:
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() | ast.Is() as op], comparators=[right]):
            return f"{type(op).__name__} {sorted((ast.unparse(left), ast.unparse(right)))}"
        case ast.UnaryOp(op=ast.Not(), operand=ast.Compare(left=left, ops=[op], comparators=[right])):
            opposite = _OPPOSITE.get(type(op))
            if opposite is not None:
                return _text(ast.Compare(left=left, ops=[opposite()], comparators=[right]))
    return ast.unparse(node)


_OPPOSITE: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


def _weaker(strong: ast.expr, weak: ast.expr) -> bool:
    """Whether the first implies the second, by one of the known shapes."""
    tests: tuple[Callable[[ast.expr, ast.expr], bool], ...] = (
        _alternative,
        closer,
        _to_truth,
        _operator,
        _bound,
        _lossy,
        _quantifier,
        narrower_error,
        stricter_mock,
    )
    return any(test(strong, weak) for test in tests)


def _alternative(strong: ast.expr, weak: ast.expr) -> bool:
    """``A`` implies ``A or B``; ``A and B`` implies ``A``."""
    if isinstance(weak, ast.BoolOp) and isinstance(weak.op, ast.Or):
        return any(_text(value) == _text(strong) or _weaker(strong, value) for value in weak.values)
    if isinstance(strong, ast.BoolOp) and isinstance(strong.op, ast.And):
        return any(_text(value) == _text(weak) for value in strong.values)
    return False


def _to_truth(strong: ast.expr, weak: ast.expr) -> bool:
    """``a == 3`` implies ``a``, ``a is not None`` and ``isinstance(a, int)``."""
    parts = sides(strong)
    if parts is None or not isinstance(parts[1], ast.Eq | ast.Is | ast.In | ast.Gt | ast.GtE):
        return False
    left, op, right = parts
    size = number(right)
    if isinstance(op, ast.Eq | ast.Gt) and size is not None and size + isinstance(op, ast.Gt) >= 1:
        match left:
            case ast.Call(func=ast.Name(id="len"), args=[measured]) if ast.unparse(measured) == ast.unparse(weak):
                return True  # a length above 0 is truth
    about = {ast.unparse(left)} | ({ast.unparse(right)} if isinstance(op, ast.Eq) else set())
    match weak:
        case ast.Compare(left=looked, ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return ast.unparse(looked) in about and not _is_none(right)
        case ast.Call(func=ast.Name(id="isinstance" | "hasattr" | "callable" | "bool"), args=[looked, *_]):
            return ast.unparse(looked) in about
        case ast.UnaryOp():
            return False
    return ast.unparse(weak) in about and not isinstance(weak, ast.Constant)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _operator(strong: ast.expr, weak: ast.expr) -> bool:
    """``==`` implies ``>=``, ``<=``, ``in``; ``>`` implies ``>=``."""
    one, two = sides(strong), sides(weak)
    if one is None or two is None:
        return False
    same = {ast.unparse(one[0]), ast.unparse(one[2])} == {ast.unparse(two[0]), ast.unparse(two[2])}
    left = ast.unparse(one[0]) == ast.unparse(two[0])
    if isinstance(one[1], ast.Eq) and isinstance(two[1], ast.NotEq):
        return False
    if isinstance(two[1], ast.In) and left and isinstance(one[1], ast.Eq):
        return ast.unparse(one[2]) in [ast.unparse(e) for e in getattr(two[2], "elts", [two[2]])] or same
    if isinstance(one[1], ast.Eq) and left and (order := _ORDER.get(type(two[1]))) is not None:
        a, b = number(one[2]), number(two[2])
        return order(a, b) if a is not None and b is not None else same and isinstance(two[1], ast.GtE | ast.LtE)
    return type(two[1]) in _IMPLIES.get(type(one[1]), ()) and same


_ORDER: Mapping[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def _bound(strong: ast.expr, weak: ast.expr) -> bool:
    """``x < 10`` implies ``x < 100``."""
    one, two = sides(strong), sides(weak)
    if one is None or two is None or type(one[1]) is not type(two[1]):
        return False
    upper = isinstance(one[1], ast.Lt | ast.LtE)
    if not upper and not isinstance(one[1], ast.Gt | ast.GtE):
        return False
    for look, bound in ((0, 2), (2, 0)):
        a, b = number(_part(one, bound)), number(_part(two, bound))
        if a is not None and b is not None and ast.unparse(_part(one, look)) == ast.unparse(_part(two, look)):
            return (a < b) if upper == (bound == 2) else (a > b)
    return False


def _part(sides: Sides, index: int) -> ast.expr:
    return sides[0] if index == 0 else sides[2]


def _lossy(strong: ast.expr, weak: ast.expr) -> bool:
    """``a == b`` implies ``len(a) == len(b)``, ``set(a) == set(b)``, ``len(a) == 2`` and ``a[0] == x``."""
    one, two = sides(strong), sides(weak)
    if one is None or not isinstance(one[1], ast.Eq):
        return False
    looked = ast.unparse(one[0])
    if two is None:
        match weak:
            case ast.Call(func=ast.Name(id=name), args=[inner, *_]):
                return name in _LOSSY and ast.unparse(inner) == looked
        return False
    match two[0]:
        case ast.Call(func=ast.Name(id=name), args=[inner, *_]):
            return name in _LOSSY and ast.unparse(inner) == looked
        case ast.Subscript(value=inner) | ast.Attribute(value=inner):
            return ast.unparse(inner) == looked and not isinstance(two[1], ast.NotEq)
        case ast.Call(func=ast.Attribute(value=inner, attr="lower" | "upper" | "strip" | "casefold")):
            return ast.unparse(inner) == looked
    return isinstance(two[1], ast.In) and ast.unparse(two[2]) == looked  # membership where all was compared


def _quantifier(strong: ast.expr, weak: ast.expr) -> bool:
    """``all(...)`` implies ``any(...)``."""
    match strong, weak:
        case ast.Call(func=ast.Name(id="all"), args=[a]), ast.Call(func=ast.Name(id="any"), args=[b]):
            return ast.unparse(a) == ast.unparse(b)
    return False
