"""Level objective of what threads share: measured when asked for, of what holds; wrong answers refute, times never."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from probatum.candidate import Candidate
from probatum.cascade import assess, fitness
from probatum.cli import main
from probatum.errors import TaskError
from probatum.judge.lane import Lane
from probatum.judge.throughput.paired import figure_of
from probatum.lab.files import find_task, read_task, shipped_tasks
from probatum.lab.seeds import chosen_seeds, fresh_seeds
from probatum.levels.boundary import Boundary
from probatum.levels.build import Build
from probatum.levels.context import Context
from probatum.levels.throughput import PAIRS, Throughput
from probatum.sandbox.probe import best_tier
from probatum.task.model import GateLevel, Task
from probatum.task.parse import parse_task
from probatum.toolchains.rust.compiler import find_compiler
from probatum.toolchains.rust.concurrent.measure import cpus
from probatum.verdict import Assessment, Outcome, Strength, Verdict

FOLDER = Path(__file__).parents[3] / "tasks" / "treiber_stack"
GOOD = (FOLDER / "canaries" / "good" / "reference" / "sut.rs").read_text()
LAZY = GOOD.replace(".push(value)", ".truncate(500)").replace(
    "pub fn push(&self, value: T) {",
    "pub fn push(&self, value: T) { if self.items.lock().unwrap().len() < 40 { "
    "self.items.lock().unwrap().push(value); return; } let _ = value;",
)
"""Right in small, as in every client of the ladder; it stops storing when there is much to do."""
FIGURE = ("ratio", "low", "high")
pytestmark = pytest.mark.skipif(find_compiler() is None, reason="there is no Rust compiler")


def source_of(name: str) -> str:
    return (find_task(name) / "task.py").read_text()


def task_with(calls: int, rounds: int) -> Task:
    "The stack, measured by fewer calls."
    files = {
        str(path.relative_to(FOLDER)): path.read_bytes()
        for path in FOLDER.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    source = files["task.py"].decode()
    assert "\n@throughput\n" in source
    files["task.py"] = source.replace("\n@throughput\n", f"\n@throughput(calls={calls}, rounds={rounds})\n").encode()
    return parse_task("treiber_stack", files)


@pytest.fixture(scope="module")
def lane() -> Iterator[Lane]:
    with Lane(task_with(400, 2), tier=best_tier()) as lane:
        yield lane


def rust(source: str) -> Candidate:
    return Candidate(files={"sut.rs": source.encode()})


def measured(lane: Lane, source: str) -> tuple[Verdict, Context]:
    context = Context(lane=lane, seeds=chosen_seeds(5), task_word="T", candidate_word="C")
    return Throughput().check(lane.task, rust(source), context), context


def test_a_candidate_that_holds_is_given_a_figure_for_each_number_of_threads(lane: Lane) -> None:
    verdict, _ = measured(lane, GOOD)
    told = dict(verdict.measures)
    assert (verdict.outcome, verdict.strength, verdict.scope.count("pairs")) == (Outcome.HOLDS, Strength.EXAMPLE, PAIRS)
    threads = [1, 2][: cpus()]
    assert next(iter(told)) == "times_reference"
    assert all(0 < told[f"low_at_{n}"] <= told[f"ratio_at_{n}"] <= told[f"high_at_{n}"] for n in threads)
    for n in threads:
        again = figure_of([told[f"pair_{pair}_at_{n}"] for pair in range(1, PAIRS + 1)])
        assert [again.ratio, again.low, again.high] == pytest.approx([told[f"{x}_at_{n}"] for x in FIGURE], abs=1e-3)
    assert all(f"at {n} thread" in verdict.scope.text for n in (1, 2))
    assert verdict.transcripts == ()


def test_who_leaves_out_work_when_there_is_much_is_refuted_by_a_stored_round(lane: Lane) -> None:
    verdict, context = measured(lane, LAZY)
    assert (verdict.outcome, verdict.measures) == (Outcome.REFUTED, ())
    [finding] = verdict.findings
    shown = finding.counterexample
    assert shown is not None
    assert (finding.law, shown.retry) == ("equality", "probatum check T --candidate C --measure")
    assert shown.transcript in verdict.transcripts
    assert lane.rejudge(context.blobs[shown.transcript].decode()) == ["equality"]


def test_a_candidate_that_panics_is_not_measured(lane: Lane) -> None:
    verdict, _ = measured(
        lane, GOOD.replace(".push(value)", ".push(value); assert!(self.items.lock().unwrap().len() < 40)")
    )
    assert (verdict.outcome, verdict.findings, verdict.measures) == (Outcome.INCONCLUSIVE, (), ())
    assert verdict.reason.startswith("not measured: ")


def test_a_python_candidate_has_no_throughput(lane: Lane) -> None:
    context = Context(lane=lane, seeds=chosen_seeds(5))
    found = Throughput().check(lane.task, Candidate(files={"sut.py": b""}), context)
    assert found.outcome is Outcome.NOT_APPLICABLE


def test_a_control_that_answers_wrongly_is_a_task_error(lane: Lane) -> None:
    canaries = tuple(
        replace(c, files={"sut.rs": LAZY.encode()}) if (c.kind, c.name) == ("good", "reference") else c
        for c in lane.task.canaries
    )
    context = Context(lane=lane, seeds=chosen_seeds(5))
    with pytest.raises(TaskError, match="the control does not do what it is measured by"):
        Throughput().check(replace(lane.task, canaries=canaries), rust(GOOD), context)


def assessed(lane: Lane, source: str, *, measure: bool, gate: tuple[str, ...] = ("boundary", "build")) -> Assessment:
    "Judged by two levels, under a gate that asks for some."
    task = replace(lane.task, gate=tuple(GateLevel(level=name, at_least=()) for name in gate))
    context = Context(lane=lane, seeds=chosen_seeds(5), measure=measure)
    return assess(task, rust(source), context, levels=(Boundary(), Build()))


def test_nothing_is_measured_unless_it_is_asked_for(lane: Lane) -> None:
    assert assessed(lane, GOOD, measure=False).verdict("objective") is None


@pytest.mark.parametrize(
    ("source", "gate"),
    [
        (GOOD, ("boundary", "build", "memory")),
        ("use std::fs;" + GOOD, ("boundary",)),
        (GOOD + "}", ("boundary", "build")),
    ],
    ids=["the gate asks for more than ran", "refuted by its text", "does not compile"],
)
def test_only_what_the_gate_accepts_is_measured(lane: Lane, source: str, gate: tuple[str, ...]) -> None:
    found = assessed(lane, source, measure=True, gate=gate)
    assert not found.accepted
    assert found.verdict("objective") is None


def test_a_wrong_answer_while_it_is_measured_takes_acceptance_back(lane: Lane) -> None:
    assert assessed(lane, LAZY, measure=False).accepted
    found = assessed(lane, LAZY, measure=True)
    assert (found.accepted, found.outcome) == (False, Outcome.REFUTED)


def holding(*measures: tuple[str, float]) -> tuple[Verdict, ...]:
    ladder = tuple(Verdict(level=name, outcome=Outcome.HOLDS) for name in ("boundary", "build"))
    more = Verdict(level="objective", outcome=Outcome.HOLDS, measures=measures)
    return (*ladder, more) if measures else ladder


def test_the_figure_comes_last_in_fitness_and_holds_no_level() -> None:
    names = ["boundary", "build"]
    assert fitness(holding(), names) == (2.0, 0.0)
    assert fitness(holding(("times_reference", 1.5), ("ratio_at_1", 9.0)), names) == (2.0, 0.0, 1.5)
    slow, fast = (fitness(holding(("times_reference", times)), names) for times in (0.5, 2.0))
    assert slow < fast


@pytest.mark.soak
@pytest.mark.parametrize("name", ["reference", "hidden_lock"])
def test_check_measures_what_holds(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["check", str(FOLDER), "--candidate", str(FOLDER / "canaries" / "good" / name), "--measure", "--json"]
    assert main([*words, "--workspace", str(tmp_path)]) == 0
    answer = json.loads(capsys.readouterr().out)
    measures = answer["levels"][-1]["measures"]
    assert (answer["levels"][-1]["level"], answer["accepted"]) == ("objective", True)
    assert answer["fitness"][-1] == measures["times_reference"]


@pytest.mark.soak
def test_run_measures_the_winner_in_a_run_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    start = str(FOLDER / "canaries" / "good" / "hidden_lock")
    words = ["run", str(FOLDER), "--seed-candidate", start, "--max-candidates", "1", "--measure", "--json"]
    assert main([*words, "--workspace", str(tmp_path)]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["measured"]["run"] not in ("", answer["run"])
    assert answer["measured"]["measures"]["ratio_at_1"] > 0
    assert len(answer["fitness"]) == 3, "the search knows levels, credit and progress, and no time"
    assert main(["replay", answer["run"], "--task", str(FOLDER), "--workspace", str(tmp_path)]) == 0


@pytest.mark.soak
@pytest.mark.parametrize("name", [name for name in shipped_tasks() if "@throughput" in source_of(name)])
def test_good_canaries_answer_rightly_while_they_are_measured(name: str) -> None:
    task = read_task(name)
    with Lane(task, tier=best_tier()) as lane:
        for canary in (c for c in task.canaries if c.kind == "good"):
            found = Throughput().check(task, Candidate(files=canary.files), Context(lane=lane, seeds=fresh_seeds()))
            assert (canary.name, found.outcome, found.reason) == (canary.name, Outcome.HOLDS, "")
