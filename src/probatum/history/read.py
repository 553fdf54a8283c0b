"""Recordings in three notations: lines of Jepsen's log, EDN maps, JSON objects (one a line)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from probatum.errors import UsageError
from probatum.history.edn import EdnError, read_edn
from probatum.history.operations import Event, EventType

Format = Literal["jepsen", "edn", "ndjson"]
TYPES = ("invoke", "ok", "fail", "info")
JEPSEN = re.compile(r"jepsen\.util\s+(?:-\s+)?(\S+)\s+:(invoke|ok|fail|info)\s+:(\S+)(?:\s+(.*))?$")
EXAMPLES = {
    "jepsen": "INFO jepsen.util - 3 :invoke :cas [1 2]",
    "edn": '{:process 0, :type :invoke, :f :append, :key "4", :value "x"}',
    "ndjson": '{"process": 0, "type": "invoke", "f": "put", "value": [1, 2]}',
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A file, read. ``ignored``: lines that are not events, such as other messages of a log."""

    format: Format | None
    """None: the file is empty."""
    events: tuple[Event, ...]
    ignored: int


def read_history(text: str, wanted: Format | None = None) -> Recording:
    """The events of a recording; raises `UsageError` naming the first line that makes no sense."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1)]
    lines = [(number, line) for number, line in lines if line]
    if not lines:
        return Recording(format=wanted, events=(), ignored=0)
    shape = wanted or _guess([line for _, line in lines])
    events = []
    for number, line in lines:
        event = READERS[shape](number, line)
        if event is not None:
            events.append(event)
    if not events:
        raise UsageError(
            f"no line of the file is an event in the notation {shape}",
            fix=f"An event looks like: {EXAMPLES[shape]}",
        )
    return Recording(format=shape, events=tuple(events), ignored=len(lines) - len(events))


def _guess(lines: list[str]) -> Format:
    for line in lines[:1000]:
        if JEPSEN.search(line):
            return "jepsen"
        if line.startswith("{:"):
            return "edn"
        if re.match(r'\{\s*"', line):
            return "ndjson"
    raise UsageError(
        "the file is in none of the notations jepsen, edn and ndjson",
        fix=f"An event looks like: {EXAMPLES['ndjson']}; or name the notation with --format",
    )


def _jepsen(number: int, line: str) -> Event | None:
    found = JEPSEN.search(line)
    if found is None:
        if re.search(r"jepsen\.util\s+(?:-\s+)?(\S+\s+:(invoke|ok|fail|info)\b|\d+\s+:)", line):
            raise _odd(number, line, "jepsen", "a process, a type and an operation are expected")
        return None
    process, kind, f, rest = found.groups()
    if not process.isdigit():
        return None  # the nemesis, which breaks things and calls nothing
    if rest and "jepsen.util" in rest:
        raise _odd(number, line, "jepsen", "two events in one line")
    try:
        value = read_edn(rest)[0] if rest and rest.strip() else None
    except EdnError as problem:
        raise _odd(number, line, "jepsen", str(problem)) from None
    if not (rest and rest.strip()) and _cut(kind, f):
        raise _odd(number, line, "jepsen", "the answer is missing")
    return Event(line=number, process=process, type=cast(EventType, kind), f=f, value=value)


def _edn(number: int, line: str) -> Event | None:
    if line.startswith(";"):
        return None
    try:
        value, rest = read_edn(line)
    except EdnError as problem:
        raise _odd(number, line, "edn", str(problem)) from None
    if not isinstance(value, dict) or rest.strip(" \t,"):
        raise _odd(number, line, "edn", "one map a line is expected")
    return _event(number, line, "edn", value)


def _ndjson(number: int, line: str) -> Event | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as problem:
        raise _odd(number, line, "ndjson", str(problem)) from None
    if not isinstance(value, dict):
        raise _odd(number, line, "ndjson", "one object a line is expected")
    return _event(number, line, "ndjson", {k: _frozen(v) for k, v in value.items()})


def _frozen(value: Any) -> Any:
    """Lists as tuples, so that values can be compared and kept in sets."""
    if isinstance(value, list):
        return tuple(map(_frozen, value))
    return {k: _frozen(v) for k, v in value.items()} if isinstance(value, dict) else value


def _event(number: int, line: str, shape: Format, fields: Mapping[Any, Any]) -> Event | None:
    process, kind, f = fields.get("process"), fields.get("type"), fields.get("f")
    if process == "nemesis":
        return None
    if type(process) not in (int, str) and not isinstance(process, str):
        raise _odd(number, line, shape, f"process is {process!r}")
    if kind not in TYPES:
        raise _odd(number, line, shape, f"type is {kind!r}, which is none of {', '.join(TYPES)}")
    if not isinstance(f, str) or not f:
        raise _odd(number, line, shape, f"f is {f!r}")
    if "value" not in fields and _cut(str(kind), f):
        raise _odd(number, line, shape, "the answer is missing")
    return Event(
        line=number,
        process=str(process),
        type=cast(EventType, str(kind)),
        f=str(f),
        key=fields.get("key"),
        value=fields.get("value"),
    )


def _cut(kind: str, f: str) -> bool:
    """Whether an event without a value lacks what it was recorded for; an answer of nil is written out."""
    return kind == "ok" and f in ("read", "get")


def _odd(number: int, line: str, shape: Format, why: str) -> UsageError:
    return UsageError(f"line {number} is no event: {why}: {line[:100]}", fix=f"An event looks like: {EXAMPLES[shape]}")


READERS: dict[Format, Callable[[int, str], Event | None]] = {"jepsen": _jepsen, "edn": _edn, "ndjson": _ndjson}
