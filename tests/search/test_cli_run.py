"""`probatum run` and `probatum replay` as a person uses them: answers, exit codes, stopping, going on, a full disk."""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import shlex
import shutil
import signal
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from probatum.cli import main
from probatum.events import EventKind
from probatum.journal import Journal
from probatum.lab.files import find_task, read_candidate, read_task

TASK = "quorum_count"
GOOD = next(c for c in read_task(TASK).canaries if c.kind == "good").files["sut.py"].decode()
WRONG = "def is_quorum(voters: list[int], n: int) -> bool:\n    return len(set(voters)) > {}\n"


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def body(self) -> Any:
        return json.loads(self.out)

    def line(self, name: str) -> str:
        [line] = [line for line in self.out.splitlines() if line.startswith(name)]
        return line.removeprefix(name).strip()


def probatum(*words: object) -> Done:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([str(word) for word in words])
    return Done(code, out.getvalue(), err.getvalue())


def script(folder: Path, *sources: str) -> str:
    path = folder / "script.json"
    path.write_text(json.dumps([{"files": {"sut.py": source}} for source in sources]))
    return f"script:{path}"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("place")


@pytest.fixture(scope="module")
def found(place: Path) -> Done:
    """A run of the offline author, accepted."""
    return probatum("run", TASK, "--json", "--workspace", place / "w", "--out", place / "winner")


def test_the_winner_is_written_and_can_be_checked(found: Done, place: Path) -> None:
    assert found.code == 0
    body = found.body
    assert body["accepted"] and body["made_by"] == "offline/repair" and body["ending"] is None
    assert read_candidate(place / "winner").digest == body["candidate"]
    assert body["best_of"] == body["evaluations"] > 1
    assert body["reintroduced"]["added"] > 0 <= body["reintroduced"]["again"]
    checked = probatum("check", TASK, "--candidate", place / "winner", "--workspace", place / "w", "--json")
    assert (checked.code, checked.body["accepted"]) == (0, True)


def test_the_secret_is_not_left_behind(found: Done, place: Path) -> None:
    assert not list((place / "w" / "secrets").iterdir())
    with Journal.open(place / "w", create=False) as journal:
        assert journal.check() == []


def test_a_run_repeats_from_its_journal(found: Done, place: Path) -> None:
    done = probatum("replay", found.body["run"], "--workspace", place / "w", "--workers", 2, "--json")
    assert (done.code, done.body["same"], done.body["differences"]) == (0, True, [])


def test_a_verdict_that_was_changed_does_not_repeat(found: Done, place: Path, tmp_path: Path) -> None:
    with Journal.open(place / "w", create=False) as journal:
        events = [e for e in journal.events() if e.run == found.body["run"]]
        blobs = {d: journal.get(d) for e in events for d in e.blobs.values()}
    with Journal.open(tmp_path / "forged") as forged:
        for event in events:
            body = json.loads(json.dumps(event.body).replace('"credit": 1.0', '"credit": 0.5'))
            forged.append(event.run, event.kind, body, blobs={n: blobs[d] for n, d in event.blobs.items()})
        assert forged.check() == []
    done = probatum("replay", found.body["run"], "--workspace", tmp_path / "forged")
    assert done.code == 1
    assert "verdict.credit was 0.5, is 1.0" in done.line("evidence:")


@pytest.mark.slow
def test_more_cases_are_tried_where_a_person_asks_for_them_and_in_a_replay_too(tmp_path: Path) -> None:
    words = ("run", TASK, "--author", script(tmp_path, GOOD), "--cases", 6000, "--workspace", tmp_path / "w", "--json")
    run = probatum(*words).body["run"]
    with Journal.open(tmp_path / "w", create=False) as journal:
        judged = [e.body["verdict"] for e in journal.events(run=run, kind=EventKind.LEVEL_JUDGED)]
    counts = [dict(v["scope"]["counts"]) for v in judged if v["level"] == "behaviour" and v["outcome"] == "HOLDS"]  # type: ignore[index,call-overload]
    assert counts and all(count["fresh_calls"] >= 6000 for count in counts)
    assert probatum("replay", run, "--workspace", tmp_path / "w", "--json").body["same"]


@pytest.mark.slow
def test_the_same_number_gives_the_same_run(tmp_path: Path) -> None:
    runs = []
    for name, workers in (("a", 1), ("b", 3)):
        done = probatum("run", TASK, "--json", "--rng-seed", 5, "--workers", workers, "--workspace", tmp_path / name)
        runs.append({k: v for k, v in done.body.items() if k not in ("run", "cpu_seconds", "written", "journal_head")})
    assert runs[0] == runs[1]


def test_a_spent_budget_ends_in_three_lines(place: Path) -> None:
    done = probatum("run", TASK, "--max-candidates", 1, "--workspace", place / "short")
    assert done.code == 3
    assert "1 candidates tried, none accepted" in done.line("known:")
    assert "is_quorum(" in done.line("evidence:") and "expected" in done.line("evidence:")
    following = shlex.split(done.line("next:"))
    assert following[:3] == ["probatum", "run", TASK]
    assert probatum(*following[1:], "--json").body["accepted"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run"], "neither a task nor a run"),
        (["run", TASK, "--author", "nobody"], "no author is called 'nobody'"),
        (["run", TASK, "--author", "script:nowhere"], "there is no script nowhere"),
        (["run", TASK, "--author", "replay:r"], "no reply of a run r"),
        (["run", TASK, "--workers", "9"], "range 1<=x<=4"),
        (["run", "--all", "--cases", "9000"], "cases means nothing beside --all"),
        (["run", TASK, "--cases", "10"], "--cases 10 is less than the"),
        (["run", TASK, "--seed-candidate", "nowhere"], "no folder nowhere"),
        (["run", TASK, "--seed", "nowhere.py"], "there is no source nowhere.py"),
        (["run", "treiber_stack", "--seed", "nowhere.rs"], "initial_atomic.rs"),
        (["run", "--resume", "r", "--islands", "3"], "--islands means nothing beside --resume"),
        (["run", "--resume", "r", "--seed", "x.py"], "--seed means nothing beside --resume"),
        (["run", "--resume", "r", "--rng-seed", "0"], "--rng-seed means nothing beside --resume"),
        (["run", "--resume", "r"], "'r' is not a search"),
        (["replay", "r"], "'r' is not a search"),
    ],
)
def test_a_mistake_is_said_before_anything_begins(found: Done, place: Path, words: list[str], said: str) -> None:
    with Journal.open(place / "w", create=False) as journal:
        before = journal.head()
        done = probatum(*words, "--workspace", place / "w")
        assert (done.code, journal.head()) == (2, before)
    assert said in done.err


def test_a_run_of_another_version_of_the_task_is_not_repeated(found: Done, place: Path, tmp_path: Path) -> None:
    task = tmp_path / TASK
    shutil.copytree(find_task(TASK), task)
    with (task / "PROBLEM.md").open("a") as file:
        file.write("One more sentence.\n")
    done = probatum("replay", found.body["run"], "--workspace", place / "w", "--task", task)
    assert done.code == 2 and "has changed" in done.err


@contextlib.contextmanager
def interrupted(workspace: Path) -> Iterator[None]:
    """Ctrl-C as soon as the journal there holds a judged candidate."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            if (workspace / "journal.sqlite").is_file():
                with Journal.open(workspace, create=False) as journal:
                    if next(journal.events(kind=EventKind.CANDIDATE_JUDGED), None) is not None:
                        os.kill(os.getpid(), signal.SIGINT)
                        return

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield
    finally:
        over.set()
        watching.join()


@pytest.mark.slow
def test_ctrl_c_keeps_everything_and_the_run_goes_on(tmp_path: Path) -> None:
    author = script(tmp_path, *(WRONG.format(n) for n in range(30)), GOOD)
    workspace = tmp_path / "w"
    with interrupted(workspace):
        done = probatum("run", TASK, "--author", author, "--workspace", workspace, "--workers", 1)
    assert done.code == 3
    following = shlex.split(done.line("next:"))
    assert following[:3] == ["probatum", "run", "--resume"]
    with Journal.open(workspace, create=False) as journal:
        kinds = [e.kind for e in journal.events()]
        assert kinds[-1] == EventKind.STOPPED and journal.check() == []
    again = probatum(*following[1:], "--json")
    assert (again.code, again.body["evaluations"]) == (0, 32)
    assert probatum(*following[1:], "--json").body["candidate"] == again.body["candidate"]
    assert probatum("replay", following[3], "--workspace", workspace).code == 0


@pytest.mark.slow
def test_a_full_disk_ends_in_one_line_and_the_run_goes_on_when_there_is_room(tmp_path: Path) -> None:
    workspace, said = tmp_path / "w", tmp_path / "said"
    author = script(tmp_path, *(WRONG.format(n) for n in range(12)), GOOD)
    words = ("run", TASK, "--author", author, "--workspace", workspace, "--workers", 1)
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        try:
            done = probatum(*words)
            said.write_text(done.err)
            os._exit(done.code)
        finally:
            os._exit(99)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 4
    lines = said.read_text().splitlines()
    assert [line.split(":")[0] for line in lines] == ["known", "evidence", "next"]
    run = lines[2].split("--resume ")[1].split()[0].strip("`")
    with Journal.open(workspace) as journal:
        assert journal.check() == []
    assert probatum("run", "--resume", run, "--workspace", workspace, "--json").body["accepted"]


def test_a_journal_cut_short_is_named_and_left_alone(found: Done, place: Path, tmp_path: Path) -> None:
    data = (place / "w" / "journal.sqlite").read_bytes()
    for cut in (100, len(data) // 2):
        workspace = tmp_path / str(cut)
        workspace.mkdir()
        (workspace / "journal.sqlite").write_bytes(data[:cut])
        done = probatum("replay", found.body["run"], "--workspace", workspace)
        assert done.code == 4, done
        assert "journal" in done.err
        assert (workspace / "journal.sqlite").read_bytes() == data[:cut]


def test_a_lost_reply_is_named(found: Done, place: Path, tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "journal.sqlite").write_bytes((place / "w" / "journal.sqlite").read_bytes())
    with Journal.open(tmp_path / "w") as journal:
        [*_, called] = journal.events(run=found.body["run"], kind=EventKind.AUTHOR_CALLED)
    with contextlib.closing(sqlite3.connect(tmp_path / "w" / "journal.sqlite")) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute("DELETE FROM blobs WHERE digest = ?", (called.blobs["reply"],))
        db.commit()
    done = probatum("replay", found.body["run"], "--workspace", tmp_path / "w")
    assert done.code == 4 and called.blobs["reply"] in done.err


@pytest.mark.soak
def test_ten_candidates_that_never_return_are_each_refuted_and_keep_nobody_from_being_judged(tmp_path: Path) -> None:
    loops = [f"def is_quorum(voters, n):\n    k = {n}\n    while True:\n        k += 1\n" for n in range(10)]
    plain = [WRONG.format(n) for n in range(10)]
    sources = [text for pair in zip(plain, loops, strict=True) for text in pair]
    words = ["--author", script(tmp_path, *sources, GOOD), "--workers", 2, "--max-candidates", 30]
    done = probatum("run", TASK, *words, "--workspace", tmp_path / "w", "--json")
    assert done.body["accepted"]
    with Journal.open(tmp_path / "w", create=False) as journal:
        judged = [e.body for e in journal.events(run=done.body["run"], kind=EventKind.LEVEL_JUDGED)]
    broken = [
        f["law"] for body in judged for f in body["verdict"]["findings"] if body["verdict"]["outcome"] == "REFUTED"
    ]  # type: ignore[index,call-overload]
    assert broken.count("returns") == len(loops)
