"""Whether `@concurrent` fits the class that it marks."""

from __future__ import annotations

import inspect
from typing import Any

from probatum.errors import TaskError
from probatum.task.concurrency import ConcurrentMark, methods_in
from probatum.task.coroutines import check_body, coroutines_of
from probatum.task.declare import SutMark
from probatum.task.rustform import RUST_MARK


def check_coroutines(name: str, value: Any, shared: ConcurrentMark | None, where: dict[str, Any]) -> None:
    """Raise `TaskError` where coroutine methods and `@concurrent` do not fit each other."""
    awaited = coroutines_of(value)
    told = () if shared is None else (*shared.cancels, *(shared.waits if shared.tasks else ()))
    for method in [name for name in told if name in vars(value) and name not in awaited]:
        raise TaskError(
            f"{name}.{method}() awaits nothing, so it can neither wait nor be cancelled",
            fix=f"Write async def {method}(...)",
            **where,
        )
    for attr, member in vars(value).items():
        if inspect.isfunction(member):
            check_body(f"{name}.{attr}", member, where["file"])
    if awaited and (shared is None or not shared.tasks):
        raise TaskError(
            f"{name}.{awaited[0]}() is a coroutine, but no tasks share {name}",
            fix="Declare it @concurrent(tasks=2) (tasks, not threads)",
            **where,
        )
    if shared is not None and shared.tasks and (not awaited or value.__dict__.get(RUST_MARK) is not None):
        raise TaskError(
            f"@concurrent(tasks=...) of {name} is about coroutines in Python",
            fix="Declare the methods that wait with async def, or use threads=...",
            **where,
        )


def check_concurrent(
    name: str, shared: ConcurrentMark, mark: SutMark, methods: set[str], where: dict[str, Any]
) -> None:
    """Raise `TaskError` for a `@concurrent` that means nothing."""
    told = [("waits for", n) for n in shared.waits] + [("looks with", n) for n in shared.after]
    told += [("cancels", n) for n in shared.cancels]
    told += [("says gives up:", n) for n in shared.gives_up]
    told += [("has a pattern with", n) for p in shared.patterns for n in methods_in(p)]
    for word, method in told:
        if method not in methods:
            raise TaskError(f"@concurrent {word} {method!r}, which {name} does not have", **where)
    if mark.answers == "any" or mark.any_answer:
        raise TaskError(
            f"{name} allows many answers, so its oracle is no sequential specification",
            fix="Remove @concurrent, or let the oracle decide every answer",
            **where,
        )
    bounds = (2 <= shared.threads <= 4, 1 <= shared.calls <= 3, 0 <= shared.preemptions <= 4, 1 <= shared.states <= 50)
    if not all(bounds):
        raise TaskError(
            f"@concurrent of {name} asks for more than can be searched, or for nothing",
            fix="Use 2 to 4 threads or tasks, 1 to 3 calls, 0 to 4 preemptions and 1 to 50 states",
            **where,
        )
