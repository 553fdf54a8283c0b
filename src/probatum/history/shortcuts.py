"""What saves a search its detours: answers that no order can give, calls that may as well take effect at once, and
which of the running calls to try first.

For queues and stacks whose elements are put in once each the known patterns of violation (Henzinger, Sezgin and
Vafeiadis, CONCUR 2013) show what to look at. Nothing here decides that a history is linearizable: an order is found by
running the model, as ever.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from probatum.history.operations import Operation

PUTS, TAKES = ("enqueue", "push"), ("dequeue", "pop")
Eager = Callable[[Any, Operation], bool]
Hopeless = Callable[[Any, Operation], bool]
Rank = Callable[[Operation], float]


def impossible_take(operations: Sequence[Operation]) -> tuple[Operation, ...]:
    """What shows that an element came out more often than it had gone in: the calls that put it in and took it, the
    last take at the end. () where there is no such element."""
    put: dict[Any, list[Operation]] = {}
    for operation in operations:
        if operation.f in PUTS:
            put.setdefault(operation.argument, []).append(operation)
    taken: dict[Any, list[Operation]] = {}
    for operation in _returned(operations, TAKES):
        if operation.answer is not None:
            takes = taken.setdefault(operation.answer, [])
            takes.append(operation)
            begun = [o for o in put.get(operation.answer, ()) if o.invoked < _returned_at(operation)]
            if len(begun) < len(takes):
                return (*begun, *takes)
    return ()


def impossible_read(operations: Sequence[Operation]) -> tuple[Operation, ...]:
    """The first read to return a value that nobody had begun to write, alone; () where there is none."""
    written: dict[Any, int] = {}
    for operation in operations:
        value = _written(operation)
        if value is not None:
            written[value] = min(operation.invoked, written.get(value, operation.invoked))
    for operation in _returned(operations, ("read",)):
        if operation.answer is not None and written.get(operation.answer, math.inf) > _returned_at(operation):
            return (operation,)
    return ()


def _written(operation: Operation) -> Any:
    if operation.f == "write":
        return operation.argument
    return operation.argument[1] if operation.f == "cas" else None


def _returned(operations: Sequence[Operation], names: tuple[str, ...]) -> list[Operation]:
    return sorted((o for o in operations if o.f in names and o.returned is not None), key=_returned_at)


def _returned_at(operation: Operation) -> int:
    assert operation.returned is not None
    return operation.returned


def taken_at_once(operations: Sequence[Operation]) -> Eager:
    """Whether a running call may take effect now whatever comes: it answered that there was nothing, and there is
    nothing; or it answered the element at the end where it takes, which was put in once.

    That element is nobody else's to take, and until it is gone, calls beside it can only do what they could do without
    it: in a queue nothing passes it, in a stack what is put on it has to be taken off again.
    """
    once = _put_in_once(operations)

    def eager(state: Any, operation: Operation) -> bool:
        if operation.f not in TAKES:
            return False
        if not state:
            return operation.answer is None
        end = state[-1] if operation.f == "pop" else state[0]
        return bool(end == operation.answer and end in once)

    return eager


def _put_in_once(operations: Sequence[Operation]) -> frozenset[Any]:
    counts = Counter(o.argument for o in operations if o.f in PUTS)
    return frozenset(value for value, count in counts.items() if count == 1)


def behind_too_late(operations: Sequence[Operation]) -> Hopeless:
    """Whether an element that has just gone into a queue stands behind one that has to come out later."""
    return _hopeless(operations, lambda new, held: (new, held))


def on_top_too_long(operations: Sequence[Operation]) -> Hopeless:
    """Whether an element that has just gone onto a stack lies on one that has to come out earlier."""
    return _hopeless(operations, lambda new, held: (held, new))


def _hopeless(operations: Sequence[Operation], ordered: Callable[[Any, Any], tuple[Any, Any]]) -> Hopeless:
    """``ordered`` says which of a new and a held element has to stay longer for that to go wrong: (first out, last)."""
    once = _put_in_once(operations)
    out = {o.answer: o for o in _returned(operations, TAKES) if o.answer in once}
    spare = sum(o.f in TAKES and o.returned is None for o in operations)

    def hopeless(state: Any, operation: Operation) -> bool:
        if operation.f not in PUTS or operation.argument not in once:
            return False
        stay = set()  # elements that nobody is known to take, and that have to be gone all the same
        for held in state[:-1]:
            first, last = ordered(operation.argument, held)
            if held not in once or first not in out:
                continue
            if last in out and _returned_at(out[first]) < out[last].invoked:
                return True
            if last not in out:
                stay.add(last)
        return len(stay) > spare

    return hopeless


def first_out_first(operations: Sequence[Operation]) -> Rank:
    """Elements go into a queue in the order in which they come out, as far as that is known."""
    out = {o.answer: _returned_at(o) for o in _returned(operations, TAKES) if o.answer is not None}
    return lambda operation: out.get(operation.argument, math.inf) if operation.f in PUTS else -1


def first_out_last(operations: Sequence[Operation]) -> Rank:
    """Elements go onto a stack in the opposite order; what stays goes below."""
    out = {o.answer: _returned_at(o) for o in _returned(operations, TAKES) if o.answer is not None}
    return lambda operation: -out.get(operation.argument, math.inf) if operation.f in PUTS else -math.inf
