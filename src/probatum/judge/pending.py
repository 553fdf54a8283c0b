"""A call of a coroutine method, as a law holds it before it is awaited."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator
from typing import Any

from probatum.errors import TaskError
from probatum.task.coroutines import finished


class Pending:
    """A call of a coroutine method in a law, which is made when it is awaited: before that it has no value."""

    __slots__ = ("_call", "_open")

    def __init__(self, name: str, call: Callable[..., Any], args: tuple[Any, ...], unawaited: list[Pending]) -> None:
        self._call, self._open = (name, call, args), unawaited
        unawaited.append(self)

    def __await__(self) -> Generator[Any, None, Any]:
        at = next((at for at, call in enumerate(self._open) if call is self), None)
        if at is None:
            raise RuntimeError("cannot await the same call twice")
        del self._open[at]
        _, call, args = self._call
        return call(*args)
        yield

    def __bool__(self) -> bool:
        raise self.misused()

    def __eq__(self, other: object) -> bool:
        raise self.misused()

    __hash__ = None  # type: ignore[assignment]

    def misused(self) -> TaskError:
        """What to say where it was not awaited."""
        name = self._call[0]
        return TaskError(
            f"a law calls {name}() and does not await the answer",
            file="task.py",
            fix=f"Make the law `async def` and write `await s.{name}(...)`",
        )


def settled(answer: Any, unawaited: list[Pending]) -> Any:
    """What the body of a law came to, that of a coroutine too; raises `TaskError` where a call was left unawaited."""
    value = finished(answer) if inspect.iscoroutine(answer) else answer
    for call in unawaited:
        raise call.misused()
    return value
