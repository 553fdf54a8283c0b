"""A user's Python file as text and syntax tree: which top-level statements a name needs. Nothing is executed."""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from probatum.errors import UsageError
from probatum.task.document import plain

MAX_BYTES = 400_000
BUILTINS = frozenset(dir(builtins)) | {"__name__", "__file__", "__doc__"}
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
IMPORTS = (ast.Import, ast.ImportFrom)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A top-level statement. ``touches``: names it binds or changes; ``uses``: module-level names it needs."""

    node: ast.stmt
    touches: frozenset[str]
    uses: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file read."""

    path: Path
    text: str
    statements: tuple[Statement, ...]

    @property
    def lines(self) -> list[str]:
        """The text by lines, as `ast` counts them."""
        return self.text.split("\n")

    def definitions(self) -> Iterator[Definition]:
        """Functions and classes at the top level, in order; a later one of the same name replaces an earlier one."""
        found = {s.node.name: s.node for s in self.statements if isinstance(s.node, DEFINITIONS)}
        yield from found.values()

    def bound(self) -> frozenset[str]:
        """Every name that the file binds at its top level."""
        return frozenset(name for s in self.statements for name in s.touches)

    def assigned(self, name: str) -> ast.expr | None:
        """The value of a plain top-level assignment to a name."""
        for statement in self.statements:
            node = statement.node
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
                return node.value
            if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in node.targets):
                return node.value
        return None

    def definition(self, name: str) -> Definition | None:
        """The function or class of that name."""
        return next((d for d in self.definitions() if d.name == name), None)


def read_source(path: Path) -> SourceFile:
    """Read and parse; raises `UsageError` for a file that is missing, unreadable or not Python."""
    shown = plain(str(path))
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise UsageError(f"there is no file {shown}", fix="Give a Python file as FILE:NAME") from None
    except (OSError, ValueError) as problem:
        raise UsageError(f"cannot read {shown}: {plain(str(problem))}", fix="Give a Python file as FILE:NAME") from None
    if len(data) > MAX_BYTES:
        raise UsageError(f"{shown} is larger than {MAX_BYTES} bytes", fix="Move what is needed into a file of its own")
    return parse_source(data, path)


def parse_source(data: bytes, path: Path) -> SourceFile:
    """The file of these bytes; raises `UsageError` naming the line that does not parse."""
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\f", " ")
        tree = ast.parse(text)
        table = symtable.symtable(text, str(path), "exec")
    except SyntaxError as problem:
        message = f"{plain(str(path))}:{problem.lineno or 1} does not parse: {problem.msg}"
        raise UsageError(message, fix="Correct the syntax") from None
    except (ValueError, RecursionError) as problem:
        message = f"{plain(str(path))} does not parse: {plain(str(problem), 80)}"
        raise UsageError(message, fix="Give Python source in UTF-8") from None
    return SourceFile(path=path, text=text, statements=tuple(_statement(node, table) for node in tree.body))


def split_target(target: str) -> tuple[Path, str]:
    """FILE and NAME of ``FILE:NAME``; raises `UsageError` listing what the file defines."""
    file, colon, name = target.rpartition(":")
    if not colon or not file or not name.strip():
        path = Path(target.removesuffix(":"))
        names = [d.name for d in read_source(path).definitions()] if path.is_file() else []
        listed = f"; {plain(str(path))} defines {', '.join(names)}" if names else ""
        raise UsageError(f"'{plain(target)}' names no function or class", fix=f"Write FILE:NAME{listed}")
    return Path(file), name.strip()


def find(file: SourceFile, name: str) -> ast.FunctionDef | ast.ClassDef:
    """The plain function or class of a name; raises `UsageError` with the nearest names, or what it is instead."""
    found, shown = file.definition(name), plain(str(file.path))
    if isinstance(found, ast.AsyncFunctionDef):
        raise UsageError(f"{name} is an async function", fix="Calls are made one after the other: give a plain `def`")
    if found is not None:
        return found
    if isinstance(file.assigned(name), ast.Lambda):
        raise UsageError(f"{name} is a lambda", fix=f"Write it as `def {name}(...):`")
    names = [d.name for d in file.definitions()]
    if name in file.bound():
        fix = f"Give one of: {', '.join(names) or 'none (the file defines nothing)'}"
        raise UsageError(f"{name} is no function or class defined in {shown}", fix=fix)
    nearest = get_close_matches(name, names, n=5, cutoff=0.3)
    rest = [other for other in names if other not in nearest]
    fix = f"It defines: {', '.join([*nearest, *rest])}" if names else "It defines no function and no class"
    raise UsageError(f"{shown} does not define {plain(name)}", fix=fix)


def needed(file: SourceFile, roots: Iterable[str]) -> tuple[tuple[Statement, ...], frozenset[str]]:
    """The statements that the names need, in file order, with all names needed."""
    wanted, chosen = set(roots), set[int]()
    changed = True
    while changed:
        changed = False
        for index, statement in enumerate(file.statements):
            if index not in chosen and (statement.touches & wanted or _always(statement.node)):
                chosen.add(index)
                if not isinstance(statement.node, IMPORTS):
                    wanted |= statement.uses
                changed = True
    return tuple(file.statements[i] for i in sorted(chosen)), frozenset(wanted)


def _always(node: ast.stmt) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "__future__" or any(alias.name == "*" for alias in node.names)
    return False


def _statement(node: ast.stmt, table: symtable.SymbolTable) -> Statement:
    if isinstance(node, IMPORTS):
        names = {alias.asname or alias.name.split(".")[0] for alias in node.names}
        return Statement(node=node, touches=frozenset(names), uses=frozenset())
    if isinstance(node, ast.If) and "__name__" in ast.unparse(node.test):
        return Statement(node=node, touches=frozenset(), uses=frozenset())
    uses = set(_outer_names(node)) | set(_inner_globals(node, table))
    return Statement(node=node, touches=frozenset(_touched(node)), uses=frozenset(uses))


def _touched(node: ast.stmt) -> Iterator[str]:
    """Names that a statement binds, and those whose value it changes (``TABLE[i] = ...``, ``NAMES.append(...)``)."""
    if isinstance(node, DEFINITIONS):
        yield node.name
        return
    for part in _module_level(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            yield part.id
        elif isinstance(part, ast.Subscript | ast.Attribute) and isinstance(part.ctx, ast.Store):
            yield from _base(part)
        elif (
            isinstance(part, ast.Expr)
            and isinstance(part.value, ast.Call)
            and isinstance(part.value.func, ast.Attribute)
        ):
            yield from _base(part.value.func)
        elif isinstance(part, DEFINITIONS):
            yield part.name
        elif isinstance(part, IMPORTS):
            yield from (alias.asname or alias.name.split(".")[0] for alias in part.names)


def _base(node: ast.expr) -> Iterator[str]:
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def _module_level(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a statement that run in the module's scope."""
    yield node
    if isinstance(node, (*DEFINITIONS, ast.Lambda)):
        return
    for child in ast.iter_child_nodes(node):
        yield from _module_level(child)


def _outer_names(node: ast.stmt) -> Iterator[str]:
    """Names that a statement reads in the module's scope: decorators, defaults, annotations and bases included."""
    parts: list[ast.AST] = list(_module_level(node))
    for definition in [p for p in ast.walk(node) if isinstance(p, ast.FunctionDef | ast.AsyncFunctionDef)]:
        args = definition.args
        every = [*args.posonlyargs, *args.args, *args.kwonlyargs, *filter(None, (args.vararg, args.kwarg))]
        hints = [*(a.annotation for a in every), definition.returns]
        parts += [*annotation_parts(hints)]
    for part in parts:
        if isinstance(part, DEFINITIONS):
            parts.extend(x for d in part.decorator_list for x in ast.walk(d))
        if isinstance(part, ast.ClassDef):
            parts.extend(x for b in (*part.bases, *(k.value for k in part.keywords)) for x in ast.walk(b))
            parts += [*annotation_parts(s.annotation for s in part.body if isinstance(s, ast.AnnAssign))]
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
            defaults = [*part.args.defaults, *(d for d in part.args.kw_defaults if d)]
            parts.extend(x for d in defaults for x in ast.walk(d))
    yield from (p.id for p in parts if isinstance(p, ast.Name) and isinstance(p.ctx, ast.Load))


def annotation_parts(hints: Iterable[ast.expr | None]) -> Iterator[ast.AST]:
    """All nodes of annotations, those written as strings included."""
    for hint in hints:
        for part in ast.walk(hint) if hint is not None else ():
            yield part
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                try:
                    yield from ast.walk(ast.parse(part.value, mode="eval"))
                except SyntaxError:
                    continue


def _inner_globals(node: ast.stmt, table: symtable.SymbolTable) -> Iterator[str]:
    """Names that functions and classes inside a statement look up in the module."""
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
    for child in table.get_children():
        if first <= child.get_lineno() <= (node.end_lineno or node.lineno):
            yield from _globals_of(child)


def _globals_of(table: symtable.SymbolTable) -> Iterator[str]:
    yield from (s.get_name() for s in table.get_symbols() if s.is_global() and s.is_referenced())
    for child in table.get_children():
        yield from _globals_of(child)
