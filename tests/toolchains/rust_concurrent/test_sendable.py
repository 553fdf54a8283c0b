"""An object that says itself where it may be sent and shared must not say more than is true of what it stores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from probatum.candidate import Candidate
from probatum.judge.lane import Lane
from probatum.lab.files import read_task
from probatum.lab.seeds import chosen_seeds
from probatum.levels.context import Context
from probatum.levels.sending import sent_unasked
from probatum.sandbox.probe import best_tier
from probatum.toolchains.rust.compiler import find_compiler
from probatum.verdict import Outcome

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_compiler() is None, reason="rustc is absent: install Rust to test its candidates"),
]
TASKS = Path(__file__).parents[3] / "tasks"
SAID = "unsafe impl<T: Send> Send for Stack<T> {}\nunsafe impl<T: Send> Sync for Stack<T> {}\n"


@pytest.fixture(scope="module")
def lane() -> Iterator[Lane]:
    with Lane(read_task(TASKS / "treiber_stack"), tier=best_tier()) as opened:
        yield opened


def refuted(lane: Lane, source: str) -> str:
    found = sent_unasked(Candidate(files={"sut.rs": source.encode()}), Context(lane=lane, seeds=chosen_seeds(1)))
    if found is None:
        return ""
    assert found.outcome is Outcome.REFUTED and found.findings[0].law == "no_race"
    return found.reason


def stack(lane: Lane) -> str:
    source = lane.task.canary("sent_anywhere").files["sut.rs"].decode()
    return source.replace("unsafe impl<T> Send for Stack<T> {}\nunsafe impl<T> Sync for Stack<T> {}\n", SAID)


def test_with_the_bound_nothing_is_said(lane: Lane) -> None:
    assert SAID in stack(lane) and refuted(lane, stack(lane)) == ""


def test_without_it_the_object_may_be_sent_too_far(lane: Lane) -> None:
    unbound = stack(lane).replace("impl<T: Send> Send", "impl<T> Send")
    assert "Stack may be sent to another thread, although what it stores may not" in refuted(lane, unbound)


def test_or_shared_too_widely(lane: Lane) -> None:
    unbound = stack(lane).replace("impl<T: Send> Sync", "impl<T> Sync")
    assert "Stack may be shared by threads, although" in refuted(lane, unbound)


def test_it_need_not_be_the_object_itself_that_says_too_much(lane: Lane) -> None:
    inner = "struct Inner<T>(UnsafeCell<Vec<T>>);\nunsafe impl<T> Send for Inner<T> {}\n"
    inner += "unsafe impl<T> Sync for Inner<T> {}\n"
    source = stack(lane).replace(SAID, inner).replace("items: UnsafeCell<Vec<T>>", "items: Inner<T>")
    source = source.replace("items: UnsafeCell::new(Vec::new())", "items: Inner(UnsafeCell::new(Vec::new()))")
    assert "although what it stores may not" in refuted(lane, source.replace("self.items.with", "self.items.0.with"))


def test_an_object_that_can_only_be_made_of_what_may_be_sent_is_not_asked_about(lane: Lane) -> None:
    bound = stack(lane).replace("pub struct Stack<T>", "pub struct Stack<T: Send>")
    assert refuted(lane, bound.replace("\nimpl<T> Stack<T>", "\nimpl<T: Send> Stack<T>")) == ""


def test_one_that_stores_numbers_only_is_not_asked_about() -> None:
    task = read_task(TASKS / "linked_list")
    source = next(c for c in task.canaries if c.kind == "good" and b"unsafe impl" in c.files["sut.rs"]).files["sut.rs"]
    with Lane(task, tier=best_tier()) as opened:
        assert refuted(opened, source.decode()) == ""
