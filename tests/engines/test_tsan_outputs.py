"""What ThreadSanitizer prints, ending by ending: only a whole report refutes, only a whole run holds."""

from __future__ import annotations

import pytest
from recorded import completed

from probatum.engines import tsan
from probatum.engines.reading import Reading
from probatum.sandbox.spawn import Completed
from probatum.verdict import Outcome, Strength

DONE = "RAN 0\nRAN 1\nEND\n"
RACE = """==================
WARNING: ThreadSanitizer: data race (pid=14)
  Read of size 8 at 0x720400000018 by thread T8:
    #0 sut::Stack<T>::pop /tmp/probatum-rust-x/sut.rs:40:33 (explore.bin+0xfcb0a) (BuildId: 02caef)
    #1 <main::Shared as probatum_worker::Object>::call /tmp/probatum-rust-x/main.rs:9:1 (explore.bin+0xfdfa8)

  Previous write of size 8 at 0x720400000018 by thread T5:
    #0 malloc /rustc/llvm/src/llvm-project/compiler-rt/lib/tsan/rtl/tsan_interceptors_posix.cpp:667:5 (explore.bin+0x6a)
    #1 sut::Stack<T>::push /tmp/probatum-rust-x/sut.rs:24:20 (explore.bin+0xfc9f1)

  Thread T8 (tid=25, running) created by main thread at:
    #0 pthread_create /rustc/llvm/src/llvm-project/compiler-rt/lib/tsan/rtl/tsan_interceptors_posix.cpp:1078:3

SUMMARY: ThreadSanitizer: data race /tmp/probatum-rust-x/sut.rs:40:33 in sut::Stack<T>::pop
==================
"""
NO_SYMBOLS = """==================
WARNING: ThreadSanitizer: data race (pid=840)
  Atomic write of size 1 at 0x720c00000020 by thread T484:
    #0 <null> <null> (explore.bin+0xfdfa8) (BuildId: 02caefc0e9d7b71788a4d5ee7566436076b1b1a7)

  Previous read of size 1 at 0x720c00000020 by thread T481:
    #0 <null> <null> (explore.bin+0x106669) (BuildId: 02caefc0e9d7b71788a4d5ee7566436076b1b1a7)
"""
FREED = RACE.replace("data race (pid", "heap-use-after-free (pid")
SEGV = """ThreadSanitizer:DEADLYSIGNAL
==9==ERROR: ThreadSanitizer: SEGV on unknown address 0x000000000008 (pc 0x5581 bp 0x7ffc sp 0x7ffc T9)
"""
MAPPING = "FATAL: ThreadSanitizer: unexpected memory mapping 0x5581ab-0x5581cd\n"


def read(done: Completed) -> Reading:
    return tsan.read(done, clients=2, rounds=40)


def test_a_run_without_a_report_that_came_to_its_end_holds_as_a_sample() -> None:
    found = read(completed(DONE))
    assert (found.outcome, found.strength) == (Outcome.HOLDS, Strength.SAMPLED)
    assert found.counts == (("raced_runs", 80),)


def test_a_race_refutes_and_names_both_accesses() -> None:
    found = read(completed("RAN 0\n", RACE, code=66))
    assert found.outcome is Outcome.REFUTED and found.failed[0].law == "no_race"
    assert found.failed[0].lines == ("read of size 8 at sut.rs:40", "previous write of size 8")
    assert found.failed[0].where == "sut.rs:40" and found.counts == (("raced_runs", 40),)


def test_a_race_refutes_where_no_names_are_known_and_whatever_the_process_did_after_it() -> None:
    for done in (
        completed("", NO_SYMBOLS, code=66),
        completed(DONE, RACE, code=0),
        completed("", RACE, code=None, ended="wall"),
        completed("", RACE, code=None, ended="signal", signal=11),
    ):
        assert read(done).failed[0].law == "no_race"


def test_memory_that_was_freed_is_called_so() -> None:
    assert read(completed("", FREED, code=66)).failed[0].law == "memory_safe"


@pytest.mark.parametrize(
    "done",
    [
        completed("RAN 0\n", RACE[: RACE.index("Previous")], code=66),
        completed("", RACE[: RACE.index("data race")], code=66),
        completed(DONE, RACE.replace("data race (pid", "lock-order-inversion (pid"), code=66),
        completed(DONE, RACE.replace("data race (pid", "thread leak (pid"), code=66),
        completed("RAN 0\n", SEGV, code=66),
        completed("", MAPPING, code=66),
        completed("RAN 0\n", "thread panicked at sut.rs:4", code=101),
        completed("RAN 0\n"),
        completed("RAN 0\nRAN 1\n"),
        completed("RAN 0\nEND\n"),
        completed("RAN 1\nRAN 0\nEND\n"),
        completed(DONE + "more\n"),
        completed(""),
        completed(DONE, code=66),
        completed(DONE, truncated=True),
        completed(DONE, code=None, ended="wall"),
        completed("RAN 0\n", code=None, ended="memory"),
    ],
)
def test_nothing_else_refutes_or_holds(done: Completed) -> None:
    found = read(done)
    assert found.outcome is Outcome.INCONCLUSIVE and found.reason.startswith("ThreadSanitizer: ")


def test_a_process_that_a_signal_ended_says_nothing() -> None:
    assert read(completed(DONE, code=None, ended="signal", signal=9)).outcome is Outcome.ERROR


def test_nothing_that_was_asked_for_is_nothing_that_holds() -> None:
    assert tsan.read(completed("END\n"), clients=0, rounds=40).outcome is Outcome.INCONCLUSIVE
    assert tsan.read(completed(DONE), clients=2, rounds=0).outcome is Outcome.INCONCLUSIVE
