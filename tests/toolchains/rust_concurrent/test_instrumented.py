"""ThreadSanitizer: it tells its controls apart where its library can be had, and else is said to be missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from probatum.candidate import Candidate
from probatum.cascade import assess
from probatum.judge.interleaved.controls import CONTROLS
from probatum.judge.lane import Lane
from probatum.lab.files import read_task
from probatum.lab.seeds import fresh_seeds
from probatum.levels import raced
from probatum.levels.context import Context
from probatum.levels.raced import raced_blind
from probatum.sandbox.probe import best_tier
from probatum.toolchains.rust.cache import cache_folder
from probatum.toolchains.rust.compiler import Compiler, find_compiler
from probatum.toolchains.rust.concurrent.instrumented import built_std, source_absent
from probatum.verdict import Verdict

COMPILER = find_compiler()
WHY = "rustc is absent: install Rust" if COMPILER is None else source_absent(COMPILER)
TASK = read_task(Path(__file__).parents[3] / "tasks/treiber_stack")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(COMPILER is None, reason="rustc is absent: install Rust")]
with_source = pytest.mark.skipif(bool(WHY), reason=WHY)


def memory(source: bytes) -> Verdict:
    with Lane(TASK, tier=best_tier()) as lane:
        found = assess(TASK, Candidate(files={"sut.rs": source}), Context(lane=lane, seeds=fresh_seeds()))
    return next(verdict for verdict in found.verdicts if verdict.level == "memory")


def good(name: str) -> bytes:
    return TASK.canary(name).files["sut.rs"]


def test_without_the_source_of_the_library_what_gets_it_is_named(tmp_path: Path) -> None:
    bare = Compiler(program=tmp_path / "rustc", sysroot=tmp_path, version="rustc 1")
    why = built_std(bare, tmp_path)
    assert isinstance(why, str) and "rustup component add rust-src" in why and "probatum doctor --install rust" in why


@pytest.mark.skipif(not WHY, reason="the source of the standard library is there")
def test_a_verdict_says_that_threadsanitizer_did_not_look_and_how_to_get_it() -> None:
    said = memory(good("reference")).assumptions[-1]
    assert said.startswith("ThreadSanitizer, which sees races on plain memory too, did not look")
    assert "rustup component add rust-src" in said


@pytest.fixture(scope="module")
def compiler() -> Compiler:
    assert COMPILER is not None
    built = built_std(COMPILER, cache_folder())
    assert not isinstance(built, str), built
    return COMPILER


@with_source
def test_it_tells_its_controls_apart_and_says_so_where_it_does_not(
    compiler: Compiler, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    crates = built_std(compiler, cache_folder())
    assert not isinstance(crates, str)
    assert raced_blind(compiler, crates, cache=cache_folder(), tier=best_tier()) == ""
    for name in ("mutex", "kept_garbage", "relaxed_publish"):
        (tmp_path / f"{name}.rs").write_text((CONTROLS / "mutex.rs").read_text())
    monkeypatch.setattr(raced, "CONTROLS", tmp_path)
    why = raced_blind(compiler, crates, cache=cache_folder(), tier=best_tier())
    assert why.startswith("control relaxed_publish.rs should be REFUTED, but is HOLDS")


@with_source
def test_a_race_on_plain_memory_which_loom_does_not_see_is_found(compiler: Compiler) -> None:
    """A number behind a pointer, counted up by whoever pushes."""
    source = good("kept_garbage").decode()
    plain = source.replace(
        "    garbage: AtomicPtr<Node<T>>,\n", "    garbage: AtomicPtr<Node<T>>,\n    pushed: Box<u64>,\n"
    )
    plain = plain.replace(
        "garbage: AtomicPtr::new(ptr::null_mut()) }", "garbage: AtomicPtr::new(ptr::null_mut()), pushed: Box::new(0) }"
    )
    plain = plain.replace(
        "        let (next, retired)",
        "        unsafe { *(&*self.pushed as *const u64 as *mut u64) += 1 };\n        let (next, retired)",
        1,
    )
    assert plain.count("pushed") == 3
    found = memory(plain.encode())
    assert [(f.law, f.counterexample is not None) for f in found.refuting] == [("no_race", True)]
    assert found.reason.startswith("no_race: ThreadSanitizer: data race")
    assert found.scope.count("executions") > 500 and "ThreadSanitizer" in found.tools


@with_source
@pytest.mark.parametrize("name", ["kept_garbage", "hidden_lock"])
def test_what_is_right_is_held_and_its_runs_are_counted(compiler: Compiler, name: str) -> None:
    found = memory(good(name))
    assert found.outcome.name == "HOLDS" and found.scope.count("raced_runs") == raced.CLIENTS * raced.ROUNDS


@with_source
def test_a_candidate_with_fences_is_not_run(compiler: Compiler) -> None:
    found = memory(good("epoch"))
    assert found.outcome.name == "HOLDS" and "it does not know what a fence orders" in found.assumptions[-1]
