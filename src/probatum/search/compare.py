"""Two records of the same run, compared: every decision and verdict, without times and what hangs on the machine."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from probatum.events import Event, EventKind

_PASSING = (
    EventKind.INFRASTRUCTURE_FAILED,
    EventKind.STOPPED,
    EventKind.BUDGET_CHANGED,
    EventKind.AUTHOR_ASKED,
)
"""Events about the machine, the person at it and what may be on a bill: they decide nothing."""
_MACHINE = frozenset(
    {"cpu_s", "wall_s", "resources", "sandbox", "options", "rejudge", "retry", "transcript", "tools", "signature"}
)
"""Keys whose values may differ between two faithful repetitions: times, commands, versions."""


def essence(events: Iterable[Event]) -> list[tuple[str, Any]]:
    """Kind and lasting content of every event that says something about the run."""
    return [(e.kind, _lasting(e.kind, e.body)) for e in events if e.kind not in _PASSING]


def _lasting(kind: str, body: Any) -> Any:
    if kind == EventKind.RUN_ENDED:
        return {name: body.get(name) for name in ("accepted", "candidate", "index", "best_of")}
    skipped = {"transcripts", "blobs"} if kind == EventKind.LEVEL_JUDGED else set()
    return _stripped(body, _MACHINE | skipped)


def _stripped(value: Any, names: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {k: _stripped(v, names) for k, v in value.items() if k not in names}
    return [_stripped(v, names) for v in value] if isinstance(value, list) else value


def differences(first: Iterable[Event], second: Iterable[Event]) -> list[str]:
    """Where the second record leaves the first, one line each; events after the end of an unfinished first record do
    not count."""
    one, two = essence(first), essence(second)
    found = [f"event {n} ({a[0]}): {_where(a, b)}" for n, (a, b) in enumerate(zip(one, two, strict=False), 1) if a != b]
    if len(two) < len(one):
        found.append(
            f"event {len(two) + 1} ({one[len(two)][0]}) and {len(one) - len(two) - 1} more did not happen again"
        )
    ended = any(kind == EventKind.RUN_ENDED for kind, _ in one)
    if ended and len(two) > len(one):
        found.append(f"{len(two) - len(one)} events more than recorded, the first is {two[len(one)][0]}")
    return found


def _where(one: tuple[str, Any], two: tuple[str, Any]) -> str:
    if one[0] != two[0]:
        return f"now {two[0]}"
    path, a, b = _deepest("", one[1], two[1])
    return f"{path or 'body'} was {_short(a)}, is {_short(b)}"


def _deepest(path: str, a: Any, b: Any) -> tuple[str, Any, Any]:
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted({*a, *b}):
            if a.get(key) != b.get(key):
                return _deepest(f"{path}.{key}".lstrip("."), a.get(key), b.get(key))
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for number, (x, y) in enumerate(zip(a, b, strict=True)):
            if x != y:
                return _deepest(f"{path}[{number}]", x, y)
    return path, a, b


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:77] + "..."
