"""Text from statements: verbatim slices of a file, narrowed imports, renamed definitions."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from probatum.errors import UsageError
from probatum.newtask.source import IMPORTS, SourceFile, Statement
from probatum.task.document import plain

MACHINE_TYPES = {**{f"{sign}{bits}": "int" for sign in "UI" for bits in (8, 16, 32, 64)}, "F64": "float"}
"""Names of probatum that mean an ordinary type in a candidate."""


def verbatim(file: SourceFile, node: ast.stmt) -> str:
    """A statement as it is written, with the comments directly above it."""
    lines = file.lines
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
    last = node.end_lineno or node.lineno
    shares = any(
        s.node is not node and s.node.lineno <= last and (s.node.end_lineno or s.node.lineno) >= first
        for s in file.statements
    )
    if shares:
        return ast.unparse(node)
    while first > 1 and lines[first - 2].startswith("#"):
        first -= 1
    return "\n".join(lines[first - 1 : last]).rstrip()


def slice_text(
    file: SourceFile,
    statements: Iterable[Statement],
    names: frozenset[str],
    *,
    replaced: dict[str, str],
    candidate: bool,
) -> str:
    """The statements as one module text; definitions named in ``replaced`` get that text instead of their own.

    In a candidate, machine types imported from probatum become plain types; in a task file they are left out, because
    its own imports bring them.
    """
    imports: list[str] = []
    parts: list[tuple[str, str]] = []
    for statement in statements:
        node = statement.node
        if isinstance(node, IMPORTS):
            imports += _import_text(file, node, names, candidate=candidate)
        else:
            name = getattr(node, "name", "")
            definition = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            parts.append(("\n\n\n" if definition else "\n", replaced.get(name) or verbatim(file, node)))
    head = "\n".join(sorted(imports, key=lambda line: not line.startswith("from __future__")))
    return join_parts([("", head), *parts])


def join_parts(parts: Iterable[tuple[str, str]]) -> str:
    """Texts joined by the blank lines that a reader expects: two around definitions."""
    text, after_definition = "", False
    for gap, part in parts:
        if not part:
            continue
        space = "\n\n\n" if after_definition or gap == "\n\n\n" else gap or "\n\n"
        text += (space if text else "") + part
        after_definition = gap == "\n\n\n"
    return text.strip("\n") + "\n"


def _import_text(file: SourceFile, node: ast.stmt, names: frozenset[str], *, candidate: bool) -> list[str]:
    """An import narrowed to what is needed, so that nothing more is asked of a candidate's sandbox."""
    assert isinstance(node, IMPORTS)
    future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
    kept = [a for a in node.names if future or a.name == "*" or (a.asname or a.name.split(".")[0]) in names]
    if not kept:
        return []
    if isinstance(node, ast.Import):
        _refuse_probatum(file, [a.name.split(".")[0] for a in kept])
        return [ast.unparse(ast.Import(names=kept))]
    if (node.module or "").split(".")[0] == "probatum" and not node.level:
        for alias in kept:
            if alias.name not in MACHINE_TYPES or alias.asname:
                _refuse_probatum(file, ["probatum"])
        return [f"{a.name} = {MACHINE_TYPES[a.name]}" for a in kept] if candidate else []
    return [ast.unparse(ast.ImportFrom(module=node.module, names=kept, level=node.level))]


def _refuse_probatum(file: SourceFile, modules: Iterable[str]) -> None:
    if "probatum" in modules:
        message = f"{plain(str(file.path))} uses probatum for more than machine types"
        raise UsageError(message, fix="Keep markers and laws for task.py; only names such as U64 are carried over")


def rename(text: str, old: str, new: str) -> str:
    """A module text with a definition and every use of its name renamed; strings that equal the name count as uses."""
    if old == new:
        return text
    edits: list[tuple[int, int, int]] = []
    rows = [line.encode() for line in text.split("\n")]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name) and node.id == old:
            edits.append((node.lineno - 1, node.col_offset, len(old.encode())))
        elif isinstance(node, ast.Constant) and node.value == old and node.lineno == node.end_lineno:
            edits.append((node.lineno - 1, node.col_offset + 1, len(old.encode())))
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == old:
            found = re.compile(rb"(?:def|class)\s+").match(rows[node.lineno - 1], node.col_offset)
            if found is not None:
                edits.append((node.lineno - 1, found.end(), len(old.encode())))
    for line, column, length in sorted(set(edits), reverse=True):
        row = rows[line]
        if row[column : column + length] == old.encode():
            rows[line] = row[:column] + new.encode() + row[column + length :]
    return b"\n".join(rows).decode()


def fresh_name(wish: str, taken: Iterable[str]) -> str:
    """The wished name, with underscores appended until nobody has it."""
    used = set(taken)
    while wish in used:
        wish += "_"
    return wish


def identifiers(text: str) -> frozenset[str]:
    """Every name that a module text binds or reads anywhere, parameters included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, IMPORTS):
            found.update(a.asname or a.name.split(".")[0] for a in node.names)
    return frozenset(found)
