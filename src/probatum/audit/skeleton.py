"""Expressions in the form in which they are compared: names numbered, literals read, comparisons turned."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Mapping, Set


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


Sides = tuple[ast.expr, ast.cmpop, ast.expr]


def sides(node: ast.expr) -> Sides | None:
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
