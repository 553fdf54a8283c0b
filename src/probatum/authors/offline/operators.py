"""The one-edit neighbourhood of expressions. Weights are priors: how often such an edit is the right one."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Iterator

from probatum.authors.offline.spots import Change, Source

_COMPARE: dict[type[ast.cmpop], tuple[str, tuple[tuple[str, float], ...]]] = {
    ast.Lt: ("<", (("<=", 1), (">", 4), (">=", 5), ("!=", 6))),
    ast.LtE: ("<=", (("<", 1), (">=", 4), (">", 5), ("==", 6))),
    ast.Gt: (">", ((">=", 1), ("<", 4), ("<=", 5), ("!=", 6))),
    ast.GtE: (">=", ((">", 1), ("<=", 4), ("<", 5), ("==", 6))),
    ast.Eq: ("==", (("!=", 2), (">=", 4), ("<=", 4), ("<", 6), (">", 6))),
    ast.NotEq: ("!=", (("==", 2), (">", 4), ("<", 4))),
    ast.Is: ("is", (("is not", 2),)),
    ast.IsNot: (r"is\s+not", (("is", 2),)),
    ast.In: ("in", (("not in", 2),)),
    ast.NotIn: (r"not\s+in", (("in", 2),)),
}
_ARITHMETIC: dict[type[ast.operator], tuple[str, tuple[tuple[str, float], ...]]] = {
    ast.Add: ("+", (("-", 3), ("*", 6))),
    ast.Sub: ("-", (("+", 3), ("//", 7))),
    ast.Mult: ("*", (("+", 5), ("//", 5), ("**", 7))),
    ast.FloorDiv: ("//", (("%", 4), ("/", 5), ("*", 6))),
    ast.Div: ("/", (("//", 2), ("*", 6))),
    ast.Mod: ("%", (("//", 4),)),
    ast.BitAnd: ("&", (("|", 4), ("^", 5))),
    ast.BitOr: ("|", (("&", 4), ("^", 5))),
    ast.BitXor: ("^", (("&", 4), ("|", 4))),
    ast.LShift: ("<<", ((">>", 4),)),
    ast.RShift: (">>", (("<<", 4),)),
}
_TWINS = {"min": "max", "max": "min", "any": "all", "all": "any", "append": "appendleft", "pop": "popleft"}
_TWINS |= {"appendleft": "append", "popleft": "pop", "bisect_left": "bisect_right", "bisect_right": "bisect_left"}
_WRAPPERS = ("sorted", "list", "reversed", "set", "abs", "len")


def expression_changes(source: Source) -> Iterator[Change]:
    """Every change of one expression."""
    for node in ast.walk(source.tree):
        if not (_in_annotation(source, node)):
            for kind, operator in _OPERATORS:
                if isinstance(node, kind):
                    yield from operator(source, node)


def _in_annotation(source: Source, node: ast.AST) -> bool:
    """Annotations decide nothing at run time."""
    child = node
    for parent in source.above(node):
        if isinstance(parent, ast.arg) or (isinstance(parent, ast.AnnAssign) and parent.annotation is child):
            return True
        if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef):
            decides = parent.returns is child or child in parent.decorator_list
            if decides:
                return True
        child = parent
    return False


def _between(source: Source, left: ast.AST, right: ast.AST, token: str) -> tuple[int, int] | None:
    start, end = source.span(left)[1], source.span(right)[0]
    found = re.search(token.encode(), source.text[start:end])
    return (start + found.start(), start + found.end()) if found else None


def _compare(source: Source, node: ast.Compare) -> Iterator[Change]:
    operands = [node.left, *node.comparators]
    for left, op, right in zip(operands, node.ops, node.comparators, strict=False):
        token, others = _COMPARE[type(op)]
        if (place := _between(source, left, right, token)) is not None:
            for text, weight in others:
                yield _token(source, node, place, text, "comparison", weight)


def _arithmetic(source: Source, node: ast.BinOp | ast.AugAssign) -> Iterator[Change]:
    if type(node.op) not in _ARITHMETIC:
        return
    token, others = _ARITHMETIC[type(node.op)]
    left, right = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.target, node.value)
    if (place := _between(source, left, right, re.escape(token))) is not None:
        for text, weight in others:
            yield _token(source, node, place, text, "arithmetic", weight)
    if isinstance(node, ast.BinOp):
        yield source.change(node, node.left, "keep one side", 3)
        yield source.change(node, node.right, "keep one side", 5)


def _token(source: Source, node: ast.AST, place: tuple[int, int], text: str, kind: str, weight: float) -> Change:
    return Change(start=place[0], end=place[1], text=text, kind=kind, weight=weight, function=source.name(node))


def _boolean(source: Source, node: ast.BoolOp) -> Iterator[Change]:
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    yield source.change(node, ast.BoolOp(other, node.values), "and/or", 3)
    for i in range(len(node.values)):
        rest = [v for j, v in enumerate(node.values) if j != i]
        yield source.change(node, rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest), "drop a condition", 4)


def _condition(source: Source, node: ast.If | ast.While | ast.IfExp) -> Iterator[Change]:
    yield source.change(node.test, _negated(node.test), "negate", 3)


def _negation(source: Source, node: ast.UnaryOp) -> Iterator[Change]:
    yield source.change(node, node.operand, "drop a sign", 3)


def _negated(test: ast.expr) -> ast.expr:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    return ast.UnaryOp(ast.Not(), test)


def _constant(source: Source, node: ast.Constant) -> Iterator[Change]:
    parent = source.parents.get(node)
    if isinstance(parent, ast.Expr | ast.JoinedStr):
        return
    value = node.value
    if isinstance(value, bool):
        yield source.change(node, str(not value), "constant", 2)
    elif isinstance(value, int):
        near = {value + 1: 2.0, value - 1: 2.0, 0: 5.0, 1: 5.0, -value: 6.0, 2 * value: 7.0}
        for other, weight in near.items():
            if other != value:
                yield source.change(node, ast.parse(str(other), mode="eval").body, "constant", weight)
    elif isinstance(value, float) and value and math.isfinite(value):
        # A share or a rate that somebody chose: nearer and farther, by less and by more than half.
        for factor, weight in ((0.8, 2.0), (1.25, 2.0), (0.5, 3.0), (2.0, 3.0), (0.0, 5.0)):
            if math.isfinite(value * factor):
                yield source.change(node, repr(float(f"{value * factor:.6g}")), "constant", weight)
    elif value is None:
        for text, weight in (("0", 6), ("False", 6), ("True", 7), ("[]", 7)):
            yield source.change(node, text, "constant", weight)


def _call(source: Source, node: ast.Call) -> Iterator[Change]:
    args = node.args
    if len(args) == 2 and not node.keywords:
        yield source.change(node, ast.Call(node.func, [args[1], args[0]], []), "swap arguments", 4)
    if len(args) == 1 and isinstance(node.func, ast.Name):
        yield source.change(node, args[0], "drop a call", 5)
    if isinstance(node.func, ast.Attribute) and node.func.attr in ("get", "pop"):
        if len(args) == 1:
            for text in ("None", "0", "1", "-1", "False", "[]"):
                yield source.change(
                    node, f"{source.words(node.func)}({source.words(args[0])}, {text})", "add a default", 6
                )
        if args:
            yield source.change(node, ast.Call(node.func, args[:-1], []), "drop a default", 5)


def _name(source: Source, node: ast.Name) -> Iterator[Change]:
    if not isinstance(node.ctx, ast.Load):
        return
    if isinstance(source.parents.get(node), ast.Call) and node.id in _TWINS:
        yield source.change(node, _TWINS[node.id], "twin function", 3)
    local = _locals(source, node)
    if node.id not in local:
        return
    for other in local:
        if other not in (node.id, "self"):
            yield source.change(node, other, "other name", 5)
    if node.id != "self":
        yield from _offsets(source, node)


def _attribute(source: Source, node: ast.Attribute) -> Iterator[Change]:
    if node.attr in _TWINS and isinstance(source.parents.get(node), ast.Call):
        yield source.change(node, f"{source.words(node.value)}.{_TWINS[node.attr]}", "twin function", 5)
    base = ast.dump(node.value)
    called = _is_called(source, node)
    others = dict.fromkeys(
        n.attr
        for n in ast.walk(source.tree)
        if isinstance(n, ast.Attribute) and ast.dump(n.value) == base and _is_called(source, n) == called
    )
    for other in others:
        if other != node.attr and isinstance(node.ctx, ast.Load):
            yield source.change(node, f"{source.words(node.value)}.{other}", "other attribute", 4)
    if isinstance(node.ctx, ast.Load) and not called:
        yield from _offsets(source, node)


def _is_called(source: Source, node: ast.AST) -> bool:
    parent = source.parents.get(node)
    return isinstance(parent, ast.Call) and parent.func is node


def _offsets(source: Source, node: ast.expr) -> Iterator[Change]:
    parent = source.parents.get(node)
    if isinstance(parent, ast.Compare | ast.BinOp | ast.Subscript | ast.Slice | ast.Return | ast.Call | ast.Assign):
        weight = 4 if isinstance(parent, ast.Compare | ast.Slice | ast.Subscript) else 6
        for op in (ast.Add(), ast.Sub()):
            yield source.change(node, ast.BinOp(node, op, ast.Constant(1)), "off by one", weight)


def _locals(source: Source, node: ast.AST) -> dict[str, None]:
    """Names bound in the function around a node, in order."""
    function = source.function(node)
    if function is None:
        return {}
    found = dict.fromkeys(a.arg for a in (*function.args.posonlyargs, *function.args.args))
    for inner in ast.walk(function):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
            found[inner.id] = None
    return found


def _subscript(source: Source, node: ast.Subscript) -> Iterator[Change]:
    if not isinstance(node.ctx, ast.Load):
        return
    base = source.words(node.value)
    match node.slice:
        case ast.Slice(lower=lower, upper=upper, step=step):
            for low, up, by in ((None, upper, step), (lower, None, step), (lower, upper, None)):
                yield source.change(node, ast.Subscript(node.value, ast.Slice(low, up, by), ast.Load()), "slice", 5)
            for text in ("[1:]", "[:-1]", "[::-1]", "[:]", ""):
                yield source.change(node, base + text, "slice", 6)
        case _:
            for text in ("[0]", "[-1]"):
                yield source.change(node, base + text, "index", 5)


def _returned(source: Source, node: ast.Return) -> Iterator[Change]:
    if node.value is None:
        return
    for text in ("True", "False", "None", "0", "[]"):
        yield source.change(node.value, text, "return value", 7)
    if isinstance(node.value, ast.Compare | ast.BoolOp | ast.Name | ast.Call):
        yield source.change(node.value, _negated(node.value), "negate", 4)
    for name in _locals(source, node):
        if name != "self":
            yield source.change(node.value, name, "return value", 6)
    for name in _WRAPPERS:
        yield source.change(node.value, f"{name}({source.words(node.value)})", "wrap", 6)
    yield source.change(node.value, f"{source.words(node.value)}[::-1]", "wrap", 8)


def _comprehension(source: Source, node: ast.ListComp | ast.GeneratorExp | ast.SetComp) -> Iterator[Change]:
    for generator in node.generators:
        for test in generator.ifs:
            yield source.change(test, _negated(test), "negate", 4)
            yield source.change(test, "True", "drop a condition", 5)


_OPERATORS: tuple[tuple[type | tuple[type, ...], Callable[..., Iterator[Change]]], ...] = (
    (ast.Compare, _compare),
    ((ast.BinOp, ast.AugAssign), _arithmetic),
    (ast.BoolOp, _boolean),
    ((ast.If, ast.While, ast.IfExp), _condition),
    (ast.UnaryOp, _negation),
    (ast.Constant, _constant),
    (ast.Call, _call),
    (ast.Name, _name),
    (ast.Attribute, _attribute),
    (ast.Subscript, _subscript),
    (ast.Return, _returned),
    ((ast.ListComp, ast.GeneratorExp, ast.SetComp), _comprehension),
)
