"""What authors see and give: edits, scripts, recorded replies, the public view, and the conformance kit."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from pathlib import Path

import pytest

from probatum.authors.base import Brief, Edit, Proposal
from probatum.authors.edits import candidate_of, edited
from probatum.authors.offline import Offline
from probatum.authors.plain import proposal_from_bytes, proposal_to_bytes
from probatum.authors.replay import Replay
from probatum.authors.script import read_script, script_of
from probatum.authors.view import interface_text, public_view
from probatum.candidate import python_candidate
from probatum.errors import EditError, JournalError, TaskError, UsageError
from probatum.lab.files import read_task, shipped_tasks
from probatum.testing.authors import VIEW, check_author, sample_briefs

# --- edits


def test_edits_are_looked_up_in_the_text_as_it_was() -> None:
    swapped = edited("a b", (Edit(old="a", new="b"), Edit(old="b", new="a")))
    assert swapped == "b a"


@pytest.mark.parametrize(
    ("edits", "words"),
    [
        ((Edit(old="c", new=""),), "does not occur"),
        ((Edit(old="aa", new=""),), "more than once"),
        ((Edit(old="", new="x"),), "empty"),
        ((Edit(old="aaa", new="x"), Edit(old="aab", new="y")), "overlap"),
    ],
)
def test_an_edit_that_does_not_match_exactly_once_is_refused(edits: tuple[Edit, ...], words: str) -> None:
    with pytest.raises(EditError, match=words):
        edited("aaab", edits)


@pytest.mark.parametrize(
    ("proposal", "words"),
    [
        (Proposal(author="a"), "empty"),
        (Proposal(author="a", files={"sut.py": b"x"}, edits=(Edit(old="x", new="y"),)), "whole files and edits"),
        (Proposal(author="a", edits=(Edit(old="x", new="y"),)), "no parent"),
    ],
)
def test_a_proposal_that_means_nothing_is_refused(proposal: Proposal, words: str) -> None:
    with pytest.raises(EditError, match=words):
        candidate_of(proposal, None)


def test_only_an_offered_parent_can_be_edited() -> None:
    brief = sample_briefs()[1]
    assert brief.parent() == brief.parent(brief.parents[0].candidate.digest)
    with pytest.raises(EditError, match="not one of the parents"):
        brief.parent("0" * 64)


def test_a_proposal_survives_the_journal_whatever_its_bytes() -> None:
    proposal = Proposal(author="a", files={"sut.py": b"\xff\x00", "b.py": "é".encode()}, note="n", tokens=None)
    assert proposal_from_bytes(proposal_to_bytes(proposal)) == proposal
    for damaged in (b"", b"[]", b"{}", b'{"files": 3, "edits": []}'):
        with pytest.raises(JournalError, match="stored reply"):
            proposal_from_bytes(damaged)


# --- scripts


def test_a_script_takes_numbered_folders_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for name in ("10", "9_second", "2"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "sut.py").write_text(f"# {name}")
    script = read_script(tmp_path)
    assert [p.files["sut.py"] for p in script.proposals] == [b"# 2", b"# 9_second", b"# 10"]


def test_a_script_keeps_what_makes_a_folder_no_candidate(tmp_path: Path) -> None:
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "sut.py").write_text("")
    (tmp_path / "1" / "helper.py").write_text("")
    [proposal] = read_script(tmp_path).proposals
    assert proposal.refusal is not None and "helper.py" in proposal.refusal
    assert candidate_of(proposal, None).refusal == proposal.refusal


def test_a_script_may_be_a_file_of_edits(tmp_path: Path) -> None:
    steps = [[{"old": "a", "new": "b"}], {"old": "b", "new": "c"}, {"files": {"sut.py": "x"}, "note": "n"}]
    (tmp_path / "s.json").write_text(json.dumps(steps))
    first, second, third = read_script(tmp_path / "s.json").proposals
    assert (first.edits, second.edits) == ((Edit(old="a", new="b"),), (Edit(old="b", new="c"),))
    assert (third.files, third.note) == ({"sut.py": b"x"}, "n")


@pytest.mark.parametrize("content", ["", "3", "[3]", '[{"new": "x"}]', '[{"files": {"sut.py": 3}}]'])
def test_a_script_that_cannot_be_read_says_what_to_write(tmp_path: Path, content: str) -> None:
    (tmp_path / "s.json").write_text(content)
    with pytest.raises(UsageError, match="cannot be read as a script"):
        read_script(tmp_path / "s.json")
    for nothing in (tmp_path / "absent", tmp_path):
        with pytest.raises(UsageError):
            read_script(nothing)


# --- the public view

HIDDEN = """
from typing import Annotated, NamedTuple
from probatum import U64, always, few, raises, sut
Key = Annotated[U64, few(8)]
SECRET = [3, 1, 4]
class Pair(NamedTuple):
    key: Key
    def hidden(self): return SECRET
@sut(requirements=["R"])
class Store:
    "A store."
    def __init__(self, size: U64) -> None: self.m = SECRET
    @raises(KeyError)
    def get(self, key: Key) -> Pair: return self._find(key)
    def _find(self, key): return SECRET
@always("R")
def law(s: Store, key: Key) -> None:
    "A sentence."
    assert s.get(key) == SECRET
"""


def test_the_interface_has_signatures_and_records_and_no_body() -> None:
    text = interface_text(HIDDEN)
    assert "SECRET" not in text and "_find" not in text and "law" not in text and "hidden" not in text
    for kept in (
        "Key = Annotated[U64, few(8)]",
        "class Pair(NamedTuple)",
        "key: Key",
        "def get(self, key: Key) -> Pair",
    ):
        assert kept in text
    assert "@raises(KeyError)" in text
    ast.parse(text)


@pytest.mark.parametrize("name", shipped_tasks())
def test_no_body_of_an_oracle_or_law_is_shown(name: str) -> None:
    task = read_task(name)
    source = task.files["task.py"].decode()
    view = public_view(task, [{"name": "law", "sentence": "A sentence."}])
    shown = view.interface + view.title + "".join(text for pair in view.laws for text in pair)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            for statement in node.body:
                words = ast.unparse(statement)
                if len(words) > 12 and not isinstance(getattr(statement, "value", None), ast.Constant):
                    assert words not in shown
    assert view.problem == task.files["PROBLEM.md"].decode()


def test_a_template_with_an_unknown_hole_is_a_mistake_of_the_task() -> None:
    task = read_task("kv_store_v1")
    template = {"templates/a.py": b"x = HOLE_value\n"}
    with pytest.raises(TaskError, match="HOLE_value has no values") as told:
        public_view(replace(task, files={**task.files, **template}), [])
    assert "[holes]" in str(told.value)
    view = public_view(replace(task, files={**task.files, **template}, holes=(("value", ("1",)),)), [])
    assert view.templates == (("templates/a.py", "x = HOLE_value\n"),)


# --- the kit


@pytest.mark.parametrize(
    "author",
    [
        Offline(),
        script_of(["x = 1", "x = 2"]),
        Replay(replies={0: Proposal(author="a", files={"sut.py": b"x"}), 1: EditError("it failed"), 2: None}),
    ],
    ids=lambda a: a.name,
)
def test_every_author_here_keeps_to_the_contract(author: Offline) -> None:
    check_author(author)


class Broken:
    name = "broken"

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def propose(self, brief: Brief) -> object:
        return self.answer


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("text", "not a Proposal"),
        (Proposal(author="", files={"sut.py": b""}), "names its author"),
        (Proposal(author="a", files={"sut.py": b"x"}, edits=(Edit(old="a", new="b"),)), "never both"),
        (Proposal(author="a", files={"sut.py": b"x"}), "tried already"),
    ],
)
def test_the_kit_catches_an_author_that_does_not(answer: object, words: str) -> None:
    with pytest.raises(AssertionError, match=words):
        check_author(Broken(answer))  # type: ignore[arg-type]


def test_a_recorded_failure_fails_again_with_the_same_words() -> None:
    with pytest.raises(EditError) as told:
        failed = EditError("the reply was empty. Give a file", tokens=7, cost_usd=0.5)
        Replay(replies={0: failed}).propose(Brief(turn=0, view=VIEW))
    assert str(told.value) == "the reply was empty. Give a file"
    assert (told.value.tokens, told.value.cost_usd) == (7, 0.5)
    assert python_candidate("x").language == "python"
