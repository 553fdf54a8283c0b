"""Every way a journal file goes bad is named, with a way out, and what can be saved is saved."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from probatum.errors import JournalError
from probatum.events import Event
from probatum.journal import Journal, recover

PAGE = 4096


def fill(workspace: Path, count: int) -> list[Event]:
    """Events of all sizes, so that some fit a page, some need overflow pages, and the table has inner pages."""
    with Journal.open(workspace, now=lambda: 1.0) as journal:
        return [
            journal.append(
                f"r{number % 3}",
                "k",
                {"n": number, "pad": "é" * (number * 97 % 6000)},
                blobs={"small": b"s%d" % number, "large": os.urandom(number * 131 % 9000)},
            )
            for number in range(count)
        ]


def unfolded(workspace: Path, count: int) -> Path:
    """A copy of a workspace whose events are all still in the write-ahead log, as after kill -9."""
    copy = workspace.with_name("unfolded")
    copy.mkdir()
    with Journal.open(workspace, now=lambda: 1.0) as journal:
        for number in range(count):
            journal.append("r", "k", {"n": number}, blobs={"a": b"%d" % number * 300})
        for file in workspace.iterdir():
            if not file.name.endswith("-shm"):
                shutil.copy(file, copy)
    return copy


def salvaged(path: Path) -> list[Event]:
    with Journal.open_file(path) as journal:
        assert [problem for problem in journal.check() if "refers to blob" not in problem] == []
        return list(journal.events())


def open_and_read(workspace: Path) -> None:
    with Journal.open(workspace, create=False) as journal:
        for event in journal.events():
            for digest in event.blobs.values():
                journal.get(digest)
        if problems := journal.check():
            raise JournalError(problems[0], fix="see check")


@pytest.mark.parametrize("share", [0.0, 0.02, 0.1, 0.35, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_noticed_and_its_longest_prefix_saved(workspace: Path, share: float) -> None:
    events = fill(workspace, 120)
    file = workspace / "journal.sqlite"
    whole = file.read_bytes()
    cut = whole[: int(len(whole) * share)]
    file.write_bytes(cut)
    with pytest.raises(JournalError) as caught:
        open_and_read(workspace)
    assert caught.value.fix
    if share < 0.1:
        return
    saved = recover(workspace)
    assert file.read_bytes() == cut, "the original was touched"
    assert saved.parent == workspace
    kept = salvaged(saved)
    assert kept == events[: len(kept)]
    assert len(kept) >= len(events) * share * 0.6


@pytest.mark.parametrize("root", ["header", "events", "blobs"])
def test_rows_are_found_without_the_pages_that_lead_to_them(workspace: Path, root: str) -> None:
    """SQLite's own reading finds nothing once a root page is gone; the rows are there all the same."""
    events = fill(workspace, 120)
    file = workspace / "journal.sqlite"
    with closing(sqlite3.connect(file)) as db:
        roots = dict(db.execute("SELECT name, rootpage FROM sqlite_master").fetchall())
    whole = bytearray(file.read_bytes())
    at = (roots.get(root, 1) - 1) * PAGE
    whole[at : at + PAGE] = bytes(PAGE)
    file.write_bytes(whole)
    with closing(sqlite3.connect(file)) as db, pytest.raises(sqlite3.DatabaseError):
        db.execute("SELECT sum(length(body)), (SELECT sum(length(data)) FROM blobs) FROM events").fetchone()
    saved = recover(workspace)
    assert salvaged(saved) == events
    with Journal.open_file(saved) as journal:
        assert journal.check() == []


@pytest.mark.parametrize("page", [0, 1, 2, 3, 4, 5, 8, 13, 40, 80, 200])
def test_one_corrupt_page_is_noticed_and_costs_only_what_was_on_it(workspace: Path, page: int) -> None:
    events = fill(workspace, 120)
    file = workspace / "journal.sqlite"
    whole = bytearray(file.read_bytes())
    assert len(whole) // PAGE > 200
    whole[page * PAGE : (page + 1) * PAGE] = bytes((byte * 7 + 13) % 256 for byte in range(PAGE))
    file.write_bytes(whole)
    with pytest.raises(JournalError):
        open_and_read(workspace)
    kept = salvaged(recover(workspace))
    assert kept == events[: len(kept)]
    assert len(kept) >= min(page // 4, 20)


def test_every_single_flipped_bit_that_matters_is_noticed(workspace: Path) -> None:
    """Flip one bit here and there: either reading fails with our error, or it gives exactly what was written."""
    events = fill(workspace, 30)
    file = workspace / "journal.sqlite"
    whole = file.read_bytes()
    noticed = 0
    for at in range(0, len(whole), len(whole) // 150):
        damaged = bytearray(whole)
        damaged[at] ^= 0x10
        file.write_bytes(damaged)
        try:
            with Journal.open(workspace, create=False) as journal:
                assert journal.check() or list(journal.events()) == events
                noticed += bool(journal.check())
        except JournalError:
            noticed += 1
    assert noticed > 50
    file.write_bytes(whole)
    open_and_read(workspace)


def test_a_log_that_was_never_folded_is_read_and_salvaged(workspace: Path) -> None:
    copy = unfolded(workspace, 40)
    assert (copy / "journal.sqlite-wal").stat().st_size > 40 * 300
    assert [event.body["n"] for event in salvaged(recover(copy))] == list(range(40))
    with Journal.open(copy) as journal:
        assert [event.body["n"] for event in journal.events()] == list(range(40))
        assert journal.check() == []


@pytest.mark.parametrize("spoil", ["uncommitted", "stale"])
def test_only_the_committed_part_of_a_log_is_salvaged(workspace: Path, spoil: str) -> None:
    """A transaction without its commit never happened; frames with other salts are left from an earlier use."""
    log = unfolded(workspace, 40) / "journal.sqlite-wal"
    frames = bytearray(log.read_bytes())
    commits = [at for at in range(32, len(frames), 24 + PAGE) if any(frames[at + 4 : at + 8])]
    if spoil == "uncommitted":
        frames[commits[-1] + 4 : commits[-1] + 8] = bytes(4)
    else:
        frames[commits[-2] + 24 + PAGE + 8] ^= 1
    log.write_bytes(frames)
    assert [event.body["n"] for event in salvaged(recover(log.parent))] == list(range(39))


def test_a_deleted_log_is_noticed_and_the_rest_can_be_used_on_request(workspace: Path) -> None:
    copy = unfolded(workspace, 40)
    log = (copy / "journal.sqlite-wal").rename(copy / "taken-away")
    with pytest.raises(JournalError, match="it ends at event 0, but event 40"):
        Journal.open(copy)
    log.rename(copy / "journal.sqlite-wal")
    with Journal.open(copy) as journal:
        assert len(list(journal.events())) == 40
        log = copy / "journal.sqlite-wal"
    file = copy / "journal.sqlite"
    shutil.copy(file, copy / "old")
    with Journal.open(copy) as journal:
        journal.append("r", "late", {})
    shutil.copy(copy / "old", file)
    with pytest.raises(JournalError, match="ends at event 40, but event 41") as caught:
        Journal.open(copy, create=False)
    assert f"delete {file}-head" in (caught.value.fix or "")
    Path(f"{file}-head").unlink()
    with Journal.open(copy) as journal:
        assert journal.append("r", "on", {}).seq == 41


def test_a_journal_replaced_by_one_with_another_history_is_noticed(workspace: Path) -> None:
    with Journal.open(workspace) as journal:
        journal.append("r", "k", {})
    shutil.copytree(workspace, workspace.with_name("fork"))
    for place in (workspace, workspace.with_name("fork")):
        with Journal.open(place) as journal:
            journal.append("r", place.name, {})
    shutil.copy(workspace.with_name("fork") / "journal.sqlite", workspace / "journal.sqlite")
    with pytest.raises(JournalError, match="its event 2 is"):
        Journal.open(workspace)


@pytest.mark.parametrize("note", ["", "junk", "a b c d\n", "\0" * 200, "x " * 300])
def test_a_spoilt_note_costs_the_check_and_nothing_else(workspace: Path, note: str) -> None:
    fill(workspace, 3)
    (workspace / "journal.sqlite-head").write_text(note)
    with Journal.open(workspace) as journal:
        assert journal.append("r", "k", {}).seq == 4


def test_a_log_deleted_while_we_write_costs_nothing(workspace: Path) -> None:
    with Journal.open(workspace) as journal:
        for number in range(10):
            journal.append("r", "k", {"n": number})
            if number in (3, 7):
                (workspace / "journal.sqlite-wal").unlink()
    with Journal.open(workspace) as journal:
        assert [event.body["n"] for event in journal.events()] == list(range(10))
        assert journal.check() == []


def test_a_log_deleted_just_before_closing_costs_nothing(workspace: Path) -> None:
    with Journal.open(workspace) as journal:
        journal.append("r", "k", {})
        (workspace / "journal.sqlite-wal").unlink()
    with Journal.open(workspace) as journal:
        assert len(list(journal.events())) == 1


def test_a_log_deleted_before_closing_costs_nothing_while_someone_reads(workspace: Path) -> None:
    with Journal.open(workspace) as journal:
        journal.append("r", "k", {})
        with Journal.open_file(journal.path) as reader:
            assert len(list(reader.events())) == 1
            (workspace / "journal.sqlite-wal").unlink()
            journal.close()
    with Journal.open(workspace) as journal:
        assert len(list(journal.events())) == 1


def test_a_torn_note_is_not_believed(workspace: Path) -> None:
    events = fill(workspace, 3)
    note = workspace / "journal.sqlite-head"
    identity, _, _, checksum = note.read_text().split()
    note.write_text(f"{identity} 9 {events[1].digest} {checksum}\n")
    with Journal.open(workspace) as journal:
        assert len(list(journal.events())) == 3


def test_a_recovered_file_takes_the_place_of_the_damaged_one(workspace: Path) -> None:
    events = fill(workspace, 60)
    file = workspace / "journal.sqlite"
    file.write_bytes(file.read_bytes()[: -30 * PAGE])
    first, second = recover(file), recover(workspace)
    assert (first.name, second.name) == ("journal.recovered-1.sqlite", "journal.recovered-2.sqlite")
    file.rename(workspace / "damaged")
    first.rename(file)
    with Journal.open(workspace) as journal:
        kept = list(journal.events())
        assert kept == events[: len(kept)]
        assert journal.append("r", "k", {}).seq == len(kept) + 1


def test_nothing_to_salvage_is_said(workspace: Path) -> None:
    workspace.mkdir()
    (workspace / "journal.sqlite").write_bytes(os.urandom(50_000))
    with pytest.raises(JournalError, match=r"nothing in .* can be salvaged"):
        recover(workspace)
    with pytest.raises(JournalError, match="cannot be used"):
        recover(workspace / "absent.sqlite")
    assert [file.name for file in workspace.iterdir()] == ["journal.sqlite"]


def test_a_missing_blob_is_named_and_the_events_stay_readable(workspace: Path) -> None:
    events = fill(workspace, 2)
    lost = events[0].blobs["small"]
    with closing(sqlite3.connect(workspace / "journal.sqlite", isolation_level=None)) as db:
        db.execute("DROP TRIGGER blobs_never_go")
        db.execute("DELETE FROM blobs WHERE digest = ?", (lost,))
    with Journal.open(workspace) as journal:
        assert journal.check() == [f"event 1 refers to blob {lost} (small), which is not in the journal"]
        with pytest.raises(JournalError, match=lost):
            journal.get(lost)
        assert list(journal.events()) == events


FULL = """
import json, resource, sys
from pathlib import Path
from probatum.errors import JournalError
from probatum.journal import Journal
with Journal.open(Path(sys.argv[1])) as journal:
    stored = [journal.append("r", "k", {"n": number, "pad": "x" * 5000}).digest for number in range(10)]
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
    try:
        for number in range(10, 500):
            event = journal.append("r", "k", {"n": number, "pad": "x" * 5000}, blobs={"a": b"%d" % number})
            stored.append(event.digest)
    except JournalError as error:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        stored.append(journal.append("r", "space again", {}).digest)
        print(json.dumps({"says": error.message, "fix": error.fix, "stored": stored}))
"""


def test_a_full_disk_stops_with_an_explanation_and_loses_nothing(workspace: Path, child: Callable[..., Any]) -> None:
    output, errors = child(FULL, workspace).communicate(timeout=60)
    assert errors == ""
    said = json.loads(output)
    assert "disk" in said["says"]
    assert "df" in said["fix"] or "space" in said["fix"]
    with Journal.open(workspace) as journal:
        assert [event.digest for event in journal.events()] == said["stored"]
        assert journal.check() == []


def test_sqlite_out_of_pages_is_explained_as_a_full_disk(workspace: Path) -> None:
    with Journal.open(workspace) as journal:
        journal._db.execute("PRAGMA max_page_count = 40")
        stored = 0
        with pytest.raises(JournalError, match="the disk is full"):
            for _ in range(100):
                journal.append("r", "k", {"pad": "x" * 9000})
                stored += 1
        assert 0 < stored < 100
        assert len(list(journal.events())) == stored
        journal._db.execute("PRAGMA max_page_count = 4000")
        assert journal.append("r", "k", {}).seq == stored + 1


NOBODY = 65534
UNPRIVILEGED = """
import os, sys
from pathlib import Path
from probatum.errors import JournalError
from probatum.journal import Journal
if os.getuid() == 0:
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
workspace = Path(sys.argv[1])
try:
    with Journal.open(workspace, create=sys.argv[2] == "create") as journal:
        print(len(list(journal.events())), "events", len(journal.check()), "problems")
        journal.append("r", "k", {})
except JournalError as error:
    print(error)
"""


@pytest.fixture
def locked(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A folder that its visitor may read and not write (permissions do not stop root, hence the visitor is nobody)."""
    base = Path("/tmp") if os.getuid() == 0 else tmp_path_factory.mktemp("locked")
    folder = base / f"journal-locked-{os.getpid()}"
    folder.mkdir()
    yield folder
    folder.chmod(0o700)
    shutil.rmtree(folder)


def test_a_read_only_workspace_can_be_read_and_says_why_it_is_not_written(locked: Path, child: Any) -> None:
    fill(locked, 3)
    locked.chmod(0o555)
    output, errors = child(UNPRIVILEGED, locked, "read").communicate(timeout=30)
    assert (output.splitlines()[0], errors) == ("3 events 0 problems", "")
    assert "for reading only" in output
    output, _ = child(UNPRIVILEGED, locked, "create").communicate(timeout=30)
    assert "events" not in output
    assert "write" in output


def test_a_journal_cannot_be_started_in_a_read_only_folder(locked: Path, child: Any) -> None:
    locked.chmod(0o555)
    output, errors = child(UNPRIVILEGED, locked, "create").communicate(timeout=30)
    assert errors == ""
    assert str(locked) in output
    assert "write" in output


def test_a_workspace_that_is_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("keep me")
    for place in (file, file / "below"):
        with pytest.raises(JournalError) as caught:
            Journal.open(place)
        assert str(file) in caught.value.message
        assert caught.value.fix
    assert file.read_text() == "keep me"


def test_an_absent_journal_is_not_made_unasked(workspace: Path) -> None:
    with pytest.raises(JournalError, match="there is no journal at"):
        Journal.open(workspace, create=False)
    assert not workspace.exists()


def test_a_journal_of_a_newer_version_is_left_alone(workspace: Path) -> None:
    fill(workspace, 2)
    file = workspace / "journal.sqlite"
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA user_version = 7")
    before = file.read_bytes()
    for create in (True, False):
        with pytest.raises(JournalError, match=r"newer probatum .journal format 7") as caught:
            Journal.open(workspace, create=create)
        assert "upgrade" in (caught.value.fix or "").lower()
    assert file.read_bytes() == before


def test_another_programs_database_is_left_alone(workspace: Path) -> None:
    workspace.mkdir()
    file = workspace / "journal.sqlite"
    with closing(sqlite3.connect(file)) as db:
        db.execute("CREATE TABLE events (x)")
    before = file.read_bytes()
    with pytest.raises(JournalError, match="is not a probatum journal"):
        Journal.open(workspace)
    assert file.read_bytes() == before


def test_an_empty_file_is_not_taken_for_an_empty_journal(workspace: Path) -> None:
    workspace.mkdir()
    (workspace / "journal.sqlite").touch()
    with pytest.raises(JournalError, match="is not a probatum journal"):
        Journal.open(workspace)


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux")
def test_a_note_that_cannot_be_written_does_not_unmake_the_event(workspace: Path) -> None:
    with Journal.open(workspace) as journal:
        note = workspace / "journal.sqlite-head"
        note.unlink()
        note.symlink_to("/dev/full")
    with Journal.open(workspace) as journal:
        assert journal.append("r", "k", {}).seq == 1
    note.unlink()
    with Journal.open(workspace) as journal:
        assert len(list(journal.events())) == 1
