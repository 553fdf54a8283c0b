"""Who waits for what nobody will change is refuted; who waits long, and gets on in the end, is held."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_locks import FREE, MUTEX, OTHER, RIGHT, SWAP, TRIED, locked
from test_stacks import COMPILER, tried

from probatum.judge.interleaved.clients import Client
from probatum.judge.interleaved.controls import CLIENT, CROWD, POP, push, try_clients
from probatum.sandbox.probe import best_tier
from probatum.toolchains.rust.cache import cache_folder
from probatum.toolchains.rust.concurrent.crates import built_crates

pytestmark = [pytest.mark.slow, pytest.mark.skipif(COMPILER is None, reason="rustc is absent: install Rust")]
STRICT = SWAP.replace("Acquire", "SeqCst")
EXCHANGED = "while self.taken.compare_exchange(false, true, Acquire, Relaxed).is_err() {\n hint::spin_loop();\n }"
WEAKLY = EXCHANGED.replace("compare_exchange", "compare_exchange_weak")
LOOKS_FIRST = """loop {
            if !self.taken.load(Relaxed) && !self.taken.swap(true, Acquire) {
                break;
            }
            hint::spin_loop();
        }"""
FENCED = """while self.taken.load(Relaxed) || self.taken.swap(true, Relaxed) {
            fence(SeqCst);
            hint::spin_loop();
        }
        fence(Acquire);"""
PUSH = "pub fn push(&self, value: T) {\n        self.alone(|items| items.push(value))"


def crossed(take: str, free: str = FREE, other: str = "", other_free: str = "", **others: str) -> str:
    """A stack with two locks, which `push` takes in one order and everybody else in the other."""
    other = other or take.replace("taken", "other")
    other_free = other_free or free.replace("taken", "other")
    source = locked(f"{take}\n{other}", f"{other_free}{free}", **(others or OTHER))
    pushing = f"{other}\n{take}\nself.items.with_mut(|items| unsafe {{ (*items).push(value) }});\n{free}{other_free}"
    changed = source.replace(PUSH, f"pub fn push(&self, value: T) {{\n{pushing}")
    assert changed != source
    return changed.replace("hint, thread", "hint, thread, atomic::fence")


TWO_TICKETS = {
    "taken: AtomicBool,": "taken: AtomicUsize, a: AtomicUsize, b: AtomicUsize, c: AtomicUsize,",
    "taken: AtomicBool::new(false)": (
        "taken: AtomicUsize::new(0), a: AtomicUsize::new(0), b: AtomicUsize::new(0), c: AtomicUsize::new(0)"
    ),
}
FOR_EVER = {
    "swap": crossed(SWAP),
    "swap, all sequentially consistent": crossed(STRICT, FREE.replace("Release", "SeqCst")),
    "exchanged": crossed(EXCHANGED),
    "exchanged weakly": crossed(WEAKLY),
    "looks first": crossed(LOOKS_FIRST),
    "fenced": crossed(FENCED),
    "yields": crossed(SWAP.replace("hint::spin_loop", "thread::yield_now")),
    "tickets": crossed(
        "let a = self.taken.fetch_add(1, Relaxed); while self.serving.load(Acquire) != a { hint::spin_loop(); }",
        "self.serving.fetch_add(1, Release);",
        "let b = self.a.fetch_add(1, Relaxed); while self.b.load(Acquire) != b { hint::spin_loop(); }",
        "self.b.fetch_add(1, Release);",
        **TWO_TICKETS,
    ),
    "a mutex and a lock that spins": crossed(
        SWAP, FREE, "let held = self.first.lock().unwrap();", "drop(held);", **MUTEX
    ),
    "a mutex that is tried and a lock that spins": crossed(SWAP, FREE, TRIED, "drop(held);", **MUTEX),
    "not given back by who had to wait": locked(
        "let mut waited = false; while self.taken.swap(true, Acquire) { waited = true; hint::spin_loop(); }",
        "if !waited { self.taken.store(false, Release); }",
    ),
}
PATIENT = {
    "waits a thousand rounds between two tries": locked(
        """while self.taken.swap(true, Acquire) {
            let mut rounds = 0;
            while rounds < 1000 && self.taken.load(Relaxed) {
                rounds += 1;
                hint::spin_loop();
            }
        }"""
    ),
    "gives the first back where the second is not to be had": crossed(
        """loop {
            SWAP
            let mut rounds = 0;
            while rounds < 50 && self.other.swap(true, Acquire) {
                rounds += 1;
                hint::spin_loop();
            }
            if rounds < 50 {
                break;
            }
            FREE
            thread::yield_now();
        }""".replace("SWAP", SWAP).replace("FREE", FREE),
        FREE + "self.other.store(false, Release);",
        " ",
        " ",
    ),
}

LINKED = """use crate::sync::atomic::{AtomicPtr, Ordering::*};
use crate::sync::epoch::Collector;
struct Node<T> { value: Option<T>, next: AtomicPtr<Node<T>> }
pub struct Stack<T> { head: AtomicPtr<Node<T>>, collector: Collector }
unsafe impl<T: Send> Send for Stack<T> {}
unsafe impl<T: Send> Sync for Stack<T> {}
impl<T> Drop for Stack<T> {
    fn drop(&mut self) { while self.pop().is_some() {} }
}
impl<T> Stack<T> {
    pub fn new() -> Self { Stack { head: AtomicPtr::new(std::ptr::null_mut()), collector: Collector::new() } }
    pub fn is_empty(&self) -> bool { self.head.load(Acquire).is_null() }
    pub fn push(&self, value: T) {
        let guard = self.collector.pin();
        let node = Box::into_raw(Box::new(Node { value: Some(value), next: AtomicPtr::new(std::ptr::null_mut()) }));
        PUSH
    }
    pub fn pop(&self) -> Option<T> {
        let guard = self.collector.pin();
        loop {
            let head = self.head.load(Acquire);
            if head.is_null() { return None; }
            let next = unsafe { (*head).next.load(Acquire) };
            let mut last = next;
            while !last.is_null() { last = unsafe { (*last).next.load(Acquire) }; }
            if self.head.compare_exchange(head, next, AcqRel, Relaxed).is_ok() {
                let value = unsafe { (*head).value.take() };
                unsafe { guard.retire(head) };
                return value;
            }
        }
    }
}
"""
RIGHTLY = """loop {
            let head = self.head.load(Relaxed);
            unsafe { (*node).next.store(head, Relaxed) };
            if self.head.compare_exchange(head, node, AcqRel, Relaxed).is_ok() { return; }
        }"""
ONCE = """let head = self.head.load(Relaxed);
        unsafe { (*node).next.store(head, Relaxed) };
        while self.head.compare_exchange(head, node, AcqRel, Relaxed).is_err() {}"""
ROUND = """let head = self.head.load(Acquire);
        unsafe { (*node).next.store(head, Relaxed) };
        let found = self.head.swap(node, AcqRel);
        if found != head && !found.is_null() {
            unsafe { (*node).next.store(found, Release) };
            unsafe { (*found).next.store(node, Release) };
        }"""
PUSHED = replace(CLIENT, program=replace(CLIENT.program, threads=((push(1),), (push(2),))))
ENDLESS = {"tries for ever what it looked at once": ONCE, "links in a ring": ROUND}


TAKEN = "while self.taken.compare_exchange(false, true, Relaxed, Relaxed).is_err() { hint::spin_loop(); }"
PAUSES = "for _ in 0..20 { LOOK; hint::spin_loop(); }"
HANDED_ON = {
    "a fence that looks like one before": locked(
        TAKEN + "fence(Acquire);" + PAUSES.replace("LOOK", "fence(Release); self.serving.load(Relaxed)"),
        "fence(Release); self.taken.store(false, Relaxed);",
    ).replace("hint, thread", "hint, thread, atomic::fence"),
    "an exchange that leaves what it finds": locked(
        TAKEN + PAUSES.replace("LOOK", "self.serving.fetch_add(0, AcqRel)"),
        "self.serving.fetch_add(0, AcqRel); self.taken.store(false, Relaxed);",
    ),
}
COUNTED = """use crate::sync::{atomic::{AtomicUsize, Ordering::*}, Mutex};
pub struct Stack<T> { items: Mutex<Vec<T>>, pushed: AtomicUsize, popped: AtomicUsize }
impl<T> Stack<T> {
    pub fn new() -> Self {
        Stack { items: Mutex::new(Vec::new()), pushed: AtomicUsize::new(0), popped: AtomicUsize::new(0) }
    }
    pub fn push(&self, value: T) {
        let mut items = self.items.lock().unwrap();
        items.push(value);
        self.pushed.fetch_add(1, SeqCst);
    }
    pub fn pop(&self) -> Option<T> {
        let mut items = self.items.lock().unwrap();
        let value = items.pop()?;
        self.popped.fetch_add(1, SeqCst);
        Some(value)
    }
    pub fn is_empty(&self) -> bool {
        for _ in 0..TIMES { let _ = (self.pushed.load(SeqCst), self.popped.load(SeqCst)); }
        let pushed = self.pushed.load(SeqCst);
        pushed == self.popped.load(SeqCst)
    }
}
"""
PUBLISHED = """use crate::sync::{atomic::{AtomicBool, AtomicUsize, Ordering::*}, cell::UnsafeCell, hint, Mutex};
pub struct Stack<T> {
    items: Mutex<Vec<T>>, begun: AtomicBool, ready: AtomicUsize, idle: AtomicUsize, data: UnsafeCell<u64>,
}
unsafe impl<T: Send> Send for Stack<T> {}
unsafe impl<T: Send> Sync for Stack<T> {}
impl<T> Stack<T> {
    pub fn new() -> Self {
        let (ready, idle) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Stack { items: Mutex::new(Vec::new()), begun: AtomicBool::new(false), ready, idle, data: UnsafeCell::new(0) }
    }
    fn pauses(&self) {
        for _ in 0..12 {
            if self.idle.load(Relaxed) != 0 { return; }
            hint::spin_loop();
        }
    }
    fn enters(&self) {
        if !self.begun.swap(true, Relaxed) {
            self.data.with_mut(|data| unsafe { *data = 7 });
            self.ready.store(1, Release);
        }
        self.pauses();
        if self.ready.load(Acquire) == 1 {
            assert!(self.data.with(|data| unsafe { *data }) == 7);
        }
        self.pauses();
    }
    pub fn push(&self, value: T) { self.enters(); self.items.lock().unwrap().push(value) }
    pub fn pop(&self) -> Option<T> { self.items.lock().unwrap().pop() }
    pub fn is_empty(&self) -> bool { self.items.lock().unwrap().is_empty() }
}
"""
LOOKED_AT = Client(
    program=replace(CLIENT.program, before=(push(1), push(2)), threads=((push(3), POP, POP), (("is_empty", ()),))),
    after=(POP,),
)


@pytest.mark.parametrize("name", HANDED_ON)
def test_what_is_handed_on_without_a_change_is_not_left_out(name: str) -> None:
    assert tried(HANDED_ON[name], [PUSHED], asan=True) == ("", "")


def test_a_look_is_that_of_the_thread_that_makes_it() -> None:
    three = replace(PUSHED, program=replace(PUSHED.program, threads=((push(1),), (push(2),), (push(3),))))
    assert tried(PUBLISHED, [three], asan=True) == ("", "")


@pytest.mark.parametrize(("times", "law"), [("10", "linearizable"), ("200", "unknown")])
def test_who_looks_again_and_again_is_stopped_in_between_or_not_held(times: str, law: str) -> None:
    assert tried(COUNTED.replace("TIMES", times), [LOOKED_AT], asan=True)[0] == law


@pytest.mark.parametrize("name", FOR_EVER)
def test_who_waits_for_ever_is_refuted(name: str) -> None:
    law, why = tried(FOR_EVER[name], asan=True)
    assert law == "no_deadlock"
    assert "nobody goes on" in why


@pytest.mark.parametrize("name", PATIENT)
def test_who_waits_long_is_held(name: str) -> None:
    assert tried(PATIENT[name], asan=True) == ("", "")


@pytest.mark.parametrize("name", ENDLESS)
def test_a_loop_without_an_end_is_refuted(name: str) -> None:
    law, why = tried(LINKED.replace("PUSH", ENDLESS[name]), [PUSHED], asan=True)
    assert (law, why.startswith("nobody goes on")) == ("no_deadlock", True)


def test_the_same_with_an_end_holds() -> None:
    assert tried(LINKED.replace("PUSH", RIGHTLY), asan=True) == ("", "")


@pytest.mark.parametrize("name", FOR_EVER)
def test_who_waits_for_ever_without_saying_so_does_not_hold(name: str) -> None:
    assert tried(unsaid(FOR_EVER[name]), asan=True)[0] in ("no_deadlock", "unknown")


def test_who_takes_two_locks_in_two_orders_without_saying_that_it_waits_is_refuted() -> None:
    assert tried(unsaid(FOR_EVER["swap"]), asan=True)[0] == "no_deadlock"


WITHIN = """let mut tries = 0;
        loop {
            let how = if (100..1900).contains(&tries) { Relaxed } else { Acquire };
            if self.taken.compare_exchange(false, true, how, Relaxed).is_ok() { break; }
            tries += 1;
        }"""


def test_what_is_wrong_only_in_some_rounds_of_a_wait_that_is_not_said_is_not_held() -> None:
    assert tried(locked(WITHIN), asan=True)[0] == "unknown"


NEVER_WAITS = "a mutex held while another lock is waited for"
"""The client has nobody wait there."""


@pytest.mark.parametrize("name", [name for name in RIGHT if name != NEVER_WAITS])
def test_who_waits_without_saying_so_is_neither_held_nor_called_wrong(name: str) -> None:
    assert tried(unsaid(RIGHT[name]), asan=True)[0] == "unknown"


@pytest.mark.parametrize("name", FOR_EVER)
def test_who_waits_for_ever_is_refuted_in_drawn_schedules(name: str) -> None:
    law, why = many(FOR_EVER[name])
    assert law == "no_deadlock"
    assert "nobody goes on" in why


SMALL = {"queue, with an order", "one does what all have written down"}
"""They have twelve places."""


@pytest.mark.parametrize("name", [name for name in RIGHT | PATIENT if name not in SMALL])
def test_who_waits_long_is_held_in_drawn_schedules(name: str) -> None:
    source = (RIGHT | PATIENT)[name]
    assert many(source) == many(unsaid(source)) == ("", "")


def many(source: str) -> tuple[str, str]:
    assert COMPILER is not None
    crates = built_crates(COMPILER, cache_folder(), asan=True, tool="shuttle")
    assert not isinstance(crates, str), crates
    return try_clients(COMPILER, crates, source, [CROWD], cache=cache_folder(), tier=best_tier())


def unsaid(source: str) -> str:
    return source.replace("hint::spin_loop()", "()").replace("thread::yield_now()", "()")
