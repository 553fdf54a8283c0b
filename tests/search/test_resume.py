"""kill -9 at every commit of a run, by doing it; a broken journal; a full disk: nothing is lost."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from search_support import RUN, STUB, Dying, Told, drive

from probatum.authors.base import Edit, Proposal
from probatum.authors.script import Script, script_of
from probatum.errors import JournalError
from probatum.events import EventKind
from probatum.journal import Journal
from probatum.search.compare import essence
from probatum.search.start import read_run
from probatum.search.state import Options

GOOD = STUB.replace("a < b", "a <= b").replace("b - 1", "b + 1")


def eventful() -> Script:
    """Two refuted candidates, an edit that does not match, a duplicate, one that is accepted."""
    bad_edit = Proposal(author="script", edits=(Edit(old="nowhere", new=""),))
    ready = script_of(["K = 1\n" + STUB, "K = 2\n" + STUB, "K = 1\n" + STUB, GOOD])
    return Script(proposals=(*ready.proposals[:2], bad_edit, *ready.proposals[2:]))


def forked(work: Callable[[], object]) -> int:
    """Do something in a forked child; how it ended, as `waitpid` says it."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
            os._exit(0)
        except BaseException:
            os._exit(9)
    return os.waitpid(pid, 0)[1]


def killed_after(workspace: Path, commits: int, options: Options | None = None) -> bool:
    status = forked(lambda: drive(workspace, author=eventful(), journal_class=Dying, commits=commits, options=options))
    assert status in (0, signal.SIGKILL)
    return status == signal.SIGKILL


def test_a_run_killed_at_any_commit_ends_in_the_same_state(tmp_path: Path) -> None:
    whole = drive(tmp_path / "whole", author=eventful())
    kills = 0
    for commits in range(1, 100):
        workspace = tmp_path / str(commits)
        if not killed_after(workspace, commits):
            break
        kills += 1
        same_end(drive(workspace, author=eventful(), workers=2), whole)
    assert kills == len(groups(whole)), "every commit was a place to die, the first and the last included"


def groups(told: Told) -> list[str]:
    """The commits of a run: levels, candidate and inputs of a result are written together."""
    together = (EventKind.LEVEL_JUDGED, EventKind.REGRESSION_ADDED)
    return [e.kind for e in told.events if e.kind not in together]


def same_end(resumed: Told, whole: Told) -> None:
    assert essence(resumed.events) == essence(whole.events)
    assert resumed.state.end == whole.state.end
    assert resumed.state.segments == whole.state.segments
    assert [t.number for t in resumed.state.turns] == list(range(len(whole.state.turns)))


def test_a_run_killed_again_and_again_ends_in_the_same_state(tmp_path: Path) -> None:
    whole = drive(tmp_path / "whole", author=eventful())
    while killed_after(tmp_path / "killed", 1):
        with Journal.open(tmp_path / "killed") as journal:
            assert journal.check() == []
            if read_run(journal, RUN).end is not None:
                break
    same_end(drive(tmp_path / "killed", author=eventful()), whole)


def test_the_offline_author_goes_on_where_it_stopped(tmp_path: Path) -> None:
    options = Options(max_candidates=30)
    whole = drive(tmp_path / "whole", options=options)
    for commits in (2, 9, 23, 40):
        workspace = tmp_path / str(commits)
        status = forked(lambda at=commits, to=workspace: drive(to, journal_class=Dying, commits=at, options=options))
        assert status == signal.SIGKILL
        same_end(drive(workspace, options=options), whole)


def test_a_run_killed_in_the_middle_of_a_generation_ends_with_the_same_population(tmp_path: Path) -> None:
    evolve = Options(
        strategy="evolve", bandit="cost", generations=9, generation_size=5, islands=2, migrate_every=1,
        stepping_stones=True, max_candidates=100,
    )  # fmt: skip
    whole = drive(tmp_path / "whole", options=evolve)
    population = (whole.state.archive, whole.state.bandit, whole.state.signatures)
    assert all(whole.state.archive.islands) and whole.state.asked >= 15
    asked = [n for n, kind in enumerate(groups(whole)) if kind in (EventKind.AUTHOR_CALLED, EventKind.AUTHOR_FAILED)]
    for commits in (asked[2] + 1, asked[8], asked[8] + 1, asked[11] - 1, asked[13]):
        workspace = tmp_path / str(commits)
        status = forked(lambda at=commits, to=workspace: drive(to, journal_class=Dying, commits=at, options=evolve))
        assert status == signal.SIGKILL
        resumed = drive(workspace, options=evolve, workers=2)
        same_end(resumed, whole)
        assert (resumed.state.archive, resumed.state.bandit, resumed.state.signatures) == population


def test_a_run_that_ended_is_not_run_again(tmp_path: Path) -> None:
    first = drive(tmp_path, author=eventful())
    again = drive(tmp_path, author=eventful())
    assert again.jobs == []
    assert [e.digest for e in again.events] == [e.digest for e in first.events]


# --- faults of the journal


def test_a_truncated_journal_is_named_and_not_written_to(tmp_path: Path) -> None:
    killed_after(tmp_path, 12)
    with Journal.open(tmp_path):
        pass  # folds the log into the file
    file = tmp_path / "journal.sqlite"
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2])
    with pytest.raises(JournalError) as told:
        drive(tmp_path, author=eventful())
    assert str(file) in str(told.value) and told.value.fix
    assert file.read_bytes() == data[: len(data) // 2]
    file.write_bytes(data)
    same_end(drive(tmp_path, author=eventful()), drive(tmp_path / "whole", author=eventful()))


def test_a_missing_blob_is_named_and_the_run_goes_on_when_it_is_back(tmp_path: Path) -> None:
    killed_after(tmp_path, 6)
    with Journal.open(tmp_path) as journal:
        submitted = next(journal.events(run=RUN, kind=EventKind.CANDIDATE_SUBMITTED))
    digest = submitted.blobs["sut.py"]
    row = without(tmp_path, digest)
    with pytest.raises(JournalError, match=digest):
        drive(tmp_path, author=eventful())
    with closing(sqlite3.connect(tmp_path / "journal.sqlite")) as db:
        db.execute("INSERT INTO blobs (digest, codec, size, data) VALUES (?, ?, ?, ?)", row)
        db.commit()
    same_end(drive(tmp_path, author=eventful()), drive(tmp_path / "whole", author=eventful()))


def without(workspace: Path, digest: str) -> tuple[object, ...]:
    """Take a blob out of a journal, past its guards; the row, to put it back."""
    with closing(sqlite3.connect(workspace / "journal.sqlite")) as db:
        guards = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            db.execute(f"DROP TRIGGER {name}")
        row = db.execute("SELECT digest, codec, size, data FROM blobs WHERE digest = ?", (digest,)).fetchone()
        db.execute("DELETE FROM blobs WHERE digest = ?", (digest,))
        for _, sql in guards:
            db.execute(sql)
        db.commit()
    return tuple(row)


@pytest.mark.parametrize("room", [20_000, 50_000, 90_000, 120_000])
def test_a_full_disk_is_said_and_nothing_acknowledged_is_lost(tmp_path: Path, room: int) -> None:
    options, said = Options(max_candidates=30), tmp_path / "said"

    def cramped() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        try:
            drive(tmp_path / "full", options=options)
        except JournalError as problem:
            said.write_text(f"{problem.message}\n{problem.fix}")
            raise

    assert os.waitstatus_to_exitcode(forked(cramped)) == 9
    message, fix = said.read_text().splitlines()
    assert "journal" in message and fix
    same_end(drive(tmp_path / "full", options=options), drive(tmp_path / "whole", options=options))
