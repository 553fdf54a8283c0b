"""Programs in which calls wait for each other: wake-ups go astray where callers of different kinds sleep at once."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

from probatum.judge.schedules.programs import Clients, Program

AWAITS = 3
"""A call is cancelled at each of its first awaits, so many."""


def waiting(clients: Clients) -> Iterator[Program]:
    """Where there are three threads: every program of calls that can wait, two of the first thread (if it may make two)
    and one of each other, on new instances. Tasks have few schedules, so of them there are more programs."""
    mark = clients.mark
    if mark.threads < 3:
        return
    if mark.tasks:
        yield from _around_one(clients)
    firsts = [next(call for call in clients.calls if call[0] == name) for name in mark.waits]
    for setup in [setup for setup in clients.setups if not setup[1]]:
        for pair in itertools.product(firsts, repeat=min(2, mark.calls)):
            for others in itertools.combinations_with_replacement(firsts, mark.threads - 1):
                program = clients.made(setup, [tuple(pair), *[(call,) for call in others]])
                if program is not None:
                    yield program


def cancelled(clients: Clients) -> Iterator[Program]:
    """Every small call that would wait in a small state and may be cancelled, cancelled at each of its first awaits:
    beside any other that may change something, and beside that and one more that waits."""
    changing = [call for call in clients.calls if call not in clients.looks]
    for setup in clients.setups:
        waits = [c for c in clients.calls if c[0] in clients.mark.waits and clients.after(setup[2], c) is None]
        for call in [call for call in waits if call[0] in clients.mark.cancels]:
            beside = [[(other,)] for other in changing]
            if clients.mark.threads > 2:
                beside += [[(waits[0],), (other,)] for other in changing]
            for others in beside:
                whole, without = clients.made(setup, [(call,), *others]), clients.made(setup, others)
                if whole is not None and without is not None and whole.after == without.after:
                    yield from (replace(whole, cancelled=at) for at in range(1, AWAITS + 1))


def _around_one(clients: Clients) -> Iterator[Program]:
    """Every small call that would wait in a small state, with any two others beside it that may change something: so
    those who wait for different things are woken in turn."""
    changing = [call for call in clients.calls if call not in clients.looks]
    for setup in clients.setups:
        for waits in [c for c in clients.calls if c[0] in clients.mark.waits and clients.after(setup[2], c) is None]:
            for one, other in itertools.combinations_with_replacement(changing, 2):
                program = clients.made(setup, [(waits,), (one,), (other,)])
                if program is not None:
                    yield program
