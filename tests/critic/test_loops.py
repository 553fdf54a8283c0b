"""Closing the loop: rules that tighten worlds or ask for answers, what may be added at most, and the whole round."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from weakness import bench

from probatum.candidate import Candidate
from probatum.cli import main
from probatum.critic.admit import admit
from probatum.critic.answering import _from_laws
from probatum.critic.bench import Bench
from probatum.critic.faults import spared_findings
from probatum.critic.findings import Finding, Program, Strength
from probatum.critic.loop import Looped, Tried
from probatum.critic.proposals import CONDITIONS, Admission, Check, Proposal
from probatum.critic.proposers import for_finding, written
from probatum.critic.refusing import refuted_by
from probatum.critic.rustlayer import with_layer
from probatum.critic.weakening import weakenings
from probatum.critic.worldread import spared
from probatum.judge.lane import Lane
from probatum.lab.files import read_task
from probatum.task.model import Task
from probatum.task.parse import parse_task
from probatum.toolchains.rust.boundary import listed_constructs
from probatum.toolchains.rust.compiler import find_compiler

TCP = read_task("tcp_v1")
MORE = '''@world(steps=24, exhaustive=4)
class Worse(LossyData):
    """As before, and acks are lost."""

    @link("drop")
    def acks(self, packet: Packet) -> None:
        for answer in self.sender.on_packet(packet):
            self.data(answer)
'''


def tightened(text: str) -> Task:
    files = {**TCP.files, "task.py": TCP.files["task.py"] + b"\n\n" + text.encode()}
    return parse_task("tcp_v1", files)


def test_a_link_that_every_world_spares_is_found_with_what_is_done_elsewhere() -> None:
    [one] = spared(ast.parse(TCP.files["task.py"]))
    assert (one.world.name, one.link, one.faults, one.where) == ("LossyData", "acks", ("drop", "duplicate"), ("data",))
    [finding] = spared_findings(ast.parse(TCP.files["task.py"]))
    assert finding.weakness
    assert finding.sentence.startswith("No world loses or doubles what travels on acks;")


@pytest.mark.parametrize("task", ["tcp_v2", "kv_store_v2", "sensor_poll_v2"])
def test_where_every_link_is_treated_alike_nothing_is_spared(task: str) -> None:
    assert spared(ast.parse(read_task(task).files["task.py"])) == []


def test_an_old_world_with_more_faults_on_one_of_its_links_weakens_nothing() -> None:
    assert weakenings(TCP, tightened(MORE)) == []


CHANGES = {
    "the link does something else": ("self.data(answer)", "self.acks(answer)"),
    "the link does nothing": (
        "for answer in self.sender.on_packet(packet):\n            self.data(answer)",
        "pass",
    ),
    "the link takes something else": ("packet: Packet", "packet: bytes"),
    "no fault is added": ('@link("drop")', "@link()"),
    "a fault that there is not": ('@link("drop")', '@link("drop", "explode")'),
    "a fault that is computed": ('@link("drop")', '@link(print("x"))'),
    "a fault twice": ('@link("drop")', '@link("drop", "drop")'),
    "no link any more": ('@link("drop")', "@timer()"),
    "another decorator as well": ('@link("drop")', '@print\n    @link("drop")'),
    "a base that is no world": ("Worse(LossyData)", "Worse(Connection)"),
    "two bases": ("Worse(LossyData)", "Worse(LossyData, Faultless)"),
    "a metaclass": ("Worse(LossyData)", "Worse(LossyData, metaclass=type)"),
    "no world": ("@world(steps=24, exhaustive=4)\n", ""),
    "a number that is computed": ("steps=24", "steps=len([])"),
    "another method": ("    @link", "    def start(self) -> None:\n        self.sent = self.got = []\n\n    @link"),
    "a law is overridden": (
        "    @link",
        '    @eventually("TCP-3", within=1)\n    def eventual_delivery(self) -> bool:\n'
        '        "X."\n        return True\n\n    @link',
    ),
    "an attribute": ("    @link", "    arrive = print\n\n    @link"),
    "a name that is taken": ("class Worse", "class Pair"),
    "a link that there is not": ("def acks", "def data2"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_class_that_is_more_than_that_may_not_be_added(name: str) -> None:
    old, new = CHANGES[name]
    assert old in MORE
    assert weakenings(TCP, tightened(MORE.replace(old, new, 1)))


def test_a_world_that_only_loses_data_less_is_no_addition() -> None:
    data = MORE.replace("acks(", "data(").replace(
        "for answer in self.sender.on_packet(packet):\n            self.data(answer)", "self.arrive(packet)"
    )
    assert "has not more faults" in weakenings(TCP, tightened(data))[0]


@pytest.fixture(scope="module")
def sensor() -> Iterator[Bench]:
    with bench(read_task("sensor_poll_v2")) as made:
        yield made


def test_laws_that_bind_only_what_is_answered_are_repeated_with_the_opposite_end(sensor: Bench) -> None:
    texts = dict(_from_laws(sensor))
    assert [where.rpartition(" ")[2] for where in texts] == [
        "marzullo_invariant_n4_f1",
        "gross_liar_n4_f1",
        "nobody_lies_n4_f1",
    ]
    for text in texts.values():
        assert text.endswith("assert fused is not None") and "@always" in text
    assert "assume(liar.hi < lowest or highest < liar.lo)" in texts["on the inputs of law gross_liar_n4_f1"]


@pytest.mark.slow
def test_asking_for_an_answer_refuses_the_silent_one_and_not_one_that_only_speaks_too_widely(sensor: Bench) -> None:
    task = sensor.task
    law = dict(_from_laws(sensor))["on the inputs of law nobody_lies_n4_f1"].replace("REQUIREMENT", "SP-3")
    made = written(sensor, law, by="x", what="x", why="x", unwanted=())
    named = {n: task.canary(n).files["sut.py"].decode() for n in ("silent_under_faults", "everything_under_faults")}
    programs = [Program(name=n, origin="open", source=s) for n, s in named.items()]
    found = refuted_by(sensor, made.files, programs)
    assert found == {"silent_under_faults": ("behaviour", "nobody_lies_n4_f1_answered")}


@pytest.mark.slow
def test_a_law_that_forbids_what_a_good_canary_does_on_drawn_inputs_only_is_refused(sensor: Bench) -> None:
    law = '@always("SP-1")\ndef as_the_oracle(s: Sut, reports: Reports, f: Faults) -> None:\n'
    law += '    "Exactly as the oracle."\n    assert s.poll(reports, f) == poll(reports, f)\n'
    program = sensor.task.canary("everything_under_faults").files["sut.py"].decode()
    unwanted = (Program(name="everything_under_faults", origin="open", source=program),)
    made = written(sensor, law, by="x", what="x", why="x", unwanted=unwanted)
    found = admit(sensor.task, made, tier="plain", seeds=sensor.seeds)
    failed = found.checks[-1]
    assert (failed.name, failed.ok) == ("the reference still holds", False)
    assert "REFUTED" in failed.said and not failed.said.startswith("reference:")


def test_a_program_that_is_no_copy_is_not_refused_for_lacking_new_methods() -> None:
    with bench(read_task("kv_store_v1")) as kv:
        kv.shape = kv.lane.shape()
        for name, made in (("never_forgets", 0), ("oracle_clone", 1)):
            finding = Finding(kind="open", subject=name, severity=80, sentence="It passes.", following="")
            assert len(list(for_finding(kv, finding))) == made, name


def with_rust(source: str) -> Task:
    """kv_store_v1 with one good program in Rust, beside those in Python."""
    shipped = read_task("kv_store_v1")
    listed = shipped.files["canaries.toml"] + b'\n[good.in_rust]\nwhy = "In Rust."\n'
    more = {"canaries.toml": listed, "canaries/good/in_rust/sut.rs": source.encode()}
    return parse_task("kv_store_v1", {**shipped.files, **more})


def proposed(task: Task) -> list[Proposal]:
    with bench(task) as kv:
        kv.shape = kv.lane.shape()
        finding = Finding(kind="open", subject="oracle_clone", severity=80, sentence="It passes.", following="")
        return list(for_finding(kv, finding))


def test_no_new_method_is_proposed_where_the_layer_cannot_be_put_below_a_good_program_in_rust() -> None:
    """Its methods come out of a macro: their signatures cannot be read."""
    made = "macro_rules! made { ($name:ident) => { pub struct $name; } }\nmade!(KvStore);\n"
    assert proposed(with_rust(made)) == []


@pytest.fixture(scope="module")
def layered() -> Task:
    """kv_store_v1 with checkpoints, its own good program in Rust carried over."""
    [proposal] = proposed(read_task("kv_store_v1"))
    assert weakenings(read_task("kv_store_v1"), parse_task("kv_store_v1", proposal.files)) == []
    return parse_task("kv_store_v1", proposal.files)


ALL_OF_IT = "self.log.truncate(mark);"


@pytest.mark.slow
@pytest.mark.skipif(find_compiler() is None, reason="apt-get install rustc")
def test_a_program_in_rust_goes_back_by_the_layer_and_not_without_its_last_step(layered: Task) -> None:
    source = layered.canary("rust_sorted_pairs").files["sut.rs"].decode()
    assert source.count(ALL_OF_IT) == 1
    shown = {}
    with Lane(layered, tier="plain") as lane:
        for name, text in {"whole": source, "broken": source.replace(ALL_OF_IT, "let _ = mark;")}.items():
            more = {"open_goals": [], "both": False, "host": 0, "random_seed": 1}
            report = lane.trial(
                Candidate(files={"sut.rs": text.encode()}), gear="fresh", seed="x", calls=600, histories=60, **more
            )
            assert report["problem"] is None
            shown[name] = {one["law"] for one in report["shown"]}
    assert shown["whole"] == set()
    assert "rollback_undoes_put" in shown["broken"]


def test_the_layer_keeps_what_a_program_in_rust_says_of_its_own_types_and_lines() -> None:
    source = """#![allow(dead_code)]
pub struct Log { held: Vec<(u64, String)> }
impl Log {
    pub fn new(size: usize, mut name: String) -> Log { name.clear(); Log { held: Vec::with_capacity(size) } }
    pub fn put(&mut self, pair: (u64, String), more: Vec<Option<u8>>) -> Result<usize, Full> { todo!() }
    pub fn clear(&mut self) { self.held.clear() }
}
"""
    made = with_layer(source, "Log", ["put", "clear"])
    assert made is not None and made.startswith("mod before { " + source.rstrip())
    for line in (
        "    pub fn new(size: usize, name: String) -> Self {",
        "    made: (usize, String, ),",
        "    pub fn put(&mut self, pair: ( u64 , String ), more: Vec < Option < u8 > >) -> Result < usize , Full > {",
        "            inner.put(kept.0.clone(), kept.1.clone());",
        "    pub fn clear(&mut self) {",
        "            inner.clear();",
    ):
        assert line in made.split("\n"), line
    assert listed_constructs(made, concurrent=False) == []


UNREADABLE = {
    "a generic method": ("pub fn put(", "pub fn put<T>("),
    "self by value": ("&mut self, key", "self, key"),
    "a pattern": ("key: u64", "(key, _): (u64, u64)"),
    "two of the name": ("pub fn put", "fn put() {}\n    pub fn put"),
    "none of the name": ("pub fn put", "pub fn set"),
    "its own type by another name": ("-> bool", "-> Option<Self>"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_program_in_rust_that_cannot_be_read_plainly_gets_no_layer(name: str) -> None:
    plain = "pub struct S;\nimpl S {\n    pub fn new() -> S { S }\n"
    plain += "    pub fn put(&mut self, key: u64) -> bool { true }\n}\n"
    old, new = UNREADABLE[name]
    assert old in plain and with_layer(plain, "S", ["put"]) is not None
    assert with_layer(plain.replace(old, new), "S", ["put"]) is None


def looped(*tried: Tried) -> Looped:
    found = Strength(task="t", task_digest="0", scores=(), laws=(), goals={}, findings=(), similarity={})
    proposal = Proposal(by="x", what="x", why="x", files={}, unwanted=())
    checks = tuple(Check(name=name, ok=True, said="") for name in CONDITIONS)
    admission = Admission(proposal=proposal, checks=checks, refuted=(("bad", "law"),))
    return Looped(found=found, offered=(admission,), version=TCP, folder=Path("x"), tried=tried)


def test_a_round_is_closed_only_when_the_unwanted_is_refuted_and_every_good_one_accepted() -> None:
    bad = Tried(name="bad", kind="unwanted", outcome="REFUTED", level="behaviour", law="law")
    good, rest = Tried(name="good", kind="good", outcome="HOLDS"), Tried(name="other", kind="open", outcome="HOLDS")
    assert looped(bad, good, rest).closed
    assert not looped(replace(bad, outcome="HOLDS"), good).closed
    assert not looped(replace(bad, outcome="INCONCLUSIVE"), good).closed
    assert not looped(bad, good, replace(good, outcome="INCONCLUSIVE")).closed
    assert not looped(bad).closed
    assert not looped(good).closed
    assert not replace(looped(bad, good), version=None).closed


def test_a_loop_goes_with_nothing_that_decides_for_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--concern", "x"], ["--approve", "12345678"], ["--law", "x"], ["--history"], ["--format", "html"]):
        assert main(["refine", "tcp_v1", "--loop", *words, "--workspace", str(tmp_path / "w")]) == 2
        assert "--loop" in capsys.readouterr().err
    assert not (tmp_path / "w").exists()


def answered(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, Any]]:
    code = main([*words, "--json", "--sandbox", "plain"])
    return code, json.loads(capsys.readouterr().out)


LOOPS = {
    "kv_store_v1": {"oracle_clone": "interface"},
    "tcp_v1": {"ignores_stale_data": "eventual_delivery"},
    "sensor_poll_v2": {
        "three_or_four_only": "poll_answers",
        "silent_under_faults": "poll_answers",
        "intersects_all": "poll_answers",
    },
}


@pytest.mark.soak
@pytest.mark.parametrize("task", LOOPS)
def test_a_shipped_loop_closes_on_fresh_inputs_and_repeats_from_the_journal(
    task: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ("--workspace", str(tmp_path / "w"))
    code, made = answered(capsys, "refine", task, "--loop", *place)
    assert code == 0 and made["closed"]
    assert {t["name"]: t["law"] for t in made["tried"] if t["kind"] == "unwanted"} == LOOPS[task]
    assert sum(t["kind"] == "good" and t["outcome"] == "HOLDS" for t in made["tried"]) >= 3
    version = read_task(made["version"]["folder"])
    assert version.parent is not None
    assert (version.parent.task, version.parent.policy, version.parent.signed) == (task, "auto", "nobody asked")
    code, again = answered(capsys, "replay", made["run"], *place)
    assert (code, again["differences"]) == (0, [])
    other = "sensor_poll_v3" if task != "sensor_poll_v3" else "tcp_v1"
    assert answered(capsys, "replay", made["run"], "--task", other, *place)[0] == 2
