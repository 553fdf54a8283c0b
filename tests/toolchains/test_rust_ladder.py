"""Rust candidates climb the same ladder: accepted, or refused at the boundary, at build, by laws and by limits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from probatum.candidate import Candidate
from probatum.cascade import assess
from probatum.judge.lane import Lane
from probatum.lab.files import read_task
from probatum.lab.seeds import chosen_seeds
from probatum.levels.compiling import blamed
from probatum.levels.context import Context
from probatum.sandbox.probe import best_tier
from probatum.toolchains.rust import compiler as rust
from probatum.toolchains.rust.compiler import Compiled, compile_control, find_compiler
from probatum.toolchains.rust.own import own_names
from probatum.verdict import Assessment, Outcome

pytestmark = pytest.mark.slow
present = pytest.mark.skipif(find_compiler() is None, reason="rustc is absent: install Rust to test its candidates")
SEARCH = """
pub fn search(items: Vec<i64>, target: i64) -> Option<u64> {
    items.iter().position(|item| *item == target).map(|at| at as u64)
}
"""
GREEDY = "{ std::hint::black_box(Vec::<u8>::with_capacity(1 << 33)); items.iter() }"
BOTTOMLESS = """{
    fn f(n: u64) -> u64 { if n == 0 { 1 } else { f(n + 1) + std::hint::black_box(n) } }
    f(1);
    items.iter()
}"""
OWN_PACKET = "pub struct Packet { pub kind: NAME, pub seq: u64, pub payload: Vec<u8> }\n"
SENDER = """
pub struct Sender;
impl Sender {
    pub fn new() -> Self { Sender }
    pub fn send(&mut self, _: Vec<u8>) -> Vec<Packet> { Vec::new() }
    pub fn on_packet(&mut self, packet: Packet) -> Vec<Packet> { vec![packet] }
    pub fn on_timeout(&mut self) -> Vec<Packet> { Vec::new() }
    pub fn idle(&self) -> bool { true }
}
pub struct Receiver;
impl Receiver {
    pub fn new() -> Self { Receiver }
    pub fn on_packet(&mut self, _: Packet) -> Vec<Packet> { Vec::new() }
    pub fn delivered(&self) -> Vec<Vec<u8>> { Vec::new() }
}
"""


@pytest.fixture(scope="module")
def lanes() -> Iterator[dict[str, Lane]]:
    with ExitStack() as stack:
        names = ("binary_search", "kv_store_v1", "tcp_v1")
        yield {name: stack.enter_context(Lane(read_task(name), tier=best_tier())) for name in names}


def assessed(lane: Lane, source: str, *, start: str = "boundary") -> Assessment:
    candidate = Candidate(files={"sut.rs": source.encode()})
    return assess(lane.task, candidate, Context(lane=lane, seeds=chosen_seeds(1)), start=start)


def refuting(found: Assessment) -> tuple[str, str]:
    verdict = next(v for v in found.verdicts if v.outcome is Outcome.REFUTED)
    return verdict.level, verdict.reason


@present
def test_a_source_on_which_the_compiler_itself_falls_is_not_held_against_its_calls(lanes: dict[str, Lane]) -> None:
    deep = SEARCH + "fn deep() -> u64 { " + "(" * 20_000 + "1" + ")" * 20_000 + " }\n"
    for start in ("boundary", "behaviour"):
        found = assessed(lanes["binary_search"], deep, start=start)
        said = {verdict.level: (verdict.outcome, verdict.reason) for verdict in found.verdicts}
        assert found.outcome is Outcome.INCONCLUSIVE and not found.accepted
        assert said["build"][0] is Outcome.INCONCLUSIVE and "the compiler itself fails" in said["build"][1]
        assert said["behaviour"][0] is Outcome.SKIPPED and "no program to run" in said["behaviour"][1]


@present
def test_what_is_listed_is_refused_with_what_to_do_instead(lanes: dict[str, Lane]) -> None:
    found = assessed(lanes["binary_search"], "use std::fs::File;\nuse std::process::abort;\n" + SEARCH)
    shown = found.verdicts[0].findings[0].counterexample
    assert shown is not None and shown.observed == "std::fs; std::process"
    assert "keep the data in a field" in shown.expected and "return an error, or panic" in shown.expected


@present
def test_a_right_candidate_is_accepted(lanes: dict[str, Lane]) -> None:
    assert assessed(lanes["binary_search"], SEARCH).accepted


@present
def test_a_right_store_of_another_shape_is_accepted(lanes: dict[str, Lane]) -> None:
    source = (Path(__file__).with_name("rust_good") / "open_addressing.rs").read_text()
    assert assessed(lanes["kv_store_v1"], source).accepted


@present
@pytest.mark.parametrize("integer", ["usize", "u32", "i128"])
def test_any_integer_type_that_holds_the_answer_will_do(lanes: dict[str, Lane], integer: str) -> None:
    assert assessed(lanes["binary_search"], SEARCH.replace("u64", integer)).accepted


@present
@pytest.mark.parametrize("wrong", ["f64", "String"])
def test_a_type_that_only_looks_like_an_integer_is_refused(lanes: dict[str, Lane], wrong: str) -> None:
    text = SEARCH.replace("u64> {", f"{wrong}> {{").replace(
        "at as u64", "(at as f64)" if wrong == "f64" else "at.to_string()"
    )
    level, _ = refuting(assessed(lanes["binary_search"], text))
    assert level == "build"


@present
@pytest.mark.parametrize(
    ("source", "level", "says"),
    [
        (SEARCH + "use std::fs;", "boundary", "std::fs"),
        (SEARCH.replace("*item == target", "*item = target"), "build", "sut.rs:3: "),
        (SEARCH.replace("search(", "find("), "build", "interface: cannot find function `search`"),
        (SEARCH.replace("*item == target", "*item >= target"), "behaviour", "index_holds_target"),
        (SEARCH.replace("at as u64", "(at as u64) << 40"), "behaviour", ""),
        (SEARCH.replace("at as u64", "items[at + 1] as u64"), "behaviour", "panic"),
        (SEARCH.replace("at as u64", "loop {}"), "behaviour", "returns"),
        (SEARCH.replace("items.iter()", GREEDY), "behaviour", ""),
        (SEARCH.replace("items.iter()", BOTTOMLESS), "behaviour", ""),
    ],
)  # fmt: skip
def test_wrong_candidates_are_refuted_where_they_are_wrong(
    lanes: dict[str, Lane], source: str, level: str, says: str
) -> None:
    found = refuting(assessed(lanes["binary_search"], source))
    assert found[0] == level and says in found[1], found


@present
def test_what_does_not_compile_is_refuted_wherever_the_trial_starts(lanes: dict[str, Lane]) -> None:
    found = assessed(lanes["binary_search"], "pub fn search() {}", start="behaviour")
    assert found.outcome is Outcome.REFUTED and not found.accepted


@present
@pytest.mark.parametrize("name", ["Kind", "PacketKind", "DataAck", "Other"])
def test_a_candidate_may_name_its_own_packet_types(lanes: dict[str, Lane], name: str) -> None:
    """Compiles, and is refuted by what it does."""
    own = f"pub enum {name} {{ Data, Ack }}\n" + OWN_PACKET.replace("NAME", name)
    assert refuting(assessed(lanes["tcp_v1"], own + SENDER))[0] in ("behaviour", "simulation")


def test_own_names_are_read_off_the_text() -> None:
    text = "pub(crate) struct A { pub kind: K, r#type: std::x::Y, n: u64 }\nenum K { A }\nmod m { struct B { c: D } }"
    assert own_names(text) == {"A": "A", "A.kind": "K", "A.n": "u64", "K": "K"}


def test_names_imported_from_the_root_for_the_candidate_alone_are_marked() -> None:
    text = "use crate::{B, types::{C as D, E}};\nuse super::F;\npub use crate::types::G;\nuse std::collections::H;\n"
    assert own_names(text) == {f"use {name}": name for name in ("B", "E", "F")}


@present
def test_a_compiler_ended_by_its_limit_twice_refutes(lanes: dict[str, Lane], monkeypatch: pytest.MonkeyPatch) -> None:
    assessed(lanes["binary_search"], SEARCH)
    monkeypatch.setattr(rust, "LIMITS", rust.Limits(cpu_s=1.0, wall_s=20.0, memory_mb=2048, processes=32, file_mb=256))
    level, why = refuting(
        assessed(
            lanes["binary_search"], SEARCH + "const _: () = { let mut n = 1u64; loop { n = n.wrapping_mul(3); } };"
        )
    )
    assert level == "build" and "CPU-s" in why


@pytest.mark.parametrize(
    ("ended", "cpu_s", "control", "outcome"),
    [
        ("cpu", 15.0, True, Outcome.REFUTED),
        ("memory", 3.0, True, Outcome.REFUTED),
        ("wall", 15.0, True, Outcome.REFUTED),
        ("wall", 0.5, True, Outcome.INCONCLUSIVE),
        ("crash", 1.0, True, Outcome.INCONCLUSIVE),
        ("signal", 1.0, True, Outcome.INCONCLUSIVE),
        ("cpu", 15.0, False, Outcome.ERROR),
        ("memory", 3.0, False, Outcome.ERROR),
    ],
)
def test_a_compiler_that_does_not_come_to_an_end_is_blamed_with_a_control(
    ended: str, cpu_s: float, control: bool, outcome: Outcome
) -> None:
    assert blamed(Compiled(program=None, ended=ended, cpu_s=cpu_s), control)[0] is outcome


@present
def test_where_no_program_can_be_executed_nobody_is_blamed(lanes: dict[str, Lane], tmp_path: Path) -> None:
    """As on a file system that allows no programs: without its mode a file cannot be executed either."""
    with Lane(lanes["binary_search"].task, tier=best_tier()) as lane:
        lane.workers.rust.cache = tmp_path
        compiler = find_compiler()
        assert compiler is not None
        made = compile_control(compiler, cache=tmp_path, tier=best_tier())
        assert made.program is not None
        made.program.chmod(0o600)
        found = assessed(lane, SEARCH)
    assert not found.accepted and [v.outcome for v in found.verdicts] == [Outcome.SKIPPED]
    assert "XDG_CACHE_HOME" in found.verdicts[0].reason


def test_without_a_compiler_rust_candidates_are_skipped_and_not_accepted(
    lanes: dict[str, Lane], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with Lane(lanes["binary_search"].task, tier=best_tier()) as lane:
        found = assessed(lane, SEARCH)
    assert not found.accepted and [v.outcome for v in found.verdicts] == [Outcome.SKIPPED]
    assert "Install Rust" in found.verdicts[0].reason
