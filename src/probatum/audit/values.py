"""What names stand for in a test: parameters of helpers, values given once, methods of unittest."""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping

from probatum.audit.pysource import Function, Unit


def own_names(node: ast.AST) -> frozenset[str]:
    """Parameters and names that are assigned below a node."""
    stored = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return frozenset(stored | {n.arg for n in ast.walk(node) if isinstance(n, ast.arg)})


def bound_names(unit: Unit, call: ast.Call) -> dict[str, ast.expr]:
    """What the parameters of a helper are in one call of it."""
    names = [arg.arg for arg in (*unit.node.args.posonlyargs, *unit.node.args.args)]
    if unit.owner and names[:1] in (["self"], ["cls"]):
        names = names[1:]
    plain = [arg for arg in call.args if not isinstance(arg, ast.Starred)]
    found = dict(zip(names, plain, strict=False)) if len(plain) == len(call.args) else {}
    found |= {k.arg: k.value for k in call.keywords if k.arg}
    same = [name for name, value in found.items() if isinstance(value, ast.Name) and value.id == name]
    return {name: value for name, value in found.items() if name not in same}


_METHODS: dict[str, str] = {
    "assertEqual": "{0} == {1}",
    "assertEquals": "{0} == {1}",
    "assertNotEqual": "{0} != {1}",
    "assertListEqual": "{0} == {1}",
    "assertDictEqual": "{0} == {1}",
    "assertTupleEqual": "{0} == {1}",
    "assertSetEqual": "{0} == {1}",
    "assertMultiLineEqual": "{0} == {1}",
    "assertTrue": "{0}",
    "assert_": "{0}",
    "assertFalse": "not ({0})",
    "assertIs": "{0} is {1}",
    "assertIsNot": "{0} is not {1}",
    "assertIsNone": "{0} is None",
    "assertIsNotNone": "{0} is not None",
    "assertIn": "{0} in {1}",
    "assertNotIn": "{0} not in {1}",
    "assertIsInstance": "isinstance({0}, {1})",
    "assertGreater": "{0} > {1}",
    "assertGreaterEqual": "{0} >= {1}",
    "assertLess": "{0} < {1}",
    "assertLessEqual": "{0} <= {1}",
}


def from_method(call: ast.Call, short: str) -> ast.expr:
    """A unittest assertion as the plain expression that it is."""
    shape = _METHODS.get(short)
    if shape is None or len(call.args) < 1 + ("{1}" in shape):
        return call
    return ast.parse(shape.format(*(f"({ast.unparse(arg)})" for arg in call.args)), mode="eval").body


def single_values(node: Function) -> dict[str, ast.expr]:
    """Names that a function gives one plain value, once, outside loops."""
    stores: dict[str, int] = {}
    for n in ast.walk(node):
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store):
            stores[n.id] = stores.get(n.id, 0) + 1
    found: dict[str, ast.expr] = {}
    for statement in node.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if stores[name] == 1:
                found[name] = value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if stores[name] == 1:
                found[name] = value
    return found


class _Expand(ast.NodeTransformer):
    def __init__(self, values: Mapping[str, ast.expr], budget: int) -> None:
        self.values = values
        self.budget = budget

    def visit_Name(self, node: ast.Name) -> ast.AST:
        value = self.values.get(node.id)
        if value is None or self.budget <= 0 or not isinstance(node.ctx, ast.Load):
            return node
        found: ast.AST = _Expand(self.values, self.budget - 1).visit(copy.deepcopy(value))
        return found


def expanded(node: ast.expr, values: Mapping[str, ast.expr]) -> ast.expr:
    """The expression with such names replaced by their values, so that naming a value changes nothing."""
    if not values:
        return node
    found = _Expand(values, 3).visit(copy.deepcopy(node))
    assert isinstance(found, ast.expr)
    return found if sum(1 for _ in ast.walk(found)) < 400 else node
