"""Histories of a shared object judged: an order of the calls that the oracle answers the same, and no failure.

Where every load of an execution returned the latest value, it is one of an interleaving, and calls are held to the
order in which they ran (linearizability; Herlihy and Wing, 1990). Where a load returned an older value, which weak
memory allows, an order between calls of different threads is none that the program could know of: those are held to
the order within each thread, and to what ran before the threads began and after they ended.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from probatum.history.judgement import judge_history
from probatum.history.models import Model
from probatum.history.operations import Operation
from probatum.judge.interleaved.clients import Client
from probatum.judge.interleaved.heard import ALONE, Heard, operations_of
from probatum.judge.schedules.given_up import marked, without_given_up
from probatum.judge.schedules.hints import without_hints
from probatum.judge.schedules.verdicts import MOST_STEPS, Broken, Specification, told
from probatum.transcript import UNDECLARED

FAILURES = {
    "address": "memory_safe",
    "memory": "memory_safe",
    "race": "no_race",
    "leak": "no_leak",
    "deadlock": "no_deadlock",
    "waiting": "no_deadlock",
    "panic": "never_raises",
    "signal": "memory_safe",
}
"""The law that each kind of failure breaks; a limit of the search or an unknown complaint of a tool breaks none."""
MEMORY = frozenset({"memory_safe", "no_race", "no_leak"})
"""Laws of level memory; all others are of level schedules."""


def broken(specification: Specification, client: Client, heard: Heard) -> Broken | None:
    """The law that a history breaks; None when it breaks none."""
    if heard.failed and heard.failed != "leak":
        law = FAILURES.get(heard.failed, "")
        return Broken(law=law, observed=heard.why, expected="", unknown=not law)
    wrong = _wrong(specification, client, heard)
    if wrong is None and heard.failed:  # a leak shows at the end of a whole history; a wrong answer says more
        return Broken(law=FAILURES[heard.failed], observed=heard.why, expected="")
    return wrong


def _wrong(specification: Specification, client: Client, heard: Heard) -> Broken | None:
    for event in heard.events:
        if event.answer is not None and event.answer.how == UNDECLARED:
            name, args = client.calls(event.thread)[event.call]
            said = f"{name}({', '.join(map(repr, args))}) {event.answer.show()}"
            return Broken(law="never_raises", observed=said, expected="No call ends in an error that is not declared.")
    operations = operations_of(specification.declared, client, heard.events)
    held = without_hints(operations, specification.hints, ALONE, stale=heard.stale)
    beside = marked(held, ALONE, stale=heard.stale) if specification.beside else held
    return _ordered(specification, beside, stale=heard.stale)


def _ordered(specification: Specification, operations: list[Operation], *, stale: bool) -> Broken | None:
    model = specification.model()
    holds: bool | None = False
    for held in without_given_up(operations, specification.gives_up, ALONE, stale=stale):
        found = _in_some_order(model, held) if stale else judge_history(model, held, MOST_STEPS).linearizable
        if found:
            return None
        holds = None if found is None else holds
    answers = "; ".join(map(told, operations))
    kept = "that keeps each thread's order " if stale else ""
    return Broken(
        law="linearizable",
        observed=f"no order {kept}explains {answers}",
        expected="Some order of the calls, each between beginning and return, is answered so by the oracle.",
        unknown=holds is None,
    )


def _in_some_order(model: Model, operations: Sequence[Operation]) -> bool:
    threads: dict[str, list[Operation]] = {}
    for operation in sorted(operations, key=lambda o: o.invoked):
        threads.setdefault(operation.process, []).append(operation)
    alone = threads.pop(ALONE, [])
    began = min((o.invoked for calls in threads.values() for o in calls), default=math.inf)
    before = [o for o in alone if o.invoked < began]
    after = [o for o in alone if o.invoked > began]
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
