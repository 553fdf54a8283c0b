"""A reader for the part of EDN (extensible data notation) in which Jepsen and its relatives write values.

Vectors and lists become tuples, sets frozensets, maps dictionaries, keywords `Keyword` (a str), nil None.
"""

from __future__ import annotations

import re
from typing import Any

TOKEN = re.compile(r'[\s,]*(?:;[^\n]*\n?[\s,]*)*(?:(#\{|[\[\](){}])|("(?:[^"\\]|\\.)*")|(\\\S+)|([^\s,\[\](){}"]+))')
CLOSING = {"[": "]", "(": ")", "{": "}", "#{": "}"}
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
NAMED_CHARACTERS = {"newline": "\n", "space": " ", "tab": "\t", "return": "\r"}
DEEPEST = 100


class EdnError(ValueError):
    """Text that is not EDN as this reader knows it."""


class Keyword(str):
    """A keyword without its colon: equal to the string of that name."""

    __slots__ = ()


def read_edn(text: str) -> tuple[Any, str]:
    """The first value of a text, and what follows it; raises `EdnError`."""
    value, end = _value(text, 0, 0)
    return value, text[end:]


def _value(text: str, at: int, depth: int) -> tuple[Any, int]:
    found = TOKEN.match(text, at)
    if found is None:
        raise EdnError(f"no value at {text[at : at + 20]!r}")
    bracket, quoted, character, word = found.groups()
    if quoted is not None:
        return _string(quoted), found.end()
    if character is not None:
        return NAMED_CHARACTERS.get(character[1:], character[1:2]), found.end()
    if word is not None:
        return _value(text, found.end(), depth) if word.startswith("#") else (_atom(word), found.end())
    if bracket not in CLOSING or depth >= DEEPEST:
        raise EdnError(f"a stray {bracket!r}" if bracket not in CLOSING else "nested too deeply")
    items, end = _items(text, found.end(), CLOSING[bracket], depth + 1)
    return _collection(bracket, items), end


def _items(text: str, at: int, closing: str, depth: int) -> tuple[list[Any], int]:
    items: list[Any] = []
    while True:
        found = TOKEN.match(text, at)
        if found is None:
            raise EdnError(f"a missing {closing!r}")
        if found[1] == closing:
            return items, found.end()
        value, at = _value(text, at, depth)
        items.append(value)


def _collection(bracket: str, items: list[Any]) -> Any:
    try:
        if bracket == "#{":
            return frozenset(items)
        if bracket == "{":
            if len(items) % 2:
                raise EdnError("a map with a key and no value")
            return dict(zip(items[::2], items[1::2], strict=True))
    except TypeError:
        raise EdnError("a map as a key of a map, or in a set") from None
    return tuple(items)


def _string(quoted: str) -> str:
    return re.sub(r"\\(u[0-9a-fA-F]{4}|.)", _unescaped, quoted[1:-1], flags=re.DOTALL)


def _unescaped(found: re.Match[str]) -> str:
    escape = found[1]
    return chr(int(escape[1:], 16)) if len(escape) == 5 else ESCAPES.get(escape, escape)


def _atom(word: str) -> Any:
    if word in ("nil", "true", "false"):
        return {"nil": None, "true": True, "false": False}[word]
    if word.startswith(":") and len(word) > 1:
        return Keyword(word[1:])
    if re.fullmatch(r"[+-]?\d{1,400}N?", word):
        return int(word.rstrip("N"))
    if re.fullmatch(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?M?", word):
        return float(word.rstrip("M"))
    return Keyword(word)  # a symbol, such as the name of an error
