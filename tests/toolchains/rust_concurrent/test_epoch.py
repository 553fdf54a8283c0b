"""The shim's epochs: the algorithm keeps its contract, and nobody hides a mistake behind the model of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from probatum.judge.interleaved.clients import Client
from probatum.judge.interleaved.controls import CLIENT, FREEZING, POP, push, stack_interface, try_clients
from probatum.judge.schedules.programs import Program
from probatum.sandbox.probe import best_tier
from probatum.toolchains.rust.cache import cache_folder
from probatum.toolchains.rust.compiler import RUNTIME, find_compiler
from probatum.toolchains.rust.concurrent.clients import shared_text
from probatum.toolchains.rust.concurrent.crates import built_crates
from probatum.toolchains.rust.concurrent.explore import compile_shared
from probatum.toolchains.rust.concurrent.progress import progress_of

COMPILER = find_compiler()
GOOD = (Path(__file__).parents[3] / "tasks/treiber_stack/canaries/good/epoch/sut.rs").read_text()
POPS = Client(
    program=Program(owner="Stack", made=(), before=tuple(map(push, (1, 2, 3))), threads=((POP,), (POP, POP))),
    after=(POP, POP),
)
PEEKS = Client(
    program=Program(owner="Stack", made=(), before=(push(1), push(2)), threads=((POP,), (("is_empty", ()),))),
    after=(POP, POP),
)
PIN = "let guard = self.collector.pin();\n"
pytestmark = [pytest.mark.slow, pytest.mark.skipif(COMPILER is None, reason="rustc is absent: install Rust")]


def tried(source: str, client: Client = POPS) -> tuple[str, str]:
    assert COMPILER is not None
    crates = built_crates(COMPILER, cache_folder(), asan=True)
    assert not isinstance(crates, str), crates
    return try_clients(COMPILER, crates, source, [client], cache=cache_folder(), tier=best_tier())


def edited(*changes: tuple[str, str], source: str = GOOD) -> str:
    for old, new in changes:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    return source


def with_the_algorithm(*changes: tuple[str, str]) -> str:
    """The good stack with the algorithm that the other variants use as a module of its own, on Loom's primitives."""
    module = RUNTIME["epoch.rs"].read_text().replace("use super::atomic", "use crate::sync::atomic")
    module = "\n".join(line for line in module.splitlines() if "super::watch::" not in line)
    stack = edited(("use crate::sync::epoch::Collector;", "use epoch::Collector;"))
    return f"{stack}\nmod epoch {{\n{edited(*changes, source=module)}\n}}\n"


def test_the_algorithm_frees_nothing_that_a_guard_protects_in_any_interleaving() -> None:
    assert tried(with_the_algorithm()) == ("", "")


@pytest.mark.soak
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("if noted != FREE && noted != epoch {", "if false {"),
        ("if noted != FREE && noted != epoch {", "if noted != FREE && noted + 1 < epoch {"),
        ("[(epoch + 2) % 3].swap", "[epoch % 3].swap"),
        ("        fence(Ordering::SeqCst);\n        Guard", "        Guard"),
        ("first, slot, Ordering::AcqRel, Ordering::Acquire", "first, slot, Ordering::Relaxed, Ordering::Relaxed"),
    ],
    ids=["looks at no slot", "waits for one epoch", "empties the bag in use", "pins without a fence", "hides a slot"],
)
def test_a_mistake_in_the_algorithm_is_found(old: str, new: str) -> None:
    assert tried(with_the_algorithm((old, new)))[0] in ("memory_safe", "no_race")


NOT_RETIRED = ("            guard.retire(head);\n", "            let _ = &guard;\n")
FORGOTTEN = ("            Some(value)", "            std::mem::forget(guard);\n            Some(value)")
LOADED_BEFORE = (
    f"        {PIN}        let mut head = self.head.load(Ordering::Acquire);",
    "        let mut head = {\n            let _guard = self.collector.pin();\n"
    f"            self.head.load(Ordering::Acquire)\n        }};\n        {PIN}",
)
NOTHINGS = (
    "            Some(value)",
    "            (0..2).for_each(|_| guard.retire(Box::into_raw(Box::new(()))));\n            Some(value)",
)
UNORDERED = ("compare_exchange(head, node, Ordering::Release,", "compare_exchange(head, node, Ordering::Relaxed,")
PINNED_TWICE = ("        let node = Box", f"        {PIN}        let node = Box")


def kept(first: str, second: str) -> str:
    """A guard that stays in the stack it came from, in a field that is dropped before the collector or after it."""
    return edited(
        ("    collector: Collector,\n", f"    {first},\n    {second},\n"),
        ("collector: Collector::new() }", "collector: Collector::new(), kept: Mutex::new(None) }"),
        ("use std::ptr;", "use crate::sync::{epoch::Guard, Mutex};\nuse std::ptr;"),
        (
            "            Some(value)",
            "            *self.kept.lock().unwrap() = Some(std::mem::transmute(guard));\n            Some(value)",
        ),
    )


KEPT = "kept: Mutex<Option<Guard<'static>>>"


@pytest.mark.parametrize(
    ("source", "client", "law"),
    [
        (lambda: edited(LOADED_BEFORE), POPS, "memory_safe"),
        (lambda: edited(NOT_RETIRED), POPS, "no_leak"),
        (lambda: edited(UNORDERED, PINNED_TWICE), CLIENT, "no_race"),
        (lambda: edited(FORGOTTEN), POPS, ""),
        (lambda: edited(NOTHINGS), POPS, ""),
    ],
    ids=[
        "found under one guard, read under another",
        "never retired",
        "pins order nothing",
        "a guard forgotten",
        "objects without a size",
    ],
)
def test_epochs_hide_no_mistake(source: Callable[[], str], client: Client, law: str) -> None:
    assert tried(source(), client)[0] == law


@pytest.mark.soak
@pytest.mark.parametrize(
    ("fields", "law"), [((KEPT, "collector: Collector"), ""), (("collector: Collector", KEPT), "memory_safe")]
)
def test_a_guard_may_be_kept_but_not_longer_than_its_collector(fields: tuple[str, str], law: str) -> None:
    assert tried(kept(*fields))[0] == law


SEEN = (
    (
        "    next: *mut Node<T>,\n}",
        "    next: *mut Node<T>,\n    seen: UnsafeCell<u8>,\n    all: *const UnsafeCell<u8>,\n}",
    ),
    ("next: ptr::null_mut() }));", "next: ptr::null_mut(), seen: UnsafeCell::new(0), all: &self.all }));"),
    ("    collector: Collector,\n", "    collector: Collector,\n    all: UnsafeCell<u8>,\n"),
    ("collector: Collector::new() }", "collector: Collector::new(), all: UnsafeCell::new(0) }"),
    ("use std::ptr;", "use crate::sync::cell::UnsafeCell;\nuse std::ptr;"),
    (
        "        self.head.load(Ordering::Acquire).is_null()",
        "        let _guard = self.collector.pin();\n        let head = self.head.load(Ordering::Acquire);\n"
        "        head.is_null() || unsafe { (*head).seen.with(|seen| *seen) == 9 }",
    ),
)
DROPPED = "\nimpl<T> Drop for Node<T> {{\n    fn drop(&mut self) {{\n        {}\n    }}\n}}\n"
OWN = "self.seen.with_mut(|seen| unsafe { *seen = 1 });"
SHARED = "unsafe { (*self.all).with_mut(|all| *all += 1) };"


def test_what_a_destructor_does_to_its_own_object_comes_after_all_who_looked_at_it() -> None:
    assert tried(edited(*SEEN) + DROPPED.format(OWN), PEEKS) == ("", "")


@pytest.mark.soak
def test_what_a_destructor_does_to_anything_else_is_checked() -> None:
    assert tried(edited(*SEEN) + DROPPED.format(SHARED), POPS)[0] == "no_race"


@pytest.mark.parametrize(("source", "start"), [(GOOD, "stallable (pop frozen"), (edited(NOT_RETIRED), "")])
def test_a_pinned_thread_that_stands_still_is_shown_to_stall_what_others_retire(source: str, start: str) -> None:
    assert COMPILER is not None
    place = {"cache": cache_folder(), "tier": best_tier()}
    built = compile_shared(COMPILER, source, shared_text(stack_interface(), {}), None, **place)  # type: ignore[arg-type]
    assert built.program is not None, built.problem
    clients = [{"text": FREEZING.text(stack_interface().classes[0]), "names": [["push", "pop"], ["push", "pop"]]}]
    found = progress_of(built.program, clients, tier=best_tier())
    assert found.tested == "lock-free not refuted"
    assert found.reclamation.startswith(start) and bool(found.reclamation) == bool(start)


@pytest.mark.soak
def test_a_look_without_a_guard_meets_freed_memory() -> None:
    unguarded = edited(("        let _guard = self.collector.pin();\n", ""), source=edited(*SEEN))
    assert tried(unguarded, PEEKS)[0] == "memory_safe"
