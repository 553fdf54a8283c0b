"""Salvage of a damaged journal: read the pages ourselves, keep what proves itself, write it to a new file beside.

SQLite stops at the first bad page, and a file cut short may have lost the inner pages that lead to intact rows. Every
row we want proves itself by a hash, so rows are gathered from all leaf pages, and a damaged one is not believed.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from probatum.errors import JournalError
from probatum.journal import schema
from probatum.journal.blobs import Packed, unpack
from probatum.journal.chain import COLUMNS, Row, longest_prefix, row_of
from probatum.journal.pages import Record, records


def recover(path: Path) -> Path:
    """Write the longest verifiable chain of a journal, and every intact blob, to a new file beside it; return its path.

    `path` is the journal file or its workspace; it is only read. Raises JournalError when nothing can be salvaged.
    """
    source = path / schema.FILE if path.is_dir() else path
    with schema.explained(source):
        events, blobs = _gather(source)
        chain = longest_prefix(events)
        if not chain and not blobs:
            raise JournalError(
                f"nothing in {source} can be salvaged", fix="Restore it from a copy, or start a new workspace"
            )
        target = _fresh_name(source)
        schema.create(target)
        with closing(schema.connect(target, write=True)) as db:
            _fill(db, chain, blobs)
    return target


def _gather(source: Path) -> tuple[dict[int, list[Row]], dict[str, Packed]]:
    events: dict[int, list[Row]] = {}
    blobs: dict[str, Packed] = {}
    for record in records(source):
        if (row := _as_event(record)) is not None:
            events.setdefault(row[0], []).append(row)
        elif (blob := _as_blob(record)) is not None:
            blobs.setdefault(blob.digest, blob)
    return events, blobs


def _as_event(record: Record) -> Row | None:
    if len(record.values) != len(COLUMNS):
        return None
    # SQLite keeps the integer primary key outside the record, and stores a real without a fraction as an integer.
    _, version, run, kind, at, *rest = record.values
    try:
        return row_of((record.rowid, version, run, kind, float(at) if isinstance(at, int) else at, *rest))
    except JournalError:
        return None


def _as_blob(record: Record) -> Packed | None:
    if len(record.values) != 4:
        return None
    digest, codec, size, data = record.values
    if not (isinstance(digest, str) and isinstance(codec, str) and isinstance(size, int) and isinstance(data, bytes)):
        return None
    blob = Packed(digest=digest, codec=codec, size=size, data=data)
    try:
        unpack(blob)
    except JournalError:
        return None
    return blob


def _fill(db: sqlite3.Connection, chain: list[Row], blobs: dict[str, Packed]) -> None:
    db.execute("BEGIN IMMEDIATE")
    db.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)", chain)
    packed = [(blob.digest, blob.codec, blob.size, blob.data) for blob in blobs.values()]
    db.executemany("INSERT INTO blobs VALUES (?, ?, ?, ?)", packed)
    db.execute("COMMIT")


def _fresh_name(source: Path) -> Path:
    names: Iterator[Path] = (source.with_name(f"{source.stem}.recovered-{n}{source.suffix}") for n in range(1, 10_000))
    return next(name for name in names if not os.path.lexists(name))
