"""A Rust or Verus file as functions with attributes, contracts, bodies and assertions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from probatum.audit.model import Place
from probatum.toolchains.rust.lexer import Token, group_end, joined, lex, without_trailing_commas

Strings = tuple[str, ...]
CLAUSES = ("requires", "ensures", "recommends", "decreases", "invariant", "opens_invariants", "no_unwind", "returns")
_MODIFIERS = (
    "pub",
    "const",
    "async",
    "unsafe",
    "extern",
    "spec",
    "proof",
    "exec",
    "open",
    "closed",
    "uninterp",
    "axiom",
    "broadcast",
    "tracked",
    "checked",
)
ASSERTS = (
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "prop_assert",
    "prop_assert_eq",
    "prop_assert_ne",
    "assert_matches",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RustFile:
    """A lexed file."""

    path: str
    tokens: tuple[Token, ...]
    lines: tuple[str, ...]

    def place(self, line: int) -> Place:
        """The place of a line."""
        text = self.lines[line - 1].strip() if 0 < line <= len(self.lines) else ""
        return Place(file=self.path, line=line, text=text)

    @property
    def is_verus(self) -> bool:
        """Whether the file is checked by Verus."""
        texts = {token.text for token in self.tokens}
        return bool(texts & {"verus", "vstd", "builtin_macros"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RustFn:
    """A function. ``attributes`` are token texts without the brackets; ``clauses``: contract clauses by keyword."""

    file: RustFile
    name: str
    line: int
    first: int
    last: int
    attributes: tuple[str, ...]
    modifiers: tuple[str, ...]
    signature: str
    clauses: tuple[tuple[str, str], ...]
    tokens: tuple[Token, ...]
    in_tests: bool
    around: tuple[str, ...] = ()
    """Conditions (`cfg`) on the function and what holds it."""

    @property
    def place(self) -> Place:
        """Where its name stands."""
        return self.file.place(self.line)

    @property
    def body(self) -> tuple[str, ...]:
        """Statements, one per line."""
        return tuple(joined(self.tokens).replace(";", ";\n").replace("{", "{\n").splitlines())

    @property
    def is_test(self) -> bool:
        """Whether a test runner runs it."""
        heads = [a.split("(")[0].strip() for a in self.attributes]
        return any(h == "test" or h.endswith(": test") or h in ("rstest", "test_case", "kani : : proof") for h in heads)

    @property
    def is_spec(self) -> bool:
        """Whether it is a spec function, or has a contract."""
        return "spec" in self.modifiers or bool(self.clauses)


def read_rust(path: str, data: bytes) -> RustFile:
    """Lex a file; bytes that are not UTF-8 are replaced."""
    text = data.decode("utf-8", "replace")
    return RustFile(path=path, tokens=tuple(without_trailing_commas(lex(text))), lines=tuple(text.splitlines()))


def functions(file: RustFile) -> tuple[RustFn, ...]:
    """Every function, in order, named with the types and modules around it."""
    return tuple(_items(file, 0, len(file.tokens), "", False, ()))


def _items(file: RustFile, at: int, end: int, prefix: str, in_tests: bool, around: Strings) -> Iterator[RustFn]:
    tokens = file.tokens
    attributes: list[str] = []
    modifiers: list[str] = []
    first = at
    while at < end:
        text = tokens[at].text
        if text == "#":
            opened = at + 1 + (at + 1 < end and tokens[at + 1].text == "!")
            stop = group_end(tokens, opened) if opened < end and tokens[opened].text == "[" else opened
            if stop > opened and tokens[at + 1].text == "[":
                attributes.append(joined(tokens[opened + 1 : stop - 1]))
            at = max(stop, at + 1)
            continue
        if text == "fn" and at + 1 < end and tokens[at + 1].text.isidentifier():
            found = _function(file, at, end, prefix, tuple(attributes), tuple(modifiers), in_tests, first)
            yield replace(found, around=around + _conditions(found.attributes))
            at, attributes, modifiers, first = found.last, [], [], found.last
            continue
        if text in ("mod", "impl", "trait") or (text in ("proptest", "verus", "loom") and _is_macro(tokens, at, end)):
            opened = _next(tokens, at, end, ("{", ";"))
            if opened < end and tokens[opened].text == "{":
                stop = group_end(tokens, opened)
                name = _container(tokens, at, opened)
                tests = in_tests or any("test" in a for a in attributes) or text == "proptest"
                yield from _items(
                    file, opened + 1, stop - 1, f"{prefix}{name}", tests, around + _conditions(attributes)
                )
                at, attributes, modifiers, first = stop, [], [], stop
                continue
            at = opened + 1
        elif text in _MODIFIERS:
            modifiers.append(text)
            at += 1
            continue
        elif text in "([{":
            at = group_end(tokens, at)
            if modifiers:  # pub(crate)
                continue
        else:
            at += 1
        if text in (";", "}") or text == "{":
            attributes, modifiers, first = [], [], at
        elif text not in "([":
            modifiers = modifiers if text in ("(", '"C"') else []


def _conditions(attributes: Sequence[str]) -> Strings:
    return tuple(a for a in attributes if a.startswith("cfg (") and a != "cfg ( test )")


def _is_macro(tokens: Sequence[Token], at: int, end: int) -> bool:
    return at + 1 < end and tokens[at + 1].text == "!"


def _next(tokens: Sequence[Token], at: int, end: int, marks: tuple[str, ...]) -> int:
    while at < end and tokens[at].text not in marks:
        at = group_end(tokens, at) if tokens[at].text in "([" else at + 1
    return at


def _container(tokens: Sequence[Token], at: int, opened: int) -> str:
    """A name for what is inside; macros that only wrap items have none."""
    if tokens[at].text in ("proptest", "verus", "loom"):
        return ""
    return joined(tokens[at + 1 : opened]).replace(" ", "") + "."


def _function(
    file: RustFile,
    at: int,
    end: int,
    prefix: str,
    attributes: tuple[str, ...],
    modifiers: tuple[str, ...],
    in_tests: bool,
    first: int,
) -> RustFn:
    tokens = file.tokens
    name = tokens[at + 1]
    stop = at + 2
    marks: list[int] = []
    while stop < end and tokens[stop].text not in (";", "{"):
        if tokens[stop].text in CLAUSES:
            marks.append(stop)
        stop = group_end(tokens, stop) if tokens[stop].text in "([" else stop + 1
        if stop < end and tokens[stop].text == "{" and marks and _continues(tokens, stop):
            stop = group_end(tokens, stop)  # a block inside a contract
    heads = [*marks, stop]
    clauses = [(tokens[a].text, clause) for a, b in pairwise(heads) for clause in _split(tokens[a + 1 : b])]
    has_body = stop < end and tokens[stop].text == "{"
    last = group_end(tokens, stop) if has_body else min(stop + 1, end)
    return RustFn(
        file=file,
        name=f"{prefix}{name.text}",
        line=name.line,
        first=first,
        last=last,
        attributes=attributes,
        modifiers=modifiers,
        signature=joined(tokens[at : heads[0]]),
        clauses=tuple(clauses),
        tokens=tuple(tokens[stop + 1 : last - 1]) if has_body else (),
        in_tests=in_tests or any(a.split(" ")[0] == "test" for a in attributes),
    )


def _continues(tokens: Sequence[Token], at: int) -> bool:
    """Whether a block in a contract is an expression of it: a comma or another block follows."""
    after = group_end(tokens, at)
    return after < len(tokens) and tokens[after].text in (",", "else", "{", *CLAUSES)


def _split(tokens: Sequence[Token]) -> list[str]:
    """The clauses of a contract keyword, between commas."""
    found: list[str] = []
    start = at = 0
    while at < len(tokens):
        if tokens[at].text == ",":
            found.append(joined(tokens[start:at]))
            start = at = at + 1
            continue
        at = group_end(tokens, at) if tokens[at].text in "([{" else at + 1
    found.append(joined(tokens[start:]))
    return [clause for clause in found if clause]


@dataclass(frozen=True, slots=True, kw_only=True)
class RustAssert:
    """An assertion macro: its name and arguments, and the block heads around it."""

    macro: str
    arguments: tuple[str, ...]
    line: int
    guards: tuple[str, ...]

    @property
    def text(self) -> str:
        """As one line."""
        return f"{self.macro}!({', '.join(self.arguments)})"


def asserts(function: RustFn) -> tuple[RustAssert, ...]:
    """The assertions of a body, with the conditions they stand under."""
    return tuple(_asserts(function.tokens, ()))


def _asserts(tokens: Sequence[Token], guards: tuple[str, ...]) -> Iterator[RustAssert]:
    at = start = 0
    while at < len(tokens):
        text = tokens[at].text
        if text in ASSERTS and at + 2 < len(tokens) and tokens[at + 1].text == "!":
            stop = group_end(tokens, at + 2)
            arguments = _split(tokens[at + 3 : stop - 1])
            kept = 2 if text.endswith(("_eq", "_ne", "_matches")) else 1
            yield RustAssert(macro=text, arguments=tuple(arguments[:kept]), line=tokens[at].line, guards=guards)
            at = stop
        elif text == "{":
            stop = group_end(tokens, at)
            head = joined(tokens[start:at])
            yield from _asserts(tokens[at + 1 : stop - 1], guards + _guard(head))
            at = start = stop
        elif text == ";":
            if joined(tokens[start:at]).startswith("return"):
                guards = (*guards, "after return")
            at = start = at + 1
        elif text in "([":  # closures and macro arguments
            at += 1
        else:
            at += 1


def _guard(head: str) -> tuple[str, ...]:
    """The condition that a block head sets."""
    for word in ("if", "while", "match", "catch_unwind"):
        if f" {word} " in f" {head} ":
            return (head,)
    return ()
