"""Mutants: a program with one edit, spread over its functions and over kinds of edits."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from difflib import unified_diff
from itertools import zip_longest

from probatum.authors.offline.operators import expression_changes
from probatum.authors.offline.spots import Change, applied, normal_form, read
from probatum.authors.offline.statements import statement_changes
from probatum.critic.findings import Program

MOST = 120
"""Mutants of one program: beyond that, more of the same."""


def mutants(source: str, origin: str, most: int = MOST) -> tuple[Program, ...]:
    """At most ``most`` mutants of a source, each with its diff; none that differs in layout only."""
    parsed = read(source)
    if parsed is None:
        return ()
    found: list[Program] = []
    seen = {compiled_form(source)}
    for change in _spread([*expression_changes(parsed), *statement_changes(parsed)]):
        text = applied(parsed.text, (change,))
        form = compiled_form(text) if text is not None else None
        if text is None or form is None or form in seen:
            continue
        seen.add(form)
        found.append(_mutant(source, text, change, origin, len(found) + 1))
        if len(found) == most:
            break
    return tuple(found)


def compiled_form(text: str) -> str | None:
    """What two sources share when they differ in layout, comments, annotations and docstrings only."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return None
    return normal_form(ast.unparse(Bare().visit(tree)))


class Bare(ast.NodeTransformer):
    """Takes out what decides nothing at run time: annotations and texts that stand alone."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Without annotations."""
        node.returns = None
        for arg in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
            arg.annotation = None
        self.generic_visit(node)
        node.body = node.body or [ast.Pass()]
        return node

    visit_AsyncFunctionDef = visit_FunctionDef  # type: ignore[assignment]

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        """An assignment without its annotation; a bare one inside a class is kept, because it declares a field."""
        if node.value is None or not isinstance(node.target, ast.Attribute | ast.Subscript):
            return node
        return ast.copy_location(ast.Assign(targets=[node.target], value=node.value), node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        """Without docstrings."""
        return None if isinstance(node.value, ast.Constant) else node


def _spread(changes: list[Change]) -> Iterator[Change]:
    """Changes in turns over (function, kind of edit), likely ones first in each."""
    groups: dict[tuple[str, str], list[Change]] = {}
    for change in sorted(changes, key=lambda c: (c.weight, c.start, c.text)):
        groups.setdefault((change.function, change.kind), []).append(change)
    for turn in zip_longest(*groups.values()):
        yield from (change for change in turn if change is not None)


def _mutant(source: str, text: str, change: Change, origin: str, number: int) -> Program:
    where = change.function or "the module"
    return Program(
        name=f"{origin} {number}",
        origin=origin,
        source=text,
        what=f"{change.kind} in {where}",
        diff=diff_of(source, text),
        target=change.function,
    )


def diff_of(old: str, new: str) -> str:
    """The unified diff between two sources, a line of context on each side."""
    lines = unified_diff(old.splitlines(), new.splitlines(), "original", "changed", lineterm="", n=1)
    return "\n".join(lines)
