"""Which types a candidate in Rust declares itself, read off its text: the glue then speaks of those."""

from __future__ import annotations

from probatum.toolchains.rust.code import Code, is_word, read_code
from probatum.toolchains.rust.names import imported

GIVERS = frozenset({"crate", "super"})
"""Where a `use` begins that may name a type which the candidate is given."""


def own_names(source: str) -> dict[str, str]:
    """``{"Packet.kind": "PacketKind", "PacketKind": "PacketKind"}``: fields with the plain name of their type, and
    the types themselves. ``{"use Packet": "Packet"}``: what it imports from the crate's root for itself alone, so
    that nobody can name it through the candidate's module."""
    code = read_code(source)
    found: dict[str, str] = {}
    for at, text in code.items():
        name = code.texts[at + 1]
        if text == "use" and not code.depth[at] and name in GIVERS and code.texts[at - 1] not in ("pub", ")"):
            found.update((imported(leaf), leaf) for leaf in _leaves(code, at))
        if code.depth[at] or not is_word(name):
            continue
        if text in ("enum", "struct"):
            found[name] = name
        if text == "struct" and code.texts[at + 2] == "{":
            found.update({f"{name}.{field}": kind for field, kind in _fields(code, at + 3, code.ends[at + 2] - 1)})
    return found


def _leaves(code: Code, at: int) -> list[str]:
    """The names that a `use` brings in under the names that they have."""
    texts, found = code.texts, []
    while texts[at] not in (";", ""):
        at += 1
        if is_word(texts[at]) and texts[at + 1] in (",", "}", ";") and texts[at - 1] != "as":
            found.append(texts[at])
    return found


def _fields(code: Code, at: int, end: int) -> list[tuple[str, str]]:
    texts = code.texts
    return [
        (texts[i], texts[i + 2])
        for i in range(at, end)
        if texts[i + 1] == ":" and is_word(texts[i + 2]) and texts[i + 3] in (",", "}")
    ]
