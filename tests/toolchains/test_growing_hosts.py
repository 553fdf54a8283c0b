"""A host loads what a candidate may import when the first comes that imports anything; the language lacks nothing
before that, and what a host is asked for later it can still do."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from probatum.candidate import Candidate
from probatum.sandbox import probe
from probatum.task.model import Limits
from probatum.toolchains.python.pair import PythonWorkers

pytestmark = pytest.mark.skipif(probe.best_tier() == "plain", reason="needs a sandbox (Linux with seccomp)")

LANGUAGE = r"""
def texts():
    words = [text.encode(name).decode(name) for text, name in (
        ("a", "ascii"), ("\xe9", "latin-1"), ("z\xfc", "utf-16"), ("b\xfccher", "idna"))]
    return [*words, "\N{GREEK SMALL LETTER ALPHA}"]
"""
GENERIC = (
    """
class Box[T]: pass
"""
    if sys.version_info >= (3, 12)
    else ""
)
PLAIN = r"""
class Pair:
    def __init__(self, left: "int | None") -> None:
        self.left = left

def made():
    rebuilt = Pair(1).__reduce_ex__(2)[0].__name__
    said = str(ExceptionGroup("e", [ValueError()]))
    return [rebuilt, "two" if 1 is 2 else f"{0.5:n}", isinstance([1], list[int].__origin__ | str), said[:1]]
"""
IMPORTS = """
from collections import Counter
from dataclasses import dataclass
import random, re, typing

@dataclass
class Pair:
    left: int
    right: int

def pairs():
    return [Counter("aab").most_common(1)[0][0], Pair(1, 2).right, re.sub("a", "b", "aa")]

def drawn():
    return [random.randrange(10**6) for _ in range(3)]
"""
PRIVATE = """
import sys

def seen():
    return [name for name in sys.modules if name.split(".")[0] in ("probatum", "ctypes", "_ctypes", "Sample")]
"""


@pytest.fixture
def workers() -> Iterator[PythonWorkers]:
    made = PythonWorkers(limits=Limits(), packages=(), tier="lock")
    made.outline = {"records": {}, "classes": {}, "functions": {}, "raises": {}}
    yield made
    made.close()


def answer(workers: PythonWorkers, source: str, function: str, random_seed: int = 1) -> Any:
    """What a function of a candidate answers in a worker of its own."""
    candidate = Candidate(files={"sut.py": source.encode()})
    ticket, stream = workers.open(candidate, 0, random_seed, None)
    loaded = json.loads(stream.receive() or b"null")
    assert loaded == ["loaded", []], loaded
    stream.send(f'["run",[[["f","{function}"]]]]'.encode())
    [[how, *value]] = json.loads(stream.receive() or b"null")
    stream.close()
    workers.end(ticket)
    return value[0] if how == 0 else (how, *value)


def test_without_an_import_encodings_and_names_of_characters_are_there(workers: PythonWorkers) -> None:
    assert answer(workers, LANGUAGE, "texts") == ["a", "\xe9", "z\xfc", "b\xfccher", "\u03b1"]


def test_without_an_import_what_the_language_imports_by_itself_is_there(workers: PythonWorkers) -> None:
    assert answer(workers, GENERIC + PLAIN, "made") == ["__newobj__", "0.5", True, "e"]


def test_modules_are_there_for_the_first_candidate_that_imports_after_one_that_does_not(workers: PythonWorkers) -> None:
    assert answer(workers, "def one(): return 1", "one") == 1
    assert answer(workers, IMPORTS, "pairs") == ["a", 2, "bb"]
    assert len(workers._hosts) == 1


def test_random_numbers_are_those_of_the_seed_whatever_ran_before(workers: PythonWorkers) -> None:
    first = answer(workers, IMPORTS, "drawn", 7)
    assert answer(workers, IMPORTS, "drawn", 8) != first
    assert answer(workers, IMPORTS, "drawn", 7) == first


def test_our_own_modules_cannot_be_come_upon_by_name_after_sources_were_read(workers: PythonWorkers) -> None:
    workers.inspect(Candidate(files={"sut.py": b"x = 1"}))
    assert answer(workers, PRIVATE, "seen") == []


@pytest.mark.parametrize("source", ["import re\nx = [\n", "def f(): return eval('1')\n"])
def test_sources_are_read_by_a_host_that_has_run_some(workers: PythonWorkers, source: str) -> None:
    assert answer(workers, "def one(): return 1", "one") == 1
    report, _ = workers.inspect(Candidate(files={"sut.py": source.encode()}))
    assert report is not None
    assert report["listed"] or report["error"]
