"""Bytes a candidate's process may send: whatever they are, the judge neither crashes nor accepts a wrong answer."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from judging import GOOD_STORE, store_bench

from probatum.transcript import Ending
from probatum.types.codec import DecodeError, decode, encode

BENCH = store_bench("""
@always
def put_get(s: Store, key: Key, value: U64) -> None:
    "A value put is the value got."
    s.put(key, value)
    assert s.get(key) == value
""")
Twist = Callable[[int, bytes], bytes | None]

FRAMES: dict[str, bytes] = {
    "empty": b"",
    "no JSON": b"hello",
    "not UTF-8": b"\xff\xfe[\x00",
    "UTF-16": "[[0,null]]".encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf[]",
    "bare NaN": b"[[0,NaN]]",
    "infinite float": b"[[0,1e999]]",
    "oversized integer": b"[[0," + b"9" * 5000 + b"]]",
    "deep nesting": b"[" * 20_000 + b"]" * 20_000,
    "deep answer": b"[" + b"[" * 950 + b"]" * 950 + b"]",
    "duplicate keys": b'[[0,{"d":[[1,2],[1,3]]}]]',
    "two keys": b'[[0,{"t":[],"s":[]}]]',
    "too many answers": b"[" + b"[0,null]," * 9999 + b"[0,null]]",
    "too few answers": b"[]",
    "an object": b'{"t":[]}',
    "trailing text": b"[] []",
    "lone surrogate": b'[[0,"\\ud800"]]',
    "huge": b"[" + b"1," * (5 << 20) + b"1]",
}


def swapped(at: int, frame: bytes) -> Twist:
    return lambda number, honest: frame if number == at else honest


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.parametrize("at", [0, 5])
def test_a_malformed_frame_breaks_the_law_protocol(name: str, at: int) -> None:
    report = BENCH.fresh(BENCH.scripted(GOOD_STORE, twist=swapped(at, FRAMES[name])), calls=200)
    assert {s.law for s in report.shown} == {"protocol"}
    assert report.shown[0].transcript.ending.how == "protocol"


@pytest.mark.parametrize(
    "frame", [FRAMES["no JSON"], FRAMES["deep answer"], b"", b'["loaded"]', b'["loaded",[1]]', b"null", b'["ok",[]]']
)
def test_a_malformed_reply_to_loading_is_never_taken_for_success(frame: bytes) -> None:
    report = BENCH.fresh(BENCH.scripted(GOOD_STORE, loading=lambda honest: frame), calls=100)
    assert report.tally.calls == 0
    assert {s.law for s in report.shown} & {"protocol", "alive"} or report.problem is not None


def test_a_process_lost_while_loading_is_its_own_fault_when_the_control_loads() -> None:
    report = BENCH.fresh(
        BENCH.scripted(GOOD_STORE, twist=lambda number, reply: None, loading=lambda honest: None), calls=100
    )
    assert {s.law for s in report.shown} == {"alive"}


@pytest.mark.parametrize(
    ("how", "law"),
    [
        ("exit", "alive"),
        ("signal", "alive"),
        ("output", "output"),
        ("memory", "memory"),
        ("cpu", "returns"),
        ("wall", "returns"),
    ],
)
@pytest.mark.parametrize("at", [0, 1])
def test_a_lost_process_breaks_the_law_of_its_ending(how: str, law: str, at: int) -> None:
    def lost(number: int, honest: bytes) -> bytes | None:
        return None if number >= at else honest

    report = BENCH.fresh(BENCH.scripted(GOOD_STORE, twist=lost, ending=Ending(how=how, detail="as told")), calls=200)
    assert {s.law for s in report.shown} == {law}
    assert "as told" in report.shown[0].observed


@pytest.mark.parametrize(
    ("how", "outcome"), [("signal", "ERROR"), ("exit", "ERROR"), ("cpu", "INCONCLUSIVE"), ("wall", "INCONCLUSIVE")]
)
def test_nothing_is_refuted_when_the_control_fails_on_the_same_input(how: str, outcome: str) -> None:
    workers = BENCH.scripted(
        GOOD_STORE, twist=lambda number, honest: None, control_twist=lambda number, honest: None, ending=Ending(how=how)
    )
    report = BENCH.fresh(workers, calls=200)
    assert report.shown == []
    assert report.problem is not None
    assert report.problem[0] == outcome
    assert "control" in report.problem[1]


def test_a_malformed_frame_is_an_error_when_the_control_sends_one_too() -> None:
    workers = BENCH.scripted(GOOD_STORE, twist=swapped(0, b"?"), control_twist=swapped(0, b"?"))
    report = BENCH.fresh(workers, calls=200)
    assert report.shown == []
    assert report.problem is not None
    assert report.problem[0] == "ERROR"


def test_bytes_after_the_last_reply_break_the_law_protocol() -> None:
    workers = BENCH.scripted(GOOD_STORE, ending=Ending(how="protocol", detail="bytes after the last reply"))
    report = BENCH.fresh(workers, calls=200)
    assert {s.law for s in report.shown} == {"protocol"}
    assert "after the last reply" in report.shown[0].observed


def test_a_cpu_limit_that_was_crossed_once_and_not_again_is_no_evidence_and_judging_goes_on() -> None:
    first: list[int] = []

    def slow_once(number: int, honest: bytes) -> bytes | None:
        if number == 3 and not first:
            first.append(number)
            return None
        return honest

    clean = BENCH.fresh(GOOD_STORE, calls=200)
    report = BENCH.fresh(BENCH.scripted(GOOD_STORE, twist=slow_once, ending=Ending(how="cpu")), calls=200)
    assert report.shown == []
    assert report.problem is None
    assert (report.tally.calls, report.tally.segments) == (clean.tally.calls, clean.tally.segments)


def test_a_wrong_answer_given_after_being_slow_once_is_still_found() -> None:
    first: list[int] = []

    def slow_then_wrong(number: int, honest: bytes) -> bytes | None:
        if number == 3 and not first:
            first.append(number)
            return None
        return honest.replace(b"[0,true]", b"[0,false]") if first else honest

    report = BENCH.fresh(BENCH.scripted(GOOD_STORE, twist=slow_then_wrong, ending=Ending(how="cpu")), calls=400)
    assert "equality" in {s.law for s in report.shown}


def starved(number: int, honest: bytes) -> bytes | None:
    """Long replies of a whole segment do not come in time; single calls do."""
    return None if number == 9 and honest.startswith(b"[[") else honest


def test_waiting_again_is_refuted_only_when_the_control_does_not_wait() -> None:
    ending = Ending(how="wall")
    alone = BENCH.fresh(BENCH.scripted(GOOD_STORE, twist=starved, ending=ending), calls=400)
    assert {s.law for s in alone.shown} == {"returns"}
    both = BENCH.fresh(BENCH.scripted(GOOD_STORE, twist=starved, control_twist=starved, ending=ending), calls=400)
    assert both.shown == []
    assert both.problem is not None
    assert both.problem[0] == "INCONCLUSIVE"


def test_the_same_answers_written_differently_are_the_same_answers() -> None:
    """Spaces, escapes and the order of a set are no behaviour: neither wrong nor a difference between processes."""

    def spaced(number: int, honest: bytes) -> bytes:
        return honest.replace(b",", b" , ")

    assert not BENCH.fresh(BENCH.scripted(GOOD_STORE, twist=spaced), calls=300).shown
    odd: list[int] = []

    def sometimes(number: int, honest: bytes) -> bytes:
        odd.append(number)
        return honest.replace(b",", b" ,") if len(odd) % 3 else honest

    report = BENCH.fresh(BENCH.scripted(GOOD_STORE, twist=sometimes), calls=300, both=True)
    assert not report.shown
    assert report.problem is None


@pytest.mark.parametrize(
    "forged",
    [
        b"[0,true]",
        b'[0,{"x":"int"}]',
        b'[1,"KeyError"]',
        b'[1,"SystemExit"]',
        b'[1,"KeyboardInterrupt"]',
        b'[2,"AssertionError",""]',
        b'[2,"Unsatisfied","the precondition"]',
        b"[0,1e400]",
        b"[0,-1]",
        b"[0,18446744073709551616]",
        b'[0,{"ref":[0]}]',
        b'[0,{"s":[]}]',
        b'[0,{"r":["Store",[]]}]',
        b'[0,"\\ud800"]',
    ],
)
def test_a_forged_answer_never_passes_for_a_right_one(forged: bytes) -> None:
    def forge(number: int, honest: bytes) -> bytes:
        return honest.replace(b"[0,null]", forged)

    report = BENCH.fresh(BENCH.scripted(GOOD_STORE, twist=forge), calls=200)
    assert report.shown


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.integers(0, 30), st.binary(max_size=12), st.integers(1, 255))
def test_any_damage_to_a_reply_is_found_or_harmless(place: int, inserted: bytes, flip: int) -> None:
    """A damaged reply is refuted unless it still says the same: never a crash, never a wrong answer taken for right."""
    said: list[tuple[bytes, bytes]] = []

    def damage(number: int, honest: bytes) -> bytes:
        at = place % len(honest)
        bad = honest[:at] + inserted + bytes([honest[at] ^ flip]) + honest[at + 1 :]
        said.append((honest, bad))
        return bad

    def same(honest: bytes, bad: bytes) -> bool:
        try:
            return encode(decode(honest)) == encode(decode(bad))
        except DecodeError:
            return False

    report = BENCH.fresh(BENCH.scripted(GOOD_STORE, twist=damage), calls=40, histories=4)
    harmless = all(same(honest, bad) for honest, bad in said)
    assert harmless == (not report.shown)
    assert report.problem is None
