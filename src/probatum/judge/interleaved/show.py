"""What a person sees of a history: the events and, where they were told, the accesses between them."""

from __future__ import annotations

from typing import Any

from probatum.judge.interleaved.clients import Client
from probatum.judge.interleaved.heard import Heard
from probatum.transcript import printable

MOST_LINES = 80


def lines_of(client: Client, heard: Heard) -> tuple[str, ...]:
    """The schedule, one line per event or access; the last ones where there are many."""
    lines = [line for step in heard.steps if (line := _line(client, step))]
    if len(lines) > MOST_LINES:
        lines = [f"... {len(lines) - MOST_LINES + 1} earlier steps", *lines[1 - MOST_LINES :]]
    stale = ["a load returned an older value than the latest, which the memory model allows"] if heard.stale else []
    return ("the schedule:", *[f"  {line}" for line in lines], *stale) if lines else tuple(stale)


def _line(client: Client, step: tuple[Any, ...]) -> str:
    match step:
        case [int(thread), int(call), *answer] if 0 <= thread <= len(client.program.threads):
            calls = client.calls(thread)
            if not 0 <= call < len(calls):
                return ""
            name, args = calls[call]
            who = f"T{thread}" if thread else "alone"
            said = f"{name}({', '.join(map(repr, args))})"
            return f"{who}: {said} returns" if answer else f"{who}: begins {said}"
        case [int(thread), str(what), int(line)]:
            return f"{f'T{thread}' if thread else 'alone'}: {printable(what, 40)} (sut.rs:{line})"
    return ""
