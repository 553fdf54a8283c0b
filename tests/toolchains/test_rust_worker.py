"""The runtime and glue for Rust candidates, compiled, keep to the wire."""

from __future__ import annotations

import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import probatum.toolchains.rust as package
from probatum.lab.files import read_task
from probatum.task.declare import raises, sut
from probatum.task.interface import Interface, interface_of
from probatum.testing.conformance import check_worker
from probatum.toolchains.rust.generate import FLAGS, candidate_text, main_text
from probatum.types.markers import I64
from probatum.wire.frames import Stream

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("rustc") is None, reason="rustc is absent: install Rust to test its workers"),
]


class Full(Exception):
    pass


class Pair(NamedTuple):
    left: I64
    right: str


@sut
class Counter:
    def __init__(self, start: I64) -> None: ...
    @raises(Full)
    def add(self, by: I64) -> I64: ...
    def total(self) -> I64: ...
    def fail(self) -> None: ...


SAME: dict[str, tuple[Any, str]] = {
    "bool": (bool, "bool"),
    "int": (I64, "i64"),
    "float": (float, "f64"),
    "str": (str, "String"),
    "bytes": (bytes, "Vec<u8>"),
    "list": (list[I64], "Vec<i64>"),
    "tuple": (tuple[I64, bool], "(i64, bool)"),
    "dict": (dict[str, I64], "std::collections::BTreeMap<String, i64>"),
    "set": (set[I64], "std::collections::BTreeSet<i64>"),
    "option": (I64 | None, "Option<i64>"),
    "pair": (Pair, "Pair"),
}

COUNTER = """//! The conformance subject.
#![allow(dead_code)]
pub struct Counter { n: i64 }
impl Counter {
    pub fn new(start: i64) -> Self { Counter { n: start } }
    pub fn add(&mut self, by: i64) -> Result<i64, Full> {
        if self.n + by > 100 { return Err(Full); }
        self.n += by;
        Ok(self.n)
    }
    pub fn total(&self) -> i64 { self.n }
    pub fn fail(&self) { panic!("as told") }
}
"""
CLASHES = """
pub mod types { pub struct Tree; }
pub struct Vec; pub struct Box; pub struct Glue; pub struct Instance; pub struct BTreeMap;
pub trait TryInto {}
#[macro_export] macro_rules! format { () => { 0 } }
#[macro_export] macro_rules! matches { () => { 0 } }
pub fn main() {}
pub fn serve() {}
"""


def conformance_interface() -> Interface:
    namespace: dict[str, Any] = {"Counter": Counter}
    for name, (kind, _) in SAME.items():

        def same(value: Any) -> Any: ...

        same.__annotations__ = {"value": kind, "return": kind}
        namespace[f"same_{name}"] = sut(same)
    return interface_of(namespace)


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rust")
    source = Path(package.__file__).with_name("worker.rs")
    line = ["rustc", *FLAGS, "--crate-type", "rlib", "--crate-name", "probatum_worker", str(source)]
    subprocess.run(line, cwd=folder, check=True)
    return folder / "libprobatum_worker.rlib"


def compiled(runtime: Path, folder: Path, interface: Interface, source: str) -> subprocess.CompletedProcess[str]:
    (folder / "main.rs").write_text(main_text(interface))
    (folder / "sut.rs").write_text(candidate_text(source))
    line = ["rustc", *FLAGS, "--extern", f"probatum_worker={runtime}", "main.rs", "-o", "worker"]
    return subprocess.run(line, cwd=folder, capture_output=True, text=True)


def task_interface(name: str) -> Interface:
    namespace: dict[str, Any] = {"__name__": "task"}
    exec(compile(read_task(name).files["task.py"], "task.py", "exec", dont_inherit=True), namespace)
    return interface_of(namespace)


def asked(worker: Path, *requests: str) -> list[bytes]:
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen([worker, str(theirs.fileno())], pass_fds=(theirs.fileno(),))
    stream = Stream(ours)
    replies = []
    for request in requests:
        stream.send(request.encode())
        replies.append(stream.receive() or b"")
    stream.close()
    assert process.wait(10) == 0
    return replies


def test_a_compiled_conformance_subject_deviates_nowhere(runtime: Path, tmp_path: Path) -> None:
    same = "".join(f"pub fn same_{n}(value: {t}) -> {t} {{ value }}\n" for n, (_, t) in SAME.items())
    done = compiled(runtime, tmp_path, conformance_interface(), COUNTER + same)
    assert done.returncode == 0, done.stderr
    assert check_worker([str(tmp_path / "worker")]) == []


def test_a_changed_subject_deviates(runtime: Path, tmp_path: Path) -> None:
    same = "".join(f"pub fn same_{n}(value: {t}) -> {t} {{ value }}\n" for n, (_, t) in SAME.items())
    broken = COUNTER.replace("self.n += by;", "self.n += by + 1;")
    assert compiled(runtime, tmp_path, conformance_interface(), broken + same).returncode == 0
    assert check_worker([str(tmp_path / "worker")])


POLL = "pub fn poll(reports: std::vec::Vec<Report>, f: u32) -> Option<Interval> {\n" + (
    "    reports.first().map(|r| Interval { lo: r.lo, hi: r.hi + f as i64 })\n}\n"
)
OWN = """
pub struct Report { pub sensor_id: u32, pub lo: i64, pub hi: i64 }
pub struct Interval { pub lo: i64, pub hi: i64 }
"""


@pytest.mark.parametrize("own", ["", OWN, CLASHES], ids=["generated types", "own types", "names that clash"])
def test_records_of_either_origin_reach_the_candidate(runtime: Path, tmp_path: Path, own: str) -> None:
    done = compiled(runtime, tmp_path, task_interface("sensor_poll_v2"), own + POLL)
    assert done.returncode == 0, done.stderr
    call = '["f","poll",[{"r":["Report",[1,-2,5]]}],3]'
    most = '["f","poll",[{"r":["Report",[1,0,9223372036854775807]]}],1]'
    replies = asked(tmp_path / "worker", f'["run",[[{call},["f","poll",[],0]]]]', f'["step",{most}]')
    assert replies[0] == b'[[0,{"t":[-2,8]}],[0,null]]'
    assert replies[1] == b'[2,"panic","attempt to add with overflow"]'


def test_enums_and_bytes_come_and_go(runtime: Path, tmp_path: Path) -> None:
    interface = task_interface("tcp_v1")
    source = """
pub struct Sender(u64);
impl Sender {
    pub fn new() -> Self { Sender(0) }
    pub fn send(&mut self, msg: Vec<u8>) -> Vec<Packet> {
        self.0 += 1;
        vec![Packet { kind: Kind::Data, seq: self.0, payload: msg }]
    }
    pub fn on_packet(&mut self, packet: Packet) -> Vec<Packet> { vec![packet] }
    pub fn on_timeout(&mut self) -> Vec<Packet> { Vec::new() }
    pub fn idle(&self) -> bool { true }
}
pub struct Receiver;
impl Receiver {
    pub fn new() -> Self { Receiver }
    pub fn on_packet(&mut self, packet: Packet) -> Vec<Packet> { vec![packet] }
    pub fn delivered(&self) -> Vec<Vec<u8>> { Vec::new() }
}
"""
    done = compiled(runtime, tmp_path, interface, source)
    assert done.returncode == 0, done.stderr
    calls = '["n","Sender","new",0],["c",0,"send",{"b":"00ff"}],["c",0,"on_packet",{"ref":[1,0]}]'
    packet = b'[0,[{"t":["data",1,{"b":"00ff"}]}]]'
    assert asked(tmp_path / "worker", f'["run",[[{calls}]]]') == [b"[[0,null]," + packet + b"," + packet + b"]"]


def test_a_missing_method_does_not_compile(runtime: Path, tmp_path: Path) -> None:
    done = compiled(runtime, tmp_path, task_interface("sensor_poll_v2"), "pub fn pol() {}\n")
    assert done.returncode != 0
    assert "cannot find function `poll`" in done.stderr
