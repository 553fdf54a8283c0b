"""Two assertions compared: which one lets more wrong results through, as far as their syntax shows it."""

from __future__ import annotations

import ast
import builtins
import operator
import re
from collections.abc import Callable, Mapping, Set

SAME, WEAKER, STRONGER, OTHER = "same", "weaker", "stronger", "other"

_IMPLIES: Mapping[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.GtE, ast.LtE, ast.In),
    ast.Is: (ast.Eq, ast.IsNot),
    ast.Gt: (ast.GtE, ast.NotEq),
    ast.Lt: (ast.LtE, ast.NotEq),
}
_LOSSY = frozenset({"len", "set", "sorted", "bool", "any", "all", "type", "abs", "round", "int", "frozenset", "sum"})
_APPROX = frozenset({"approx", "isclose", "allclose", "assertAlmostEqual", "assert_allclose", "assertNotAlmostEqual"})
_TOLERANCES = frozenset({"abs", "rel", "rel_tol", "abs_tol", "atol", "rtol", "delta"})


def skeleton(node: ast.expr, own: Set[str] | None = None, *, literals: bool = True) -> str:
    """The expression with names numbered in order of appearance, so that renaming them changes nothing.

    ``own`` are the names that count as renamed; None: all but called and built-in ones. Without ``literals`` these are
    numbered as well.
    """
    numbers: dict[str, int] = {}

    def numbered(match: re.Match[str]) -> str:
        return f"_{numbers.setdefault(match.group(0), len(numbers))}"

    text = ast.unparse(_Holes(own, literals).visit(_copied(node)))
    return re.sub(r"N‹[^›]*›", numbered, text)


def _hole(text: str) -> ast.Name:
    return ast.Name(id=f"N‹{' '.join(text.split())}›", ctx=ast.Load())


class _Holes(ast.NodeTransformer):
    def __init__(self, own: Set[str] | None, literals: bool) -> None:
        self.own = own
        self.literals = literals

    def visit(self, node: ast.AST) -> ast.AST:
        if not self.literals and isinstance(node, ast.expr) and not isinstance(node, ast.Name) and is_literal(node):
            plain = isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, bool))
            return node if plain else _hole(ast.unparse(node))
        changed: ast.AST = super().visit(node)
        return changed

    def visit_Name(self, node: ast.Name) -> ast.AST:
        counts = node.id in self.own if self.own is not None else node.id not in _BUILTINS
        return _hole(node.id) if counts else node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id == "self":
            return _hole(node.attr)
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Name) and self.own is None:
            func = node.func
            node.func = ast.Name(id="f", ctx=ast.Load())
            self.generic_visit(node)
            node.func = func
            return node
        return self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                value = self.visit(part.value)
                assert isinstance(value, ast.expr)
                part.value = value
        return node


_BUILTINS = frozenset(dir(builtins))


def is_literal(node: ast.expr) -> bool:
    """Whether an expression is made of literals alone."""
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _copied(node: ast.expr) -> ast.expr:
    return ast.parse(ast.unparse(node), mode="eval").body


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
        _tolerance,
        _to_truth,
        _operator,
        _bound,
        _lossy,
        _quantifier,
        _raises,
        _mock,
    )
    return any(test(strong, weak) for test in tests)


def _alternative(strong: ast.expr, weak: ast.expr) -> bool:
    """``A`` implies ``A or B``; ``A and B`` implies ``A``."""
    if isinstance(weak, ast.BoolOp) and isinstance(weak.op, ast.Or):
        return any(_text(value) == _text(strong) or _weaker(strong, value) for value in weak.values)
    if isinstance(strong, ast.BoolOp) and isinstance(strong.op, ast.And):
        return any(_text(value) == _text(weak) for value in strong.values)
    return False


Sides = tuple[ast.expr, ast.cmpop, ast.expr]


def _sides(node: ast.expr) -> Sides | None:
    """The sides of a comparison, a literal always on the right."""
    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            turned = _TURNED.get(type(op))
            if turned is not None and is_literal(left) and not is_literal(right):
                return right, turned(), left
            return left, op, right
    return None


_TURNED: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
    ast.Eq: ast.Eq,
    ast.NotEq: ast.NotEq,
}


def _to_truth(strong: ast.expr, weak: ast.expr) -> bool:
    """``a == 3`` implies ``a``, ``a is not None`` and ``isinstance(a, int)``."""
    sides = _sides(strong)
    if sides is None or not isinstance(sides[1], ast.Eq | ast.Is | ast.In | ast.Gt | ast.GtE):
        return False
    left, op, right = sides
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
    one, two = _sides(strong), _sides(weak)
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


def number(node: ast.expr) -> float | None:
    """The number that an expression of literals is, or None."""
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        match node:
            case ast.BinOp(left=left, op=ast.Mult() | ast.Pow() | ast.Sub() | ast.Add() as op, right=right):
                a, b = number(left), number(right)
                return None if a is None or b is None or abs(b) > 4096 or abs(a) > 10**9 else _calculate(a, op, b)
        return None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _calculate(a: float, op: ast.operator, b: float) -> float | None:
    match op:
        case ast.Mult():
            return a * b
        case ast.Pow():
            return a**b if b <= 128 else None
        case ast.Sub():
            return a - b
    return a + b


def _bound(strong: ast.expr, weak: ast.expr) -> bool:
    """``x < 10`` implies ``x < 100``."""
    one, two = _sides(strong), _sides(weak)
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
    one, two = _sides(strong), _sides(weak)
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


def _called(node: ast.expr) -> tuple[str, list[ast.expr], dict[str, ast.expr]] | None:
    match node:
        case ast.Call(func=func, args=args, keywords=keywords):
            return ast.unparse(func).rpartition(".")[2], args, {k.arg or "**": k.value for k in keywords}
    return None


def _raises(strong: ast.expr, weak: ast.expr) -> bool:
    """A narrower error, or one with ``match``, implies a broader one."""
    one, two = _called(strong), _called(weak)
    if one is None or two is None or one[0] not in ("raises", "warns", "assertRaises", "assertRaisesRegex"):
        return False
    if not two[0].startswith(one[0].removesuffix("Regex")) or not one[1] or not two[1]:
        return False
    before, after = _errors(one[1][0]), _errors(two[1][0])
    if before == after:
        return "match" in one[2] and "match" not in two[2]
    return before < after or bool(after & {"Exception", "BaseException"} - before)


def _errors(node: ast.expr) -> set[str]:
    return {ast.unparse(e) for e in node.elts} if isinstance(node, ast.Tuple) else {ast.unparse(node)}


def _tolerance(strong: ast.expr, weak: ast.expr) -> bool:
    """Exact implies approximate; a small tolerance implies a larger one."""
    a, b = _approx(strong), _approx(weak)
    if b is None:
        return False
    if a is None:
        one, two = _sides(strong), _sides(weak)
        if one is not None and two is None:
            names = {ast.unparse(x) for x in b[1][:2]}
            return isinstance(one[1], ast.Eq) and names == {ast.unparse(one[0]), ast.unparse(one[2])}
        return bool(one and two and isinstance(one[1], ast.Eq) and ast.unparse(one[0]) == ast.unparse(two[0]))
    before, after = _amounts(a), _amounts(b)
    if before == after or ast.unparse(a[1][0]) != ast.unparse(b[1][0]):
        return False
    grown = [after[k] > before[k] for k in {*before, *after} if k in before and k in after and after[k] != before[k]]
    dropped_or_new = {*before} ^ {*after}
    return any(grown) or (bool(dropped_or_new) and any(k in after for k in dropped_or_new))


def _approx(node: ast.expr) -> tuple[str, list[ast.expr], dict[str, ast.expr]] | None:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call):
            called = _called(inner)
            if called is not None and called[0] in _APPROX and called[1]:
                return called
    return None


def _amounts(called: tuple[str, list[ast.expr], dict[str, ast.expr]]) -> dict[str, float]:
    amounts = {k: n for k, v in called[2].items() if k in _TOLERANCES and (n := number(v)) is not None}
    places = number(called[2]["places"]) if "places" in called[2] else None
    if called[0] == "assertAlmostEqual" and not amounts:
        amounts["places"] = 10.0 ** -(places if places is not None else 7)
    elif called[0] == "approx" and not amounts:
        amounts["rel"] = 1e-6
    elif called[0] == "isclose" and not amounts:
        amounts["rel_tol"] = 1e-9
    return amounts


_MOCK = ("assert_called_once_with", "assert_called_with", "assert_any_call", "assert_called_once", "assert_called")


def _mock(strong: ast.expr, weak: ast.expr) -> bool:
    """``assert_called_once_with(...)`` implies ``assert_called()``."""
    one, two = _called(strong), _called(weak)
    if one is None or two is None or one[0] not in _MOCK or two[0] not in _MOCK:
        return False
    return _MOCK.index(one[0]) < _MOCK.index(two[0])
