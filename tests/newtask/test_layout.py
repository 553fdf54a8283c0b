"""Where things go, what is carried over, what steers drawing, and the questions that replace options."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import samples_newtask as samples
from newtask_support import Loaded, assert_works, made

from probatum.errors import UsageError
from probatum.lab.files import read_task
from probatum.newtask import InitOptions, init_task, interactive


def test_the_candidate_stands_beside_the_task_and_does_not_change_its_digest(tmp_path: Path) -> None:
    result = made(tmp_path, samples.SORT, "slow_sort", "sort")
    assert result.candidate == tmp_path / "new-candidate"
    assert [p.name for p in result.candidate.iterdir()] == ["sut.py"]
    assert result.check == ("probatum", "check", str(result.folder), "--candidate", str(result.candidate))
    before = read_task(str(result.folder)).digest
    (result.candidate / "sut.py").write_text("def sort(items): return items\n")
    assert read_task(str(result.folder)).digest == before
    on_disk = {p for p in result.folder.rglob("*") if p.is_file()} | {result.candidate / "sut.py"}
    assert set(result.files) == on_disk


def test_an_empty_folder_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "mine.py").write_text(samples.SORT)
    monkeypatch.chdir(tmp_path / "here")
    result = init_task(InitOptions(folder=".", oracle="../mine.py:slow_sort", candidate="../mine.py:sort"))
    assert (tmp_path / "here" / "task.toml").is_file()
    assert result.candidate == tmp_path / "here-candidate"


def test_two_files_may_share_a_record(tmp_path: Path) -> None:
    slow = samples.POINTS.split("def nearest(")[0]
    (tmp_path / "slow.py").write_text(slow)
    (tmp_path / "fast.py").write_text(
        "from slow import Point\n\ndef nearest(points: list[Point], to: Point) -> Point | None:\n"
        "    return min(points, key=lambda p: abs(p.x - to.x) + abs(p.y - to.y), default=None)\n"
    )
    oracle, candidate = f"{tmp_path}/slow.py:nearest_slow", f"{tmp_path}/fast.py:nearest"
    result = init_task(InitOptions(folder=str(tmp_path / "new"), oracle=oracle, candidate=candidate))
    assert "from interface import Point" in (result.candidate / "sut.py").read_text()
    assert_works(result)


def test_types_of_the_candidate_serve_where_the_oracle_has_none(tmp_path: Path) -> None:
    text = "def slow_f(a, b):\n    return a + b\n\ndef f(x: int, y: int) -> int:\n    return y + x\n"
    assert "def f(a: int, b: int) -> int:" in assert_works(made(tmp_path, text, "slow_f", "f")).source


def test_a_recursive_oracle_is_not_held_to_the_precondition_inside(tmp_path: Path) -> None:
    text = (
        "def slow_total(n: int) -> int:\n    return 0 if n == 0 else n + slow_total(n - 1)\n\n"
        "def total(n: int) -> int:\n    return n * (n + 1) // 2\n"
    )
    assert_works(made(tmp_path, text, "slow_total", "total", requires="0 < n <= 60"))


def test_oracle_and_candidate_of_the_same_name(tmp_path: Path) -> None:
    for name, body in (
        ("slow", "return sorted(items)[:n]"),
        ("fast", "import heapq\n    return heapq.nsmallest(n, items)"),
    ):
        (tmp_path / f"{name}.py").write_text(f"def least(items: list[int], n: int) -> list[int]:\n    {body}\n")
    oracle, candidate = f"{tmp_path}/slow.py:least", f"{tmp_path}/fast.py:least"
    assert_works(
        init_task(InitOptions(folder=str(tmp_path / "new"), oracle=oracle, candidate=candidate, requires="n >= 0"))
    )


def test_decorators_defaults_and_own_errors_come_along(tmp_path: Path) -> None:
    text = '''
import functools
from probatum import U8

class Odd(ValueError):
    """An odd number."""

@functools.lru_cache(maxsize=None)
def slow_half(n: U8, up: bool = False) -> U8:
    "Half of a number."
    if n % 2 and not up: raise Odd(n)
    return (n + up) // 2

def half(n: U8, up: bool = False) -> U8:
    if n & 1 and not up:
        raise Odd
    return n + 1 >> 1 if up else n >> 1
'''
    loaded = assert_works(made(tmp_path, text, "slow_half", "half"))
    assert "@raises(Odd)" in loaded.source
    assert "probatum" not in loaded.candidate()


def test_a_package_of_the_candidate_is_declared(tmp_path: Path) -> None:
    text = (
        "from sortedcontainers import SortedList\n\ndef slow_f(a: list[int]) -> list[int]:\n    return sorted(a)\n\n"
        "def f(a):\n    return list(SortedList(a))\n"
    )
    assert Loaded(made(tmp_path, text, "slow_f", "f")).task.packages == ("sortedcontainers",)


def test_what_will_not_be_judged_is_told(tmp_path: Path) -> None:
    text = samples.LRU.replace(
        "class Lru:", "class Lru:\n    def clear(self):\n        import os\n        os.abort()\n"
    )
    notes = " ".join(made(tmp_path, text, "SlowLru", "Lru").notes)
    assert "Lru.clear() is not judged" in notes and "imports os" in notes


@pytest.mark.parametrize(
    ("requires", "marker"),
    [
        ("n > 0", "n: N"),
        ("n > 0", "N = Annotated[int, between(1)]"),
        ("0 <= n < 2**31 - 1", "between(0, 2147483646)"),
        ("0 <= n < len(items)", "N = Annotated[int, few(8), between(0)]"),
        ("items", "sized(1)"),
        ("1 <= len(items) <= 9 and n == abs(n)", "sized(1, 9)"),
        ("items == sorted(set(items))", "mapped(lambda items: sorted(set(items)))"),
        ("all(0 <= item < 10 for item in items)", "list[Annotated[int, between(0, 9)]]"),
        ("n % 3 == 1", "where(lambda n: n % 3 == 1)"),
        ("usable(n)", "where(lambda n: usable(n))"),
    ],
)
def test_a_precondition_steers_what_is_drawn(tmp_path: Path, requires: str, marker: str) -> None:
    text = (
        "def usable(n: int) -> bool:\n    return n > 4\n\n"
        "def slow_f(items: list[int], n: int) -> int:\n    return len(items) + n + 1\n\n"
        "def f(items, n):\n    return 1 + n + len(items)\n"
    )
    loaded = assert_works(made(tmp_path, text, "slow_f", "f", requires=requires))
    assert marker in loaded.source
    assert "    assume(" in loaded.source


def test_text_is_drawn_with_the_words_the_oracle_looks_for(tmp_path: Path) -> None:
    text = (
        'def slow_truth(word: str) -> bool | None:\n    "Not this."\n'
        '    return {"true": True, "false": False}.get(word)\n\n'
        'def truth(word):\n    return True if word == "true" else False if word == "false" else None\n'
    )
    loaded = assert_works(made(tmp_path, text, "slow_truth", "truth"))
    assert "Not this" not in loaded.source.split("def likely")[0]
    assert {a.value for p in loaded.plans() for a in p.answers} == {True, False, None}


def test_replacing_drawn_text_twice_is_replacing_once(tmp_path: Path) -> None:
    text = (
        'def slow_f(word: str) -> int:\n    return ["b1", "a,", "0", ";"].count(word)\n\n'
        'def f(word):\n    return int(word in ("b1", "a,", "0", ";"))\n'
    )
    loaded = assert_works(made(tmp_path, text, "slow_f", "f"))
    (likely,) = loaded.suite.interface.functions[0].method.params[0].kind.mapped
    once = likely("b10azAB\té€")
    assert likely(once) == once and likely("\t") == "b1" and ";" in once


def test_tables_that_later_statements_fill_come_along(tmp_path: Path) -> None:
    text = (
        "TABLE = {}\nTABLE.update({1: 2})\nOTHER = {}\nOTHER.update({5: 6})\nTABLE[3] = 4\n\n"
        "def slow_f(n: int) -> int:\n    return TABLE.get(n, 0)\n\ndef f(n):\n    return {1: 2, 3: 4}.get(n, 0)\n\n"
        "if __name__ == '__main__':\n    TABLE.clear()\n"
    )
    loaded = assert_works(made(tmp_path, text, "slow_f", "f"))
    assert "OTHER" not in loaded.source and "__main__" not in loaded.source


def test_an_error_may_be_the_only_answer(tmp_path: Path) -> None:
    text = (
        "def slow_check(n: int) -> None:\n    if n < 0:\n        raise ValueError(n)\n\n"
        "def check(n):\n    if n <= -1:\n        raise ValueError\n"
    )
    loaded = assert_works(made(tmp_path, text, "slow_check", "check"))
    assert {c.name for c in loaded.task.canaries} == {"reference", "constant_answer", "refuses_everything"}


def test_a_note_warns_of_numbers_without_bound(tmp_path: Path) -> None:
    text = "def slow_f(n: int) -> int:\n    return n\n\ndef f(n):\n    return n + 0\n"
    assert '--requires "n < 1000"' in " ".join(made(tmp_path, text, "slow_f", "f").notes)


def answers(replies: dict[str, str]) -> tuple[Callable[[str, str], str], list[str]]:
    asked: list[str] = []

    def ask(question: str, default: str) -> str:
        asked.append(question)
        return next((reply for part, reply in replies.items() if part in question), default)

    return ask, asked


def test_questions_offer_the_pair_that_the_file_holds(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(samples.SEARCH)
    ask, asked = answers({"with the oracle": str(file), "Types": "list[I64], I64", "Type of the result": "U64 | None"})
    options = interactive(ask)
    assert (options.oracle, options.candidate, options.folder) == (f"{file}:slow_search", f"{file}:search", "search")
    assert options.args == "list[I64], I64" and options.requires is None
    assert any("slow_search, search" in question for question in asked)


@pytest.mark.parametrize("slow", ["naive_x", "x_reference", "slow_x", "x_slow", "reference_x"])
def test_usual_names_of_pairs_are_recognised(tmp_path: Path, slow: str) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        f"def other(a: int) -> int:\n    return a\n\ndef x(a):\n    return a\n\n"
        f"def {slow}(a: int) -> int:\n    return a\n"
    )
    options = interactive(answers({"with the oracle": str(file)})[0])
    assert (options.oracle, options.candidate) == (f"{file}:{slow}", f"{file}:x")


@pytest.mark.parametrize(("reply", "raises"), [({}, "ValueError"), ({"Errors": "none"}, "")])
def test_errors_that_the_oracle_raises_are_offered_and_can_be_declined(
    tmp_path: Path, reply: dict[str, str], raises: str
) -> None:
    file = tmp_path / "mine.py"
    file.write_text(samples.ROMAN)
    assert interactive(answers({"with the oracle": str(file), **reply})[0]).raises == raises


def test_a_useless_answer_is_asked_for_again_with_the_reason() -> None:
    ask, asked = answers({"with the oracle": "nowhere.py"})
    with pytest.raises(UsageError, match="there is no file"):
        interactive(ask)
    assert len(asked) == 3 and "there is no file" in asked[1]


ALL = [
    (samples.SORT, "slow_sort", "sort", {}),
    (
        samples.SEARCH,
        "slow_search",
        "search",
        {"args": "list[I64], I64", "returns": "U64 | None", "requires": "items == sorted(items)"},
    ),
    (samples.LRU, "SlowLru", "Lru", {"requires": "capacity > 0"}),
    (samples.PARSER, "fields_reference", "fields", {}),
    (samples.ROMAN, "naive_roman", "roman", {}),
    (samples.MEAN, "slow_mean", "mean", {"requires": "len(values) > 0"}),
    (samples.POINTS, "nearest_slow", "nearest", {}),
    (samples.COLORS, "slow_turn", "turn", {}),
]


@pytest.mark.slow
def test_every_new_task_file_passes_mypy_strict(tmp_path: Path) -> None:
    files = []
    for number, (text, oracle, candidate, more) in enumerate(ALL):
        (tmp_path / str(number)).mkdir()
        result = made(tmp_path / str(number), text, oracle, candidate, **more)
        files.append(tmp_path / f"task_{number}.py")
        files[-1].write_bytes((result.folder / "task.py").read_bytes())
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-incremental", *map(str, files)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=180,
        env={"MYPYPATH": str(Path(__file__).resolve().parents[2] / "src"), "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
