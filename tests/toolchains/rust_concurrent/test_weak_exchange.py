"""An exchange that may fail for no reason does, once an execution at most, for which a preemption is given up."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from test_complete import COMPILER, SOURCE, UNBOUNDED, Answers, Places, drawn, interleavings, shown

from probatum.judge.schedules.programs import Call

pytestmark = [pytest.mark.slow, pytest.mark.skipif(COMPILER is None, reason="rustc is absent: install Rust")]
WEAK = SOURCE.replace("compare_exchange(", "compare_exchange_weak(")


def failing(threads: Sequence[Sequence[Call]], preemptions: int, spared: int) -> set[Answers]:
    """The answers in every order within the bound, where no exchange fails so; and with ``spared`` preemptions fewer,
    where one does: it is a load then."""
    found = set(interleavings(threads, preemptions))
    for at, calls in enumerate(threads):
        for number, (kind, (place, *_)) in enumerate(calls):
            if kind == "change":
                failed = (*calls[:number], ("load", (place,)), *calls[number + 1 :])
                found |= set(interleavings([*threads[:at], failed, *threads[at + 1 :]], max(0, preemptions - spared)))
    return found


@pytest.mark.parametrize("bound", [1, 2, 3, None])
def test_every_failure_within_the_bound_is_shown(bound: int | None) -> None:
    programs = [drawn(random.Random(number), 2, ((2, 3), (3, 3), (1, 1, 2), (1, 2, 2))) for number in range(60)]
    for threads, found in zip(programs, shown(programs, bound, source=WEAK), strict=True):
        within = UNBOUNDED if bound is None else max(0, bound - (len(threads) - 2))
        assert failing(threads, within, 1) <= found, threads


def test_of_one_place_alone_nothing_else_is_shown() -> None:
    programs = [drawn(random.Random(number), 1, ((2, 3), (3, 3), (1, 1, 2), (1, 2, 2))) for number in range(40)]
    differ = 0
    for threads, found in zip(programs, shown(programs, None, source=WEAK), strict=True):
        assert found == failing(threads, UNBOUNDED, 0), threads
        differ += found != set(interleavings(threads, UNBOUNDED))
    assert differ > 5, "so few programs show that an exchange has failed for no reason"


def test_the_other_exchange_never_fails_so() -> None:
    threads = ((("change", (0, 0, 7)),), (("load", (1,)),))
    stored: Sequence[tuple[Sequence[Call], ...]] = [((*threads[0], ("load", (0,))), threads[1])]
    weak, strong = shown(stored, None, Places, WEAK), shown(stored, None)
    assert {dict(answers)[0] for answers in strong[0]} == {7}
    assert {tuple(a for t, a in answers if t == 0) for answers in weak[0]} == {(0, 7), (0, 0)}
