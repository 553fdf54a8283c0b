"""Programs around a stack with a lock, each right or wrong for one reason, which were once judged otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from probatum.candidate import Candidate
from probatum.judge.lane import Lane
from probatum.lab.files import read_task
from probatum.lab.seeds import chosen_seeds
from probatum.levels.context import Context
from probatum.levels.interleaving import interleaved
from probatum.sandbox.probe import best_tier
from probatum.toolchains.rust.compiler import find_compiler
from probatum.verdict import Outcome

pytestmark = [pytest.mark.slow, pytest.mark.skipif(find_compiler() is None, reason="rustc is absent: install Rust")]
TASK = read_task(Path(__file__).parents[3] / "tasks" / "treiber_stack")
STACK = """
use crate::sync::{Arc, Mutex, atomic::{*, Ordering::*}, cell::UnsafeCell};
use std::{mem::ManuallyDrop, ptr};
OUTSIDE
pub struct Stack<T> { items: Mutex<Vec<T>>, FIELDS }
unsafe impl<T: Send> Send for Stack<T> {}
unsafe impl<T: Send> Sync for Stack<T> {}
impl<T> Stack<T> {
    pub fn new() -> Self { FIRST Stack { items: Mutex::new(Vec::new()), MADE } }
    pub fn push(&self, value: T) { PUSH; self.items.lock().unwrap().push(value); }
    pub fn pop(&self) -> Option<T> { POP; self.items.lock().unwrap().pop() }
    pub fn is_empty(&self) -> bool { self.items.lock().unwrap().is_empty() }
    INSIDE
}
impl<T> Drop for Stack<T> { fn drop(&mut self) { DROP } }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    """A program: what it adds to the stack, and the law that it breaks."""

    fields: str
    made: str
    push: str = ""
    pop: str = ""
    drop: str = ""
    outside: str = ""
    inside: str = ""
    first: str = ""
    law: str = ""

    def source(self) -> bytes:
        words = {"OUTSIDE": self.outside, "FIELDS": self.fields, "FIRST": self.first, "MADE": self.made}
        words |= {"PUSH": self.push, "POP": self.pop, "INSIDE": self.inside, "DROP": self.drop}
        text = STACK
        for word, what in words.items():
            text = text.replace(word, what)
        return text.encode()


ONE_WINS = 'assert!(!(self.one.load(Relaxed) && self.other.load(Relaxed)), "both saw nothing of each other");'
SIDES = "if self.roles.load(Relaxed) < 3 { match self.roles.fetch_add(1, Relaxed) { SIDES _ => {} } }"
THIRD = "2 => { self.y.store(1, SeqCst); if self.x.load(SeqCst) == 0 { self.other.store(true, Relaxed); } }"
NODE = "let node = self.node.load(Relaxed); if !node.is_null() { unsafe { LOOK } }"
PUBLISHED = Odd(
    outside="struct Node { object: OBJECT }",
    fields="node: AtomicPtr<Node>, begun: AtomicBool",
    made="node: AtomicPtr::new(ptr::null_mut()), begun: AtomicBool::new(false)",
    push="if !self.begun.swap(true, Relaxed) { "
    "self.node.store(Box::into_raw(Box::new(Node { object: MAKING })), Relaxed); }",
    pop=NODE,
    drop=NODE.replace("LOOK", "drop(Box::from_raw(node))"),
    law="no_race",
)


def published(kind: str, made: str, look: str) -> Odd:
    """A node that is handed over without an order."""
    return replace(
        PUBLISHED,
        outside=PUBLISHED.outside.replace("OBJECT", kind),
        push=PUBLISHED.push.replace("MAKING", made),
        pop=PUBLISHED.pop.replace("LOOK", look),
    )


ODD = {
    "what is retired under a lock is retired before whoever takes the lock looks for readers": Odd(
        fields="now: AtomicPtr<u64>, readers: AtomicUsize, old: Mutex<Vec<*mut u64>>",
        made="now: AtomicPtr::new(seven()), readers: AtomicUsize::new(0), old: Mutex::new(Vec::new())",
        outside="fn seven() -> *mut u64 { Box::into_raw(Box::new(7)) }",
        push="self.sweep(); let mut old = self.old.lock().unwrap(); "
        "old.push(self.now.swap(seven(), SeqCst)); drop(old)",
        pop="self.readers.fetch_add(1, SeqCst); unsafe { assert!(*self.now.load(SeqCst) == 7); } "
        "self.readers.fetch_sub(1, SeqCst)",
        inside="fn sweep(&self) { let old = std::mem::take(&mut *self.old.lock().unwrap()); "
        "if self.readers.load(SeqCst) == 0 { for one in old { unsafe { drop(Box::from_raw(one)); } } } "
        "else { self.old.lock().unwrap().extend(old); } }",
        drop="unsafe { drop(Box::from_raw(self.now.load(Relaxed))); "
        "for one in self.old.get_mut().unwrap().drain(..) { drop(Box::from_raw(one)); } }",
    ),
    "what is stored under a lock is stored before whoever takes the lock looks": Odd(
        fields="roles: AtomicUsize, told: Mutex<bool>, x: AtomicUsize, y: AtomicUsize, "
        "one: AtomicBool, other: AtomicBool",
        made="roles: AtomicUsize::new(0), told: Mutex::new(false), x: AtomicUsize::new(0), y: AtomicUsize::new(0), "
        "one: AtomicBool::new(false), other: AtomicBool::new(false)",
        push=SIDES.replace(
            "SIDES",
            "0 => { let mut told = self.told.lock().unwrap(); *told = true; self.x.store(1, SeqCst); } "
            "1 => { let told = *self.told.lock().unwrap(); "
            f"if told && self.y.load(SeqCst) == 0 {{ self.one.store(true, Relaxed); }} }} {THIRD}",
        ),
        pop=SIDES.replace("SIDES", THIRD.replace("2 =>", "0 | 1 | 2 =>")),
        drop=ONE_WINS,
    ),
    "a lock taken by an exchange that may fail for no reason": Odd(
        fields="taken: AtomicBool, cell: UnsafeCell<u64>",
        made="taken: AtomicBool::new(false), cell: UnsafeCell::new(0)",
        push="self.alone()",
        pop="self.alone()",
        inside="fn alone(&self) { while self.taken.compare_exchange_weak(false, true, Acquire, Relaxed).is_err() "
        "{ crate::sync::hint::spin_loop(); } self.cell.with_mut(|p| unsafe { *p += 1 }); "
        "self.taken.store(false, Release) }",
    ),
    "a lock that is taken to be another's where an exchange fails": Odd(
        fields="taken: AtomicBool, cell: UnsafeCell<u64>",
        made="taken: AtomicBool::new(false), cell: UnsafeCell::new(0)",
        push="self.alone()",
        pop="self.alone()",
        inside="fn alone(&self) { while let Err(taken) = self.taken.compare_exchange_weak(false, true, Acquire, "
        "Acquire) { if !taken { break } crate::sync::hint::spin_loop(); } self.cell.with_mut(|p| unsafe { *p += 1 }); "
        "self.taken.store(false, Release) }",
        law="no_race",
    ),
    "a thing that is taken away, and waited for by taking nothing away": Odd(
        fields="thing: AtomicPtr<u64>",
        made="thing: AtomicPtr::new(Box::into_raw(Box::new(7)))",
        push="self.away()",
        pop="self.away()",
        inside="fn away(&self) { loop { let thing = self.thing.swap(ptr::null_mut(), Acquire); if !thing.is_null() "
        "{ unsafe { assert!(*thing == 7) }; break self.thing.store(thing, Release) } "
        "crate::sync::hint::spin_loop(); } }",
        drop="drop(unsafe { Box::from_raw(self.thing.with_mut(|thing| *thing)) })",
    ),
    "a request on the stack, left there": Odd(
        fields="slot: AtomicPtr<AtomicBool>",
        made="slot: AtomicPtr::new(ptr::null_mut())",
        push="let own = AtomicBool::new(false); self.slot.store(&raw const own as *mut AtomicBool, Release)",
        pop="let other = self.slot.load(Acquire); if !other.is_null() { unsafe { (*other).store(true, Release) } }",
        law="memory_safe",
    ),
    "a request on the stack, waited for": Odd(
        fields="slot: AtomicPtr<AtomicBool>",
        made="slot: AtomicPtr::new(ptr::null_mut())",
        push="let own = AtomicBool::new(false); let at = &raw const own as *mut AtomicBool; "
        "if self.slot.compare_exchange(ptr::null_mut(), at, AcqRel, Relaxed).is_ok() "
        "&& self.slot.compare_exchange(at, ptr::null_mut(), AcqRel, Relaxed).is_err() "
        "{ while !own.load(Acquire) { crate::sync::hint::spin_loop(); } }",
        pop="let other = self.slot.swap(ptr::null_mut(), AcqRel); "
        "if !other.is_null() { unsafe { (*other).store(true, Release) } }",
    ),
    "large things fit on the stack": Odd(
        fields="slots: [AtomicU64; 512]",
        made="slots: std::array::from_fn(|_| AtomicU64::new(0))",
        push="self.slots[0].load(Relaxed)",
    ),
    "the count of an Arc orders nothing": Odd(
        fields="shared: Mutex<Arc<UnsafeCell<u64>>>",
        made="shared: Mutex::new(Arc::new(UnsafeCell::new(0)))",
        push="let own = Arc::clone(&*self.shared.lock().unwrap()); own.with(|p| unsafe { *p }); drop(own)",
        pop="let shared = self.shared.lock().unwrap(); "
        "if Arc::strong_count(&*shared) == 1 { shared.with_mut(|p| unsafe { *p += 1 }); } drop(shared)",
        law="no_race",
    ),
    "a fence before a load acquires nothing": Odd(
        fields="state: AtomicUsize, cell: UnsafeCell<u64>",
        made="state: AtomicUsize::new(0), cell: UnsafeCell::new(0)",
        push="if self.state.compare_exchange(0, 1, Relaxed, Relaxed).is_ok() { "
        "self.cell.with_mut(|p| unsafe { *p = 7 }); fence(SeqCst); self.state.store(2, Relaxed); }",
        pop="fence(SeqCst); if self.state.load(Relaxed) == 2 { assert!(self.cell.with(|p| unsafe { *p }) == 7); }",
        law="no_race",
    ),
    "a lock that is handed over without an order": published(
        "Mutex<u64>", "Mutex::new(7)", "drop((*node).object.lock())"
    ),
    "an Arc that is handed over without an order": published("Arc<u64>", "Arc::new(7)", "drop((*node).object.clone())"),
    "what a lock holds, reached past it": Odd(
        fields="lock: AtomicPtr<Mutex<u64>>, begun: AtomicBool",
        made="lock: AtomicPtr::new(Box::into_raw(Box::new(Mutex::new(0)))), begun: AtomicBool::new(false)",
        push="if !self.begun.swap(true, Relaxed) { unsafe { *(*self.lock.load(Acquire)).get_mut().unwrap() += 1; } }",
        pop="unsafe { *(*self.lock.load(Acquire)).lock().unwrap() += 1; }",
        drop="unsafe { drop(Box::from_raw(self.lock.load(Relaxed))) }",
        law="no_race",
    ),
    "an Arc of nothing, dropped twice": Odd(
        outside="struct Nothing;",
        fields="token: UnsafeCell<ManuallyDrop<Arc<Nothing>>>, open: AtomicBool",
        made="token: UnsafeCell::new(ManuallyDrop::new(Arc::new(Nothing))), open: AtomicBool::new(true)",
        push="self.close()",
        pop="self.close()",
        inside="fn close(&self) { if self.open.load(Acquire) { self.open.store(false, Release); "
        "drop(self.token.with(|token| unsafe { ptr::read(&**token) })); } }",
        drop="self.close()",
        law="memory_safe",
    ),
    "a flag reached after it was freed": Odd(
        fields="flag: AtomicPtr<AtomicBool>",
        made="flag: AtomicPtr::new(Box::into_raw(Box::new(AtomicBool::new(true))))",
        push="let flag = self.flag.load(Acquire); if !flag.is_null() { unsafe { (*flag).with_mut(|f| *f = false) } }",
        pop="let flag = self.flag.swap(ptr::null_mut(), AcqRel); "
        "if !flag.is_null() { unsafe { drop(Box::from_raw(flag)) } }",
        drop="let flag = self.flag.load(Relaxed); if !flag.is_null() { unsafe { drop(Box::from_raw(flag)) } }",
        law="memory_safe",
    ),
}


@pytest.fixture(scope="module")
def lane() -> Iterator[Lane]:
    with Lane(TASK, tier=best_tier()) as opened:
        yield opened


@pytest.mark.parametrize("name", ODD)
def test_it_is_judged_for_its_reason(lane: Lane, name: str) -> None:
    candidate = Candidate(files={"sut.rs": ODD[name].source()})
    lane.workers.prepare(candidate)
    found = interleaved(TASK, candidate, Context(lane=lane, seeds=chosen_seeds(1)))
    assert found.built is None, found.built
    outcome, reason = found.outcome(found.findings)
    assert outcome is (Outcome.REFUTED if ODD[name].law else Outcome.HOLDS), reason
    laws = [finding.law for finding in found.findings]
    assert laws in ([ODD[name].law] if ODD[name].law else [], ["no_race"] if ODD[name].law == "memory_safe" else [])
