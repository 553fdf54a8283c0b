"""Judge the histories of a concurrent candidate that ran under Loom: each must be that of the sequential object.

Where every load of an execution returned the latest value, it is one of an interleaving, and calls are held to the
order in which they ran (linearizability). Where a load returned an older value, which weak memory allows, an order
between calls of different threads is none that the program could know of: those are held to the order within each
thread, and to what ran before the threads began and after they ended.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from probatum.history.judgement import judge_history
from probatum.history.models import Model
from probatum.history.operations import Event, Operation, operations_of
from probatum.toolchains.rust.concurrent.explore import Explored, Seen

REFUTING = frozenset({"address", "memory", "leak", "race", "deadlock", "panic"})
"""Kinds of failure that are the candidate's; a limit or an unknown complaint of the model is none."""


CRASHES = frozenset(f"signal {number}" for number in (4, 5, 6, 7, 8, 11, 31))
"""Signals that a program brings upon itself; SIGKILL comes from outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interleavings:
    """``holds`` is None where that is not known. ``schedule``: thread, access, line of ``sut.rs``, in their order."""

    holds: bool | None
    kind: str
    why: str
    schedule: tuple[str, ...] = ()
    executions: int = 0
    histories: int = 0


def judge_explored(explored: Explored, model: Model, methods: Sequence[str]) -> Interleavings:
    """Whether all histories are those of the model, nothing else failed, and no interleaving was left out."""
    if explored.compiled.program is None:
        blamed = explored.compiled.ended == "exit"
        return Interleavings(holds=False if blamed else None, kind="build", why=explored.compiled.problem)
    executions, number = sum(explored.complete.values()), len(explored.histories)
    for seen in explored.histories:
        why = explain(seen, model, methods)
        if why is None:
            return Interleavings(holds=None, kind="search", why="a history was too much to judge", histories=number)
        if why:
            return Interleavings(
                holds=False, kind="order", why=why, schedule=told(seen.steps, methods), histories=number
            )
    failure = explored.failure
    if failure is not None:
        return Interleavings(
            holds=False if failure.kind in REFUTING else None,
            kind=failure.kind,
            why=failure.why,
            schedule=told(failure.steps, methods),
            histories=number,
        )
    if explored.ended != "complete" or not number:
        signal = explored.ended in CRASHES
        return Interleavings(
            holds=False if signal else None,
            kind="signal" if signal else "unfinished",
            why=f"the run ended before every interleaving was seen: {explored.ended}",
            executions=executions,
            histories=number,
        )
    return Interleavings(
        holds=True, kind="complete", why="no interleaving is left", executions=executions, histories=number
    )


def explain(seen: Seen, model: Model, methods: Sequence[str]) -> str | None:
    """Why the history is not one of the model; empty when it is, None when the search for an order ran out."""
    events = [
        Event(line=at, process=str(t), type="invoke" if e == "call" else "ok", f=methods[m], value=v)
        for at, (t, e, m, v) in enumerate(seen.events)
    ]
    operations = operations_of(events)
    if not seen.stale:
        judged = judge_history(model, operations)
        return None if judged.linearizable is None else "" if judged.linearizable else judged.why
    return "" if _in_some_order(model, operations) else "no order of the calls that keeps each thread's explains it"


def _in_some_order(model: Model, operations: Sequence[Operation]) -> bool:
    threads: dict[str, list[Operation]] = {}
    for operation in operations:
        threads.setdefault(operation.process, []).append(operation)
    main = threads.pop("0", [])
    began = min((o.invoked for calls in threads.values() for o in calls), default=0)
    before = [o for o in main if o.invoked < began]
    after = [o for o in main if o.invoked > began]
    lanes = list(threads.values())
    goal = tuple(len(lane) for lane in lanes)
    start = _all(model, model.initial, before)
    open_, done = ([] if start is None else [(start[0], tuple(0 for _ in lanes))]), set[Any]()
    while open_:
        state, at = open_.pop()
        if (state, at) in done:
            continue
        done.add((state, at))
        if at == goal and _all(model, state, after) is not None:
            return True
        for lane, calls in enumerate(lanes):
            if at[lane] < len(calls) and (found := model.step(state, calls[at[lane]])) is not None:
                open_.append((found[0], (*at[:lane], at[lane] + 1, *at[lane + 1 :])))
    return False


def _all(model: Model, state: Any, operations: Sequence[Operation]) -> tuple[Any] | None:
    for operation in operations:
        found = model.step(state, operation)
        if found is None:
            return None
        state = found[0]
    return (state,)


def told(steps: Sequence[tuple[Any, ...]], methods: Sequence[str]) -> tuple[str, ...]:
    """A schedule, one line a step."""
    lines = []
    for thread, what, *rest in steps:
        if what in ("call", "return"):
            lines.append(f"thread {thread}: {what} {methods[rest[0]]} {'' if rest[1] is None else rest[1]}".rstrip())
        else:
            lines.append(f"thread {thread}: {what} (sut.rs:{rest[0]})")
    return tuple(lines)


def container(name: str, puts: str, takes: str, empty: str, at: int) -> Model:
    """A sequential stack (``at`` -1) or queue (``at`` 0); ``empty`` names the method that says whether it is empty."""

    def step(state: Any, operation: Operation) -> tuple[Any] | None:
        back: Callable[[Any], tuple[Any] | None] = lambda wanted: (state,) if operation.answer == wanted else None  # noqa: E731
        if operation.f == puts:
            return ((*state, operation.argument),)
        if operation.f == empty:
            return (state,) if operation.answer is (not state) else None
        if not state:
            return back(None)
        left = state[:-1] if at else state[1:]
        return (left,) if operation.answer == state[at] and operation.answer is not None else None

    return Model(name=name, initial=(), step=step, methods=(puts, takes, empty), reads=frozenset({empty}))


STACK = container("stack", "push", "pop", "is_empty", -1)
