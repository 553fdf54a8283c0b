"""Rust text as tokens with lines: comments dropped (nested ones too), strings and lifetimes told apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<line>//[^\n]*)
    |(?P<block>/\*)
    |(?P<raw>(?:b|c|br|cr|r)?r?\#*"(?=)) # opened below
    |(?P<char>b?'(?:\\(?:x[0-9a-fA-F]{2}|u\{[^}]*\}|.)|[^\\'])')
    |(?P<life>'[A-Za-z_]\w*)
    |(?P<word>(?:r\#)?[A-Za-z_]\w*)
    |(?P<number>\d[\w]*(?:\.\d[\w]*)?(?:[eE][+-]?\d+)?)
    |(?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)
_RAW = re.compile(r'(?:br|cr|r)(#*)"')


@dataclass(frozen=True, slots=True)
class Token:
    """A token and its line (from 1)."""

    text: str
    line: int


def lex(source: str) -> list[Token]:
    """The tokens of a Rust text; what is not Rust comes out as single characters."""
    tokens: list[Token] = []
    at, line, end = 0, 1, len(source)
    while at < end:
        found = _TOKEN.match(source, at)
        assert found is not None
        kind, stop = found.lastgroup, found.end()
        if kind == "block":
            stop = _comment_end(source, at)
        elif kind == "raw":
            stop = _string_end(source, at)
        if kind not in ("space", "line", "block"):
            tokens.append(Token(source[at:stop], line))
        line += source.count("\n", at, stop)
        at = stop
    closed = [after.text in _CLOSE for after in tokens[1:]]
    return [token for token, last in zip(tokens, [*closed, False], strict=True) if not (last and token.text == ",")]


def _comment_end(source: str, at: int) -> int:
    depth = 0
    for mark in re.finditer(r"/\*|\*/", source[at:]):
        depth += 1 if mark.group() == "/*" else -1
        if depth == 0:
            return at + mark.end()
    return len(source)


def _string_end(source: str, at: int) -> int:
    raw = _RAW.match(source, at)
    if raw is not None:
        end = source.find('"' + raw[1], raw.end())
        return len(source) if end < 0 else end + 1 + len(raw[1])
    opened = source.index('"', at)
    closed = re.compile(r'(?:\\.|[^"\\])*"', re.DOTALL).match(source, opened + 1)
    return closed.end() if closed else len(source)


_CLOSE = frozenset(")]}")


def words(tokens: Sequence[Token]) -> list[str]:
    """The texts of tokens."""
    return [token.text for token in tokens]


_OPEN = {"(": ")", "[": "]", "{": "}"}


def group_end(tokens: Sequence[Token], at: int) -> int:
    """The index after the group that opens at ``at``; the end where it is not closed."""
    depth = 0
    for index in range(at, len(tokens)):
        if tokens[index].text in _OPEN:
            depth += 1
        elif tokens[index].text in _OPEN.values():
            depth -= 1
            if depth == 0:
                return index + 1
    return len(tokens)


def joined(tokens: Sequence[Token]) -> str:
    """Tokens as one normalised line."""
    return " ".join(words(tokens))
