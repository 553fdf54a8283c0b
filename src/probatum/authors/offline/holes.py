"""What may stand in a hole, smallest first, and the fillings of several holes in order of their size.

A whole number is as large as it is far from zero, a text as its place in the list, an expression as its operators and
leaves (one less). Expressions are told apart by their text; left out are those that equal a smaller one by ``x + 0``,
``x - 0``, ``x * 1``, ``x // 1``, ``x and x``, ``x or x`` or by swapping the sides of ``+ * == !=``, and division by
the constant 0.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import prod

from probatum.errors import TaskError
from probatum.task.holes import ARITHMETIC, COMPARISONS, Grammar, Hole

MOST_EXPRESSIONS = 20_000
"""Expressions that one hole may have."""
_ATOM = re.compile(r"\w+")
_MIRRORED = ("+", "*", "==", "!=")
_NEUTRAL = {"+": "0", "-": "0", "*": "1", "//": "1"}

Filling = Mapping[str, str]
"""Text by hole."""


@dataclass(frozen=True, kw_only=True)
class Space:
    """What one hole may hold: a range, or listed texts with their sizes."""

    name: str
    span: tuple[int, int] | None = None
    texts: tuple[tuple[str, ...], ...] = ()
    """By size; "texts[0]" are the smallest."""

    @property
    def count(self) -> int:
        """How many there are."""
        return self.span[1] - self.span[0] + 1 if self.span else sum(map(len, self.texts))

    @property
    def largest(self) -> int:
        """The largest size."""
        return max(map(abs, self.span)) if self.span else len(self.texts) - 1

    def of_size(self, size: int) -> Sequence[str]:
        """The texts of one size."""
        if self.span is None:
            return self.texts[size] if size < len(self.texts) else ()
        return [str(v) for v in dict.fromkeys((size, -size)) if self.span[0] <= v <= self.span[1]]

    @cached_property
    def options(self) -> tuple[tuple[str, ast.expr], ...]:
        """Every text with its syntax tree; not for a range."""
        return tuple((text, parsed(text)) for row in self.texts for text in row)


@lru_cache(maxsize=4096)
def parsed(text: str) -> ast.expr:
    """The tree of an expression; nobody changes it."""
    return ast.parse(text, mode="eval").body


def space_of(hole: Hole, file: str) -> Space:
    """The space of a hole. Raises `TaskError` for texts that are no expressions and for grammars that hold too many."""
    if hole.span is not None:
        return Space(name=hole.name, span=hole.span)
    if hole.grammar is not None:
        return Space(name=hole.name, texts=_Expressions(grammar=hole.grammar, name=hole.name, file=file).all())
    for text in hole.values:
        if not _is_expression(text):
            fix = "Write values that may stand in the place of hole(...)"
            raise TaskError(f"{text!r} is no expression without holes", file=file, key=f"holes.{hole.name}", fix=fix)
    return Space(name=hole.name, texts=tuple((text,) for text in hole.values))


def _is_expression(text: str) -> bool:
    try:
        tree = ast.parse(text, mode="eval")
    except (SyntaxError, ValueError):
        return False
    return "#" not in text and not any(isinstance(n, ast.Name) and n.id == "hole" for n in ast.walk(tree))


def fillings(spaces: Sequence[Space]) -> Iterator[Filling]:
    """Every filling once, in order of size; of the same size those first whose earlier holes are smaller."""
    for total in range(sum(space.largest for space in spaces) + 1):
        for texts in _of_size(spaces, total):
            yield dict(zip((space.name for space in spaces), texts, strict=True))


def _of_size(spaces: Sequence[Space], total: int) -> Iterator[tuple[str, ...]]:
    if not spaces:
        yield from [()] * (total == 0)
        return
    first, rest = spaces[0], spaces[1:]
    most = sum(space.largest for space in rest)
    for size in range(max(0, total - most), min(total, first.largest) + 1):
        for text in first.of_size(size):
            for others in _of_size(rest, total - size):
                yield (text, *others)


def count_of(spaces: Sequence[Space]) -> int:
    """How many fillings there are."""
    return prod(space.count for space in spaces)


def fitted(text: str) -> str:
    """A text as it may stand anywhere in an expression."""
    return text if _ATOM.fullmatch(text) else f"({text})"


@dataclass(kw_only=True)
class _Expressions:
    grammar: Grammar
    name: str
    file: str
    _numbers: list[list[str]] = field(default_factory=lambda: [[]])
    _flags: list[list[str]] = field(default_factory=lambda: [[]])
    """By number of nodes."""

    def all(self) -> tuple[tuple[str, ...], ...]:
        """By number of nodes, from one on."""
        grammar = self.grammar
        self._numbers.append([*grammar.numbers, *(str(number) for number in grammar.constants)])
        self._flags.append(list(grammar.flags))
        for size in range(2, grammar.size + 1):
            numbers, flags = list(self._made(size, truth=False)), list(self._made(size, truth=True))
            self._numbers.append(numbers)
            self._flags.append(flags)
        found = (self._flags if grammar.truth else self._numbers)[1:]
        if not any(found):
            fix = "Name variables, and operators that give what the hole is"
            raise TaskError(f"no expression fits hole {self.name}", file=self.file, key=f"holes.{self.name}", fix=fix)
        return tuple(tuple(dict.fromkeys(row)) for row in found)

    def _made(self, size: int, *, truth: bool) -> Iterator[str]:
        for number, text in enumerate(self._texts(size, truth=truth)):
            if number >= MOST_EXPRESSIONS:
                fix = "Give it a smaller size, or fewer constants, operators or variables"
                what = f"hole {self.name} has more than {MOST_EXPRESSIONS} expressions of {size} nodes"
                raise TaskError(what, file=self.file, key=f"holes.{self.name}", fix=fix)
            yield text

    def _texts(self, size: int, *, truth: bool) -> Iterator[str]:
        if truth and "not" in self.grammar.operators:
            yield from (f"not {fitted(text)}" for text in self._flags[size - 1])
        for operator in self.grammar.operators:
            if operator == "not" or truth == (operator in ARITHMETIC):
                continue
            sides = self._numbers if operator in (*ARITHMETIC, *COMPARISONS) else self._flags
            for left in range(1, size - 1):
                for one in sides[left]:
                    for other in sides[size - 1 - left]:
                        if not _repeats(operator, one, other):
                            yield f"{fitted(one)} {operator} {fitted(other)}"


def _repeats(operator: str, one: str, other: str) -> bool:
    """Whether the expression equals a smaller one or its mirror image, or always raises."""
    if operator in ("//", "%") and other == "0":
        return True
    if _NEUTRAL.get(operator) == other or (operator in ("+", "*") and _NEUTRAL[operator] == one):
        return True
    if operator in ("and", "or"):
        return one == other
    return operator in _MIRRORED and (len(one), one) > (len(other), other)
