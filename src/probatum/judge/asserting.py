"""Assertions of task files that say what they saw: `assert a == b` fails with both values.

Only the message is added: each side is evaluated once, in the same order, and line numbers stay (the idea is that of
pytest's assertion rewriting).
"""

from __future__ import annotations

import ast
from typing import Any

FAIL = "__probatum_fail__"
LEFT, RIGHT = "__probatum_left__", "__probatum_right__"
MOST = 100
"""Characters of each value, and of an expression."""
WORDS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}


def telling(source: str, file: str) -> ast.Module:
    """The syntax tree of a source with assertions that say what they saw; raises SyntaxError."""
    tree = ast.parse(source, file)
    _Telling().visit(tree)
    return ast.fix_missing_locations(tree)


def fail(left: Any, word: str, right: Any) -> None:
    """Raise the AssertionError of a comparison that does not hold."""
    raise AssertionError(f"{_cut(repr(left))} {word} {_cut(repr(right))} does not hold")


def _cut(text: str) -> str:
    return text if len(text) <= MOST else text[: MOST - 3] + "..."


class _Telling(ast.NodeTransformer):
    def visit_Assert(self, node: ast.Assert) -> ast.stmt:
        """An assertion without a message of its own gets one."""
        if node.msg is not None:
            return node
        if not isinstance(node.test, ast.Compare) or len(node.test.ops) != 1:
            words = ast.Constant(f"{_cut(ast.unparse(node.test))} does not hold")
            return ast.copy_location(ast.Assert(test=node.test, msg=words), node)
        left, right = node.test.left, node.test.comparators[0]
        compared = ast.Compare(left=_kept(LEFT, left), ops=node.test.ops, comparators=[_kept(RIGHT, right)])
        words = ast.Constant(WORDS[type(node.test.ops[0])])
        said = ast.Call(
            func=ast.Name(FAIL, ast.Load()),
            args=[ast.Name(LEFT, ast.Load()), words, ast.Name(RIGHT, ast.Load())],
            keywords=[],
        )
        return ast.copy_location(
            ast.If(test=ast.UnaryOp(op=ast.Not(), operand=compared), body=[ast.Expr(said)], orelse=[]), node
        )


def _kept(name: str, value: ast.expr) -> ast.expr:
    return ast.NamedExpr(target=ast.Name(name, ast.Store()), value=value)
