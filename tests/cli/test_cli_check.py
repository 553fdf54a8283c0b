"""`probatum check`: one exit code per ending, one JSON object, words that help, and nothing else on the streams."""

import contextlib
import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from cli_support import (
    SCHEMA,
    TASK_PY,
    Done,
    call,
    check,
    ends_in_three_lines,
    fits_schema,
    make_task,
    mismatches,
    no_compiler,
    spawned,
)

from probatum import ledger
from probatum.checking import ended_early
from probatum.cli import endings
from probatum.errors import InfrastructureError
from probatum.events import EventKind
from probatum.journal import Journal, save_secret
from probatum.lab.files import read_task
from probatum.lab.seeds import chosen_seeds

CONTRACT = "task task_digest candidate accepted outcome fitness progress score levels sandbox calibration not_shown"
LEVEL = "level outcome strength scope seconds cpu_seconds findings"


def named(done: Done, level: str) -> dict[str, object]:
    """A level's verdict in an answer."""
    return next(v for v in done.json["levels"] if v["level"] == level)


@pytest.mark.parametrize(
    ("name", "code", "outcome"),
    [
        ("good", 0, "HOLDS"),
        ("bad", 1, "REFUTED"),
        ("broken", 1, "REFUTED"),
        ("two", 1, "REFUTED"),
        ("rust", 3, "INCONCLUSIVE"),
    ],
)
def test_every_verdict_has_its_exit_code(answers: dict[str, Done], name: str, code: int, outcome: str) -> None:
    done = answers[name]
    assert (done.code, done.json["outcome"], done.json["accepted"]) == (code, outcome, code == 0), done


@pytest.mark.parametrize("name", ["good", "bad", "broken", "two", "rust"])
def test_the_json_object_fits_its_schema_and_the_contract(answers: dict[str, Done], name: str) -> None:
    body = answers[name].json
    assert fits_schema(body) == []
    assert set(CONTRACT.split()) <= set(body)
    assert body["levels"]
    for level in body["levels"]:
        assert set(LEVEL.split()) <= set(level)
    assert (body["ending"] is None) == body["accepted"]


def test_the_schema_check_can_fail(answers: dict[str, Done]) -> None:
    body = answers["bad"].json
    root = json.loads(SCHEMA.read_text())
    for spoil in (
        {"accepted": "no"},
        {"score": 1.5},
        {"levels": [{"level": "x"}]},
        {"sandbox": [3]},
        {"outcome": "PASS"},
    ):
        assert fits_schema({**body, **spoil}), spoil
    assert mismatches({}, root, root)


def test_json_is_all_there_is(answers: dict[str, Done]) -> None:
    assert [done.err for done in answers.values()] == [""] * 5


def test_a_refutation_shows_the_smallest_input_with_its_law_and_commands(
    answers: dict[str, Done], workspace: Path
) -> None:
    level = answers["bad"].json["levels"][-1]
    finding = next(f for f in level["findings"] if f["law"] == "equality")
    shown = finding["counterexample"]
    assert shown["input"] == ["double(1)"]
    assert (shown["observed"], shown["expected"]) == ("3", "2")
    assert finding["requirements"] == ["D-1"] and finding["blame"] == "candidate"
    digest = shown["transcript"][:16]
    assert shown["rejudge"] == f"probatum verify {digest} --workspace {workspace}"
    assert shown["retry"] == f"probatum check double --candidate bad --workspace {workspace} --input {digest}"


def test_what_is_read_off_the_bytes_names_its_level(answers: dict[str, Done]) -> None:
    laws = {
        name: [(v["level"], f["law"]) for v in answers[name].json["levels"] for f in v["findings"]] for name in answers
    }
    assert laws["broken"] == [("build", "compiles")]
    assert laws["two"] == [("boundary", "editable_files")]


def test_a_chosen_seed_is_reported_as_examples_and_never_as_fresh(answers: dict[str, Done]) -> None:
    level = named(answers["good"], "behaviour")
    assert level["strength"] == "EXAMPLE"
    assert "examples chosen by seed 7" in level["scope"]["sentence"]
    assert any("chosen by a seed" in said for said in answers["good"].json["not_shown"])


def test_without_a_seed_inputs_are_sampled(place: Path, tmp_path: Path) -> None:
    body = check("good", "--json", cwd=place, workspace=tmp_path / "w").json
    level = next(v for v in body["levels"] if v["level"] == "behaviour")
    assert level["strength"] == "SAMPLED"
    assert "examples" not in level["scope"]["sentence"]


def stable(done: Done) -> object:
    """A JSON answer without times, names of runs and heads of journals."""
    body = done.json
    for name in ("run", "journal_head"):
        del body[name]
    for level in body["levels"]:
        del level["seconds"], level["cpu_seconds"]
    return body


@pytest.mark.parametrize("name", ["good", "bad"])
def test_the_same_seed_gives_the_same_answer(lonely: Path, tmp_path: Path, name: str) -> None:
    first, second = (
        stable(call("check", "double", "--candidate", name, "--seed", "5", "--json", cwd=lonely)) for _ in "12"
    )
    if name == "bad":  # the second time it is known
        assert isinstance(second, dict) and second.pop("known") and not first.pop("known")  # type: ignore[union-attr]
    assert first == second


def test_a_refutation_is_sticky(answers: dict[str, Done], place: Path, workspace: Path) -> None:
    again = check("bad", "--json", cwd=place, workspace=workspace)
    assert again.code == 1 and again.json["known"] and again.json["run"] == ""
    assert again.json["levels"] == answers["bad"].json["levels"]
    text = check("bad", cwd=place, workspace=workspace).out
    assert "This refutation was in the journal already; nothing ran." in text


def test_human_words_for_a_refutation(answers: dict[str, Done], place: Path, workspace: Path) -> None:
    done = check("bad", cwd=place, workspace=workspace)
    lines = done.out.splitlines()
    assert "  law equality: Every answer equals the oracle's. [D-1]" in lines
    at = lines.index("      double(1)")
    assert [line.split() for line in lines[at + 1 : at + 3]] == [["observed", "3"], ["expected", "2"]]
    assert "  not shown" in lines and any(line.startswith("  calibration") for line in lines)
    assert ends_in_three_lines(done.out)
    assert lines[-2] == "evidence: double(1) => 3 (expected: 2)"
    assert done.err == ""


def test_human_words_for_an_acceptance(place: Path, tmp_path: Path) -> None:
    done = check("good", cwd=place, workspace=tmp_path / "w")
    assert done.code == 0 and done.out.splitlines()[0].endswith("accepted")
    assert "behaviour   HOLDS          sampled" in done.out
    assert "not checked: conformance" in done.out
    assert not ends_in_three_lines(done.out) and done.err == ""


def test_a_skipped_level_is_inconclusive_and_says_how_to_go_on(
    place: Path, workspace: Path, answers: dict[str, Done]
) -> None:
    with no_compiler(workspace.parent):
        done = check("rust", cwd=place, workspace=workspace)
    assert done.code == 3 and ends_in_three_lines(done.out)
    assert "Install Rust" in done.out and done.out.rstrip().endswith("probatum doctor")


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check", "double", "--candidate", "nowhere"), "there is no folder nowhere"),
        (("check", "doubel", "--candidate", "good"), "no folder and no shipped task is called 'doubel'"),
        (("check", "kv_stor_v1", "--candidate", "good"), "kv_store_v1"),
        (("check", "double"), "Missing option '--candidate'"),
        (("check", "double", "--candidate", "good", "--seed", "x"), "'x' is not a valid integer"),
        (("check", "double", "--candidate", "good", "--start", "top"), "'top' is not one of"),
        (("check", "double", "--candidate", "good", "--nonsense"), "No such option"),
        (("check", "double", "--candidate", "good", "--input", "abc"), "no stored transcript has a digest that begins"),
        (("chekc",), "did you mean: check?"),
        (("--nonsense",), "No such option"),
        (("verify", "--workspace", "nowhere"), "there is no journal in nowhere"),
        (("report", "--workspace", "nowhere"), "there is no journal in nowhere"),
    ],
)
def test_usage_errors_end_in_2_with_help(lonely: Path, words: tuple[str, ...], said: str, as_json: bool) -> None:
    done = call(*words, *(["--json"] if as_json else []), cwd=lonely)
    assert done.code == 2
    if as_json:
        assert fits_schema(done.json) == [] and done.err == ""
        assert said in done.json["error"]["message"] + done.json["error"]["fix"]
        assert done.json["error"]["kind"] == "usage" and not done.json["accepted"]
    else:
        assert done.out == "" and said in done.err and ends_in_three_lines(done.err)


def test_a_corrupt_task_is_a_task_error(lonely: Path) -> None:
    (lonely / "double" / "task.toml").write_text("title = \n")
    done = call("check", "double", "--candidate", "good", "--json", cwd=lonely)
    assert done.code == 2 and done.json["error"]["kind"] == "task" and "task.toml" in done.json["error"]["message"]
    assert call("check", "double", "--candidate", "good", cwd=lonely).err.startswith("known:    the task is wrong")


def test_a_law_that_is_false_of_the_oracle_is_a_task_error_and_the_run_is_closed(lonely: Path) -> None:
    make_task(lonely / "double", TASK_PY.replace("% 2 == 0", "% 4 == 0"))
    done = call("check", "double", "--candidate", "good", "--json", cwd=lonely)
    assert done.code == 2 and "false of the oracle" in done.json["error"]["message"]
    with Journal.open(lonely / ".probatum") as journal:
        kinds = [event.kind for event in journal.events()]
    assert kinds[-2:] == [EventKind.SECRET_REVEALED, EventKind.RUN_ENDED]
    assert EventKind.CANDIDATE_JUDGED not in kinds
    assert list((lonely / ".probatum" / "secrets").iterdir()) == []


def test_a_damaged_journal_ends_in_4(lonely: Path) -> None:
    (lonely / ".probatum").mkdir()
    (lonely / ".probatum" / "journal.sqlite").write_bytes(b"not a journal" * 100)
    done = call("check", "double", "--candidate", "good", "--json", cwd=lonely)
    assert done.code == 4 and done.json["error"]["kind"] == "infrastructure"
    assert fits_schema(done.json) == []


def test_what_nobody_expected_ends_in_4_with_one_line_and_a_way_to_the_traceback(lonely: Path) -> None:
    words = ("check", "double", "--candidate", "good", "--workspace", "a\0b")
    done = call(*words, cwd=lonely)
    assert done.code == 4 and ends_in_three_lines(done.err) and len(done.err.splitlines()) == 3
    assert "ValueError" in done.err and "PROBATUM_DEBUG=1" in done.err and "Traceback" not in done.err


def test_the_traceback_is_there_when_asked_for(lonely: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(endings.DEBUG, "1")
    done = call("check", "double", "--candidate", "good", "--workspace", "a\0b", cwd=lonely)
    assert done.code == 4 and "Traceback" in done.err


@pytest.mark.parametrize(
    ("problem", "kind"),
    [(KeyboardInterrupt(), EventKind.STOPPED), (InfrastructureError("gone"), EventKind.INFRASTRUCTURE_FAILED)],
)
def test_a_run_that_ends_early_says_why(lonely: Path, problem: BaseException, kind: EventKind) -> None:
    workspace, seeds = lonely / "w", chosen_seeds(1)
    with Journal.open(workspace) as journal:
        save_secret(workspace, "r", seeds.secret)
        ledger.begin(journal, "r", read_task("double"), seeds, {})
        with contextlib.suppress(type(problem)), ended_early(journal, workspace, "r", seeds):
            raise problem
        kinds = [event.kind for event in journal.events()]
    assert kinds == [EventKind.RUN_STARTED, kind, EventKind.SECRET_REVEALED, EventKind.RUN_ENDED]


@pytest.mark.slow
def test_ctrl_c_keeps_everything_and_ends_in_4(lonely: Path) -> None:
    command = [sys.executable, "-m", "probatum", "check", "kv_store_v1", "--candidate", "good", "--workspace", "w"]
    with subprocess.Popen(command, cwd=lonely, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while process.poll() is None and not started(lonely / "w"):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.05)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 4 and b"stopped by Ctrl-C" in err and b"Traceback" not in err
    with Journal.open(lonely / "w") as journal:
        assert EventKind.STOPPED in [event.kind for event in journal.events()]
        assert journal.check() == []


def started(workspace: Path) -> bool:
    if not (workspace / "journal.sqlite-head").is_file():
        return False
    with Journal.open(workspace, create=False) as journal:
        return any(True for _ in journal.events(kind=EventKind.CANDIDATE_SUBMITTED))


def test_one_stored_input_refutes_or_says_nothing(
    answers: dict[str, Done], place: Path, tmp_path: Path, workspace: Path
) -> None:
    findings = answers["bad"].json["levels"][-1]["findings"]
    digest = next(f["counterexample"]["transcript"] for f in findings if f["law"] == "equality")
    other = place / "worse"
    other.mkdir(exist_ok=True)
    (other / "sut.py").write_text("def double(x: int) -> int:\n    return 5 * x\n")
    refuted = check("worse", "--input", digest[:12], "--json", cwd=place, workspace=workspace)
    assert refuted.code == 1 and [v["level"] for v in refuted.json["levels"] if v["findings"]] == ["regression"]
    nothing = check("good", "--input", digest, "--json", cwd=place, workspace=workspace)
    assert nothing.code == 3 and not nothing.json["accepted"] and nothing.json["outcome"] == "INCONCLUSIVE"
    assert "only the stored input" in nothing.json["reason"]


def test_a_candidate_that_cannot_be_loaded_is_refuted_as_such_and_not_by_the_input(
    answers: dict[str, Done], place: Path, workspace: Path
) -> None:
    digest = answers["bad"].json["levels"][-1]["findings"][0]["counterexample"]["transcript"]
    done = check("broken", "--input", digest, "--json", cwd=place, workspace=workspace)
    assert done.code == 1 and done.json["levels"][-1]["level"] == "build"


def test_nothing_runs_after_a_boundary_without_toolchain(answers: dict[str, Done]) -> None:
    assert [(v["level"], v["outcome"]) for v in answers["rust"].json["levels"]] == [("boundary", "SKIPPED")]


def test_a_stored_input_of_another_task_is_refused(answers: dict[str, Done], place: Path, workspace: Path) -> None:
    digest = answers["bad"].json["levels"][-1]["findings"][0]["counterexample"]["transcript"]
    words = (
        "check",
        "binary_search",
        "--candidate",
        "good",
        "--workspace",
        str(workspace),
        "--input",
        digest,
        "--json",
    )
    done = call(*words, cwd=place)
    assert done.code == 2 and "double" in done.json["error"]["message"]


def test_start_auto_begins_where_the_latest_candidate_stopped_and_still_runs_what_is_below(lonely: Path) -> None:
    assert check("bad", cwd=lonely, workspace=lonely / "w").code == 1
    done = check("good", "--start", "auto", "--json", cwd=lonely, workspace=lonely / "w")
    assert done.code == 0
    assert [v["level"] for v in done.json["levels"]] == [
        "boundary",
        "build",
        "regression",
        "behaviour",
        "memory",
        "schedules",
        "simulation",
    ]
    with Journal.open(lonely / "w") as journal:
        options = [event.body["options"] for event in journal.events(kind=EventKind.RUN_STARTED)]
    assert [o["start"] for o in options if isinstance(o, dict)] == ["boundary", "behaviour"]


def test_the_lock_tier_judges_without_bubblewrap(place: Path, tmp_path: Path) -> None:
    done = check("bad", "--sandbox", "lock", "--json", cwd=place, workspace=tmp_path / "w")
    assert done.code == 1 and done.json["sandbox"][0] == "tier lock"


def test_the_workspace_is_the_nearest_one_above(lonely: Path) -> None:
    (lonely / ".probatum").mkdir()
    below = lonely / "deep" / "er"
    below.mkdir(parents=True)
    assert call("check", str(lonely / "double"), "--candidate", str(lonely / "two"), cwd=below).code == 1
    assert (lonely / ".probatum" / "journal.sqlite").is_file()
    assert list(below.iterdir()) == []


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder where nobody may write")
def test_a_folder_that_cannot_be_written_gets_a_temporary_workspace_and_says_so(lonely: Path) -> None:
    done = call("check", str(lonely / "double"), "--candidate", str(lonely / "two"), cwd=Path("/proc"))
    assert done.code == 1 and "cannot be written, so the journal of this command is in" in done.err
    temporary = done.err.split()[-1]
    assert f"--workspace {temporary}" in done.out.splitlines()[-1]
    quiet = call("check", str(lonely / "double"), "--candidate", str(lonely / "two"), "--json", cwd=Path("/proc"))
    assert quiet.err == "" and "--workspace" in quiet.json["ending"]["next"]


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_goes_away_changes_nothing_and_causes_no_traceback(lonely: Path, unbuffered: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        env = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
        command = [sys.executable, "-m", "probatum", "check", "double", "--candidate", "two"]
        done = subprocess.run(command, cwd=lonely, stdout=writing, stderr=subprocess.PIPE, timeout=60, env=env)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_an_answer_that_cannot_be_written_ends_in_4(lonely: Path, unbuffered: str) -> None:
    python = shlex.quote(sys.executable)
    line = f"PYTHONUNBUFFERED={unbuffered} {python} -m probatum check double --candidate two > /dev/full"
    done = subprocess.run(["bash", "-c", line], cwd=lonely, capture_output=True, timeout=60)
    assert done.returncode == 4 and b"No space left" in done.stderr and len(done.stderr.splitlines()) == 3


def test_a_closed_stdout_changes_no_exit_code(lonely: Path) -> None:
    line = f"{shlex.quote(sys.executable)} -m probatum check double --candidate two >&-"
    done = subprocess.run(["bash", "-c", line], cwd=lonely, capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == (1, b"")


def test_a_candidate_cannot_write_the_answer(lonely: Path) -> None:
    source = "def double(x):\n    raise ValueError('\\x1b[2K\\rknown:    accepted\\n\\ud800\\u2265')\n"
    (lonely / "good" / "sut.py").write_text(source)
    done = spawned("check", "double", "--candidate", "good", cwd=lonely, env={"PYTHONIOENCODING": "latin-1"})
    assert done.code == 1 and "\x1b" not in done.out and "\r" not in done.out
    assert sum(line.startswith("known:") for line in done.out.splitlines()) == 1
    again = spawned("check", "double", "--candidate", "good", "--json", cwd=lonely, env={"PYTHONIOENCODING": "latin-1"})
    assert again.code == 1 and fits_schema(again.json) == []


def test_pipes_are_quiet_and_python_m_works(lonely: Path) -> None:
    done = spawned("check", "double", "--candidate", "two", "--json", cwd=lonely)
    assert done.code == 1 and done.err == "" and fits_schema(done.json) == []


def test_a_stored_candidate_is_named_by_its_digest(answers: dict[str, Done], place: Path, workspace: Path) -> None:
    """Commands printed by `run` name a candidate that has no folder: the journal has it."""
    wanted = answers["bad"].json["candidate"]
    again = check(wanted[:16], "--json", cwd=place, workspace=workspace)
    assert (again.code, again.json["candidate"]) == (1, wanted)
    assert check("0123456789abcdef", cwd=place, workspace=workspace).code == 2
