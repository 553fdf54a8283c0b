"""CMA-ES over the numbers of a program: fewer trials than fixed factors, and nothing but the brief decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

import pytest

from probatum.authors.base import Brief, Feedback, Measured, Parent
from probatum.authors.offline import Offline
from probatum.authors.offline.numbers import numbers_of, places, written
from probatum.authors.offline.operators import expression_changes
from probatum.authors.offline.spots import applied, read
from probatum.authors.offline.tune import AUTHOR, available, free_numbers, tunings
from probatum.candidate import python_candidate
from probatum.testing.authors import VIEW

needs_library = pytest.mark.skipif(not available(), reason="cmaes is not installed")

SOURCE = "def weights():\n    return 0.3, 2.0, -0.9, 0.5\n"
BEST = (0.41, 1.3, -0.35, 0.83)
"""Where the recorded objective is highest."""


def objective(values: Sequence[float]) -> float:
    """A bowl that lies askew: one number at a time does not lead straight down."""
    apart = [(value - best) / (0.3 * abs(best)) for value, best in zip(values, BEST, strict=True)]
    return -sum(a * a for a in apart) - 0.9 * sum(a * b for a, b in pairwise(apart))


def gain_of(text: str) -> float:
    return measured(text, "").gain or 0.0


def measured(text: str, author: str, gain: float | None = None) -> Measured:
    found = numbers_of(text)
    assert found is not None
    gain = objective(found.values) if gain is None else gain
    return Measured(author=author, skeleton=found.skeleton, numbers=found.values, gain=gain)


def brief(text: str, *trials: Measured, draw: str = "") -> Brief:
    parent = Parent(candidate=python_candidate(text), fitness=(), feedback=Feedback(outcome="HOLDS"))
    tried = frozenset({parent.candidate.digest})
    return Brief(turn=0, view=VIEW, parents=(parent,), operator="tune", measured=trials, draw=draw, tried=tried)


def tuned(text: str, *trials: Measured, draw: str = "") -> str:
    """The next text, as the search asks for it."""
    return next(tunings(brief(text, *trials, draw=draw))).files["sut.py"].decode()


def trials_of_tuning(goal: float, most: int, run: int) -> int:
    best, trials = SOURCE, [measured(SOURCE, "seed")]
    while gain_of(best) < goal and len(trials) < most:
        text = tuned(best, *trials, draw=f"{run} {len(trials)}")
        trials.append(measured(text, AUTHOR))
        best = max(best, text, key=gain_of)
    return len(trials)


def trials_of_factors(goal: float, most: int) -> int:
    """The other rule: every number by fixed factors, from the best so far; each program is tried once."""
    best, tried = SOURCE, {SOURCE}
    while gain_of(best) < goal and len(tried) < most:
        source = read(best)
        assert source is not None
        changes = sorted(expression_changes(source), key=lambda change: change.weight)
        made = [applied(source.text, (change,)) for change in changes if change.kind == "constant"]
        text = next((text for text in made if text is not None and text not in tried), None)
        if text is None:
            return most
        tried.add(text)
        best = max(best, text, key=gain_of)
    return len(tried)


@needs_library
def test_a_bowl_needs_fewer_trials_than_fixed_factors_do() -> None:
    goal, most = 0.001 * gain_of(SOURCE), 200
    needed = [trials_of_tuning(goal, most, run) for run in range(3)]
    assert median(needed) < trials_of_factors(goal, most)
    assert max(needed) < most


@needs_library
def test_the_same_brief_brings_the_same_numbers_and_another_draw_others() -> None:
    trials = [measured(SOURCE, "seed")]
    for number in range(9):
        trials.append(measured(tuned(SOURCE, *trials, draw=str(number)), AUTHOR))
    assert tuned(SOURCE, *trials, draw="x") == tuned(SOURCE, *trials, draw="x") != tuned(SOURCE, *trials, draw="y")
    asked = brief(SOURCE, *trials, draw="x")
    assert Offline().propose(asked) == Offline().propose(asked)
    assert tuned(SOURCE, *trials, draw="x") != tuned(SOURCE, trials[0], draw="x"), "what was measured decides too"


@needs_library
def test_steps_are_taken_from_the_best_whoever_made_it() -> None:
    far = SOURCE.replace("0.3,", "70.0,").replace("2.0", "900.0")
    trials = (measured(SOURCE, "seed"), measured(far, "offline/template", gain=1.0))
    first, second, *_ = numbers_of(tuned(SOURCE, *trials)).values  # type: ignore[union-attr]
    assert 0 < first < 140 and first > 2 and 0 < second < 2000 and second > 20


@needs_library
def test_on_a_plateau_steps_lead_away() -> None:
    """A number that changes nothing until it is far enough: from the first of equals no step would be far enough."""
    text, trials = SOURCE, [measured(SOURCE, "seed", gain=1.0)]
    for number in range(40):
        text = tuned(text, *trials, draw=str(number))
        trials.append(measured(text, AUTHOR, gain=1.0))
    assert max(abs(trial.numbers[1] - 2.0) for trial in trials) > 4 * 0.3 * 2.0


@needs_library
@pytest.mark.parametrize("gain", [None, -1.0])
def test_what_was_refuted_counts_as_worse_than_anything_measured(gain: float | None) -> None:
    """Four trials make a step of the distribution; a refuted one may not make it fail."""
    trials = [measured(SOURCE, "seed")]
    for number in range(12):
        text = tuned(SOURCE, *trials, draw=str(number))
        trials.append(replace(measured(text, AUTHOR), gain=gain if number % 2 else objective_of(text)))
    assert numbers_of(tuned(SOURCE, *trials)) is not None


def objective_of(text: str) -> float:
    return gain_of(text)


# --- which numbers


def test_programs_that_differ_in_numbers_layout_and_comments_share_a_skeleton() -> None:
    one = numbers_of("def f(x):\n    return 2 * x - 0.5\n")
    other = numbers_of("def f(x):\n    # why\n    return 7.5*x - (-3)\n")
    assert one is not None and other is not None
    assert one.skeleton == other.skeleton and one.values == (2.0, 0.5) and other.values == (7.5, -3.0)
    third = numbers_of("def f(x):\n    return 2 * x + 0.5\n")
    assert third is not None and third.skeleton != one.skeleton


def test_indices_annotations_texts_truth_and_huge_numbers_are_no_numbers_to_change() -> None:
    text = "def f(x: 'T[3]', y: T[4] = 5) -> T[6]:\n    z: T[7] = x[8:9], x[1], True, f'{x:10}', 10**9, 1000000007\n"
    assert numbers_of(text) is not None and numbers_of(text).values == (5.0, 10.0, 9.0)  # type: ignore[union-attr]
    assert numbers_of("def f(:") is None


def test_a_one_is_changed_only_where_candidates_that_hold_differ_in_it() -> None:
    text = "def f(x):\n    return x + 1 if x > 2 else 0.5 * x + 0.0\n"
    found = numbers_of(text)
    assert found is not None and found.values == (1.0, 2.0, 0.5, 0.0)
    other = measured(text.replace("x + 1", "x + 4"), "offline/template", gain=1.0)
    whole = [True, True, False, False]
    assert free_numbers(found.values, whole, []) == [False, True, True, False]
    assert free_numbers(found.values, whole, [other]) == [True, True, True, False]
    assert free_numbers(found.values, whole, [replace(other, gain=None)]) == [False, True, True, False]


def test_written_numbers_keep_their_kind_and_what_is_not_changed_keeps_its_form() -> None:
    source = read("def f(x):\n    return 2 ** x + 0.50 * x - -3.0 ** x + 1_000\n")
    assert source is not None
    found = places(source)
    assert [value for _, value in found] == [2, 0.5, 3.0, 1000]
    made = written(source, found, [-4.6, 0.5, -1.23456, 1000])
    assert made == "def f(x):\n    return (-5) ** x + 0.50 * x - -(-1.235) ** x + 1_000\n"


@needs_library
def test_a_program_without_numbers_is_left_to_the_other_operators() -> None:
    asked = brief("def f(a, b):\n    return a[0] + b + 1\n")
    assert list(tunings(asked)) == []
    other = Offline().propose(asked)
    assert other is not None and other.author == "offline/repair"
