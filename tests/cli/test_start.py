"""`--start auto` begins where the latest candidate stopped, whichever level that was."""

from __future__ import annotations

import pytest

from probatum.cascade import ABOVE, EXPLORING, LADDER
from probatum.cli.check import LEVELS
from probatum.cli.trying import stopped
from probatum.verdict import Assessment, Outcome, Verdict

EVERY = [level.name for level in (*LADDER, EXPLORING, *ABOVE)]


def ended_at(level: str, outcome: Outcome) -> Assessment:
    below = [Verdict(level=name, outcome=Outcome.HOLDS) for name in EVERY[: EVERY.index(level)]]
    verdicts = (*below, Verdict(level=level, outcome=outcome))
    return Assessment(
        task="t",
        task_digest="",
        candidate="",
        verdicts=verdicts,
        outcome=outcome,
        accepted=False,
        reason="",
        fitness=(),
    )


@pytest.mark.parametrize("level", EVERY)
@pytest.mark.parametrize("outcome", [Outcome.REFUTED, Outcome.INCONCLUSIVE])
def test_the_next_one_begins_at_the_level_that_did_not_hold(level: str, outcome: Outcome) -> None:
    assert stopped(ended_at(level, outcome)) == level


def test_where_all_held_the_next_one_begins_at_the_last_level_of_every_task() -> None:
    assert stopped(ended_at("deductive", Outcome.HOLDS)) == "simulation"


def test_every_level_can_be_named() -> None:
    assert list(LEVELS) == ["auto", *EVERY]
