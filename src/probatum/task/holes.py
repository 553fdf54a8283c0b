"""What may fill the holes of a task's templates and sketches, as its ``[holes]`` declare:

[holes]
ROUNDS = ["1000", "4000"]           # texts; the short form
[holes.shift]
range = [-2, 2]                     # whole numbers from and to
[holes.bound]
expressions = ["n", "strict: bool"] # over these names; also type, operators, constants, size
"""

from __future__ import annotations

from dataclasses import dataclass

from probatum.task.document import Section, plain, seen, suggest

ARITHMETIC = ("+", "-", "*", "//", "%")
COMPARISONS = ("<", "<=", "==", "!=")
LOGIC = ("and", "or", "not")
WIDEST = 2**64
"""Bounds of a range lie within this of zero."""
MOST_CONSTANT = 10**9
LARGEST_SIZE = 9
"""Nodes of an expression: 9 are five leaves and four operators."""
KINDS = ("values", "range", "expressions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """Expressions of whole numbers and truth values, by their number of nodes."""

    numbers: tuple[str, ...]
    """Variables that hold whole numbers."""
    flags: tuple[str, ...]
    """Variables that hold truth values."""
    truth: bool
    """Whether the hole is a truth value; else it is a whole number."""
    operators: tuple[str, ...]
    constants: tuple[int, ...]
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """One of the three: texts, a range of whole numbers (both ends included), or the expressions of a grammar."""

    name: str
    values: tuple[str, ...] = ()
    span: tuple[int, int] | None = None
    grammar: Grammar | None = None


def read_holes(document: Section) -> tuple[Hole, ...]:
    """The holes of a ``task.toml``. Raises `TaskError` with the line that is wrong."""
    table = document.table("holes")
    return tuple(_hole(table, name, value) for name, value in table.values.items())


def _hole(table: Section, name: str, value: object) -> Hole:
    if not name.isidentifier():
        raise table.fault(f"{plain(name)} is no name for a hole", key=name, fix="Use letters, digits and _")
    if not isinstance(value, dict):
        return Hole(name=name, values=_texts(table, name))
    inner = table.table(name)
    kinds = [kind for kind in KINDS if kind in value]
    if len(kinds) != 1:
        what = f"has {' and '.join(kinds)}" if kinds else "has nothing that may fill it"
        raise table.fault(f"hole {name} {what}", key=name, fix=f"Give it one of: {', '.join(KINDS)}")
    if kinds != ["expressions"]:
        inner.allow(kinds)
        values = _texts(inner, "values") if kinds == ["values"] else ()
        return Hole(name=name, values=values, span=None if values else _span(inner))
    return Hole(name=name, grammar=_grammar(inner))


def _texts(table: Section, name: str) -> tuple[str, ...]:
    values = table.texts(name)
    if not values:
        raise table.fault("a hole without values", key=name, fix="List the values to try, as texts")
    return values


def _span(table: Section) -> tuple[int, int]:
    value, fix = table.values["range"], "Write range = [lowest, highest]"
    if not isinstance(value, list) or [type(end) for end in value] != [int, int]:
        raise table.fault(f"range must be two whole numbers, not {seen(value)}", key="range", fix=fix)
    low, high = value
    if low > high:
        raise table.fault(f"the range from {low} to {high} is empty", key="range", fix=fix)
    if max(-low, high) > WIDEST:
        raise table.fault("the range is wider than any integer of a task", key="range", fix="Stay within 2**64 of 0")
    return low, high


def _grammar(table: Section) -> Grammar:
    table.allow(("expressions", "type", "operators", "constants", "size"))
    truth = table.choice("type", ("int", "bool"), "int") == "bool"
    named = [_variable(table, text) for text in table.texts("expressions")]
    standard = ("+", "-", "*", "//", *(("<", "<=", "==", *LOGIC) if truth else ()))
    size = table.values.get("size", 5)
    if type(size) is not int or not 1 <= size <= LARGEST_SIZE:
        fix = f"Write size = N, from 1 to {LARGEST_SIZE}: the nodes of an expression"
        raise table.fault(f"size is {seen(size)}", key="size", fix=fix)
    return Grammar(
        numbers=tuple(name for name, flag in named if not flag),
        flags=tuple(name for name, flag in named if flag),
        truth=truth,
        operators=_operators(table, standard),
        constants=_constants(table),
        size=size,
    )


def _variable(table: Section, text: str) -> tuple[str, bool]:
    name, _, kind = (part.strip() for part in text.partition(":"))
    if not name.isidentifier() or kind not in ("", "int", "bool"):
        fix = 'Write names of variables: "n", or "strict: bool"'
        raise table.fault(f"{plain(text)} is no variable", key="expressions", fix=fix)
    return name, kind == "bool"


def _operators(table: Section, standard: tuple[str, ...]) -> tuple[str, ...]:
    known = (*ARITHMETIC, *COMPARISONS, *LOGIC)
    for operator in (found := table.texts("operators", standard)):
        if operator not in known:
            raise table.fault(f"unknown operator {plain(operator)}", key="operators", fix=suggest(operator, known))
    return found


def _constants(table: Section) -> tuple[int, ...]:
    value = table.values.get("constants", [0, 1, 2])
    if not isinstance(value, list) or not all(type(item) is int and abs(item) <= MOST_CONSTANT for item in value):
        fix = f"Write constants = [0, 1, 2], none beyond {MOST_CONSTANT}"
        raise table.fault("constants must be whole numbers", key="constants", fix=fix)
    return tuple(dict.fromkeys(value))
