"""Which unit of the old tree is which of the new: by place, by name, by body, by likeness. A rename is no deletion."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

LIKE = 0.6
"""From this likeness on (shared tokens over all tokens) two bodies are versions of one."""
MAX_LIKENESS_PAIRS = 400_000
_TOKEN = re.compile(r"\w+|[^\w\s]")

T = TypeVar("T")


def tokens(lines: Iterable[str]) -> Counter[str]:
    """The multiset of tokens of normalised lines."""
    return Counter(_TOKEN.findall("\n".join(lines)))


def likeness(a: Counter[str], b: Counter[str]) -> float:
    """Shared tokens over all tokens, 0 to 1."""
    total = a.total() + b.total()
    return 2 * (a & b).total() / total if total else 1.0


def pair(
    old: Sequence[T],
    new: Sequence[T],
    *,
    place: Callable[[T], Hashable],
    name: Callable[[T], Hashable],
    body: Callable[[T], tuple[str, ...]],
    least: float = LIKE,
) -> list[tuple[T, T | None]]:
    """Every old unit with its new self, or None; no new unit serves two."""
    partner: dict[int, int] = {}
    taken: set[int] = set()

    def settle(key: Callable[[T], Hashable], only_unique: bool) -> None:
        where: dict[Hashable, list[int]] = defaultdict(list)
        for j, unit in enumerate(new):
            if j not in taken:
                where[key(unit)].append(j)
        for i, unit in enumerate(old):
            found = [j for j in where.get(key(unit), []) if j not in taken] if i not in partner else []
            if len(found) == 1 or (found and not only_unique):
                partner[i] = found[0]
                taken.add(found[0])

    settle(place, False)
    settle(lambda unit: (name(unit), body(unit)), False)
    settle(body, False)
    settle(name, True)
    _by_likeness(old, new, name, body, least, partner, taken)
    return [(unit, new[partner[i]] if i in partner else None) for i, unit in enumerate(old)]


def _score(bodies: float, names: float) -> float:
    """A name that stayed almost the same speaks for a body that changed more."""
    return max(bodies, 0.5 * bodies + 0.5 * names) if bodies >= 0.3 else 0.0


def _words(name: object) -> Counter[str]:
    return Counter(str(name).lower().split("_"))


def _by_likeness(
    old: Sequence[T],
    new: Sequence[T],
    name: Callable[[T], Hashable],
    body: Callable[[T], tuple[str, ...]],
    least: float,
    partner: dict[int, int],
    taken: set[int],
) -> None:
    left, right = [i for i in range(len(old)) if i not in partner], [j for j in range(len(new)) if j not in taken]
    if not left or not right or len(left) * len(right) > MAX_LIKENESS_PAIRS:
        return
    bags_old, bags_new = {i: tokens(body(old[i])) for i in left}, {j: tokens(body(new[j])) for j in right}
    words_old, words_new = {i: _words(name(old[i])) for i in left}, {j: _words(name(new[j])) for j in right}
    scored = [
        (_score(likeness(bags_old[i], bags_new[j]), likeness(words_old[i], words_new[j])), i, j)
        for i in left
        for j in right
    ]
    for score, i, j in sorted(scored, key=lambda item: (-item[0], item[1], item[2])):
        if score < least:
            return
        if i not in partner and j not in taken:
            partner[i] = j
            taken.add(j)
