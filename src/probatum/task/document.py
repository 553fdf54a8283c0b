"""TOML with places: typed access to tables, whose errors name file, line, key and the fix in one line.

`tomllib` gives no line numbers for values, so they are found by reading the text again, statement by statement, when an
error needs one.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from probatum.errors import TaskError

MAX_TOML_BYTES = 64 * 1024
"""The longest TOML file of a task: what a person can review, and what a hostile file may cost to parse."""
MAX_STATEMENT_LINES = 50
MAX_STATEMENT_CHARS = 4_000

Place = tuple[str | int, ...]


def plain(text: str, limit: int = 200) -> str:
    """Foreign text made safe to show inside one line: control characters escaped, length bounded."""
    shown = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text[: limit + 1])
    return shown if len(shown) <= limit else shown[: limit - 3] + "..."


def suggest(word: str, known: Iterable[str]) -> str:
    """The instruction that follows an unknown name: the nearest known one, and all of them."""
    names = list(known)
    if not names:
        return "Remove it"
    close = get_close_matches(word.lower(), names, n=1, cutoff=0.5)
    return (f"Did you mean {close[0]}? " if close else "") + f"Use one of: {', '.join(names)}"


def seen(value: object) -> str:
    """A TOML value in words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'the text "{plain(value, 40)}"'
    if isinstance(value, int | float):
        return "a huge number" if 10**18 < abs(value) < math.inf else f"the number {value}"
    if isinstance(value, list | tuple):
        return "a list"
    return "a table" if isinstance(value, dict) else "a date or time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One table of a TOML file. All readers raise `TaskError` naming the place."""

    file: str
    source: str
    values: Mapping[str, object]
    place: Place = ()

    def fault(self, message: str, *, key: str | Place = (), fix: str) -> TaskError:
        """The error for this table or a key in it; its line is the key's, else the nearest enclosing one's."""
        place = self.place + ((key,) if isinstance(key, str) else key)
        return TaskError(message, file=self.file, key=dotted(place), line=line_of(self.source, place), fix=fix)

    def allow(self, known: Iterable[str]) -> None:
        """Refuse keys that nobody reads: they are misspellings of ones that matter."""
        names = tuple(known)
        for key, value in self.values.items():
            if key not in names:
                what = "table" if _is_table(value) else "key"
                raise self.fault(f"unknown {what} {plain(key)}", key=key, fix=suggest(key, names))

    def text(self, key: str, default: str | None = None) -> str:
        """Non-empty text; required unless a default is given."""
        value = self.values.get(key, default)
        if value is None:
            raise self.fault(f"{key} is missing", key=key, fix=f'Add {key} = "..."')
        if not isinstance(value, str):
            raise self.fault(f"{key} must be text, not {seen(value)}", key=key, fix=f'Write {key} = "..."')
        if not value.strip():
            raise self.fault(f"{key} is empty", key=key, fix="Say it in one sentence")
        return value.strip()

    def choice(self, key: str, known: tuple[str, ...], default: str | None = None) -> str:
        """One of the known words."""
        if key not in self.values and default is None:
            raise self.fault(f"{key} is missing", key=key, fix=f"Add {key} = one of: {', '.join(known)}")
        value = self.text(key, default)
        if value not in known:
            raise self.fault(f'unknown {key} "{plain(value)}"', key=key, fix=suggest(value, known))
        return value

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of non-empty texts without repetition; required unless a default is given."""
        value = self.values.get(key, default)
        fix = f'Write {key} = ["...", "..."]'
        if value is None:
            raise self.fault(f"{key} is missing", key=key, fix=fix)
        if not isinstance(value, list | tuple):
            raise self.fault(f"{key} must be a list of texts, not {seen(value)}", key=key, fix=fix)
        for item in value:
            if not isinstance(item, str) or not item.strip():
                raise self.fault(f"{key} must hold texts, not {seen(item)}", key=key, fix=fix)
            if value.count(item) > 1:
                raise self.fault(f"{key} names {plain(item)} twice", key=key, fix="Remove one of them")
        return tuple(value)

    def whole(self, key: str, default: int | None = None) -> int:
        """A whole number of at least 1."""
        value = self.values.get(key, default)
        if type(value) is not int:
            raise self.fault(f"{key} must be a whole number, not {seen(value)}", key=key, fix=f"Write {key} = N")
        if value < 1:
            raise self.fault(f"{key} must be at least 1, not {seen(value)}", key=key, fix="Write a positive number")
        return value

    def amount(self, key: str, default: float) -> float:
        """A finite number above 0."""
        value = self.values.get(key, default)
        if type(value) is not float and type(value) is not int:
            raise self.fault(f"{key} must be a number, not {seen(value)}", key=key, fix=f"Write {key} = {default}")
        if not 0 < value <= 10**9 or not math.isfinite(value):
            message = f"{key} must be above 0 and finite, not {seen(value)}"
            raise self.fault(message, key=key, fix=f"Write a positive number, e.g. {key} = {default}")
        return float(value)

    def table(self, key: str, *, required: bool = False) -> Section:
        """The table under a key; an absent optional table reads as empty."""
        value = self.values.get(key)
        if value is None and not required:
            value = {}
        if value is None:
            raise self.fault(f"the table [{plain(key)}] is missing", key=key, fix=f"Add [{plain(key)}]")
        if not isinstance(value, dict):
            name = dotted((*self.place, key))
            raise self.fault(f"{name} must be a table, not {seen(value)}", key=key, fix=f"Write [{name}]")
        return Section(file=self.file, source=self.source, values=value, place=(*self.place, key))

    def tables(self, key: str, *, required: bool = False) -> tuple[Section, ...]:
        """The array of tables under a key; with ``required`` at least one."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            shown = seen(value) if not isinstance(value, list) else "a list of values"
            raise self.fault(f"{key} must be tables, not {shown}", key=key, fix=f"Write each one under [[{key}]]")
        if required and not value:
            raise self.fault(f"there is no [[{key}]]", key=key, fix=f"Add at least one [[{key}]]")
        return tuple(
            Section(file=self.file, source=self.source, values=item, place=(*self.place, key, number))
            for number, item in enumerate(value)
        )


def read_document(file: str, data: bytes) -> Section:
    """Parse a TOML file; raises `TaskError` with the line that does not parse."""
    if len(data) > MAX_TOML_BYTES:
        raise TaskError(f"{len(data)} bytes of TOML", file=file, fix=f"Keep it below {MAX_TOML_BYTES} bytes")
    source = decode_text(file, data)
    try:
        return Section(file=file, source=source, values=tomllib.loads(source))
    except RecursionError:
        raise TaskError("nested too deeply to be TOML of a task", file=file, fix="Flatten it") from None
    except ValueError as problem:
        message, line = _toml_problem(str(problem), source)
        fix = "Correct that line; in TOML text stands in double quotes, a list in [ ], and no key comes twice"
        raise TaskError(f"not TOML: {message}", file=file, line=line, fix=fix) from None


def decode_text(file: str, data: bytes) -> str:
    """UTF-8 text of a frozen file; raises `TaskError` with the line of the first bad byte."""
    try:
        return data.decode()
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        raise TaskError("not UTF-8 text", file=file, line=line, fix="Save the file as UTF-8") from None


def _toml_problem(message: str, source: str) -> tuple[str, int | None]:
    where = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", message)
    if where is None:
        return plain(message, 120), None
    line = int(where[1]) if where[1] else max(1, source.rstrip().count("\n") + 1)
    return plain(message[: where.start()], 120), line


def _is_table(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(item, dict) for item in value))


def dotted(place: Place) -> str:
    """A place as text: ``invariants#2.checked_by`` is the key in the second of several tables."""
    text = "".join(f"#{part + 1}" if isinstance(part, int) else f".{plain(part)}" for part in place)
    return text.removeprefix(".")


def line_of(source: str, place: Place) -> int | None:
    """The line (from 1) of a place, else of the nearest enclosing table; None when neither is written anywhere."""
    index = line_index(source)
    for length in range(len(place), 0, -1):
        if place[:length] in index:
            return index[place[:length]]
    return None


def line_index(source: str) -> dict[Place, int]:
    """Lines of all tables and keys of a text that parses as TOML."""
    lines: dict[Place, int] = {}
    sizes: dict[Place, int] = {}
    table: Place = ()
    for number, statement in _statements(source):
        tree = tomllib.loads(statement)
        if statement.lstrip().startswith("["):
            table = _enter(tree, sizes)
            for length in range(1, len(table) + 1):
                lines.setdefault(table[:length], number)
        else:
            for place in _places(tree):
                lines.setdefault(table + place, number)
    return lines


def _statements(source: str) -> Iterator[tuple[int, str]]:
    """Statements with their first lines. A value that runs on for pages ends the search: lines are help only."""
    pending, start = "", 1
    for number, line in enumerate(source.replace("\r\n", "\n").split("\n"), start=1):
        start = start if pending else number
        pending += line + "\n"
        if number - start >= MAX_STATEMENT_LINES or len(pending) > MAX_STATEMENT_CHARS:
            return
        if _parses(pending):
            yield start, pending
            pending = ""


def _parses(text: str) -> bool:
    try:
        tomllib.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _enter(tree: object, sizes: dict[Place, int]) -> Place:
    """The place a header such as ``[a.b]`` or ``[[a]]`` opens, given how many of each ``[[...]]`` came before."""
    place: Place = ()
    while isinstance(tree, dict) and tree:
        [(key, tree)] = tree.items()
        place = (*place, key)
        if isinstance(tree, list):
            sizes[place] = sizes.get(place, 0) + 1
            tree = tree[0]
        if place in sizes:
            place = (*place, sizes[place] - 1)
    return place


def _places(tree: object, depth: int = 4) -> Iterator[Place]:
    if isinstance(tree, dict) and depth:
        for key, value in tree.items():
            yield (key,)
            yield from ((key, *rest) for rest in _places(value, depth - 1))
    elif isinstance(tree, list) and depth:
        for number, value in enumerate(tree):
            yield from ((number, *rest) for rest in _places(value, depth - 1))
