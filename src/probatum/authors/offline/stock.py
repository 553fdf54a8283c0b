"""What expressions are built from: names that have a value at a place, and parts of the sources whose kind is known."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass

from probatum.authors.offline.kinds import Kinds, free_names
from probatum.authors.offline.spots import Source
from probatum.lab.rng import Rng

COPIED = 12
"""Most nodes of an expression that is copied to another place."""
PURE = frozenset(
    ("abs", "all", "any", "bool", "enumerate", "float", "int", "len", "max", "min", "range", "reversed", "round")
)
PURE |= {"sorted", "sum", "zip"}
"""Functions that a copied expression may call: they change nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What there is to build with at one place."""

    kinds: Kinds
    parts: tuple[tuple[str, ast.expr], ...]
    """Kind and expression; all of them have a value at that place."""

    def draw(self, kind: str, rng: Rng) -> ast.expr | None:
        """A part of a kind (an "int" is a "float" too); the smaller it is, the likelier."""
        fit = [node for found, node in self.parts if found == kind or (kind == "float" and found == "int")]
        if kind in ("int", "float") and (not fit or rng.random() < 0.15):
            return ast.Constant(rng.choice((1, 2, 3) if kind == "int" else (0.5, 2.0, 0.1)))
        return deepcopy(rng.choices(fit, weights=[1 / size(node) for node in fit])[0]) if fit else None


def stock(sources: Sequence[Source], names: frozenset[str], kinds: Kinds) -> Stock:
    """Parts of the sources whose kind is known and whose names have a value."""
    found: dict[str, tuple[str, ast.expr]] = {}
    for name in sorted(names):
        local = ast.Name(name, ast.Load())
        found[name] = (kinds.of(local), local)
        for attribute, kind in kinds.fields.get(kinds.of(local), {}).items():
            found[f"{name}.{attribute}"] = (kind, ast.Attribute(local, attribute, ast.Load()))
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.expr) and size(node) <= COPIED and pure(node, names) and (kind := kinds.of(node)):
                found.setdefault(ast.unparse(node), (kind, node))
    return Stock(kinds=kinds, parts=tuple((kind, node) for kind, node in found.values() if kind))


def pure(node: ast.expr, names: frozenset[str]) -> bool:
    """Whether an expression can be copied to a place where these names have a value."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Lambda | ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom | ast.Starred):
            return False
        if isinstance(inner, ast.Call) and not (isinstance(inner.func, ast.Name) and inner.func.id in PURE):
            return False
    stores = isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)
    return not stores and free_names(node) <= names | PURE


def size(node: ast.AST) -> int:
    """How many expressions are in it."""
    return sum(isinstance(inner, ast.expr) for inner in ast.walk(node))


def depth(node: ast.AST) -> int:
    """Levels of expressions."""
    below = max((depth(child) for child in ast.iter_child_nodes(node)), default=0)
    return below + isinstance(node, ast.expr)
