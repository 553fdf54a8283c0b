"""Candidates are compiled in the sandbox, and what rustc says is told in one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from probatum.lab.files import read_task
from probatum.sandbox.probe import best_tier
from probatum.task.interface import interface_of
from probatum.toolchains.rust import compiler as rust
from probatum.toolchains.rust.compiler import Compiled, compile_candidate, find_compiler, first_error
from probatum.toolchains.rust.generate import main_text
from probatum.toolchains.rust.own import own_names

COMPILER = find_compiler()
POLL = "pub fn poll(_: Vec<Report>, _: u32) -> Option<Interval> { None }\n"
STACK = (Path(rust.__file__).parent / "concurrent/controls/mutex.rs").read_text().replace("//!", "//")
present = pytest.mark.skipif(COMPILER is None, reason="rustc is absent: install Rust to test its compiler")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rust")


def compiled(cache: Path, source: str, task: str = "sensor_poll_v2") -> Compiled:
    assert COMPILER is not None
    namespace: dict[str, Any] = {"__name__": "task"}
    exec(compile(read_task(task).files["task.py"], "task.py", "exec", dont_inherit=True), namespace)
    glue = main_text(interface_of(namespace), own_names(source))
    return compile_candidate(COMPILER, source, glue, cache=cache, tier=best_tier())


@present
@pytest.mark.slow
def test_a_candidate_is_compiled_once(cache: Path) -> None:
    first = compiled(cache, POLL)
    assert first.program is not None and first.cpu_s > 0, first
    again = compiled(cache, POLL)
    assert again.program == first.program and again.cpu_s == 0
    assert compiled(cache, POLL + "\n").program != first.program


OWN = "pub struct Interval { pub lo: i64, pub hi: i64 }\nfn of() { use super::Interval; let _: Option<Interval>; }\n"


@present
@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    [
        "use crate::types::{Interval, Report};",
        "use crate::{Interval, types::Report};",
        "use super::Interval;",
        "use crate::types::*;",
        "pub use crate::types::Interval;",
        "use crate::types::Interval as Given;",
        OWN,
    ],
)
def test_what_is_given_may_also_be_imported_by_name(cache: Path, line: str) -> None:
    done = compiled(cache, f"{line}\n{POLL}")
    assert done.program is not None, done.problem


@present
@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("\npub fn poll(_: Vec<Report>, _: u32) -> u8 { x }", "sut.rs:2: cannot find value `x` in this scope"),
        ("pub fn pol() {}", "interface: cannot find function `poll` in module `sut`"),
        (POLL + 'const _: &str = include_str!("/etc/passwd");', "sut.rs:2: couldn't read `/etc/passwd`"),
        (POLL + "macro_rules! m { () => { m!(); } } m!();", "sut.rs:2: recursion limit reached"),
        (POLL + "/* never closed", "sut.rs:2: unterminated block comment"),
    ],
)
def test_the_first_error_is_told(cache: Path, source: str, problem: str) -> None:
    done = compiled(cache, source)
    assert done.program is None and done.ended == "exit"
    assert done.problem.startswith(problem), done.problem


@present
@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    [
        "use crate::sync::{Mutex, RwLock};",
        "use crate::sync::mpsc::channel;",
        "use crate::sync; struct Own(sync::Condvar);",
        "struct Own(crate::sync::atomic::AtomicU128);",
        "fn f() { crate::sync::thread::spawn(|| ()); }",
        "use crate::sync::Mutex; fn f(lock: &Mutex<u8>) { lock.is_poisoned(); }",
        "use crate::sync::cell::UnsafeCell; fn f(cell: &UnsafeCell<u8>) { cell.get(); }",
    ],
)
def test_what_the_shim_does_not_offer_is_told_as_that(cache: Path, line: str) -> None:
    problem = compiled(cache, f"mod own {{ {line} }}\n{STACK}", "treiber_stack").problem
    assert problem.startswith("sut.rs:1: ") and problem.endswith(rust.UNOFFERED), problem


@present
@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    [
        "use crate::sync::Mutex; fn f(lock: &Mutex<u8>) { lock.lock().unwrap().poke(); }",
        "struct Mutex(u8); fn f(lock: &Mutex) { lock.is_poisoned(); }",
        "fn f(lock: Mutex<u8>) {}",
        "use crate::types::Mutex;",
    ],
)
def test_other_names_that_are_missing_are_not_the_shims(cache: Path, line: str) -> None:
    problem = compiled(cache, f"mod own {{ {line} }}\n{STACK}", "treiber_stack").problem
    assert problem.startswith("sut.rs:1: ") and not problem.endswith(rust.UNOFFERED)


@present
@pytest.mark.slow
def test_a_compiler_that_a_limit_ends_is_no_compile_error(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled(cache, POLL)
    monkeypatch.setattr(rust, "LIMITS", rust.Limits(cpu_s=1.0, wall_s=20.0, memory_mb=2048, processes=32, file_mb=256))
    done = compiled(cache, POLL + "const _: () = loop {};\n")
    assert (done.program, done.ended) == (None, "cpu")


def test_text_that_is_not_of_rustc_names_no_error() -> None:
    assert first_error("") == first_error('warning: x\n[1]\n{"level":"warning"}') == first_error("{")
    assert first_error('{"level":"error","message":"no","spans":[]}') == "interface: no"
