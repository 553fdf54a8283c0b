"""Sequential models: what one call answers, and what it leaves behind, when calls come one at a time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from probatum.errors import UsageError
from probatum.history import shortcuts
from probatum.history.operations import Operation
from probatum.history.values import exact

State = Hashable
Step = Callable[[Any, Operation], tuple[State] | None]
"""The state after an operation, in a tuple; None when the object could not have answered that."""


def keeps_all(operation: Operation, others: Sequence[Operation]) -> bool:
    """Nothing is known that could be left out."""
    return False


def itself(state: State) -> State:
    """The state as it is."""
    return state


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A sequential object. A call that never returned has no answer: any answer is allowed."""

    name: str
    initial: State
    step: Step
    methods: tuple[str, ...]
    reads: frozenset[str] = frozenset()
    """Methods that change nothing."""
    partitioned: bool = False
    """Whether every key is an object of its own (locality: Herlihy and Wing)."""
    needless: Callable[[Operation, Sequence[Operation]], bool] = field(default=keeps_all)
    """Whether a history without the operation is linearizable if the whole one is, given the others that stay."""
    alike: Callable[[Sequence[Operation]], Callable[[State], State]] = field(default=lambda operations: itself)
    """For some operations: a function that sends states which they cannot tell apart to one of them."""
    impossible: Callable[[Sequence[Operation]], tuple[Operation, ...]] = field(default=lambda operations: ())
    """Some of the operations that no order explains, whatever the others are, where that is plain: the last answers
    what cannot be."""
    eager: Callable[[Sequence[Operation]], Callable[[Any, Operation], bool]] | None = None
    """For some operations: whether a running one may take effect in a state at once, whatever else comes."""
    hopeless: Callable[[Sequence[Operation]], Callable[[Any, Operation], bool]] | None = None
    """For some operations: whether the state that one has just led to leads nowhere."""
    rank: Callable[[Sequence[Operation]], Callable[[Operation], float]] | None = None
    """For some operations: which of the running ones to try first (the least); it decides nothing but the time."""
    check: Callable[[Operation], str | None] = field(default=lambda operation: None)
    """Why an operation makes no sense to the model; None when it does."""
    prepare: Callable[[Operation], Operation] = field(default=lambda operation: operation)
    """The operation with values that the steps can compare; called once per operation, after ``check``."""


def understood(model: Model, operations: Sequence[Operation]) -> None:
    """Raise `UsageError` for an operation that the model does not have."""
    for operation in operations:
        problem = None if operation.f in model.methods else f"{model.name} has no {operation.f}"
        problem = problem or model.check(operation)
        if problem is not None:
            raise UsageError(
                f"line {operation.line}: {problem}",
                fix=f"{model.name} has: {', '.join(model.methods)}; choose another --model, or correct the recording",
            )


def _register(state: Any, operation: Operation) -> tuple[State] | None:
    if operation.f == "write":
        return (operation.argument,)
    if operation.f == "read":
        return (state,) if operation.returned is None or operation.answer == state else None
    old, new = operation.argument
    return (new,) if old == state else None


def _exactly(operation: Operation) -> Operation:
    old_new = operation.argument
    argument = tuple(map(exact, old_new)) if operation.f == "cas" else exact(old_new)
    return replace(operation, argument=argument, answer=exact(operation.answer))


def _unobserved(operation: Operation, others: Sequence[Operation]) -> bool:
    """A write (or a cas) of a value that nobody else sees: in any order of the others, the next change follows it at
    once. And a read, which changes nothing."""
    if operation.f == "read":
        return True
    written = operation.argument if operation.f == "write" else operation.argument[1]
    for other in others:
        if other is not operation:
            seen = other.answer if other.f == "read" else other.argument[0] if other.f == "cas" else other
            if seen is not other and seen == written:
                return False
    return True


def _pair(operation: Operation) -> str | None:
    if operation.f != "cas" or (isinstance(operation.argument, tuple) and len(operation.argument) == 2):
        return None
    return f"cas takes two values, [old new], not {operation.argument!r}"


REGISTER = Model(
    name="register",
    initial=None,
    step=_register,
    methods=("read", "write"),
    reads=frozenset({"read"}),
    partitioned=True,
    needless=_unobserved,
    prepare=_exactly,
    impossible=shortcuts.impossible_read,
)
CAS_REGISTER = Model(
    name="cas-register",
    initial=None,
    step=_register,
    methods=("read", "write", "cas"),
    reads=frozenset({"read"}),
    partitioned=True,
    needless=_unobserved,
    prepare=_exactly,
    impossible=shortcuts.impossible_read,
    check=_pair,
)


NOT_SEEN = object()
"""Any text that no answer begins with: whatever is appended, no answer will."""


def _append_map(state: Any, operation: Operation) -> tuple[State] | None:
    if operation.f == "put":
        return (operation.argument,)
    if operation.f == "append":
        return (state if state is NOT_SEEN else state + operation.argument,)
    return (state,) if operation.returned is None or (operation.answer or "") == state else None


def _beginnings(operations: Sequence[Operation]) -> Callable[[State], State]:
    """Texts that no answer begins with are alike: only a put leads on to an answer."""
    answers = sorted({o.answer or "" for o in operations if o.f == "get" and o.returned is not None})

    def alike(state: Any) -> State:
        if state is NOT_SEEN:
            return state
        at = bisect_left(answers, state)
        return state if at < len(answers) and answers[at].startswith(state) else NOT_SEEN

    return alike


def _text(operation: Operation) -> str | None:
    if operation.f == "get" and operation.returned is not None and not isinstance(operation.answer or "", str):
        return f"get answers text, not {operation.answer!r}"
    if operation.f == "get" or isinstance(operation.argument, str):
        return None
    return f"{operation.f} takes text, not {operation.argument!r}"


APPEND_MAP = Model(
    name="append-map",
    initial="",
    step=_append_map,
    methods=("get", "put", "append"),
    reads=frozenset({"get"}),
    partitioned=True,
    needless=lambda operation, others: operation.f == "get",
    alike=_beginnings,
    check=_text,
)

MODELS = {model.name: model for model in (REGISTER, CAS_REGISTER, APPEND_MAP)}
