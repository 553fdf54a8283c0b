"""Methods of a `@sut` class that are coroutines: what tasks await, and what an oracle may be.

An oracle is a sequential specification: it has nothing to wait for. So the judge works with a class whose coroutine
methods were replaced by plain ones that run their body to its end.
"""

from __future__ import annotations

import dis
import functools
import inspect
from collections.abc import Callable, Coroutine
from typing import Any

from probatum.errors import TaskError

AWAITS = ("GET_AWAITABLE", "GET_AITER", "GET_ANEXT")
"""Instructions of code that awaits something."""


def coroutines_of(cls: Any) -> tuple[str, ...]:
    """The public methods of a class that are declared with `async def`."""
    return tuple(n for n, m in vars(cls).items() if not n.startswith("_") and inspect.iscoroutinefunction(m))


def check_body(name: str, function: Any, file: str) -> None:
    """Raise `TaskError` where the body of a coroutine method of an oracle awaits something, or yields."""
    where: dict[str, Any] = {"file": file, "line": function.__code__.co_firstlineno}
    if inspect.isasyncgenfunction(function):
        raise TaskError(f"{name}() yields", fix="Return a list: answers are compared as values", **where)
    if inspect.iscoroutinefunction(function) and any(i.opname in AWAITS for i in dis.get_instructions(function)):
        raise TaskError(
            f"the oracle awaits in {name}()",
            fix="Its body is a sequential specification: say with assume() when the call waits, and put code that "
            "several methods share into a plain `def _name`",
            **where,
        )


def plain_class(cls: Any) -> Any:
    """The class with plain methods in place of coroutine methods; the class itself where it has none."""
    replaced = {name: _plain(vars(cls)[name]) for name in coroutines_of(cls)}
    if not replaced:
        return cls
    return type(cls)(cls.__name__, (cls,), {"__module__": cls.__module__, "__doc__": cls.__doc__, **replaced})


def _plain(function: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*args: Any) -> Any:
        return finished(function(*args))

    return call


def finished(routine: Coroutine[Any, Any, Any]) -> Any:
    """The value of a coroutine that awaits nothing that could suspend it; raises `TaskError` for one that does."""
    try:
        routine.send(None)
    except StopIteration as end:
        return end.value
    routine.close()
    raise TaskError(
        f"{getattr(routine, '__name__', 'a coroutine')}() waits for something",
        file="task.py",
        fix="Await nothing but calls of the system under test",
    )
