"""Help, doctor, init, report and worker from the outside."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from cli_support import TASK_PY, Done, call, ends_in_three_lines, spawned

from probatum import doctor
from probatum.cli.table import COMMANDS
from probatum.judge.suite import load_suite
from probatum.toolchains.python.hosts import load_frame

HELP_CPU_S = 0.3


def test_help_names_every_command_without_importing_one(tmp_path: Path) -> None:
    done = call("--help", cwd=tmp_path)
    assert done.code == 0
    for name, (_, line) in COMMANDS.items():
        assert name in done.out and line.split()[0] in done.out
    assert call(cwd=tmp_path).out == done.out
    program = "import sys; from probatum.cli import main; main(['--help']); print(sorted(sys.modules))"
    text = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60).stdout
    loaded = text.splitlines()[-1]
    for heavy in ("hypothesis", "rich", "probatum.checking", "probatum.cli.check", "sqlite3"):
        assert f"'{heavy}'" not in loaded, heavy


@pytest.mark.parametrize("words", [("--help",), ("check", "--help"), ("--version",)])
def test_help_is_cheap(words: tuple[str, ...], tmp_path: Path) -> None:
    costs = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert spawned(*words, cwd=tmp_path).code == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        costs.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    assert min(costs) < HELP_CPU_S


def test_every_registered_command_of_this_installation_has_help(tmp_path: Path) -> None:
    for name in COMMANDS:
        done = call(name, "--help", cwd=tmp_path)
        assert done.code == 0 or "is not part of this installation" in done.err, (name, done)
    for name in ("check", "verify", "report", "doctor", "init", "worker"):
        assert call(name, "--help", cwd=tmp_path).code == 0


def test_doctor_says_the_same_in_words_and_json(tmp_path: Path) -> None:
    words, plain = call("doctor", cwd=tmp_path), call("doctor", "--json", cwd=tmp_path)
    body = plain.json
    assert words.code == plain.code == {"ok": 0, "degraded": 3, "broken": 4}[body["state"]]
    assert body["ok"] == (plain.code == 0) == (body["ending"] is None)
    assert {"python", "sqlite", "bwrap", "landlock", "seccomp", "mypy", "hypothesis"} <= {
        i["name"] for i in body["items"]
    }
    assert all(i["fix"] == "" for i in body["items"] if i["present"])
    levels = {level["level"]: level for level in body["levels"]}
    assert levels["behaviour"]["available"] and not levels["deductive"]["available"]
    assert body["protections"] and all(p["holds"] for p in body["protections"]) == (body["state"] == "ok")
    assert "sandbox tier" in words.out and words.err == ""


def test_doctor_without_bubblewrap_names_the_command_and_is_content_with_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if sys.platform != "linux":
        pytest.skip("the lock tier needs Linux")
    monkeypatch.setenv("PATH", str(tmp_path))
    health = doctor.examine()
    [bwrap] = [item for item in health.items if item.name == "bwrap"]
    if bwrap.present:
        pytest.skip("bubblewrap is found without PATH here")
    assert bwrap.fix == "apt-get install bubblewrap"
    assert health.tier == "lock" and health.state == doctor.OK


SORTS = """def slow_sort(xs: list[int]) -> list[int]:
    out: list[int] = []
    for x in xs:
        at = 0
        while at < len(out) and out[at] <= x:
            at += 1
        out.insert(at, x)
    return out


def fast_sort(xs: list[int]) -> list[int]:
    return sorted(set(xs))
"""


@pytest.mark.slow
def test_from_nothing_to_a_verified_verdict_in_five_commands(tmp_path: Path) -> None:
    (tmp_path / "sorts.py").write_text(SORTS)
    init = ("init", "sorting", "--oracle", "sorts.py:slow_sort", "--candidate", "sorts.py:fast_sort", "--json")
    made = call(*init, cwd=tmp_path)
    assert made.code == 0, made
    check = made.json["check"][1:]
    refuted = call(*check, "--json", cwd=tmp_path)
    assert refuted.code == 1
    shown = refuted.json["levels"][-1]["findings"][0]["counterexample"]
    assert shown["input"] == ["fast_sort([0, 0])"] and (shown["observed"], shown["expected"]) == ("[0]", "[0, 0]")
    assert call(*shown["rejudge"].split()[1:], cwd=tmp_path).code == 0
    sut = Path(tmp_path, made.json["candidate"], "sut.py")
    sut.write_text(sut.read_text().replace("sorted(set(xs))", "sorted(xs)"))
    assert call(*check, cwd=tmp_path).code == 0
    page = call("report", "--format", "markdown", cwd=tmp_path)
    assert page.code == 0 and "accepted" in page.out


def test_init_asks_when_run_bare(tmp_path: Path) -> None:
    (tmp_path / "sorts.py").write_text(SORTS)
    done = spawned("init", cwd=tmp_path, stdin=b"sorts.py\nslow_sort\n\n\n\n\nmade\n")
    assert done.code == 0 and (tmp_path / "made" / "task.toml").is_file(), done
    assert done.out.splitlines()[-1] == "next: probatum check made --candidate made-candidate"


def test_init_without_answers_or_with_half_of_them_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "sorts.py").write_text(SORTS)
    silent = spawned("init", cwd=tmp_path)
    assert silent.code == 2 and ends_in_three_lines(silent.err) and silent.out == ""
    half = call("init", "made", "--oracle", "sorts.py:slow_sort", cwd=tmp_path)
    assert half.code == 2 and "are needed together" in half.err
    wrong = call("init", "made", "--oracle", "sorts.py:nope", "--candidate", "sorts.py:fast_sort", cwd=tmp_path)
    assert wrong.code == 2 and "nope" in wrong.err
    assert [p.name for p in tmp_path.iterdir()] == ["sorts.py"]


@pytest.mark.parametrize("shape", ["text", "json", "markdown", "junit", "html"])
def test_report_renders_a_real_journal(answers: dict[str, Done], place: Path, workspace: Path, shape: str) -> None:
    done = call("report", "all", "--format", shape, "--workspace", str(workspace), cwd=place)
    assert done.code == 0 and done.err == "" and "double" in done.out
    if shape == "json":
        names = {a["candidate"] for run in json.loads(done.out)["runs"] for a in run["candidates"]}
        assert {answers[name].json["candidate"] for name in ("good", "bad")} <= names
    if shape == "junit":
        assert ElementTree.fromstring(done.out.encode()).get("failures") != "0"


def test_a_report_is_written_to_a_file(answers: dict[str, Done], place: Path, workspace: Path, tmp_path: Path) -> None:
    words = ("report", answers["bad"].json["run"], "--format", "html", "--workspace", str(workspace))
    printed, target = call(*words, cwd=place), tmp_path / "report.html"
    written = call(*words, "--output", str(target), cwd=place)
    assert (written.code, written.out) == (0, f"written: {target}\n")
    assert target.read_text() == printed.out and "Refuted:" in printed.out


@pytest.mark.parametrize("name", ["", "nowhere/report.html"])
@pytest.mark.parametrize("words", [("report",), ("refine", "binary_search")])
def test_a_file_that_cannot_be_written_is_said_before_any_work(
    words: tuple[str, ...], name: str, tmp_path: Path
) -> None:
    done = call(*words, "--format", "html", "--output", str(tmp_path / name), cwd=tmp_path)
    assert done.code == 2 and "--output" in done.err and ends_in_three_lines(done.err)
    assert list(tmp_path.iterdir()) == []


def test_report_of_an_unknown_run_lists_the_latest(answers: dict[str, Done], place: Path, workspace: Path) -> None:
    done = call("report", "nope", "--workspace", str(workspace), cwd=place)
    assert done.code == 2 and answers["rust"].json["run"] in done.err


def frame(text: str) -> bytes:
    body = text.encode()
    return len(body).to_bytes(4, "big") + body


def frames(data: bytes) -> list[str]:
    found = []
    while data:
        size = int.from_bytes(data[:4], "big")
        found.append(data[4 : 4 + size].decode())
        data = data[4 + size :]
    return found


def loading(source: str) -> bytes:
    return frame(load_frame(source, load_suite(TASK_PY).interface.outline(), 1).decode())


def worker(stdin: bytes, *words: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "probatum", "worker", *words]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=60)


def test_worker_serves_frames_on_stdin_and_stdout() -> None:
    source = "def double(x):\n    print('noise')\n    return 2 * x\n"
    done = worker(loading(source) + frame('["run",[[["f","double",2],["f","double",5]]]]'))
    loaded, answer = frames(done.stdout)
    assert (done.returncode, answer) == (0, "[[0,4],[0,10]]"), (loaded, done.stderr)
    assert done.stderr.startswith(b"ended: exit status 0")


def test_worker_says_when_it_was_lost() -> None:
    source = "def double(x):\n    while True:\n        pass\n"
    stdin, feed = os.pipe()  # stays open: the worker ends first
    try:
        os.write(feed, loading(source) + frame('["run",[[["f","double",2]]]]'))
        command = [sys.executable, "-m", "probatum", "worker", "--cpu", "0.2"]
        done = subprocess.run(command, stdin=stdin, capture_output=True, timeout=60)
    finally:
        os.close(stdin)
        os.close(feed)
    assert done.returncode == 1 and b"ended: cpu" in done.stderr
    assert len(frames(done.stdout)) == 1


def test_worker_confines_the_candidate() -> None:
    source = "def double(x):\n    return open('/etc/passwd').read()\n"
    done = worker(loading(source) + frame('["run",[[["f","double",2]]]]'), "--sandbox", "lock")
    assert b"root:" not in done.stdout
