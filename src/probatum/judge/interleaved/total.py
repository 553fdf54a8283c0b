"""Whether a specification can be left at all: whether code of an oracle may come to `assume`.

Where it cannot, every order of any calls is one that the specification speaks about, and large clients need no search.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any

from probatum.task.declare import Unsatisfied, assume

NAMES = frozenset({"assume", "Unsatisfied", "eval", "exec", "getattr", "__import__", "import_module", "globals"})
"""Names that may lead to `assume` without a trace in what a function refers to."""


def is_total(cls: type) -> bool:
    """Whether nothing that methods of ``cls`` refer to, however indirectly within its module, is `assume`."""
    seen: set[int] = set()
    left: list[Any] = [cls]
    while left:
        each = left.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if each is assume or each is Unsatisfied:
            return False
        if isinstance(each, type):
            left += [part for base in each.__mro__[:-1] if base.__module__ == cls.__module__ for part in _parts(base)]
        elif isinstance(each, FunctionType) and each.__module__ == cls.__module__:
            names = set(_names(each.__code__))
            if names & NAMES:
                return False
            left += [each.__globals__[name] for name in names if name in each.__globals__]
            left += [cell.cell_contents for cell in each.__closure__ or ()]
            left += [*(each.__defaults__ or ()), *(each.__kwdefaults__ or {}).values()]
        elif isinstance(each, ModuleType):
            if each.__name__.partition(".")[0] == "probatum":
                return False
        elif callable(each) and not isinstance(each, (FunctionType, BuiltinFunctionType)):
            return False  # what it calls is not told
    return True


def _parts(base: type) -> Iterator[Any]:
    for part in vars(base).values():
        yield getattr(part, "__func__", part)
        if isinstance(part, property):
            yield from (part.fget, part.fset, part.fdel)


def _names(code: CodeType) -> Iterator[str]:
    yield from (*code.co_names, *code.co_freevars)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
