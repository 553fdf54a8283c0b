"""Numbers of which some are not known: terms of z3, and a call followed one way where a condition hangs on them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from probatum.authors.offline.fragment import COMPARISONS, Env, Evaluation, Numbers, Outside, Raises


@dataclass(slots=True, kw_only=True)
class Unknowns(Numbers):
    """Numbers some of which are terms of z3. ``prefix``: the ways to go first; ``path``: what was assumed."""

    z3: Any
    context: Any
    domains: Any
    prefix: tuple[bool, ...]
    taken: list[bool] = field(default_factory=list)
    path: list[Any] = field(default_factory=list)
    others: list[tuple[bool, ...]] = field(default_factory=list)

    def unknown(self, value: Any) -> bool:
        """Whether a value is a term."""
        return isinstance(value, self.z3.ExprRef)

    def scalar(self, value: Any) -> bool:
        return self.unknown(value) or Numbers.scalar(self, value)

    def _boolean(self, value: Any) -> bool:
        return isinstance(value, bool) or (self.unknown(value) and self.z3.is_bool(value))

    def _number(self, value: Any) -> Any:
        if not self.unknown(value):
            return self.z3.IntVal(int(value), self.context)
        return self.z3.If(value, 1, 0) if self.z3.is_bool(value) else value

    def decide(self, condition: Any) -> bool:
        """Go one way; the other one waits unless it is impossible."""
        at = len(self.taken)
        if at < len(self.prefix):
            way = self.prefix[at]
        else:
            yes, no = (self._possible(c) for c in (condition, self.z3.Not(condition)))
            way = yes
            if yes and no:
                self.others.append((*self.taken, False))
        self.taken.append(way)
        self.path.append(condition if way else self.z3.Not(condition))
        return way

    def _possible(self, condition: Any) -> bool:
        self.domains.push()
        self.domains.add(*self.path, condition)
        said = self.domains.check()
        self.domains.pop()
        return bool(said != self.z3.unsat)

    def truth(self, value: Any) -> bool:
        if not self.unknown(value):
            return Numbers.truth(self, value)
        return self.decide(value if self.z3.is_bool(value) else value != 0)

    def arithmetic(self, op: ast.operator, left: Any, right: Any) -> Any:
        if not self.unknown(left) and not self.unknown(right):
            return Numbers.arithmetic(self, op, left, right)
        a, b = self._number(left), self._number(right)
        match op:
            case ast.Add():
                return a + b
            case ast.Sub():
                return a - b
            case ast.Mult():
                return a * b
            case ast.FloorDiv():
                return self._floor(a, b)
            case ast.Mod():
                return a - b * self._floor(a, b)
        raise Outside

    def _floor(self, a: Any, b: Any) -> Any:
        """z3 rounds towards minus infinity where the divisor is positive, as Python does everywhere."""
        if self.decide(b > 0):
            return a / b
        if self.decide(b == 0):
            raise Raises
        return (-a) / (-b)

    def compare(self, op: ast.cmpop, left: Any, right: Any) -> Any:
        if not self.unknown(left) and not self.unknown(right):
            return Numbers.compare(self, op, left, right)
        return COMPARISONS[type(op)](self._number(left), self._number(right))

    def negative(self, value: Any) -> Any:
        return -self._number(value) if self.unknown(value) else Numbers.negative(self, value)

    def opposite(self, value: Any) -> Any:
        if not self.unknown(value):
            return Numbers.opposite(self, value)
        return self.z3.Not(value) if self.z3.is_bool(value) else value == 0

    def extreme(self, name: str, values: Sequence[Any]) -> Any:
        if not any(self.unknown(value) for value in values):
            return Numbers.extreme(self, name, values)
        if any(self._boolean(value) for value in values):
            raise Outside  # which of True and 1 is answered hangs on their order
        best = self._number(values[0])
        if name == "abs":
            return self.z3.If(best < 0, -best, best)
        for value in map(self._number, values[1:]):
            best = self.z3.If(value < best if name == "min" else value > best, value, best)
        return best

    def is_value(self, found: Any, expected: Any) -> Any:
        """Whether an answer is the expected one, its type included: a term, or what is known."""
        if not self.unknown(found):
            return False if type(found) is not type(expected) or found != expected else self._true()
        if self.z3.is_bool(found) != isinstance(expected, bool):
            return False
        return found == (self.z3.BoolVal if isinstance(expected, bool) else self.z3.IntVal)(expected, self.context)

    def _true(self) -> Any:
        return self.z3.BoolVal(True, self.context)

    def selected(self, run: Evaluation, unknown: Any, options: Sequence[ast.expr], env: Env) -> Any:
        """What the option of an unknown number is worth here; options of the same worth are taken together."""
        worths: dict[Any, tuple[Any, list[int]]] = {}
        raising, before = [], run.steps
        for number, tree in enumerate(options):
            run.steps = 0  # each option is bounded by itself
            try:
                value = run.value(tree, env)
            except Raises:
                raising.append(number)
                continue
            if not self.scalar(value):
                raise Outside
            key = ("term", value.get_id()) if self.unknown(value) else (type(value).__name__, value)
            worths.setdefault(key, (value, []))[1].append(number)
        run.steps = before + 1 + len(options) // 20
        if raising and (not worths or self.decide(self._among(unknown, raising))):
            raise Raises
        return self._merged(unknown, list(worths.values()))

    def _merged(self, unknown: Any, worths: Sequence[tuple[Any, list[int]]]) -> Any:
        values = [value for value, _ in worths]
        if len(values) == 1:
            return values[0]
        if len({self._boolean(value) for value in values}) > 1:
            raise Outside
        truth = self._boolean(values[0])
        terms = [
            v if self.unknown(v) else self.z3.BoolVal(v, self.context) if truth else self._number(v) for v in values
        ]
        merged = terms[-1]
        for term, (_, numbers) in zip(terms[:-1], worths[:-1], strict=True):
            merged = self.z3.If(self._among(unknown, numbers), term, merged)
        return merged

    def _among(self, unknown: Any, numbers: Sequence[int]) -> Any:
        return self.z3.Or(*(unknown == number for number in numbers), self.z3.BoolVal(False, self.context))
