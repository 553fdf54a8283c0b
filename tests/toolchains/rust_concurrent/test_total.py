"""Sequentially consistent accesses among others: what the language allows is shown, and what it forbids is not. The
programs are the usual ones (*store buffering*, *message passing*, *independent reads of independent writes*), and one
of P0668 (C++20)."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest
from axioms import ACQUIRE, STRONG, WEAK, allowed
from test_complete import COMPILER, Answers, shown

from probatum.judge.schedules.programs import Call
from probatum.types import U64

pytestmark = [pytest.mark.slow, pytest.mark.skipif(COMPILER is None, reason="rustc is absent: install Rust")]
X, Y = 0, 1
SOURCE = """
use crate::sync::{Mutex, atomic::{AtomicU64, Ordering::{self, *}}};

pub struct Ordered(AtomicU64, AtomicU64, Mutex<()>);

impl Ordered {
    pub fn new() -> Self { Ordered(AtomicU64::new(0), AtomicU64::new(0), Mutex::new(())) }
    fn at(&self, place: u64) -> &AtomicU64 { if place == 0 { &self.0 } else { &self.1 } }
    fn order(of: [Ordering; 3], order: u64) -> Ordering { of[order as usize] }
    pub fn load(&self, place: u64, order: u64) -> u64 {
        self.at(place).load(Self::order([Relaxed, Acquire, SeqCst], order))
    }
    pub fn store(&self, place: u64, order: u64, value: u64) {
        self.at(place).store(value, Self::order([Relaxed, Release, SeqCst], order))
    }
    pub fn swap(&self, place: u64, order: u64, value: u64) -> u64 {
        self.at(place).swap(value, Self::order([Relaxed, AcqRel, SeqCst], order))
    }
    pub fn change(&self, place: u64, order: u64, old: u64, new: u64) -> u64 {
        let (yes, no) = ([Relaxed, AcqRel, SeqCst], [Relaxed, Acquire, SeqCst]);
        match self.at(place).compare_exchange(old, new, Self::order(yes, order), Self::order(no, order)) {
            Ok(seen) | Err(seen) => seen,
        }
    }
    pub fn locked(&self, place: u64, order: u64, value: u64) -> u64 {
        let _held = self.2.lock().unwrap();
        self.store(place, order, value);
        self.load(1 - place, order)
    }
}
"""


class Ordered:
    """Two places; nothing is judged here, so they need no oracle."""

    def load(self, place: U64, order: U64) -> U64:
        """What it holds."""
        return 0

    def store(self, place: U64, order: U64, value: U64) -> None:
        """Put something there."""

    def swap(self, place: U64, order: U64, value: U64) -> U64:
        """Put something there, for what was there."""
        return 0

    def change(self, place: U64, order: U64, old: U64, new: U64) -> U64:
        """Put something there if it holds what is said; what it held."""
        return 0

    def locked(self, place: U64, order: U64, value: U64) -> U64:
        """Put something there, under the lock, and say what the other holds."""
        return 0


def load(place: int, order: int) -> Call:
    return "load", (place, order)


def store(place: int, order: int, value: int = 1) -> Call:
    return "store", (place, order, value)


def swap(place: int, order: int, value: int = 1) -> Call:
    return "swap", (place, order, value)


def buffering(one: int, other: int) -> tuple[tuple[Call, ...], ...]:
    """Each thread stores and then looks at what the other stored."""
    return (store(X, one), load(Y, one)), (store(Y, other), load(X, other))


def independent(stores: int, loads: int) -> tuple[tuple[Call, ...], ...]:
    """Two threads look at what two others store, in different orders."""
    looks = (load(X, loads), load(Y, loads)), (load(Y, loads), load(X, loads))
    return (store(X, stores),), (store(Y, stores),), *looks


def loads_in(found: set[Answers]) -> set[tuple[int | None, ...]]:
    return {tuple(answer for _, answer in answers if answer is not None) for answers in found}


@pytest.mark.parametrize(
    ("threads", "seen", "allowed"),
    [
        (buffering(STRONG, STRONG), (0, 0), False),
        (buffering(STRONG, ACQUIRE), (0, 0), True),
        (buffering(ACQUIRE, ACQUIRE), (0, 0), True),
        (((swap(X, STRONG), load(Y, STRONG)), (swap(Y, STRONG), load(X, STRONG))), (0, 0, 0, 0), False),
        (((swap(X, STRONG), load(Y, STRONG)), (swap(Y, STRONG), load(X, WEAK))), (0, 0, 0, 0), True),
        (independent(STRONG, STRONG), (1, 0, 1, 0), False),
        (independent(ACQUIRE, STRONG), (1, 0, 1, 0), False),
        (independent(STRONG, ACQUIRE), (1, 0, 1, 0), True),
        # A strong store keeps no weak one behind it.
        (((store(X, STRONG), store(Y, WEAK)), (load(Y, WEAK), load(X, STRONG))), (1, 0), True),
        (((store(X, STRONG), store(Y, ACQUIRE)), (load(Y, ACQUIRE), load(X, STRONG))), (1, 0), False),
        # A strong load after a strong store of its thread, which another has overwritten.
        (((store(X, STRONG, 1), load(X, STRONG)), (store(X, STRONG, 2), load(X, STRONG))), (2, 1), False),
        # P0668: a strong store that an acquiring load finds does not come before the strong store behind that load.
        (
            (
                (store(X, STRONG, 1), store(Y, ACQUIRE, 1)),
                (swap(Y, STRONG, 2), load(Y, WEAK)),
                (store(Y, STRONG, 3), load(X, STRONG)),
            ),
            (1, 3, 0),
            True,
        ),
    ],
)
def test_what_may_be_is_shown_and_nothing_else(
    threads: tuple[tuple[Call, ...], ...], seen: tuple[int, ...], allowed: bool
) -> None:
    (found,) = shown([threads], None, Ordered, SOURCE)
    assert (seen in loads_in(found)) is allowed


def drawn(rng: random.Random, orders: Sequence[int], locks: int = 0) -> tuple[tuple[Call, ...], ...]:
    """A program; all values that are put somewhere are different."""
    value = iter(range(1, 99))
    often: tuple[Callable[[], Call], ...] = (
        lambda: load(rng.randrange(2), rng.choice(orders)),
        lambda: store(rng.randrange(2), rng.choice(orders), next(value)),
    )
    exchanges: tuple[Callable[[], Call], ...] = (
        lambda: swap(rng.randrange(2), rng.choice(orders), next(value)),
        lambda: ("change", (rng.randrange(2), rng.choice(orders), rng.randrange(3), next(value))),
    )
    under: tuple[Callable[[], Call], ...] = (lambda: ("locked", (rng.randrange(2), rng.choice(orders), next(value))),)
    sizes = ((2, 2), (2, 3), (3, 3), (1, 1, 2), (1, 2, 2), (2, 2, 2))
    size = rng.choice(sizes if not locks else ((1, 2), (2, 2), (1, 1, 1), (1, 1, 2)))
    return tuple(tuple(rng.choice(often + often + exchanges + locks * under)() for _ in range(calls)) for calls in size)


@pytest.mark.parametrize("orders", [(STRONG,), (WEAK, ACQUIRE, STRONG), (WEAK, STRONG, STRONG, STRONG)])
def test_nothing_is_shown_that_the_axioms_forbid(orders: tuple[int, ...]) -> None:
    """What they allow is shown, too, of strong accesses alone; among weaker ones not all of it, because an exchange
    finds what ran last."""
    programs = [drawn(random.Random(number), orders) for number in range(150)]
    missed = 0
    for threads, found in zip(programs, shown(programs, None, Ordered, SOURCE), strict=True):
        may = {tuple(sorted(answers, key=lambda row: row[0])) for answers in allowed(threads)}
        assert found <= may, threads
        missed += found != may
    assert missed == 0 if orders == (STRONG,) else missed < len(programs) / 20


@pytest.mark.parametrize("orders", [(STRONG,), (WEAK, ACQUIRE, STRONG), (WEAK, STRONG)])
def test_beside_a_lock_nothing_is_shown_that_the_axioms_forbid(orders: tuple[int, ...]) -> None:
    """A lock orders what is done under it, and before and after."""
    programs = [drawn(random.Random(number), orders, locks=4) for number in range(150)]
    missed = 0
    for threads, found in zip(programs, shown(programs, None, Ordered, SOURCE), strict=True):
        may = {tuple(sorted(answers, key=lambda row: row[0])) for answers in allowed(threads)}
        assert found <= may, threads
        missed += found != may
    assert missed == 0 if orders == (STRONG,) else missed < len(programs) / 20
