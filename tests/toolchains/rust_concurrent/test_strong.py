"""Loom takes sequentially consistent accesses for less than they are: what fails only for that is no refutation."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_stacks import COMPILER, tried

pytestmark = [pytest.mark.slow, pytest.mark.skipif(COMPILER is None, reason="rustc is absent: install Rust")]
HAZARDS = (Path(__file__).parent / "stacks" / "hazards.rs").read_text()
LOOKS_AGAIN = """            if self.head.load(SeqCst) != head {
                continue;
            }
"""
BETWEEN = "            slot.looks_at.store(head, SeqCst);\n"


def test_hazard_pointers_without_a_fence_are_not_refuted_and_not_held() -> None:
    law, why = tried(HAZARDS, asan=True)
    assert law == "unknown"
    assert "memory_safe fails where SeqCst accesses count as AcqRel" in why and "put fence(Ordering::SeqCst)" in why


def test_with_a_fence_they_hold() -> None:
    fenced = HAZARDS.replace(BETWEEN, BETWEEN + "            crate::sync::atomic::fence(SeqCst);\n")
    fenced = fenced.replace(
        "        if self.slots.iter().any",
        "        crate::sync::atomic::fence(SeqCst);\n        if self.slots.iter().any",
    )
    assert tried(fenced, asan=True) == ("", "")


def test_one_who_does_not_look_again_frees_too_early_whatever_the_accesses_are() -> None:
    assert HAZARDS.count(LOOKS_AGAIN) == 1
    assert tried(HAZARDS.replace(LOOKS_AGAIN, ""), asan=True) == ("memory_safe", "heap-use-after-free")


def test_weaker_accesses_are_as_weak_as_before() -> None:
    weak = HAZARDS.replace("store(head, SeqCst)", "store(head, Release)").replace(
        "atomic::{AtomicBool, AtomicPtr, Ordering::SeqCst}",
        "atomic::{AtomicBool, AtomicPtr, Ordering::{Acquire, Release, SeqCst}}",
    )
    weak = weak.replace("if self.head.load(SeqCst) != head", "if self.head.load(Acquire) != head")
    assert weak.count("Acquire") == 2
    assert tried(weak, asan=True) == ("memory_safe", "heap-use-after-free")
