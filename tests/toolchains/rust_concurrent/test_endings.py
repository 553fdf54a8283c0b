"""Only what the harness said to its end counts: each ending of a run, recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from probatum.history.explored import STACK, Interleavings, judge_explored
from probatum.sandbox.spawn import Completed
from probatum.toolchains.rust.compiler import Compiled
from probatum.toolchains.rust.concurrent.clients import Client
from probatum.toolchains.rust.concurrent.explore import read_output
from probatum.toolchains.rust.concurrent.progress import read_progress

NAMES = ("push", "pop", "is_empty")
GOOD = '[1,"call",0,7],[1,"return",0,null],[2,"call",1,0],[2,"return",1,7]'
EMPTY = GOOD.replace("1,7]", "1,null]")
BAD = EMPTY.replace("null]", "9]").replace('0,9],[2,"call"', '0,null],[2,"call"')
DONE = 'E {"client":0,"executions":3,"histories":1}\nEND 1\n'
TWO = (Client(threads=((("push", 1),), (("pop", 0),))),)


def history(events: str, stale: bool = False) -> str:
    return f'H {{"client":0,"stale":{str(stale).lower()},"events":[{events}],"steps":[[1,"load",4]]}}\n'


def judged(output: str, *, signal: int | None = None, truncated: bool = False) -> Interleavings:
    done = Completed(
        exit_code=None if signal else 0,
        signal=signal,
        stdout=output.encode(),
        stderr=b"",
        cpu_s=0.1,
        wall_s=0.1,
        max_rss_mb=1.0,
        ended="signal" if signal else "exit",
        truncated=truncated,
    )
    return judge_explored(read_output(Compiled(program=Path("program")), done, 1), STACK, NAMES)


def test_a_run_that_said_it_is_complete_holds() -> None:
    assert judged(history(GOOD) + DONE).holds is True


@pytest.mark.parametrize(
    "output",
    [
        "",
        history(GOOD),
        history(GOOD) + "END 1\n",
        history(GOOD) + DONE.replace("END 1", "END 2"),
        history(GOOD) + DONE.replace("END 1\n", ""),
        history(GOOD) + "nonsense\n" + DONE,
        DONE,
    ],
)
def test_a_run_that_did_not_say_so_of_every_client_is_not_known(output: str) -> None:
    assert judged(output).holds is None


def test_output_cut_short_completes_nothing() -> None:
    assert judged(history(GOOD) + DONE, truncated=True).holds is None


def test_being_killed_from_outside_refutes_nothing() -> None:
    assert judged(history(GOOD), signal=9).holds is None


def test_a_signal_refutes_and_is_named() -> None:
    found = judged(history(GOOD), signal=11)
    assert (found.holds, found.kind) == (False, "signal") and "11" in found.why


def test_a_history_that_no_order_explains_refutes_even_when_the_run_did_not_end() -> None:
    found = judged(history(BAD))
    assert (found.holds, found.kind, found.schedule) == (False, "order", ("thread 1: load (sut.rs:4)",))


def test_the_order_between_threads_binds_unless_a_load_was_stale() -> None:
    assert judged(history(EMPTY) + DONE).holds is False
    assert judged(history(EMPTY, stale=True) + DONE).holds is True
    assert judged(history(BAD, stale=True) + DONE).holds is False


def test_a_history_that_says_nothing_is_not_taken_for_a_good_one() -> None:
    found = judged(history('[1,"call",0,7]') + DONE)
    assert (found.holds, found.kind) == (None, "search")


def test_a_limit_of_the_model_refutes_nothing() -> None:
    why = "Model exceeded maximum number of branches"
    line = f'F {{"client":0,"kind":"model","why":"{why}","stale":false,"events":[],"steps":[]}}\n'
    found = judged(history(GOOD) + line)
    assert (found.holds, found.kind) == (None, "limit")


@pytest.mark.parametrize(
    "output", [b"", b"END\n", b'P {"runs":1}\nEND\n', b'P {"runs":1,"longest":2,"starved":null}\n']
)
def test_progress_without_its_last_line_is_unknown(output: bytes) -> None:
    assert read_progress(output, TWO).tested == "unknown"


def test_progress_is_told_with_the_calls() -> None:
    line = b'B {"client":0,"frozen":0,"after":1,"before_line":4,"stopped":0,"line":9}\nEND\n'
    found = read_progress(line, TWO)
    assert found.tested == "blocking" and found.why.startswith(
        "push frozen after 1 accesses, before sut.rs:4 keeps pop"
    )
