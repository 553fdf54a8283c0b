"""The assertions of a Python test: what it looks at and under which guards, helpers followed."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from probatum.audit.model import Place
from probatum.audit.pysource import Function, Module, Unit, without_docstring
from probatum.audit.values import bound_names, expanded, from_method, own_names, single_values

MAX_DEPTH = 4
MAX_ASSERTIONS = 2_000
SWALLOWS = frozenset({"", "Exception", "BaseException", "AssertionError", "builtins.Exception"})
ENDS = frozenset({"pytest.skip", "pytest.xfail", "pytest.exit", "self.skipTest", "sys.exit", "os._exit", "exit"})
RAISES = frozenset({"pytest.raises", "self.assertRaises", "self.assertRaisesRegex", "pytest.warns"})
Guards = tuple[tuple[str, str], ...]
DEAD, SWALLOWED = "dead", "swallowed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """One thing a test looks at. ``guards``: what stands around it as (kind, text), kind "if", "dead" or "swallowed".

    ``full`` is the expression with local names replaced by their values, where these are known.
    """

    node: ast.expr
    full: ast.expr
    own: frozenset[str] = frozenset()
    """Names of the function it stands in."""
    place: Place
    guards: Guards = ()
    repeated: bool = False
    """Whether it stands in a loop."""
    depth: int = 0
    """0 in the test itself, more in helpers."""

    @property
    def text(self) -> str:
        """As written, in one form."""
        return ast.unparse(self.node)


Helpers = Mapping[str, tuple[Unit, ...]]


def assertions_of(unit: Unit, helpers: Helpers) -> tuple[Assertion, ...]:
    """The assertions that run when the unit runs, helpers of the test suite included."""
    return tuple(islice(_function(unit.module, unit.node, helpers, 0, frozenset({unit.name})), MAX_ASSERTIONS))


def _function(
    module: Module, node: Function, helpers: Helpers, depth: int, seen: frozenset[str]
) -> Iterator[Assertion]:
    """The assertions of a function in the words of its parameters."""
    named = frozenset(n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))
    walk = _Walk(module=module, helpers=helpers, depth=depth, seen=seen, named=named)
    values, own = single_values(node), own_names(node)
    for item in walk.block(without_docstring(node.body), (), False):
        yield replace(item, full=expanded(item.full, values), own=item.own | own)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walk:
    module: Module
    helpers: Helpers
    depth: int
    seen: frozenset[str]
    named: frozenset[str]
    """Names that the function reads."""

    def block(self, body: list[ast.stmt], guards: Guards, repeated: bool) -> Iterator[Assertion]:
        for statement in body:
            yield from self.statement(statement, guards, repeated)
            if self._ends(statement):
                guards = (*guards, (DEAD, ast.unparse(statement).splitlines()[0]))
            elif (early := self._early(statement)) is not None:
                guards = (*guards, ("if", f"not ({early})"))

    def statement(self, node: ast.stmt, guards: Guards, repeated: bool) -> Iterator[Assertion]:
        match node:
            case ast.Assert(test=test):
                yield from self._made(test, node, guards, repeated)
            case ast.If(test=test, body=body, orelse=orelse):
                yield from self._fails(test, body, node, guards, repeated)
                text = ast.unparse(test)
                yes: Guards = (("if", text),)
                no: Guards = (("if", f"not ({text})"),)
                if isinstance(test, ast.Constant):
                    yes, no = ((), ((DEAD, "if True"),)) if test.value else (((DEAD, "if False"),), ())
                yield from self.block(body, guards + yes, repeated)
                yield from self.block(orelse, guards + no, repeated)
            case ast.For(iter=over, body=body, orelse=orelse) | ast.AsyncFor(iter=over, body=body, orelse=orelse):
                empty = isinstance(over, ast.List | ast.Tuple | ast.Set) and not over.elts
                yield from self._calls(over, guards, repeated)
                yield from self.block(body, (*guards, (DEAD, "loop over nothing")) if empty else guards, True)
                yield from self.block(orelse, guards, repeated)
            case ast.While(test=test, body=body):
                never = isinstance(test, ast.Constant) and not test.value
                yield from self.block(body, (*guards, (DEAD, "while False")) if never else guards, True)
            case ast.Try():
                yield from self._try(node, guards, repeated)
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                yield from self._with(items, body, node, guards, repeated)
            case ast.Match(cases=cases):
                for case in cases:
                    yield from self.block(case.body, (*guards, ("if", f"case {ast.unparse(case.pattern)}")), repeated)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                called = node.name in self.named
                yield from self.block(
                    node.body, guards if called else (*guards, (DEAD, f"{node.name} is not called")), True
                )
            case ast.ClassDef():
                return
            case _:
                yield from self._calls(node, guards, repeated)

    def _made(self, test: ast.expr, node: ast.AST, guards: Guards, repeated: bool) -> Iterator[Assertion]:
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
            for part in test.values:
                yield from self._made(part, node, guards, repeated)
            return
        match test:  # `0 < a < 2` and `(a, b) == (1, 2)` assert two things
            case ast.Compare(left=first, ops=[_, _, *_] as ops, comparators=more):
                for (a, b), op in zip(pairwise([first, *more]), ops, strict=True):
                    yield from self._made(ast.Compare(left=a, ops=[op], comparators=[b]), node, guards, repeated)
                return
            case ast.Compare(left=ast.Tuple(elts=left), ops=[ast.Eq()], comparators=[ast.Tuple(elts=right)]) if len(
                left
            ) == len(right) > 1 and not any(isinstance(e, ast.Starred) for e in (*left, *right)):
                for a, b in zip(left, right, strict=True):
                    yield from self._made(ast.Compare(left=a, ops=[ast.Eq()], comparators=[b]), node, guards, repeated)
                return
        yield self._assertion(test, node, guards, repeated)
        yield from self._calls(test, guards, repeated)

    def _assertion(self, test: ast.expr, node: ast.AST, guards: Guards, repeated: bool) -> Assertion:
        place = self.module.place(node)
        return Assertion(node=test, full=test, place=place, guards=guards, repeated=repeated, depth=self.depth)

    def _fails(
        self, test: ast.expr, body: list[ast.stmt], node: ast.AST, guards: Guards, repeated: bool
    ) -> Iterator[Assertion]:
        """``if test: pytest.fail()`` asserts the opposite of its test."""
        first = body[0] if body else None
        fails = isinstance(first, ast.Expr) and self.module.dotted(first.value) in ("pytest.fail", "self.fail")
        if fails or (isinstance(first, ast.Raise) and first.exc and self.module.dotted(first.exc) == "AssertionError"):
            yield from self._made(ast.UnaryOp(op=ast.Not(), operand=test), node, guards, repeated)

    def _try(self, node: ast.Try, guards: Guards, repeated: bool) -> Iterator[Assertion]:
        inner = guards
        for handler in node.handlers:
            types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
            caught = {self.module.dotted(t) if t else "" for t in types}
            if caught & SWALLOWS and not _goes_on(handler.body):
                inner = (*guards, (SWALLOWED, "except " + ", ".join(sorted(caught))))
        if any(isinstance(n, ast.Return | ast.Break | ast.Continue) for s in node.finalbody for n in ast.walk(s)):
            inner = (*guards, (SWALLOWED, "return in finally"))
        yield from self.block(node.body, inner, repeated)
        for handler in node.handlers:
            caught_text = ast.unparse(handler.type) if handler.type else ""
            yield from self.block(handler.body, (*guards, ("if", f"except {caught_text}")), repeated)
        yield from self.block(node.orelse, guards, repeated)
        yield from self.block(node.finalbody, guards, repeated)

    def _with(
        self,
        items: list[ast.withitem],
        body: list[ast.stmt],
        node: ast.AST,
        guards: Guards,
        repeated: bool,
    ) -> Iterator[Assertion]:
        inner = guards
        for item in items:
            context = item.context_expr
            name = self.module.dotted(context)
            kinds = {self.module.dotted(a) for a in context.args} if isinstance(context, ast.Call) else set()
            if name in RAISES:
                yield self._assertion(context, node, guards, repeated)
            if (name in RAISES or name == "contextlib.suppress") and kinds & SWALLOWS:
                inner = (*inner, (SWALLOWED, ast.unparse(context)))
            yield from self._calls(context, guards, repeated)
        yield from self.block(body, inner, repeated)

    def _calls(self, node: ast.AST, guards: Guards, repeated: bool) -> Iterator[Assertion]:
        """Assertion methods and helpers that are called below a statement or expression."""
        for call in ast.walk(node):
            if not isinstance(call, ast.Call):
                continue
            name = call.func.attr if isinstance(call.func, ast.Attribute) else self.module.dotted(call.func)
            short = name.rpartition(".")[2]
            unit = self._helper(call, short)
            if unit is not None:
                deeper = _function(unit.module, unit.node, self.helpers, self.depth + 1, self.seen | {unit.name})
                bound = bound_names(unit, call)
                for item in deeper:
                    full = expanded(item.full, bound)
                    yield replace(item, full=full, guards=guards + item.guards, repeated=repeated or item.repeated)
            elif short.startswith(("assert", "fail_", "failUnless")) and name not in RAISES:
                yield self._assertion(from_method(call, short), call, guards, repeated)

    def _helper(self, call: ast.Call, short: str) -> Unit | None:
        if self.depth >= MAX_DEPTH or not (
            isinstance(call.func, ast.Name)
            or ast.unparse(call.func).startswith(("self.", "cls."))
            or self.module.dotted(call.func).count(".") == 1
        ):
            return None
        known = [u for u in self.helpers.get(short, ()) if u.name not in self.seen and not u.is_test]
        here = [u for u in known if u.module.path == self.module.path]
        return next(iter(here or known), None)

    def _ends(self, node: ast.stmt) -> bool:
        if isinstance(node, ast.Return | ast.Raise | ast.Break | ast.Continue):
            return True
        return (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and self.module.dotted(node.value) in ENDS
        )

    def _early(self, node: ast.stmt) -> str | None:
        """The condition under which the rest of a block does not run."""
        if not isinstance(node, ast.If) or not node.body or node.orelse:
            return None
        last = node.body[-1]
        return ast.unparse(node.test) if self._ends(last) and not isinstance(last, ast.Raise) else None


def _goes_on(body: list[ast.stmt]) -> bool:
    """Whether a handler lets the failure through."""
    nodes = [n for s in body for n in ast.walk(s)]
    fails = any(isinstance(n, ast.Call) and ast.unparse(n.func).endswith("fail") for n in nodes)
    return fails or any(isinstance(n, ast.Raise | ast.Assert) for n in nodes)
