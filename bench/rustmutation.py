"""Mutants of a Rust source, token by token.

The operators are those that cargo-mutants documents ("Mutation operators": a body replaced by a value of the return
type, binary operators, unary operators deleted, match arms deleted, guards made true or false) and two of our own:
an ordering made Relaxed, a statement left out. What does not compile is sorted out by the compiler, as there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from probatum.toolchains.rust.lexer import Token, group_end, lex

BINARY = {
    "==": ("!=",),
    "!=": ("==",),
    "&&": ("||",),
    "||": ("&&",),
    "<": ("==", ">", "<="),
    ">": ("==", "<", ">="),
    "<=": (">",),
    ">=": ("<",),
    "+": ("-", "*"),
    "-": ("+", "/"),
    "*": ("+", "/"),
    "/": ("%", "*"),
    "%": ("/", "+"),
    "<<": (">>",),
    ">>": ("<<",),
    "&": ("|", "^"),
    "|": ("&", "^"),
    "^": ("&", "|"),
    "+=": ("-=", "*="),
    "-=": ("+=", "/="),
    "*=": ("+=", "/="),
}
_OPERATOR = re.compile(r"(?<=[ \n])(" + "|".join(map(re.escape, sorted(BINARY, key=len, reverse=True))) + r")(?=[ \n])")
ORDERINGS = ("Acquire", "Release", "AcqRel", "SeqCst")
KEPT = frozenset({"let", "use", "fn", "const", "static", "type", "return", "break", "continue", "struct", "impl"})
"""Statements that are not left out: without most of these nothing compiles."""
NUMBERS = frozenset({f"{sign}{bits}" for sign in "iu" for bits in (8, 16, 32, 64, 128, "size")})


@dataclass(frozen=True, slots=True, order=True)
class Mutant:
    """A changed source, where it was changed, and how."""

    line: int
    what: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Function:
    name: str
    result: str
    start: int
    end: int
    """Tokens of the body's braces, the closing one included."""


def mutants(source: str) -> list[Mutant]:
    """Every mutant of a source, in order of lines, each text once; of the same change on a line the second is (2)."""
    tokens = lex(source)
    functions = list(_functions(source, tokens))
    makers = (_bodies, _binary, _unary, _orderings, _statements, _arms)
    changes = sorted(change for maker in makers for change in maker(source, tokens, functions))
    found: dict[str, Mutant] = {}
    named: Counter[tuple[int, str]] = Counter()
    for start, stop, text, what in changes:
        changed = source[:start] + text + source[stop:]
        if changed == source or changed in found:
            continue
        line = 1 + source.count("\n", 0, start)
        named[line, what] += 1
        times = named[line, what]
        found[changed] = Mutant(line, what + (f" ({times})" if times > 1 else ""), changed)
    return sorted(found.values())


Change = tuple[int, int, str, str]
"""From where to where, what stands there now, and in words."""


def _functions(source: str, tokens: list[Token]) -> Iterator[_Function]:
    for at, token in enumerate(tokens[:-2]):
        if token.text != "fn" or tokens[at + 1].kind != "word":
            continue
        look = at + 2
        while look < len(tokens) and tokens[look].text not in ("{", ";"):
            look = group_end(tokens, look) if tokens[look].text in ("(", "[") else look + 1
        if look >= len(tokens) or tokens[look].text == ";":
            continue
        head = source[token.start : tokens[look].start]
        result = head.rpartition("->")[2].partition("where")[0].strip() if "->" in head.rpartition(")")[2] else "()"
        if "->" in head and result == "()":
            result = head.rpartition("->")[2].partition("where")[0].strip()
        yield _Function(name=tokens[at + 1].text, result=result, start=look, end=group_end(tokens, look) - 1)


def _values(result: str) -> Iterator[str]:
    """Values of a return type, as cargo-mutants chooses them."""
    if result == "()":
        yield "()"
    elif result == "bool":
        yield from ("true", "false")
    elif result in NUMBERS:
        yield from ("0", "1")
    elif found := re.fullmatch(r"Option\s*<(.*)>", result, re.DOTALL):
        yield "None"
        yield from (f"Some({value})" for value in _values(found[1].strip()))
    elif found := re.fullmatch(r"Result\s*<(.*?),.*>", result, re.DOTALL):
        yield from (f"Ok({value})" for value in _values(found[1].strip()))
    elif re.fullmatch(r"Vec\s*<.*>", result, re.DOTALL):
        yield "vec![]"
    elif result != "Self" and not result.startswith("*") and not result.startswith("!"):
        yield "Default::default()"


def _bodies(source: str, tokens: list[Token], functions: list[_Function]) -> Iterator[Change]:
    for function in functions:
        start, stop = tokens[function.start].start + 1, tokens[function.end].start
        if source[start:stop].strip():
            for value in _values(function.result):
                yield start, stop, f" {value} ", f"replace {function.name} -> {function.result} with {value}"


def _within(functions: list[_Function], tokens: list[Token], start: int) -> str:
    """The innermost function around a place in the text; "" outside of all."""
    around = [f for f in functions if tokens[f.start].start < start < tokens[f.end].start]
    return around[-1].name if around else ""


def _binary(source: str, tokens: list[Token], functions: list[_Function]) -> Iterator[Change]:
    marks = {token.start for token in tokens if token.kind == "mark"}
    for found in _OPERATOR.finditer(source):
        if found.start() in marks and (name := _within(functions, tokens, found.start())):
            for other in BINARY[found[1]]:
                yield found.start(), found.end(), other, f"replace {found[1]} with {other} in {name}"


def _unary(source: str, tokens: list[Token], functions: list[_Function]) -> Iterator[Change]:
    for before, token, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        alone = after.start == token.start + 1 and (after.kind in ("word", "number") or after.text == "(")
        operand_before = before.kind in ("word", "number", "string") and before.text not in (
            "if",
            "while",
            "return",
            "in",
        )
        name = _within(functions, tokens, token.start)
        if token.text in ("!", "-") and alone and not operand_before and before.text not in (")", "]") and name:
            yield token.start, token.start + 1, "", f"delete {token.text} in {name}"


def _orderings(source: str, tokens: list[Token], functions: list[_Function]) -> Iterator[Change]:
    for token in tokens:
        if token.text in ORDERINGS and (name := _within(functions, tokens, token.start)):
            yield token.start, token.start + len(token.text), "Relaxed", f"replace {token.text} with Relaxed in {name}"


def _statements(source: str, tokens: list[Token], functions: list[_Function]) -> Iterator[Change]:
    starts: list[int] = []
    opened: list[str] = []
    for at, token in enumerate(tokens):
        if token.text in ("{", "(", "["):
            opened.append(token.text)
            starts.append(at + 1)
        elif token.text in ("}", ")", "]") and opened:
            opened.pop()
            starts.pop()
            if (
                token.text == "}"
                and starts
                and tokens[at + 1 : at + 2]
                and tokens[at + 1].text not in (".", ";", "else", "?")
            ):
                starts[-1] = at + 1
        elif token.text == ";" and opened:
            first, starts[-1] = tokens[starts[-1]], at + 1
            name = _within(functions, tokens, first.start)
            if opened[-1] == "{" and first.text not in KEPT and first.start < token.start and name:
                said = " ".join(source[first.start : token.start + 1].split())
                yield first.start, token.start + 1, "", f"leave out `{said[:60]}` in {name}"


def _arms(source: str, tokens: list[Token], functions: list[_Function]) -> Iterator[Change]:
    for at, token in enumerate(tokens):
        if token.text != "match" or not (name := _within(functions, tokens, token.start)):
            continue
        look = at + 1
        while look < len(tokens) and tokens[look].text != "{":
            look = group_end(tokens, look) if tokens[look].text in ("(", "[") else look + 1
        arms = list(_split_arms(tokens, look + 1, group_end(tokens, look) - 1))
        patterns = [source[tokens[a].start : tokens[b].start].strip() for a, b, _ in arms]
        for (first, arrow, end), pattern in zip(arms, patterns, strict=True):
            if "_" in patterns and pattern != "_":
                yield tokens[first].start, tokens[end].start, "", f"delete match arm {pattern} in {name}"
            condition = pattern.partition(" if ")[2]
            if condition:
                stop = tokens[arrow].start
                start = source.index(condition, tokens[first].start)
                for value in ("true", "false"):
                    yield start, stop, f"{value} ", f"replace guard {condition} with {value} in {name}"


def _split_arms(tokens: list[Token], at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """First token, arrow and the token after each arm of a match."""
    while at < end:
        arrow = at
        while arrow < end and not (tokens[arrow].text == "=" and tokens[arrow + 1].text == ">"):
            arrow = group_end(tokens, arrow) if tokens[arrow].text in ("(", "[", "{") else arrow + 1
        stop = arrow + 2
        if arrow >= end:
            return
        if tokens[stop].text == "{":
            stop = group_end(tokens, stop)
            stop += tokens[stop].text == ","
        else:
            while stop < end and tokens[stop].text != ",":
                stop = group_end(tokens, stop) if tokens[stop].text in ("(", "[", "{") else stop + 1
            stop = min(stop + 1, end)
        yield at, arrow, stop
        at = stop
