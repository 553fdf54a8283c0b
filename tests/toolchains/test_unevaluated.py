"""Names that running never misses are no undefined names; statements that are never executed import nothing."""

import ast
import json

import pytest

from probatum.toolchains.python import boundary
from probatum.toolchains.python.unevaluated import excused

HARMLESS = {
    "nested class as a string": (
        "class A:\n    class Node:\n        def __init__(self, left: 'Node' = None): ...\n",
        "Node",
    ),
    "future annotations": (
        "from __future__ import annotations\ndef f(xs: List[int]) -> Optional[int]: ...\n",
        "Optional",
    ),
    "annotation of a local": ("def f():\n    at: Optional[int] = None\n    return at\n", "Optional"),
    "annotation of an attribute": ("class A:\n    def __init__(self):\n        self.root: Node = None\n", "Node"),
    "except NameError": ("try:\n    xrange\nexcept NameError:\n    xrange = range\n", "xrange"),
}
HARMFUL = {
    "evaluated annotation": ("def f(xs: List[int]) -> None: ...\n", "List"),
    "evaluated at module level": ("at: Optional[int] = None\n", "Optional"),
    "used in a body": ("def f():\n    return missing\n", "missing"),
    "another except": ("try:\n    xrange\nexcept ValueError:\n    pass\n", "xrange"),
}


def names_excused(source: str) -> set[str]:
    found = excused(ast.parse(source))
    return set(found["names"]) | {name for _, name in found["places"]}


@pytest.mark.parametrize("name", HARMLESS)
def test_a_name_that_running_never_misses_is_excused(name: str) -> None:
    source, word = HARMLESS[name]
    assert word in names_excused(source)


@pytest.mark.parametrize("name", HARMFUL)
def test_a_name_that_running_would_miss_is_not(name: str) -> None:
    source, word = HARMFUL[name]
    assert word not in names_excused(source)


def test_a_global_statement_defines_a_name() -> None:
    assert names_excused("def f():\n    global LIMIT\n    LIMIT = 1\n") == {"LIMIT"}


def listed(source: str) -> list[object]:
    return list(json.loads(boundary.inspect(source, ["math"]))["listed"])


def test_what_only_a_program_executes_is_not_listed() -> None:
    block = "if __name__ == '__main__':\n    import doctest\n    doctest.testmod()\n"
    assert listed("import math\n" + block) == []
    assert listed("__name__ = '__main__'\n" + block)
    assert listed(block + "else:\n    import os\n")
    assert listed("if __name__ != '__main__':\n    import os\n")
