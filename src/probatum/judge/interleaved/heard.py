"""What a harness says of a run: read strictly, for the candidate shares its process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from probatum.history.operations import Operation
from probatum.judge.interleaved.clients import Client
from probatum.judge.schedules.played import Event
from probatum.judge.schedules.programs import Call
from probatum.judge.schedules.verdicts import operation_of
from probatum.task.interface import SutClass
from probatum.transcript import Answer, answer_in, printable
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
            counts = [len(client.calls(thread)) for thread in range(len(client.program.threads) + 1)]
            made = Heard(
                events=_events(2 * len(client.program.before), counts, events),
                stale=stale,
                failed=failed,
                why=printable(why, 300),
                steps=told,
            )
            if not failed and len(events) != 2 * sum(counts):
                raise DecodeError("a history without a failure holds every call and its return")
            return made
    raise DecodeError("a reply about a client has events, a mark, a failure with its reason, and steps")


def _events(first: int, calls: Sequence[int], rows: Sequence[Any]) -> tuple[Event, ...]:
    """The events, in which each thread makes its calls one after the other, and the first thread alone. ``calls``: how
    many each makes; ``first``: events of the first thread before others start."""
    beside = 2 * sum(calls[1:])
    seen, others, made = [0] * len(calls), 0, list[Event]()
    for row in rows:
        match row:
            case [int(thread), int(call), *rest] if 0 <= thread < len(calls) and len(rest) <= 1:
                pass
            case _:
                raise DecodeError("an event names a thread and one of its calls")
        own = seen[thread]
        if (call, len(rest)) != divmod(own, 2) or call >= calls[thread]:
            raise DecodeError("the calls of a thread come one after the other")
        waits = others not in (0, beside) or (own >= first and others != beside)
        if waits if thread == MAIN else not others and seen[MAIN] != first:
            raise DecodeError("the first thread calls before the others start and after they have ended")
        seen[thread], others = own + 1, others + (thread != MAIN)
        made.append(Event(thread=thread, call=call, answer=answer_in(rest[0]) if rest else None))
    return tuple(made)


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
