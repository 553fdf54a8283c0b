"""A candidate in Rust as the boundary reads it: names without disguise, groups, macros, modules, `use` statements."""

from __future__ import annotations

import unicodedata
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from probatum.toolchains.rust.lexer import Token, group_ends, lex_with_docs
from probatum.toolchains.rust.listed import KEYWORDS

FENCES = frozenset({"fence", "epoch"})
"""Words without which there is no fence: the shim's own, and its epochs, in which there is one."""
PADDING = 8
_TEST = ("#", "[", "cfg", "(", "test", ")", "]")
_HEAD = 400
"""How many tokens and groups may stand before an item's block; no honest item needs as many."""
_MODIFIERS = frozenset({"pub", "unsafe", "const", "async"})
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Parallel columns over the tokens that are compiled; ``texts`` ends in a few empty ones, so looking ahead is safe.

    ``ends``: where a group opens, the index after it. ``macro``: within a definition of a macro, or in what a macro is
    called with. ``uses``: within a `use` statement. ``depth``: modules around it, 0 at the top and where a macro is
    defined. ``docs``: what follows documentation, which reaches a macro as an attribute.
    """

    texts: tuple[str, ...]
    lines: tuple[int, ...]
    ends: tuple[int, ...]
    macro: tuple[bool, ...]
    uses: tuple[bool, ...]
    depth: tuple[int, ...]
    docs: tuple[int, ...]
    defined: frozenset[str]

    def items(self) -> Iterator[tuple[int, str]]:
        """The tokens with their places, without the empty ones."""
        return enumerate(self.texts[:-PADDING])

    def is_member(self, at: int) -> bool:
        """Whether a name is a field or a method of what stands before it; after two dots a path begins."""
        return self.texts[at - 1] == "." and self.texts[at - 2] != "."


def read_code(source: str) -> Code:
    """Lex a source and drop what rustc drops before it compiles: items under `#[cfg(test)]`."""
    tokens, docs = lex_with_docs(source)
    found = list(_plain(tokens))
    texts = [text for text, _, _ in found] + [""] * PADDING
    kept = [at for span in _compiled(texts, group_ends(texts)) for at in span]
    texts = [texts[at] for at in kept] + [""] * PADDING
    starts = [found[at][2] for at in kept]
    ends = group_ends(texts)
    calls, definitions, defined = _macros(texts, ends)
    return Code(
        texts=tuple(texts),
        lines=(*(found[at][1] for at in kept), *[1] * PADDING),
        ends=tuple(ends),
        macro=tuple(map(max, calls, definitions)),
        uses=tuple(_uses(texts)),
        depth=tuple(_depths(texts, ends, definitions)),
        docs=tuple(bisect(starts, at) for at in docs),
        defined=defined,
    )


def is_word(text: str) -> bool:
    """Whether a text of `Code` is an identifier or a keyword."""
    return text[:1] == "_" or text[:1].isalpha() or text[:1] > "\x7f"


def _plain(tokens: Sequence[Token]) -> Iterator[tuple[str, int, int]]:
    """Texts with lines and places: `::` in one piece, names as rustc compares them, literals without their content."""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if token.text == ":" and after is not None and after.text == ":" and after.start == token.start + 1:
            yield "::", token.line, token.start
            at += 2
            continue
        text = token.text
        if token.kind == "word":
            name = unicodedata.normalize("NFC", text)
            bare = name.removeprefix("r#")
            text = name if bare in KEYWORDS else bare
        yield {"string": '""', "char": "''"}.get(token.kind, text), token.line, token.start
        at += 1


def macro_group(texts: Sequence[str], at: int) -> int:
    """Where the group of a macro's call or definition opens, if ``at`` is the macro's name; else 0."""
    if not is_word(texts[at]) or texts[at] in KEYWORDS or texts[at + 1] != "!":
        return 0
    if texts[at] == "macro_rules" and texts[at + 3] in _OPEN:
        return at + 3
    return at + 2 if texts[at + 2] in _OPEN else 0


def _compiled(texts: Sequence[str], ends: Sequence[int]) -> Iterator[range]:
    """Spans without items under `#[cfg(test)]`, except in macros, which may drop the attribute and keep the item."""
    at = start = 0
    stop = len(texts) - PADDING
    while at < stop:
        opened = macro_group(texts, at)
        dead = _test_end(texts, ends, at) if texts[at] == "#" else 0
        if dead:
            yield range(start, at)
            start = dead
        at = dead or (ends[opened] if opened else at + 1)
    yield range(start, stop)


def _test_end(texts: Sequence[str], ends: Sequence[int], at: int) -> int:
    """The index after the item under `#[cfg(test)]`; 0 where it is no such attribute, or on something else."""
    if tuple(texts[at : at + 7]) != _TEST:
        return 0
    at += 7
    reach = at + _HEAD
    while texts[at] == "#" and texts[at + 1] == "[" and at < reach:
        at = ends[at + 1]
    while texts[at] in _MODIFIERS:
        at = ends[at + 1] if texts[at + 1] == "(" else at + 1
    kind = texts[at]
    if kind not in ("mod", "use", "fn", "impl") or (kind == "fn" and not is_word(texts[at + 1])):
        return 0
    at += 1
    for _ in range(_HEAD):
        if texts[at] == ";":
            return 0 if kind == "impl" else at + 1
        if texts[at] == "{" and kind != "use":
            return ends[at]  # at the latest: an item never ends before its first block
        if not texts[at] or texts[at] in _CLOSE:
            break
        at = ends[at] if texts[at] in _OPEN else at + 1
    return 0


def _macros(texts: Sequence[str], ends: Sequence[int]) -> tuple[list[bool], list[bool], frozenset[str]]:
    """What stands in calls of macros, what in definitions, and the names of macros defined."""
    inside = [False] * len(texts), [False] * len(texts)
    reach = [0, 0]
    defined: set[str] = set()
    for at in range(len(texts) - PADDING):
        inside[0][at], inside[1][at] = at < reach[0], at < reach[1]
        opened = macro_group(texts, at)
        if opened:
            definition = texts[at] == "macro_rules"
            reach[definition] = max(reach[definition], ends[opened])
            if definition:
                defined.add(texts[at + 2])
    return *inside, frozenset(defined)


def _uses(texts: Sequence[str]) -> Iterator[bool]:
    inside = False
    for at, text in enumerate(texts):
        if text == "use" and texts[at + 1] != "<":
            inside = True
        elif text in (";", "", ")", "]"):
            inside = False
        yield inside


def _depths(texts: Sequence[str], ends: Sequence[int], definitions: Sequence[bool]) -> Iterator[int]:
    closings: list[int] = []
    for at, text in enumerate(texts):
        while closings and closings[-1] <= at:
            closings.pop()
        yield 0 if definitions[at] else len(closings)
        if text == "{" and at > 1 and texts[at - 2] == "mod":
            closings.append(ends[at])
