"""Concurrent stacks in Rust: each bad one is refuted for its own reason with a schedule, correct ones are held."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest

from probatum.history import controls
from probatum.history.controls import CONTROLS, POP, SUBJECT, freezing_blind, interleaving_blind
from probatum.history.explored import STACK, Interleavings, judge_explored
from probatum.sandbox.probe import best_tier
from probatum.toolchains.rust.boundary import listed_constructs
from probatum.toolchains.rust.cache import cache_folder
from probatum.toolchains.rust.compiler import find_compiler
from probatum.toolchains.rust.concurrent.clients import Call, Client
from probatum.toolchains.rust.concurrent.crates import Crates, built_crates
from probatum.toolchains.rust.concurrent.explore import explore
from probatum.toolchains.rust.concurrent.progress import Progress, progress_of

STACKS = Path(__file__).with_name("stacks")
PATHS = sorted([*STACKS.glob("*.rs"), *CONTROLS.glob("*.rs")])
NAMES = ("push", "pop", "is_empty")
COMPILER = find_compiler()


def push(value: int) -> Call:
    return ("push", value)


CLIENTS = (
    Client(threads=((push(1), POP), (push(2), POP)), after=(POP, POP, POP)),
    Client(threads=((push(1), push(2), POP), (push(3), POP)), after=(POP,) * 4),
    Client(before=(push(1), push(2)), threads=((POP, push(3)), (POP, ("is_empty", 0))), after=(POP,) * 4),
    Client(threads=((push(1),), (push(2),))),
)
FREEZING = (Client(before=(push(1), push(2)), threads=((push(3), POP), (push(4), POP))),)

pytestmark = [pytest.mark.slow, pytest.mark.skipif(COMPILER is None, reason="rustc is absent: install Rust")]


def crates(asan: bool) -> Crates:
    assert COMPILER is not None
    found = built_crates(COMPILER, cache_folder(), asan=asan, fetch="PROBATUM_BUILD_LOOM" in os.environ)
    if isinstance(found, str):
        pytest.skip(f"{found}; to build it: PROBATUM_BUILD_LOOM=1")
    return found


@cache
def interleaved(source: str, *, asan: bool) -> Interleavings:
    assert COMPILER is not None
    explored = explore(
        COMPILER, crates(asan), source, SUBJECT, CLIENTS, bound=2, cache=cache_folder(), tier=best_tier()
    )
    return judge_explored(explored, STACK, NAMES)


def stack(name: str) -> str:
    return next(path for path in PATHS if path.stem == name).read_text()


def frozen(name: str) -> Progress:
    assert COMPILER is not None
    return progress_of(COMPILER, stack(name), SUBJECT, FREEZING, cache=cache_folder(), tier=best_tier())


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_the_boundary_lets_every_one_of_them_through(path: Path) -> None:
    assert listed_constructs(path.read_text(), concurrent=True) == []


@pytest.mark.parametrize("asan", [False, True], ids=["loom", "asan"])
@pytest.mark.parametrize("name", ["mutex", "kept_garbage", "hidden_lock"])
def test_a_correct_stack_is_held_when_no_interleaving_is_left(name: str, asan: bool) -> None:
    found = interleaved(stack(name), asan=asan)
    assert found.holds is True, found
    assert found.executions > 20 and found.histories > 4


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("relaxed_publish", {"race"}),
        ("lost_update", {"order", "memory"}),
        ("taken_twice", {"order", "memory"}),
        ("never_freed", {"leak"}),
        ("leak_on_retry", {"leak"}),
        ("gives_up", {"order"}),
        ("two_locks", {"deadlock"}),
        ("lock_released_early", {"race"}),
    ],
)
def test_a_bad_stack_is_refuted_for_its_own_reason_with_a_schedule(name: str, kinds: set[str]) -> None:
    found = interleaved(stack(name), asan=False)
    assert found.holds is False and found.kind in kinds, found
    assert any("(sut.rs:" in step for step in found.schedule) or found.kind in ("deadlock", "order")


def test_a_node_freed_too_early_is_seen_by_the_address_sanitizer_alone() -> None:
    assert interleaved(stack("early_free"), asan=False).holds is True
    found = interleaved(stack("early_free"), asan=True)
    assert found.holds is False and (found.kind, found.why) == ("address", "heap-use-after-free")
    assert {"thread 1", "thread 2"} <= {step.partition(":")[0] for step in found.schedule}


def test_a_spin_without_a_hint_is_not_called_a_defect() -> None:
    found = interleaved(stack("hidden_lock").replace("hint::spin_loop();", ""), asan=False)
    assert found.holds is None and found.kind == "limit", found


def test_what_does_not_compile_is_refuted_with_its_line() -> None:
    found = interleaved("pub struct Stack<T>(T);\nfn f() -> u8 { x }", asan=False)
    assert found.holds is False and found.kind == "build" and found.why.startswith("sut.rs:2"), found


@pytest.mark.parametrize(
    ("name", "tested"),
    [("mutex", "blocking"), ("hidden_lock", "blocking"), ("kept_garbage", "lock-free not refuted")],
)
def test_freezing_a_thread_tells_what_blocks(name: str, tested: str) -> None:
    found = frozen(name)
    assert found.tested == tested, found


@pytest.mark.parametrize("asan", [False, True], ids=["loom", "asan"])
def test_a_level_that_cannot_see_its_bad_stack_says_so(
    asan: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert COMPILER is not None
    assert interleaving_blind(COMPILER, crates(asan), cache=cache_folder(), tier=best_tier()) == ""
    for name in ("mutex", "early_free", "relaxed_publish"):
        (tmp_path / f"{name}.rs").write_text(stack("mutex"))
    monkeypatch.setattr(controls, "CONTROLS", tmp_path)
    why = interleaving_blind(COMPILER, crates(asan), cache=cache_folder(), tier=best_tier())
    assert "ends in complete" in why


def test_freezing_tells_its_own_controls_apart(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert COMPILER is not None
    assert freezing_blind(COMPILER, cache=cache_folder(), tier=best_tier()) == ""
    for name in ("mutex", "kept_garbage"):
        (tmp_path / f"{name}.rs").write_text(stack("kept_garbage"))
    monkeypatch.setattr(controls, "CONTROLS", tmp_path)
    assert "should be blocking" in freezing_blind(COMPILER, cache=cache_folder(), tier=best_tier())
