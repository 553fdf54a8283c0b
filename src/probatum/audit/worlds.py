"""Two versions of a `@world` compared: nodes, steps, and what is not an assertion in its parts."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from probatum.audit.model import Finding
from probatum.audit.pysource import Module, normal
from probatum.audit.rules import finding
from probatum.audit.skeleton import number

_DEFAULTS = {"steps": 24.0, "exhaustive": 0.0, "apart": 0.0}


def compare_worlds(
    old_module: Module, new_module: Module, old: Mapping[str, ast.ClassDef], new: Mapping[str, ast.ClassDef]
) -> Iterator[Finding]:
    """All findings about worlds, but for their laws and parts, which are compared as laws."""
    for name, node in old.items():
        now = new.get(name)
        if now is None:
            yield finding("world-removed", name, f"the world {name} is gone", old=old_module.place(node))
            continue
        places = old_module.place(node), new_module.place(now)
        for option, default in _DEFAULTS.items():
            before, after = _option(node, option, default), _option(now, option, default)
            if before is not None and after is not None and after < before:
                message = f"{option} of {name} went from {before:g} to {after:g}"
                yield finding("repetitions-lowered", name, message, old=places[0], new=places[1])
        held, holds = _state(node), _state(now)
        if held != holds:
            lost = sorted(held - holds)
            message = f"{name}: {lost[0][:80]} is gone" if lost else f"{name}: nodes or preparation changed"
            yield finding("task-helper-changed", name, message, old=places[0], new=places[1])


def _option(node: ast.ClassDef, option: str, default: float) -> float | None:
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call):
            for keyword in decorator.keywords:
                if keyword.arg == option:
                    return number(keyword.value)
    return default


def _state(node: ast.ClassDef) -> set[str]:
    """Nodes and undecorated methods."""
    return {
        ast.unparse(member) if isinstance(member, ast.AnnAssign) else normal(member)
        for member in node.body
        if not (isinstance(member, ast.FunctionDef) and member.decorator_list)
        and not (isinstance(member, ast.Expr) and isinstance(member.value, ast.Constant))
    }
