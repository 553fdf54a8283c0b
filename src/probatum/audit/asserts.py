"""Two lists of assertions compared: same, renamed, folded into a table, stronger; or weakened, guarded, gone."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace

from probatum.audit.assertions import DEAD, SWALLOWED, Assertion
from probatum.audit.matching import likeness, tokens
from probatum.audit.model import Finding, Place
from probatum.audit.pysource import constants_of
from probatum.audit.rules import finding
from probatum.audit.skeleton import is_literal, skeleton
from probatum.audit.strength import OTHER, SAME, STRONGER, WEAKER, compare, trivial

_GUARDED = {"if": "assertion-guarded", DEAD: "assertion-dead", SWALLOWED: "assertion-swallowed"}


def compare_assertions(
    subject: str,
    old: Sequence[Assertion],
    new: Sequence[Assertion],
    literals: Set[str],
    renames: Mapping[str, str],
    place: Place,
) -> Iterator[Finding]:
    """Findings about assertions of a test. ``literals``: those the new test draws on; ``place``: where it begins."""
    before = [_renamed(item, renames) for item in old if not _idle(item)]
    pairs, left, free = _settle(before, list(new), literals)
    for item, now in pairs:
        yield from _meaning(subject, item, now)
        yield from _guards(subject, item, now)
    for item in left:
        yield from _leftover(subject, item, free, new, place)


def _idle(item: Assertion) -> bool:
    """An assertion that asked nothing before."""
    return trivial(item.node) or any(kind in (DEAD, SWALLOWED) for kind, _ in item.guards)


class _Names(ast.NodeTransformer):
    def __init__(self, renames: Mapping[str, str]) -> None:
        self.renames = renames

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(id=self.renames.get(node.id, node.id), ctx=node.ctx)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        return ast.Attribute(value=node.value, attr=self.renames.get(node.attr, node.attr), ctx=node.ctx)


def _renamed(item: Assertion, renames: Mapping[str, str]) -> Assertion:
    if not renames:
        return item
    node, full = (_Names(renames).visit(copy.deepcopy(n)) for n in (item.node, item.full))
    return replace(item, node=node, full=full)


def _settle(
    old: Sequence[Assertion], free: list[Assertion], literals: Set[str]
) -> tuple[list[tuple[Assertion, Assertion]], list[Assertion], list[Assertion]]:
    """Assertions that stayed what they were, with their new selves; the rest on both sides."""
    pairs: list[tuple[Assertion, Assertion]] = []
    left = list(old)
    for key in (_written, _alpha, _expanded, _alpha_expanded):
        for item in list(left):
            wanted = key(item)
            found = [now for now in free if key(now) == wanted]
            if found:
                best = min(found, key=lambda now: len(_new_guards(item, now)))
                free.remove(best)
                left.remove(item)
                pairs.append((item, best))
    for item in list(left):
        folded = _folded(item, free, literals)
        if folded is not None:
            left.remove(item)
            pairs.append((item, folded))
    return pairs, left, free


def _written(item: Assertion) -> str:
    return item.text


def _alpha(item: Assertion) -> str:
    return skeleton(item.node, item.own)


def _expanded(item: Assertion) -> str:
    return ast.unparse(item.full)


def _alpha_expanded(item: Assertion) -> str:
    return skeleton(item.full, item.own)


def _meaning(subject: str, item: Assertion, now: Assertion) -> Iterator[Finding]:
    """The same words about other values: the expected value changed where it is made."""
    if ast.unparse(item.full) == ast.unparse(now.full) or item.text != now.text:
        return
    verdict = compare(item.full, now.full)
    if verdict == WEAKER or (trivial(now.full) and not trivial(item.full)):
        rule, says = "assertion-weakened", "asks less now, by the values it looks at"
    elif _expectation(item.full) != _expectation(now.full):
        rule, says = "assertion-changed", "expects another value now"
    else:
        return
    yield finding(rule, subject, f"`{_cut(item.text)}` in {subject} {says}", old=item.place, new=now.place)


def _expectation(node: ast.expr) -> list[str]:
    """The literal sides of a comparison."""
    if not isinstance(node, ast.Compare):
        return []
    return sorted(ast.unparse(side) for side in (node.left, *node.comparators) if is_literal(side))


def _folded(item: Assertion, free: Sequence[Assertion], literals: Set[str]) -> Assertion | None:
    """The assertion that says the same of a name where a literal stood, the literal being in reach of the test."""
    for node in (item.node, item.full):
        if not constants_of(node) <= literals:
            continue
        wanted = skeleton(node, literals=False)
        for now in free:
            abstracted = constants_of(now.full) < constants_of(node)
            if abstracted and skeleton(now.full, literals=False) == wanted:
                return now
    return None


def _new_guards(item: Assertion, now: Assertion) -> list[tuple[str, str]]:
    known = [(kind, _shape(text)) for kind, text in item.guards]
    fresh = []
    for kind, text in now.guards:
        if (kind, _shape(text)) in known:
            known.remove((kind, _shape(text)))
        else:
            fresh.append((kind, text))
    return fresh


def _shape(text: str) -> str:
    try:
        return skeleton(ast.parse(text, mode="eval").body)
    except SyntaxError:
        return text


def _guards(subject: str, item: Assertion, now: Assertion) -> Iterator[Finding]:
    fresh = _new_guards(item, now)
    rank = (DEAD, SWALLOWED, "if")
    if not fresh or (len(now.guards) <= len(item.guards) and all(kind == "if" for kind, _ in fresh)):
        return
    kind, text = min(fresh, key=lambda guard: rank.index(guard[0]))
    says = {"if": f"runs only where `{_cut(text)}`", DEAD: f"cannot be reached (`{_cut(text)}`)",
            SWALLOWED: f"fails silently (`{_cut(text)}`)"}[kind]  # fmt: skip
    message = f"`{_cut(now.text)}` in {subject} {says}"
    yield finding(_GUARDED[kind], subject, message, old=item.place, new=now.place)


def _leftover(
    subject: str, item: Assertion, free: list[Assertion], new: Sequence[Assertion], place: Place
) -> Iterator[Finding]:
    """An assertion that is no longer there in its form: implied by another, weakened, changed or removed."""
    if any(_verdict(item, now) in (SAME, STRONGER) and not _idle(now) for now in new):
        return
    partner = _nearest(item, free)
    if partner is None:
        message = f"`{_cut(item.text)}` is gone from {subject}"
        yield finding("assertion-removed", subject, message, old=item.place, new=place)
        return
    free.remove(partner)
    rule = "assertion-weakened" if _verdict(item, partner) == WEAKER else "assertion-changed"
    message = f"`{_cut(item.text)}` became `{_cut(partner.text)}` in {subject}"
    yield finding(rule, subject, message, old=item.place, new=partner.place)


def _verdict(item: Assertion, now: Assertion) -> str:
    verdict = compare(item.node, now.node)
    return compare(item.full, now.full) if verdict == OTHER else verdict


def _nearest(item: Assertion, free: Sequence[Assertion]) -> Assertion | None:
    """The assertion that took the place of another: a weaker one first, else the most alike."""
    for now in free:
        if _verdict(item, now) == WEAKER and not trivial(now.node):
            return now
    bag = tokens([item.text])
    scored = [(likeness(bag, tokens([now.text])), -number, now) for number, now in enumerate(free)]
    best = max(scored, key=lambda entry: entry[:2], default=None)
    if best is not None and best[0] >= 0.4:
        return best[2]
    return next((now for now in free if trivial(now.node)), None)


def _cut(text: str, limit: int = 90) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 3] + "..."
