"""`assert_holds` and `assert_refuted`: claims about candidates, and messages to act on."""

import contextlib
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from cli_support import make_place, no_compiler

from probatum import assert_holds, assert_refuted
from probatum.errors import UsageError

MODULE = '''"""Doublers."""


def double(x: int) -> int:
    return x + x


def triple(x: int) -> int:
    return 3 * x


def make():
    def inner(x: int) -> int:
        return 2 * x

    return inner


class Thing:
    pass
'''


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return make_place(tmp_path / "place")


def module(folder: Path, text: str = MODULE) -> ModuleType:
    file = folder / "doublers.py"
    file.write_text(text)
    spec = importlib.util.spec_from_file_location("doublers", file)
    assert spec is not None and spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def failure(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]


@pytest.mark.slow
def test_a_folder_a_file_and_a_function_are_candidates(place: Path) -> None:
    task = place / "double"
    assert assert_holds(task, place / "good", seed=1).accepted
    assert assert_holds(task, str(place / "good" / "sut.py"), seed=1).accepted
    assert assert_holds(str(task), module(place).double, seed=1).accepted


def test_a_function_of_another_name_stands_for_the_tasks(place: Path) -> None:
    finding = assert_refuted(place / "double", module(place).triple, seed=1)
    assert finding.law == "equality"


def test_a_failure_says_what_to_do(place: Path) -> None:
    with pytest.raises(AssertionError) as caught:
        assert_holds(place / "double", place / "bad", seed=4)
    lines = failure(str(caught.value))
    assert lines[0] == f"double refutes {place / 'bad'} at level behaviour"
    assert lines[1:3] == ["law equality: Every answer equals the oracle's. [D-1]", "double(1)"]
    assert [line.split() for line in lines[3:5]] == [["observed", "3"], ["expected", "2"]]
    assert lines[5] == f"again: probatum check {place / 'double'} --candidate {place / 'bad'} --seed 4"


def test_without_a_seed_the_message_names_the_one_that_was_drawn(place: Path) -> None:
    with pytest.raises(AssertionError) as caught:
        assert_holds(place / "double", module(place).triple)
    said = failure(str(caught.value))[-1]
    assert said.startswith("again: the same call with seed=") and said.rpartition("=")[2].isdigit()


def test_the_same_seed_gives_the_same_verdicts(place: Path) -> None:
    first, second = (assert_holds(place / "double", place / "good", seed=9) for _ in "12")
    assert [v.scope for v in first.verdicts] == [v.scope for v in second.verdicts]


@pytest.mark.slow
def test_refuted_by_another_level_or_law_is_not_the_claim(place: Path) -> None:
    with pytest.raises(AssertionError, match="level build should have refuted it, but something else did"):
        assert_refuted(place / "double", place / "bad", by="build", seed=1)
    with pytest.raises(AssertionError, match="level behaviour, law returns should have refuted it"):
        assert_refuted(place / "double", place / "bad", law="returns", seed=1)
    with pytest.raises(AssertionError, match=r"is not refuted but HOLDS: .* \(seed=1\)"):
        assert_refuted(place / "double", place / "good", seed=1)
    assert assert_refuted(place / "double", place / "broken", by="build", law="compiles").requirements == ()


def test_nothing_is_written_where_the_test_runs(place: Path, tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    with contextlib.chdir(here):
        assert_refuted(place / "double", place / "two", by="boundary")
        assert list(here.iterdir()) == []
        assert_refuted(place / "double", place / "two", by="boundary", workspace=here / "kept")
    assert (here / "kept" / "journal.sqlite").is_file()


def test_a_module_that_imports_more_than_computation_is_explained(place: Path) -> None:
    made = module(place, "import os\n" + MODULE)
    with pytest.raises(AssertionError, match="is judged as the whole module"):
        assert_holds(place / "double", made.double, seed=1)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("inner", "is not defined at the top level"),
        ("len", "cannot be a candidate"),
        ("nowhere", "there is no candidate at"),
    ],
)
def test_what_cannot_be_a_candidate_is_explained(place: Path, name: str, said: str) -> None:
    things = {"inner": module(place).make(), "len": len, "nowhere": "nowhere"}
    with pytest.raises(UsageError, match=said):
        assert_holds(place / "double", things[name])


def test_an_inconclusive_candidate_does_not_hold(place: Path, tmp_path: Path) -> None:
    with no_compiler(tmp_path), pytest.raises(AssertionError, match=r"does not accept .*SKIPPED"):
        assert_holds(place / "double", place / "rust")
