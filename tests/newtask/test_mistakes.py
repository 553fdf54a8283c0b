"""Every mistake is answered in one line with what to do, before anything is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from newtask_support import made

from probatum.errors import UsageError
from probatum.newtask import InitOptions, init_task

PAIR = "def slow_f(a: int, b: list[int]) -> int:\n    return a + len(b)\n\ndef f(a, b):\n    return len(b) + a\n"


def refused(tmp_path: Path, text: str = PAIR, oracle: str = "slow_f", candidate: str = "f", **more: Any) -> UsageError:
    with pytest.raises(UsageError) as caught:
        made(tmp_path, text, oracle, candidate, **more)
    assert caught.value.fix
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "new").exists() and not (tmp_path / "new-candidate").exists()
    return caught.value


ONE = "def f(x):\n    return x\n"


@pytest.mark.parametrize(
    ("text", "message", "fix"),
    [
        ("def slow_g(a: int) -> int:\n    return a\n" + ONE, "does not define slow_f", "slow_g, f"),
        ("slow_f = lambda x: x\n" + ONE, "is a lambda", "def slow_f"),
        ("slow_f = 3\n" + ONE, "no function or class", "f"),
        ("def slow_f(x: int) -> int:\n    return )\n", ":2 does not parse", "syntax"),
        ("async def slow_f(x: int) -> int:\n    return x\n" + ONE, "async", "plain `def`"),
        ("def slow_f(x: int) -> int:\n    yield x\n" + ONE, "generator", "list"),
        ("def slow_f(*x: int) -> int:\n    return 1\n" + ONE, "takes *x", "name"),
        ("def slow_f(x: int, **y: int) -> int:\n    return 1\n" + ONE, "takes **y", "name"),
        ("def slow_f(*, x: int) -> int:\n    return 1\n" + ONE, "keyword only", "plain parameter"),
        ("def slow_f(x):\n    return x\n" + ONE, "parameter x of slow_f() has no type", "--args"),
        ("def slow_f(x: int):\n    return x\n" + ONE, "the result of slow_f() has no type", "--returns"),
        ("def slow_f(x: int, y: int) -> int:\n    return x\n" + ONE, "takes 2 arguments (x, y), f() takes 1", "same"),
        ("def slow_f(x: object) -> int:\n    return 1\n" + ONE, "`object` is not a type", "annotation"),
        ("def slow_f(x: int | str) -> int:\n    return 1\n" + ONE, "union `int | str`", "annotation"),
        ("def slow_f(x: list) -> int:\n    return 1\n" + ONE, "needs the type of its items", "annotation"),
        ("def slow_f(x: tuple[int, ...]) -> int:\n    return 1\n" + ONE, "tuple of any length", "annotation"),
        ("def slow_f(x: list[()]) -> int:\n    return 1\n" + ONE, "is no type", "Correct"),
        ("def slow_f(x: int) -> None:\n    pass\n" + ONE, "answers nothing", "returns a value"),
        (
            "@dataclass\nclass P:\n    a: int\ndef slow_f(x: P) -> int:\n    return x.a\n" + ONE,
            "write it as `class P(NamedTuple):`",
            "annotation",
        ),
        (
            "class slow_f:\n    def go(self) -> int:\n        return 1\n" + ONE,
            "one of slow_f and f is a class",
            "same sort",
        ),
        ("import os\ndef slow_f(x: int) -> int:\n    return os.getpid()\n" + ONE, "imports os", "computation"),
        ("def slow_f(x: int) -> int:\n    return f(x)\n" + ONE, "uses f, which it is to judge", "on its own"),
        (
            "def slow_f(x: int) -> int:\n    return missing(x)\n" + ONE,
            "uses missing, which it does not define",
            "import",
        ),
        (
            "few = 1\ndef slow_f(x: int, y: int) -> int:\n    return few\ndef f(x, y):\n    return x\n",
            "meaning to few",
            "Rename",
        ),
    ],
)
def test_a_source_that_cannot_become_a_task(tmp_path: Path, text: str, message: str, fix: str) -> None:
    requires = "x < y" if "few" in text else None
    problem = refused(tmp_path, text, requires=requires)
    assert message in problem.message
    assert problem.fix is not None and fix in problem.fix


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"args": "int"}, "--args gives 1 types, and slow_f() takes 2 (a, b)"),
        ({"args": "int, list[", "returns": "int"}, "is no type"),
        ({"args": "int, Widget", "returns": "int"}, "`Widget` is not a type"),
        ({"requires": "a >"}, "no Python expression"),
        ({"requires": "c > 0"}, "--requires names c"),
        ({"requires": "open('x')"}, "--requires names open"),
        ({"requires": "1 < 2"}, "speaks of no parameter"),
        ({"requires": "(a := 3) > 1"}, "holds"),
        ({"raises": "KeyErorr"}, "--raises names KeyErorr"),
        ({"raises": "int"}, "--raises names int"),
        ({"candidate": "slow_f"}, "are the same"),
    ],
)
def test_an_option_that_cannot_mean_anything(tmp_path: Path, more: dict[str, Any], message: str) -> None:
    assert message in refused(tmp_path, **more).message


@pytest.mark.parametrize(
    ("oracle", "message"),
    [
        ("nowhere.py:f", "there is no file nowhere.py"),
        ("mine.py", "names no function"),
        ("mine.py:", "names no function"),
    ],
)
def test_a_target_that_names_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, oracle: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text(PAIR)
    with pytest.raises(UsageError, match=message) as caught:
        init_task(InitOptions(folder="new", oracle=oracle, candidate="mine.py:f"))
    assert "mine" in str(caught.value) or "FILE:NAME" in str(caught.value)


def test_a_class_that_lacks_a_method(tmp_path: Path) -> None:
    text = "class Slow:\n    def get(self) -> int:\n        return 1\nclass Fast:\n    pass\n"
    assert "Fast has no get()" in refused(tmp_path, text, "Slow", "Fast").message


def test_a_local_module_is_named(tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("x = 1\n")
    problem = refused(tmp_path, "import helper\n" + PAIR.replace("len(b) + a", "helper.x"))
    assert "the candidate f imports the local module helper" in problem.message


def test_a_local_module_that_is_not_needed_stands_in_nobodys_way(tmp_path: Path) -> None:
    assert made(tmp_path, "from . import helper\nimport nowhere_to_be_found\n" + PAIR, "slow_f", "f").files


def test_a_package_that_is_not_installed(tmp_path: Path) -> None:
    text = "import nowhere_to_be_found as n\n" + PAIR.replace("len(b) + a", "n.x")
    assert "nowhere_to_be_found" in refused(tmp_path, text).message


@pytest.mark.parametrize("name", ["new", "new-candidate"])
def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "mine.txt").write_text("precious")
    with pytest.raises(UsageError, match="is not empty"):
        made(tmp_path, PAIR, "slow_f", "f")
    assert [p.name for p in (tmp_path / name).iterdir()] == ["mine.txt"]


def test_nothing_of_the_user_is_executed(tmp_path: Path) -> None:
    mark = tmp_path / "executed"
    text = f"open({str(mark)!r}, 'w')\nX = open({str(mark)!r}, 'w')\n" + PAIR
    made(tmp_path, text, "slow_f", "f")
    assert not mark.exists()
