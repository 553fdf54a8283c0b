"""`unsafe` code that one thread runs is looked at by AddressSanitizer, and what it leaves is counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from probatum.candidate import Candidate
from probatum.cascade import assess
from probatum.judge.lane import Lane
from probatum.judge.rejudge import rejudge
from probatum.judge.suite import load_suite
from probatum.lab.files import read_candidate, read_task
from probatum.lab.seeds import chosen_seeds, fresh_seeds
from probatum.ledger import stored_input
from probatum.levels.context import Context
from probatum.levels.regression import Regression
from probatum.levels.sanitized import LIMITS, check_alone, sanitized_report
from probatum.sandbox.probe import best_tier
from probatum.sandbox.process import Exit
from probatum.selftest import canaries
from probatum.toolchains.rust import sanitized
from probatum.toolchains.rust.compiler import find_compiler
from probatum.toolchains.rust.sanitized import Sanitized, read_ending
from probatum.transcript import load_transcript
from probatum.verdict import Assessment, Outcome, Strength

CANARIES = Path(__file__).parents[2] / "tasks" / "sorted_map" / "canaries"
present = pytest.mark.skipif(find_compiler() is None, reason="rustc is absent: install Rust to test its candidates")
SAID = "==1==ERROR: AddressSanitizer: {} on address 0x1 at pc 0x2\n\nLINE 23\n"


@pytest.fixture(scope="module")
def lane() -> Iterator[Lane]:
    with Lane(read_task("sorted_map"), tier=best_tier()) as opened:
        yield opened


def context_of(lane: Lane, *stored: str, fresh: bool = False) -> Context:
    return Context(lane=lane, seeds=fresh_seeds() if fresh else chosen_seeds(1), stored=stored)


def assessed(lane: Lane, name: str, context: Context) -> Assessment:
    return assess(lane.task, read_candidate(CANARIES / name), context)


@pytest.mark.slow
@present
def test_a_right_list_of_raw_pointers_is_accepted_and_the_report_says_what_was_not_looked_at(lane: Lane) -> None:
    found = assessed(lane, "good/rust_raw_list", context_of(lane, fresh=True))
    verdict = found.verdict("memory")
    assert found.accepted and verdict is not None
    assert (verdict.outcome, verdict.strength) == (Outcome.HOLDS, Strength.SAMPLED)
    assert all(verdict.scope.count(name) > 0 for name in ("corpus_calls", "exhaustive_depth", "fresh_calls"))
    assert any(text.startswith("missing: the aliasing rules") for text in verdict.assumptions)


@pytest.mark.slow
@present
@pytest.mark.parametrize(
    ("name", "law", "words"),
    [
        ("rust_reads_what_it_freed", "memory_safe", "heap-use-after-free at sut.rs:"),
        ("rust_forgets_a_node", "no_leak", "24 bytes of sut.rs:51 are never freed"),
    ],
)
def test_what_answers_rightly_and_misuses_memory_is_refuted_and_stays_so(
    lane: Lane, name: str, law: str, words: str
) -> None:
    context = context_of(lane)
    finding = next(f for v in assessed(lane, f"bad/{name}", context).verdicts for f in v.refuting)
    shown = finding.counterexample
    assert finding.law == law and shown is not None and words in shown.observed
    assert shown.input == ("s0 = SortedMap()", "s0.set(0, 0)", "s0.remove(0)")
    blob = context.blobs[shown.transcript]
    assert rejudge(load_suite(lane.task.files["task.py"].decode()), blob) == [law]
    stored = context_of(lane, stored_input(load_transcript(blob)))
    again = Regression().check(lane.task, read_candidate(CANARIES / "bad" / name), stored)
    right = Regression().check(lane.task, read_candidate(CANARIES / "good" / "rust_raw_list"), stored)
    assert (again.outcome, right.outcome) == (Outcome.REFUTED, Outcome.NOT_APPLICABLE)


@pytest.mark.slow
@present
@pytest.mark.parametrize(
    ("line", "instead", "why"),
    [
        ("block.as_ptr().add(3)", "block.as_ptr().add(2)", "outside"),
        pytest.param(
            "drop(Box::from_raw(block));\n        block.read()",
            "block.read()",
            "used_after_free",
            marks=pytest.mark.soak,
        ),
        pytest.param("Box::leak(Box::new(7))", "Box::new(7)", "never_freed", marks=pytest.mark.soak),
        pytest.param("KEPT.push(", "std::mem::forget(", "right", marks=pytest.mark.soak),
    ],
)
def test_a_sanitizer_that_sees_nothing_wrong_in_its_own_wrong_program_is_absent(
    line: str, instead: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lane: Lane
) -> None:
    place = tmp_path / "controls"
    place.mkdir()
    for file in (sanitized.HERE / "controls").iterdir():
        text = file.read_text()
        (place / file.name).write_text(text.replace(line, instead))
    cache = tmp_path / "cache"
    cache.mkdir()
    compiler = find_compiler()
    assert compiler is not None
    monkeypatch.setattr(sanitized, "CONTROL_FILES", place)
    here = Sanitized(tier=best_tier(), cache=cache, limits=lane.task.limits)
    assert why in here.absent(compiler)
    monkeypatch.setattr(lane.workers, "_sanitized", here)
    verdict = check_alone(lane.task, read_candidate(CANARIES / "good" / "rust_raw_list"), context_of(lane))
    assert verdict.outcome is Outcome.SKIPPED and why in verdict.reason


@pytest.mark.slow
@present
def test_a_canary_of_a_level_that_cannot_run_here_is_skipped_aloud(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane.workers.sanitized, "_absent", "no sanitizer in this rustc")
    canary = next(c for c in lane.task.canaries if c.name == "rust_forgets_a_node")
    row = canaries._canary_row(canaries.bench_of(lane.task, "sorted_map", lane, chosen_seeds(1)), canary)
    assert row.skipped and "no sanitizer in this rustc" in row.found


def ended(code: int | None, said: str, signal: int | None = None, cpu_s: float = 0.1) -> tuple[str, str]:
    return read_ending(Exit(exit_code=code, signal=signal, cpu_s=cpu_s, max_rss_mb=1.0), said, cpu_s=5.0)


def test_an_error_of_memory_is_a_status_and_a_report_together() -> None:
    assert ended(86, SAID.format("heap-use-after-free")) == ("address", "heap-use-after-free at sut.rs:23")
    assert ended(86, "nothing") == ("exit", "status 86")
    assert ended(0, SAID.format("heap-use-after-free"))[0] == "exit"
    assert ended(87, "LEAK 24\n")[0] == "leak" and ended(87, "LEAK many\n")[0] == "exit"


@pytest.mark.parametrize("kind", ["stack-overflow", "out-of-memory", "allocation-size-too-big"])
def test_too_much_is_no_error_of_memory(kind: str) -> None:
    assert ended(86, SAID.format(kind))[0] == "memory"


@pytest.mark.parametrize(
    ("signal", "cpu_s", "how"),
    [(6, 0.1, "signal"), (14, 0.1, "wall"), (24, 5.0, "cpu"), (9, 5.0, "cpu"), (9, 0.1, "memory"), (25, 0.1, "output")],
)
def test_a_process_that_a_limit_ends_is_told_from_one_that_ends_itself(signal: int, cpu_s: float, how: str) -> None:
    assert ended(None, "", signal, cpu_s)[0] == how


@pytest.mark.soak
@present
def test_what_only_takes_too_long_under_the_sanitizer_is_not_refuted_for_it(lane: Lane) -> None:
    slow = (CANARIES / "good" / "rust_raw_list" / "sut.rs").read_text()
    slow = slow.replace("self.len -= 1;", "self.len -= 1; while std::hint::black_box(true) {}")
    candidate = Candidate(files={"sut.rs": slow.encode()})
    context = context_of(lane)
    limits = replace(lane.task.limits, cpu_s=0.02)
    lane.workers.sanitize(candidate)
    before, lane.workers.sanitized.limits = lane.workers.sanitized.limits, limits
    try:
        report = sanitized_report(candidate, context, gear="corpus", host=0, random_seed=1, both=False, open_goals=[])
    finally:
        lane.workers.sanitized.limits = before
    assert "returns" in LIMITS and not report["shown"] and report["problem"][0] == "INCONCLUSIVE"
