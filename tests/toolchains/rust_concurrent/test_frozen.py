"""What is answered beside a call that stands still is held to the oracle: who gives up waiting is refuted, who waits,
helps or has a right answer at once is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from test_locks import FREE, SWAP, locked

from probatum.candidate import Candidate
from probatum.cascade import assess
from probatum.judge.evidence import GearReport
from probatum.judge.interleaved.clients import FROZEN, Client, holds_client
from probatum.judge.interleaved.controls import CONTROLS, FREEZING, POP, freezing_blind, push, stack_interface
from probatum.judge.interleaved.frozen import judge_frozen
from probatum.judge.interleaved.gears import rejudge_client
from probatum.judge.lane import Lane
from probatum.judge.schedules.programs import Program
from probatum.judge.suite import Suite
from probatum.lab.files import read_task
from probatum.lab.seeds import fresh_seeds
from probatum.ledger import stored_segments
from probatum.levels.context import Context
from probatum.sandbox.probe import best_tier
from probatum.toolchains.rust.cache import cache_folder
from probatum.toolchains.rust.compiler import find_compiler
from probatum.toolchains.rust.concurrent.clients import shared_text
from probatum.toolchains.rust.concurrent.explore import compile_shared
from probatum.toolchains.rust.concurrent.progress import Progress, progress_of
from probatum.transcript import load_transcript
from probatum.verdict import Assessment

COMPILER = find_compiler()
compiles = pytest.mark.skipif(COMPILER is None, reason="rustc is absent: install Rust")
DECLARED = stack_interface().classes[0]
PAIR = Client(
    program=Program(owner="Stack", made=(), before=(push(1),), threads=((push(7),), (POP,))), after=(POP,) * 2
)
BEFORE = [[0, 0], [0, 0, [0, None]]]
AFTERWARDS = [[0, 1], [0, 1, [0, 7]], [0, 2], [0, 2, [0, None]]]
MEANWHILE = [[1, 0], [2, 0], [2, 0, [0, 1]], [1, 0, [0, None]]]
PATIENCE = (CONTROLS / "loses_patience.rs").read_text()
PANICS = PATIENCE.replace("        None\n", '        panic!("nobody gives it back")\n')
WAITS = PATIENCE.replace("        None\n", "        self.items.lock().unwrap().pop()\n")
DROPS = locked("let mut left = 3000;" + SWAP.replace("{", "{ left -= 1; if left == 0 { return None; }"), FREE)
DROPS = DROPS.replace("-> R {", "-> Option<R> {").replace("        found\n", "        Some(found)\n")
DROPS = DROPS.replace("items.push(value))", "items.push(value));").replace("items.pop())", "items.pop()).flatten()")
DROPS = DROPS.replace("items.is_empty())", "items.is_empty()) == Some(true)")


def row(events: list[Any], **more: Any) -> dict[str, Any]:
    return {"client": 0, "frozen": 0, "other": 0, "after": 3, "before_line": 8, "events": events, **more}


def judged(events: list[Any], **more: Any) -> GearReport:
    return judge_frozen(DECLARED, [PAIR], [row(events, **more)])


def test_a_right_answer_beside_a_call_that_stands_still_is_held() -> None:
    found = judged([*BEFORE, *MEANWHILE, *AFTERWARDS])
    assert found.shown == [] and found.problem is None and found.scope == {"frozen_histories": 1}


def test_a_wrong_answer_is_shown_with_no_more_calls_than_it_takes_and_judged_so_again() -> None:
    events = [*BEFORE, [1, 0], [2, 0], [2, 0, [0, None]], [1, 0, [0, None]], *AFTERWARDS]
    shown = judged(events).shown[0]
    assert shown.law == "linearizable"
    assert shown.input[-1].startswith("  T1 stands still after 3 accesses, before sut.rs:8, while T2")
    assert not any(line.startswith("at the end") for line in shown.input)
    suite = Suite(interface=stack_interface(), laws=(), goals=())
    assert rejudge_client(suite, shown.transcript.segments[0], shown.transcript.replies[0]) == ["linearizable"]


def test_what_shows_only_when_the_state_is_looked_at_is_shown() -> None:
    lost = [[0, 1], [0, 1, [0, None]], [0, 2], [0, 2, [0, None]]]
    shown = judged([*BEFORE, *MEANWHILE, *lost]).shown[0]
    assert [line for line in shown.input if line.startswith("at the end")] == ["at the end: s0.pop()"]


def test_a_call_that_panics_beside_one_that_stands_still_is_refuted() -> None:
    shown = judged([*BEFORE, [1, 0], [2, 0]], kind="panic", why="no").shown[0]
    assert (shown.law, shown.observed) == ("never_raises", "no")


@pytest.mark.parametrize(
    "rows",
    [
        [row(BEFORE)],
        [row([*BEFORE, *MEANWHILE, *AFTERWARDS], other=1)],
        [row([*BEFORE, *MEANWHILE, *AFTERWARDS], client=1)],
        [row([*BEFORE, [2, 0, [0, 1]], *AFTERWARDS])],
        [{}],
        [7],
    ],
)
def test_what_is_no_history_refutes_nothing_and_holds_nothing(rows: list[Any]) -> None:
    found = judge_frozen(DECLARED, [PAIR], rows)
    assert found.shown == [] and found.problem is not None and found.problem[0] == "INCONCLUSIVE"


def frozen(source: str) -> tuple[Progress, list[str]]:
    """What freezing says of progress, and the laws that the answers break."""
    assert COMPILER is not None
    place: Any = {"cache": cache_folder(), "tier": best_tier()}
    built = compile_shared(COMPILER, source, shared_text(stack_interface(), {}), None, **place)
    assert built.program is not None, built.problem
    clients = [{"text": FREEZING.text(DECLARED), "names": [["push", "pop"], ["push", "pop"]]}]
    found = progress_of(built.program, clients, tier=best_tier())
    return found, [shown.law for shown in judge_frozen(DECLARED, [FREEZING], found.histories).shown]


@compiles
@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "law"), [(PATIENCE, "linearizable"), (DROPS, "linearizable"), (PANICS, "never_raises")]
)
def test_who_gives_up_waiting_is_refuted(source: str, law: str) -> None:
    assert frozen(source)[1] == [law]


@compiles
@pytest.mark.slow
@pytest.mark.parametrize("source", [WAITS, locked(SWAP), (CONTROLS / "mutex.rs").read_text()])
def test_who_waits_on_is_held_and_blocks(source: str) -> None:
    found, laws = frozen(source)
    assert (found.tested, laws) == ("blocking", []) and found.histories


@compiles
@pytest.mark.slow
def test_a_level_that_does_not_see_who_gives_up_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert COMPILER is not None
    for name in ("mutex", "kept_garbage"):
        (tmp_path / f"{name}.rs").write_text((CONTROLS / f"{name}.rs").read_text())
    (tmp_path / "loses_patience.rs").write_text(WAITS)
    place: Any = {"cache": cache_folder(), "tier": best_tier()}
    assert freezing_blind(COMPILER, **place) == ""
    monkeypatch.setattr("probatum.judge.interleaved.controls.CONTROLS", tmp_path)
    assert "loses_patience.rs should break linearizable" in freezing_blind(COMPILER, **place)


@compiles
@pytest.mark.slow
def test_what_a_call_that_stands_still_showed_is_tried_again_on_later_candidates() -> None:
    task = read_task(Path(__file__).parents[3] / "tasks" / "treiber_stack")
    with Lane(task, tier=best_tier()) as lane:

        def tried(name: str, *stored: str) -> tuple[Assessment, Context]:
            context = Context(lane=lane, seeds=fresh_seeds(), stored=stored)
            return assess(task, Candidate(files=task.canary(name).files), context), context

        found, context = tried("pop_loses_patience")
        shown = next(v for v in found.verdicts if v.refuting).refuting[0].counterexample
        assert shown is not None and "stands still" in shown.input[-1]
        stored = stored_segments(load_transcript(context.blobs[shown.transcript]))
        assert holds_client(stored[0], FROZEN)
        again, _ = tried("pop_loses_patience", *stored)
        assert [(v.level, v.refuting[0].law) for v in again.verdicts if v.refuting] == [("regression", "linearizable")]
        held, _ = tried("reference", *stored)
        assert held.accepted and next(v for v in held.verdicts if v.level == "regression").scope.count("known_inputs")
