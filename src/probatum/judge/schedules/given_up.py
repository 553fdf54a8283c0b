"""What a call may do otherwise because another one is open: give up, or answer what its oracle allows beside others.

A call that gives up does nothing and answers nothing. It constrains no order, so a history is explained if it is
without some of the calls that may have given up.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from probatum.history.operations import Operation

BESIDE = "beside"
"""The key of an operation that was open together with one of another thread."""
MOST = 6
"""Calls of a history that may have given up, of which every choice is tried; further ones are taken at their word."""


def without_given_up(
    operations: Sequence[Operation], names: Collection[str], alone: str, *, stale: bool = False
) -> Iterator[list[Operation]]:
    """The operations without each choice of those of ``names`` that answered nothing beside another, fewest first.

    ``alone`` makes its calls before threads start and after they have ended: there is nobody to give up for. In a
    ``stale`` execution every call of a thread is beside those of the others.
    """
    may = [
        o.number
        for o in operations
        if o.f in names and o.process != alone and o.returned is not None and o.answer in ([], None)
        if any(_beside(o, other, stale) for other in operations if other.process not in (o.process, alone))
    ]
    for count in range(min(len(may), MOST) + 1):
        for chosen in itertools.combinations(may[:MOST], count):
            yield [o for o in operations if o.number not in chosen]


def marked(operations: Sequence[Operation], alone: str, *, stale: bool = False) -> list[Operation]:
    """The operations, with those marked whose oracle may let them answer otherwise beside another one."""

    def beside(one: Operation) -> bool:
        others = [o for o in operations if o.process not in (one.process, alone)]
        return one.process != alone and any(_beside(one, other, stale) for other in others)

    return [replace(o, key=BESIDE) if beside(o) else o for o in operations]


def _beside(one: Operation, other: Operation, stale: bool) -> bool:
    return stale or (_begins_before_end(one, other) and _begins_before_end(other, one))


def _begins_before_end(one: Operation, other: Operation) -> bool:
    return other.returned is None or one.invoked < other.returned
