"""What a worker says of the calls a candidate offers: the quick reading never passes what a signature refuses."""

import functools
import inspect
import types
from collections.abc import Callable
from typing import Any

import pytest

from probatum.toolchains.python.offered import missing, plainly_takes


def plain(self, a, b): ...
def defaults(self, a, b=1): ...
def star(self, *rest): ...
def keyword(self, a, *, b): ...
def optional_keyword(self, a, *, b=1): ...
def positional_only(self, a, /, b=2): ...
def nothing(): ...


@functools.wraps(plain)
def wraps_another(*rest):
    return plain(*rest)


FUNCTIONS = (plain, defaults, star, keyword, optional_keyword, positional_only, nothing, wraps_another)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("count", range(5))
def test_what_is_read_off_the_code_is_what_the_signature_says(function: Callable[..., Any], count: int) -> None:
    try:
        inspect.signature(function).bind(*[None] * count)
        binds = True
    except TypeError:
        binds = False
    assert binds or not plainly_takes(function, count)
    if function in (plain, defaults, positional_only, nothing):
        assert plainly_takes(function, count) == binds


SHAPES = {
    "right": ("class S:\n def __init__(self): ...\n def put(self, a, b): ...", []),
    "no initialiser": ("class S:\n def put(self, a, b): ...", []),
    "inherited": ("class B:\n def put(self, a, b): ...\nclass S(B): ...", []),
    "made by new": ("class S:\n def __new__(cls): return object.__new__(cls)\n def put(self, a, b): ...", []),
    "too few": ("class S:\n def put(self, a): ...", ["S.put(self, a) cannot be called as declared (too many"]),
    "wants more": (
        "class S:\n def __init__(self, size): ...\n def put(self, a, b): ...",
        ["S(size) cannot be called as declared (missing"],
    ),
    "new wants more": (
        "class S:\n def __new__(cls, size): ...\n def __init__(self): ...\n def put(self, a, b): ...",
        ["S(size) cannot be called as declared (missing"],
    ),
    "no method": ("class S: ...", ["S.put"]),
    "another method": ("class S:\n def __init__(self): self.n = 0\n def add(self, a, b): ...", ["S.put"]),
    "calls one of that name": ("class S:\n def add(self, a): return put(a, self.m.put, self.put)", ["S.put"]),
    "a dictionary": ("class S(dict):\n def add(self, a): ...", ["S.put"]),
    "answers what it has not": ("class S:\n def __getattr__(self, name): return lambda a, b: None", []),
    "answers everything": ("class S:\n def __getattribute__(self, name): return lambda a, b: None", []),
    "inherits answering": ("class B:\n def __getattr__(self, name): ...\nclass S(B): ...", []),
    "given to the instance": ("class S:\n def __init__(self): self.put = lambda a, b: None", []),
    "given in a loop": ("class S:\n def __init__(self):\n  for m in ('put', 'get'): setattr(self, m, max)", []),
    "given in a dictionary": ("class S:\n def __init__(self): self.__dict__.update(put=max)", []),
    "given by a closure": ("class S:\n def __init__(self):\n  def f(): self.put = max\n  f()", []),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_class_is_told_what_it_lacks(shape: str) -> None:
    source, wanted = SHAPES[shape]
    module = types.ModuleType("sut")
    exec(source, module.__dict__)
    said = missing(module, {"functions": {}, "classes": {"S": {"new": 0, "put": 2}}})
    assert len(said) == len(wanted) and all(s.startswith(w) for s, w in zip(said, wanted, strict=True)), said
