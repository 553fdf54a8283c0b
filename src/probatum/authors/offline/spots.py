"""Where a change can be made in a Python source: spans of bytes, the new text, and how often such a change is right."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Replace the bytes ``start..end`` of the source by ``text``. A lower ``weight`` is tried earlier."""

    start: int
    end: int
    text: str
    kind: str
    weight: float
    function: str = ""
    """The innermost function around it."""


@dataclass(slots=True)
class Source:
    """A parsed source with the way from nodes to byte offsets."""

    text: bytes
    tree: ast.Module
    lines: list[int] = field(default_factory=list)
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Start and end of a node."""
        assert isinstance(node, ast.expr | ast.stmt)
        assert node.end_lineno is not None and node.end_col_offset is not None
        return self.lines[node.lineno - 1] + node.col_offset, self.lines[node.end_lineno - 1] + node.end_col_offset

    def words(self, node: ast.AST) -> str:
        """The text of a node as it stands."""
        start, end = self.span(node)
        return self.text[start:end].decode()

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around a node, innermost first."""
        while (found := self.parents.get(node)) is not None:
            yield found
            node = found

    def function(self, node: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The innermost function around a node."""
        return next((n for n in self.above(node) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)), None)

    def change(self, node: ast.AST, new: ast.expr | str, kind: str, weight: float) -> Change:
        """Put an expression or a text in the place of a node, in parentheses where they are needed."""
        start, end = self.span(node)
        text = new if isinstance(new, str) else self._fitted(node, new)
        return Change(start=start, end=end, text=text, kind=kind, weight=weight, function=self.name(node))

    def name(self, node: ast.AST) -> str:
        """Name of the function around a node, "" outside."""
        function = node if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else self.function(node)
        return function.name if function is not None else ""

    def _fitted(self, node: ast.AST, new: ast.expr) -> str:
        text = ast.unparse(new)
        loose = isinstance(new, ast.BinOp | ast.BoolOp | ast.Compare | ast.UnaryOp | ast.IfExp | ast.Lambda)
        inside = isinstance(self.parents.get(node), ast.BinOp | ast.BoolOp | ast.Compare | ast.UnaryOp | ast.Attribute)
        return f"({text})" if loose and inside else text


def read(text: str) -> Source | None:
    """A source for changing; None when it does not parse."""
    data = text.encode()
    try:
        tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError):
        return None
    lines = [0]
    for line in data.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    source = Source(text=data, tree=tree, lines=lines)
    for node in ast.walk(tree):
        source.parents.update(dict.fromkeys(ast.iter_child_nodes(node), node))
    # Contexts (Load, Store) and operators are one object each for the whole tree: no place of their own.
    for node in [n for n in source.parents if isinstance(n, ast.expr_context | ast.operator | ast.cmpop)]:
        del source.parents[node]
    return source


def applied(text: bytes, changes: tuple[Change, ...]) -> str | None:
    """The source after changes; None when two of them overlap."""
    ordered = sorted(changes, key=lambda c: (c.start, c.end))
    if any(a.end > b.start or (a.start, a.end) == (b.start, b.end) for a, b in pairwise(ordered)):
        return None
    for change in reversed(ordered):
        text = text[: change.start] + change.text.encode() + text[change.end :]
    return text.decode()


def normal_form(text: str) -> str | None:
    """What two sources share when they differ in layout and comments only; None when it does not parse."""
    try:
        return sha256(ast.dump(ast.parse(text)).encode()).hexdigest()
    except (SyntaxError, ValueError, RecursionError):
        return None
