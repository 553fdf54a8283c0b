"""Plans cut into processes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from probatum.judge.histories import Planned

CHUNK_CALLS = 3000
"""The most calls that one worker process is asked for, so that the CPU limit speaks of calls and not of the size of a
trial."""
CHUNK_TEXT = 2 << 20
"""The most characters of the oracle's answers in one worker process, so that a right candidate's replies fit the limits
of the wire."""


def spread(plans: Sequence[Sequence[Planned]], count: int) -> list[list[Planned]]:
    """The plans, cut further where there are fewer of them than ``count``."""
    whole = [list(plan) for plan in plans]
    if len(whole) >= count or not whole:
        return whole
    every = [planned for plan in whole for planned in plan]
    size = max(1, -(-len(every) // count))
    return [every[i : i + size] for i in range(0, len(every), size)]


def chunks(plan: Sequence[Planned]) -> Iterable[list[Planned]]:
    """A plan cut into processes of at most `CHUNK_CALLS` calls and `CHUNK_TEXT` characters of answers."""
    part: list[Planned] = []
    calls = text = 0
    for planned in plan:
        calls, text = calls + len(planned.ops), text + len(planned.expected)
        if part and (calls > CHUNK_CALLS or text > CHUNK_TEXT):
            yield part
            part, calls, text = [], len(planned.ops), len(planned.expected)
        part.append(planned)
    if part:
        yield part
