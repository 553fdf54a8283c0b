"""Rust text as tokens with lines, cut where rustc cuts it: comments dropped (nested ones too), literals whole.

A reader that cuts elsewhere can be led to take code for a string. So a literal keeps its suffix (``"a"r#"`` is a
string, a hash and the start of a plain string), white space is Rust's, and a first line ``#!...`` that is no attribute
is dropped. Written after the lexer of rustc (`rustc_lexer`), for editions from 2021 on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_SPACE = r"\s\u200e\u200f"
_WORD = rf"(?:[A-Za-z_]|[^\x00-\x7f{_SPACE}])(?:[A-Za-z0-9_]|[^\x00-\x7f{_SPACE}])*"
_TOKEN = re.compile(
    rf"""(?P<space>[{_SPACE}]+)
    |(?P<line>//[^\n]*)
    |(?P<block>/\*)
    |(?P<raw>(?:br|cr|r)(?P<hashes>\#*)")  # closed below
    |(?P<string>[bc]?"[^"\\]*(?:\\.[^"\\]*)*"(?:{_WORD})?)
    |(?P<open>[bc]?")
    |(?P<char>b?'(?:\\(?:x[0-9a-fA-F]{{2}}|u\{{[^}}]*\}}|.)|[^\\'])'(?:{_WORD})?)
    |(?P<life>'(?:r\#)?{_WORD})
    |(?P<word>(?:r\#)?{_WORD})
    |(?P<number>(?:0x[0-9a-fA-F_]*|[0-9][0-9_]*)
        (?:\.(?!\.|{_WORD})(?:[0-9][0-9_]*)?)?(?:[eE][+-]?[0-9_]+)?(?:{_WORD})?)
    |(?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)
_COMMENT = re.compile(r"/\*|\*/")
_SUFFIX = re.compile(_WORD)
_DOC = re.compile(r"///(?!/)|//!|/\*\*(?![*/])|/\*!")


@dataclass(frozen=True, slots=True)
class Token:
    """A token, its line (from 1), where it starts in the text, and what it is.

    ``kind``: "word", "string", "char", "life", "number" or "mark" (one character).
    """

    text: str
    line: int
    start: int = 0
    kind: str = "mark"


def lex(source: str) -> list[Token]:
    """The tokens of a Rust text; what is not Rust comes out as single characters."""
    return lex_with_docs(source)[0]


def lex_with_docs(source: str) -> tuple[list[Token], list[int]]:
    """The tokens, and where documentation comments start, which rustc makes attributes of."""
    tokens: list[Token] = []
    docs: list[int] = []
    at, end = _start(source), len(source)
    line = 1 + source.count("\n", 0, at)
    while at < end:
        stop, kind = _step(source, at)
        if kind not in ("space", "line", "block"):
            tokens.append(Token(source[at:stop], line, at, kind))
        elif _DOC.match(source, at):
            docs.append(at)
        line += source.count("\n", at, stop)
        at = stop
    return tokens, docs


def _step(source: str, at: int) -> tuple[int, str]:
    """Where the piece of text at ``at`` ends, and its kind: of `Token`, or "space", "line", "block"."""
    found = _TOKEN.match(source, at)
    assert found is not None
    kind, stop = str(found.lastgroup), found.end()
    if kind == "block":
        return _comment_end(source, at), kind
    if kind == "raw":
        return _raw_end(source, stop, found["hashes"]), "string"
    return (len(source), "string") if kind == "open" else (stop, kind)


def _start(source: str) -> int:
    """Where the code starts: after a byte order mark, and after a first line that is addressed to a shell."""
    at = 1 if source.startswith("\ufeff") else 0
    if not source.startswith("#!", at):
        return at
    look = at + 2
    while look < len(source):
        after, kind = _step(source, look)
        if kind not in ("space", "line", "block") or _DOC.match(source, look):
            break
        look = after
    if source.startswith("[", look):
        return at
    end = source.find("\n", at)
    return len(source) if end < 0 else end


def _comment_end(source: str, at: int) -> int:
    depth = 0
    for mark in _COMMENT.finditer(source, at):
        depth += 1 if mark.group() == "/*" else -1
        if depth == 0:
            return mark.end()
    return len(source)


def _raw_end(source: str, at: int, hashes: str) -> int:
    end = source.find('"' + hashes, at)
    if end < 0:
        return len(source)
    end += 1 + len(hashes)
    suffix = _SUFFIX.match(source, end)
    return suffix.end() if suffix else end


_CLOSE = frozenset(")]}")
_OPEN = frozenset("([{")


def without_trailing_commas(tokens: Sequence[Token]) -> list[Token]:
    """Tokens without commas before a closing bracket, which mean nothing."""
    closed = [after.text in _CLOSE for after in tokens[1:]]
    return [token for token, last in zip(tokens, [*closed, False], strict=True) if not (last and token.text == ",")]


def words(tokens: Sequence[Token]) -> list[str]:
    """The texts of tokens."""
    return [token.text for token in tokens]


def group_end(tokens: Sequence[Token], at: int) -> int:
    """The index after the group that opens at ``at``; the end where it is not closed."""
    depth = 0
    for index in range(at, len(tokens)):
        if tokens[index].text in _OPEN:
            depth += 1
        elif tokens[index].text in _CLOSE:
            depth -= 1
            if depth == 0:
                return index + 1
    return len(tokens)


def group_ends(texts: Sequence[str]) -> list[int]:
    """For every text that opens a group, the index after it, in one pass; 0 elsewhere."""
    ends = [0] * len(texts)
    opened: list[int] = []
    for index, text in enumerate(texts):
        if text in _OPEN:
            opened.append(index)
            ends[index] = len(texts)
        elif text in _CLOSE and opened:
            ends[opened.pop()] = index + 1
    return ends


def joined(tokens: Sequence[Token]) -> str:
    """Tokens as one normalised line."""
    return " ".join(words(tokens))
