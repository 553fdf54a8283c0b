"""A lock that is tried: Loom shows every order of taking, trying and giving back that there is within the bound, and
none that there is not; the other variants agree on what trying is."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from test_complete import COMPILER, UNBOUNDED, Answers, shown

from probatum.judge.schedules.programs import Call
from probatum.types import U64

pytestmark = [pytest.mark.slow, pytest.mark.skipif(COMPILER is None, reason="rustc is absent: install Rust")]
SOURCE = (Path(__file__).parent / "stacks" / "doors.rs").read_text()
Programs = Sequence[tuple[tuple[Call, ...], ...]]


class Doors:
    """Two locks and a mark; nothing is judged here, so they need no oracle."""

    def waits(self, door: U64, value: U64) -> U64:
        """Wait for the lock, leave a value for the one that is there."""
        return 0

    def tries(self, door: U64, value: U64) -> U64 | None:
        """The same where nobody has it."""
        return None

    def holds(self, door: U64, value: U64) -> U64 | None:
        """Wait for one, and try the other meanwhile."""
        return None

    def marks(self, door: U64, value: U64) -> U64:
        """Swap the mark while it holds the lock."""
        return 0

    def mark(self, value: U64) -> U64:
        """Swap the mark."""
        return 0


@dataclass(frozen=True)
class World:
    """Who has the locks, what they hold, and the mark."""

    taken: tuple[bool, bool] = (False, False)
    held: tuple[int, int] = (0, 0)
    mark: int = 0

    def taking(self, door: int, taken: bool) -> World:
        """The lock taken or given back."""
        return replace(self, taken=(taken, self.taken[1]) if door == 0 else (self.taken[0], taken))

    def with_value(self, door: int, value: int) -> World:
        """Another value behind it."""
        return replace(self, held=(value, self.held[1]) if door == 0 else (self.held[0], value))


Step = tuple[World, "Moment | None", int | None]
Moment = Callable[[World], "Step | None"]
"""One access: the world after it, what comes next (None: the call is over) and the answer. None: it has to wait."""


def freed(world: World, door: int, answer: int | None) -> Step:
    """Giving a lock back is a moment of its own."""
    return world, lambda now: (now.taking(door, False), None, answer), None


def moment(call: Call) -> Moment:
    """The first access of a call."""
    name, args = call
    door, value = (args[0], args[-1])

    def first(world: World) -> Step | None:
        if name == "mark":
            return replace(world, mark=value), None, world.mark
        if world.taken[door]:
            return (world, None, None) if name == "tries" else None
        taken = world.taking(door, True)
        if name in ("waits", "tries"):
            return freed(taken.with_value(door, value), door, world.held[door])
        return taken, (marked if name == "marks" else tried), None

    def marked(world: World) -> Step:
        return freed(replace(world, mark=value), door, world.mark)

    def tried(world: World) -> Step:
        other = 1 - door
        if world.taken[other]:
            return freed(world, door, None)
        then = world.taking(other, True).with_value(other, value).with_value(door, value)
        return then, lambda now: freed(now.taking(other, False), door, world.held[other]), None

    return first


def orders(
    threads: Sequence[tuple[Call, ...]],
    left: int,
    world: World | None = None,
    at: Sequence[Moment | None] | None = None,
    last: int | None = None,
) -> Iterator[Answers]:
    """The answers in every order of the accesses with at most so many switches away from a thread that could go on."""
    world, at = world or World(), list(at) if at is not None else [None] * len(threads)
    if not any(threads):
        yield ()
    steps = [
        (at[thread] or moment(calls[0]))(world) if calls else None  # type: ignore[misc]
        for thread, calls in enumerate(threads)
    ]
    for thread, step in enumerate(steps):
        preempts = last is not None and last != thread and steps[last] is not None
        if step is None or left - preempts < 0:
            continue
        now, then, answer = step
        over = then is None
        rest = [*threads[:thread], threads[thread][1:], *threads[thread + 1 :]] if over else threads
        after = [*at[:thread], then, *at[thread + 1 :]]
        for more in orders(rest, left - preempts, now, after, thread):
            yield tuple(sorted([(thread, answer), *more], key=lambda row: row[0])) if over else more


def drawn(rng: random.Random, kinds: str, doors: int, sizes: Sequence[tuple[int, ...]]) -> tuple[tuple[Call, ...], ...]:
    """A program; all values that are left somewhere are different."""
    value = iter(range(1, 99))

    def one() -> Call:
        kind = rng.choice(kinds.split())
        return kind, (next(value),) if kind == "mark" else (rng.randrange(doors), next(value))

    return tuple(tuple(one() for _ in range(size)) for size in rng.choice(sizes))


SIZES = ((1, 1), (1, 2), (2, 2), (1, 1, 1))


@pytest.mark.parametrize("bound", [1, 2, 3, None])
def test_every_order_of_taking_trying_and_giving_back_is_shown(bound: int | None) -> None:
    kinds = "waits tries tries holds marks mark"
    programs = [drawn(random.Random(number), kinds, 2, SIZES) for number in range(60)]
    for threads, found in zip(programs, shown(programs, bound, Doors, SOURCE), strict=True):
        within = UNBOUNDED if bound is None else max(0, bound - (len(threads) - 2))
        assert set(orders(threads, within)) <= found, threads


def test_nothing_else_is_shown_of_locks_alone() -> None:
    programs = [drawn(random.Random(number), "waits tries holds", 2, SIZES) for number in range(60)]
    for threads, found in zip(programs, shown(programs, None, Doors, SOURCE), strict=True):
        assert found == set(orders(threads, UNBOUNDED)), threads
