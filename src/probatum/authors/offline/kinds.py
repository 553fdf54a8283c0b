"""What kind of value an expression has, as far as annotations, literals and some built-ins say; names in scope.

A kind is a word: "int", "float", "bool", "str", "list[KIND]", the name of a class, or "" where nothing is known. Only
the search relies on it: a wrong guess costs a trial.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from probatum.authors.offline.spots import Source

FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
_PLAIN = ("int", "float", "bool", "str")
_LISTS = ("list", "Sequence", "tuple", "set", "frozenset", "Iterable", "deque")
_WIDTH = re.compile(r"[UI]\d+")
"""Whole numbers of a width, as `probatum.types` names them."""
_CALLS = {"len": "int", "int": "int", "round": "int", "float": "float", "bool": "bool", "any": "bool", "all": "bool"}
_CALLS |= {"str": "str", "range": "list[int]"}


@dataclass(slots=True)
class Kinds:
    """Kinds of names by function, of attributes by class, of what functions give."""

    names: dict[str, str] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    """By name alone; "" where two classes disagree."""
    returns: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    fields: dict[str, dict[str, str]] = field(default_factory=dict)
    """Fields of records that the interface declares, by class."""

    def of(self, node: ast.AST) -> str:
        """The kind of an expression."""
        match node:
            case ast.Constant(value=value):
                return type(value).__name__ if type(value).__name__ in _PLAIN else ""
            case ast.Name(id=name):
                return self.names.get(name, "")
            case ast.Attribute(attr=attr):
                return self.attributes.get(attr, "")
            case ast.Compare() | ast.UnaryOp(op=ast.Not()):
                return "bool"
            case ast.BoolOp(values=values):
                return _joined(self.of(value) for value in values)
            case ast.UnaryOp(operand=operand):
                return self.of(operand)
            case ast.IfExp(body=body, orelse=other):
                return _joined((self.of(body), self.of(other)))
            case ast.BinOp():
                return self._arithmetic(node)
            case ast.Subscript():
                found = self.of(node.value)
                return found if isinstance(node.slice, ast.Slice) else element(found)
            case ast.List(elts=elements) if elements:
                found = _joined(self.of(e) for e in elements)
                return f"list[{found}]" if found else ""
            case ast.ListComp(elt=made) | ast.GeneratorExp(elt=made) | ast.SetComp(elt=made):
                found = self.of(made)
                return f"list[{found}]" if found else ""
            case ast.Call():
                return self._called(node)
        return ""

    def _arithmetic(self, node: ast.BinOp) -> str:
        left, right = self.of(node.left), self.of(node.right)
        if left.startswith("list[") and isinstance(node.op, ast.Add | ast.Mult):
            return left
        if not numeric(left) or not numeric(right):
            return ""
        return "float" if isinstance(node.op, ast.Div) else _joined((left, right, "int"))

    def _called(self, node: ast.Call) -> str:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if not node.args:
            return self.returns.get(name, "")
        first = self.of(node.args[0])
        if name in ("min", "max"):
            return element(first) if len(node.args) == 1 else _joined(self.of(arg) for arg in node.args)
        if name in ("sum", "abs"):
            return element(first) if name == "sum" else first
        if name in ("sorted", "list", "reversed", "tuple", "set"):
            return first if first.startswith("list[") else ""
        return _CALLS.get(name, self.returns.get(name, ""))

    def annotated(self, node: ast.expr | None) -> str:
        """The kind that an annotation names."""
        match node:
            case ast.Name(id=name):
                return "int" if _WIDTH.fullmatch(name) else self.aliases.get(name, name)
            case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[first, *_])):
                return self.annotated(first)
            case ast.Subscript(value=ast.Name(id=name), slice=inner) if name in _LISTS:
                found = self.annotated(inner.elts[0] if isinstance(inner, ast.Tuple) and inner.elts else inner)
                return f"list[{found}]" if found else ""
        return ""

    def bind(self, target: ast.AST, kind: str) -> None:
        """A name or an attribute of ``self`` gets a value; what disagrees is not known any more."""
        table = self.names if isinstance(target, ast.Name) else self.attributes
        name = target.id if isinstance(target, ast.Name) else target.attr if isinstance(target, ast.Attribute) else ""
        if name and kind:
            table[name] = _joined((table[name], kind)) if table.get(name) else kind


def element(kind: str) -> str:
    """The kind of what a list holds."""
    return kind[5:-1] if kind.startswith("list[") else ""


def numeric(kind: str) -> bool:
    """Whether a kind can be reckoned with; a truth value, too."""
    return kind in ("int", "float", "bool")


def _joined(kinds: Iterable[str]) -> str:
    found = set(kinds)
    if len(found) == 1:
        return found.pop()
    numbers = bool(found) and all(map(numeric, found))
    return ("float" if "float" in found else "int") if numbers else ""


def declared(interface: str) -> Kinds:
    """What the interface of a task says: fields of records, results of functions, names of types."""
    kinds = Kinds()
    try:
        tree = ast.parse(interface)
    except SyntaxError:
        return kinds
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            kinds.aliases[node.targets[0].id] = kinds.annotated(node.value)
    for found in ast.walk(tree):
        if isinstance(found, ast.ClassDef):
            for member in found.body:
                if isinstance(member, ast.AnnAssign) and isinstance(member.target, ast.Name):
                    kind = kinds.annotated(member.annotation)
                    kinds.bind(ast.Attribute(ast.Name("self"), member.target.id), kind)
                    kinds.fields.setdefault(found.name, {})[member.target.id] = kind
        elif isinstance(found, FUNCTIONS):
            kinds.returns[found.name] = kinds.annotated(found.returns)
            for arg in found.args.args:
                kinds.bind(ast.Name(f"{found.name} {arg.arg}"), kinds.annotated(arg.annotation))
    return kinds


def kinds_in(function: ast.AST, known: Kinds) -> Kinds:
    """Kinds inside a function, given what the interface says. Two passes: a loop may use what its body binds."""
    kinds = Kinds(attributes=dict(known.attributes), returns=known.returns)
    kinds.aliases, kinds.fields = known.aliases, known.fields
    for node in ast.walk(function):
        if isinstance(node, FUNCTIONS):
            for arg in node.args.args:
                told = kinds.annotated(arg.annotation) or known.names.get(f"{node.name} {arg.arg}", "")
                kinds.bind(ast.Name(arg.arg), told)
    for _ in range(2):
        for node in ast.walk(function):
            _learn(node, kinds)
    return kinds


def _learn(node: ast.AST, kinds: Kinds) -> None:
    match node:
        case ast.Assign(targets=[target], value=value):
            kinds.bind(target, kinds.of(value))
        case ast.AnnAssign(target=target, annotation=annotation):
            kinds.bind(target, kinds.annotated(annotation))
        case ast.AugAssign(target=target, value=value):
            kinds.bind(target, kinds.of(value))
        case ast.For(target=target, iter=iterated) | ast.comprehension(target=target, iter=iterated):
            for name, kind in _unpacked(target, iterated, kinds):
                kinds.bind(name, kind)
        case ast.Call(args=[first, *_], keywords=[ast.keyword(arg="key", value=ast.Lambda(args=given))]):
            for arg in given.args:
                kinds.bind(ast.Name(arg.arg), element(kinds.of(first)))
        case ast.Call(
            func=ast.Attribute(value=first, attr="sort"), keywords=[ast.keyword(value=ast.Lambda(args=given))]
        ):
            for arg in given.args:
                kinds.bind(ast.Name(arg.arg), element(kinds.of(first)))


def _unpacked(target: ast.expr, iterated: ast.expr, kinds: Kinds) -> Iterator[tuple[ast.expr, str]]:
    if not isinstance(target, ast.Tuple):
        yield target, element(kinds.of(iterated))
    elif isinstance(iterated, ast.Call) and isinstance(iterated.func, ast.Name):
        if iterated.func.id == "zip":
            yield from ((t, element(kinds.of(arg))) for t, arg in zip(target.elts, iterated.args, strict=False))
        elif iterated.func.id == "enumerate" and len(target.elts) == 2 and iterated.args:
            yield target.elts[0], "int"
            yield target.elts[1], element(kinds.of(iterated.args[0]))


def in_scope(source: Source, node: ast.AST) -> set[str]:
    """Local names that have a value whenever a node is reached: parameters, and what a statement before it bound."""
    found: set[str] = set()
    child = node
    for parent in source.above(node):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(parent, name, None)
            if isinstance(block, list) and child in block:
                found |= {n for statement in block[: block.index(child)] for n in _bound(statement)}
                if isinstance(parent, ast.For) and name == "body":
                    found |= _names(parent.target)
        if isinstance(parent, FUNCTIONS | ast.Lambda):
            found |= {a.arg for a in (*parent.args.posonlyargs, *parent.args.args, *parent.args.kwonlyargs)}
        if (
            isinstance(parent, ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp)
            and child not in parent.generators
        ):
            found |= {n for generator in parent.generators for n in _names(generator.target)}
        if isinstance(parent, ast.comprehension) and child in parent.ifs:
            found |= _names(parent.target)
        child = parent
    return found


def _bound(statement: ast.stmt) -> set[str]:
    match statement:
        case ast.Assign(targets=targets):
            return {name for target in targets for name in _names(target)}
        case ast.AnnAssign(target=target, value=ast.expr()):
            return _names(target)
    return set()


def _names(target: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(target) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


def free_names(node: ast.AST) -> set[str]:
    """Names that an expression reads and does not bind itself."""
    read = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    own = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return read - own - {a.arg for n in ast.walk(node) if isinstance(n, ast.Lambda) for a in n.args.args}
