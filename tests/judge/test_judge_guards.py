"""Checks that stand between an answer and a verdict, each seen to matter on its own."""

from dataclasses import replace

import pytest
from judging import bench, suite_of

from probatum.judge.compare import first_difference
from probatum.judge.drive import OracleDriver
from probatum.judge.histories import record_law
from probatum.judge.shrink import realise
from probatum.judge.variants import renumbered, simplifications, with_twins, without_twins
from probatum.transcript import Op

BOX = """
@sut
class Box:
    def __init__(self) -> None:
        self.n = 0
    @raises(KeyError)
    def find(self) -> U8:
        raise KeyError
    def take(self) -> U8:
        return self.n

@always
def taken_or_missing(s: Box) -> None:
    "A box gives its number."
    try:
        assert s.{}() == 0
    except KeyError:
        pass
"""
GOOD_BOX = "class Box:\n    def find(self): raise KeyError\n    def take(self): return 0\n"


def test_a_law_cannot_excuse_an_error_that_the_method_does_not_declare() -> None:
    """The bytes say `declared`, and another method of the class declares it: the law is told of neither."""

    def forge(number: int, honest: bytes) -> bytes:
        return honest.replace(b"[0,0]", b'[1,"KeyError"]')

    b = bench(BOX.format("take"), GOOD_BOX)
    forged = {s.law: s.observed for s in b.fresh(b.scripted(GOOD_BOX, twist=forge), calls=100).shown}
    assert forged.keys() == {"never_raises", "taken_or_missing"}
    assert "KeyError" in forged["taken_or_missing"]
    assert not bench(BOX.format("find"), GOOD_BOX).fresh(GOOD_BOX, calls=100).shown


NUMBERS = """
EVEN = st.integers(10, 50).map(lambda n: 2 * n)

@sut
def {}(n: {}, m: U64) -> U64:
    return n + m
"""


@pytest.mark.parametrize(("kind", "replaced"), [("Annotated[U64, EVEN]", False), ("U64", True)])
def test_a_number_of_a_strategy_is_not_replaced_where_it_occurs_twice(kind: str, replaced: bool) -> None:
    suite = suite_of(NUMBERS.format("add", kind))
    cases = list(simplifications(suite, ((Op("f", "", "add", -1, (40, 40)),), None)))
    assert any(op.args[1] < 40 for ops, _ in cases for op in ops)
    assert any(op.args[0] != 40 for ops, _ in cases for op in ops) == replaced


LOW = """
@sut
class Cell:
    def __init__(self) -> None:
        self.n = 0
    def put(self, n: U8) -> None:
        self.n = n
    def get(self) -> U8:
        return self.n

@always
def low(s: Cell, n: U8) -> None:
    "False of the oracle from 100 on."
    s.put(n)
    assert s.get() < 100
"""


def test_a_smaller_case_on_which_the_oracle_breaks_the_law_is_no_case() -> None:
    suite = suite_of(LOW)
    (law,) = suite.laws
    made = Op("n", "Cell", "new", 0, ())
    driver = OracleDriver(suite.interface)
    driver.make(made)
    use = record_law(law, driver, (0,), (7,))
    assert realise(suite, ((made,), use)) is not None
    assert realise(suite, ((made,), replace(use, values=(200,)))) is None
    assert realise(suite, ((), replace(use, values=(7,)))) is None  # nothing is left to call


@pytest.mark.parametrize(
    ("one", "other", "at"),
    [
        ("[[0,1],[0,2]]", "[[0,1],[0,2]]", None),
        ("[[0,1],[0,2]]", "[[0,1], [0,3]]", 1),
        ("[[0,1],[0,2]]", "[ [0,1] , [0,2] ]", None),
        ("[[0,1]]", "[[0,true]]", 0),
        ("[[0,1]]", "[[0,1.0]]", 0),
        ("[[0,0.0]]", "[[0,-0.0]]", 0),
        ('[[0,{"f":"nan"}]]', '[ [0,{"f":"nan"}]]', None),
        ('[[0,{"s":[1,2]}]]', '[[0,{"s":[2,1]}]]', None),
        ('[[1,"KeyError"]]', '[[1,"ValueError"]]', 0),
        ('[[1,"KeyError"]]', '[[2,"KeyError",""]]', 0),
    ],
)
def test_answers_of_two_processes_are_compared_as_their_own_text(one: str, other: str, at: int | None) -> None:
    """1, True and 1.0 are equal in Python, and a NaN is not equal to itself: neither says whether a process differs."""
    assert first_difference(one, other) == at


PAIR = """
@sut
class Cell:
    def __init__(self) -> None:
        self.n = 0
    def put(self, n: U8) -> None:
        self.n = n
    def get(self) -> U8:
        return self.n

@always
def alike(a: Cell, b: Cell) -> None:
    "Two cells with the same history hold the same."
    assert a.get() == b.get()
"""


def test_calls_on_twins_are_left_out_put_back_and_numbered_last() -> None:
    suite = suite_of(PAIR)
    (law,) = suite.laws
    mine = (Op("n", "Cell", "new", 4, ()), Op("c", "", "put", 4, (7,)))
    twin = tuple(op._replace(handle=6) for op in mine)
    other = Op("n", "Cell", "new", 2, ())
    driver = OracleDriver(suite.interface)
    for op in (other, *mine, *twin):
        driver.make(op)
    use = record_law(law, driver, (4, 6), ())
    case = without_twins((other, *mine, *twin), use)
    assert case == ((other, *mine), use)
    assert with_twins(*case) == (other, *mine, *twin)
    ops, named = renumbered(case)
    assert [op.handle for op in ops] == [0, 1, 1]
    assert named is not None
    assert named.numbers == (1, 2)


ROOM = """
@sut
class Room:
    def __init__(self) -> None:
        self.n = 0
    def add(self, n: U8) -> None:
        self.n += n
    def total(self) -> U64:
        return self.n
    def twice(self) -> U64:
        return 2 * self.n

@always
def grows(s: Room, n: U8) -> None:
    "What is added is in the total."
    before = s.total()
    s.add(n)
    assert s.total() == before + n

@always
def never_small(s: Room, n: U8) -> None:
    "The total is at least what was added last."
    s.add(n)
    assert s.total() >= n

@always
def doubles(s: Room) -> None:
    "Twice the total."
    assert s.twice() == 2 * s.total()
"""
GOOD_ROOM = """
class Room:
    def __init__(self):
        self.n = 0
    def add(self, n):
        self.n += n
    def total(self):
        return self.n
    def twice(self):
        return 2 * self.n
"""


def test_one_wrong_type_is_told_once_and_not_for_every_law_it_stops() -> None:
    b = bench(ROOM, GOOD_ROOM)
    assert not b.fresh(GOOD_ROOM).shown
    mistyped = GOOD_ROOM.replace("return self.n", "return float(self.n)")
    (told,) = b.fresh(mistyped).shown
    assert (told.law, told.minimal) == ("result_type", True)
    assert told.input[-1].startswith("s0.total()")


def test_a_law_that_is_false_beside_a_wrong_type_is_told_with_it() -> None:
    wrong = GOOD_ROOM.replace("return self.n", "return float(self.n)").replace("+= n", "+= n - (n > 2)")
    wrong = wrong.replace("return 2 * self.n", "return 2 * self.n + 1")
    found = {
        s.law
        for s in bench(
            ROOM.replace("s.total()\n    s.add", "s.twice() // 2\n    s.add").replace(
                "assert s.total() == before + n", "assert s.twice() // 2 == before + n"
            ),
            GOOD_ROOM,
        )
        .fresh(wrong)
        .shown
    }
    assert found == {"equality", "result_type", "grows"}
