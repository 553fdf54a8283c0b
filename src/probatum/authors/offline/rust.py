"""Repairs of a source in Rust, one token at a time: orderings of atomics, comparisons, bounds, arithmetic.

Whether the result still compiles is for level build to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from probatum.authors.offline.spots import Change
from probatum.toolchains.rust.lexer import Token, lex

_ORDERINGS = {
    "Relaxed": (("Acquire", 1.0), ("Release", 1.0), ("AcqRel", 1.2), ("SeqCst", 3.0)),
    "Acquire": (("AcqRel", 2.0), ("SeqCst", 3.0)),
    "Release": (("AcqRel", 2.0), ("SeqCst", 3.0)),
    "AcqRel": (("SeqCst", 3.5),),
}
_PAIRS = {
    "<=": (("<", 2.0), (">=", 5.0)),
    ">=": ((">", 2.0), ("<=", 5.0)),
    "==": (("!=", 2.5),),
    "!=": (("==", 2.5),),
    "&&": (("||", 3.5),),
    "||": (("&&", 3.5),),
}
_MARKS = {"<": (("<=", 2.5), (">", 5.0)), ">": ((">=", 2.5), ("<", 5.0)), "+": (("-", 4.0),), "-": (("+", 4.0),)}
_WORDS = {
    "break": (("continue", 4.0),),
    "continue": (("break", 4.0),),
    "true": (("false", 3.0),),
    "false": (("true", 3.0),),
    "min": (("max", 4.0),),
    "max": (("min", 4.0),),
    "compare_exchange_weak": (("compare_exchange", 4.0),),
}


def rust_changes(source: str) -> list[Change]:
    """Every change of one token, the likeliest first; spans are bytes of the source."""
    tokens = lex(source)
    offsets = _byte_offsets(source, tokens)
    found = [*_singles(tokens, offsets), *_doubles(tokens, offsets)]
    return sorted(found, key=lambda change: (change.weight, change.start, change.text))


def changed(source: str, changes: Sequence[Change]) -> str | None:
    """The source with changes that do not overlap; None where they do, or where nothing comes of them."""
    data, ordered = source.encode(), sorted(changes, key=lambda change: change.start)
    if any(before.end > after.start for before, after in pairwise(ordered)):
        return None
    for change in reversed(ordered):
        data = data[: change.start] + change.text.encode() + data[change.end :]
    text = data.decode()
    return None if [t.text for t in lex(text)] == [t.text for t in lex(source)] else text


def _byte_offsets(source: str, tokens: Sequence[Token]) -> list[int]:
    offsets, at, total = [], 0, 0
    for token in tokens:
        total += len(source[at : token.start].encode())
        at = token.start
        offsets.append(total)
    return offsets


def _singles(tokens: Sequence[Token], offsets: Sequence[int]) -> Iterator[Change]:
    for index, token in enumerate(tokens):
        kind, options = _options(tokens, index)
        end = offsets[index] + len(token.text.encode())
        for text, weight in options:
            yield Change(start=offsets[index], end=end, text=text, kind=kind, weight=weight)


def _options(tokens: Sequence[Token], index: int) -> tuple[str, Sequence[tuple[str, float]]]:
    """What may stand in the place of a token, with the kind of that change."""
    token = tokens[index]
    if token.kind == "word":
        # `Ordering::Relaxed`, or the name alone where it was imported
        orderings = _ORDERINGS.get(token.text)
        return ("word", _WORDS.get(token.text, ())) if orderings is None else ("ordering", orderings)
    if token.kind == "mark" and _spaced(tokens, index):
        return "operator", _MARKS.get(token.text, ())
    if token.kind == "number" and token.text.isdecimal() and len(token.text) < 10:
        number = int(token.text)
        return "number", ((str(number + 1), 3.0), *(((str(number - 1), 3.0),) if number else ()))
    return "", ()


def _spaced(tokens: Sequence[Token], index: int) -> bool:
    """Whether a mark stands alone between spaces: an operator, not a bracket of a type or a part of ``->``."""
    if not 0 < index < len(tokens) - 1:
        return False
    before, mark, after = tokens[index - 1 : index + 2]
    return before.start + len(before.text) < mark.start and mark.start + 1 < after.start


def _doubles(tokens: Sequence[Token], offsets: Sequence[int]) -> Iterator[Change]:
    """Operators of two marks."""
    for index, (one, other) in enumerate(pairwise(tokens)):
        if one.kind == other.kind == "mark" and other.start == one.start + 1:
            for text, weight in _PAIRS.get(one.text + other.text, ()):
                yield Change(start=offsets[index], end=offsets[index] + 2, text=text, kind="operator", weight=weight)
