"""Expressions that evolve: what decides (conditions, keys, results, values) is grown from parts of the same kind.

Typed genetic programming (Montana 1995) on the programs themselves, seeded with the parent: a point of an expression is
replaced by another expression of its kind, of this program or of another parent, joined with one, or cut down. Only
names that have a value at that place are used, and no call that might change something is copied.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass

from probatum.authors.base import Brief, Proposal
from probatum.authors.offline.kinds import Kinds, declared, in_scope, kinds_in, numeric
from probatum.authors.offline.spots import Source, applied, normal_form, read
from probatum.authors.offline.stock import Stock, depth, pure, size, stock
from probatum.candidate import EDITABLE
from probatum.lab.rng import Rng

DRAWS = 60
"""Draws before the operator gives up."""
DEEPEST = 7
LARGEST = 40
"""Levels and nodes of an expression that was changed."""
KEY = "key"
"""Kind of what a sort compares: a number, or a tuple of them."""
_ROOTS: tuple[tuple[type[ast.AST] | tuple[type[ast.AST], ...], str, float], ...] = (
    ((ast.If, ast.While, ast.IfExp), "test", 2.0),
    ((ast.Assign, ast.AugAssign, ast.AnnAssign), "value", 1.5),
    (ast.Return, "value", 2.0),
)
_KEY_WEIGHT, _FILTER_WEIGHT = 4.0, 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """An expression that decides something, and how often it is chosen."""

    node: ast.expr
    kind: str
    weight: float
    names: frozenset[str]
    function: str


def expressions(brief: Brief) -> Iterator[Proposal]:
    """Children of the first parent with one expression evolved; nothing where none has a known kind."""
    parent = brief.parents[0].candidate
    source, known = read(parent.source), declared(brief.view.interface)
    if source is None:
        return
    others = [
        found for p in brief.parents[1:] if p.candidate.language == "python" and (found := read(p.candidate.source))
    ]
    tables = {function: kinds_in(function, known) for function in _functions(source)}
    roots = list(_roots(source, tables))
    rng = Rng(brief.draw)
    for _ in range(DRAWS if roots else 0):
        root = rng.choices(roots, weights=[r.weight for r in roots])[0]
        kinds = tables[_outermost(source, root.node)]
        made = _evolved(root, kinds, [source, *others], rng)
        text = None if made is None else applied(source.text, (source.change(root.node, made, "express", 1),))
        if text is not None and _compiles(text) and normal_form(text) != normal_form(parent.source):
            assert made is not None
            note = f"{_short(root.node)} -> {_short(made)} in {root.function or 'the module'}"
            yield Proposal(
                author="offline/express", files={EDITABLE["python"]: text.encode()}, note=note, parent=parent.digest
            )


def _functions(source: Source) -> list[ast.AST]:
    return [n for n in ast.walk(source.tree) if isinstance(n, ast.FunctionDef) and source.function(n) is None]


def _outermost(source: Source, node: ast.AST) -> ast.AST:
    return [n for n in source.above(node) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)][-1]


def _roots(source: Source, tables: dict[ast.AST, Kinds]) -> Iterator[Root]:
    """Every expression that decides something and whose kind, or that of some part of it, is known."""
    for function, kinds in tables.items():
        for node in ast.walk(function):
            for found, kind, weight in _decides(node):
                kind = kind or kinds.of(found)
                names = frozenset(in_scope(source, found))
                root = Root(node=found, kind=kind, weight=weight, names=names, function=source.name(found))
                if any(point.kind for point in points(deepcopy(found), kind, names, kinds)):
                    yield root


def _decides(node: ast.AST) -> Iterator[tuple[ast.expr, str, float]]:
    match node:
        case ast.keyword(arg="key", value=ast.Lambda(body=body)):
            yield body, KEY, _KEY_WEIGHT
        case ast.comprehension(ifs=tests):
            yield from ((test, "bool", _FILTER_WEIGHT) for test in tests)
    for kinds, name, weight in _ROOTS:
        value = getattr(node, name, None) if isinstance(node, kinds) else None
        if isinstance(value, ast.expr):
            yield value, "bool" if name == "test" else "", weight


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A part of an expression, and how another one is put in its place."""

    node: ast.expr
    kind: str
    names: frozenset[str]
    put: Callable[[ast.expr], None] | None
    """None for the whole."""


def points(node: ast.expr, kind: str, names: frozenset[str], kinds: Kinds) -> Iterator[Point]:
    """The whole and every part of it that stands for a value."""
    yield Point(node=node, kind=kind, names=names, put=None)
    yield from _parts(node, names, kinds)


def _parts(node: ast.AST, names: frozenset[str], kinds: Kinds) -> Iterator[Point]:
    inner = names | {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    if isinstance(node, ast.Lambda):
        inner |= {arg.arg for arg in node.args.args}
    for name, value in ast.iter_fields(node):
        if name in ("func", "target", "args") and not isinstance(value, list):
            continue
        # Only the first iterable of a comprehension is outside of it; none is offered the names bound there.
        seen = names if name == "iter" else inner
        for index, child in enumerate(value if isinstance(value, list) else [value]):
            place = index if isinstance(value, list) else None
            if isinstance(child, ast.expr) and not isinstance(child, ast.Starred | ast.Slice):
                kind = kinds.of(child)
                kind = "float" if kind == "int" and isinstance(node, ast.Compare) else kind  # compared, nothing else
                yield Point(node=child, kind=kind, names=seen, put=_putter(node, name, place))
            if isinstance(child, ast.AST):
                yield from _parts(child, seen if isinstance(child, ast.expr) else inner, kinds)


def _putter(parent: ast.AST, name: str, index: int | None) -> Callable[[ast.expr], None]:
    def put(new: ast.expr) -> None:
        if index is None:
            setattr(parent, name, new)
        else:
            getattr(parent, name)[index] = new

    return put


def _evolved(root: Root, kinds: Kinds, sources: Sequence[Source], rng: Rng) -> ast.expr | None:
    """The expression after one to three steps; None where it got too large or nothing was found."""
    made: ast.expr = deepcopy(root.node)
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3))):
        found = [point for point in points(made, root.kind, root.names, kinds) if point.kind in _STEPS]
        if not found:
            return None
        point = rng.choice(found)
        new = _STEPS[point.kind](point, stock(sources, point.names, kinds), rng)
        if new is None:
            return None
        if point.put is None:
            made = new
        else:
            point.put(new)
    return made if size(made) <= LARGEST and depth(made) <= DEEPEST else None


def _number(point: Point, parts: Stock, rng: Rng) -> ast.expr | None:
    other = parts.draw(point.kind, rng)
    if other is None:
        return None
    step = rng.randrange(6)
    if step == 0:
        return _smaller(point, parts.kinds, rng)
    if step in (1, 2):
        return other
    if step == 3:
        return ast.Call(ast.Name(rng.choice(("min", "max")), ast.Load()), [point.node, other], [])
    operators: list[ast.operator] = [ast.Add(), ast.Sub(), ast.Mult()]
    if point.kind == "float" and rng.random() < 0.3:
        return ast.BinOp(point.node, ast.Div(), _never_zero(other))
    return ast.BinOp(point.node, rng.choice(operators), other)


def _never_zero(node: ast.expr) -> ast.expr:
    return ast.BinOp(ast.Constant(1), ast.Add(), ast.Call(ast.Name("abs", ast.Load()), [node], []))


def _truth(point: Point, parts: Stock, rng: Rng) -> ast.expr | None:
    step = rng.randrange(5)
    if step == 0:
        return _smaller(point, parts.kinds, rng)
    if step == 1:
        return ast.UnaryOp(ast.Not(), point.node)
    other = parts.draw("bool", rng) if rng.random() < 0.5 else _comparison(parts, rng)
    if other is None or step == 2:
        return other
    return ast.BoolOp(rng.choice((ast.And(), ast.Or())), [point.node, other])


def _comparison(parts: Stock, rng: Rng) -> ast.expr | None:
    left, right = parts.draw("float", rng), parts.draw("float", rng)
    if left is None or right is None:
        return None
    return ast.Compare(left, [rng.choice((ast.Lt(), ast.LtE()))], [right])


def _key(point: Point, parts: Stock, rng: Rng) -> ast.expr | None:
    """A tuple of more, fewer or other parts, or another number."""
    elements = list(point.node.elts) if isinstance(point.node, ast.Tuple) else [point.node]
    kind, step = rng.choice(("int", "float", "bool")), rng.randrange(6)
    other, place = parts.draw(kind, rng), rng.randrange(len(elements))
    if step == 0 and len(elements) > 1:
        del elements[place]
    elif step == 1 and len(elements) > 1:
        elements.insert(0, elements.pop(place))
    elif step == 2:
        elements[place] = ast.UnaryOp(ast.USub(), elements[place])
        if not numeric(parts.kinds.of(elements[place])):
            return None
    elif step == 3 and numeric(parts.kinds.of(elements[place])):
        whole = Point(node=elements[place], kind="float", names=point.names, put=None)
        other = _number(whole, parts, rng)
        if other is None:
            return None
        elements[place] = other
    elif other is None:
        return None
    elif step in (3, 4):
        elements[place] = other
    else:
        elements.insert(rng.choice((0, len(elements))), other)
    return elements[0] if len(elements) == 1 else ast.Tuple(elements, ast.Load())


def _smaller(point: Point, kinds: Kinds, rng: Rng) -> ast.expr | None:
    """A part of an expression in its place."""
    inner = [
        p.node for p in _parts(point.node, point.names, kinds) if p.kind == point.kind and pure(p.node, point.names)
    ]
    return rng.choice(inner) if inner else None


def _list(point: Point, parts: Stock, rng: Rng) -> ast.expr | None:
    return parts.draw(point.kind, rng)


_STEPS: dict[str, Callable[[Point, Stock, Rng], ast.expr | None]] = {
    "int": _number,
    "float": _number,
    "bool": _truth,
    KEY: _key,
    **{f"list[{kind}]": _list for kind in ("int", "float", "bool", "list[int]", "list[float]")},
}


def _short(node: ast.expr) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 80 else text[:77] + "..."


def _compiles(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the compiler thinks of a program is nobody's business here
            compile(text, "", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
