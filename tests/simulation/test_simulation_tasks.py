"""The planted transport and store bugs are refuted with small schedules; right candidates of any shape hold."""

import pytest
from simulating import WORLDLY, canary, named, shipped

from probatum.judge.simulation.trial import selfcheck_worlds

KNOWN_MINIMUM = {
    ("tcp_v1", "never_retransmits"): 2,
    ("tcp_v1", "delivers_every_copy"): 3,
    ("tcp_v1", "any_ack_counts"): 3,
    ("tcp_v1", "acks_what_it_drops"): 3,
    ("tcp_v1", "one_message_at_a_time"): 2,
    ("tcp_v1", "empty_is_nothing"): 1,
    ("tcp_v1", "told_apart_by_content"): 2,
    ("tcp_v1", "idle_too_soon"): 1,
    ("tcp_v1", "gives_up"): 5,
    ("tcp_v1", "sends_the_newest_first"): 3,
    ("tcp_v2", "never_retransmits"): 2,
    ("tcp_v2", "delivers_every_copy"): 3,
    ("tcp_v2", "any_ack_counts"): 3,
    ("tcp_v2", "acks_what_it_drops"): 3,
    ("tcp_v2", "one_message_at_a_time"): 2,
    ("tcp_v2", "empty_is_nothing"): 1,
    ("tcp_v2", "told_apart_by_content"): 2,
    ("tcp_v2", "idle_too_soon"): 1,
    ("tcp_v2", "gives_up"): 5,
    ("tcp_v2", "sends_the_newest_first"): 3,
    ("tcp_v2", "ignores_stale_data"): 3,
    ("tcp_v2", "alternating_bit"): 6,
    ("tcp_v2", "sequence_wraps_at_four"): 12,
    ("tcp_v2", "sequence_wraps_at_eight"): 24,
    ("tcp_v2", "window_as_large_as_the_numbers"): 5,
    ("tcp_v2", "remembers_one_number"): 6,
    ("tcp_v2", "zero_starts_again"): 3,
    ("tcp_v2", "stale_ack_moves_back"): 5,
    ("tcp_v2", "delivers_what_comes_early"): 3,
    ("tcp_v2", "forgets_early_packets"): 5,
    ("tcp_v2", "repeats_each_once"): 3,
    ("tcp_v2", "numbers_every_attempt"): 2,
    ("kv_store_v2", "wraps_the_map"): 2,
    ("kv_store_v2", "forgets_deletes"): 3,
    ("kv_store_v2", "deletes_are_not_logged"): 3,
    ("kv_store_v2", "accepts_a_torn_record"): 2,
    ("kv_store_v2", "chokes_on_a_torn_record"): 2,
    ("kv_store_v2", "chokes_on_an_empty_record"): 2,
    ("kv_store_v2", "keeps_the_torn_record"): 4,
    ("kv_store_v2", "cut_put_deletes"): 4,
    ("kv_store_v2", "starts_an_empty_log"): 3,
    ("kv_store_v2", "logs_the_old_value"): 3,
    ("kv_store_v2", "replays_backwards"): 3,
    ("kv_store_v2", "buffers_two_operations"): 2,
    ("kv_store_v2", "drops_the_last_record"): 2,
    ("kv_store_v2", "two_records_per_put"): 4,
    ("kv_store_v2", "counts_records"): 3,
    ("kv_store_v2", "keeps_the_callers_list"): 1,
    ("kv_store_v2", "values_in_32_bits"): 2,
    ("kv_store_v2", "absent_keys_are_logged_as_zero"): 3,
    ("kv_store_v2", "tidies_after_recovery"): 4,
    ("kv_store_v2", "recovers_sixty_four_records"): 2,
    ("kv_store_v2", "recovered_deletes_always_succeed"): 2,
}
"""The fewest decisions, the fair steps after them not counted, that are known to show each planted bug."""
QUICK = ("ignores_stale_data", "any_ack_counts", "forgets_deletes", "accepts_a_torn_record", "zero_starts_again")


def test_every_planted_bug_has_a_known_minimum() -> None:
    assert set(KNOWN_MINIMUM) == {(task, name) for task in WORLDLY for name in named(task, "bad")}


@pytest.mark.parametrize(
    ("task", "name"),
    [pytest.param(*key, marks=() if key[1] in QUICK else pytest.mark.slow) for key in KNOWN_MINIMUM],
)
def test_a_planted_bug_is_refuted_by_its_law_in_a_schedule_near_the_minimum(task: str, name: str) -> None:
    bench, law = shipped(task), named(task, "bad")[name]["law"]
    tried = (bench.tried(canary(task, "bad", name), seed=seed, schedules=400) for seed in "abcdef")
    shown = next(s for report in tried for s in report.shown if s.law == law)  # some seeds meet another law first
    assert len(bench.schedule(shown)) <= KNOWN_MINIMUM[task, name] + 2, shown.input


def test_a_step_of_many_calls_is_shown_by_its_first_and_last_ones() -> None:
    bench = shipped("kv_store_v2")
    report = bench.tried(canary("kv_store_v2", "bad", "recovers_sixty_four_records"), seed="a", schedules=400)
    [step] = [line for line in report.shown[0].input if line.startswith("long_use(")]
    assert "store.put(5, 5) -> None; ... " in step and " more calls ...; store.put(" in step
    assert step.count("store.put(") == 12


@pytest.mark.slow
@pytest.mark.parametrize(
    ("task", "kind", "name"),
    [(task, kind, name) for task in WORLDLY for kind in ("good", "open") for name in named(task, kind)],
)
def test_right_candidates_of_any_shape_hold(task: str, kind: str, name: str) -> None:
    report = shipped(task).tried(canary(task, kind, name), schedules=150)
    assert report.shown == [] and report.problem is None
    assert list(report.notes["never"]) == []


@pytest.mark.parametrize("task", WORLDLY)
def test_the_oracle_keeps_every_law_and_every_fault_happens_to_it(task: str) -> None:
    assert selfcheck_worlds(shipped(task).suite) == []


@pytest.mark.parametrize("task", WORLDLY)
def test_the_same_seed_gives_the_same_transcripts_byte_for_byte(task: str) -> None:
    first, second = (
        shipped(task).tried(canary(task, "good", "reference"), seed="same", schedules=25, small=False) for _ in range(2)
    )
    assert [t.blob() for t in first.transcripts] == [t.blob() for t in second.transcripts]
    other = shipped(task).tried(canary(task, "good", "reference"), seed="other", schedules=25, small=False)
    assert [t.blob() for t in first.transcripts] != [t.blob() for t in other.transcripts]


def test_the_livelock_on_a_lost_acknowledgement_is_the_known_weakness_of_version_one() -> None:
    livelock = canary("tcp_v2", "bad", "ignores_stale_data")
    assert livelock == canary("tcp_v1", "open", "ignores_stale_data")
    assert shipped("tcp_v1").tried(livelock, schedules=60, small=False).shown == []
    shown = shipped("tcp_v2").tried(livelock).shown[0]
    assert shown.law == "eventual_delivery" and shown.minimal
    assert [line.split(";")[0].split(":")[0] for line in shown.input[1:5]] == [
        "send(b'')",
        "deliver data",
        "drop acks",
        "the faults stop",
    ]


def test_a_counterexample_tried_again_refutes_the_candidate_and_not_the_reference() -> None:
    bench = shipped("tcp_v2")
    livelock = canary("tcp_v2", "bad", "ignores_stale_data")
    stored = "[]\n" + bench.tried(livelock).shown[0].transcript.uses[-1]
    assert bench.tried(livelock, stored=[stored]).shown[0].law == "eventual_delivery"
    assert bench.tried(canary("tcp_v2", "good", "go_back_n"), stored=[stored]).shown == []


def test_who_asks_for_the_outcome_only_gets_the_same_law_by_the_schedule_that_was_found() -> None:
    bench = shipped("tcp_v2")
    [whole], [found] = (
        bench.tried(canary("tcp_v2", "bad", "repeats_each_once"), small=False, smaller=smaller).shown
        for smaller in (True, False)
    )
    assert whole.law == found.law and found.recurs
    assert len(bench.schedule(whole)) < len(bench.schedule(found))
    assert whole.minimal and not found.minimal
