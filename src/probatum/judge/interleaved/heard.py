"""What a harness says of a run: read strictly, for the candidate shares its process."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from probatum.history.operations import Operation
from probatum.judge.interleaved.clients import Client
from probatum.judge.schedules.played import Event
from probatum.judge.schedules.programs import Call
from probatum.judge.schedules.verdicts import operation_of
from probatum.task.interface import SutClass
from probatum.transcript import Answer, printable, read_answers
from probatum.types.codec import DecodeError, Ref, parse
from probatum.types.conform import mismatch, revive

MAIN, ALONE = 0, "alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One history of a client, or where ``failed`` names a kind of failure, what came before it.

    ``stale``: a load returned an older value than the latest. ``steps``: accesses and events in their order.
    """

    events: tuple[Event, ...]
    stale: bool = False
    failed: str = ""
    why: str = ""
    steps: tuple[tuple[Any, ...], ...] = ()


def read_heard(client: Client, reply: str) -> Heard:
    """The history of a stored reply; raises `DecodeError` for one that is none of this client."""
    tree: Any = parse(reply)
    match tree:
        case [list(events), bool(stale), str(failed), str(why), list(steps)]:
            told = tuple(tuple(step) for step in steps if type(step) is list)
            made = Heard(
                events=_events(client, events), stale=stale, failed=failed, why=printable(why, 300), steps=told
            )
            if not failed and len(events) != 2 * sum(
                map(len, map(client.calls, range(len(client.program.threads) + 1)))
            ):
                raise DecodeError("a history without a failure holds every call and its return")
            return made
    raise DecodeError("a reply about a client has events, a mark, a failure with its reason, and steps")


def _events(client: Client, rows: Sequence[Any]) -> tuple[Event, ...]:
    """The events, in which each thread makes its calls one after the other, and the first thread alone."""
    threads = len(client.program.threads)
    at = [(0, False)] * (threads + 1)
    made: list[Event] = []
    for row in rows:
        match row:
            case [int(thread), int(call), *rest] if 0 <= thread <= threads and len(rest) <= 1:
                pass
            case _:
                raise DecodeError("an event names a thread and one of its calls")
        if at[thread] != (call, bool(rest)) or call >= len(client.calls(thread)):
            raise DecodeError("the calls of a thread come one after the other")
        _alone(client, thread, at)
        at[thread] = (call, True) if not rest else (call + 1, False)
        answer = read_answers(json.dumps(rest, separators=(",", ":")), 1)[0] if rest else None
        made.append(Event(thread=thread, call=call, answer=answer))
    return tuple(made)


def _alone(client: Client, thread: int, at: Sequence[tuple[int, bool]]) -> None:
    first = len(client.program.before)
    ended = all(at[t] == (len(client.calls(t)), False) for t in range(1, len(at)))
    begun = any(at[t] != (0, False) for t in range(1, len(at)))
    ready = at[MAIN] == (first, False) or begun
    if (thread != MAIN and not ready) or (thread == MAIN and (begun or at[MAIN][0] >= first) and not ended):
        raise DecodeError("the first thread calls before the others start and after they have ended")


def operations_of(declared: SutClass, client: Client, events: Sequence[Event]) -> list[Operation]:
    """The calls that were made, with the moments of their beginning and return."""
    begun: dict[int, tuple[int, int]] = {}
    rows: list[tuple[int, int, int, int | None, Answer | None]] = []
    for moment, event in enumerate(events):
        if event.answer is None:
            begun[event.thread] = (event.call, moment)
        else:
            rows.append((event.thread, *begun.pop(event.thread), moment, event.answer))
    rows += [(thread, call, moment, None, None) for thread, (call, moment) in sorted(begun.items())]
    told = {(event.thread, event.call): event.answer for event in events if event.answer is not None}
    return [
        operation_of(number, f"T{thread}" if thread else ALONE, made, answer, begun_at, ended)
        for number, (thread, call, begun_at, ended, answer) in enumerate(rows)
        if (made := _made(declared, client, thread, call, told)) is not None
    ]


def _made(
    declared: SutClass, client: Client, thread: int, call: int, told: Mapping[tuple[int, int], Answer]
) -> Call | None:
    """The call as it was made, with the answers that it took. None where one was nothing, so that it was not made; and
    where one is none of its type: no order explains that answer."""
    name, args = client.calls(thread)[call]
    before, made = len(client.program.before), []
    for arg, param in zip(args, declared.method(name).params, strict=True):
        if type(arg) is not Ref:
            made.append(arg)
            continue
        own = arg.call - before
        answer = told.get((MAIN, arg.call) if own < 0 or thread == MAIN else (thread, own))
        if answer is None or answer.value is None or mismatch(param.kind, answer.value) is not None:
            return None
        made.append(revive(param.kind, answer.value))
    return name, tuple(made)
