"""Sketches: what is proposed, in which order, what is passed over, and what z3 proves; held against Python itself."""

from __future__ import annotations

import random
import sys
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from probatum.authors.base import Brief, Proposal, PublicView, Shown
from probatum.authors.offline import Offline
from probatum.authors.offline.fragment import program_of
from probatum.authors.offline.holes import count_of, fillings, space_of
from probatum.authors.offline.sketch import Sketch, contradicts, examples_of, read_sketch
from probatum.authors.offline.solve import Example, Proof, solved
from probatum.errors import TaskError
from probatum.task.holes import Grammar, Hole
from probatum.task.model import digest_files
from probatum.testing.authors import VIEW

QUORUM = (
    'def ok(n: int, votes: list[int]) -> bool:\n    return len(set(votes)) >= hole("a") * n // hole("c") + hole("d")\n'
)
QUORUM_HOLES = tuple(Hole(name=n, span=s) for n, s in {"a": (0, 3), "c": (-2, 4), "d": (-2, 2)}.items())
WIDE = 'def line(x: int) -> int:\n    return hole("slope") * x + hole("start")\n'
WIDE_HOLES = (Hole(name="slope", span=(-(10**6), 10**6)), Hole(name="start", span=(-(10**6), 10**6)))


def view_of(text: str, fillers: tuple[Hole, ...], **more: Any) -> PublicView:
    return replace(VIEW, sketches=(("sketches/s.py", text),), fillers=fillers, **more)


def shown(call: str, expected: object, law: str = "equality", observed: str = "?") -> Shown:
    return Shown(level="behaviour", law=law, sentence="s", input=(call,), observed=observed, expected=repr(expected))


def line_counterexamples(count: int) -> tuple[Shown, ...]:
    return tuple(shown(f"line({x})", -4321 * x + 77) for x in range(count))


def asked(author: Offline, view: PublicView, known: tuple[Shown, ...], rounds: int = 1) -> list[Proposal]:
    """Questions one after the other; what was proposed is known to be tried, and what was proved to be told."""
    brief, found = Brief(turn=0, view=view, counterexamples=known), []
    for turn in range(rounds):
        proposal = author.propose(replace(brief, turn=turn))
        if proposal is None:
            break
        found.append(proposal)
        brief = replace(
            brief, tried={*brief.tried, digest_files(proposal.files)}, proved=brief.proved | {proposal.proved} - {""}
        )
    return found


def python_says(source: str, name: str, args: tuple[Any, ...]) -> Any:
    space: dict[str, Any] = {}
    exec(source, space)
    try:
        return space[name](*args)
    except ZeroDivisionError:
        return ZeroDivisionError


def right(sketch: Sketch, filling: Any, examples: list[Example]) -> bool:
    answers = [(python_says(sketch.filled(filling), e.function, e.args), e.expected) for e in examples]
    return all(type(found) is type(wanted) and found == wanted for found, wanted in answers)


BODIES = (
    'return hole("a") * x // hole("b") + y',
    'return x % hole("b") - y % hole("a")',
    'return max(x, hole("a")) - min(y, hole("b"), 2) + abs(x - hole("b"))',
    'if x < hole("a") <= y or not x != hole("b"):\n        return y - hole("a")\n    elif y:\n        return -x\n'
    '    return twice(hole("b"))',
    'z = x\n    z -= hole("a")\n    return z if z > hole("b") and 1 // z < y else hole("c")',
    'return hole("c") if hole("t") else x // hole("a")',
    'return (x < hole("a")) + (hole("c") == y) * 2',
    'return hole("t")',
)
GRAMMARS = (
    Hole(name="a", span=(-2, 2)),
    Hole(name="b", span=(-1, 3)),
    Hole(
        name="c",
        grammar=Grammar(numbers=("x", "y"), flags=(), truth=False, operators=("-", "//"), constants=(1,), size=3),
    ),
    Hole(
        name="t",
        grammar=Grammar(
            numbers=("x", "y"), flags=(), truth=True, operators=("<", "and", "not"), constants=(0,), size=4
        ),
    ),
)


@pytest.mark.parametrize("body", BODIES)
def test_z3_finds_a_filling_exactly_where_trying_all_of_them_in_python_does(body: str) -> None:
    rng = random.Random(body)
    sketch = read_sketch("s.py", f"def twice(v):\n    return v + v\n\ndef f(x, y):\n    {body}\n", GRAMMARS)
    assert sketch.program is not None
    everything = list(fillings(sketch.spaces))
    assert len(everything) == count_of(sketch.spaces) == len({tuple(f.values()) for f in everything})
    outcomes = set()
    for round_ in range(8):
        examples = []
        aim = rng.choice(everything)
        for _ in range(rng.randrange(1, 5)):
            args = (rng.randrange(-4, 5), rng.randrange(-4, 5))
            value = python_says(sketch.filled(aim), "f", args)
            value = (
                rng.choice([-1, 0, True, 2])
                if value is ZeroDivisionError or (round_ % 2 and rng.random() < 0.4)
                else value
            )
            examples.append(Example(function="f", args=args, expected=value, text=""))
        good = [filling for filling in everything if right(sketch, filling, examples)]
        found = solved(sketch.program, sketch.spaces, examples, lambda filling: False)
        assert found is not None
        outcomes.add(type(found))
        assert isinstance(found, Proof) == (not good)
        assert isinstance(found, Proof) or dict(found) in [dict(filling) for filling in good]
        for filling in rng.sample(everything, min(20, len(everything))):
            assert contradicts(sketch, filling, examples) == (filling not in good)
    assert outcomes == {Proof, dict}


def test_every_right_filling_comes_before_the_proof_that_no_other_is_left() -> None:
    sketch = read_sketch("s.py", QUORUM, QUORUM_HOLES)
    examples = examples_of(
        [shown("ok(3, [0, 1, 2])", True), shown("ok(3, [0, 1, 1])", False), shown("ok(7, [])", False)]
    )
    good = [f for f in fillings(sketch.spaces) if right(sketch, f, list(examples))]
    assert 1 < len(good) < 60
    told = asked(
        Offline(sketches_only=True),
        view_of(QUORUM, QUORUM_HOLES),
        tuple(shown(e.text.split(" = ")[0], e.expected) for e in examples),
        200,
    )
    proofs = [p for p in told if p.proved]
    by_z3 = {p.files["sut.py"].decode() for p in told if p.author == "offline/cegis" and p.files}
    assert by_z3 == {sketch.filled(f) for f in good}
    [proof] = proofs
    assert (
        f"no filling but the {len(good)} that were tried satisfies these 3 counterexamples (unsat, z3 " in proof.proved
    )
    assert not proof.files


def test_a_proof_names_counterexamples_that_are_enough_for_it() -> None:
    sketch = read_sketch("s.py", WIDE, WIDE_HOLES)
    assert sketch.program is not None
    examples = list(examples_of([shown("line(5)", 5), shown("line(0)", 1), shown("line(1)", 2), shown("line(2)", 4)]))
    found = solved(sketch.program, sketch.spaces, examples, lambda filling: False)
    assert isinstance(found, Proof) and 2 <= len(found.core) <= 3
    again = solved(sketch.program, sketch.spaces, found.core, lambda filling: False)
    assert isinstance(again, Proof)


def test_z3_needs_two_counterexamples_where_enumeration_does_not_get_there(monkeypatch: pytest.MonkeyPatch) -> None:
    view = view_of(WIDE, WIDE_HOLES)
    [found] = asked(Offline(), view, line_counterexamples(2))
    assert found.author == "offline/cegis" and b"(-4321) * x + 77" in found.files["sut.py"]
    monkeypatch.setitem(sys.modules, "z3", None)
    assert all(p.author != "offline/sketch" for p in asked(Offline(), view, line_counterexamples(2)))


def test_without_z3_fillings_are_enumerated_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "z3", None)
    known = (shown("ok(3, [0, 1, 2])", True), shown("ok(3, [0, 1, 1])", False))
    told = asked(Offline(sketches_only=True), view_of(QUORUM, QUORUM_HOLES), known, 500)
    drawn = [p for p in told if p.author == "offline/sketch"]
    assert drawn and all("z3 is not installed (extra [smt])" in p.note for p in drawn if p.files)
    sketch = read_sketch("s.py", QUORUM, QUORUM_HOLES)
    good = [sketch.filled(f) for f in fillings(sketch.spaces) if right(sketch, f, list(examples_of(known)))]
    assert [p.files["sut.py"].decode() for p in drawn if p.files] == good
    assert drawn[-1].proved.endswith("each of its 140 fillings was tried or contradicts a counterexample (enumerated)")


@pytest.mark.parametrize("solver", [True, False])
def test_answers_depend_on_the_brief_and_not_on_what_was_asked_before(
    solver: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not solver:
        monkeypatch.setitem(sys.modules, "z3", None)
    view = view_of(QUORUM, QUORUM_HOLES)
    for known in ((), (shown("ok(3, [0, 1, 2])", True),)):
        told = asked(Offline(sketches_only=True), view, known, 8)
        brief = Brief(turn=0, view=view, counterexamples=known)
        again = []
        for proposal in told:
            again.append(Offline(sketches_only=True).propose(brief))
            brief = replace(brief, tried={*brief.tried, digest_files(proposal.files)})
        assert again == told
        used = Offline(sketches_only=True)
        other = used.propose(Brief(turn=0, view=view, counterexamples=(shown("ok(3, [0, 1, 2])", False),)))
        assert other not in (None, told[0])
        assert used.propose(Brief(turn=0, view=view, counterexamples=known)) == told[0]


def test_a_sketch_gets_every_eighth_question_after_small_repairs_and_is_all_that_offline_sketch_does() -> None:
    view = view_of(
        QUORUM,
        QUORUM_HOLES,
        templates=(("templates/t.py", "N = HOLE_n\n"),),
        holes=(("n", tuple(map(str, range(60)))),),
    )
    assert [p.author for p in asked(Offline(), view, (), 40)] == [
        *["offline/template"] * 24,
        *["offline/sketch", *["offline/template"] * 7] * 2,
    ]
    assert {p.author for p in asked(Offline(sketches_only=True), view, (), 8)} == {"offline/sketch"}


@pytest.mark.parametrize(
    "text",
    [
        "import os\ndef f(x):\n    return hole('a')\n",
        "def f(x):\n    for _ in x:\n        return hole('a')\n    return 0\n",
        "def f(x):\n    return g.h(hole('a'))\n",
        "def f(x, len):\n    return hole('a') + len\n",
        "def f(x):\n    return f(x) + hole('a')\n",
        "def f(x=1):\n    return hole('a')\n",
        "def max(x, y):\n    return 10**9 + y\ndef f(x):\n    return max(x, hole('a'))\n",
        "y = 1000\ndef f(x):\n    y = y + hole('a')\n    return y\n",
        "y = 1000\ndef f(x):\n    global y\n    y = 10**9\n    return y + hole('a')\n",
        "@g\ndef f(x):\n    return hole('a')\n",
        "def f(x):\n    return x * (0.5 + hole('a'))\n",
        "def f(x):\n    y = y + hole('a')\n    return y\n",
        "def f(x):\n    return hole('a') if x is None else x[0]\n",
        "def f(x):\n    return [v + hole('a') for v in x]\n",
        "def f(x):\n    x += 1\n    if hole('a') > 0:\n        y = 1\n    return y + missing\n",
    ],
)
def test_of_what_the_interpreter_does_not_know_nothing_is_claimed(text: str) -> None:
    sketch = read_sketch("s.py", text, GRAMMARS)
    examples = [Example(function="f", args=(3,) if "len" not in text else (3, 4), expected=10**9, text="")]
    assert not any(contradicts(sketch, filling, examples) for filling in fillings(sketch.spaces))
    assert sketch.program is None or solved(sketch.program, sketch.spaces, examples, lambda filling: False) is None


@pytest.mark.parametrize(
    ("one", "usable"),
    [
        (shown("f(1, [2, 3])", True), True),
        (shown("f(-1)", -5), True),
        (shown("f(1)", 2.0), False),
        (shown("f(1)", None), False),
        (shown("f(1)", "text"), False),
        (shown("f(1, ...)", 1), False),
        (shown("f([0, 0, ...])", 1), False),
        (shown("Log(3)", [1]), False),
        (shown("f(1)  -> 3", 1), False),
        (shown("f(g(1))", 1), False),
        (shown("s.f(1)", 1), False),
        (shown("f(1)", 1, law="some_law"), False),
        (shown("f(1)", 1, observed="2 (seen once; it did not recur in a fresh process)"), False),
        (replace(shown("f(1)", 1), input=("f(0)  -> 1", "f(1)")), False),
    ],
)
def test_a_counterexample_is_used_where_it_says_what_one_call_must_answer(one: Shown, usable: bool) -> None:
    assert bool(examples_of([one])) == usable


def test_fillings_come_in_order_of_size_and_each_once() -> None:
    spaces = [
        space_of(Hole(name="a", span=(-2, 1)), "f"),
        space_of(Hole(name="b", values=("x", "x + 1")), "f"),
    ]
    found = [(f["a"], f["b"]) for f in fillings(spaces)]
    assert found[:5] == [("0", "x"), ("0", "x + 1"), ("1", "x"), ("-1", "x"), ("1", "x + 1")]
    assert sorted(found) == sorted(product(("0", "1", "-1", "-2"), ("x", "x + 1")))


@pytest.mark.parametrize("constants", [(0, 1, 2), (1,)])
@pytest.mark.parametrize("operators", ["+", "-", "*", "//", "%", "+-*//%"])
def test_expressions_left_out_equal_smaller_ones_or_raise(operators: str, constants: tuple[int, ...]) -> None:
    found = tuple(operator for operator in ("+", "-", "*", "//", "%") if operator in operators)
    grammar = replace(GRAMMARS[2].grammar, numbers=("x",), operators=found, constants=constants, size=3)  # type: ignore[type-var]
    listed = {text for text, _ in space_of(Hole(name="e", grammar=grammar), "f").options}

    def worths(text: str) -> tuple[object, ...]:
        return tuple(python_says(f"def f(x):\n    return {text}\n", "f", (x,)) for x in range(-3, 4))

    leaves = ("x", *map(str, constants))
    kept = {worths(text) for text in listed}
    left_out = {f"{a} {op} {b}" for a, op, b in product(leaves, found, leaves)} - listed
    assert left_out or 0 not in constants
    assert all(worths(text) in kept or text.endswith(("// 0", "% 0")) for text in left_out)


@pytest.mark.parametrize(
    ("text", "holes", "said"),
    [
        ("def f(:\n", (), "a sketch that is no Python"),
        ("def f(x):\n    return x\n", (), "a sketch without holes"),
        ("def f(x):\n    return hole('z')\n", GRAMMARS, 'hole("z") is not declared'),
        ("def f(x):\n    return hole(x)\n", GRAMMARS, 'a hole is not written as hole("name")'),
        (
            "def f(x):\n    return hole('v')\n",
            (Hole(name="v", values=("x +",)),),
            "'x +' is no expression without holes",
        ),
        (
            "def f(x):\n    return hole('v')\n",
            (Hole(name="v", values=("hole('v')",)),),
            "is no expression without holes",
        ),
        (
            "def f(x):\n    return hole('v')\n",
            (Hole(name="v", grammar=replace(GRAMMARS[2].grammar, size=9)),),  # type: ignore[type-var]
            "hole v has more than 20000 expressions of",
        ),
        (
            "def f(x):\n    return hole('v')\n",
            (Hole(name="v", grammar=replace(GRAMMARS[2].grammar, truth=True)),),  # type: ignore[type-var]
            "no expression fits hole v",
        ),
    ],
)
def test_a_wrong_sketch_is_said_in_one_line(text: str, holes: tuple[Hole, ...], said: str) -> None:
    with pytest.raises(TaskError) as caught:
        read_sketch("sketches/s.py", text, holes, "toy/sketches/s.py")
    assert said in str(caught.value) and "\n" not in str(caught.value) and caught.value.fix
    assert caught.value.file == "toy/sketches/s.py"


def test_comments_and_layout_of_a_sketch_are_kept() -> None:
    text = '# why: é\ndef f(x):\n    # here\n    return hole("a")  -  hole("b")\n'
    sketch = read_sketch("s.py", text, GRAMMARS)
    assert sketch.filled({"a": "-1", "b": "2"}) == text.replace('hole("a")', "(-1)").replace('hole("b")', "2")
    assert program_of(sketch.source.tree) is not None


def test_while_the_first_candidates_are_judged_no_sketch_is_tried_instead() -> None:
    brief = Brief(turn=1, view=view_of(QUORUM, QUORUM_HOLES), tried={"0" * 64})
    assert Offline().propose(brief) is None
    assert Offline().propose(replace(brief, tried=frozenset())) is not None
