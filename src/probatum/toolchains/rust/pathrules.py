"""Rules about paths: the standard library module by module, the crate's root, other crates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from probatum.toolchains.rust.code import Code, is_word
from probatum.toolchains.rust.listed import (
    EXPLANATION,
    FOREIGN,
    FREE,
    KEYWORDS,
    LISTED_MACROS,
    MACROS,
    ROOT,
    ROOT_WITHHELD,
    SHIMMED,
    WITHHELD,
    WITHHELD_CONCURRENT,
)

Found = Iterator[tuple[int, str]]
_STD = ("std", "core")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One path of a tree: the first two names after the root (empty where there are none), the last, and its place."""

    first: str
    second: str
    last: str
    at: int


def leaves(code: Code, at: int) -> tuple[list[Leaf], int]:
    """The paths that go on at ``at``, right after a ``::``, and where they end; groups are followed."""
    found: list[Leaf] = []
    prefixes: list[tuple[str, ...]] = []
    path: tuple[str, ...] = ()
    while True:
        text = code.texts[at]
        if is_word(text) or text in ("*", "$"):
            path = (*path[:2], text)
            if code.texts[at + 1] == "::" and (is_word(code.texts[at + 2]) or code.texts[at + 2] in ("{", "*", "$")):
                at += 2
                continue
            found.append(_leaf(path, at))
            at += 3 if code.uses[at] and code.texts[at + 1] == "as" else 1
        elif text == "{":
            prefixes.append(path)
            at += 1
            continue
        elif not (text in (",", "}") and prefixes):
            found.append(_leaf((*path[:2], "$"), at))
            return found, at
        while prefixes and code.texts[at] == "}":
            prefixes.pop()
            at += 1
        if not prefixes:
            return found, at
        at += code.texts[at] == ","
        path = prefixes[-1]
        if code.texts[at] == "::":  # a group's path that starts anew
            at += 1


def _leaf(path: tuple[str, ...], at: int) -> Leaf:
    return Leaf(first=path[0], second=path[1] if len(path) > 1 else "", last=path[-1], at=at)


def std_rules(code: Code, *, concurrent: bool) -> Found:
    """Every use of the standard library that is not offered."""
    withheld = {**WITHHELD, **(WITHHELD_CONCURRENT if concurrent else {})}
    named: set[str] = set()
    reach = 0
    for at, text in code.items():
        if at < reach or text not in _STD or (code.is_member(at) and not code.macro[at]):
            continue
        if code.texts[at - 1] == "mod":
            yield at, "module called std or core"
        elif code.texts[at + 1] != "::":
            if code.uses[at] or code.texts[at - 1] == "::":
                yield at, "std as a whole"
            elif code.macro[at] and code.defined:
                yield at, "assembled name"
        else:
            paths, reach = leaves(code, at + 2)
            for leaf in paths:
                construct = _std_construct(code, leaf, withheld, concurrent=concurrent)
                if construct:
                    yield leaf.at, construct
                if _whole(code, leaf):
                    named.add(leaf.first)
    yield from _reached(code, {name: module for module in sorted(named & set(withheld)) for name in withheld[module]})


def _std_construct(code: Code, leaf: Leaf, withheld: dict[str, frozenset[str]], *, concurrent: bool) -> str:
    if leaf.first in ("*", "self"):
        return "std as a whole"
    if "$" in (leaf.first, leaf.second, leaf.last):
        return "assembled name"
    if leaf.last in LISTED_MACROS:
        return LISTED_MACROS[leaf.last] if leaf.first not in ("arch", "env") else f"std::{leaf.first}"
    if leaf.second in withheld.get(leaf.first, ()):
        return _withheld(leaf.first, leaf.second)
    if leaf.first in FREE and not (concurrent and leaf.first in SHIMMED):
        return ""
    if leaf.first == "thread_local" and concurrent:
        return "thread_local"
    if leaf.first in MACROS and not leaf.second:
        return ""
    return f"std::{leaf.first}" if f"std::{leaf.first}" in EXPLANATION else "std module not listed"


def _whole(code: Code, leaf: Leaf) -> bool:
    """Whether a module comes in with all that is in it; the prelude's parts are modules themselves."""
    return leaf.first == "prelude" or (leaf.second in ("", "self", "*") and code.texts[leaf.at + 1] != "!")


def _withheld(module: str, name: str) -> str:
    if module == "prelude":
        return LISTED_MACROS[name]
    return "catch_unwind" if name == "catch_unwind" else f"std::{module}::{name}"


def _reached(code: Code, names: dict[str, str]) -> Found:
    """What is withheld of modules that were imported as a whole: any use of such a name may be it."""
    for at, text in code.items():
        if text in names and (code.macro[at] or not (code.texts[at - 1] == "fn" or code.is_member(at))):
            yield at, _withheld(names[text], text)


def root_rules(code: Code) -> Found:
    """The crate's root and other crates."""
    reach = 0
    for at, text in code.items():
        if text in ("crate", "super") and at >= reach and (text == "crate" or _climbs(code, at)):
            if code.texts[at + 1] == "::":
                paths, reach = leaves(code, at + 2)
                yield from ((leaf.at, "crate root") for leaf in paths if not _offered(code, leaf))
            elif code.uses[at]:
                yield at, "crate root"
        elif (text == "::" and _leads(code, at) and code.texts[at + 1] not in _STD) or (
            (text in FOREIGN or text.startswith("probatum")) and (code.texts[at + 1] == "::" or code.uses[at])
        ):
            yield at, "other crate"


def _offered(code: Code, leaf: Leaf) -> bool:
    named = leaf.first in ROOT or (leaf.first[:1].isupper() and leaf.first not in ROOT_WITHHELD)
    return named or (leaf.first == "super" and not code.uses[leaf.at])


def _climbs(code: Code, at: int) -> bool:
    """Whether the path with the `super` at ``at`` reaches the crate's root; in a `use`, all that it says counts."""
    count, back = 1, at - 1
    while back >= 0 and (code.uses[at] or code.texts[back] in ("super", "::", "self")) and code.texts[back] != "use":
        count += code.texts[back] == "super"
        if count > code.depth[at]:
            break
        back -= 1
    return count > code.depth[at]


def _leads(code: Code, at: int) -> bool:
    """Whether a `::` begins a path: nothing that could be a path stands before it."""
    before, after = code.texts[at - 1] if at else "", code.texts[at + 1]
    if not (is_word(after) or after == "{"):
        return False
    path = is_word(before) and (before not in KEYWORDS or before in ("Self", "crate", "self", "super"))
    return not path and before != ">"
