"""Miri on clients of a shared object: only undefined behaviour refutes, only a whole run holds, and where it is
installed it sees a race on plain memory that neither Loom nor Shuttle can."""

from __future__ import annotations

from pathlib import Path

import pytest
from recorded import completed

from probatum.candidate import Candidate
from probatum.engines import miri
from probatum.engines.reading import Reading
from probatum.judge.lane import Lane
from probatum.lab.files import read_task
from probatum.lab.seeds import chosen_seeds
from probatum.levels import threaded
from probatum.levels.context import Context
from probatum.levels.threaded import threads_blind, with_threads
from probatum.sandbox.probe import best_tier
from probatum.sandbox.spawn import Completed
from probatum.toolchains.rust.cache import cache_folder
from probatum.toolchains.rust.compiler import find_compiler
from probatum.toolchains.rust.replay import interpreted_harness
from probatum.verdict import Outcome, Strength, Verdict

DONE = "RAN 0\nRAN 1\nEND\n"
RACE = """error: Undefined Behavior: Data race detected between (1) non-atomic write on thread `unnamed-4` and (2) non-atomic read on thread `unnamed-1` at alloc35132+0x30
  --> sut.rs:44:33
   |
44 |             let next = unsafe { (*head).next };
   |                                 ^^^^^^^^^^^^ (2) just happened here
   |
help: and (1) occurred earlier here
  --> sut.rs:29:22
   = note: this is on thread `unnamed-1`
   = note: stack backtrace:
           0: sut::Stack::<tracked::Tracked>::pop
               at sut.rs:55:33: 44:45
"""  # noqa: E501
UNWRITTEN = """error: Undefined Behavior: reading memory at alloc3[0x0..0x8], but memory is uninitialized at [0x0..0x8]
  --> sut.rs:12:5
"""
ELSEWHERE = UNWRITTEN.replace("sut.rs", "wire.rs")
DEADLOCK = "error: the evaluated program deadlocked\n  --> sut.rs:12:5\n"
UNSUPPORTED = "error: unsupported operation: can't call foreign function `x` on OS `linux`\n  --> sut.rs:1:1\n"
HERE = find_compiler() is not None and bool(miri.find().version)
live = pytest.mark.skipif(not HERE, reason=f"Miri is absent, so it is not run: {miri.INSTALL}")
TASK = Path(__file__).parents[2] / "tasks" / "treiber_stack"


def read(done: Completed) -> Reading:
    return miri.read_races(done, clients=2)


def test_all_clients_to_their_end_hold_as_a_sample() -> None:
    found = read(completed(DONE))
    assert (found.outcome, found.strength) == (Outcome.HOLDS, Strength.SAMPLED)
    assert found.counts == (("interpreted_clients", 2),)


def test_a_race_refutes_and_names_the_lines_of_both_accesses() -> None:
    found = read(completed("RAN 0\n", RACE, code=1))
    assert (found.outcome, found.failed[0].law) == (Outcome.REFUTED, "no_race")
    assert found.reason.endswith("(1) non-atomic write and (2) non-atomic read; in sut.rs, line 29 and line 44")
    assert found.counts == (("interpreted_clients", 1),)


def test_memory_that_was_never_written_is_no_race_but_refutes_too() -> None:
    assert read(completed("", UNWRITTEN, code=1)).failed[0].law == "memory_safe"


@pytest.mark.parametrize(
    "done",
    [
        completed("RAN 0\nEND\n"),
        completed("RAN 0\nRAN 1\n"),
        completed("a print of the candidate\n" + DONE),
        completed(DONE, code=101),
        completed("", ELSEWHERE, code=1),
        completed("RAN 0\n", DEADLOCK, code=1),
        completed("RAN 0\n", UNSUPPORTED, code=1),
        completed("RAN 0\n", code=None, ended="cpu"),
    ],
)
def test_whatever_else_it_says_nothing_is_known(done: Completed) -> None:
    assert read(done).outcome is Outcome.INCONCLUSIVE


def said(source: str) -> Verdict:
    with Lane(read_task(TASK), tier=best_tier()) as lane:
        candidate = Candidate(files={"sut.rs": source.encode()})
        lane.workers.prepare(candidate)
        held = Verdict(level="memory", outcome=Outcome.HOLDS)
        return with_threads(held, candidate, Context(lane=lane, seeds=chosen_seeds(1)))


def good(name: str) -> str:
    return read_task(TASK).canary(name).files["sut.rs"].decode()


@live
@pytest.mark.slow
def test_it_tells_its_controls_apart_and_says_so_where_it_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    place = miri.here()
    assert not isinstance(place, str), place
    harness = interpreted_harness(place, miri.FLAGS, cache=cache_folder(), tier=best_tier())
    assert threads_blind(place, harness, tier=best_tier()) == ""
    monkeypatch.setattr(threaded, "EXPECTED", (("mutex", Outcome.REFUTED),))
    why = threads_blind(place, harness, tier=best_tier())
    assert why.startswith("control mutex.rs should be REFUTED, but is HOLDS")


@live
@pytest.mark.slow
def test_a_node_read_through_a_pointer_that_was_not_acquired_is_refuted_though_no_cell_is_raced_for() -> None:
    """Its value comes after an exchange that acquires; only the link, a plain field, is read before."""
    source = good("kept_garbage")
    assert said(source).scope.count("interpreted_clients") == threaded.CLIENTS
    early = "let head = self.head.load(Ordering::Acquire);"
    assert early in source
    verdict = said(source.replace(early, early.replace("Acquire", "Relaxed")))
    assert verdict.outcome is Outcome.REFUTED and verdict.findings[0].law == "no_race"
    shown = verdict.findings[0].counterexample
    assert shown is not None and shown.input and "in sut.rs, line" in shown.observed


@live
@pytest.mark.slow
def test_freeing_by_epochs_is_no_race_to_it() -> None:
    assert said(good("reference")).outcome is Outcome.HOLDS


def test_code_that_is_safe_is_not_looked_at() -> None:
    candidate = Candidate(files={"sut.rs": b"pub struct Stack<T> { items: Mutex<Vec<T>> }"})
    held = Verdict(level="memory", outcome=Outcome.HOLDS)
    assert with_threads(held, candidate, Context(lane=None, seeds=chosen_seeds(1))) is held  # type: ignore[arg-type]
