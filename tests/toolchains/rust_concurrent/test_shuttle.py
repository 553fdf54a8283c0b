"""Schedules of more threads than could be exhausted: what they find, that it is found again, and what is said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from probatum.candidate import Candidate
from probatum.cascade import assess
from probatum.judge.interleaved import controls
from probatum.judge.interleaved.clients import SAMPLED, holds_client
from probatum.judge.interleaved.controls import CONTROLS, CROWD, sampling_blind, stack_interface
from probatum.judge.lane import Lane
from probatum.lab.files import read_task
from probatum.lab.seeds import fresh_seeds
from probatum.ledger import stored_segments
from probatum.levels.context import Context
from probatum.levels.interleaving import Interleaved
from probatum.levels.sampling import words
from probatum.sandbox.probe import best_tier
from probatum.toolchains.rust.cache import cache_folder
from probatum.toolchains.rust.compiler import find_compiler
from probatum.toolchains.rust.concurrent.clients import shared_text
from probatum.toolchains.rust.concurrent.crates import Crates, built_crates
from probatum.toolchains.rust.concurrent.explore import SAMPLING, Said, compile_shared, sample
from probatum.transcript import load_transcript
from probatum.verdict import Assessment, Outcome

COMPILER = find_compiler()
TASK = read_task(Path(__file__).parents[3] / "tasks/treiber_stack")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(COMPILER is None, reason="rustc is absent: install Rust")]


def crates() -> Crates:
    assert COMPILER is not None
    found = built_crates(COMPILER, cache_folder(), asan=True, tool="shuttle")
    assert not isinstance(found, str), found
    return found


@pytest.fixture(scope="module")
def lane() -> Iterator[Lane]:
    with Lane(TASK, tier=best_tier()) as opened:
        yield opened


def tried(lane: Lane, name: str, stored: tuple[str, ...] = ()) -> tuple[Assessment, Context]:
    context = Context(lane=lane, seeds=fresh_seeds(), stored=stored)
    return assess(TASK, Candidate(files=TASK.canary(name).files), context), context


def drawn(name: str) -> Said:
    assert COMPILER is not None
    interface = stack_interface()
    source, glue = (CONTROLS / f"{name}.rs").read_text(), shared_text(interface, {})
    built = compile_shared(COMPILER, source, glue, crates(), cache=cache_folder(), tier=best_tier())
    assert built.program is not None, built.problem
    return sample(built.program, [CROWD.text(interface.classes[0])], SAMPLING, steps=True, tier=best_tier())


def test_what_only_four_threads_do_passes_loom_and_is_found_again_from_what_is_stored(lane: Lane) -> None:
    found, context = tried(lane, "lock_for_three")
    verdict = next(v for v in found.verdicts if v.refuting)
    shown = verdict.refuting[0].counterexample
    assert (verdict.level, verdict.refuting[0].law) == ("memory", "no_race") and shown is not None
    assert verdict.scope.count("executions") > 500 and verdict.scope.count("programs") >= 8  # Loom held it
    assert sum(line.startswith(("T1:", "T2:", "T3:", "T4:")) for line in shown.input) == 4 and not shown.minimal
    assert any("fetch_add (sut.rs:" in line for line in shown.input)
    assert "drawn" in verdict.assumptions[-1] and "sequentially consistent" in verdict.assumptions[-1]

    stored = stored_segments(load_transcript(context.blobs[shown.transcript]))
    assert holds_client(stored[0], SAMPLED)
    again, _ = tried(lane, "lock_for_three", stored)
    assert [(v.level, v.refuting[0].law) for v in again.verdicts if v.refuting] == [("regression", "no_race")]
    kept, _ = tried(lane, "reference", stored)
    assert kept.accepted, kept.reason


def test_the_scope_counts_what_was_drawn_beside_what_was_exhausted(lane: Lane) -> None:
    found, _ = tried(lane, "hidden_lock")
    assert found.accepted, found.reason
    verdict = next(v for v in found.verdicts if v.level == "schedules")
    asked = dict(gate.at_least if (gate := TASK.gate_level("schedules")) else ())["random_schedules"]
    assert verdict.scope.count("random_schedules") >= asked > 0 and "not exhausted, drawn" in verdict.scope.sentence
    assert any(said.startswith("SAMPLED, not exhausted") for said in verdict.assumptions)
    assert verdict.tools[0].startswith("Loom") and verdict.tools[1:] == ("Shuttle 0.9.9",)


def test_the_same_seed_draws_the_same_schedules() -> None:
    first, second = drawn("mutex"), drawn("mutex")
    assert first.ended == "complete" and first.complete == (SAMPLING.by_priority + SAMPLING.at_random,)
    assert first.histories == second.histories and len(first.histories) > 20


def test_a_variant_that_cannot_see_its_bad_stacks_or_refuses_its_good_one_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert COMPILER is not None
    for bad in ("mutex", "early_free", "lost_push"):
        for name in ("mutex", "early_free", "lost_push"):
            (tmp_path / f"{name}.rs").write_text((CONTROLS / f"{bad}.rs").read_text())
        monkeypatch.setattr(controls, "CONTROLS", tmp_path)
        why = sampling_blind(COMPILER, crates(), cache=cache_folder(), tier=best_tier())
        assert ("lost_push.rs should break linearizable" if bad == "mutex" else "mutex.rs should hold") in why
    monkeypatch.undo()
    assert sampling_blind(COMPILER, crates(), cache=cache_folder(), tier=best_tier()) == ""


def test_where_shuttle_is_absent_what_the_gate_asks_for_is_missing(tmp_path: Path) -> None:
    assert COMPILER is not None
    why = built_crates(COMPILER, tmp_path, asan=True, tool="shuttle", fetch=False)
    assert isinstance(why, str) and why.startswith("Shuttle is not built yet")
    scope = {"small_programs": 1, "programs": 1}
    held = Interleaved(report={"problem": None, "scope": scope}, programs=1, drawn=(words(why),))
    assert held.outcome([])[0] is Outcome.HOLDS
    asked = Interleaved(report={"problem": None, "scope": scope}, programs=1, not_drawn=words(why))
    assert asked.outcome([]) == (Outcome.INCONCLUSIVE, words(why)) and why in words(why)
