"""What goes into a journal comes out the same, in order, and nothing in it can be changed unnoticed."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from probatum.errors import JournalError
from probatum.events import GENESIS, EventKind
from probatum.journal import Entry, Journal


def tamper(journal: Journal, *statements: str) -> None:
    """Change the file the way someone with a SQLite shell would: without our triggers."""
    with closing(sqlite3.connect(journal.path, isolation_level=None)) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            db.execute(statement)


def test_an_empty_journal_has_the_genesis_head_and_no_problems(journal: Journal) -> None:
    assert (journal.head(), journal.runs(), list(journal.events()), journal.check()) == (GENESIS, [], [], [])


def test_what_append_returns_is_what_is_read_back(journal: Journal, workspace: Path) -> None:
    body = {"options": ("a", 1.0, {"deep": [None, True]}), "é": "🙂"}
    first = journal.append("r1", EventKind.RUN_STARTED, body)
    second = journal.append("r1", EventKind.LEVEL_JUDGED, {}, blobs={"transcript": b"calls"})
    assert (first.seq, first.prev, first.at, first.kind) == (1, GENESIS, 1000.0, "run_started")
    assert (second.seq, second.prev) == (2, first.digest)
    assert second.blobs == {"transcript": hashlib.sha256(b"calls").hexdigest()}
    assert list(journal.events()) == [first, second]
    with Journal.open(workspace, create=False) as reader:
        assert list(reader.events()) == [first, second]
        assert reader.head() == second.digest


def test_events_are_selected_by_run_kind_and_number(journal: Journal) -> None:
    for number in range(6):
        journal.append(f"r{number % 2}", f"k{number % 3}", {"n": number})
    numbers = lambda **wanted: [event.body["n"] for event in journal.events(**wanted)]  # noqa: E731
    assert numbers(run="r1") == [1, 3, 5]
    assert numbers(kind="k0") == [0, 3]
    assert numbers(run="r1", kind="k0") == [3]
    assert numbers(after=4) == [4, 5]
    assert journal.runs() == ["r0", "r1"]


def test_reading_sees_the_events_there_were_and_does_not_hold_up_the_writer(journal: Journal) -> None:
    journal.append_many([Entry(run="r", kind="k", body={"n": n}) for n in range(600)])
    seen = 0
    for event in journal.events():
        journal.append("r", "echo", {"of": event.seq})
        seen += 1
    assert seen == 600
    assert journal.check() == []


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(max_size=2000), repeat=st.integers(1, 200))
def test_any_bytes_put_are_the_bytes_got(journal: Journal, content: bytes, repeat: int) -> None:
    digest = journal.put(content * repeat)
    assert digest == hashlib.sha256(content * repeat).hexdigest()
    assert journal.get(digest) == content * repeat
    assert journal.put(content * repeat) == digest


def test_repetitive_blobs_take_less_room_and_random_ones_no_more(journal: Journal) -> None:
    text, noise = journal.put(b"assert s.get(key) == value\n" * 400), journal.put(os.urandom(5000))
    with closing(sqlite3.connect(journal.path)) as db:
        stored = {row[0]: row[1:] for row in db.execute("SELECT digest, codec, length(data) FROM blobs")}
    assert stored[text][0] == "zlib"
    assert stored[text][1] < 1000
    assert stored[noise] == ("raw", 5000)


def test_many_are_stored_together_or_not_at_all(journal: Journal) -> None:
    good = Entry(run="r", kind="k", body={}, blobs={"a": b"kept only with its event"})
    absent = Entry(run="r", kind="k", body={"blobs": {"b": "0" * 64}})
    with pytest.raises(JournalError, match=r"0000.* not in the journal"):
        journal.append_many([good, absent])
    assert list(journal.events()) == []
    with pytest.raises(JournalError, match="not in the journal"):
        journal.get(hashlib.sha256(good.blobs["a"]).hexdigest())
    events = journal.append_many([good, good])
    assert [event.seq for event in events] == [1, 2]
    assert journal.append_many([]) == []


def test_an_interruption_inside_the_transaction_leaves_nothing_and_the_journal_usable(workspace: Path) -> None:
    def interrupted() -> float:
        raise KeyboardInterrupt

    with Journal.open(workspace, now=interrupted) as journal, pytest.raises(KeyboardInterrupt):
        journal.append("r", "k", {}, blobs={"a": b"x"})
    with Journal.open(workspace) as journal:
        assert journal.append("r", "k", {}).seq == 1
        assert journal.check() == []


def test_a_blob_put_before_can_be_referred_to(journal: Journal) -> None:
    digest = journal.put(b"seen before")
    event = journal.append("r", "k", {"blobs": {"old": digest}}, blobs={"new": b"fresh"})
    assert {journal.get(one) for one in event.blobs.values()} == {b"seen before", b"fresh"}
    with pytest.raises(JournalError, match="two different blobs 'old'"):
        journal.append("r", "k", {"blobs": {"old": digest}}, blobs={"old": b"other"})
    assert journal.append("r", "k", {"blobs": {"old": digest}}, blobs={"old": b"seen before"}).blobs == {"old": digest}


@pytest.mark.parametrize(("run", "kind"), [("", "k"), ("r", "")])
def test_an_event_needs_a_run_and_a_kind(journal: Journal, run: str, kind: str) -> None:
    with pytest.raises(JournalError, match="needs a run and a kind"):
        journal.append(run, kind, {})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET body = '{}'",
        "DELETE FROM events WHERE seq = 2",
        "REPLACE INTO events SELECT seq, version, run, kind, at, '{}', prev, digest FROM events WHERE seq = 1",
        "INSERT INTO events SELECT 9, version, run, kind, at, body, digest, digest FROM events WHERE seq = 2",
        "INSERT INTO events SELECT 3, version, run, kind, at, body, prev, digest FROM events WHERE seq = 2",
        "UPDATE blobs SET data = x'00'",
        "DELETE FROM blobs",
    ],
)
def test_the_file_itself_refuses_changes(journal: Journal, statement: str) -> None:
    journal.append("r", "k", {"n": 1}, blobs={"a": b"one"})
    journal.append("r", "k", {"n": 2})
    with (
        closing(sqlite3.connect(journal.path)) as db,
        pytest.raises(sqlite3.IntegrityError, match=r"append-only|never"),
    ):
        db.execute(statement)
    assert journal.check() == []


def test_replacing_a_blob_in_place_does_nothing(journal: Journal) -> None:
    digest = journal.put(b"one")
    with closing(sqlite3.connect(journal.path, isolation_level=None)) as db:
        db.execute("REPLACE INTO blobs VALUES (?, 'raw', 3, x'000000')", (digest,))
    assert journal.get(digest) == b"one"


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE events SET body = '{\"n\":7}' WHERE seq = 2", "event 2 was changed"),
        ("UPDATE events SET body = '{\"n\": 2}' WHERE seq = 2", "event 2 was changed"),
        ("UPDATE events SET at = at + 1 WHERE seq = 2", "event 2 was changed"),
        ("UPDATE events SET run = 'other' WHERE seq = 2", "event 2 was changed"),
        ("UPDATE events SET digest = prev WHERE seq = 2", "event 2 was changed"),
        ("UPDATE events SET prev = digest WHERE seq = 2", "event 2 says the event before it is"),
        ("UPDATE events SET body = 'no json' WHERE seq = 2", "event 2 is damaged: its body is not JSON"),
        ("UPDATE events SET body = '[]' WHERE seq = 2", "event 2 is damaged: its body is list"),
        ("UPDATE events SET body = '\"' || char(34) WHERE seq = 2", "event 2 is damaged"),
        ("UPDATE events SET version = 99 WHERE seq = 2", "event 2 has format 99"),
        ("DELETE FROM events WHERE seq = 2", "event 3 follows event 1"),
        ("UPDATE events SET seq = 9 WHERE seq = 2", "event 9 follows event 3"),
        ("DELETE FROM blobs", "event 1 refers to blob"),
        ("UPDATE blobs SET data = x'00'", "is damaged: its content now hashes to"),
        ("UPDATE blobs SET codec = 'zlib'", "is damaged: it does not decompress"),
        ("UPDATE blobs SET codec = 'lzma'", "packed with 'lzma', which is unknown"),
        ("UPDATE blobs SET data = 7", "does not hold bytes"),
    ],
)
def test_check_says_what_was_changed(journal: Journal, statement: str, says: str) -> None:
    journal.append("r", "k", {"n": 1}, blobs={"a": b"one"})
    for number in (2, 3):
        journal.append("r", "k", {"n": number})
    tamper(journal, statement)
    assert any(says in problem for problem in journal.check()), journal.check()


def test_check_reports_one_changed_event_once(journal: Journal) -> None:
    for number in range(10):
        journal.append("r", "k", {"n": number})
    tamper(journal, "UPDATE events SET body = '{}' WHERE seq = 4")
    assert [problem.split(":")[0] for problem in journal.check()] == ["event 4 was changed"]


def test_a_damaged_blob_is_refused_by_name(journal: Journal) -> None:
    digest = journal.put(b"right")
    tamper(journal, "UPDATE blobs SET data = x'00'")
    with pytest.raises(JournalError, match=digest):
        journal.get(digest)


def test_a_report_head_proves_that_its_history_is_still_here(journal: Journal, tmp_path: Path) -> None:
    journal.append("r", "k", {})
    head = journal.head()
    journal.append("r", "k", {})
    assert journal.check(head) == []
    with Journal.open(tmp_path / "other") as other:
        other.append("r", "k", {})
        assert any(head in problem for problem in other.check(head))
        assert other.check(GENESIS) == []


def test_threads_share_one_journal(journal: Journal) -> None:
    def work(name: str) -> None:
        for number in range(50):
            journal.append(name, "k", {"n": number}, blobs={"a": f"{name}{number}".encode()})

    threads = [threading.Thread(target=work, args=(f"t{index}",)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert journal.check() == []
    for index in range(4):
        assert [event.body["n"] for event in journal.events(run=f"t{index}")] == list(range(50))


WRITER = """
import sys
from pathlib import Path
from probatum.journal import Entry, Journal
name, total = sys.argv[2], int(sys.argv[3])
sys.stdin.readline()  # both begin when both are there, so the creation of the file is contended too
with Journal.open(Path(sys.argv[1])) as journal:
    for number in range(total):
        body = {"n": number}
        if number % 5:
            journal.append(name, "k", body, blobs={"own": f"{name} {number}".encode(), "same": b"%d" % number})
        else:
            journal.append_many([Entry(run=name, kind="k", body=body), Entry(run=name, kind="twin", body=body)])
"""


def test_two_processes_write_one_chain(workspace: Path, child: Callable[..., Any]) -> None:
    writers = [child(WRITER, workspace, name, 200) for name in ("a", "b")]
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        assert writer.communicate(timeout=60) == ("", "")
        assert writer.returncode == 0
    with Journal.open(workspace, create=False) as journal:
        assert journal.check() == []
        events = list(journal.events())
        for name in ("a", "b"):
            assert [event.body["n"] for event in events if event.run == name and event.kind == "k"] == list(range(200))
        for twin in (event for event in events if event.kind == "twin"):
            assert events[twin.seq - 2].run == twin.run, "a group was torn apart by the other writer"


def test_a_journal_is_not_carried_across_a_fork(journal: Journal) -> None:
    journal.append("r", "k", {})
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            journal.close()
            journal.append("r", "k", {})
        except JournalError as error:
            os.write(writing, error.message.encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(pid, 0)
    with os.fdopen(reading) as pipe:
        assert "before a fork" in pipe.read()
    assert journal.append("r", "k", {}).seq == 2


def test_closing_twice_is_harmless_and_a_closed_journal_says_so(workspace: Path) -> None:
    journal = Journal.open(workspace)
    journal.append("r", "k", {})
    journal.close()
    journal.close()
    with pytest.raises(JournalError):
        journal.head()
    assert sorted(path.name for path in workspace.iterdir()) == ["journal.sqlite", "journal.sqlite-head"]
