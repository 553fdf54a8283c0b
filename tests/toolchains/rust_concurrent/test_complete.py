"""Loom as it is built here shows what it claims: every interleaving within the bound, and nothing that cannot be."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from probatum.judge.interleaved.clients import Client
from probatum.judge.schedules.programs import Call, Program
from probatum.sandbox.probe import best_tier
from probatum.task.concurrency import concurrent
from probatum.task.declare import sut
from probatum.task.interface import interface_of
from probatum.task.rustform import in_rust
from probatum.toolchains.rust.cache import cache_folder
from probatum.toolchains.rust.compiler import find_compiler
from probatum.toolchains.rust.concurrent.clients import shared_text
from probatum.toolchains.rust.concurrent.crates import built_crates
from probatum.toolchains.rust.concurrent.explore import compile_shared, explore
from probatum.types import U64

COMPILER = find_compiler()
pytestmark = [pytest.mark.slow, pytest.mark.skipif(COMPILER is None, reason="rustc is absent: install Rust")]
SOURCE = (Path(__file__).parent / "stacks" / "places.rs").read_text()
Answers = tuple[tuple[int, int | None], ...]
UNBOUNDED = 99


class Places:
    """Two places; nothing is judged here, so they need no oracle."""

    def load(self, place: U64) -> U64:
        """What it holds."""
        return 0

    def store(self, place: U64, value: U64) -> None:
        """Put something there."""

    def swap(self, place: U64, value: U64) -> U64:
        """Put something there, for what was there."""
        return 0

    def change(self, place: U64, old: U64, new: U64) -> U64:
        """Put something there if it holds what is said; what it held."""
        return 0


def interleavings(
    threads: Sequence[Sequence[Call]], preemptions: int, held: tuple[int, int] = (0, 0), last: int | None = None
) -> Iterator[Answers]:
    """The answers in every order of the calls within the bound, each with its thread, in the order of the threads."""
    if not any(threads):
        yield ()
    for at, calls in enumerate(threads):
        left = preemptions - (last is not None and last != at and bool(threads[last]))
        if calls and left >= 0:
            answer, now = done(calls[0], held)
            for rest in interleavings([*threads[:at], calls[1:], *threads[at + 1 :]], left, now, at):
                yield tuple(sorted([(at, answer), *rest], key=lambda row: row[0]))


def done(call: Call, held: tuple[int, int]) -> tuple[int | None, tuple[int, int]]:
    """A call's answer, and what the places hold after it."""
    kind, (place, *values) = call
    was = held[place]
    new = {"load": was, "change": values[-1] if values and was == values[0] else was}.get(
        kind, values[-1:] and values[-1]
    )
    return (None if kind == "store" else was), ((new, held[1]) if place == 0 else (held[0], new))


def drawn(rng: random.Random, places: int, sizes: Sequence[tuple[int, ...]]) -> tuple[tuple[Call, ...], ...]:
    """A program; all values that are put somewhere are different."""
    value = iter(range(1, 99))
    kinds: tuple[Callable[[], Call], ...] = (
        lambda: ("load", (rng.randrange(places),)),
        lambda: ("store", (rng.randrange(places), next(value))),
        lambda: ("swap", (rng.randrange(places), next(value))),
        lambda: ("change", (rng.randrange(places), rng.randrange(4), next(value))),
    )
    return tuple(tuple(rng.choice(kinds)() for _ in range(size)) for size in rng.choice(sizes))


def shown(
    programs: Sequence[tuple[tuple[Call, ...], ...]], bound: int | None, shared: type = Places, source: str = SOURCE
) -> list[set[Answers]]:
    """The answers that Loom shows of each program."""
    assert COMPILER is not None
    name = shared.__name__
    interface = interface_of({name: in_rust(type=name)(concurrent(sut(shared)))})
    crates = built_crates(COMPILER, cache_folder(), asan=False)
    assert not isinstance(crates, str), crates
    glue = shared_text(interface, {})
    built = compile_shared(COMPILER, source, glue, crates, cache=cache_folder(), tier=best_tier())
    assert built.program is not None, built.problem
    clients = [Client(program=Program(owner=name, made=(), before=(), threads=threads)) for threads in programs]
    texts = [client.text(interface.classes[0]) for client in clients]
    said = explore(built.program, texts, bound=bound, steps=False, tier=best_tier())
    assert said.ended == "complete", said.why
    seen: list[set[Answers]] = [set() for _ in programs]
    for row in said.histories:
        answers = sorted((event[0] - 1, event[1], event[2][1]) for event in row["events"] if len(event) == 3)
        seen[row["client"]].add(tuple((thread, answer) for thread, _, answer in answers))
    return seen


@pytest.mark.parametrize("bound", [1, 2, 3, None])
def test_every_interleaving_within_the_bound_is_shown(bound: int | None) -> None:
    sizes = ((2, 3), (3, 3), (4, 4), (1, 1, 2), (1, 2, 2)) + (((2, 2, 2),) if bound is not None else ())
    programs = [drawn(random.Random(number), 2, sizes) for number in range(80)]
    for threads, found in zip(programs, shown(programs, bound), strict=True):
        within = UNBOUNDED if bound is None else max(0, bound - (len(threads) - 2))
        assert set(interleavings(threads, within)) <= found, threads


def test_of_one_place_alone_nothing_is_shown_but_interleavings() -> None:
    """Coherence and atomicity leave nothing else, however weak the accesses are."""
    programs = [drawn(random.Random(number), 1, ((2, 3), (3, 3), (1, 1, 2), (1, 2, 2))) for number in range(40)]
    for threads, found in zip(programs, shown(programs, 5), strict=True):
        assert found == set(interleavings(threads, UNBOUNDED)), threads


def test_of_sequentially_consistent_accesses_nothing_is_shown_but_interleavings() -> None:
    """They have one order, whatever the places are."""
    strict = SOURCE.replace("Ordering::Relaxed", "Ordering::SeqCst as Relaxed")
    assert strict != SOURCE
    programs = [drawn(random.Random(number), 2, ((2, 3), (3, 3), (4, 4), (1, 1, 2), (1, 2, 2))) for number in range(80)]
    for threads, found in zip(programs, shown(programs, None, source=strict), strict=True):
        assert found == set(interleavings(threads, UNBOUNDED)), threads


def test_of_one_place_that_is_exchanged_more_often_than_loom_remembers_nothing_else_is_shown() -> None:
    many = tuple(("swap", (0, 90 + at)) for at in range(8))
    programs = [(drawn(random.Random(number), 1, ((2, 1),))[0], many) for number in range(20)]
    for threads, found in zip(programs, shown(programs, 2), strict=True):
        assert found <= set(interleavings(threads, UNBOUNDED)), threads
