"""Seeded randomness for drawing inputs."""

from __future__ import annotations

import random
from typing import Any


class Rng(random.Random):
    """A seeded generator that also remembers the pools drawn from Hypothesis strategies."""

    def __init__(self, seed: int | str) -> None:
        super().__init__(seed)
        self.pools: dict[int, list[Any]] = {}
        self.tame = 1.0
        """Share kept of the few colliding values: some histories live mostly at the edges and in the full range."""


def swap_shared_state(state: object | None) -> object:
    """Put a state of the process-wide generator in place (None: leave it); returns the one that was there before."""
    before = random.getstate()
    if state is not None:
        random.setstate(state)  # type: ignore[arg-type]
    return before
