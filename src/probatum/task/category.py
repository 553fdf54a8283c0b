"""What kind of task a `task.py` declares, read from its text: nothing of it is run."""

from __future__ import annotations

import ast

CONCURRENT, DISTRIBUTED, SYSTEMS, SEQUENTIAL = CATEGORIES = ("concurrent", "distributed", "systems", "sequential")
"""Objects that threads share, worlds, an objective, and everything else."""
BY_MARK = {"objective": SYSTEMS, "concurrent": CONCURRENT, "world": DISTRIBUTED}


def category(source: str) -> str:
    """The category of a task by its marks (an objective counts first); "sequential" for a source that does not
    parse."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return SEQUENTIAL
    marked = {name for node in ast.walk(tree) for name in _marks(node)}
    return next((kind for mark, kind in BY_MARK.items() if mark in marked), SEQUENTIAL)


def _marks(node: ast.AST) -> list[str]:
    if not isinstance(node, ast.ClassDef | ast.FunctionDef):
        return []
    called = [d.func if isinstance(d, ast.Call) else d for d in node.decorator_list]
    return [d.id if isinstance(d, ast.Name) else d.attr for d in called if isinstance(d, ast.Name | ast.Attribute)]
