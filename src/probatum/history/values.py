"""Values of recordings: as something that can be compared exactly and kept in sets, and as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Exact:
    """A value that Python would compare too loosely (True equals 1) or not at all (a map has no hash).

    Equal when its text is equal: numbers by their size, NaN equals NaN, a truth value is no number.
    """

    __slots__ = ("text", "value")

    def __init__(self, value: Any) -> None:
        self.value = value
        self.text = _text(value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Exact) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return repr(self.value)


def exact(value: Any) -> Any:
    """The value itself where ``==`` tells it from every other, else an `Exact`."""
    return value if value is None or (isinstance(value, int | str) and not isinstance(value, bool)) else _exact(value)


def _exact(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return Exact(value)


def _text(value: Any) -> str:
    if isinstance(value, tuple | list):
        return "[" + ",".join(map(_text, value)) + "]"
    if isinstance(value, frozenset | set):
        return "#{" + ",".join(sorted(map(_text, value))) + "}"
    if isinstance(value, Mapping):
        return "{" + ",".join(sorted(f"{_text(k)}:{_text(v)}" for k, v in value.items())) + "}"
    if isinstance(value, float) and value.is_integer():
        return repr(int(value))
    return str.__repr__(value) if isinstance(value, str) else repr(value)


def plain(value: Any) -> Any:
    """The value as JSON has it: sets and tuples are lists, a map with keys that are no text is a list of pairs."""
    if isinstance(value, frozenset | set):
        return [plain(item) for item in sorted(value, key=_text)]
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, Mapping):
        if all(isinstance(key, str) for key in value):
            return {str(key): plain(item) for key, item in value.items()}
        return [[plain(key), plain(item)] for key, item in value.items()]
    return value
