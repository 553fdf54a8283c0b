"""Rules about attributes, macros and single words."""

from __future__ import annotations

from collections.abc import Iterator

from probatum.toolchains.rust.code import Code, is_word, macro_group
from probatum.toolchains.rust.listed import (
    BUILTIN,
    COMMON_WORDS,
    DERIVES,
    INNER,
    LISTED_ATTRIBUTES,
    LISTED_MACROS,
    MACROS,
    OUTER,
    PRINTS,
    PROOF_CALLS,
    PROOF_HOLES,
    SIZES,
)

RENAMED = MACROS | OUTER | DERIVES | {"$"}
"""What nothing may be imported as."""

Found = Iterator[tuple[int, str]]
_PIECES = frozenset({"tt", "ident", "path"})
"""Fragments out of which a macro can make a name or a path."""


def attribute_rules(code: Code) -> Found:
    """Attributes that are not offered; a hash that begins none could begin one that a macro completes."""
    for at, text in code.items():
        if text != "#":
            continue
        inner = code.texts[at + 1] == "!"
        opened = at + 1 + inner
        head = code.texts[opened + 1]
        if code.texts[opened] != "[" or head == "$":
            yield at, "assembled name"
        elif head not in (INNER if inner else OUTER):
            yield at, LISTED_ATTRIBUTES.get(head, "inner attribute" if inner else "attribute")
        elif head == "derive":
            yield from _derived(code, opened + 2)


def _derived(code: Code, opened: int) -> Found:
    for at in range(opened + 1, code.ends[opened] - 1):
        text = code.texts[at]
        last = code.texts[at + 1] != "::"
        if text not in (",", "::") and (last or not is_word(text)) and text not in DERIVES:
            yield at, "derive"


def macro_rules(code: Code, *, concurrent: bool) -> Found:
    """Macros that are not offered, and macros of the candidate that put names together."""
    pieces = _assembles(code)
    if "tt" in pieces:
        yield from ((at, "assembled name") for at in code.docs if code.macro[at])
    for at, text in code.items():
        after = code.texts[at + 1 : at + 4]
        if text in LISTED_MACROS and (_named(code, at) or (pieces and code.macro[at])):
            yield at, LISTED_MACROS[text]
        elif text == "$":
            yield from _fragment(code, at)
        elif text == ")" and after[0] == "::" and after[1] in ("*", "+", "?"):
            yield at, "assembled name"
        elif macro_group(code.texts, at) and code.texts[at - 1] != "$":
            if text not in MACROS | code.defined | {"macro_rules"}:
                yield at, "macro from elsewhere"
            elif text == "thread_local" and concurrent:
                yield at, "thread_local"


def _named(code: Code, at: int) -> bool:
    """Whether a listed macro is called here, or imported under whatever name."""
    if macro_group(code.texts, at):
        return True
    alone = code.texts[at - 1] in ("use", "{", ",") and code.texts[at + 1] in (";", "as", ",", "}")
    return code.uses[at] and (alone or code.texts[at] not in COMMON_WORDS)


def import_rules(code: Code) -> Found:
    """Imports that give a macro, or an attribute, a name under which something else may be called."""
    for at, text in code.items():
        if code.uses[at] and text in BUILTIN:
            yield at, LISTED_ATTRIBUTES.get(text, "attribute")
        elif code.uses[at] and text == "as" and code.texts[at + 1] in RENAMED:
            yield at, "misleading import"


def _assembles(code: Code) -> set[str]:
    """Fragments that macros of this file take and that can become names; "tt" can even be documentation's hash."""
    spots = (at for at in range(3, len(code.texts)) if code.texts[at] in _PIECES)
    return {code.texts[at] for at in spots if code.texts[at - 1] == ":" and code.texts[at - 3] == "$"}


def _fragment(code: Code, at: int) -> Found:
    """``$a::$b`` and ``$a!(...)``: a path, or a macro's name, that is not in the text."""
    after = code.texts[at + 2 : at + 4]
    if is_word(code.texts[at + 1]) and (after == ("::", "$") or (after[0] == "!" and after[1] in ("(", "[", "{"))):
        yield at, "assembled name"


def word_rules(code: Code, *, concurrent: bool) -> Found:
    """Keywords and names that are refused wherever they stand."""
    for at, text in code.items():
        if text in ("extern", "catch_unwind"):
            yield at, text
        elif text == "mod" and not _in_place(code, at):
            yield at, "file module"
    yield from _proof_holes(code)
    if concurrent:
        yield from _beside_the_shim(code)


def _proof_holes(code: Code) -> Found:
    """What provers take for granted; outside of proofs, a function of that name is the candidate's own."""
    own = {code.texts[at + 1] for at, text in code.items() if text == "fn"}
    own = set() if {"verus", "vstd"} & set(code.texts) else own
    for at, text in code.items():
        hole = text in PROOF_HOLES or (text in PROOF_CALLS and text not in own and _proof_call(code, at))
        if hole or (text, code.texts[at + 1]) in (("verifier", "::"), ("axiom", "fn")):
            yield at, "proof hole"


def _in_place(code: Code, at: int) -> bool:
    """Whether a module is written where it is declared; in a macro its name may be a fragment."""
    at += 1 + (code.texts[at + 1] == "$")
    at += 1
    if code.texts[at] == ":":
        at += 2
    return code.texts[at] == "{"


def _proof_call(code: Code, at: int) -> bool:
    called = code.texts[at + 1] in ("(", "!") and code.texts[at - 1] != "fn" and not code.is_member(at)
    return called or code.uses[at]


def _beside_the_shim(code: Code) -> Found:
    prints = [at for at, text in code.items() if text in PRINTS and code.texts[at + 1] == "!"]
    if any(t in ("fmt", "from_fn") and code.texts[at + 1] != "::" and not code.uses[at] for at, t in code.items()):
        yield from ((at, "hidden lock") for at in prints)
    for at, text in code.items():
        if text in ("read_volatile", "write_volatile"):
            yield at, "volatile access"
        elif text in SIZES:
            yield at, "size of a type"
        elif text in ("file", "module_path") and code.texts[at + 1] == "!":
            yield at, "place of compilation"
