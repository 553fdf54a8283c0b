"""Clients of more threads and more calls than all interleavings of which could be run: some of those are drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from probatum.judge.interleaved.clients import TRIES, Client, Making
from probatum.judge.schedules.programs import Call, Program

LONG = 5
"""Calls of each thread, where no order of calls can leave the specification."""


def crowded(making: Making, count: int) -> Iterator[Client]:
    """Drawn clients of the largest crowd: in turn, patterns of the task with their threads doubled, and long programs.
    Fewer where none is found that stays within its specification in every order."""
    threads = making.mark.crowd or making.mark.threads
    patterns = list(making.patterns())
    for number in range(count):
        for _ in range(TRIES):
            doubled = bool(patterns) and number % 2 == 0
            program = _doubled(making, patterns, threads) if doubled else _long(making, threads)
            if making.allows(program):
                yield replace(making.client(program), seed=making.r.getrandbits(64))
                break


def halves(client: Client) -> Iterator[Client]:
    """The client with a thread less, or half of one: what shrinks a large one soon."""
    threads = client.program.threads
    for at in range(len(threads)):
        if len(threads) > 2:
            yield _with(client, (*threads[:at], *threads[at + 1 :]))
    for at, calls in enumerate(threads):
        for half in (calls[: len(calls) // 2], calls[len(calls) // 2 :]):
            if len(calls) > 2:
                yield _with(client, (*threads[:at], half, *threads[at + 1 :]))


def _with(client: Client, threads: tuple[tuple[Call, ...], ...]) -> Client:
    return replace(client, program=replace(client.program, threads=threads))


def _doubled(making: Making, patterns: Sequence[Client], threads: int) -> Program:
    program = making.r.choice(patterns).program
    several = (program.threads * threads)[: max(threads, len(program.threads))]
    return making.renewed(replace(program, threads=several))


def _long(making: Making, threads: int) -> Program:
    made, before, _ = making.r.choice(making.clients.setups)
    length = LONG if making.total else 1
    drawn = tuple(tuple(making.drawn_call() for _ in range(length)) for _ in range(threads))
    more = tuple(making.drawn_call() for _ in range(int(making.r.random() * (LONG + 1)))) if making.total else ()
    return making.renewed(Program(owner=making.declared.name, made=made, before=(*before, *more), threads=drawn))
