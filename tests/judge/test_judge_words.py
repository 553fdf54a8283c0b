"""Byte strings that collide: words that begin each other are what small scopes and drawn keys are made of."""

from __future__ import annotations

from probatum.judge.alphabet import alphabet_words, few_bytes
from probatum.judge.draw import drawer
from probatum.judge.enumerate import small_values
from probatum.lab.rng import Rng
from probatum.types.kinds import Bytes


def test_few_byte_strings_begin_each_other_and_part() -> None:
    words = small_values(Bytes(few=8), 4)
    assert words == [b"ab", b"a", b"", b"b"]
    assert len(set(few_bytes(Bytes(few=20), 20))) == 20


def test_few_byte_strings_keep_the_declared_sizes() -> None:
    kind = Bytes(few=6, min_size=1, max_size=2)
    assert set(few_bytes(kind, 6)) == {b"a", b"b", b"ab", b"aa", b"ba", b"bb"}
    assert all(1 <= len(word) <= 2 for word in map(drawer(kind), [Rng("sizes")] * 200))


def test_drawn_keys_collide_mostly_and_are_any_bytes_sometimes() -> None:
    kind, r = Bytes(few=8), Rng("collide")
    few, drawn = set(few_bytes(kind, 8)), [drawer(kind)(r) for _ in range(400)]
    assert 200 < sum(word in few for word in drawn) < 400
    assert "8 words of two letters" in alphabet_words(kind)
