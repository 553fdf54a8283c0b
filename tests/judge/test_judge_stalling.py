"""An answer on which a law does not come to an end is the candidate's fault: the law came to an end on the oracle's."""

from judging import bench

from probatum.judge import compare

TASK = """
from probatum import Sut, U32, always, sut
@sut(answers="any")
def rounds(n: U32) -> U32:
    return n % 7
@always
def few_rounds(s: Sut, n: U32) -> None:
    "The rounds can be counted."
    left = s.rounds(n)
    while left != 0:
        left = left - 1 if left < 100 else left
"""
GOOD = "def rounds(n): return n % 7"
STALLS = "def rounds(n): return n % 7 if n < 50 else 4_000_000_000"


def test_a_law_that_stalls_on_an_answer_fails(monkeypatch) -> None:
    monkeypatch.setattr(compare, "LAW_CPU_S", 0.2)
    made = bench(TASK, GOOD)
    shown = made.fresh(STALLS, calls=60).shown
    assert {s.law for s in shown} == {"few_rounds"}
    assert "does not come to an end" in shown[0].observed
    assert not made.fresh(GOOD, calls=60).shown
