"""The journal of a workspace: append events with their blobs, read them back, check that nothing was changed.

Any number of processes may read while one writes; several may write, one transaction at a time, and the chain is
computed inside it. A `Journal` may be shared by the threads of a process, not carried across a fork.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from probatum.errors import JournalError
from probatum.events import GENESIS, JSON, Event
from probatum.journal import anchor, schema
from probatum.journal.blobs import Packed, digest_of, pack, unpack
from probatum.journal.chain import COLUMNS, Tip, event_of, problems_of, row_of
from probatum.journal.pending import Entry, Pending, prepare

_COLUMNS = ", ".join(COLUMNS)
_PAGE = (
    256  # events read at a time; no read transaction stays open between pages, so a slow reader never blocks the log
)


class Journal:
    """The append-only record of a workspace; a context manager. Every method raises JournalError, with the way out."""

    def __init__(
        self, path: Path, db: sqlite3.Connection, note: anchor.Anchor | None, now: Callable[[], float]
    ) -> None:
        self.path = path
        self._db = db
        self._note = note
        self._now = now
        self._pid = os.getpid()
        self._lock = threading.RLock()
        self._log = _inode(path)

    @classmethod
    def open(cls, workspace: Path, *, create: bool = True, now: Callable[[], float] = time.time) -> Self:
        """The journal of a workspace folder; both are made when absent unless `create` is false.

        With `create` false, a workspace that cannot be written is opened for reading.
        """
        path = workspace / schema.FILE
        if workspace.exists() and not workspace.is_dir():
            raise JournalError(f"the workspace {workspace} is a file", fix="Choose a folder: --workspace DIR")
        with schema.explained(path):
            if create and not path.exists():
                workspace.mkdir(parents=True, exist_ok=True)
                schema.create(path)
            writable = os.access(workspace, os.W_OK) and os.access(path, os.W_OK)
        return cls.open_file(path, write=create or writable, now=now)

    @classmethod
    def open_file(cls, path: Path, *, write: bool = False, now: Callable[[], float] = time.time) -> Self:
        """An existing journal file under any name, such as what `recover` made; for reading unless `write`."""
        if not path.is_file():
            raise JournalError(
                f"there is no journal at {path}", fix="Start a run there first, or name another workspace"
            )
        with schema.explained(path), ExitStack() as undo:
            db = schema.connect(path, write=write)
            undo.callback(db.close)
            note = _anchored(db, path, write=write)
            undo.pop_all()
        return cls(path, db, note, now)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Fold the log into the file and let go of it. Closing twice is harmless; in a forked child nothing happens."""
        if os.getpid() != self._pid:
            return
        with self._lock, schema.explained(self.path):
            with suppress(sqlite3.ProgrammingError):  # closed already
                self._keep_log()
            self._db.close()
            if self._note is not None:
                self._note.close()
                self._note = None

    def append(
        self, run: str, kind: str, body: Mapping[str, JSON], *, blobs: Mapping[str, bytes] | None = None
    ) -> Event:
        """Store one event and its blobs, in one transaction, and return it. The body gains `"blobs": {name: digest}`.

        A body may also name, under `"blobs"`, digests that `put` returned. Once this returns, the event outlives the
        process.
        """
        return self.append_many([Entry(run=run, kind=kind, body=body, blobs=blobs or {})])[0]

    def append_many(self, entries: Sequence[Entry]) -> list[Event]:
        """Store several events in one transaction: all of them, in this order and without others between, or none."""
        with self._lock, schema.explained(self.path):
            self._require_writable()
            pending = [prepare(entry, self._present) for entry in entries]
            with self._transaction():
                events = self._insert(pending)
            if self._note is not None and events:
                self._note.write(Tip(seq=events[-1].seq, digest=events[-1].digest))
        return events

    def put(self, content: bytes) -> str:
        """Store bytes and return their digest; storing the same bytes again changes nothing."""
        with self._lock, schema.explained(self.path):
            self._require_writable()
            digest = digest_of(content)
            if not self._present([digest]):
                packed = pack(content, digest)
                with self._transaction():
                    self._store(packed)
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes of a digest, hashed again. Raises JournalError naming it when absent or not what was put."""
        query = "SELECT digest, codec, size, data FROM blobs WHERE digest = ?"
        found = self._read(query, digest)
        if not found:
            raise JournalError(
                f"blob {digest} is not in the journal {self.path}",
                fix="Name the workspace it was stored in, or restore a copy",
            )
        return unpack(_packed(found[0]))

    def events(self, run: str | None = None, kind: str | None = None, after: int = 0) -> Iterator[Event]:
        """The events there are now, oldest first, of one run or kind if asked, with numbers above `after`."""
        return (event_of(row_of(values)) for values in self._rows(run, kind, after))

    def runs(self) -> list[str]:
        """The runs that have events, in the order of their first one."""
        return [str(run) for run, _ in self._read("SELECT run, min(seq) FROM events GROUP BY run ORDER BY 2")]

    def head(self) -> str:
        """The digest of the last event, GENESIS when there is none. It stands for everything in the journal."""
        return self._tip().digest

    def check(self, head: str | None = None) -> list[str]:
        """Every problem of the journal, one sentence each; empty when the chain, the numbers and all blobs hold.

        Given the `head` of an earlier report, also that the history of that report is still the beginning of this one.
        """
        problems: list[str] = []
        try:
            problems += [f"SQLite: {line}" for (line,) in self._read("PRAGMA quick_check") if line != "ok"]
            blobs, damaged = self._survey_blobs()
            problems += problems_of(self._rows(None, None, 0), blobs)
            problems += damaged
            if head not in (None, GENESIS) and not self._read("SELECT 1 FROM events WHERE digest = ?", head):
                problems.append(f"no event has the digest {head}: the history of that report is not in this journal")
        except JournalError as error:
            problems.append(str(error))
        return problems

    def _insert(self, pending: Iterable[Pending]) -> list[Event]:
        events: list[Event] = []
        tip = self._tip()
        for item in pending:
            for packed in item.packed:
                self._store(packed)
            self._require_blobs(item.elsewhere)
            event = item.after(tip, float(self._now()))
            self._db.execute(
                f"INSERT INTO events ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    event.seq,
                    event.version,
                    event.run,
                    event.kind,
                    event.at,
                    item.encoded.decode(),
                    event.prev,
                    event.digest,
                ),
            )
            events.append(event)
            tip = Tip(seq=event.seq, digest=event.digest)
        return events

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._keep_log()
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        finally:
            if self._db.in_transaction:  # whatever happened, Ctrl-C included: all or nothing
                self._db.execute("ROLLBACK")

    def _keep_log(self) -> None:
        """If someone deleted the write-ahead log under us, we hold its last copy: fold it into the file first."""
        if self._log is None or _inode(self.path) == self._log:
            return
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._db.close()
        self._db = schema.connect(self.path, write=True)
        self._log = _inode(self.path)

    def _store(self, packed: Packed) -> None:
        values = (packed.digest, packed.codec, packed.size, packed.data)
        self._db.execute("INSERT INTO blobs (digest, codec, size, data) VALUES (?, ?, ?, ?)", values)

    def _present(self, digests: Collection[str]) -> set[str]:
        marks = ", ".join("?" * len(digests))
        return {digest for (digest,) in self._read(f"SELECT digest FROM blobs WHERE digest IN ({marks})", *digests)}

    def _require_blobs(self, digests: Collection[str]) -> None:
        if digests and (lost := sorted(set(digests) - self._present(digests))):
            what = f"the event refers to blob {lost[0]}, which is not in the journal"
            raise JournalError(what, fix="Put it first, or pass blobs=")

    def _require_writable(self) -> None:
        self._require_own()
        if self._note is None:
            raise JournalError(
                f"the journal {self.path} is open for reading only", fix="Open it with Journal.open(workspace)"
            )

    def _require_own(self) -> None:
        if os.getpid() != self._pid:
            raise JournalError("this Journal was opened before a fork", fix="Open the workspace again in this process")

    def _tip(self) -> Tip:
        found = self._read("SELECT seq, digest FROM events ORDER BY seq DESC LIMIT 1")
        return Tip(seq=found[0][0], digest=found[0][1]) if found else Tip()

    def _rows(self, run: str | None, kind: str | None, after: int) -> Iterator[Sequence[object]]:
        last = self._tip().seq  # events that the consumer appends meanwhile are not part of this reading
        wanted = " AND run = ?" * (run is not None) + " AND kind = ?" * (kind is not None)
        query = f"SELECT {_COLUMNS} FROM events WHERE seq > ? AND seq <= ?{wanted} ORDER BY seq LIMIT {_PAGE}"
        chosen = [str(value) for value in (run, kind) if value is not None]
        while page := self._read(query, after, last, *chosen):
            yield from page
            after = page[-1][0]

    def _survey_blobs(self) -> tuple[set[str], list[str]]:
        present = {digest for (digest,) in self._read("SELECT digest FROM blobs")}
        damaged = []
        for digest in sorted(present, key=str):
            try:
                self.get(digest)
            except JournalError as error:
                damaged.append(str(error))
        return present, damaged

    def _read(self, query: str, *values: str | int) -> list[Any]:
        self._require_own()
        with self._lock, schema.explained(self.path):
            return self._db.execute(query, values).fetchall()


def _packed(row: Sequence[object]) -> Packed:
    digest, codec, size, data = row
    if not isinstance(size, int) or not isinstance(data, bytes):
        raise JournalError(
            f"blob {digest} is damaged: its row does not hold bytes", fix="Restore journal.sqlite from a copy"
        )
    return Packed(digest=str(digest), codec=str(codec), size=size, data=data)


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(f"{path}-wal")
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _anchored(db: sqlite3.Connection, path: Path, *, write: bool) -> anchor.Anchor | None:
    known = db.execute("SELECT value FROM meta WHERE key = 'id'").fetchone()
    identity = str(known[0]) if known else ""
    acknowledged = anchor.read(path, identity)  # before the events: another writer may be adding some
    last = db.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()[0]
    if acknowledged is not None:
        found = db.execute("SELECT digest FROM events WHERE seq = ?", (acknowledged.seq,)).fetchone()
        anchor.require(path, acknowledged, found and found[0], last)
    return anchor.Anchor(path, identity) if write else None
