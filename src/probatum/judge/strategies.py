"""Values from Hypothesis strategies, drawn with a seed of ours; Hypothesis is imported only by tasks that use it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable


def draw_many(strategy: Any, number: int, count: int) -> list[Any]:
    """``count`` values of a strategy, the same for the same seed; none when its conditions are never met."""
    values: list[Any] = []

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(value: Any) -> None:
        values.append(value)

    with suppress(Unsatisfiable):
        collect()
    return values
