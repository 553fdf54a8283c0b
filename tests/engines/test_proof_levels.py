"""Levels bounded and deductive: on the ladder of a task that asks for them, skipped aloud without their engine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from recorded import OK_CHECKS, harness_text, kani_text, verus_text

from probatum.candidate import Candidate
from probatum.cascade import ABOVE, assess
from probatum.doctor import examine
from probatum.engines import kani, verus
from probatum.judge.lane import Lane
from probatum.lab.files import find_task, read_candidate, read_task, shipped_tasks
from probatum.lab.seeds import chosen_seeds
from probatum.levels.context import Context
from probatum.levels.proofs import Bounded, Deductive, declares
from probatum.sandbox.probe import best_tier
from probatum.task.model import Task
from probatum.toolchains.rust.compiler import find_compiler
from probatum.verdict import Outcome, Strength, Verdict, judged

KANI_RS = '#[path = "sut.rs"] mod sut;\npub mod types {}\n#[kani::proof]\nfn control() { assert!(sut::ok()); }\n'
VERUS_RS = 'use vstd::prelude::*;\n#[path = "sut.rs"] mod sut;\nverus! { fn f() ensures true { sut::f() } }\n'
RUST = Candidate(files={"sut.rs": b"pub fn search(items: Vec<i64>, target: i64) -> Option<u64> { None }"})
PYTHON = Candidate(files={"sut.py": b"def search(items, target):\n    return None\n"})
FAILED = tuple((n, "FAILURE" if at == 0 else s, t, w) for at, (n, s, t, w) in enumerate(OK_CHECKS))
UNREACHED = tuple((n, "UNREACHABLE" if at == 0 else s, t, w) for at, (n, s, t, w) in enumerate(OK_CHECKS))
SMALL = tuple((n, "FAILURE" if at == 2 else "UNDETERMINED", t, w) for at, (n, s, t, w) in enumerate(OK_CHECKS))
RECORDED_KANI = """#!/bin/sh
case "$1" in --version) echo "Kani Rust Verifier 0.67.0"; exit 0;; esac
at() { cat "$(dirname "$0")/$1"; exit "$2"; }
grep -q "n < 3" kani.rs && at unreached 0
grep -q "78" sut.rs && at failed 1
grep -q "while" sut.rs && at small 1
at good 0
"""
RECORDED_VERUS = """#!/bin/sh
case "$1" in --version) printf "Verus\\n  Version: 0.2026.08.30\\n"; exit 0;; esac
grep -q "assume" sut.rs && { echo "error: assume/admit not allowed with --no-cheating" >&2; exit 1; }
grep -q "78" sut.rs && { cat "$(dirname "$0")/open"; exit 1; }
cat "$(dirname "$0")/proved"
"""


def task_with(folder: Path, gate: str, **files: str) -> Task:
    """`binary_search` with more in its gate, and more files."""
    shutil.copytree(find_task("binary_search"), folder, ignore=shutil.ignore_patterns("__pycache__"))
    toml = (folder / "task.toml").read_text()
    (folder / "task.toml").write_text(toml.replace("[candidate]", f"{gate}\n[candidate]", 1))
    for name, text in files.items():
        (folder / f"{name}.rs").write_text(text)
    return read_task(str(folder))


@pytest.fixture(scope="module")
def lane() -> Iterator[Lane]:
    with Lane(read_task("binary_search"), tier=best_tier()) as opened:
        yield opened


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Programs called kani and verus that answer as those are recorded to, and nothing else in the PATH."""
    place = tmp_path / "bin"
    place.mkdir()
    texts = {"good": kani_text(), "failed": kani_text(harness_text(FAILED), ok=0, failures=1)}
    texts |= {
        "unreached": kani_text(harness_text(UNREACHED)),
        "small": kani_text(harness_text(SMALL), ok=0, failures=1),
    }
    texts |= {"proved": verus_text(), "open": verus_text(success=False, errors=1, verified=1)}
    texts |= {"kani": RECORDED_KANI, "verus": RECORDED_VERUS}
    for name, text in texts.items():
        (place / name).write_text(text)
        (place / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}:/usr/bin:/bin")
    return place


def context_of(lane: Lane) -> Context:
    return Context(lane=lane, seeds=chosen_seeds(1))


def bounded(task: Task, lane: Lane, candidate: Candidate = RUST) -> Verdict:
    lane.workers.shared._probed.clear()
    return Bounded().check(task, candidate, context_of(lane))


def deductive(task: Task, lane: Lane) -> Verdict:
    lane.workers.shared._probed.clear()
    return Deductive().check(task, RUST, context_of(lane))


def test_without_its_engine_a_level_is_skipped_with_the_command_that_installs_it(
    tmp_path: Path, lane: Lane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    task = task_with(tmp_path / "task", "[gate.bounded]\n[gate.deductive]\n", kani=KANI_RS, verus=VERUS_RS)
    for verdict, engine in ((bounded(task, lane), kani), (deductive(task, lane), verus)):
        assert verdict.outcome is Outcome.SKIPPED and engine.INSTALL in verdict.reason


def test_a_level_that_is_skipped_satisfies_no_gate() -> None:
    for level in ("bounded", "deductive"):
        skipped = Verdict(level=level, outcome=Outcome.SKIPPED, reason="absent")
        outcome, reason = judged(gate=((level, ()),), verdicts=(skipped,))
        assert outcome is Outcome.INCONCLUSIVE and "SKIPPED" in reason


@pytest.mark.skipif(find_compiler() is None, reason="rustc is absent: install Rust to test its candidates")
@pytest.mark.soak
def test_a_right_candidate_is_not_accepted_where_the_gate_asks_for_an_engine_that_is_absent(tmp_path: Path) -> None:
    task = task_with(tmp_path / "task", "[gate.bounded]\n", kani=KANI_RS)
    if kani.find().version:
        pytest.skip("Kani is here")
    right = read_candidate(find_task("binary_search") / "canaries" / "good" / "rust_halving")
    with Lane(task, tier=best_tier()) as opened:
        found = assess(task, right, context_of(opened))
    assert found.outcome is Outcome.INCONCLUSIVE and "level bounded is SKIPPED" in found.reason


def test_a_task_that_brings_no_harness_proves_nothing(tmp_path: Path, lane: Lane, recorded: Path) -> None:
    task = task_with(tmp_path / "task", "[gate.bounded]\n[gate.deductive]\n")
    assert bounded(task, lane).outcome is Outcome.INCONCLUSIVE
    assert deductive(task, lane).outcome is Outcome.INCONCLUSIVE


def test_another_language_is_no_matter_of_these_engines(tmp_path: Path, lane: Lane, recorded: Path) -> None:
    task = task_with(tmp_path / "task", "[gate.bounded]\n", kani=KANI_RS)
    assert bounded(task, lane, PYTHON).outcome is Outcome.NOT_APPLICABLE


def test_an_engine_that_tells_its_controls_apart_is_believed_as_far_as_it_reaches(
    tmp_path: Path, lane: Lane, recorded: Path
) -> None:
    gate = "[gate.bounded]\nunwind = 6\n[gate.deductive]\n"
    task = task_with(tmp_path / "task", gate, kani=KANI_RS, verus=VERUS_RS)
    first, second = bounded(task, lane), deductive(task, lane)
    assert (first.outcome, first.strength) == (Outcome.HOLDS, Strength.BOUNDED)
    assert first.scope.count("unwind") == 6 and first.tools == ("Kani 0.67.0",)
    assert (second.outcome, second.strength) == (Outcome.HOLDS, Strength.UNIVERSAL)


def test_a_counterexample_refutes_and_an_open_proof_does_not(tmp_path: Path, lane: Lane, recorded: Path) -> None:
    task = task_with(tmp_path / "task", "[gate.bounded]\n[gate.deductive]\n", kani=KANI_RS, verus=VERUS_RS)
    wrong = Candidate(files={"sut.rs": b"pub fn search() -> u8 { 78 }"})
    lane.workers.shared._probed.clear()
    refuted = Bounded().check(task, wrong, context_of(lane))
    assert refuted.outcome is Outcome.REFUTED and refuted.findings[0].counterexample is not None
    assert Deductive().check(task, wrong, context_of(lane)).outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("kani", 'grep -q "n < 3" kani.rs'),
        ("kani", 'grep -q "78" sut.rs'),
        ("kani", 'grep -q "while" sut.rs'),
        ("verus", 'grep -q "assume" sut.rs'),
        ("verus", 'grep -q "78" sut.rs'),
    ],
)
def test_an_engine_that_does_not_tell_its_controls_apart_is_absent(
    name: str, line: str, tmp_path: Path, lane: Lane, recorded: Path
) -> None:
    blind = (recorded / name).read_text().replace(line, "false")
    (recorded / name).write_text(blind)
    task = task_with(tmp_path / "task", "[gate.bounded]\n[gate.deductive]\n", kani=KANI_RS, verus=VERUS_RS)
    verdict = bounded(task, lane) if name == "kani" else deductive(task, lane)
    assert verdict.outcome is Outcome.SKIPPED
    assert "should find" in verdict.reason or "lets an assumption pass" in verdict.reason


def test_a_program_of_that_name_that_is_another_is_not_taken_for_it(recorded: Path) -> None:
    (recorded / "verus").write_text("#!/bin/sh\necho 'geodata 1.0'\n")
    assert not verus.find().version and kani.find().version == "0.67.0"


def test_no_shipped_task_asks_for_a_level_that_could_not_be_tried_here() -> None:
    asked = [(name, level.name) for name in shipped_tasks() for level in ABOVE if declares(read_task(name), level.name)]
    assert not asked


def test_doctor_names_every_engine_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.defpath)
    items = {item.name: item for item in examine().items}
    assert all(items[name].fix for name in ("kani", "verus", "miri", "cargo-mutants"))
