"""Plans cut into processes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from probatum.judge.histories import Planned

CHUNK_CALLS = 3000
"""The most calls that one worker process is asked for, so that the CPU limit speaks of calls and not of the size of a
trial."""


def spread(plans: Sequence[Sequence[Planned]], count: int) -> list[list[Planned]]:
    """The plans, cut further where there are fewer of them than ``count``."""
    whole = [list(plan) for plan in plans]
    if len(whole) >= count or not whole:
        return whole
    every = [planned for plan in whole for planned in plan]
    size = max(1, -(-len(every) // count))
    return [every[i : i + size] for i in range(0, len(every), size)]


def chunks(plan: Sequence[Planned]) -> Iterable[list[Planned]]:
    """A plan cut into processes of at most `CHUNK_CALLS` calls."""
    part: list[Planned] = []
    size = 0
    for planned in plan:
        if part and size + len(planned.ops) > CHUNK_CALLS:
            yield part
            part, size = [], 0
        part.append(planned)
        size += len(planned.ops)
    if part:
        yield part
