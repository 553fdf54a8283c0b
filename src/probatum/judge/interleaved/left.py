"""Clients of one thread, whose calls all change something; what they leave is not looked at but dropped.

Small clients are dropped as they are, too, but what a call or two leave lies where the object begins: at the start of a
buffer, in the first node. So every way of few changes is gone, the shorter ones first.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from probatum.judge.naming import name_of
from probatum.judge.schedules.programs import Call, Clients, Program

LONGEST, MOST = 6, 80
"""Calls of such a client, and clients of each small instance."""


def left(clients: Clients) -> Iterator[Program]:
    """Those that leave another object than a new one, from each small instance."""
    for made, before, new in clients.setups:
        ways = () if before else islice(_ways(clients, new), MOST)
        yield from (Program(owner=clients.declared.name, made=made, before=(), threads=(calls,)) for calls in ways)


def _ways(clients: Clients, new: object) -> Iterator[tuple[Call, ...]]:
    ways: list[tuple[tuple[Call, ...], object]] = [((), new)]
    for _ in range(LONGEST):
        ways = [
            ((*calls, call), clients.after(oracle, call))
            for calls, oracle in ways[:MOST]
            for call in clients.calls
            if clients.changes(oracle, call)
        ]
        yield from (calls for calls, oracle in ways if name_of(oracle) != name_of(new))
