"""Answers that are hints: exact where no other call is open, and held to nothing beside any."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from probatum.errors import TaskError
from probatum.history.operations import Operation


def check_hints(
    hints: Collection[str], calls: Sequence[tuple[str, Any]], looks_only: Callable[[tuple[str, Any]], bool]
) -> None:
    """`TaskError` unless every one of ``hints`` has ``calls``, none of which changes anything."""
    for name in hints:
        named = [call for call in calls if call[0] == name]
        if not named or not all(map(looks_only, named)):
            raise TaskError(
                f"hint {name!r} of @concurrent is no method that changes nothing",
                file="task.py",
                fix="Name methods in hints=(...) whose oracle only looks",
            )


def without_hints(
    operations: Sequence[Operation], hints: Collection[str], alone: str, *, stale: bool = False
) -> list[Operation]:
    """The operations without those of ``hints`` that overlap another call, be it a hint: one may hold what the other
    would look at. ``alone`` makes its calls before threads start and after they have ended, and is held to all. In a
    ``stale`` execution, in which a load returned an older value than the latest, none of a thread's hints is exact.

    Sound because a hint changes nothing: what the other calls answer needs an order without it, too.
    """
    return [
        o
        for o in operations
        if o.f not in hints
        or o.process == alone
        or not (stale or any(_overlap(o, c) for c in operations if c is not o))
    ]


def _overlap(one: Operation, other: Operation) -> bool:
    return _before_end(one, other) and _before_end(other, one)


def _before_end(one: Operation, other: Operation) -> bool:
    return other.returned is None or one.invoked < other.returned
