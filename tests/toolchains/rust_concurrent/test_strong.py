"""Loom takes sequentially consistent accesses for less than they are: what fails only for that is no refutation."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_stacks import COMPILER, tried

from probatum.candidate import Candidate
from probatum.judge.lane import Lane
from probatum.lab.files import read_task
from probatum.lab.seeds import chosen_seeds
from probatum.levels.context import Context
from probatum.levels.interleaving import interleaved
from probatum.sandbox.probe import best_tier

pytestmark = [pytest.mark.slow, pytest.mark.skipif(COMPILER is None, reason="rustc is absent: install Rust")]
HAZARDS = (Path(__file__).parent / "stacks" / "hazards.rs").read_text()
LOOKS_AGAIN = """            if self.head.load(SeqCst) != head {
                continue;
            }
"""
BETWEEN = "            slot.looks_at.store(head, SeqCst);\n"


SCANS = "        if self.slots.iter().any(|s| s.looks_at.load(SeqCst) == node) {\n"


def test_hazard_pointers_whose_accesses_are_all_sequentially_consistent_are_held() -> None:
    """Who scans comes after who took the node off, and so after everybody who then still found it."""
    assert tried(HAZARDS, asan=True) == ("", "")


def test_where_a_fence_stands_against_such_accesses_they_are_not_refuted_and_not_held() -> None:
    """They are right: but Loom has fences order fences only."""
    assert HAZARDS.count(SCANS) == 1
    fence = "        crate::sync::atomic::fence(SeqCst);\n"
    relaxed = SCANS.replace("load(SeqCst)", "load(crate::sync::atomic::Ordering::Relaxed)")
    law, why = tried(HAZARDS.replace(SCANS, fence + relaxed), asan=True)
    assert law == "unknown"
    assert "memory_safe fails where" in why and "put fence(Ordering::SeqCst)" in why


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


@pytest.mark.parametrize("line", [46, 47, 73])
def test_an_access_that_must_stand_in_the_order_of_others_and_does_not_is_refuted(line: int) -> None:
    """Without a fence Loom shows nothing that cannot be, so that no other look at it is needed."""
    task = read_task(Path(__file__).parents[3] / "tasks" / "ring_buffer")
    lines = task.canary("turns").files["sut.rs"].decode().splitlines()
    assert "SeqCst" in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace("SeqCst", "Relaxed")
    with Lane(task, tier=best_tier()) as lane:
        candidate = Candidate(files={"sut.rs": "\n".join(lines).encode()})
        lane.workers.prepare(candidate)
        found = interleaved(task, candidate, Context(lane=lane, seeds=chosen_seeds(1)))
    assert [finding.law for finding in found.findings] == ["linearizable"]
