"""The offline author: every planted one-edit fault is in reach, nothing comes twice, answers depend on the brief."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

import pytest

from probatum.authors.base import Brief, Feedback, Parent, Proposal, PublicView, Shown
from probatum.authors.offline import Offline
from probatum.authors.offline.engine import filled_templates, ranked
from probatum.authors.offline.spots import applied, normal_form, read
from probatum.candidate import Candidate, python_candidate
from probatum.testing.authors import VIEW

RIGHT = '''
class Log:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.items: list[int] = []
        self.total = 0

    def append(self, value: int) -> bool:
        """Add a value."""
        if len(self.items) >= self.capacity or value < 0:
            return False
        self.items.append(value)
        self.total += value
        return True

    def get(self, index: int, missing: int) -> int:
        if not 0 <= index < len(self.items):
            return missing
        return self.items[index]

    def top(self, count: int) -> list[int]:
        return sorted(self.items)[-count:]

    def widest(self, a: int, b: int) -> int:
        return max(a, b) - min(a, b)

    def find(self, value: int) -> bool:
        return any(v == value for v in self.items if v is not None)

    def drop(self, counts: dict[int, int], key: int) -> bool:
        return counts.pop(key, None) is not None
'''
FAULTS = {
    "strictness": ("self.items) >= self", "self.items) > self"),
    "direction": ("value < 0", "value > 0"),
    "and for or": ("capacity or value", "capacity and value"),
    "constant": ("0 <= index", "1 <= index"),
    "missing not": ("if not 0", "if 0"),
    "boolean": ("return True", "return False"),
    "sign": ("self.total += value", "self.total -= value"),
    "operator": ("max(a, b) - min", "max(a, b) + min"),
    "twin": ("- min(a, b)", "- max(a, b)"),
    "any for all": ("any(v", "all(v"),
    "other name": ("return missing", "return index"),
    "other attribute": ("self.items[index]", "self.total[index]"),
    "off by one": ("len(self.items):", "len(self.items) - 1:"),
    "is": ("None) is not None", "None) is None"),
    "comparison in a generator": ("v == value", "v != value"),
    "condition in a generator": ("if v is not None", "if v is None"),
    "slice": ("[-count:]", "[:-count]"),
    "wrapper": ("sorted(self.items)[", "list(self.items)["),
    "swapped statements": (
        "self.capacity = capacity\n        self.items: list[int] = []",
        "self.items: list[int] = []\n        self.capacity = capacity",
    ),
    "done twice": ("self.items.append(value)", "self.items.append(value)\n        self.items.append(value)"),
    "default": ("pop(key, None)", "pop(key)"),
}
OUT_OF_REACH = {"slice", "wrapper"}
"""Two changes away; kept here so that the reach of the neighbourhood is stated and not guessed."""


def reachable(source: str) -> Iterator[str | None]:
    read_source = read(source)
    assert read_source is not None
    for change in ranked(read_source, Feedback()):
        text = applied(read_source.text, (change,))
        yield normal_form(text) if text is not None else None


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_one_edit_away(fault: str) -> None:
    right, wrong = FAULTS[fault]
    assert RIGHT.count(right) == 1
    assert (normal_form(RIGHT) in reachable(RIGHT.replace(right, wrong))) is (fault not in OUT_OF_REACH)


def test_no_two_changes_mean_the_same_and_none_means_nothing() -> None:
    forms = list(reachable(RIGHT))
    assert len(forms) == len(set(forms)) > 200
    assert None not in forms and normal_form(RIGHT) not in forms


def test_a_change_leaves_the_rest_of_the_file_as_it_was() -> None:
    source = "# Why: counted from one.\ndef f(a,b):  # odd layout\n    return (a)<(b)  # é\n"
    read_source = read(source)
    assert read_source is not None
    texts = [applied(read_source.text, (c,)) for c in ranked(read_source, Feedback())]
    assert source.replace("(a)<(b)", "(a)<=(b)") in texts


def test_code_near_the_failing_call_comes_first() -> None:
    shown = Shown(
        level="behaviour",
        law="equality",
        sentence="s",
        input=("s0 = Log(3)", "s0.append(1)", "s0.find(1)"),
        observed="False",
        expected="True",
    )
    read_source = read(RIGHT)
    assert read_source is not None
    told = [c.function for c in ranked(read_source, Feedback(shown=(shown,)))]
    untold = [c.function for c in ranked(read_source, Feedback())]
    assert told.index("find") < untold.index("find")
    assert max(told.index("find"), told.index("append")) < min(told.index("get"), told.index("top"))


def brief(source: str, **more: object) -> Brief:
    parent = Parent(candidate=python_candidate(source), fitness=(3.0, 0.0), feedback=Feedback(outcome="REFUTED"))
    asked = Brief(turn=0, view=VIEW, parents=(parent,), tried=frozenset({parent.candidate.digest}))
    return replace(asked, **more)  # type: ignore[arg-type]


def all_proposals(first: Brief, author: Offline) -> list[Proposal]:
    found: list[Proposal] = []
    while (proposal := author.propose(first)) is not None:
        found.append(proposal)
        digest = python_candidate(proposal.files["sut.py"].decode()).digest
        first = replace(first, turn=first.turn + 1, tried=first.tried | {digest})
    return found


def test_one_edit_comes_before_two_and_the_neighbourhood_ends() -> None:
    found = all_proposals(brief("def f(a, b):\n    return a < b\n"), Offline())
    kinds = [p.author for p in found]
    assert kinds == sorted(kinds) and set(kinds) == {"offline/repair", "offline/repair-2"}
    assert len({p.files["sut.py"] for p in found}) == len(found)
    for proposal in found:
        ast.parse(proposal.files["sut.py"])


def test_an_author_without_memory_gives_the_same_answers() -> None:
    first = brief("def f(a, b):\n    return a < b\n")
    remembered = all_proposals(first, Offline())[:40]
    tried, forgetful = first.tried, []
    for turn in range(40):
        proposal = Offline().propose(replace(first, turn=turn, tried=tried))
        assert proposal is not None
        forgetful.append(proposal)
        tried |= {python_candidate(proposal.files["sut.py"].decode()).digest}
    assert forgetful == remembered


@pytest.mark.parametrize("source", ["def f(:\n", "", "\x00", "x = " + "(" * 500, "def f():\n\treturn 1\n        x"])
def test_a_parent_that_does_not_parse_is_passed_over(source: str) -> None:
    proposals = all_proposals(brief(source), Offline())
    assert all(p.author == "offline/template" for p in proposals)


TEMPLATE = "class S:\n    def f(self, x: int) -> int:\n        return x HOLE_op HOLE_one\n"


def view(**more: object) -> PublicView:
    return replace(VIEW, **more)  # type: ignore[arg-type]


def test_every_filling_of_every_template_is_proposed() -> None:
    filled = view(
        templates=(("templates/a.py", TEMPLATE), ("templates/b.py", "HOLE_one\n")),
        holes=(("op", ("+", "-")), ("one", ("1", "HOLE_op", r"\1"))),
    )
    texts = [p.files["sut.py"].decode() for p in filled_templates(filled)]
    assert len(texts) == 2 * 3 + 3
    assert TEMPLATE.replace("HOLE_op", "-").replace("HOLE_one", "1") in texts
    assert "\\1\n" in texts


def test_a_chosen_number_is_tried_nearer_and_farther() -> None:
    source = read("def f(x):\n    return 0.7 * x + 1e300\n")
    assert source is not None
    made = {applied(source.text, (change,)) for change in ranked(source, Feedback()) if change.kind == "constant"}
    assert {f"def f(x):\n    return {number} * x + 1e300\n" for number in ("0.56", "0.875", "0.35", "1.4")} <= made


def test_templates_come_after_single_edits_and_need_no_parent() -> None:
    filled = view(templates=(("templates/a.py", TEMPLATE),), holes=(("op", ("+",)), ("one", ("1",))))
    alone = all_proposals(Brief(turn=0, view=filled), Offline())
    assert [p.author for p in alone] == ["offline/template"]
    assert alone[0].note == "templates/a.py: op = +, one = 1"
    kinds = [p.author for p in all_proposals(brief("def f(a, b):\n    return a < b\n", view=filled), Offline())]
    assert kinds[kinds.index("offline/template") + 1] == "offline/repair-2"
    assert kinds[kinds.index("offline/template") - 1] == "offline/repair"


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("sut.py", "def f(a, b):\n    return a\n"),
        ("sut.rs", "pub fn f(a: u8, b: u8) -> u8 {\n    if a < b { a } else { b }\n}\n"),
    ],
)
def test_templates_come_before_edits_of_what_holds(name: str, source: str) -> None:
    """Nothing is left to repair in it: only an objective keeps a search going."""
    filled = view(templates=(("templates/a.py", TEMPLATE),), holes=(("op", ("+",)), ("one", ("1",))))
    candidate = Candidate(files={name: source.encode()})
    asked = {
        outcome: Offline().propose(
            Brief(
                turn=0,
                view=filled,
                parents=(Parent(candidate=candidate, fitness=(3.0, 1.0), feedback=Feedback(outcome=outcome)),),
            )
        )
        for outcome in ("HOLDS", "REFUTED")
    }
    made = {outcome: proposal.author for outcome, proposal in asked.items() if proposal is not None}
    assert made == {"HOLDS": "offline/template", "REFUTED": "offline/repair"}
