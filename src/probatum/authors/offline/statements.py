"""The one-edit neighbourhood of statements: leave one out, make one twice, swap two, add what is often forgotten."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

from probatum.authors.offline.spots import Change, Source

_SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Return, ast.Delete, ast.Break, ast.Continue)


def statement_changes(source: Source) -> Iterator[Change]:
    """Every change of one statement inside a function."""
    for node in ast.walk(source.tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and block and source.name(block[0]) and isinstance(block[0], ast.stmt):
                yield from _block(source, block)


def _block(source: Source, block: list[ast.stmt]) -> Iterator[Change]:
    for number, statement in enumerate(block):
        if not _is_docstring(statement):
            yield _left_out(source, block, number)
        if isinstance(statement, ast.Expr | ast.AugAssign | ast.Assign) and not _is_docstring(statement):
            words, indent = source.words(statement), " " * statement.col_offset
            yield source.change(statement, f"{words}\n{indent}{words}", "do twice", 9)
        if isinstance(statement, ast.If):
            yield from _branches(source, statement)
    for first, second in pairwise(block):
        if isinstance(first, _SIMPLE) and isinstance(second, _SIMPLE) and not _is_docstring(first):
            yield _swapped(source, first, second)


def _left_out(source: Source, block: list[ast.stmt], number: int) -> Change:
    """Take a statement out of its block; the only one becomes ``pass``."""
    statement = block[number]
    start, end = source.span(statement)
    if len(block) == 1:
        return source.change(statement, "pass", "leave out", 4)
    if number + 1 < len(block):
        end = source.span(block[number + 1])[0]
    else:
        start = source.span(block[number - 1])[1]
    return Change(start=start, end=end, text="", kind="leave out", weight=4, function=source.name(statement))


def _branches(source: Source, node: ast.If) -> Iterator[Change]:
    """``if`` that should be ``while``."""
    start, _ = source.span(node)
    if not node.orelse and source.text[start : start + 3] == b"if ":
        yield Change(start=start, end=start + 2, text="while", kind="repeat", weight=6, function=source.name(node))


def _swapped(source: Source, first: ast.stmt, second: ast.stmt) -> Change:
    start, first_end = source.span(first)
    second_start, end = source.span(second)
    between = source.text[first_end:second_start].decode()
    text = source.words(second) + between + source.words(first)
    return Change(start=start, end=end, text=text, kind="swap statements", weight=6, function=source.name(first))


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
