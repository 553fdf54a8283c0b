"""Whatever the shim offers is seen to be used after it was freed, though the sanitizer looks into no library: each kind
of object, at the start of its block, where the sanitizer writes, and further on."""

from __future__ import annotations

import pytest

from probatum.judge.interleaved.clients import Client
from probatum.judge.interleaved.controls import CLIENT, CROWD, try_clients
from probatum.sandbox.probe import best_tier
from probatum.toolchains.rust.cache import cache_folder
from probatum.toolchains.rust.compiler import find_compiler
from probatum.toolchains.rust.concurrent.crates import Tool, built_crates

COMPILER = find_compiler()
pytestmark = [pytest.mark.slow, pytest.mark.skipif(COMPILER is None, reason="rustc is absent: install Rust")]
STACK = """
#[allow(unused_imports)]
use crate::sync::{Arc, Mutex, atomic::*, cell::UnsafeCell};

struct Node { PAD object: KIND }
pub struct Stack<T> { node: AtomicPtr<Node>, items: Mutex<Vec<T>>, old: Mutex<Vec<*mut Node>> }
unsafe impl<T: Send> Send for Stack<T> {}
unsafe impl<T: Send> Sync for Stack<T> {}

fn node() -> *mut Node { Box::into_raw(Box::new(Node { PADDED object: MADE })) }

impl<T> Stack<T> {
    pub fn new() -> Self {
        Stack { node: AtomicPtr::new(node()), items: Mutex::new(Vec::new()), old: Mutex::new(Vec::new()) }
    }
    pub fn push(&self, value: T) {
        let node = self.node.load(Ordering::Acquire);
        let object = unsafe { &(*node).object };
        USED;
        self.items.lock().unwrap().push(value);
    }
    pub fn pop(&self) -> Option<T> {
        let old = self.node.swap(node(), Ordering::AcqRel);
        self.FREED;
        self.items.lock().unwrap().pop()
    }
    pub fn is_empty(&self) -> bool { self.items.lock().unwrap().is_empty() }
    fn free(&self, old: *mut Node) { unsafe { drop(Box::from_raw(old)) } }
    fn keep(&self, old: *mut Node) { self.old.lock().unwrap().push(old) }
}
impl<T> Drop for Stack<T> {
    fn drop(&mut self) {
        self.free(self.node.load(Ordering::Relaxed));
        let old: Vec<_> = self.old.get_mut().unwrap().drain(..).collect();
        old.into_iter().for_each(|old| self.free(old));
    }
}
"""
NUMBER, FLAG, LOCK, SHARED, CELL = (
    ("AtomicUsize", "AtomicUsize::new(1)"),
    ("AtomicBool", "AtomicBool::new(true)"),
    ("Mutex<u64>", "Mutex::new(1)"),
    ("Arc<u64>", "Arc::new(1)"),
    ("UnsafeCell<u64>", "UnsafeCell::new(1)"),
)
USES = [
    (NUMBER, "object.load(Ordering::Relaxed)"),
    (NUMBER, "object.store(2, Ordering::Relaxed)"),
    (NUMBER, "object.swap(2, Ordering::AcqRel)"),
    (NUMBER, "object.fetch_add(2, Ordering::AcqRel)"),
    (NUMBER, "let _ = object.compare_exchange(1, 2, Ordering::AcqRel, Ordering::Relaxed)"),
    (FLAG, "object.store(false, Ordering::Release)"),
    (FLAG, "object.fetch_or(true, Ordering::AcqRel)"),
    (LOCK, "drop(object.lock())"),
    (LOCK, "drop(object.try_lock())"),
    (SHARED, "drop(object.clone())"),
    (SHARED, "Arc::strong_count(object)"),
    (CELL, "object.with(|_| ())"),
]


def tried(use: tuple[tuple[str, str], str], tool: Tool, *, pad: bool, freed: str) -> str:
    assert COMPILER is not None
    crates = built_crates(COMPILER, cache_folder(), asan=True, tool=tool)
    assert not isinstance(crates, str), crates
    (kind, made), used = use
    words = {
        "PADDED": "before: [0; 4]," if pad else "",
        "PAD": "before: [u64; 4]," if pad else "",
        "KIND": kind,
        "MADE": made,
        "USED": used,
        "FREED": f"{freed}(old)",
    }
    source = STACK
    for word, text in words.items():
        source = source.replace(word, text)
    client: Client = CROWD if tool == "shuttle" else CLIENT
    law, why = try_clients(COMPILER, crates, source, [client], cache=cache_folder(), tier=best_tier())
    assert law in ("", "memory_safe"), (law, why)
    return law


@pytest.mark.parametrize("tool", ["loom", "shuttle"])
@pytest.mark.parametrize("use", USES, ids=lambda use: use[1].replace("object", use[0][0]))
def test_an_object_used_after_it_was_freed_is_refuted(use: tuple[tuple[str, str], str], tool: Tool) -> None:
    assert tried(use, tool, pad=False, freed="free") == "memory_safe"
    assert tried(use, tool, pad=True, freed="free") == "memory_safe"


@pytest.mark.parametrize("use", [each for each in USES if "store" in each[1] or "lock" in each[1]], ids=lambda u: u[1])
def test_one_that_is_kept_to_the_end_is_held(use: tuple[tuple[str, str], str]) -> None:
    assert tried(use, "loom", pad=False, freed="keep") == ""
