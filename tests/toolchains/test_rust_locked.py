"""A compiled worker is locked like a Python one: what the boundary refuses by its text, the kernel refuses again."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from probatum.candidate import Candidate
from probatum.judge.lane import Lane
from probatum.lab.files import read_task
from probatum.sandbox.probe import best_tier
from probatum.toolchains.rust.cache import programs, prune, touch
from probatum.toolchains.rust.compiler import find_compiler
from probatum.wire.frames import Stream

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_compiler() is None, reason="rustc is absent: install Rust to test its workers"),
]

ATTEMPTS = """
use std::io::Write;
extern "C" {
    fn socket(a: i32, b: i32, c: i32) -> i32;
    fn fork() -> i32;
    fn kill(pid: i32, signal: i32) -> i32;
    fn open(path: *const u8, flags: i32) -> i32;
    fn execve(path: *const u8, argv: *const *const u8, envp: *const *const u8) -> i32;
    fn execveat(fd: i32, path: *const u8, argv: *const *const u8, envp: *const *const u8, flags: i32) -> i32;
    fn mprotect(at: *mut u8, length: usize, protection: i32) -> i32;
    fn fcntl(fd: i32, command: i32) -> i32;
    fn prctl(option: i32, ...) -> i32;
}
pub struct KvStore;
impl KvStore {
    pub fn new() -> Self { KvStore }
    pub fn put(&mut self, _: u64, _: u64) {}
    /// Some(1) where the attempt succeeds.
    pub fn get(&self, key: u64) -> Option<u64> {
        let null = std::ptr::null();
        let done = unsafe { match key {
            0 => std::fs::read("/etc/hostname").is_ok(),
            1 => std::fs::write("/tmp/written", "x").is_ok(),
            2 => std::net::TcpStream::connect("127.0.0.1:1").is_err_and(|e| e.raw_os_error() == Some(111)),
            3 => std::process::Command::new("/bin/true").status().is_ok(),
            4 => std::thread::Builder::new().spawn(|| ()).is_ok(),
            5 => socket(1, 1, 0) >= 0,
            6 => fork() > 0,
            7 => kill(1, 0) == 0,
            8 => open("/proc/self/mem\\0".as_ptr(), 2) >= 0,
            9 => { execve("/bin/true\\0".as_ptr(), &null, &null); false }
            10 => { execveat(4, "\\0".as_ptr(), &null, &null, 0x1000); false }
            11 => mprotect((ATTEMPT.as_ptr() as usize & !4095) as *mut u8, 4096, 7) == 0,
            12 => (0..64).any(|fd| fd > 3 && read_one(fd)),
            13 => prctl(1, 9) == 0,
            14 => std::env::vars().next().is_some(),
            15 => std::fs::read_dir("/proc").is_ok(),
            16 => std::time::Instant::now().elapsed().as_nanos() < u128::MAX,
            _ => { let _ = std::io::stdout().write_all(&vec![b'x'; 1 << 28]); false }
        } };
        Some(done as u64)
    }
    pub fn delete(&mut self, _: u64) -> bool { true }
    pub fn len(&self) -> u64 { 0 }
    pub fn keys_sorted(&self) -> Vec<u64> { Vec::new() }
}
static ATTEMPT: [u8; 4] = [1, 2, 3, 4];
extern "C" { fn read(fd: i32, to: *mut u8, count: usize) -> isize; }
unsafe fn read_one(fd: i32) -> bool { let mut b = 0u8; read(fd, &mut b, 0) == 0 }
"""
WORDS = (
    "reads a file", "writes a file", "connects", "runs a program", "starts a thread", "makes a socket", "forks",
    "signals another process", "opens its memory", "executes a program", "executes itself", "makes data executable",
    "finds another descriptor", "sets a parent signal", "finds an environment", "lists processes",
)  # fmt: skip
CLOCK, FLOOD = 16, 17


@pytest.fixture(scope="module")
def lane() -> Iterator[Lane]:
    with Lane(read_task("kv_store_v1"), tier=best_tier()) as lane:
        yield lane


@pytest.fixture(scope="module")
def candidate(lane: Lane) -> Candidate:
    made = Candidate(files={"sut.rs": ATTEMPTS.encode()})
    built = lane.workers.rust.build(made)
    assert built.program is not None, built.problem
    return made


def attempted(lane: Lane, candidate: Candidate, number: int) -> tuple[bytes | None, str]:
    ticket, stream = lane.workers.open(candidate, 0, 1, None)
    stream = Stream(stream.sock)
    replies = [stream.receive()]
    for call in ('["n","KvStore","new",0]', f'["c",0,"get",{number}]'):
        stream.send(f'["step",{call}]'.encode())
        replies.append(stream.receive())
    stream.close()
    return replies[-1], lane.workers.end(ticket).how


@pytest.mark.parametrize("number", range(len(WORDS)), ids=WORDS)
def test_a_compiled_worker_reaches_nothing(lane: Lane, candidate: Candidate, number: int) -> None:
    reply, ending = attempted(lane, candidate, number)
    assert reply is not None, ending
    assert json.loads(reply) == [0, 0] or json.loads(reply)[:2] == [2, "panic"]


def test_what_is_harmless_works(lane: Lane, candidate: Candidate) -> None:
    """The control of the test above: an attempt that succeeds is seen."""
    assert attempted(lane, candidate, CLOCK)[0] == b"[0,1]"


def test_a_flood_of_output_ends_the_worker(lane: Lane, candidate: Candidate) -> None:
    assert attempted(lane, candidate, FLOOD) == (None, "output")


def test_programs_are_kept_by_content_and_the_oldest_are_thrown_away(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "worker.bin").write_bytes(b"")
        os.utime(tmp_path / str(number) / "worker.bin", (number, number))
    prune(tmp_path, kept=2)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["3", "4"]


def test_a_folder_that_another_process_removes_meanwhile_is_passed_over(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "worker.bin").write_bytes(b"")
    found = programs(tmp_path)
    first = next(found)
    for folder in tmp_path.iterdir():
        if folder != first.parent:
            shutil.rmtree(folder)
    assert list(found) == []


def test_a_program_that_another_process_may_be_about_to_run_is_not_thrown_away(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "worker.bin").write_bytes(b"")
        os.utime(tmp_path / str(number) / "worker.bin", (number, number))
    touch(tmp_path / "0" / "worker.bin")
    prune(tmp_path, kept=0)
    assert [p.name for p in tmp_path.iterdir()] == ["0"]


def test_what_another_process_moves_away_meanwhile_is_left_to_it(tmp_path: Path) -> None:
    (tmp_path / "building").mkdir()
    (tmp_path / "building" / "worker.bin").symlink_to(tmp_path / "moved")
    prune(tmp_path, kept=0)
    assert (tmp_path / "building").is_dir()
