"""The public view of a task: what is wanted, in words and signatures. Oracle and law bodies stay with the operator."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from typing import Any

from probatum.authors.base import PublicView
from probatum.authors.patterns import read_pattern
from probatum.errors import TaskError
from probatum.task.document import decode_text
from probatum.task.model import Task

FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


def public_view(task: Task, laws: Sequence[Mapping[str, Any]]) -> PublicView:
    """What an author may see; ``laws`` as the judge describes them (name and sentence are taken).

    Raises `TaskError` for a template or sketch with a hole that has no values, and for a pattern that is none.
    """
    templates = {p: data.decode(errors="replace") for p, data in task.files.items() if _is_template(p)}
    for path, text in templates.items():
        _require_holes(task, path, text)
    return PublicView(
        name=task.name,
        title=task.title,
        problem=task.files["PROBLEM.md"].decode(),
        interface=interface_text(task.files["task.py"].decode()),
        laws=tuple((str(law["name"]), str(law["sentence"])) for law in laws),
        requirements=tuple((r.id, r.text) for r in task.requirements),
        templates=tuple(sorted(templates.items())),
        holes=task.holes,
        fillers=task.fillers,
        sketches=_sketches(task),
        patterns=tuple(
            (p, read_pattern(f"{task.name}/{p}", task.files[p])) for p in sorted(task.files) if _is_pattern(p)
        ),
    )


def _sketches(task: Task) -> tuple[tuple[str, str], ...]:
    """Sketches, each read once to see that it can be."""
    found = []
    for path in sorted(path for path in task.files if path.startswith("sketches/") and path.endswith(".py")):
        from probatum.authors.offline.sketch import read_sketch

        found.append((path, decode_text(f"{task.name}/{path}", task.files[path])))
        read_sketch(*found[-1], task.fillers, f"{task.name}/{path}")
    return tuple(found)


def _is_template(path: str) -> bool:
    return path.startswith("templates/") and path.endswith((".py", ".rs"))


def _is_pattern(path: str) -> bool:
    return path.startswith("patterns/") and path.endswith(".toml")


def _require_holes(task: Task, path: str, text: str) -> None:
    known = [name for name, _ in task.holes]
    for name in re.findall(r"\bHOLE_(\w+)", text):
        if name not in known:
            fix = f'Add {name} = ["...", "..."] under [holes] in task.toml'
            raise TaskError(f"HOLE_{name} has no values", file=f"{task.name}/{path}", key=name, fix=fix)


def interface_text(source: str) -> str:
    """Signatures of what `@sut` marks in a task file, with the records and type names they use."""
    tree = ast.parse(source)
    kept = [_bare(node) for node in tree.body if _marked(node)]
    names = _annotation_names(kept)
    for node in reversed(tree.body):
        if _type_name(node) in names and not _marked(node):
            node = _bare(node)
            kept.insert(0, node)
            names |= {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return "\n\n".join(ast.unparse(ast.fix_missing_locations(node)) for node in kept) + "\n"


def _marked(node: ast.stmt) -> bool:
    if not isinstance(node, ast.ClassDef | ast.FunctionDef):
        return False
    marks = [d.func if isinstance(d, ast.Call) else d for d in node.decorator_list]
    return any(isinstance(m, ast.Name) and m.id == "sut" for m in marks)


def _type_name(node: ast.stmt) -> str:
    match node:
        case ast.ClassDef(name=name) | ast.Assign(targets=[ast.Name(id=name)]):
            return name
        case ast.AnnAssign(target=ast.Name(id=name)):
            return name
    return ""


def _bare(node: ast.stmt) -> ast.stmt:
    """A declaration without bodies, decorators and private members; a record keeps its fields."""
    if not isinstance(node, FUNCTIONS | ast.ClassDef):
        return node
    bare = copy(node)
    if isinstance(bare, FUNCTIONS):
        bare.body = [ast.Expr(ast.Constant(...))]
        bare.decorator_list = [d for d in bare.decorator_list if ast.unparse(d).startswith(("raises(", "classmethod"))]
        return bare
    fields = [m for m in bare.body if isinstance(m, ast.AnnAssign) or (_enumerates(bare) and isinstance(m, ast.Assign))]
    methods = [_bare(m) for m in bare.body if isinstance(m, FUNCTIONS) and _public(m.name) and _marked(node)]
    bare.body = [*fields, *methods] or [ast.Pass()]
    bare.decorator_list = []
    return bare


def _enumerates(node: ast.ClassDef) -> bool:
    return any("Enum" in ast.unparse(base) for base in node.bases)


def _public(name: str) -> bool:
    return name == "__init__" or not name.startswith("_")


def _annotation_names(nodes: Iterable[ast.stmt]) -> set[str]:
    return {n.id for node in nodes for n in ast.walk(node) if isinstance(n, ast.Name)}
