"""Where in a task file something stands."""

from __future__ import annotations

import inspect
from typing import Any


def line_of(value: Any) -> int | None:
    """The line that a function or class begins on, where it can be told."""
    code = getattr(value, "__code__", None)
    if code is not None:
        return int(code.co_firstlineno)
    first = getattr(value, "__firstlineno__", None)
    methods = (
        [m.__code__.co_firstlineno for m in vars(value).values() if inspect.isfunction(m)]
        if inspect.isclass(value)
        else []
    )
    return first or (min(methods) if methods else None)
