"""Two programs on the same inputs, and every law that one breaks."""

import pytest
from weakness import BASES, bench, corpus, edited, strong, text

from probatum.critic.findings import Program
from probatum.judge.differ import LOST, alike, kind_of_difference
from probatum.transcript import DECLARED, RETURNED, UNDECLARED, Answer


def value(v: object) -> Answer:
    return Answer(RETURNED, v)


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        (value(None), value(3), "None instead of a value"),
        (value(3), value(None), "a value instead of None"),
        (value(3), value(4), "off by one"),
        (value(3), value(9), "another number"),
        (value(True), value(False), "yes instead of no"),
        (value([2, 1]), value([1, 2]), "another order"),
        (value([1]), value([1, 2]), "items missing"),
        (value([1, 1]), value([1]), "items too many"),
        (value([1, 3]), value([1, 2]), "other items"),
        (Answer(UNDECLARED, None, "KeyError", "x"), value(1), "an error instead of a value"),
        (value(1), Answer(DECLARED, None, "KeyError"), "a value instead of an error"),
        (LOST, value(1), "no answer"),
        (value(1), value(True), "another type"),
    ],
)
def test_a_difference_is_named_in_the_words_of_a_user(one: Answer, other: Answer, kind: str) -> None:
    assert kind_of_difference(one, other) == kind


def test_the_message_of_an_undeclared_error_makes_no_difference() -> None:
    assert alike(Answer(UNDECLARED, None, "KeyError", "a"), Answer(UNDECLARED, None, "KeyError", "b"))
    assert not alike(Answer(UNDECLARED, None, "KeyError", "a"), Answer(UNDECLARED, None, "ValueError", "a"))


def test_the_smallest_input_is_found_and_alike_programs_have_none() -> None:
    reference = text("store_sut.py")
    keeps = edited(reference, (("        del self._keys[at]\n        del self._values[at]\n", ""),))
    with bench(strong("store")) as b:
        found = b.differ(keeps, reference)
        assert found is not None
        assert found.input == ("s0 = Store()", "s0.put(0, 0)", "s0.delete(0)  -> True")
        assert found.minimal
        assert b.differ(reference, reference) is None
        assert not b.same_on(keeps, reference, found.segment)


def test_a_program_that_never_returns_differs_and_is_refuted() -> None:
    reference = text("order_sut.py")
    loops = edited(reference, (("    done = []\n", "    done = []\n    while len(items) == 2:\n        pass\n"),))
    with bench(strong("order")) as b:
        assert "returns" in b.row(Program(name="loops", origin="bad", source=loops)).laws
        found = b.differ(loops, reference)
        assert found is not None
        assert found.kind == "no answer"


@pytest.mark.parametrize("base", BASES)
def test_the_matrix_names_every_law_that_a_program_breaks_and_none_for_the_reference(base: str) -> None:
    weak = next(w for w in corpus() if w.base == base)
    with bench(strong(base)) as b:
        assert b.row(Program(name="reference", origin="good", source=text(f"{base}_sut.py"))).alive
        assert not b.row(Program(name="unwanted", origin="bad", source=weak.source)).alive
