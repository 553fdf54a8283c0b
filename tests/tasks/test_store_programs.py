"""The programs that people run on an accepted store: they work on every build and leave its folder as it was."""

import subprocess
import sys
from pathlib import Path

import pytest

TASKS = Path(__file__).resolve().parents[2] / "tasks"


def run(task: str, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(TASKS / task / "main.py"), *arguments]
    return subprocess.run(command, input=typed, capture_output=True, encoding="utf-8", timeout=20)


def good(task: str, canary: str) -> Path:
    return TASKS / task / "canaries" / "good" / canary


@pytest.mark.parametrize("canary", ["reference", "trie", "skip_list"])
def test_the_shell_answers_line_by_line(canary: str) -> None:
    folder = good("kv_store_v1", canary)
    before = sorted(folder.rglob("*"))
    typed = "put 2 20\nput 1 0\nget 1\nget 3\n\nkeys\ndel 2\ndel 2\nlen\nquit\nlen\n"
    done = run("kv_store_v1", str(folder), typed=typed)
    assert done.stdout.splitlines() == ["ok", "ok", "0", "(none)", "1 2", "deleted", "(none)", "1"]
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize("line", ["put 1", "drop 1", "get -1", "get ²", f"put {2**64} 1"])
def test_the_shell_goes_on_after_a_line_it_does_not_understand(line: str) -> None:
    done = run("kv_store_v1", str(good("kv_store_v1", "reference")), typed=f"{line}\nlen\n")
    assert done.returncode == 1
    assert line in done.stderr
    assert done.stdout == "0\n"


def test_all_builds_of_the_cache_have_the_same_hit_rate() -> None:
    builds = ("reference", "cachetools_wrapper", "clock_and_heap")
    printed = {run("lru_cache", str(good("lru_cache", build)), "60").stdout for build in builds}
    assert printed == {"capacity 60: 14264 hits in 20000 accesses, 71.3 %; 60 keys held at the end\n"}


def test_a_trace_from_standard_input_is_simulated() -> None:
    done = run("lru_cache", str(good("lru_cache", "linked_list")), "2", typed="1\n2\n1\n3\n2\n1\n")
    assert done.stdout == "capacity 2: 1 hits in 6 accesses, 16.7 %; 2 keys held at the end\n"


@pytest.mark.parametrize("arguments", [[], ["no/such/folder"], [".", "0"], [".", str(2**32)], [".", "1", "2"]])
def test_a_wrong_command_line_is_answered_with_the_usage(arguments: list[str]) -> None:
    done = run("lru_cache", *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("usage:")


def test_a_wrong_trace_is_refused_by_line() -> None:
    done = run("lru_cache", str(good("lru_cache", "reference")), typed="1\nx\n")
    assert (done.returncode, done.stderr) == (2, "line 2: 'x' is not a number from 0 to 2^64 - 1\n")
