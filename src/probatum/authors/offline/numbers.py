"""The numbers of a Python source, and what is left of it without them: its skeleton."""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence
from dataclasses import dataclass

from probatum.authors.offline.spots import Change, Source, applied, normal_form, read

LARGEST = 1e6
"""From here on a number is taken for a modulus, a mask or "infinite", and belongs to the skeleton."""
_ANNOTATED = ast.arg | ast.AnnAssign | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The numbers of a source, in the order in which they stand."""

    skeleton: str
    """The same for two sources that differ in these numbers, layout and comments only."""
    values: tuple[float, ...]


def numbers_of(text: str) -> Numbers | None:
    """The numbers of a source; None where it does not parse."""
    source = read(text)
    if source is None:
        return None
    found = places(source)
    blank = applied(source.text, tuple(_put(source, place, "0.0") for place, _ in found))
    form = None if blank is None else normal_form(blank)
    return None if form is None else Numbers(skeleton=form, values=tuple(float(value) for _, value in found))


def places(source: Source) -> list[tuple[ast.expr, float | int]]:
    """Every number that could be another one, with the sign before it: none in an index or an annotation."""
    found: list[tuple[ast.expr, float | int]] = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float) and _small(node.value):
            value, parent = node.value, source.parents[node]
            if not _fixed(source, node):
                signed = isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.USub)
                found.append((parent, -value) if signed else (node, value))  # type: ignore[arg-type, operator]
    return sorted(found, key=lambda place: source.span(place[0]))


def written(source: Source, found: Sequence[tuple[ast.expr, float | int]], values: Sequence[float]) -> str | None:
    """The source with other numbers: whole ones stay whole, others get four digits; what is the same stays as it is."""
    changes = []
    for (place, old), value in zip(found, values, strict=True):
        new = fitting(value, whole=isinstance(old, int))
        if new != old:
            changes.append(_put(source, place, repr(new)))
    return applied(source.text, tuple(changes))


def fitting(value: float, *, whole: bool) -> float | int:
    """The number that is written for a value."""
    return round(value) if whole else float(f"{value:.4g}")


def _put(source: Source, place: ast.expr, text: str) -> Change:
    return source.change(place, ast.parse(text, mode="eval").body, "number", 1)


def _small(value: object) -> bool:
    assert isinstance(value, int | float)
    return math.isfinite(value) and abs(value) < LARGEST


def _fixed(source: Source, node: ast.AST) -> bool:
    """Whether a number says where or of what type something is, or is text."""
    child = node
    for parent in source.above(node):
        if isinstance(parent, ast.Subscript) and parent.slice is child:
            return True
        if isinstance(parent, ast.JoinedStr | ast.MatchValue):
            return True
        if isinstance(parent, _ANNOTATED) and child in (
            getattr(parent, "annotation", 0),
            getattr(parent, "returns", 0),
        ):
            return True
        child = parent
    return False
