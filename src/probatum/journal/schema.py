"""The SQLite file itself: tables, how it comes into being in one step, how it is opened, and what its errors mean."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from probatum.errors import JournalError
from probatum.events import GENESIS, SCHEMA

FILE = "journal.sqlite"
_APPLICATION = 0x70726F62  # "prob": tells our file from any other SQLite database
_BUSY_TIMEOUT_S = 30.0

# Events are only added at the end, blobs only added; `INSERT OR REPLACE`, which fires no delete trigger, is met too.
_TABLES = f"""
CREATE TABLE events (seq INTEGER PRIMARY KEY, version INTEGER NOT NULL, run TEXT NOT NULL, kind TEXT NOT NULL,
                     at REAL NOT NULL, body TEXT NOT NULL, prev TEXT NOT NULL, digest TEXT NOT NULL);
CREATE INDEX events_by_run ON events (run, seq);
CREATE TABLE blobs (digest TEXT PRIMARY KEY, codec TEXT NOT NULL, size INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TRIGGER events_never_change BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only: an event never changes'); END;
CREATE TRIGGER events_never_go BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only: an event is never deleted'); END;
CREATE TRIGGER events_only_at_the_end BEFORE INSERT ON events
WHEN NEW.seq IS NOT 1 + coalesce((SELECT max(seq) FROM events), 0)
  OR NEW.prev IS NOT coalesce((SELECT digest FROM events ORDER BY seq DESC LIMIT 1), '{GENESIS}')
BEGIN SELECT RAISE(ABORT, 'events are append-only: a new event follows the last one'); END;
CREATE TRIGGER blobs_never_change BEFORE UPDATE ON blobs
BEGIN SELECT RAISE(ABORT, 'blobs are named by their content: a blob never changes'); END;
CREATE TRIGGER blobs_never_go BEFORE DELETE ON blobs
BEGIN SELECT RAISE(ABORT, 'a blob is never deleted'); END;
CREATE TRIGGER blobs_once BEFORE INSERT ON blobs WHEN EXISTS (SELECT 1 FROM blobs WHERE digest = NEW.digest)
BEGIN SELECT RAISE(IGNORE); END;
"""

_MEANING = {
    "SQLITE_FULL": (
        "the disk is full",
        "Free some space and run the same command again; every acknowledged event is safe",
    ),
    "SQLITE_READONLY": ("it cannot be written", "Give yourself write permission on the file and its folder"),
    "SQLITE_CANTOPEN": ("it cannot be opened", "Check that its folder exists and that you may read and write it"),
    "SQLITE_PERM": ("access was refused", "Check the permissions of the file and its folder"),
    "SQLITE_BUSY": (
        f"another process has held it for over {_BUSY_TIMEOUT_S:.0f} s",
        "Wait for that process or end it, then run the same command again",
    ),
    "SQLITE_IOERR": (
        "the system failed to read or write it (disk full, file size limit, or a failing disk)",
        "Check the free space (df), `ulimit -f` and the system log, then run the same command again",
    ),
}


def create(path: Path) -> None:
    """Make an empty journal at `path` unless there is one; it appears whole or not at all, in races and crashes too."""
    scratch = path.with_name(f"{path.name}.new-{os.getpid()}-{secrets.token_hex(4)}")
    try:
        with closing(sqlite3.connect(scratch, isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.executescript(
                f"BEGIN; PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {SCHEMA}; {_TABLES}"
            )
            db.execute("INSERT INTO meta VALUES ('id', ?)", (secrets.token_hex(16),))
            db.execute("COMMIT")
        with suppress(FileExistsError):
            os.link(scratch, path)
    finally:
        for leftover in (scratch, Path(f"{scratch}-wal"), Path(f"{scratch}-shm")):
            leftover.unlink(missing_ok=True)


def connect(path: Path, *, write: bool) -> sqlite3.Connection:
    """Open an existing journal and make sure that it is one, of a version that this code knows."""
    uri = path.absolute().as_uri() + ("?mode=rw" if write else _reading(path))
    db = sqlite3.connect(uri, uri=True, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    with ExitStack() as undo:
        undo.callback(db.close)
        _require_ours(db, path)
        db.execute("PRAGMA synchronous = NORMAL")
        if write and db.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
            raise JournalError(
                f"{path} is on a file system without shared memory (a network disk?)",
                fix="Put the workspace on a local disk",
            )
        undo.pop_all()
    return db


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite or the system says about `path` into a JournalError that tells what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise _explain(path, error) from error
    except OSError as error:
        raise JournalError(
            f"the journal {path} cannot be used: {error.strerror or error}",
            fix="Check that the workspace is a folder on a disk with space, and that you may write it",
        ) from error


def _reading(path: Path) -> str:
    # Without write permission SQLite cannot keep its shared memory; with no pending log the file is the whole truth.
    wal = Path(f"{path}-wal")
    pending = wal.exists() and wal.stat().st_size > 0
    return "?mode=ro" if pending or os.access(path.parent, os.W_OK) else "?mode=ro&immutable=1"


def _require_ours(db: sqlite3.Connection, path: Path) -> None:
    application = db.execute("PRAGMA application_id").fetchone()[0]
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if application != _APPLICATION:
        raise JournalError(f"{path} is not a probatum journal", fix="Choose another workspace, or move that file away")
    if version > SCHEMA:
        raise JournalError(
            f"{path} was written by a newer probatum (journal format {version}; this one knows up to {SCHEMA})",
            fix="Upgrade probatum: pip install --upgrade probatum",
        )


def _explain(path: Path, error: sqlite3.Error) -> JournalError:
    name = getattr(error, "sqlite_errorname", "")
    for prefix, (what, fix) in _MEANING.items():
        if name.startswith(prefix):
            return JournalError(f"the journal {path}: {what} ({error})", fix=fix)
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or "Could not decode" in str(error):
        return JournalError(
            f"the journal {path} is damaged ({error})",
            fix=f"Restore it from a copy, or salvage what is intact: probatum.journal.recover({str(path)!r})",
        )
    return JournalError(f"the journal {path}: {error or type(error).__name__}")
