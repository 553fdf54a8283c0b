"""Level memory asks Miri where it is there; a stand-in answers as Miri is recorded to, or runs the program compiled."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from probatum.candidate import Candidate
from probatum.engines import miri
from probatum.judge.lane import Lane
from probatum.lab.files import read_candidate, read_task
from probatum.lab.seeds import chosen_seeds
from probatum.levels import interpreted
from probatum.levels.context import Context
from probatum.levels.sanitized import check_alone
from probatum.sandbox.probe import best_tier
from probatum.toolchains.rust.compiler import find_compiler
from probatum.verdict import Outcome, Verdict

COMPILER = find_compiler()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(COMPILER is None, reason="rustc is absent: install Rust to test its candidates"),
]
GOOD = Path(__file__).parents[2] / "tasks" / "sorted_map" / "canaries" / "good" / "rust_raw_list"
CARGO = """#!/bin/sh
[ "$3" = --version ] && { echo "miri 0.1.0 (0123456789 2026-11-01)"; exit 0; }
[ "$3" = setup ] && { echo "LIBRARY"; exit 0; }
exit 1
"""
RUSTC = """#!/bin/sh
[ "$1" = +nightly ] && { echo "ROOT"; exit 0; }
exec "REAL" "$@"
"""
DRIVER = """#!/bin/sh
undefined() { echo "error: Undefined Behavior: $1
 --> sut.rs:2:9" >&2; exit 1; }
grep -q 'drop(Box::from_raw(p)); \\*p' sut.rs && undefined "memory access failed: alloc1 has been freed"
grep -q 'let r = unsafe' sut.rs && undefined "attempting a read access using <1> at alloc2, but that tag does not exist"
grep -q 'MaybeUninit' sut.rs && undefined "reading memory at alloc3, but memory is uninitialized"
"REAL" --edition 2021 --cap-lints allow -o program main.rs && ./program > out || exit 1
grep -q 'aliases' sut.rs && { head -n 2 out; undefined "trying to retag from <3> for Unique permission at alloc4"; }
cat out
"""


@pytest.fixture(scope="module")
def lane() -> Iterator[Lane]:
    with Lane(read_task("sorted_map"), tier=best_tier()) as opened:
        yield opened


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Programs that stand for cargo, rustc and Miri's driver."""
    assert COMPILER is not None
    root, library, tools = (tmp_path / name for name in ("root", "library", "tools"))
    for place in (root / "bin", library, tools):
        place.mkdir(parents=True)
    for place, text in ((tools / "cargo", CARGO), (tools / "rustc", RUSTC), (root / "bin" / "miri", DRIVER)):
        words = {"LIBRARY": library, "ROOT": root, "REAL": COMPILER.program}
        for word, path in words.items():
            text = text.replace(word, str(path))
        place.write_text(text)
        place.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    return root / "bin" / "miri"


def judged(lane: Lane, candidate: Candidate) -> Verdict:
    lane.workers.shared._probed.clear()
    lane.workers.prepare(candidate)
    return check_alone(lane.task, candidate, Context(lane=lane, seeds=chosen_seeds(1)))


def test_histories_compiled_in_are_interpreted_and_answered_as_the_worker_answers(lane: Lane, stand_in: Path) -> None:
    verdict = judged(lane, read_candidate(GOOD))
    assert verdict.outcome is Outcome.HOLDS and miri.NAME in verdict.tools
    assert verdict.scope.count("miri_histories") > 5


def test_what_only_miri_sees_refutes_with_the_history_that_it_was_in(lane: Lane, stand_in: Path) -> None:
    source = (GOOD / "sut.rs").read_text() + "\n// aliases\n"
    verdict = judged(lane, Candidate(files={"sut.rs": source.encode()}))
    shown = verdict.findings[0].counterexample
    assert verdict.outcome is Outcome.REFUTED and verdict.findings[0].law == "memory_safe" and shown is not None
    assert "retag" in shown.observed and shown.input[0] == "s0 = SortedMap()"


def test_long_histories_are_left_out_because_their_text_is_interpreted_too(
    lane: Lane, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = Context(lane=lane, seeds=chosen_seeds(1))
    candidate = read_candidate(GOOD)
    lane.workers.prepare(candidate)
    held = check_alone(lane.task, candidate, context)
    for most in (interpreted.TEXT, 300):
        monkeypatch.setattr(interpreted, "TEXT", most)
        chosen = interpreted.chosen_histories(context, held.transcripts)
        assert chosen and sum(len(calls) + len(answers) for calls, answers in chosen) <= most


def test_a_miri_that_misses_its_own_control_is_not_believed_and_the_report_says_so(lane: Lane, stand_in: Path) -> None:
    stand_in.write_text(stand_in.read_text().replace("grep -q 'let r = unsafe'", "false"))
    verdict = judged(lane, read_candidate(GOOD))
    assert verdict.outcome is Outcome.HOLDS and not verdict.scope.count("miri_histories")
    assert any("should find REFUTED for a reference" in text for text in verdict.assumptions)


def test_without_miri_the_report_says_how_to_have_it(lane: Lane, stand_in: Path) -> None:
    (stand_in.parents[1].parent / "tools" / "cargo").write_text("#!/bin/sh\nexit 1\n")
    verdict = judged(lane, read_candidate(GOOD))
    assert any(miri.INSTALL in text for text in verdict.assumptions)


@pytest.mark.parametrize("name", [name for name, _, _ in miri.CONTROLS])
def test_every_control_is_a_program_that_compiles(name: str, tmp_path: Path) -> None:
    assert COMPILER is not None
    body = next(body for each, body, _ in miri.CONTROLS if each == name)
    (tmp_path / "main.rs").write_text(miri.CONTROL)
    (tmp_path / "sut.rs").write_text(f"pub fn run() -> u8 {{ {body} }}\n")
    words = [str(COMPILER.program), *miri.FLAGS, "--emit=metadata", "main.rs"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
