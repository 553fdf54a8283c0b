"""Other programs and schedules than those given: smaller by a call, or drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from probatum.judge.schedules.programs import Clients, Program, Run
from probatum.judge.schedules.search import STEPS
from probatum.lab.rng import Rng

CHANGES = 3
"""Priority changes of a random schedule."""


def random_run(r: Rng, threads: int) -> Run:
    """A schedule by priorities that change at a few steps."""
    order = list(range(threads))
    r.shuffle(order)
    changes = sorted(r.sample(range(1, 60), CHANGES))
    return Run(most=STEPS, order=tuple(order), changes=tuple(changes))


def without_a_call(program: Program) -> Iterator[Program]:
    """Programs with one call less, or one thread less."""
    if program.after:
        yield replace(program, after=())
    for at in range(len(program.before)):
        yield replace(program, before=program.before[:at] + program.before[at + 1 :])
    for number, calls in enumerate(program.threads):
        for at in range(len(calls)):
            rest = calls[:at] + calls[at + 1 :]
            threads = (*program.threads[:number], *((rest,) if rest else ()), *program.threads[number + 1 :])
            if len(threads) > 1:
                yield replace(program, threads=threads, cancelled=program.cancelled if number else 0)


def allowed(clients: Clients, program: Program) -> bool:
    """Whether a program starts in a known state and stays within the specification."""
    oracle = next((o for made, before, o in clients.setups if (made, before) == (program.made, program.before)), None)
    without = program.threads[1:] if program.cancelled else program.threads
    return oracle is not None and all(clients.legal(oracle, t, program.after) for t in (program.threads, without))
