"""The watch is outside: a candidate that lies while it is measured gains nothing by it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from probatum.judge.interleaved.controls import stack_interface
from probatum.judge.suite import load_suite
from probatum.judge.throughput.answers import expected_reply, judged
from probatum.judge.throughput.traffic import Traffic
from probatum.sandbox.probe import best_tier
from probatum.toolchains.rust.cache import cache_folder
from probatum.toolchains.rust.compiler import find_compiler
from probatum.toolchains.rust.concurrent.measure import Timed, compile_timed, cpus, run_timed
from probatum.toolchains.rust.concurrent.timed import timed_text
from probatum.toolchains.rust.own import own_names

HERE = Path(__file__).parent
TASKS = HERE.parents[2] / "tasks"
COMPILER = find_compiler()
HONEST, SLEEPS, SKIPS, EXITS, PANICS, STOPS_THE_WATCH, ANSWERS_ITSELF, LOOKS_FOR_CPUS, SLEEPS_LATER = range(9)
pytestmark = pytest.mark.skipif(COMPILER is None, reason="there is no Rust compiler")


@cache
def program(source: str) -> Path:
    assert COMPILER is not None
    glue = timed_text(stack_interface(), own_names(source))
    made = compile_timed(COMPILER, source, glue, cache=cache_folder(), tier=best_tier())
    assert made.program is not None, made.problem
    return made.program


def traffic(lie: int, *calls: tuple[object, ...], threads: int = 1) -> Traffic:
    "The value 1000 is pushed while the watch runs; before, a value that names the lie."
    each = calls or (("push", 1000),)
    return Traffic(made=(), before=(("push", lie),), threads=(each,) * threads, after=(), drain="pop", most=100)


def run(*asked: Traffic, source: str = (HERE / "liars.rs").read_text()) -> Timed:
    text = ",".join(each.text(stack_interface().classes[0]) for each in asked)
    threads = len(asked[0].threads)
    return run_timed(program(source), f"[{text}]", threads=threads, rounds=len(asked), tier=best_tier())


def broken(asked: Traffic, timed: Timed) -> str:
    declared = load_suite((TASKS / "treiber_stack" / "task.py").read_text()).throughput
    assert declared is not None and not timed.why
    found = judged(declared, asked, timed.replies[0], expected_reply(declared, asked))
    return "" if found is None else found.law


@pytest.mark.parametrize("threads", [1, 2])
def test_every_call_is_made_once_and_answered(threads: int) -> None:
    asked = traffic(HONEST, ("push", 7), ("pop",), ("is_empty",), ("push", 8), threads=threads)
    timed = run(asked)
    assert (timed.why, broken(asked, timed), len(timed.wall_s)) == ("", "", 1)
    if threads == 1:
        assert timed.replies == ("[[[0,null]],[[[0,null],[0,7],[0,false],[0,null]]],[[0,8],[0,0],[0,null]]]",)


@pytest.mark.parametrize("threads", [1, 2])
def test_each_round_has_calls_and_an_object_of_its_own_and_is_timed(threads: int) -> None:
    asked = [
        Traffic(made=(), before=(), threads=((("push", n), ("pop",), ("pop",)),) + ((),) * (threads - 1), after=())
        for n in (7, 8, 9)
    ]
    timed = run(*asked)
    silent = ",[]" * (threads - 1)
    assert timed.replies == tuple(f"[[],[[[0,null],[0,{n}],[0,null]]{silent}],[]]" for n in (7, 8, 9))
    assert len(timed.wall_s) == 3


@pytest.mark.parametrize("lie", [SLEEPS, SLEEPS_LATER])
def test_who_sleeps_in_a_call_or_a_destructor_is_timed_asleep(lie: int) -> None:
    assert min(run(traffic(lie)).wall_s) >= 0.03


@pytest.mark.parametrize("threads", [1, 2])
def test_who_skips_a_call_answers_wrongly(threads: int) -> None:
    asked = traffic(SKIPS, threads=threads)
    assert broken(asked, run(asked)) == ("equality" if threads == 1 else "adds_up")


@pytest.mark.parametrize(
    ("lie", "why"),
    [
        (EXITS, "its process ended"),
        (PANICS, "on purpose"),
        (STOPS_THE_WATCH, "it says more or less than was asked of it"),
        (ANSWERS_ITSELF, "it says what the driver does not say"),
    ],
)
def test_who_ends_early_or_speaks_for_the_driver_is_not_measured(lie: int, why: str) -> None:
    timed = run(traffic(lie))
    assert why in timed.why
    assert (timed.wall_s, timed.replies) == ((), ())


@pytest.mark.skipif(cpus() < 2, reason="this machine has one CPU")
def test_threads_of_its_own_find_no_cpu_of_their_own() -> None:
    asked = traffic(LOOKS_FOR_CPUS, ("is_empty",))
    assert "[0,true]" in run(asked).replies[0]


def test_a_panic_of_the_reference_does_not_compile_away() -> None:
    "A number that wraps is an error here as everywhere: who is fast by wrapping is not measured."
    source = (
        (HERE / "liars.rs")
        .read_text()
        .replace(
            "self.0.lock().unwrap().pop()",
            "{ let n = self.0.lock().unwrap(); "
            "let _ = std::hint::black_box((n.len() as u8).wrapping_add(250)) + 9; None }",
        )
    )
    assert "overflow" in run(traffic(HONEST, ("pop",)), source=source).why
