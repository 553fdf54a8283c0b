"""What a history consists of: events as they were recorded, and the operations that they describe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from probatum.errors import UsageError
from probatum.history.values import plain

EventType = Literal["invoke", "ok", "fail", "info"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of a recording. ``value`` is an argument in an invocation and an answer in a return."""

    line: int
    process: str
    type: EventType
    f: str
    key: Any = None
    value: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A call. ``invoked`` and ``returned`` are positions in the recording; ``returned`` None: it never came back, so it
    may take effect at any later moment, or never."""

    number: int
    process: str
    f: str
    key: Any
    argument: Any
    answer: Any
    invoked: int
    returned: int | None
    line: int

    def show(self) -> str:
        """The call in a few words."""
        place = "" if self.key is None else f"{self.key!r}, "
        words = "" if self.argument is None else repr(self.argument)
        call = f"{self.f}({(place + words).rstrip(', ')})"
        return f"{call} -> {self.answer!r}" if self.returned is not None else f"{call} never returned"

    def as_json(self) -> dict[str, Any]:
        """The operation as plain data."""
        return {
            "process": self.process,
            "f": self.f,
            "key": plain(self.key),
            "argument": plain(self.argument),
            "answer": plain(self.answer) if self.returned is not None else None,
            "returned": self.returned is not None,
            "line": self.line,
        }


def operations_of(events: Sequence[Event]) -> list[Operation]:
    """Pair invocations with returns, in order of invocation.

    A call that failed did not happen and is left out; one with an unknown ending (``info``, or no return at all) stays
    without return. Raises `UsageError` for a return without a call and for a process that calls twice at once.
    """
    open_calls: dict[str, tuple[int, Event]] = {}
    made: list[Operation] = []
    for at, event in enumerate(events):
        if event.type == "invoke":
            if event.process in open_calls:
                earlier = open_calls[event.process][1].line
                raise UsageError(
                    f"line {event.line}: process {event.process} calls again before its call of line {earlier} ended",
                    fix="Give calls that overlap different processes, or record how the first one ended (:info)",
                )
            open_calls[event.process] = at, event
            continue
        if event.process not in open_calls:
            raise UsageError(
                f"line {event.line}: process {event.process} returns from {event.f} without having called it",
                fix="Record every invocation before its return; is the beginning of the file missing?",
            )
        began, call = open_calls.pop(event.process)
        if call.f != event.f:
            raise UsageError(
                f"line {event.line}: process {event.process} returns from {event.f}, but line {call.line} "
                f"called {call.f}",
                fix="Record every invocation before its return",
            )
        if event.type != "fail":
            made.append(_operation(call, began, event if event.type == "ok" else None, at))
    made += [_operation(call, began, None, 0) for began, call in open_calls.values()]
    return [
        _numbered(operation, number) for number, operation in enumerate(sorted(made, key=lambda made: made.invoked))
    ]


def _operation(call: Event, began: int, ended: Event | None, at: int) -> Operation:
    return Operation(
        number=0,
        process=call.process,
        f=call.f,
        key=call.key,
        argument=call.value,
        answer=None if ended is None else ended.value,
        invoked=began,
        returned=None if ended is None else at,
        line=call.line,
    )


def _numbered(operation: Operation, number: int) -> Operation:
    from dataclasses import replace

    return replace(operation, number=number)
