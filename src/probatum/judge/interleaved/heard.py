"""What a harness says of a run: read strictly, for the candidate shares its process."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from probatum.history.operations import Operation
from probatum.judge.interleaved.clients import Client
from probatum.judge.schedules.played import Event
from probatum.judge.schedules.verdicts import operation_of
from probatum.transcript import Answer, printable, read_answers
from probatum.types.codec import DecodeError, parse

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


def operations_of(client: Client, events: Sequence[Event]) -> list[Operation]:
    """The calls with the moments of their beginning and return."""
    begun: dict[int, tuple[int, int]] = {}
    rows: list[tuple[int, int, int, int | None, Answer | None]] = []
    for moment, event in enumerate(events):
        if event.answer is None:
            begun[event.thread] = (event.call, moment)
        else:
            rows.append((event.thread, *begun.pop(event.thread), moment, event.answer))
    rows += [(thread, call, moment, None, None) for thread, (call, moment) in sorted(begun.items())]
    return [
        operation_of(number, f"T{thread}" if thread else ALONE, client.calls(thread)[call], answer, begun_at, ended)
        for number, (thread, call, begun_at, ended, answer) in enumerate(rows)
    ]
