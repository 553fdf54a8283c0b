"""Arguments that are earlier answers: a thread gives back what it was given, whatever that was in the schedule.

In a client `Ref(k)` stands for the answer of call ``k``, counted over the calls before the threads start and then those
of the thread itself. A call is not made where that answer is None or an error: there is nothing to give back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from probatum.errors import TaskError
from probatum.judge.naming import name_of
from probatum.judge.schedules.answered import answered
from probatum.judge.schedules.apart import meets
from probatum.judge.schedules.programs import Call, Clients, Program
from probatum.task.interface import Method, SutClass
from probatum.types.codec import Ref, encode
from probatum.types.kinds import Kind, OptionOf


def has_refs(calls: Sequence[Call]) -> bool:
    """Whether some argument is an earlier answer."""
    return any(type(arg) is Ref for _, args in calls for arg in args)


def program_has_refs(program: Program) -> bool:
    """Whether some argument of a program is an earlier answer."""
    return has_refs(program.before) or any(map(has_refs, program.threads))


def with_ref(declared: SutClass, call: Call, which: int, earlier: Sequence[str]) -> Call:
    """A call with the answer of the ``which``-th of the ``earlier`` methods for its first argument of that kind."""
    params = declared.method(call[0]).params
    answered = _answered(declared.method(earlier[which])) if which < len(earlier) else None
    at = next((i for i, p in enumerate(params) if p.kind == answered), None)
    if at is None:
        raise TaskError(
            f"a pattern of @concurrent says {call[0]}@{which}, but no call {which} before it answers what it takes",
            file="task.py",
            fix="Count the calls before the threads start, then those of the thread, from 0 on",
        )
    return call[0], (*call[1][:at], Ref(which), *call[1][at + 1 :])


def _answered(method: Method) -> Kind | None:
    return method.result.item if isinstance(method.result, OptionOf) else method.result


def given(args: Sequence[Any], answers: Sequence[Any]) -> tuple[Any, ...] | None:
    """The arguments with earlier answers in their places; None where one of those is None."""
    made = tuple(answers[arg.call] if type(arg) is Ref else arg for arg in args)
    lost = any(type(arg) is Ref and value is None for arg, value in zip(args, made, strict=True))
    return None if lost else made


def legal(clients: Clients, program: Program) -> bool:
    """Whether no order of the calls leaves the specification, with earlier answers as each order gives them."""
    try:
        oracle: Any = clients.declared.oracle(*program.made)
        answers: tuple[Any, ...] = ()
        for call in program.before:
            oracle, answers = _next(clients, oracle, call, answers)
    except _Outside:
        return False
    if meets(clients.declared, program.threads):
        return False
    return _orders(clients, oracle, [(calls, answers) for calls in program.threads], set())


class _Outside(Exception):
    """A call that the specification does not speak about."""


def _next(clients: Clients, oracle: Any, call: Call, answers: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
    """The oracle after a call, and the answers with its own; raises `_Outside`."""
    args = given(call[1], answers)
    if args is None:
        return oracle, (*answers, None)
    found = answered(clients.declared, oracle, (call[0], args))
    if found is None:
        raise _Outside
    return found[0], (*answers, found[1])


def _orders(
    clients: Clients, oracle: Any, threads: list[tuple[Sequence[Call], tuple[Any, ...]]], seen: set[str]
) -> bool:
    name = f"{name_of(oracle) or id(oracle)} {[(len(calls), encode(answers)) for calls, answers in threads]}"
    if name in seen:
        return True
    seen.add(name)
    for at, (calls, answers) in enumerate(threads):
        if not calls:
            continue
        try:
            then, more = _next(clients, oracle, calls[0], answers)
        except _Outside:
            return False
        if not _orders(clients, then, [*threads[:at], (calls[1:], more), *threads[at + 1 :]], seen):
            return False
    return True


def smaller_programs(program: Program) -> Iterator[Program]:
    """Programs with one call less that no other call needs the answer of, or with a thread less."""
    first = len(program.before)
    for at in range(first):
        parts = [_without(program.before, at, 0, at), *[_without(calls, None, first, at) for calls in program.threads]]
        if (before := parts[0]) is not None and (threads := [p for p in parts[1:] if p is not None]) == parts[1:]:
            yield replace(program, before=before, threads=tuple(threads))
    for number, calls in enumerate(program.threads):
        for at in range(len(calls)):
            rest = _without(calls, at, first, first + at)
            if rest is None:
                continue
            threads = [*program.threads[:number], *([rest] if rest else []), *program.threads[number + 1 :]]
            if len(threads) > 1:
                yield replace(program, threads=tuple(threads))


def _without(calls: Sequence[Call], at: int | None, first: int, gone: int) -> tuple[Call, ...] | None:
    """Calls without the one at ``at``, where call ``gone`` of those that can be referred to is left out; None where one
    refers to it."""
    kept = [call for number, call in enumerate(calls) if number != at]
    refs = [arg for _, args in kept for arg in args if type(arg) is Ref]
    if any(ref.call == gone for ref in refs):
        return None
    return tuple((name, tuple(_moved(arg, gone) for arg in args)) for name, args in kept)


def _moved(arg: Any, gone: int) -> Any:
    return Ref(arg.call - 1) if type(arg) is Ref and arg.call > gone else arg
