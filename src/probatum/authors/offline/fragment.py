"""A small interpreter for Python functions of whole numbers and truth values, over the syntax tree. It runs none of a
candidate's code, so that an author may ask what a filled sketch answers; `solve` asks the same of unknown values.

The fragment: module-level functions and constants; assignment to names, ``if``, ``return``, ``pass``; integers, bools,
``+ - * // %``, comparisons, ``and or not``, conditional expressions, calls of the functions and of ``len set sorted sum
min max abs bool``; lists and tuples of integers are read, never changed. Everything else is `Outside`, which says
nothing about the program.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Env = dict[str, Any]
CONTAINERS = (list, tuple, set, frozenset)
MOST_STEPS = 20_000
MOST_DEPTH = 40
MOST_BITS = 4096
READERS: dict[str, Callable[[Any], Any]] = {"len": len, "set": frozenset, "sorted": sorted, "sum": sum, "bool": bool}
BUILTINS = frozenset({*READERS, "min", "max", "abs", "hole"})
ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


class Outside(Exception):
    """The program leaves the fragment, or is too long: what it answers is not known."""


class Raises(Exception):
    """The call raises."""


class _Return(Exception):
    def __init__(self, value: Any) -> None:
        self.value = value


class Numbers:
    """How values behave; `solve` has the same for values that are not known yet."""

    def truth(self, value: Any) -> bool:
        """Which way a condition goes."""
        return bool(value)

    def arithmetic(self, op: ast.operator, left: Any, right: Any) -> Any:
        """``+ - *``, and floor division and remainder as Python has them."""
        if isinstance(op, ast.FloorDiv | ast.Mod):
            if not right:
                raise Raises
            return left // right if isinstance(op, ast.FloorDiv) else left % right
        if type(op) not in ARITHMETIC:
            raise Outside
        found = ARITHMETIC[type(op)](left, right)
        if isinstance(found, int) and found.bit_length() > MOST_BITS:
            raise Outside
        return found

    def compare(self, op: ast.cmpop, left: Any, right: Any) -> Any:
        """One comparison of two numbers."""
        return COMPARISONS[type(op)](left, right)

    def negative(self, value: Any) -> Any:
        """The number with its sign changed."""
        return -value

    def opposite(self, value: Any) -> Any:
        """The truth value of ``not``."""
        return not value

    def extreme(self, name: str, values: Sequence[Any]) -> Any:
        """``min``, ``max``, ``abs``."""
        if not values:
            raise Raises
        return abs(values[0]) if name == "abs" else (min if name == "min" else max)(values)

    def scalar(self, value: Any) -> bool:
        """Whether a value is a number or a truth value."""
        return isinstance(value, int)


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Functions and constants of a module."""

    functions: Mapping[str, ast.FunctionDef]
    constants: Mapping[str, int]
    assigned: Mapping[str, frozenset[str]]
    """The names that a function assigns to: its own, and not known before that."""


def program_of(tree: ast.Module) -> Program | None:
    """The module as far as the fragment goes; None where it has more than that."""
    functions: dict[str, ast.FunctionDef] = {}
    constants: dict[str, int] = {}
    for node in tree.body:
        match node:
            case ast.FunctionDef() if _plain(node) and node.name not in functions:
                functions[node.name] = node
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=int(number))):
                if name in constants:
                    return None
                constants[name] = number
            case ast.Expr(value=ast.Constant()) | ast.ImportFrom(module="__future__"):
                pass
            case _:
                return None
    if {*functions, *constants} & BUILTINS or set(functions) & set(constants):
        return None
    assigned = {name: _assigned(function) for name, function in functions.items()}
    return Program(functions=functions, constants=constants, assigned=assigned)


def _assigned(node: ast.FunctionDef) -> frozenset[str]:
    return frozenset(n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))


def _plain(node: ast.FunctionDef) -> bool:
    a = node.args
    special = a.posonlyargs or a.kwonlyargs or a.vararg or a.kwarg or a.defaults or node.decorator_list
    return not special and not (_assigned(node) | {arg.arg for arg in a.args}) & BUILTINS


@dataclass(slots=True, kw_only=True)
class Evaluation:
    """One call followed to its end. ``hole``: the value of a hole at a place with these variables."""

    program: Program
    numbers: Numbers
    hole: Callable[[Evaluation, str, Env], Any]
    steps: int = 0
    depth: int = 0

    def call(self, name: str, args: Sequence[Any]) -> Any:
        """What a function answers. Raises `Outside` or `Raises`."""
        function = self.program.functions.get(name)
        if function is None or len(function.args.args) != len(args) or self.depth >= MOST_DEPTH:
            raise Outside
        env: Env = dict(zip((arg.arg for arg in function.args.args), args, strict=True))
        env |= {local: Outside for local in self.program.assigned[name] if local not in env}
        self.depth += 1
        try:
            self._block(function.body, env)
        except _Return as found:
            return found.value
        finally:
            self.depth -= 1
        return None

    def _block(self, body: Sequence[ast.stmt], env: Env) -> None:
        for statement in body:
            self._statement(statement, env)

    def _statement(self, node: ast.stmt, env: Env) -> None:
        match node:
            case ast.Return(value=ast.expr() as value):
                raise _Return(self.value(value, env))
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                env[name] = self.value(value, env)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                env[name] = self.value(value, env)
            case ast.AugAssign(target=ast.Name(id=name), op=op, value=value):
                env[name] = self._arithmetic(op, self._named(name, env), self.value(value, env))
            case ast.If():
                taken = self.numbers.truth(self.value(node.test, env))
                self._block(node.body if taken else node.orelse, env)
            case ast.Pass() | ast.Expr(value=ast.Constant()):
                pass
            case _:
                raise Outside

    def value(self, node: ast.expr, env: Env) -> Any:
        """What an expression is worth."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise Outside
        match node:
            case ast.Constant(value=int(number)):
                return number
            case ast.Name(id=name):
                return self._named(name, env)
            case ast.BinOp(left=left, op=op, right=right):
                return self._arithmetic(op, self.value(left, env), self.value(right, env))
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                return self.numbers.negative(self._scalar(self.value(inner, env)))
            case ast.UnaryOp(op=ast.Not(), operand=inner):
                return self.numbers.opposite(self.value(inner, env))
            case ast.BoolOp():
                return self._chosen(node, env)
            case ast.Compare():
                return self._compared(node, env)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self.value(body if self.numbers.truth(self.value(test, env)) else orelse, env)
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                return self._called(name, args, env)
        raise Outside

    def _named(self, name: str, env: Env) -> Any:
        found = env[name] if name in env else self.program.constants.get(name, Outside)
        if found is Outside:
            raise Outside
        return found

    def _scalar(self, value: Any) -> Any:
        if not self.numbers.scalar(value):
            raise Outside
        return value

    def _arithmetic(self, op: ast.operator, left: Any, right: Any) -> Any:
        return self.numbers.arithmetic(op, self._scalar(left), self._scalar(right))

    def _chosen(self, node: ast.BoolOp, env: Env) -> Any:
        wanted = isinstance(node.op, ast.And)
        for part in node.values[:-1]:
            found = self.value(part, env)
            if self.numbers.truth(found) != wanted:
                return found
        return self.value(node.values[-1], env)

    def _compared(self, node: ast.Compare, env: Env) -> Any:
        left, found = self.value(node.left, env), None
        for op, other in zip(node.ops, node.comparators, strict=True):
            if found is not None and not self.numbers.truth(found):
                return found
            right = self.value(other, env)
            if type(op) not in COMPARISONS:
                raise Outside
            found = self.numbers.compare(op, self._scalar(left), self._scalar(right))
            left = right
        return found

    def _called(self, name: str, args: Sequence[ast.expr], env: Env) -> Any:
        if name == "hole":
            return self.hole(self, str(ast.literal_eval(args[0])), env)
        values = [self.value(arg, env) for arg in args]
        if name in env:
            raise Outside
        if name not in BUILTINS:
            return self.call(name, values)
        if len(values) == 1 and isinstance(values[0], CONTAINERS):
            return self._read(name, values[0])
        if not all(self.numbers.scalar(value) for value in values):
            raise Outside
        if (name in ("min", "max") and len(values) > 1) or (name == "abs" and len(values) == 1):
            return self.numbers.extreme(name, values)
        raise Outside

    def _read(self, name: str, items: Any) -> Any:
        """A builtin that reads a list, whose items are known and plain."""
        if not all(type(item) is int for item in items):
            raise Outside
        if name in ("min", "max"):
            return self.numbers.extreme(name, list(items))
        if name not in READERS:
            raise Outside
        return READERS[name](items)


def places(tree: ast.AST) -> Iterator[ast.Call]:
    """The holes of a sketch: ``hole("name")``, in the order of the text."""
    found = [
        n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "hole"
    ]
    yield from sorted(found, key=lambda n: (n.lineno, n.col_offset))
