"""Miri, where it is installed, really run: it sees what AddressSanitizer does not, and holds what is right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from probatum.candidate import Candidate
from probatum.engines import miri
from probatum.judge.lane import Lane
from probatum.lab.files import read_candidate, read_task
from probatum.lab.seeds import chosen_seeds
from probatum.levels.context import Context
from probatum.levels.sanitized import check_alone
from probatum.sandbox.probe import best_tier
from probatum.toolchains.rust.compiler import find_compiler
from probatum.verdict import Outcome, Verdict

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        find_compiler() is None or not miri.find().version, reason=f"Miri is absent, so it is not run: {miri.INSTALL}"
    ),
]
GOOD = Path(__file__).parents[2] / "tasks" / "sorted_map" / "canaries" / "good" / "rust_raw_list"
LOOK = "unsafe { node.as_ref() }"
OUTDATED = f"""{{
            let seen = {LOOK};
            if !node.is_null() {{ unsafe {{ (*node).value = (*node).value }} }}
            seen
        }}"""


@pytest.fixture(scope="module")
def lane() -> Iterator[Lane]:
    with Lane(read_task("sorted_map"), tier=best_tier()) as opened:
        yield opened


def judged(lane: Lane, candidate: Candidate) -> Verdict:
    lane.workers.prepare(candidate)
    return check_alone(lane.task, candidate, Context(lane=lane, seeds=chosen_seeds(1)))


def test_a_right_program_is_held_and_the_scope_counts_what_was_interpreted(lane: Lane) -> None:
    verdict = judged(lane, read_candidate(GOOD))
    assert verdict.outcome is Outcome.HOLDS and miri.NAME in verdict.tools
    assert verdict.scope.count("miri_histories") > 5


def test_a_reference_used_after_a_write_beside_it_is_refuted_with_its_line(lane: Lane) -> None:
    source = (GOOD / "sut.rs").read_text()
    assert source.count(LOOK) == 1
    verdict = judged(lane, Candidate(files={"sut.rs": source.replace(LOOK, OUTDATED).encode()}))
    shown = verdict.findings[0].counterexample
    assert verdict.outcome is Outcome.REFUTED and verdict.findings[0].law == "memory_safe"
    assert shown is not None and "Miri: " in shown.observed and "sut.rs:" in shown.observed
