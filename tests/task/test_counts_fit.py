"""Whether the answers of two threads fit together as far as counts go: held against every interleaving."""

from __future__ import annotations

from itertools import pairwise, product
from random import Random

import pytest

from probatum import Change, counts_fit

START = {"a": 1}


def history(r: Random, length: int) -> tuple[list[Change], list[Change]]:
    "What two threads truly find of two counts in some order of their calls."
    counts, told = {**START, "b": 0}, ([], [])  # type: tuple[dict[str, int], tuple[list[Change], list[Change]]]
    for _ in range(length):
        key, change = r.choice("ab"), r.choice((-1, 0, 1))
        told[r.randrange(2)].append((key, change, counts[key] if r.random() < 0.7 else None))
        counts[key] += change
    return told


@pytest.mark.parametrize("seed", range(40))
def test_what_was_found_in_some_order_fits(seed: int) -> None:
    one, other = history(Random(seed), 60)
    assert counts_fit(one, other, START)
    assert counts_fit(other, one, START)


def by_trying(own: list[Change], other: list[Change]) -> bool:
    "Every way in which the other thread's calls can have come between."
    for moments in product(range(len(other) + 1), repeat=len(own)):
        if all(a <= b for a, b in pairwise(moments)) and all(fits(own, other, at, m) for at, m in enumerate(moments)):
            return True
    return False


def fits(own: list[Change], other: list[Change], at: int, moment: int) -> bool:
    key, _, found = own[at]
    done = [*own[:at], *other[:moment]]
    return found is None or found == START.get(key, 0) + sum(change for k, change, _ in done if k == key)


def test_it_says_what_trying_every_interleaving_says() -> None:
    said = []
    for seed in range(300):
        r = Random(seed)
        own, other = history(r, 8)
        wrong = [(k, c, f if f is None or r.random() < 0.7 else f + r.choice((-1, 1))) for k, c, f in own[:4]]
        assert counts_fit(wrong, other[:4], START) == by_trying(wrong, other[:4]), (wrong, other)
        said.append(counts_fit(wrong, other[:4], START))
    assert 50 < sum(said) < 250, "both answers occur"


def test_moments_never_go_back() -> None:
    other: list[Change] = [("a", 1, None), ("a", -1, None)]
    assert counts_fit([("a", 0, 2), ("a", 0, 1)], other, START)
    assert not counts_fit([("a", 0, 2), ("a", 0, 1), ("a", 0, 2)], other, START)


def test_alone_every_count_is_known() -> None:
    assert counts_fit([("a", 1, 1), ("a", -1, 2)], [], START)
    assert not counts_fit([("a", 1, 1), ("a", -1, 1)], [], START)
