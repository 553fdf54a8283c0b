"""Two versions of a `task.py` compared: oracle, laws, worlds, what is drawn. Nothing is executed."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from probatum.audit.lawdiff import Law, compare_laws
from probatum.audit.model import Finding
from probatum.audit.oracle import compare_suts
from probatum.audit.pysource import Function, Module, normal
from probatum.audit.rules import finding
from probatum.audit.strategies import aliases_of, differences, is_strategy, resolved
from probatum.audit.worlds import compare_worlds

LAWS = ("always", "sometimes", "never_raises", "eventually")
PARTS = ("action", "link", "timer", "crash")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFile:
    """A parsed `task.py`."""

    module: Module
    suts: Mapping[str, ast.ClassDef | Function]
    laws: Mapping[str, Law]
    worlds: Mapping[str, ast.ClassDef]
    rest: Mapping[str, ast.stmt]
    """Helpers and constants by name, and other statements by their text."""


def read_task_file(module: Module) -> TaskFile:
    """Collect the declarations of a file, by what its decorators really are."""
    suts: dict[str, ast.ClassDef | Function] = {}
    laws: dict[str, Law] = {}
    worlds: dict[str, ast.ClassDef] = {}
    rest: dict[str, ast.stmt] = {}
    for node in module.tree.body:
        for name in _bound(node):
            for table in (suts, laws, worlds, rest):
                table.pop(name, None)  # a later binding of the name takes its place
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() if mark_of(module, node, ("sut",)):
                suts[node.name] = node
            case ast.FunctionDef() | ast.AsyncFunctionDef() if mark_of(module, node, LAWS):
                laws[node.name] = _law(module, node, node.name)
            case ast.ClassDef() if mark_of(module, node, ("world",)):
                worlds[node.name] = node
                laws |= {f"{node.name}.{n}": law for n, law in _methods(module, node)}
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                rest[node.name] = node
            case ast.Import() | ast.ImportFrom() | ast.Pass():
                continue
            case ast.Expr(value=ast.Constant()):
                continue
            case _:
                names = _bound(node)
                rest[names[0] if names else normal(node)] = node
    return TaskFile(module=module, suts=suts, laws=laws, worlds=worlds, rest=rest)


def _methods(module: Module, node: ast.ClassDef) -> Iterator[tuple[str, Law]]:
    for member in node.body:
        if isinstance(member, ast.FunctionDef) and mark_of(module, member, (*LAWS, *PARTS)):
            yield member.name, _law(module, member, f"{node.name}.{member.name}")


def mark_of(module: Module, node: ast.ClassDef | Function, names: tuple[str, ...]) -> ast.expr | None:
    """The decorator of that name, if it is probatum's."""
    own = {name for n in module.tree.body for name in _bound(n)}
    for decorator in node.decorator_list:
        dotted = module.dotted(decorator)
        head, _, last = dotted.rpartition(".")
        if last in names and (head.startswith("probatum") or not head) and not ({last, _local(module, last)} & own):
            return decorator
    return None


def _local(module: Module, last: str) -> str:
    """The name that a file gives to a decorator of probatum."""
    return next((name for name, dotted in module.aliases.items() if dotted == f"probatum.{last}"), last)


def _law(module: Module, node: Function, name: str) -> Law:
    mark = mark_of(module, node, (*LAWS, *PARTS))
    assert mark is not None
    call = mark if isinstance(mark, ast.Call) else None
    keywords = {k.arg: k.value for k in call.keywords if k.arg} if call else {}
    words = tuple(ast.unparse(a) for a in call.args) if call else ()
    kind = module.dotted(mark).rpartition(".")[2]
    return Law(
        module=module,
        name=name,
        node=node,
        kind=kind,
        requirements=words if kind not in ("link", "crash") else (),
        faults=words if kind in ("link", "crash") else (),
        options=keywords,
    )


def _bound(node: ast.stmt) -> list[str]:
    """Names that a statement binds or unbinds."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=targets) | ast.Delete(targets=targets):
            return [n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.AugAssign(target=ast.Name(id=name)):
            return [name]
    return []


def compare_task_files(old: TaskFile, new: TaskFile) -> Iterator[Finding]:
    """All findings about two versions of a task file."""
    yield from compare_suts(old.module, new.module, old.suts, new.suts)
    yield from compare_laws(old.laws, new.laws)
    yield from compare_worlds(old.module, new.module, old.worlds, new.worlds)
    yield from _rest(old, new)


def _rest(old: TaskFile, new: TaskFile) -> Iterator[Finding]:
    """Aliases, constants, helpers and other statements."""
    before, after = aliases_of(old.module.tree), aliases_of(new.module.tree)
    for name, node in old.rest.items():
        now = new.rest.get(name)
        if now is None:
            if not isinstance(node, ast.Assign | ast.AnnAssign):
                message = f"{_title(node)} is gone"
                yield finding("task-helper-removed", name, message, old=old.module.place(node))
            continue
        a, b = before.get(name), after.get(name)
        if a is not None and b is not None and is_strategy(a):
            for rule, says in differences(resolved(a, before), resolved(b, after)):
                message = f"{name}: {says}"
                yield finding(rule, name, message, old=old.module.place(node), new=new.module.place(now))
        elif normal(node) != normal(now):
            message = f"{_title(node)} changed"
            yield finding("task-helper-changed", name, message, old=old.module.place(node), new=new.module.place(now))
    for name, now in new.rest.items():
        plain = isinstance(now, ast.Assign | ast.AnnAssign | ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)
        hides = name in dir(builtins) or name in old.module.aliases
        if name not in old.rest and (not plain or hides):
            yield finding("task-helper-changed", name, f"{_title(now)} came in", new=new.module.place(now))


def _title(node: ast.stmt) -> str:
    names = _bound(node)
    return names[0] if names else f"the statement `{ast.unparse(node).splitlines()[0][:60]}`"
