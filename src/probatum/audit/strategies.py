"""Two ways to draw inputs compared: annotations with markers, and Hypothesis strategies."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping

from probatum.audit.skeleton import number

NARROWED, CHANGED = "strategy-narrowed", "strategy-changed"
_WIDTHS = {f"{sign}{bits}": bits for sign in "UI" for bits in (8, 16, 32, 64)}
_LOWER = ("min_value", "min_size", "lo", "min_length")
_UPPER = ("max_value", "max_size", "hi", "max_length", "max_leaves")
_POSITIONS = {
    "between": ("lo", "hi"),
    "sized": ("min_size", "max_size"),
    "integers": ("min_value", "max_value"),
    "floats": ("min_value", "max_value"),
}
Aliases = Mapping[str, ast.expr]


def aliases_of(tree: ast.Module) -> dict[str, ast.expr]:
    """Names that a module gives to expressions at its top."""
    found: dict[str, ast.expr] = {}
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found[name] = value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                found[name] = value
    return found


def is_strategy(node: ast.expr) -> bool:
    """Whether an expression says what is drawn."""
    names = {
        n.id if isinstance(n, ast.Name) else n.attr for n in ast.walk(node) if isinstance(n, ast.Name | ast.Attribute)
    }
    return bool(names & {"Annotated", "few", "between", "sized", "where", "mapped", "st", "strategies", *_WIDTHS})


class _Resolve(ast.NodeTransformer):
    def __init__(self, aliases: Aliases, budget: int) -> None:
        self.aliases = aliases
        self.budget = budget

    def visit_Name(self, node: ast.Name) -> ast.AST:
        value = self.aliases.get(node.id)
        if value is None or self.budget <= 0:
            return node
        resolved: ast.AST = _Resolve(self.aliases, self.budget - 1).visit(copy.deepcopy(value))
        return resolved


def resolved(node: ast.expr, aliases: Aliases) -> ast.expr:
    """The expression with module-level names replaced by what they stand for."""
    found = _Resolve(aliases, 6).visit(copy.deepcopy(node))
    assert isinstance(found, ast.expr)
    return _unquoted(found)


def _unquoted(node: ast.expr) -> ast.expr:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            return ast.parse(node.value, mode="eval").body
        except SyntaxError:
            return node
    return node


def differences(old: ast.expr, new: ast.expr) -> Iterator[tuple[str, str]]:
    """Rules and messages about two resolved expressions; nothing where the new one draws at least as much."""
    if ast.unparse(old) == ast.unparse(new):
        return
    base, now = _flat(old), _flat(new)
    if len(base) > 1 or len(now) > 1:
        yield from differences(base[0], now[0])
        yield from _markers(base[1:], now[1:])
        return
    match old, new:
        case ast.Name(id=a), ast.Name(id=b) if a in _WIDTHS and b in _WIDTHS:
            if _WIDTHS[b] < _WIDTHS[a] or a[0] != b[0]:
                yield NARROWED if _WIDTHS[b] < _WIDTHS[a] else CHANGED, f"{a} became {b}"
        case ast.Subscript(value=a, slice=left), ast.Subscript(value=b, slice=right) if _same(a, b):
            yield from _pairs(_elements(left), _elements(right), old, new)
        case ast.BinOp(left=a, op=ast.BitOr(), right=c), ast.BinOp(left=b, op=ast.BitOr(), right=d):
            yield from _pairs([a, c], [b, d], old, new)
        case ast.BinOp(op=ast.BitOr()), _:
            yield NARROWED, f"{_cut(old)} became {_cut(new)}"
        case _, ast.Call(func=ast.Attribute(value=inner, attr="filter")) if _same(old, inner):
            yield NARROWED, f"{_cut(old)} is filtered by {_cut(new)}"
        case ast.Call(), ast.Call():
            yield from _calls(old, new)
        case _:
            yield CHANGED, f"{_cut(old)} became {_cut(new)}"


def _same(a: ast.AST, b: ast.AST) -> bool:
    return ast.unparse(a) == ast.unparse(b)


def _elements(node: ast.expr) -> list[ast.expr]:
    return list(node.elts) if isinstance(node, ast.Tuple) else [node]


def _pairs(old: list[ast.expr], new: list[ast.expr], one: ast.expr, two: ast.expr) -> Iterator[tuple[str, str]]:
    if len(old) != len(new):
        yield CHANGED, f"{_cut(one)} became {_cut(two)}"
        return
    for a, b in zip(old, new, strict=True):
        yield from differences(a, b)


def _flat(node: ast.expr) -> list[ast.expr]:
    """``Annotated[Annotated[int, a], b]`` as its base and all markers."""
    match node:
        case ast.Subscript(value=value, slice=ast.Tuple(elts=[base, *markers])) if ast.unparse(value).endswith(
            "Annotated"
        ):
            return [*_flat(base), *markers]
    return [node]


def _marker(node: ast.expr) -> str:
    return ast.unparse(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ast.unparse(node)


def _markers(old: list[ast.expr], new: list[ast.expr]) -> Iterator[tuple[str, str]]:
    before, after = {_marker(m): m for m in old}, {_marker(m): m for m in new}
    for name, marker in before.items():
        if name not in after and name == "few":
            yield NARROWED, f"{_cut(marker)} is gone: values hardly collide any more"
    for name, marker in after.items():
        was = before.get(name)
        if was is None:
            if name != "few":
                yield NARROWED, f"{_cut(marker)} came in"
        elif not _same(was, marker):
            yield from _calls(was, marker)


def _calls(old: ast.expr, new: ast.expr) -> Iterator[tuple[str, str]]:
    """Two calls: bounds compared one by one, other arguments as text."""
    name = _marker(new)
    if not isinstance(old, ast.Call) or not isinstance(new, ast.Call) or _marker(old) != name:
        yield CHANGED, f"{_cut(old)} became {_cut(new)}"
        return
    before, after = _arguments(old), _arguments(new)
    shown = f"{_cut(old)} became {_cut(new)}"
    if name == "few":
        a, b = number(before.get("0", _NONE)), number(after.get("0", _NONE))
        yield (NARROWED if a is not None and b is not None and b < a else CHANGED), shown
        return
    if name == "sampled_from" or name == "one_of":
        yield from _choices(before, after, shown)
        return
    for key in {*before, *after}:
        if key in _LOWER or key in _UPPER:
            if _tighter(before.get(key), after.get(key), upper=key in _UPPER):
                yield NARROWED, shown
        elif key in before and key in after:
            yield from differences(before[key], after[key])
        elif key == "allow_nan" or key == "allow_infinity" or key == "unique":
            yield CHANGED, shown
        else:
            yield CHANGED, shown


_NONE = ast.Constant(value=None)


def _arguments(call: ast.Call) -> dict[str, ast.expr]:
    names = _POSITIONS.get(_marker(call), ())
    found = {names[i] if i < len(names) else str(i): arg for i, arg in enumerate(call.args)}
    return {**found, **{k.arg or "**": k.value for k in call.keywords}}


def _tighter(old: ast.expr | None, new: ast.expr | None, *, upper: bool) -> bool:
    if new is None or _same(new, _NONE) or (old is not None and _same(old, new)):
        return False
    a, b = (number(old) if old is not None else None), number(new)
    if a is None or b is None:
        return not (b == 0 and not upper and old is None)
    return b < a if upper else b > a


def _choices(before: Mapping[str, ast.expr], after: Mapping[str, ast.expr], shown: str) -> Iterator[tuple[str, str]]:
    old = [ast.unparse(e) for v in before.values() for e in getattr(v, "elts", [v])]
    new = [ast.unparse(e) for v in after.values() for e in getattr(v, "elts", [v])]
    if [e for e in old if e not in new]:
        yield (NARROWED if len(new) < len(old) else CHANGED), shown


def _cut(node: ast.AST, limit: int = 80) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= limit else text[: limit - 3] + "..."
