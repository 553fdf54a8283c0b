"""Rows to events, and the walk that says whether a list of rows is an unbroken chain."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from probatum.errors import JournalError
from probatum.events import GENESIS, SCHEMA, Event, canonical

Row = tuple[int, int, str, str, float, str, str, str]
"""seq, version, run, kind, at, body (canonical JSON text), prev, digest: the columns of `events` in order."""

COLUMNS = ("seq", "version", "run", "kind", "at", "body", "prev", "digest")
_TYPES = (int, int, str, str, float, str, str, str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tip:
    """The end of a chain: number and digest of its last event (0 and GENESIS when it is empty)."""

    seq: int = 0
    digest: str = GENESIS


def row_of(values: Sequence[object]) -> Row:
    """These columns as a row. Raises JournalError when one has a type it was not written with (SQLite permits it)."""
    for name, wanted, value in zip(COLUMNS, _TYPES, values, strict=True):
        if not isinstance(value, wanted):
            raise JournalError(
                f"event {values[0]} is damaged: its {name} is {type(value).__name__}, not {wanted.__name__}"
            )
    return cast(Row, tuple(values))


def event_of(row: Row) -> Event:
    """The event a row holds. Raises JournalError when the row cannot be read as one."""
    seq, version, run, kind, at, body, prev, digest = row
    if version > SCHEMA:
        raise JournalError(
            f"event {seq} has format {version}; this probatum reads up to {SCHEMA}", fix="Upgrade probatum"
        )
    try:
        value = json.loads(body)
    except (ValueError, TypeError, RecursionError) as error:
        raise JournalError(f"event {seq} is damaged: its body is not JSON ({error})") from error
    if not isinstance(value, dict):
        raise JournalError(f"event {seq} is damaged: its body is {type(value).__name__}, not an object")
    return Event(seq=seq, version=version, run=run, kind=kind, at=at, body=value, prev=prev, digest=digest)


def problems_of(rows: Iterable[Sequence[object]], blobs: set[str]) -> Iterator[str]:
    """One sentence for each thing wrong with a chain of rows, given the digests of the blobs that are there.

    A broken link is reported once: the walk goes on from what the row itself claims.
    """
    tip = Tip()
    for values in rows:
        try:
            row = row_of(values)
        except JournalError as error:
            yield str(error)
            continue
        yield from _link_problems(row, tip)
        yield from _reference_problems(row, blobs)
        tip = Tip(seq=row[0], digest=row[7])


def longest_prefix(candidates: dict[int, list[Row]]) -> list[Row]:
    """The longest verifiable chain from GENESIS among rows found in any order, several to a number if need be."""
    chain: list[Row] = []
    tip = Tip()
    while found := next((row for row in candidates.get(tip.seq + 1, []) if not any(_link_problems(row, tip))), None):
        chain.append(found)
        tip = Tip(seq=found[0], digest=found[7])
    return chain


def _link_problems(row: Row, before: Tip) -> Iterator[str]:
    seq, prev = row[0], row[6]
    if seq != before.seq + 1:
        yield f"event {seq} follows event {before.seq}: what stood between them is gone"
    if prev != before.digest:
        yield f"event {seq} says the event before it is {prev[:12]}…, but event {before.seq} is {before.digest[:12]}…"
    try:
        event = event_of(row)
        if canonical(event.body) != row[5].encode() or not event.intact():
            yield f"event {seq} was changed: its digest {event.digest[:12]}… is not the hash of what it says"
    except JournalError as error:
        yield str(error)


def _reference_problems(row: Row, blobs: set[str]) -> Iterator[str]:
    try:
        for name, digest in event_of(row).blobs.items():
            if digest not in blobs:
                yield f"event {row[0]} refers to blob {digest} ({name}), which is not in the journal"
    except JournalError:
        return  # an unreadable body has been reported as a link problem
