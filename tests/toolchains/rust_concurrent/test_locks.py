"""Locks made of atomics, in every way people make them: right ones come to an end and hold, wrong ones are refuted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from test_stacks import COMPILER, tried

from probatum.judge.interleaved.clients import Client
from probatum.judge.interleaved.controls import CLIENT, CROWD, POP, push, try_clients
from probatum.sandbox.probe import best_tier
from probatum.toolchains.rust.cache import cache_folder
from probatum.toolchains.rust.concurrent.crates import built_crates

pytestmark = [pytest.mark.slow, pytest.mark.skipif(COMPILER is None, reason="rustc is absent: install Rust")]
TEXT = (Path(__file__).parent / "stacks" / "locked.rs").read_text()
QUEUED = (Path(__file__).parent / "stacks" / "queued.rs").read_text()
TAKEN_WHOLE = (Path(__file__).parent / "stacks" / "taken_whole.rs").read_text()
COMBINED = (Path(__file__).parent / "stacks" / "combined.rs").read_text()
SWAP = "while self.taken.swap(true, Acquire) {\n            hint::spin_loop();\n        }"
LOOKS_FIRST = """while self.taken.swap(true, Acquire) {
            while self.taken.load(Relaxed) {
                hint::spin_loop();
            }
        }"""
FREE = "self.taken.store(false, Release);"
NUMBER = {
    "taken: AtomicBool,": "taken: AtomicUsize,",
    "AtomicBool::new(false)": "AtomicUsize::new(0)",
    "store(false,": "store(0,",
}
OTHER = {"serving: AtomicUsize,": "other: AtomicBool,", "serving: AtomicUsize::new(0)": "other: AtomicBool::new(false)"}
MUTEX = {"serving: AtomicUsize,": "first: Mutex<()>,", "serving: AtomicUsize::new(0)": "first: Mutex::new(())"}
MUTEX |= {"use crate::sync::{cell": "use crate::sync::{Mutex, TryLockError, cell"}
TRIED = """let held = loop {
            match self.first.try_lock() {
                Ok(held) => break held,
                Err(TryLockError::WouldBlock) => hint::spin_loop(),
                Err(TryLockError::Poisoned(left)) => break left.into_inner(),
            }
        };"""
TICKET = """let mine = self.taken.fetch_add(1, Relaxed);
        while self.serving.load(Acquire) != mine {
            hint::spin_loop();
        }"""


def locked(take: str, free: str = FREE, **others: str) -> str:
    """A stack behind a lock that is taken and given back so."""
    source = TEXT.replace("TAKE;", take).replace("FREE;", free)
    for old, new in others.items():
        source = source.replace(old, new)
    return source


WITHIN_A_MUTEX = locked(
    "let held = self.first.lock().unwrap();" + SWAP,
    FREE + "drop(held);",
    **{
        "serving: AtomicUsize,": "first: crate::sync::Mutex<()>,",
        "serving: AtomicUsize::new(0)": "first: crate::sync::Mutex::new(())",
        "pub fn is_empty(&self) -> bool {\n        self.alone(|items| items.is_empty())": (
            "pub fn is_empty(&self) -> bool {"
            + SWAP
            + "let found = self.items.with(|items| unsafe { (*items).is_empty() });"
            + FREE
            + "found"
        ),
    },
)
RIGHT = {
    "swap": locked(SWAP),
    "swap, all sequentially consistent": locked(SWAP.replace("Acquire", "SeqCst"), FREE.replace("Release", "SeqCst")),
    "swap after a look": locked(LOOKS_FIRST),
    "swap after a look, all sequentially consistent": locked(
        LOOKS_FIRST.replace("Acquire", "SeqCst").replace("Relaxed", "SeqCst"), FREE.replace("Release", "SeqCst")
    ),
    "fetch_or": locked(SWAP.replace("swap(true, Acquire)", "fetch_or(1, Acquire) == 1"), **NUMBER),
    "ticket": locked(TICKET, "self.serving.fetch_add(1, Release);", **NUMBER),
    "two, one in the other": locked(
        SWAP + SWAP.replace("taken", "other"), "self.other.store(false, Release);" + FREE, **OTHER
    ),
    "queue, with an order": QUEUED.replace("LOOKS", "1").replace("me, Relaxed", "me, AcqRel"),
    "taken whole, also when it is dropped": TAKEN_WHOLE.replace("PUT_BACK;", ""),
    "one does what all have written down": COMBINED.replace("ORDER", "Release"),
    "a mutex held while another lock is waited for": WITHIN_A_MUTEX,
    "a mutex that is tried until it is had": locked(TRIED, "drop(held);", **MUTEX),
    "yields": locked(SWAP.replace("hint::spin_loop", "thread::yield_now")),
}
FREED_BY_THE_LAST = locked(
    """if self.entered.fetch_add(1, Relaxed) < 2 {
            let door = self.door.load(Relaxed);
            let mut held = unsafe { (*door).lock().unwrap() };
            *held += 1;
            let last = *held == 2;
            drop(held);
            if last {
                drop(unsafe { Box::from_raw(door) });
            }
        }"""
    + SWAP,
    **{
        "serving: AtomicUsize,": "entered: AtomicUsize, door: crate::sync::atomic::AtomicPtr<crate::sync::Mutex<u8>>,",
        "serving: AtomicUsize::new(0)": (
            "entered: AtomicUsize::new(0), "
            "door: crate::sync::atomic::AtomicPtr::new(Box::into_raw(Box::new(crate::sync::Mutex::new(0))))"
        ),
    },
)
RIGHT["a mutex that the last frees, after all have given it back"] = FREED_BY_THE_LAST
WRONG = {
    "taken without an order": locked(SWAP.replace("Acquire", "Relaxed")),
    "given back without an order": locked(SWAP, FREE.replace("Release", "Relaxed")),
    "looked at, then taken": locked(
        "while self.taken.load(Acquire) { hint::spin_loop(); } self.taken.store(true, Release);"
    ),
    "believes an old value at once": QUEUED.replace("LOOKS", "0"),
    "believes an old value that it finds again": QUEUED.replace("LOOKS", "1"),
    "taken whole without an order": TAKEN_WHOLE.replace("PUT_BACK;", "").replace("AcqRel", "Relaxed"),
    "one does what all have written down, without an order": COMBINED.replace("ORDER", "Relaxed"),
    "goes on without the mutex that another has": locked("let held = self.first.try_lock();", "drop(held);", **MUTEX),
    "ticket without an order": locked(
        TICKET.replace("Acquire", "Relaxed"), "self.serving.fetch_add(1, Release);", **NUMBER
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_lock_holds(name: str) -> None:
    assert tried(RIGHT[name], asan=True) == ("", "")


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_lock_is_refuted(name: str) -> None:
    assert tried(WRONG[name], asan=True)[0] == "no_race"


@pytest.mark.parametrize(
    "name", ["a mutex that is tried until it is had", "goes on without the mutex that another has"]
)
def test_schedules_that_are_drawn_see_a_mutex_that_is_tried(name: str) -> None:
    assert COMPILER is not None
    crates = built_crates(COMPILER, cache_folder(), asan=False, tool="shuttle")
    assert not isinstance(crates, str), crates
    source = (RIGHT | WRONG)[name]
    law, _ = try_clients(COMPILER, crates, source, [CROWD], cache=cache_folder(), tier=best_tier())
    assert law == ("" if name in RIGHT else "no_race")


def test_a_lock_that_waits_only_so_long_is_refuted() -> None:
    source = locked("for _ in 0..3 { if !self.taken.swap(true, Acquire) { break; } hint::spin_loop(); }")
    made = [replace(CLIENT.program, threads=((push(n), POP), (push(n + 1), POP))) for n in range(0, 256, 2)]
    assert tried(source, [Client(program=program, after=(POP,) * 4) for program in made], asan=True)[0] == "no_race"


def test_a_lock_that_is_never_given_back_is_refuted_and_not_taken_for_unfair() -> None:
    kept = TAKEN_WHOLE.replace("PUT_BACK;", "if !node.is_null() { return self.value(node); }")
    for source in (locked(SWAP, ""), kept):
        law, why = tried(source, asan=True)
        assert law == "no_deadlock" and why.startswith("nobody goes on")


@pytest.mark.parametrize("where", ["while self.taken", "let found"])
@pytest.mark.parametrize("how", ["panic_any(1)", "resume_unwind(Box::new(1))"])
def test_a_call_that_unwinds_without_a_word_is_refuted(how: str, where: str) -> None:
    source = locked(SWAP).replace(where, f"if self.next() {{ std::panic::{how} }} {where}", 1)
    source = source.replace(
        "    fn alone", "    fn next(&self) -> bool { self.serving.fetch_add(1, Relaxed) == 3 }\n    fn alone"
    )
    assert tried(source, asan=True)[0] == "never_raises"


@pytest.mark.parametrize("how", ["panic_any(1)", "resume_unwind(Box::new(1))"])
def test_a_destructor_that_unwinds_without_a_word_is_not_held(how: str) -> None:
    emptied = TAKEN_WHOLE.replace("PUT_BACK;", "").replace("is_some() {}", f"is_some() {{}} std::panic::{how};")
    assert tried(emptied, asan=True)[0] not in ("", "unknown")
