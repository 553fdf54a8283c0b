"""Sequential models of containers: stack, queue, set and map. An answer that says nothing (an echo) is not compared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from probatum.history import shortcuts
from probatum.history.models import Model, State
from probatum.history.operations import Operation
from probatum.history.values import exact


def _stack(state: Any, operation: Operation) -> tuple[State] | None:
    if operation.f == "push":
        return ((*state, operation.argument),)
    top = state[-1] if state else None
    return (state[:-1],) if operation.returned is None or operation.answer == top else None


def _queue(state: Any, operation: Operation) -> tuple[State] | None:
    if operation.f == "enqueue":
        return ((*state, operation.argument),)
    first = state[0] if state else None
    return (state[1:],) if operation.returned is None or operation.answer == first else None


def _set(state: Any, operation: Operation) -> tuple[State] | None:
    if operation.f == "read":
        return (state,) if operation.returned is None or operation.answer == state else None
    held = operation.argument in state
    told = {"add": not held, "remove": held, "contains": held}[operation.f]
    if operation.returned is not None and type(operation.answer) is bool and operation.answer != told:
        return None
    changed = {"add": state | {operation.argument}, "remove": state - {operation.argument}}
    return (changed.get(operation.f, state),)


def _map(state: Any, operation: Operation) -> tuple[State] | None:
    """One key: its value, None where it is absent."""
    if operation.f == "put":
        return (operation.argument,)
    if operation.f == "remove":
        told = operation.returned is not None and type(operation.answer) is bool
        return (None,) if not told or operation.answer == (state is not None) else None
    return (state,) if operation.returned is None or operation.answer == state else None


def _exactly(operation: Operation) -> Operation:
    answer: Any = operation.answer
    if operation.f == "read" and operation.returned is not None:
        answer = frozenset(exact(item) for item in answer or ())
    elif type(answer) is not bool:
        answer = exact(answer)
    return replace(operation, argument=exact(operation.argument), answer=answer)


def _values(operation: Operation) -> Operation:
    return replace(operation, argument=exact(operation.argument), answer=exact(operation.answer))


def _written(operation: Operation) -> str | None:
    """A value that goes in is one: nil stands for nothing."""
    if operation.f in ("push", "enqueue", "add", "put") and operation.argument is None:
        return f"{operation.f} takes a value, and nil is none"
    if operation.f == "contains" and operation.returned is not None and type(operation.answer) is not bool:
        return f"contains answers true or false, not {operation.answer!r}"
    answer = operation.answer
    if operation.f == "read" and operation.returned is not None and not isinstance(answer, (tuple, list, frozenset)):
        return f"read answers all elements, not {answer!r}"
    return None


def _of_map(operation: Operation) -> Operation:
    made = _values(operation)
    return replace(made, answer=operation.answer) if operation.f == "remove" else made


STACK = Model(
    name="stack",
    initial=(),
    step=_stack,
    methods=("push", "pop"),
    prepare=_values,
    check=_written,
    impossible=shortcuts.impossible_take,
    eager=shortcuts.taken_at_once,
    hopeless=shortcuts.on_top_too_long,
    rank=shortcuts.first_out_last,
)
QUEUE = Model(
    name="queue",
    initial=(),
    step=_queue,
    methods=("enqueue", "dequeue"),
    prepare=_values,
    check=_written,
    impossible=shortcuts.impossible_take,
    eager=shortcuts.taken_at_once,
    hopeless=shortcuts.behind_too_late,
    rank=shortcuts.first_out_first,
)
SET = Model(
    name="set",
    initial=frozenset(),
    step=_set,
    methods=("add", "remove", "contains", "read"),
    reads=frozenset({"contains", "read"}),
    prepare=_exactly,
    check=_written,
    needless=lambda operation, others: operation.f in ("contains", "read"),
)
MAP = Model(
    name="map",
    initial=None,
    step=_map,
    methods=("put", "get", "remove"),
    reads=frozenset({"get"}),
    partitioned=True,
    prepare=_of_map,
    check=_written,
    needless=lambda operation, others: operation.f == "get",
)
STRUCTURES = {model.name: model for model in (STACK, QUEUE, SET, MAP)}
