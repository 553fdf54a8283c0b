"""Numbers by CMA-ES: a normal distribution over the numbers of a program follows what was measured of others like it.

Covariance matrix adaptation (Hansen and Ostermeier 2001, as the library ``cmaes`` has it), rebuilt for every question
by telling it the measured trials in the order in which they were handed in: an answer depends on its brief alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib import import_module, util
from itertools import compress
from typing import Any, TypeVar

from probatum.authors.base import Brief, Measured, Proposal
from probatum.authors.offline.numbers import numbers_of, places, written
from probatum.authors.offline.spots import read
from probatum.candidate import EDITABLE

T = TypeVar("T")

AUTHOR = "offline/tune"
LIBRARY = "cmaes"
INSTALL = "pip install 'probatum[tune]'"
SPREAD = 0.3
"""Standard deviation of the first step, as a part of the number."""
LEAST = 0.1
"""Least standard deviation of the first step of a number with a point; 1 of a whole one."""
REACH = 8.0
"""First standard deviations from the mean beyond which a trial belongs to an earlier search and is not told."""
WORST = 1e30
"""Loss of a candidate that does not hold."""
PART = 4
"""Trials after which the distribution moves. Less than the usual 4 + 3 ln n: with some dozens of trials in all, moving
often gains more than moving surely."""
DRAWS = 40
"""Draws before the operator gives up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A trial: its numbers, what was measured (higher is better; None: refuted), whether CMA-ES drew it."""

    values: tuple[float, ...]
    gain: float | None
    drawn: bool


def available() -> bool:
    """Whether the library is installed."""
    return util.find_spec(LIBRARY) is not None


def tunings(brief: Brief) -> Iterator[Proposal]:
    """The first parent with other numbers; nothing where it has none that could be tuned, or without the library."""
    parent = brief.parents[0].candidate
    source, known = read(parent.source), numbers_of(parent.source)
    if source is None or known is None or not available():
        return
    alike = [row for row in brief.measured if row.skeleton == known.skeleton]
    found = places(source)
    whole = [isinstance(value, int) for _, value in found]
    free = free_numbers(known.values, whole, alike)
    history = [_row(row, free) for row in alike if _kept(row.numbers, free) == _kept(known.values, free)]
    taken = _taken(known.values, free)
    for drawn in proposals(taken, _taken(whole, free), history, brief.draw) if taken else ():
        new = iter(drawn)
        text = written(source, found, [next(new) if f else v for v, f in zip(known.values, free, strict=True)])
        if text is not None and text != parent.source:
            note = f"{len(taken)} of {len(free)} numbers drawn after {len(history)} trials like it"
            yield Proposal(author=AUTHOR, files={EDITABLE["python"]: text.encode()}, note=note, parent=parent.digest)


def _row(row: Measured, free: Sequence[bool]) -> Row:
    return Row(values=_taken(row.numbers, free), gain=row.gain, drawn=row.author == AUTHOR)


def _taken(values: Sequence[T], free: Sequence[bool]) -> tuple[T, ...]:
    return tuple(compress(values, free))


def _kept(values: Sequence[float], free: Sequence[bool]) -> tuple[float, ...]:
    return tuple(compress(values, (not is_free for is_free in free)))


def free_numbers(values: Sequence[float], whole: Sequence[bool], alike: Sequence[Measured]) -> list[bool]:
    """Which numbers are tuned: all but 0, whole 1 and -1, and those in which candidates differ that held (a 1 that was
    a 2 in another filling of a template is a choice; in ``i + 1`` it is none)."""
    held = [row.numbers for row in alike if row.gain is not None]
    return [
        abs(value) > is_whole or any(numbers[i] != value for numbers in held)
        for i, (value, is_whole) in enumerate(zip(values, whole, strict=True))
    ]


def proposals(
    values: Sequence[float], whole: Sequence[bool], history: Sequence[Row], draw: str
) -> Iterator[tuple[float, ...]]:
    """Vectors to try next, given what was measured, oldest first. Needs the library ``cmaes``.

    Steps have the learned distribution, but are taken from the best so far and not from the mean, which lags behind it.
    """
    start, best, since = _start(values, history)
    scale = [max(SPREAD * abs(v), 1.0 if w else LEAST) for v, w in zip(start, whole, strict=True)]
    numpy, optimiser = _optimiser(len(start), draw)

    def standard(vector: Sequence[float]) -> Any:
        return numpy.array([(v - m) / s for v, m, s in zip(vector, start, scale, strict=True)])

    waiting: list[tuple[Any, float]] = []
    for row in since:
        point = standard(row.values)
        if row.drawn and numpy.max(numpy.abs(point - optimiser.mean)) <= REACH:
            waiting.append((point, WORST if row.gain is None else -row.gain))
        if len(waiting) == PART:
            optimiser.tell(waiting)
            waiting = []
    for _ in range(DRAWS):
        point = optimiser.ask() - optimiser.mean + standard(best)
        yield tuple(float(m + s * x) for m, s, x in zip(start, scale, point, strict=True))


def _optimiser(size: int, draw: str) -> tuple[Any, Any]:
    numpy, cmaes = import_module("numpy"), import_module(LIBRARY)
    seed = int.from_bytes(sha256(draw.encode()).digest()[:4], "big")
    return numpy, cmaes.CMA(mean=numpy.zeros(size), sigma=1.0, seed=seed, population_size=PART)


def _start(values: Sequence[float], history: Sequence[Row]) -> tuple[Sequence[float], Sequence[float], Sequence[Row]]:
    """Where the distribution begins, the best so far, and what came after the beginning. It begins at the last trial
    drawn otherwise that was the best so far (a filling of a template, an edit): a step to it would be none of its own.
    """
    highest, start, best, since = float("-inf"), values, values, history
    for number, row in enumerate(history):
        # Of equals that were drawn the latest: on a plateau steps from the first would never leave it.
        if row.gain is not None and (row.gain > highest or (row.drawn and row.gain == highest)):
            highest, best = row.gain, row.values
            if not row.drawn:
                start, since = row.values, history[number + 1 :]
    return start, best, since
