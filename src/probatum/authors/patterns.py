"""Patterns: changes of several places at once that an operator reviewed, as rules over tokens (after Coccinelle's
semantic patches; Padioleau and others, EuroSys 2008). A task ships them as ``patterns/*.toml``:

    about = "What is freed is retired instead."
    [[edit]]
    inside = "fn $_name(&self$arguments) $result { $..body }"
    change = [["drop(Box::from_raw($pointer))", "guard.retire($pointer)"]]

``$word`` stands for tokens without a semicolon, fewest first and none at all included, ``$..word`` for any, ``$_word``
for one; brackets stay balanced. A word in capitals stands for the same tokens in all edits. Every edit must find a
place for one of its changes at least, in what ``$..body`` of ``inside`` stands for where it has one; else the pattern
brings nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from probatum.task.document import Section, read_document
from probatum.toolchains.rust.lexer import Token, lex

_OPEN, _CLOSE = {"(": 1, "[": 1, "{": 1}, {")": -1, "]": -1, "}": -1}
_DEPTH = _OPEN | _CLOSE
_HOLE = re.compile(r"\$(?:\.\.)?(\w+)")
BODY = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A token that must stand there, or a hole. ``wide``: a hole that semicolons may fill, too."""

    text: str
    hole: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Changes of one kind; ``inside``: where they may be."""

    changes: tuple[tuple[tuple[Part, ...], str], ...]
    inside: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Edits that belong together."""

    about: str
    edits: tuple[Edit, ...]


Bound = Mapping[str, tuple[int, int]]
"""What holes stand for: tokens from and to."""


def read_pattern(path: str, data: bytes) -> Pattern:
    """A pattern of a task. Raises `TaskError` that says what is wrong where."""
    document = read_document(path, data)
    document.allow(("about", "edit"))
    edits = tuple(_edit(table) for table in document.tables("edit"))
    if not edits:
        raise document.fault("a pattern without edits", fix='Add [[edit]] with change = [["old", "new"]]')
    return Pattern(about=document.text("about"), edits=edits)


def _edit(table: Section) -> Edit:
    table.allow(("inside", "change"))
    rows = table.values.get("change")
    fix = 'Write change = [["drop($x)", "keep($x)"]]'
    if not isinstance(rows, list) or not rows:
        raise table.fault("an edit changes nothing", key="change", fix=fix)
    inside = _parts(table, "inside", table.text("inside")) if "inside" in table.values else ()
    changes = []
    for row in rows:
        if not isinstance(row, list) or len(row) != 2 or not all(isinstance(text, str) for text in row):
            raise table.fault("a change is an old text and a new one", key="change", fix=fix)
        old = _parts(table, "change", row[0])
        for name in _HOLE.findall(row[1]):
            if not name.isupper() and name not in [part.text for part in old if part.hole]:
                raise table.fault(
                    f"${name} is new in the new text", key="change", fix=f"Use ${name} in the old one, too"
                )
        changes.append((old, row[1]))
    return Edit(changes=tuple(changes), inside=inside)


def _parts(table: Section, key: str, text: str) -> tuple[Part, ...]:
    found: list[Part] = []
    tokens = [token.text for token in lex(text)]
    while tokens:
        wide = tokens[:3] == ["$", ".", "."]
        hole = tokens[0] == "$"
        del tokens[: 3 * wide or int(hole)]
        if not tokens:
            raise table.fault("a hole without a name", key=key, fix="Write $name or $..name")
        found.append(Part(text=tokens.pop(0), hole=hole, wide=wide))
    if not found or (found[0].hole and not found[0].text.isupper()):
        raise table.fault("the text begins with a hole", key=key, fix="Begin with what must stand there")
    return tuple(found)


def applied(pattern: Pattern, source: str) -> str | None:
    """The source with every edit made wherever it can be made; None where one of them finds no place."""
    kept: dict[str, list[str]] = {}
    for edit in pattern.edits:
        tokens = lex(source)
        places = list(_places(edit, source, tokens, kept))
        if not places:
            return None
        for start, end, text in reversed(places):
            source = source[:start] + text + source[end:]
    return source


def _places(
    edit: Edit, source: str, tokens: Sequence[Token], kept: dict[str, list[str]]
) -> Iterator[tuple[int, int, str]]:
    """Characters from and to, and what to put there; in order, none over another."""
    regions = _regions(edit, tokens, kept)
    at = 0
    while at < len(tokens):
        last = max((b for a, b in regions if a <= at < b), default=0)
        found = _first(edit, tokens[:last], at, kept) if last else None
        if found is None:
            at += 1
            continue
        end, bound, new = found
        for name, (a, b) in bound.items():
            if name.isupper():
                kept.setdefault(name, [token.text for token in tokens[a:b]])
        yield tokens[at].start, _end(tokens[end - 1]), _filled(new, source, tokens, bound, kept)
        at = max(end, at + 1)


def _regions(edit: Edit, tokens: Sequence[Token], kept: Mapping[str, list[str]]) -> list[tuple[int, int]]:
    if not edit.inside:
        return [(0, len(tokens))]
    found = []
    for at in range(len(tokens)):
        if (match := next(_matches(edit.inside, tokens, at, {}, kept), None)) is not None:
            found.append(match[1].get(BODY, (at, match[0])))
    return found


def _first(
    edit: Edit, tokens: Sequence[Token], at: int, kept: Mapping[str, list[str]]
) -> tuple[int, Bound, str] | None:
    for old, new in edit.changes:
        match = next(_matches(old, tokens, at, {}, kept), None)
        if match is not None:
            return match[0], match[1], new
    return None


def _matches(
    parts: Sequence[Part], tokens: Sequence[Token], at: int, bound: Bound, kept: Mapping[str, list[str]]
) -> Iterator[tuple[int, Bound]]:
    """Where the parts can end that begin at a token, and what their holes stand for then; shortest first."""
    if not parts:
        yield at, bound
        return
    part, rest = parts[0], parts[1:]
    if not part.hole:
        if at < len(tokens) and tokens[at].text == part.text:
            yield from _matches(rest, tokens, at + 1, bound, kept)
        return
    known = kept.get(part.text)
    if known is None and part.text in bound:
        a, b = bound[part.text]
        known = [token.text for token in tokens[a:b]]
    for end in _extents(part, tokens, at):
        if known is None or [token.text for token in tokens[at:end]] == known:
            yield from _matches(rest, tokens, end, {**bound, part.text: (at, end)}, kept)


def _extents(part: Part, tokens: Sequence[Token], at: int) -> Iterator[int]:
    """Where a hole that begins at a token may end: brackets balanced, and only a wide one goes past a semicolon."""
    if part.text.startswith("_"):
        yield from range(at + 1, min(at + 2, len(tokens) + 1))
        return
    depth = 0
    for end in range(at, len(tokens) + 1):
        if depth == 0:
            yield end
        if end == len(tokens):
            return
        text = tokens[end].text
        depth += _DEPTH.get(text, 0)
        if depth < 0 or (text == ";" and depth == 0 and not part.wide):
            return


def _filled(new: str, source: str, tokens: Sequence[Token], bound: Bound, kept: Mapping[str, list[str]]) -> str:
    def text(hole: re.Match[str]) -> str:
        if hole.group(1) not in bound:
            return " ".join(kept.get(hole.group(1), ()))
        a, b = bound[hole.group(1)]
        return source[tokens[a].start : _end(tokens[b - 1])] if a < b else ""

    return _HOLE.sub(text, new)


def _end(token: Token) -> int:
    return token.start + len(token.text)
