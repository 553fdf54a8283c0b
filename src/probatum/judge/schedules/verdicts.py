"""Histories judged: an order of the calls that the oracle answers the same, and threads stuck only where it waits.

Linearizability after Herlihy and Wing (1990); that a stuck thread needs an order after which its call waits in the
specification is *Line-Up* (Burckhardt, Dern, Musuvathi, Tan; PLDI 2010).
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from probatum.history.judgement import judge_history
from probatum.history.models import Model, State
from probatum.history.operations import Operation
from probatum.judge.historical import Oracle
from probatum.judge.schedules.hints import without_hints
from probatum.judge.schedules.played import Played
from probatum.judge.schedules.programs import Call, Program
from probatum.task.declare import Unsatisfied
from probatum.task.interface import SutClass
from probatum.transcript import DECLARED, UNDECLARED, Answer
from probatum.types.codec import encode

LAWS = ("linearizable", "no_deadlock", "never_raises", "progress")
MOST_STEPS = 200_000
CANCELLED = "CancelledError"
AFTER = "then"
"""Who makes the calls when all threads have ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A law that a run breaks. ``unknown``: the search for an order gave up, so nothing is known."""

    law: str
    observed: str
    expected: str
    unknown: bool = False


class Specification:
    """The oracle as the sequential model of one kind of instance; every step is worked out once."""

    def __init__(self, declared: SutClass, made: tuple[Any, ...]) -> None:
        self.declared, self.oracle = declared, Oracle(declared, list(made))
        self.known: dict[tuple[State, str], tuple[State] | None] = {}
        self.hints = declared.concurrent.hints if declared.concurrent else ()
        self.gives_up = declared.concurrent.gives_up if declared.concurrent else ()
        self.beside = any(hasattr(declared.oracle, f"_beside_{method.name}") for method in declared.methods)
        """Whether some call may answer otherwise beside another one."""

    def model(self) -> Model:
        """The model of the search, in which a call may also be left waiting."""
        return replace(self.oracle.model(), step=self._step)

    def _step(self, state: State, operation: Operation) -> tuple[State] | None:
        answer = operation.answer
        told = "waits" if answer is WAITS_HERE else encode(answer) if operation.returned is not None else "any"
        key = (state, f"{operation.f} {encode(list(operation.argument))} {told} {operation.key}")
        if key not in self.known:
            waiting = answer is WAITS_HERE
            self.known[key] = self._waits(state, operation) if waiting else self.oracle.step(state, operation)
        return self.known[key]

    def _waits(self, state: State, operation: Operation) -> tuple[State] | None:
        instance = copy.deepcopy(self.oracle.instances[state])
        try:
            getattr(instance, operation.f)(*copy.deepcopy(operation.argument))
        except Unsatisfied:
            return (state,) if operation.f in _waits(self.declared) else None
        except self.declared.method(operation.f).errors:
            return None
        return None


class Judge:
    """Judges the histories of one program, each distinct one once."""

    def __init__(self, declared: SutClass, program: Program, specification: Specification | None = None) -> None:
        self.program = program
        self.specification = specification or Specification(declared, program.made)
        self.known: dict[tuple[str, str], Broken | None] = {}
        self.who = declared.concurrent.who if declared.concurrent else "thread"

    def broken(self, played: Played) -> Broken | None:
        """The law that a run breaks; None when it breaks none."""
        key = (played.how, played.history)
        if key not in self.known:
            self.known[key] = self._broken(played)
        return self.known[key]

    def _broken(self, played: Played) -> Broken | None:
        for who, call, answer in self._answers(played):
            if answer.how == UNDECLARED and not self._is_cancelled(who, answer):
                return Broken(
                    law="never_raises",
                    observed=f"{who}: {_show(call)} {answer.show()}",
                    expected="No call ends in an error that is not declared.",
                )
        done, pending = self.operations(played)
        if self._ignored(played):
            return Broken(
                law="no_deadlock",
                observed=f"T1: {_show(self.program.threads[0][0])} was cancelled and never returned",
                expected="A call that is cancelled ends, in CancelledError or with an answer.",
            )
        stuck = played.how in ("deadlock", "unfinished")
        verdict = self._ordered(done, pending)
        if verdict is not None or not stuck:
            return verdict
        waits = self._stuck(done, pending)
        if waits is None or played.how == "deadlock":
            return waits
        return Broken(
            law="progress",
            observed=f"after {len(played.steps)} steps, and as many with every {self.who} in its turn, "
            "calls have not returned",
            expected=f"Every call returns when every {self.who} gets its turn, or waits where the oracle waits.",
            unknown=waits.unknown,
        )

    def _answers(self, played: Played) -> Iterator[tuple[str, Call, Answer]]:
        """Who made which call, with its answer: the threads' calls, and those made when all had ended."""
        for event in played.events:
            if event.answer is not None:
                yield f"T{event.thread + 1}", self.program.threads[event.thread][event.call], event.answer
        for call, answer in zip(self.program.after, played.after, strict=False):
            yield AFTER, call, answer

    def _is_cancelled(self, who: str, answer: Answer) -> bool:
        """Whether a call ended as one does that was cancelled: it leaves no trace, so no order has to explain it."""
        return bool(self.program.cancelled) and (who, answer.error) == ("T1", CANCELLED)

    def _ignored(self, played: Played) -> bool:
        """Whether the call that was cancelled is stuck: behind its beginning came as many steps as awaits."""
        ended = any(event.thread == 0 and event.answer is not None for event in played.events)
        steps = sum(step.thread == 0 for step in played.steps)
        stuck = played.how in ("deadlock", "unfinished") and not ended
        return stuck and 0 < self.program.cancelled < steps

    def _ordered(self, done: list[Operation], pending: list[Operation]) -> Broken | None:
        held = without_hints([*done, *pending], self.specification.hints, AFTER)
        judged = judge_history(self.specification.model(), held, MOST_STEPS)
        if judged.linearizable or not done:
            return None
        answers = "; ".join(map(told, done))
        return Broken(
            law="linearizable",
            observed=f"no order explains {answers}",
            expected="Some order of the calls, each between beginning and return, is answered so by the oracle.",
            unknown=judged.linearizable is None,
        )

    def _stuck(self, done: list[Operation], pending: list[Operation]) -> Broken | None:
        """Each call that is stuck needs an order of those that returned after which it waits in the oracle."""
        held = without_hints([*done, *pending], self.specification.hints, AFTER)
        done = [o for o in held if o.returned is not None]
        end = 2 + max([0, *[o.returned or o.invoked for o in (*done, *pending)]])
        for operation in pending:
            waiting = replace(operation, answer=WAITS_HERE, invoked=end, returned=end + 1, number=len(done))
            judged = judge_history(self.specification.model(), [*done, waiting], MOST_STEPS)
            if judged.linearizable:
                continue
            answers = "; ".join(map(told, done)) or "nothing"
            stuck = ", ".join(f"{o.process}: {o.f}{_args(o.argument)}" for o in pending)
            return Broken(
                law="no_deadlock",
                observed=f"no {self.who} can go on, and {stuck} never returned, after {answers}",
                expected="A call is left waiting only where the oracle waits after the calls that returned.",
                unknown=judged.linearizable is None,
            )
        return None

    def operations(self, played: Played) -> tuple[list[Operation], list[Operation]]:
        """The calls that returned, those before the threads first and those after them last, and those that did not."""
        done = []
        for number, (call, answer) in enumerate(zip(self.program.before, played.before[1:], strict=True)):
            done.append(operation_of(number, "before", call, answer, 2 * number, 2 * number + 1))
        offset, open_calls = 2 * len(done), {}
        for at, event in enumerate(played.events):
            call = self.program.threads[event.thread][event.call]
            if event.answer is None:
                open_calls[event.thread] = (offset + at, call)
            else:
                began, _ = open_calls.pop(event.thread)
                process = f"T{event.thread + 1}"
                if event.answer.how == UNDECLARED:
                    continue  # cancelled
                done.append(operation_of(len(done), process, call, event.answer, began, offset + at))
        ended = offset + len(played.events)
        for n, (call, answer) in enumerate(zip(self.program.after, played.after, strict=False)):
            done.append(operation_of(len(done), AFTER, call, answer, ended + 2 * n, ended + 2 * n + 1))
        left = [
            operation_of(len(done) + n, f"T{t + 1}", call, None, began, None)
            for n, (t, (began, call)) in enumerate(sorted(open_calls.items()))
        ]
        return done, left


class _Waits:
    """The answer of no call."""


WAITS_HERE = _Waits()


def _waits(declared: SutClass) -> tuple[str, ...]:
    return declared.concurrent.waits if declared.concurrent else ()


def operation_of(
    number: int, process: str, call: Call, answer: Answer | None, invoked: int, returned: int | None
) -> Operation:
    """A call as the search for an order knows it; ``answer`` is None where it did not return."""
    value: Any = None if answer is None else {"error": answer.error} if answer.how == DECLARED else answer.value
    return Operation(
        number=number,
        process=process,
        f=call[0],
        key=None,
        argument=call[1],
        answer=value,
        invoked=invoked,
        returned=returned,
        line=number + 1,
    )


def _show(call: Call) -> str:
    return f"{call[0]}{_args(call[1])}"


def told(operation: Operation) -> str:
    """A call of a history in words: who made it, and what came of it."""
    call = f"{operation.process}: {operation.f}{_args(operation.argument)}"
    return f"{call} -> {operation.answer!r}" if operation.returned is not None else f"{call} never returned"


def _args(args: tuple[Any, ...]) -> str:
    return "(" + ", ".join(map(repr, args)) + ")"
