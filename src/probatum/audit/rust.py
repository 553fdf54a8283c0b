"""Rust and Verus files of two trees compared: tests, assertions, contracts, spec functions, constructs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from probatum.audit.bypass import Occurrence
from probatum.audit.matching import likeness, pair, tokens
from probatum.audit.model import Finding
from probatum.audit.paths import is_test_code, name_of
from probatum.audit.rules import finding
from probatum.audit.rustsource import RustAssert, RustFile, RustFn, asserts, functions
from probatum.audit.vocabulary import ATTRIBUTE_ALIASES, rows_of
from probatum.toolchains.rust.lexer import Token, group_end, joined, lex, without_trailing_commas, words

Rust = Mapping[str, RustFile]


def compare_rust(old: Rust, new: Rust, pairs: Sequence[tuple[RustFn, RustFn | None]]) -> Iterator[Finding]:
    """All findings about functions of Rust files, and about files called oracle."""
    yield from _oracles(old, new)
    fresh = [f for file in new.values() for f in functions(file)]
    for before, after in pairs:
        if after is None:
            yield from _gone(before, fresh)
            continue
        if before.is_test and not after.is_test:
            message = f"{before.name}() became {after.name}(), which is no test"
            yield finding("test-not-collected", before.name, message, old=before.place, new=after.place)
        if after.is_test and (added := [c for c in after.around if c not in before.around]):
            message = f"{after.name}() exists only under #[{added[0].replace(' ', '')}]"
            yield finding("test-conditional", after.name, message, old=before.place, new=after.place)
        yield from _contract(before, after)
        if before.in_tests or before.is_test or is_test_code(before.file.path):
            yield from _assertions(before, after)
            yield from _amounts(before, after)


def pair_functions(old: Rust, new: Rust) -> list[tuple[RustFn, RustFn | None]]:
    """Functions of the old tree with their new selves."""
    before, after = ([f for file in tree.values() for f in functions(file)] for tree in (old, new))
    return pair(
        before,
        after,
        place=lambda f: (f.file.path, f.name),
        name=lambda f: f.name.rpartition(".")[2],
        body=lambda f: f.body,
    )


def _oracles(old: Rust, new: Rust) -> Iterator[Finding]:
    for path, file in old.items():
        if name_of(path) != "oracle.rs":
            continue
        now = new.get(path) or next((f for p, f in new.items() if name_of(p) == "oracle.rs" and p not in old), None)
        if now is None:
            yield finding("frozen-oracle-removed", path, f"{path} is gone", old=file.place(1))
        elif (line := _first_difference(file, now)) is not None:
            message = f"{path} has other code"
            yield finding("frozen-oracle-changed", path, message, old=file.place(line[0]), new=now.place(line[1]))


def _first_difference(old: RustFile, new: RustFile) -> tuple[int, int] | None:
    for a, b in zip(old.tokens, new.tokens, strict=False):
        if a.text != b.text:
            return a.line, b.line
    if len(old.tokens) == len(new.tokens):
        return None
    last = [tree.tokens[-1].line if tree.tokens else 1 for tree in (old, new)]
    return last[0], last[1]


def _gone(before: RustFn, fresh: Sequence[RustFn]) -> Iterator[Finding]:
    if before.is_test or (before.in_tests and asserts(before)):
        if not _absorbed(before, fresh):
            yield finding("test-removed", before.name, f"{before.name}() is gone", old=before.place)
    elif before.is_spec:
        yield finding("spec-removed", before.name, f"{before.name}() is gone", old=before.place)


def _absorbed(before: RustFn, fresh: Sequence[RustFn]) -> bool:
    """Whether every assertion of a lost helper stands in another test function now."""
    asked = {a.text for a in asserts(before)}
    held = {a.text for f in fresh if f.is_test or f.in_tests for a in asserts(f)}
    return bool(asked) and asked <= held


def _contract(old: RustFn, new: RustFn) -> Iterator[Finding]:
    """Clauses, spec bodies, visibility of Verus."""
    places = old.place, new.place
    gone = [c for c in old.clauses if c not in new.clauses]
    come = [c for c in new.clauses if c not in old.clauses]
    for keyword, clause in gone:
        partner = _partner(keyword, clause, come)
        if partner is not None:
            come.remove(partner)
            message = f"{new.name}(): {keyword} `{clause[:80]}` became `{partner[1][:80]}`"
            yield finding("contract-changed", new.name, message, old=places[0], new=places[1])
        elif keyword in ("ensures", "returns"):
            message = f"{new.name}() no longer ensures `{clause[:80]}`"
            yield finding("ensures-removed", new.name, message, old=places[0], new=places[1])
        elif keyword != "requires":
            message = f"{new.name}(): {keyword} `{clause[:80]}` is gone"
            yield finding("contract-changed", new.name, message, old=places[0], new=places[1])
    for keyword, clause in come:
        if keyword == "requires" and (old.is_spec or old.file.is_verus):
            message = f"{new.name}() requires `{clause[:80]}` now"
            yield finding("requires-added", new.name, message, old=places[0], new=places[1])
    if "spec" in old.modifiers and (old.body != new.body or old.signature != new.signature):
        message = f"the spec function {new.name}() means something else"
        yield finding("spec-body-changed", new.name, message, old=places[0], new=places[1])
    for word in ("open", "closed"):
        if (word in old.modifiers) != (word in new.modifiers) and "spec" in old.modifiers:
            says = "is" if word in new.modifiers else "is no longer"
            yield finding("spec-visibility", new.name, f"{new.name}() {says} {word}", old=places[0], new=places[1])
            break


def _partner(keyword: str, clause: str, come: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    bag = tokens([clause])
    near = [(likeness(bag, tokens([c])), (k, c)) for k, c in come if k == keyword]
    best = max(near, default=(0.0, None))
    return best[1] if best[0] >= 0.3 else None


def _assertions(old: RustFn, new: RustFn) -> Iterator[Finding]:
    before, free = list(asserts(old)), list(asserts(new))
    left = []
    for item in before:
        now = next((a for a in free if a.text == item.text), None)
        if now is None:
            left.append(item)
            continue
        free.remove(now)
        fresh = [g for g in now.guards if g not in item.guards]
        if fresh and len(now.guards) > len(item.guards):
            rule = "assertion-dead" if _dead(fresh[0]) else "assertion-guarded"
            message = f"`{item.text[:80]}` in {new.name}() runs only under `{fresh[0][:80]}`"
            yield finding(rule, new.name, message, old=old.file.place(item.line), new=new.file.place(now.line))
    for item in left:
        yield from _lost(old, new, item, free)


def _dead(guard: str) -> bool:
    return guard == "after return" or bool(re.search(r"\b(?:if|while) false\b", guard))


def _lost(old: RustFn, new: RustFn, item: RustAssert, free: list[RustAssert]) -> Iterator[Finding]:
    bag = tokens([item.text])
    scored = [(likeness(bag, tokens([a.text])), -n, a) for n, a in enumerate(free)]
    score, _, now = max(scored, key=lambda entry: entry[:2], default=(0.0, 0, None))
    trivial = next((a for a in free if (a.arguments and a.arguments[0] == "true") or _reflexive(a)), None)
    if now is None or score < 0.4:
        now = trivial
    if now is None:
        message = f"`{item.text[:90]}` is gone from {new.name}()"
        yield finding("assertion-removed", new.name, message, old=old.file.place(item.line), new=new.place)
        return
    free.remove(now)
    rule = "assertion-weakened" if _weaker(item, now) else "assertion-changed"
    if not _renaming(item, now):
        message = f"`{item.text[:90]}` became `{now.text[:90]}` in {new.name}()"
        yield finding(rule, new.name, message, old=old.file.place(item.line), new=new.file.place(now.line))


def _reflexive(item: RustAssert) -> bool:
    return len(item.arguments) == 2 and item.arguments[0] == item.arguments[1] and item.macro.endswith("_eq")


def _weaker(old: RustAssert, new: RustAssert) -> bool:
    if (new.arguments and new.arguments[0] == "true") or _reflexive(new):
        return True
    if old.macro.endswith("_eq") and not new.macro.endswith("_eq"):
        return not new.macro.endswith("_ne")
    if new.macro.startswith("debug_") and not old.macro.startswith("debug_"):
        return True
    before, after = " ".join(old.arguments), " ".join(new.arguments)
    if (after.startswith(before) and "| |" in after) or f"| | {before}" in after:
        return True
    return "= =" in before and ("> =" in after or "< =" in after) and "= =" not in after


def _renaming(old: RustAssert, new: RustAssert) -> bool:
    """The same but for names, consistently: variables were renamed."""
    if old.macro != new.macro:
        return False
    a, b = (" , ".join(item.arguments).split() for item in (old, new))
    if len(a) != len(b):
        return False
    there: dict[str, str] = {}
    back: dict[str, str] = {}
    for x, y, after in zip(a, b, [*a[1:], ""], strict=True):
        name = x.isidentifier() and y.isidentifier() and x[0].islower() and after != "(" and x not in ("true", "false")
        if x != y and not name:
            return False
        if there.setdefault(x, y) != y or back.setdefault(y, x) != x:
            return False
    return True


_AMOUNT = re.compile(r"(?:with_cases \(|cases :) ([\d_]+)")


def _amounts(old: RustFn, new: RustFn) -> Iterator[Finding]:
    """Literal ranges of loops."""
    pattern = re.compile(r"for \S+ in ([\d_]+) \. \.(?: =)? ([\d_]+)")
    before, after = (pattern.findall(joined(f.tokens)) for f in (old, new))
    if len(before) == len(after):
        for (a, b), (c, d) in zip(before, after, strict=True):
            if _whole(d) - _whole(c) < _whole(b) - _whole(a):
                message = f"a loop of {new.name}() went from {a}..{b} to {c}..{d}"
                yield finding("repetitions-lowered", new.name, message, old=old.place, new=new.place)


def _whole(text: str) -> int:
    return int(text.replace("_", "") or 0)


def compare_cases(old: Rust, new: Rust) -> Iterator[Finding]:
    """Numbers of cases that property tests of a file draw."""
    for path, file in old.items():
        now = new.get(path)
        if now is None:
            continue
        before, after = (sorted(map(_whole, _AMOUNT.findall(joined(f.tokens)))) for f in (file, now))
        fewer = [(a, b) for a, b in zip(before, after, strict=False) if b < a]
        if fewer:
            message = f"{path} draws {fewer[0][1]} cases instead of {fewer[0][0]}"
            where = next((t.line for t in now.tokens if _is_number(t, fewer[0][1])), 1)
            yield finding("repetitions-lowered", path, message, old=file.place(1), new=now.place(where))


def _is_number(token: Token, value: int) -> bool:
    return token.text[:1].isdigit() and token.text.replace("_", "").isdigit() and _whole(token.text) == value


def rust_occurrences(file: RustFile) -> Iterator[Occurrence]:
    """Constructs of the vocabulary in a file, each with the function it stands in."""
    inside = functions(file)
    yield from _attributes(file, inside)
    texts = words(file.tokens)
    for row in rows_of("rust", "tokens"):
        pattern = words(without_trailing_commas(lex(row.token)))
        for at in (i for i, text in enumerate(texts) if text == pattern[0]):
            if texts[at : at + len(pattern)] != pattern:
                continue
            owner = _owner(inside, at)
            tests = owner.in_tests if owner else is_test_code(file.path)
            if (row.where == "verus" and not file.is_verus) or (row.where == "code" and (tests or file.is_verus)):
                continue
            if at and texts[at - 1] == "fn":  # a definition of that name
                continue
            line = file.tokens[at].line
            text = joined(file.tokens[at : at + 12])
            scope = owner.name if owner else ""
            yield Occurrence(row=row, place=file.place(line), scope=scope, text=text, shown=row.token)


def _owner(inside: Sequence[RustFn], at: int) -> RustFn | None:
    return next((f for f in inside if f.first <= at < f.last), None)


def _attributes(file: RustFile, inside: Sequence[RustFn]) -> Iterator[Occurrence]:
    rows = {row.token: row for row in rows_of("rust", "attribute")}
    tokens = file.tokens
    for at, token in enumerate(tokens[:-1]):
        opened = at + 1 + (tokens[at + 1].text == "!")
        if token.text != "#" or opened >= len(tokens) or tokens[opened].text != "[":
            continue
        stop = group_end(tokens, opened)
        names = [t.text for t in tokens[opened + 1 : stop - 1]]
        heads = names if names and names[0] in ATTRIBUTE_ALIASES else names[:1]
        owner = _owner(inside, at)
        for name in dict.fromkeys(heads):
            if name in rows:
                text = " ".join(names)
                shown = f"#[{''.join(names)}]"[:60]
                scope = owner.name if owner else ""
                yield Occurrence(row=rows[name], place=file.place(token.line), scope=scope, text=text, shown=shown)
