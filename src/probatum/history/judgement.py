"""From operations to an answer: linearizable, not linearizable with the smallest evidence, or not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from probatum.history.models import NOT_SEEN, Model, understood
from probatum.history.operations import Operation
from probatum.history.search import Budget, OutOfSteps, Stuck, search

MOST_STEPS = 5_000_000
"""Steps of the model before a search gives up: some ten seconds."""
SHOWN_STATES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """``linearizable`` is None where that is not known; ``minimal`` holds the operations that show a False."""

    linearizable: bool | None
    why: str
    minimal: tuple[Operation, ...] = ()
    stuck: Operation | None = None
    operations: int
    returned: int
    keys: int
    steps: int

    def as_json(self) -> dict[str, Any]:
        """The answer as plain data."""
        return {
            "linearizable": self.linearizable,
            "why": self.why,
            "minimal": [operation.as_json() for operation in self.minimal],
            "operations": self.operations,
            "returned": self.returned,
            "keys": self.keys,
            "steps": self.steps,
        }


def judge_history(model: Model, operations: Sequence[Operation], most_steps: int = MOST_STEPS) -> Judgement:
    """Whether the operations are linearizable; raises `UsageError` for one that the model does not have."""
    understood(model, operations)
    recorded = {operation.number: operation for operation in operations}
    parts, budget = _parts(model, [model.prepare(operation) for operation in operations]), Budget(most=most_steps)
    found = Judgement(
        linearizable=True,
        why="every operation has a place in one order",
        operations=len(operations),
        returned=sum(operation.returned is not None for operation in operations),
        keys=len(parts),
        steps=0,
    )
    if not found.returned:
        return replace(found, linearizable=None, why="no operation returned, so there is nothing to explain")
    for done, part in enumerate(parts):
        try:
            stuck = search(model, part, budget)
        except OutOfSteps:
            why = f"the search used up its {most_steps} steps with {done} of {len(parts)} keys explained"
            return replace(found, linearizable=None, why=why, steps=budget.used)
        if stuck is not None:
            kept = _minimal(model, part, stuck, Budget(most=most_steps))
            culprit = recorded[stuck.operation.number]
            return replace(
                found,
                linearizable=False,
                why=_why(culprit, stuck),
                minimal=tuple(recorded[operation.number] for operation in kept),
                stuck=culprit,
                steps=budget.used,
            )
    return replace(found, steps=budget.used)


def _parts(model: Model, operations: Sequence[Operation]) -> list[list[Operation]]:
    if not model.partitioned:
        return [list(operations)]
    parts: dict[str, list[Operation]] = {}
    for operation in operations:
        parts.setdefault(repr(operation.key), []).append(operation)
    return list(parts.values())


def _why(operation: Operation, stuck: Stuck) -> str:
    if stuck.shown_by:
        what = "no call put that in before it returned" if len(stuck.shown_by) == 1 else "it came out before already"
        return f"{operation.show()} of process {operation.process} (line {operation.line}) fits no order: {what}"
    values = stuck.states
    states = ["a text that no answer begins with" if state is NOT_SEEN else repr(state) for state in values]
    shown = ", ".join(state if len(state) <= 60 else state[:57] + "..." for state in states[:SHOWN_STATES])
    more = ", ..." if len(states) > SHOWN_STATES else ""
    return (
        f"{operation.show()} of process {operation.process} (line {operation.line}) fits no order: before what was "
        f"running then, the value can only have been {shown}{more}"
    )


def _minimal(model: Model, part: Sequence[Operation], stuck: Stuck, budget: Budget) -> tuple[Operation, ...]:
    """What was invoked before the search got stuck, without operations that cannot be what makes it fail.

    Calls that were running then count as without return here: their answers may come from what was called later.
    """
    if stuck.shown_by:
        return stuck.shown_by
    moment = stuck.operation.returned
    assert moment is not None
    before = [operation for operation in part if operation.invoked < moment]
    kept = [o if o.returned is not None and o.returned <= moment else replace(o, returned=None) for o in before]
    size = max(1, len(kept) // 2)
    try:
        while size >= 1:
            kept, smaller = _thinned(model, kept, size, budget)
            if not smaller:
                size //= 2
    except OutOfSteps:
        pass  # what is kept still fails, it may only be more than needed
    return tuple(kept)


def _thinned(model: Model, kept: list[Operation], size: int, budget: Budget) -> tuple[list[Operation], bool]:
    """Leave out runs of operations, each needless once those before it are gone, while the rest still fails."""
    smaller, at = False, 0
    while at < len(kept):
        rest, gone = list(kept), 0
        for operation in kept[at : at + size]:
            if model.needless(operation, rest):
                rest = [other for other in rest if other is not operation]
                gone += 1
        if gone and search(model, rest, budget) is not None:
            kept, smaller = rest, True
            at += size - gone
        else:
            at += size
    return kept, smaller
