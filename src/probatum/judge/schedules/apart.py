"""Arguments that belong to one thread at a time, such as a handle that a thread registered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from probatum.errors import TaskError
from probatum.task.interface import SutClass
from probatum.types.codec import Ref, encode
from probatum.types.kinds import Unit


def check_apart(declared: SutClass) -> None:
    """`TaskError` unless every name in ``apart`` of `@concurrent` is that of a parameter."""
    names = {param.name for method in declared.methods for param in method.params}
    for name in declared.concurrent.apart if declared.concurrent else ():
        if name not in names:
            raise TaskError(
                f"@concurrent keeps {name!r} apart, which no method of {declared.name} takes",
                file="task.py",
                fix="Name parameters in apart=(...)",
            )


def meets(declared: SutClass, threads: Sequence[Sequence[tuple[str, tuple[Any, ...]]]]) -> bool:
    """Whether two threads pass the same value for a parameter that the task keeps apart, or one passes a fixed value
    after a call that may have answered another."""
    apart = declared.concurrent.apart if declared.concurrent else ()
    seen: dict[str, int] = {}
    for thread, calls in enumerate(threads):
        open_answer = False
        for name, args in calls:
            for param, arg in zip(declared.method(name).params, args, strict=True):
                if param.name not in apart or type(arg) is Ref:
                    continue
                if open_answer or seen.setdefault(f"{param.name} {encode(arg)}", thread) != thread:
                    return True
            answers = not isinstance(declared.method(name).result, Unit)
            open_answer = open_answer or (answers and hasattr(declared.oracle, f"_beside_{name}"))
    return False
