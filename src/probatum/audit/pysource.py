"""A Python file as units: functions with their qualified names, decorators and normalised bodies. Nothing is run."""

from __future__ import annotations

import ast
import copy
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from probatum.audit.model import Place

Function = ast.FunctionDef | ast.AsyncFunctionDef
MAX_SOURCE_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A parsed file. ``aliases``: local name to dotted name, from its imports."""

    path: str
    tree: ast.Module
    lines: tuple[str, ...]
    aliases: Mapping[str, str]

    def place(self, node: ast.AST | int) -> Place:
        """The place of a node or line."""
        line = node if isinstance(node, int) else int(getattr(node, "lineno", 1))
        text = self.lines[line - 1].strip() if 0 < line <= len(self.lines) else ""
        return Place(file=self.path, line=line, text=text)

    def dotted(self, node: ast.AST) -> str:
        """The dotted name of a name, attribute, call or ``getattr(name, "text")``, imports resolved; "" for others."""
        match node:
            case ast.Call(func=ast.Name(id="getattr"), args=[target, ast.Constant(value=str(name)), *_]):
                return f"{head}.{name}" if (head := self.dotted(target)) else ""
            case ast.Call(func=func):
                return self.dotted(func)
            case ast.Name(id=name):
                return self.aliases.get(name, name)
            case ast.Attribute(value=value, attr=attr):
                return f"{head}.{attr}" if (head := self.dotted(value)) else ""
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A function: ``collected`` when pytest would run it as a test; ``owner`` is its class ("" at the top)."""

    module: Module
    name: str
    node: Function
    owner: str = ""
    collected: bool = False
    shadowed: bool = False
    body: tuple[str, ...] = field(repr=False, default=())

    @property
    def label(self) -> str:
        """For people."""
        return f"{self.name}()"

    @property
    def place(self) -> Place:
        """Where it begins."""
        return self.module.place(self.node)

    @property
    def is_test(self) -> bool:
        """Whether it is written as a test."""
        return self.node.name.startswith("test")


class Unparsable(Exception):
    """The text is no Python of this interpreter."""


def parse_module(path: str, data: bytes) -> Module:
    """Parse a file; raises `Unparsable` with a sentence."""
    if len(data) > MAX_SOURCE_BYTES:
        raise Unparsable(f"more than {MAX_SOURCE_BYTES} bytes")
    try:
        text = data.decode("utf-8-sig")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        raise Unparsable(f"{type(problem).__name__}: {str(problem)[:120]}") from None
    return Module(path=path, tree=tree, lines=tuple(text.splitlines()), aliases=_aliases(tree))


def _aliases(tree: ast.Module) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(
                {
                    a.asname or a.name.partition(".")[0]: a.name if a.asname else a.name.partition(".")[0]
                    for a in node.names
                }
            )
        elif isinstance(node, ast.ImportFrom):
            found.update({a.asname or a.name: f"{node.module or ''}.{a.name}".lstrip(".") for a in node.names})
    for node in tree.body:  # `mark = pytest.mark`: another name for the same thing
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Attribute(value=ast.Name(id=base), attr=attr)):
                if base in found:
                    found[name] = f"{found[base]}.{attr}"
    return found


def units_of(module: Module, *, collected: bool) -> tuple[Unit, ...]:
    """Every function at the top or in a class, in order; ``collected``: pytest looks into this file."""
    found = list(_units(module, module.tree.body, "", collected))
    last = {unit.name: number for number, unit in enumerate(found)}
    return tuple(
        unit if last[unit.name] == number or _overloads(unit) else _shadow(unit) for number, unit in enumerate(found)
    )


def _units(module: Module, body: list[ast.stmt], owner: str, runs: bool) -> Iterator[Unit]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            name = f"{owner}.{node.name}" if owner else node.name
            runs_here = runs and node.name.startswith("test") and not _is_fixture(module, node)
            yield Unit(module=module, name=name, node=node, owner=owner, collected=runs_here, body=fingerprint(node))
        elif isinstance(node, ast.ClassDef):
            inner = f"{owner}.{node.name}" if owner else node.name
            yield from _units(module, node.body, inner, runs and _class_runs(module, node))
        elif isinstance(node, ast.If):
            never = isinstance(node.test, ast.Constant) and not node.test.value
            yield from _units(module, node.body, owner, runs and not never)
            yield from _units(module, node.orelse, owner, runs)
        elif isinstance(node, ast.Try | ast.With):
            yield from _units(module, node.body, owner, runs)


def inherited(modules: Iterable[Module]) -> frozenset[str]:
    """Names of classes whose tests run because a class that is collected inherits from them."""
    bases: dict[str, set[str]] = {}
    runs: set[str] = set()
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                named = {module.dotted(base).rpartition(".")[2] for base in node.bases} - {""}
                bases.setdefault(node.name, set()).update(named)
                if _class_runs(module, node):
                    runs.add(node.name)
    found: set[str] = set()
    ahead = [base for name in runs for base in bases.get(name, ())]
    while ahead:
        name = ahead.pop()
        if name in bases and name not in found:
            found.add(name)
            ahead += bases[name]
    return frozenset(found)


def _class_runs(module: Module, node: ast.ClassDef) -> bool:
    if any("Test" in module.dotted(base).rpartition(".")[2] for base in node.bases):
        return True
    has_init = any(isinstance(item, ast.FunctionDef) and item.name in ("__init__", "__new__") for item in node.body)
    return node.name.startswith("Test") and not has_init


def _is_fixture(module: Module, node: Function) -> bool:
    return any(module.dotted(d) == "pytest.fixture" for d in node.decorator_list)


def _overloads(unit: Unit) -> bool:
    """Definitions that share a name on purpose: properties, overloads, dispatch."""
    return bool(unit.node.decorator_list) and not unit.is_test


def _shadow(unit: Unit) -> Unit:
    return Unit(
        module=unit.module, name=unit.name, node=unit.node, owner=unit.owner, collected=False, shadowed=True,
        body=unit.body,
    )  # fmt: skip


def without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements after a docstring."""
    match body:
        case [ast.Expr(value=ast.Constant(value=str())), *rest]:
            return rest
    return body


def fingerprint(node: Function) -> tuple[str, ...]:
    """The statements of a function as normalised lines: no comments, formatting, docstring or annotations."""
    lines: list[str] = []
    for statement in without_docstring(node.body):
        lines += normal(statement).splitlines()
    return tuple(line.strip() for line in lines)


class _Bare(ast.NodeTransformer):
    """Drops what a reader may add without another meaning: annotations and docstrings."""

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        if node.value is None:
            return ast.Pass()
        return self.generic_visit(ast.Assign(targets=[node.target], value=node.value, lineno=node.lineno))

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return ast.arg(arg=node.arg)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.body = without_docstring(node.body) or [ast.Pass()]
        node.returns = None
        return self.generic_visit(node)


def normal(node: ast.AST) -> str:
    """A node as text in one form: formatting, comments, annotations and docstrings gone."""
    return ast.unparse(ast.fix_missing_locations(_Bare().visit(copy.deepcopy(node))))


def constants_of(node: ast.AST) -> frozenset[str]:
    """Every literal below a node, as text."""
    return frozenset(repr(n.value) for n in ast.walk(node) if isinstance(n, ast.Constant))
