"""The oracle's own source as a candidate: what a specification accepts when nothing asks for more."""

from __future__ import annotations

import ast

from probatum.critic.mutants import Bare

OWN = "probatum"
OWN_DECORATORS = frozenset({"sut", "raises"})
DROPPED_CALLS = frozenset({"assume"})


def oracle_source(task_source: str) -> str | None:
    """The oracle with the helpers it needs, without what only the judge reads; None where none is declared."""
    tree = ast.parse(task_source)
    declared = [n for n in tree.body if isinstance(n, ast.ClassDef | ast.FunctionDef) and _is_sut(n)]
    if not declared:
        return None
    needed = _closure(tree, [n.name for n in declared])
    body = [node for node in tree.body if _kept(node, needed)]
    stripped = Strip().visit(ast.Module(body=body, type_ignores=[]))
    return ast.unparse(ast.fix_missing_locations(Bare().visit(stripped))) + "\n"


def sut_names(task_source: str) -> tuple[str, ...]:
    """Names of what a task file declares with `@sut`."""
    body = ast.parse(task_source).body
    return tuple(n.name for n in body if isinstance(n, ast.ClassDef | ast.FunctionDef) and _is_sut(n))


def _is_sut(node: ast.ClassDef | ast.FunctionDef) -> bool:
    return any(called(d) == "sut" for d in node.decorator_list)


def called(node: ast.expr) -> str:
    """The name that a decorator, base or call goes by; "" for anything else."""
    target = node.func if isinstance(node, ast.Call) else node
    return target.id if isinstance(target, ast.Name) else target.attr if isinstance(target, ast.Attribute) else ""


class Strip(ast.NodeTransformer):
    """Without the decorators of the task file and without preconditions."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Without declarations."""
        node.decorator_list = [d for d in node.decorator_list if called(d) not in OWN_DECORATORS]
        self.generic_visit(node)
        node.body = node.body or [ast.Pass()]
        return node

    visit_AsyncFunctionDef = visit_FunctionDef  # type: ignore[assignment]

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """Without declarations."""
        node.decorator_list = [d for d in node.decorator_list if called(d) not in OWN_DECORATORS]
        self.generic_visit(node)
        node.body = node.body or [ast.Pass()]
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        """Without ``assume(...)``."""
        return None if isinstance(node.value, ast.Call) and called(node.value) in DROPPED_CALLS else node


def _closure(tree: ast.Module, names: list[str]) -> set[str]:
    """Top-level names that some names need, transitively, when annotations are left out."""
    defined: dict[str, ast.AST] = {}
    for node in tree.body:
        for name in _defines(node):
            defined[name] = node
    needed, waiting = set[str](), list(names)
    while waiting:
        name = waiting.pop()
        if name in needed or name not in defined:
            continue
        needed.add(name)
        if _is_plain_record(defined[name]):
            continue  # it is injected, with whatever its annotations say
        bare = Bare().visit(Strip().visit(ast.parse(ast.unparse(defined[name]))))
        waiting += [n.id for n in ast.walk(bare) if isinstance(n, ast.Name)]
    return needed


def _defines(node: ast.stmt) -> list[str]:
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            return [n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return [(a.asname or a.name).partition(".")[0] for a in names]
    return []


def _kept(node: ast.stmt, needed: set[str]) -> bool:
    """Whether a top-level statement belongs to the clone. Records are injected, so their classes stay out."""
    if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == OWN:
        return False
    if _is_plain_record(node):
        return False
    return any(name in needed for name in _defines(node))


def _is_plain_record(node: ast.AST) -> bool:
    record = isinstance(node, ast.ClassDef) and any(called(b) == "NamedTuple" for b in node.bases)
    return record and not any(isinstance(n, ast.FunctionDef) for n in ast.iter_child_nodes(node))
