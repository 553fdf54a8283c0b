"""Patterns of a task: changes in several places at once, as rules over tokens that an operator reviewed."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from probatum.authors.base import Brief, Feedback, Parent
from probatum.authors.offline import Offline
from probatum.authors.patterns import Pattern, applied, read_pattern
from probatum.candidate import Candidate, python_candidate
from probatum.cli import main
from probatum.cli.searching import seed_candidate
from probatum.errors import TaskError
from probatum.journal import Journal
from probatum.lab.files import read_task
from probatum.testing.authors import VIEW
from probatum.toolchains.rust.compiler import find_compiler

TASK = Path(__file__).parents[2] / "tasks/treiber_stack"
SEED = (TASK / "seed/initial_atomic.rs").read_text()
EPOCH = read_pattern("epoch.toml", (TASK / "patterns/epoch.toml").read_bytes())


def pattern(*edits: str) -> Pattern:
    return read_pattern("p.toml", ('about = "A change."\n' + "".join(f"[[edit]]\n{edit}\n" for edit in edits)).encode())


def change(old: str, new: str, inside: str = "") -> str:
    return f"change = [[{json.dumps(old)}, {json.dumps(new)}]]\n" + (
        f"inside = {json.dumps(inside)}\n" if inside else ""
    )


def after(source: str, *edits: str) -> str | None:
    return applied(pattern(*edits), source)


def test_the_pattern_of_epochs_pins_every_look_and_retires_what_was_freed() -> None:
    made = applied(EPOCH, SEED)
    assert made is not None
    assert made.count("let guard = self.collector.pin();") == SEED.count("(&self") == 3
    assert "unsafe { guard.retire(top) };" in made and "Box::from_raw" not in made
    assert "Stack { collector: crate::sync::epoch::Collector::new(), top:" in made
    assert "impl<T> Drop for Stack<T> {\n    fn drop(&mut self) {\n        while self.pop()" in made


def test_it_knows_no_seed_by_heart_and_has_nothing_to_say_about_a_lock() -> None:
    control = (TASK.parents[1] / "src/probatum/toolchains/rust/concurrent/controls/early_free.rs").read_text()
    renamed = control.replace("Stack", "Heap").replace("head", "first")
    assert "guard.retire(first); std::ptr::read(first)" in str(applied(EPOCH, renamed))
    assert applied(EPOCH, (TASK / "canaries/good/reference/sut.rs").read_text()) is None
    assert applied(EPOCH, str(applied(EPOCH, SEED))) is None


def test_the_documented_pattern_is_one() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", (TASK.parents[1] / "docs/search.md").read_text(), re.DOTALL)
    found = [read_pattern("search.md", text.encode()) for text in blocks if "[[edit]]" in text]
    freed = "fn f(&self) { drop(Box::from_raw(p)) }"
    assert [applied(each, freed) for each in found] == [freed.replace("drop(Box::from_raw(p))", "guard.retire(p)")]


def test_only_what_is_inside_is_changed() -> None:
    source = "fn a(&self) { drop(x) }\nfn b(&mut self) { drop(y) }"
    edit = change("drop($what)", "keep($what)", "fn $_name(&self$rest) $result { $..body }")
    assert after(source, edit) == "fn a(&self) { keep(x) }\nfn b(&mut self) { drop(y) }"


@pytest.mark.parametrize(
    ("source", "old", "made"),
    [
        ("f(a(1), b)", "f($x)", "[a(1), b]"),
        ("f()", "f($x)", "[]"),
        ("f(a) f(b)", "f($x)", "[a] [b]"),
        ("f a; b; g", "f $x g", None),
        ("f a; b; g", "f $..x g", "[a; b;]"),
        ("f a b g", "f $_x g", None),
        ("f a g", "f $_x g", "[a]"),
        ("f (a g", "f $x g", None),
        ('f "g" /* g */ g', "f $x g", '["g"]'),
        ("f(a, a) f(a, b)", "f($x, $x)", "[a] f(a, b)"),
    ],
)
def test_a_hole_stands_for_balanced_tokens(source: str, old: str, made: str | None) -> None:
    assert after(source, change(old, "[$_x]" if "$_x" in old else "[$x]")) == made


def test_a_word_in_capitals_stands_for_the_same_in_all_edits_and_every_edit_must_find_a_place() -> None:
    edits = change("struct $NAME {", "struct $NAME { x: X,"), change("$NAME {}", "$NAME { x: X }", "new $..body end")
    assert after("struct A { } new A {} B {} end", *edits) == "struct A { x: X, } new A { x: X } B {} end"
    assert after("struct A { } new B {} end", *edits) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('about = "x"\n', "a pattern without edits"),
        ('about = "x"\n[[edit]]\nchange = [["a", "$x"]]\n', "p.toml:3 [edit#1.change]: $x is new in the new text"),
        ('about = "x"\n[[edit]]\nchange = [["$x a", "b"]]\n', "the text begins with a hole"),
        ('about = "x"\n[[edit]]\nchange = [["a"]]\n', "a change is an old text and a new one"),
        ('about = "x"\n[[edit]]\nchange = [["a $..", "b"]]\n', "a hole without a name"),
        ('about = "x"\n[[edit]]\nchanges = []\n', "Did you mean change?"),
    ],
)
def test_a_pattern_that_is_none_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(TaskError) as refused:
        read_pattern("p.toml", text.encode())
    assert said in str(refused.value)


def parent_of(candidate: Candidate) -> Parent:
    return Parent(candidate=candidate, fitness=(4.0, 0.0), feedback=Feedback())


def test_patterns_are_what_is_injected_and_come_after_single_edits_otherwise() -> None:
    parent = parent_of(Candidate(files={"sut.rs": SEED.encode()}))
    view = replace(VIEW, patterns=(("patterns/epoch.toml", EPOCH),))
    brief = Brief(turn=1, view=view, parents=(parent,), operator="inject")
    injected = Offline().propose(brief)
    assert injected is not None and injected.author == "offline/pattern" and injected.parent == parent.candidate.digest
    assert injected.files["sut.rs"].decode() == applied(EPOCH, SEED)
    first = Offline().propose(replace(brief, operator=""))
    assert first is not None and first.author == "offline/repair"
    python = replace(brief, parents=(parent_of(python_candidate("class Stack: pass")),))
    assert getattr(Offline().propose(python), "author", "") != "offline/pattern"


def test_a_seed_that_the_task_ships_is_named_by_its_file_alone(tmp_path: Path) -> None:
    with Journal.open(tmp_path) as journal:
        found = seed_candidate(read_task(TASK), "initial_atomic.rs", journal)
    assert found is not None and found.source == SEED and found.language == "rust"


@pytest.mark.slow
@pytest.mark.skipif(find_compiler() is None, reason="rustc is absent: install Rust")
def test_a_stack_that_frees_too_early_becomes_one_that_is_accepted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = "--generations 50 --stepping-stones --inject-patterns --seed initial_atomic.rs --islands 2 --rng-seed 2"
    code = main(["run", str(TASK), *flags.split(), "--no-baselines", "--workspace", str(tmp_path), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert code == 0, told
    assert told["accepted"] and told["made_by"] == "offline/pattern"
