"""What engines print is read strictly: only an output that proves what ran, how much, and that it ended can hold."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from recorded import OK_CHECKS, Check, completed, harness_text, kani_text, mutants_text, verus_text

from probatum.engines import kani, miri, mutants, tsan, verus
from probatum.engines.reading import Reading
from probatum.sandbox.spawn import Completed
from probatum.verdict import Outcome, Strength

SOURCE = "pub fn half(n: u8) -> u8 { n / 2 }"
MIRI_OUT = "A [[0,null]]\nA [[0,1],[0,2]]\nEND 2\n"
FREED = """error: Undefined Behavior: memory access failed: alloc1216 has been freed, so this pointer is dangling
   --> {}:70:19
    |
 70 |             *at = (*node).next;
    |                   ^^^^^^^^^^^^ Undefined Behavior occurred here
    = note: inside `sut::SortedMap::remove` at sut.rs:70:19: 70:31
error: aborting due to 1 previous error
"""


def kani_read(done: Completed, source: str = SOURCE, harnesses: tuple[str, ...] = ("control",)) -> Reading:
    return kani.read(done, harnesses=harnesses, unwind=4, source=source)


def verus_read(done: Completed, source: str = SOURCE, proofs: int = 2) -> Reading:
    return verus.read(done, source=source, proofs=proofs)


def miri_read(done: Completed) -> Reading:
    return miri.read(done, expected=["[[0,null]]", "[[0,1],[0,2]]"])


def tsan_read(done: Completed) -> Reading:
    return tsan.read(done, clients=2, rounds=40)


GOOD: dict[str, tuple[Callable[[Completed], Reading], str]] = {
    "Kani": (kani_read, kani_text()),
    "Verus": (verus_read, verus_text()),
    "Miri": (miri_read, MIRI_OUT),
    "ThreadSanitizer": (tsan_read, "RAN 0\nRAN 1\nEND\n"),
}
STRENGTHS = {
    "Kani": Strength.BOUNDED,
    "Verus": Strength.UNIVERSAL,
    "Miri": Strength.SAMPLED,
    "ThreadSanitizer": Strength.SAMPLED,
}


@pytest.mark.parametrize("name", GOOD)
def test_a_whole_output_without_a_complaint_holds_as_far_as_the_engine_reaches(name: str) -> None:
    read, text = GOOD[name]
    found = read(completed(text))
    assert (found.outcome, found.strength) == (Outcome.HOLDS, STRENGTHS[name])
    assert all(count > 0 for _, count in found.counts if _ != "open")


@pytest.mark.parametrize("name", GOOD)
def test_an_output_that_is_cut_anywhere_never_holds(name: str) -> None:
    read, text = GOOD[name]
    assert all(read(completed(text[:at])).outcome is not Outcome.HOLDS for at in range(len(text)))


@pytest.mark.parametrize("name", GOOD)
def test_garbage_and_an_output_with_a_byte_changed_into_something_else_never_raise(name: str) -> None:
    read, text = GOOD[name]
    dice = random.Random(1)
    for _ in range(200):
        noise = bytes(dice.randrange(256) for _ in range(dice.randrange(400)))
        assert read(completed(noise)).outcome is not Outcome.HOLDS
        at = dice.randrange(len(text))
        read(completed(text.encode()[:at] + bytes([dice.randrange(256)]) + text.encode()[at + 1 :]))


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("ended", ["wall", "cpu", "memory", "output", "processes", "signal"])
def test_an_engine_that_a_limit_or_a_signal_ended_says_nothing_whatever_it_printed(name: str, ended: str) -> None:
    read, text = GOOD[name]
    found = read(completed(text, code=None, ended=ended, signal=11 if ended == "signal" else None))  # type: ignore[arg-type]
    assert found.outcome is (Outcome.ERROR if ended == "signal" else Outcome.INCONCLUSIVE)


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("code", [1, 2, 101, 134])
def test_a_good_output_with_a_bad_exit_status_does_not_hold(name: str, code: int) -> None:
    read, text = GOOD[name]
    assert read(completed(text, code=code)).outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize("name", GOOD)
def test_silence_with_a_good_exit_status_does_not_hold_and_neither_does_more_than_is_kept(name: str) -> None:
    read, text = GOOD[name]
    assert read(completed("")).outcome is Outcome.INCONCLUSIVE
    assert read(completed(text, truncated=True)).outcome is Outcome.INCONCLUSIVE


def changed(at: int, status: str, text: str = "") -> tuple[Check, ...]:
    name, _, said, where = OK_CHECKS[at]
    return (*OK_CHECKS[:at], (name, status, text or said, where), *OK_CHECKS[at + 1 :])


def failing(checks: tuple[Check, ...]) -> Completed:
    return completed(kani_text(harness_text(checks), ok=0, failures=1), code=1)


def test_a_failed_check_refutes_and_says_where() -> None:
    found = kani_read(failing(changed(1, "FAILURE")))
    assert (found.outcome, found.failed[0].where) == (Outcome.REFUTED, "sut.rs:4")
    assert "attempt to add with overflow" in found.reason


def test_an_assertion_of_the_harness_that_fails_refutes_and_is_placed_in_the_harness() -> None:
    assert kani_read(failing(changed(0, "FAILURE"))).failed[0].where == "kani.rs:3:70"


def test_a_bound_that_is_too_small_is_no_counterexample() -> None:
    checks = (
        *((n, "UNDETERMINED", t, w) for n, _, t, w in OK_CHECKS[:2]),
        (*OK_CHECKS[2][:1], "FAILURE", *OK_CHECKS[2][2:]),
    )
    found = kani_read(failing(checks))
    assert found.outcome is Outcome.INCONCLUSIVE and "too small" in found.reason


def test_a_construct_that_kani_does_not_support_is_no_counterexample() -> None:
    found = kani_read(failing(changed(1, "FAILURE", "inline assembly is not currently supported by Kani")))
    assert found.outcome is Outcome.INCONCLUSIVE and "does not support" in found.reason


def test_an_assumption_that_nothing_satisfies_proves_nothing() -> None:
    found = kani_read(completed(kani_text(harness_text(changed(0, "UNREACHABLE")))))
    assert found.outcome is Outcome.INCONCLUSIVE and "never reached" in found.reason


@pytest.mark.parametrize(
    "text",
    [
        "No proof harnesses (functions with #[kani::proof]) were found to verify.\n",
        "error: no harnesses matched the harness filter: `control`\n",
        kani_text(harness_text(name="other")),
        kani_text(harness_text(), harness_text(), ok=2),
        kani_text(ok=2),
        kani_text(ok=1, failures=1),
        kani_text(harness_text(result="FAILED")),
        kani_text(harness_text(())),
        kani_text(harness_text(OK_CHECKS[1:])),
        kani_text(harness_text(changed(1, "UNDETERMINED"))),
        kani_text().replace(" ** 0 of 3", " ** 0 of 4"),
        kani_text().replace("Check 2: sut", "Chock 2: sut"),
        kani_text().replace("SUCCESSFUL\n", "SUCCESSFUL (encountered one or more panics as expected)\n"),
        "Checking harness control...\nCBMC failed\nVERIFICATION:- FAILED\nCBMC timed out. You may want to rerun\n",
        "Checking harness control...\nCBMC failed\nVERIFICATION:- FAILED\nCBMC appears to have run out of memory.\n",
        kani_text() + "warning: harness `control` contained stubs which were ignored.\n",
        "thread 'rustc' panicked at kani-compiler/src/codegen.rs:4:5:\nError: Kani Compiler failed\n",
    ],
)
def test_whatever_else_kani_prints_proves_nothing(text: str) -> None:
    for code in (0, 1):
        assert kani_read(completed(text, code=code)).outcome is Outcome.INCONCLUSIVE


def test_every_harness_must_be_there() -> None:
    names = ("control", "second")
    both = kani_text(
        harness_text(),
        harness_text(tuple((n.replace("control", "second"), *r) for n, *r in OK_CHECKS), name="second"),
        ok=2,  # type: ignore[misc]
    )
    assert kani_read(completed(both), harnesses=names).outcome is Outcome.HOLDS
    assert kani_read(completed(kani_text()), harnesses=names).outcome is Outcome.INCONCLUSIVE
    assert kani_read(completed(kani_text()), harnesses=()).outcome is Outcome.INCONCLUSIVE


def test_colours_of_a_terminal_change_nothing() -> None:
    text = kani_text().replace("SUCCESSFUL\n", "\x1b[32mSUCCESSFUL\x1b[0m\n")
    assert kani_read(completed(text)).outcome is Outcome.HOLDS


@pytest.mark.parametrize("source", ["kani::assume(false);", "#[cfg(kani)] fn f() {}", "// kani"])
def test_a_candidate_that_speaks_to_kani_is_not_proved(source: str) -> None:
    assert kani_read(completed(kani_text()), source=source).outcome is Outcome.INCONCLUSIVE


def test_harnesses_that_should_panic_or_are_stubbed_do_not_count() -> None:
    text = "#[kani::proof]\nfn one() {}\n#[kani::proof]\n#[kani::unwind(3)]\npub fn two() {}\n"
    text += "#[kani::proof]\n#[kani::should_panic]\nfn three() {}\n#[kani::proof]\n#[kani::stub(a, b)]\nfn four() {}\n"
    assert kani.harnesses_of(text) == ("one", "two")


@pytest.mark.parametrize(
    "changes",
    [
        {"success": False, "errors": 1, "verified": 1},
        {"success": 1},
        {"success": None},
        {"errors": None, "verified": None, "encountered_vir_error": True, "success": False},
        {"errors": False},
        {"verified": 1},
        {"verified": True},
        {"verified": None},
        {"encountered_error": True},
        {"encountered_vir_error": True},
        {"is_verifying_entire_crate": False},
        {"is_verifying_entire_crate": None},
    ],
)
def test_any_other_result_of_verus_is_no_proof(changes: dict[str, object]) -> None:
    for code in (0, 1):
        assert verus_read(completed(verus_text(**changes), code=code)).outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("error: assume/admit not allowed with --no-cheating\n --> sut.rs:9:5\n", "assumed instead of proved"),
        ("error: external_body/assume_specification not allowed with --no-cheating\n", "assumed instead of proved"),
        ("error: while loop: Resource limit (rlimit) exceeded\n --> sut.rs:4:5\n", "reached its limit"),
        ("error: postcondition not satisfied\n --> sut.rs:12:3\n", "postcondition not satisfied at sut.rs:12"),
        ("error[E0433]: failed to resolve: use of undeclared crate\n", "failed to resolve"),
    ],
)
def test_what_is_left_to_prove_is_told_and_never_taken_for_a_counterexample(said: str, words: str) -> None:
    for text in (verus_text(), verus_text(success=False, errors=1)):
        found = verus_read(completed(text, said, code=1))
        assert found.outcome is Outcome.INCONCLUSIVE and words in found.reason
        assert verus_read(completed(text, said, code=0)).outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize("word", sorted(verus.BYPASS))
def test_a_candidate_that_could_leave_a_proof_out_is_not_proved(word: str) -> None:
    assert verus_read(completed(verus_text()), source=f"proof {{ {word}(false); }}").outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize(
    "text", ["null\n", "[]\n", "{}\n", '{"verification-results": 3}\n', verus_text() + verus_text(), "[" * 5000 + "\n"]
)
def test_other_json_is_no_result_of_verus(text: str) -> None:
    assert verus_read(completed(text)).outcome is Outcome.INCONCLUSIVE


def test_a_contract_without_a_promise_proves_nothing() -> None:
    assert verus_read(completed(verus_text()), proofs=verus.proofs_of("fn f() {}")).outcome is Outcome.INCONCLUSIVE


def test_undefined_behaviour_in_the_candidate_refutes_with_its_line() -> None:
    found = miri_read(completed("A [[0,null]]\n", FREED.format("sut.rs"), code=1))
    assert (found.outcome, found.failed[0].where, found.failed[0].law) == (Outcome.REFUTED, "sut.rs:70", "memory_safe")


def test_undefined_behaviour_below_the_candidate_is_placed_where_the_candidate_calls() -> None:
    assert miri_read(completed("", FREED.format("/lib/core/src/ptr/mod.rs"), code=1)).failed[0].where == "sut.rs:70"


def test_memory_that_is_left_breaks_another_law() -> None:
    leak = "error: memory leaked: alloc80 (Rust heap, size: 24, align: 8), allocated here:\n  --> sut.rs:52:23\n"
    assert miri_read(completed(MIRI_OUT, leak, code=1)).failed[0].law == "no_leak"


@pytest.mark.parametrize(
    "said",
    [
        "error: unsupported operation: can't call foreign function `prctl` on OS `linux`\n --> sut.rs:3:1\n",
        "error: the evaluated program deadlocked\n",
        "error: abnormal termination: the program aborted execution\n --> sut.rs:3:1\n",
        "error: resource exhaustion: tried to allocate more memory than available to compiler\n",
        "error[E0425]: cannot find value `x` in this scope\n --> sut.rs:3:1\n",
        FREED.format("wire.rs").replace("sut.rs", "wire.rs"),
    ],
)
def test_what_miri_cannot_do_or_finds_elsewhere_refutes_nothing(said: str) -> None:
    for code in (0, 1):
        assert miri_read(completed(MIRI_OUT, said, code=code)).outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize(
    "out",
    ["END 0\n", "END 2\n", MIRI_OUT + "more\n", MIRI_OUT.replace("[0,2]", "[0,3]"), MIRI_OUT.replace("END 2", "END 3")],
)
def test_histories_that_did_not_all_run_or_are_answered_otherwise_prove_nothing(out: str) -> None:
    assert miri_read(completed(out)).outcome is Outcome.INCONCLUSIVE


def test_no_history_proves_nothing() -> None:
    assert miri.read(completed("END 0\n"), expected=[]).outcome is Outcome.INCONCLUSIVE


def test_a_suite_is_graded_by_the_viable_mutants_it_notices() -> None:
    score = mutants.read(mutants_text("CaughtMutant", "CaughtMutant", "MissedMutant", "Unviable"), 2)
    assert score.share == pytest.approx(2 / 3) and score.missed == ("src/lib.rs:3:5: replace f -> u8 with 0",)
    assert mutants.read(mutants_text("CaughtMutant"), 0).share == 1.0
    assert mutants.read(mutants_text("Timeout"), 3).share == 1.0


def test_what_cargo_mutants_wrote_about_two_small_functions_is_read_as_it_was_meant() -> None:
    text = Path(__file__).with_name("outcomes.json").read_bytes()
    score = mutants.read(text, 2)
    assert (score.caught, len(score.missed), score.share) == (4, 5, pytest.approx(4 / 9))
    assert score.missed[0].endswith("replace odd -> bool with true")
    assert all(mutants.read(text[:at], 2).share is None for at in range(0, len(text) - 2, 7))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (mutants_text("CaughtMutant"), 4),
        (mutants_text("CaughtMutant"), 70),
        (mutants_text("CaughtMutant"), None),
        (mutants_text("CaughtMutant"), 2),
        (mutants_text("CaughtMutant", baseline="Failure"), 0),
        (mutants_text("CaughtMutant", end_time=None), 0),
        (mutants_text("CaughtMutant", total_mutants=2), 0),
        (mutants_text("CaughtMutant", outcomes=[]), 0),
        (mutants_text("CaughtMutant", outcomes=[{"scenario": "Baseline", "summary": "Odd"}]), 0),
        (mutants_text(), 0),
        (b"null", 0),
        (b"[" * 5000, 0),
    ],
)
def test_a_run_of_mutants_that_is_not_whole_grades_nothing(text: bytes, code: int | None) -> None:
    assert mutants.read(text, code).share is None


def test_a_list_of_mutants_that_is_cut_anywhere_grades_nothing() -> None:
    text = mutants_text("CaughtMutant", "MissedMutant")
    assert all(mutants.read(text[:at], 2).share is None for at in range(len(text)))
