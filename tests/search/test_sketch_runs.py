"""Runs that complete sketches: how many candidates it takes, what a proof leaves behind, and that the judge decides."""

from __future__ import annotations

import contextlib
import io
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from search_support import RUN, VIEW, Told, drive, entries_of, verdict_of

from probatum.authors.offline import Offline
from probatum.authors.offline.holes import fillings
from probatum.authors.offline.sketch import read_sketch
from probatum.authors.replay import read_replies
from probatum.candidate import python_candidate
from probatum.cli import main
from probatum.journal import Journal
from probatum.lab.files import read_task
from probatum.search.options import Options
from probatum.search.workers import Job, Result
from probatum.task.holes import Hole
from probatum.verdict import Outcome

SKETCH = 'def f(a: int, b: int) -> int:\n    return hole("p") * a + hole("q") * b + hole("r")\n'
HOLES = tuple(Hole(name=name, span=(-9, 9)) for name in "pqr")
TOY_VIEW = replace(VIEW, sketches=(("sketches/s.py", SKETCH),), fillers=HOLES)
INPUTS = [(a, b) for a in range(6) for b in range(6)]


def judge(wanted: Callable[[int, int], int]) -> Callable[[Job], Result]:
    """A judge by the first input on which a candidate differs from what is wanted."""

    def assess(job: Job) -> Result:
        space: dict[str, Any] = {}
        exec(job.candidate.source, space)
        wrong = next(((a, b) for a, b in INPUTS if space["f"](a, b) != wanted(a, b)), None)
        verdict = verdict_of("behaviour", [] if wrong is None else ["?"], job)
        if wrong is not None:
            [finding] = verdict.findings
            assert finding.counterexample is not None
            seen = replace(finding.counterexample, input=(f"f{wrong}",), expected=str(wanted(*wrong)))
            verdict = replace(verdict, findings=(replace(finding, counterexample=seen),))
        return Result(entries=entries_of(job, [verdict]))

    return assess


def completed(workspace: Path, wanted: Callable[[int, int], int], **more: Any) -> Told:
    return drive(
        workspace,
        author=Offline(sketches_only=True),
        assess=judge(wanted),
        options=Options(window=1, max_candidates=8000),
        seed=python_candidate("def f(a, b):\n    return 0\n"),
        view=more.pop("view", TOY_VIEW),
        **more,
    )


def accepted_in(told: Told) -> int:
    assert told.state.end is not None and told.state.end["accepted"], told.state.end
    return int(told.state.end["evaluations"])


def test_z3_completes_a_sketch_in_a_handful_where_blind_enumeration_takes_thousands(tmp_path: Path) -> None:
    told = completed(tmp_path, lambda a, b: 4 * a - 7 * b + 3)
    assert accepted_in(told) <= 8
    sketch = read_sketch("s.py", SKETCH, HOLES)
    blind = [(f["p"], f["q"], f["r"]) for f in fillings(sketch.spaces)].index(("4", "-7", "3"))
    assert blind > 2000
    assert told.kinds("author_called")[-1]["author"] == "offline/cegis"


def test_without_z3_enumeration_completes_it_too_and_passes_over_what_is_contradicted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "z3", None)
    told = completed(tmp_path, lambda a, b: 2 * a - b + 1)
    assert 3 <= accepted_in(told) <= 8
    assert {e["author"] for e in told.kinds("author_called")} == {"seed", "offline/sketch"}


def test_a_sketch_that_the_interpreter_cannot_follow_is_enumerated_blindly(tmp_path: Path) -> None:
    text = SKETCH.replace("return", "for _ in range(1):\n        return")
    holes = tuple(replace(hole, span=(-2, 2)) for hole in HOLES)
    view = replace(VIEW, sketches=(("sketches/s.py", text),), fillers=holes)
    told = completed(tmp_path, lambda a, b: a - b + 1, view=view)
    place = [tuple(f.values()) for f in fillings(read_sketch("s.py", text, holes).spaces)].index(("1", "-1", "1"))
    assert accepted_in(told) == place + 2 > 30  # the seed, and those before it


def test_what_satisfies_every_counterexample_and_is_wrong_is_refuted_and_teaches_the_next_one(tmp_path: Path) -> None:
    told = completed(tmp_path, lambda a, b: 4 * a - 7 * b + 3)
    trials = [trial for trial in told.state.trials.values() if trial.author == "offline/cegis"]
    refuted = [trial for trial in trials if trial.outcome == Outcome.REFUTED]
    assert refuted
    known = [("f(0, 0)", "3")]
    for trial in trials:
        space: dict[str, Any] = {}
        with Journal.open(tmp_path, create=False) as journal:
            exec(journal.get(trial.files["sut.py"]), space)
        assert all(str(eval(call, space)) == answer for call, answer in known)
        for verdict in trial.verdicts:
            for finding in verdict["findings"]:
                seen = finding["counterexample"]
                assert (seen["input"][0], seen["expected"]) not in known
                known.append((seen["input"][0], seen["expected"]))


def test_a_sketch_without_a_right_filling_ends_in_a_proof_that_is_told_once(tmp_path: Path) -> None:
    told = completed(tmp_path, lambda a, b: a * a)
    assert told.state.end is not None and not told.state.end["accepted"]
    [proof] = [turn.proved for turn in told.state.turns if turn.proved]
    assert proof.startswith("sketch sketches/s.py: no filling satisfies these ") and "(unsat, z3 " in proof
    assert told.state.turns[-1].passed and not told.state.turns[-2].candidate
    assert told.state.end["evaluations"] <= 10


def test_a_replay_gives_the_same_proof(tmp_path: Path) -> None:
    told = completed(tmp_path / "w", lambda a, b: a * a)
    with Journal.open(tmp_path / "w", create=False) as journal:
        author = read_replies(journal, RUN, "offline")
    again = drive(
        tmp_path / "again",
        author=author,
        assess=judge(lambda a, b: a * a),
        options=Options(window=1, max_candidates=8000, max_turns=len(told.state.turns)),
        seed=python_candidate("def f(a, b):\n    return 0\n"),
        view=TOY_VIEW,
    )
    assert [e.body for e in again.events[1:-1]] == [e.body for e in told.events[1:-1]]


def test_the_same_question_is_answered_the_same_way(tmp_path: Path) -> None:
    runs = [completed(tmp_path / name, lambda a, b: 4 * a - 7 * b + 3) for name in "ab"]
    assert runs[0].kinds("author_called") == runs[1].kinds("author_called")


def changed_task(folder: Path, old: str, new: str) -> Path:
    """quorum_count with one line of its task.toml changed."""
    task = folder / "quorum_count"
    task.mkdir()
    for path, data in read_task("quorum_count").files.items():
        (task / path).parent.mkdir(parents=True, exist_ok=True)
        (task / path).write_bytes(data)
    text = (task / "task.toml").read_text()
    assert text.count(old) == 1
    (task / "task.toml").write_text(text.replace(old, new))
    return task


def ran(*words: object) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(["run", *map(str, words)])
    return code, out.getvalue(), err.getvalue()


@pytest.mark.slow
def test_the_sketch_of_quorum_count_is_completed_and_accepted_by_the_real_judge(tmp_path: Path) -> None:
    code, out, err = ran(
        "quorum_count", "--author", "offline:sketch", "--rng-seed", 5, "--workspace", tmp_path, "--workers", 1
    )
    assert code == 0, (out, err)
    assert "by offline/cegis: sketch sketches/threshold.py: " in out
    tried = int(out.split(" candidates tried")[0].split()[-1])
    assert tried <= 40


@pytest.mark.slow
def test_the_answer_of_a_run_shows_the_proof(tmp_path: Path) -> None:
    task = changed_task(tmp_path, "[holes.share]\nrange = [1, 4]", "[holes.share]\nrange = [1, 1]")
    words = ("--author", "offline:sketch", "--rng-seed", 5, "--workspace", tmp_path / "w", "--workers", 1)
    code, out, _ = ran(task, *words)
    assert code == 3
    [line] = [line for line in out.splitlines() if line.startswith("proved ")]
    assert "sketch sketches/threshold.py: no filling satisfies these " in line and "is_quorum(" in line
    assert "the author has nothing more to propose" in out
    with contextlib.redirect_stdout(io.StringIO()):
        page = tmp_path / "page.html"
        assert main(["report", "--format", "html", "--output", str(page), "--workspace", str(tmp_path / "w")]) == 0
    assert "Found out: sketch sketches/threshold.py: no filling satisfies these " in page.read_text()


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("range = [4, 1]", "the range from 4 to 1 is empty"),
        ("range = [1, 4.5]", "range must be two whole numbers"),
        ("range = [1, 4]\nvalues = ['n']", "hole share has values and range"),
        ("ranges = [1, 4]", "hole share has nothing that may fill it"),
        ("values = ['n +']", "is no expression without holes"),
        ("expressions = ['n']\nsize = 12", "size is the number 12"),
        ("expressions = ['n']\noperators = ['**']", "unknown operator **"),
        ("expressions = ['n: float']", "n: float is no variable"),
        ("expressions = ['n']\nconstants = [0.5]", "constants must be whole numbers"),
    ],
)
def test_a_wrong_declaration_of_a_hole_is_one_line(tmp_path: Path, new: str, said: str) -> None:
    task = changed_task(tmp_path, "[holes.share]\nrange = [1, 4]", f"[holes.share]\n{new}")
    code, _, err = ran(task, "--author", "offline:sketch", "--workspace", tmp_path / "w")
    assert code == 2
    [line] = [line for line in err.splitlines() if said in line]
    assert "share" in line


def test_a_hole_that_is_not_declared_is_one_line(tmp_path: Path) -> None:
    task = changed_task(tmp_path, "[holes.share]", "[holes.stake]")
    code, _, err = ran(task, "--author", "offline:sketch", "--workspace", tmp_path / "w")
    assert code == 2 and 'hole("share") is not declared' in err
    shutil.rmtree(task)
