"""The lock of a forked worker: each thing it refuses works without it."""

from __future__ import annotations

import ctypes
import mmap
import os
import signal
import socket
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sandbox_support import in_fork, needs_linux, needs_lock

from probatum.sandbox import landlock, seccomp
from probatum.sandbox.libc import Libc
from probatum.sandbox.lock import WANTED, prepare_lock
from probatum.sandbox.policy import Limits
from probatum.sandbox.syscalls import (
    AUDIT_ARCH,
    CHECKED,
    CLONE3,
    PROGRAM_ALLOWED,
    TOOL_DENIED,
    TOOL_DENIED_EVERYWHERE,
    WORKER_ALLOWED,
)

pytestmark = [needs_linux, needs_lock]

LIMITS = Limits(memory_mb=16_384, file_mb=1)
X86 = os.uname().machine == "x86_64"


def _number(x86: int, arm: int) -> int:
    return x86 if X86 else arm


def _open_file() -> None:
    with open("/etc/hostname" if os.path.exists("/etc/hostname") else "/etc/passwd", "rb") as file:
        file.read()


def _fork() -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def _program() -> None:
    os.posix_spawn("/bin/true", ["true"], {})
    os.wait()


def _executable_memory() -> None:
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close()


def _raw(number: int, *arguments: int) -> Callable[[Libc], None]:
    def call(libc: Libc) -> None:
        libc.syscall("raw", number, *arguments)

    return call


ACTS: dict[str, Callable[[], object]] = {
    "open": _open_file,
    "list": lambda: os.listdir("/"),
    "stat": lambda: os.stat("/"),
    "write": lambda: os.close(os.open("/tmp", os.O_TMPFILE | os.O_WRONLY)),
    "tcp": lambda: socket.socket().close(),
    "udp": lambda: socket.socket(type=socket.SOCK_DGRAM).close(),
    "unix": lambda: socket.socket(socket.AF_UNIX).close(),
    "socketpair": socket.socketpair,
    "fork": _fork,
    "program": _program,
    "signal": lambda: os.kill(os.getppid(), 0),
    "signal group": lambda: os.kill(0, 0),
    "executable memory": _executable_memory,
    "memfd": lambda: os.memfd_create("x"),
    "pidfd": lambda: os.close(os.pidfd_open(os.getppid())),
    "pipe": os.pipe,
    "name": os.uname,
    "directory": lambda: os.chdir("/"),
    "priority": lambda: os.nice(0),
    "limits of another": lambda: __import__("resource").prlimit(os.getppid(), 0),
}
RAW = {
    "process_vm_readv": _raw(_number(310, 270), os.getpid()),
    "userfaultfd": _raw(_number(323, 282), 1),
    "io_uring": _raw(425, 0, 0),
    "bpf": _raw(_number(321, 280), 99),
    "keyctl": _raw(_number(250, 219), 0, 0xFFFFFFFD),
    "clone3": _raw(CLONE3, 0, 0),
    "prctl": _raw(_number(157, 167), 3),
    "seccomp": _raw(_number(317, 277), 2, 0, 0),
}


@pytest.mark.parametrize("name", ACTS)
def test_refused_with_the_lock_and_done_without(name: str) -> None:
    def locked() -> object:
        lock.apply()
        return ACTS[name]()

    lock = prepare_lock(LIMITS)
    assert "Error" not in in_fork(ACTS[name])
    assert in_fork(locked).startswith("PermissionError: [Errno 1]")


@pytest.mark.parametrize("name", RAW)
def test_a_raw_system_call_is_refused_by_the_filter(name: str) -> None:
    libc, lock = Libc(), prepare_lock(LIMITS)

    def locked() -> object:
        lock.apply()
        return RAW[name](libc)

    assert in_fork(locked).startswith("PermissionError: [Errno 1]")


@pytest.mark.skipif(not X86, reason="x32 is a way into an x86-64 kernel")
@pytest.mark.parametrize("number", [39, 0, 102])
@pytest.mark.parametrize("name", ["worker", "tool"])
def test_system_calls_under_their_x32_numbers_are_refused(name: str, number: int) -> None:
    libc, ready = Libc(), seccomp.prepare(name)

    def confined() -> object:
        ready.apply()
        return libc.syscall("x32", 0x40000000 | number)

    assert in_fork(confined).startswith("PermissionError: [Errno 1]")


@pytest.mark.skipif(not X86, reason="int 0x80 is an x86 instruction")
def test_the_32_bit_entry_kills() -> None:
    code = bytes.fromhex("b814000000cd80c3")  # mov eax, 20 (getpid of the 32-bit table); int 0x80; ret
    memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    memory.write(code)
    enter = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(memory)))
    lock = prepare_lock(LIMITS)

    def locked() -> object:
        lock.apply()
        return enter()

    assert in_fork(lambda: enter() - os.getpid()) == "0"
    assert in_fork(locked) == f"ended with {-signal.SIGSYS}"


def test_a_locked_worker_computes_and_talks_over_its_socket() -> None:
    ours, theirs = socket.socketpair()
    lock = prepare_lock(LIMITS)
    pid = os.fork()
    if pid == 0:
        try:
            ours.close()
            lock.apply()
            asked = theirs.recv(100)
            kept = [bytes(1000) for _ in range(100_000)]  # grows, shrinks and collects
            del kept
            theirs.sendall(asked * 1000)
            theirs.sendmsg([b"a", b"b"])
            os.write(theirs.fileno(), repr(sum(range(10**6)) / 7).encode())
        finally:
            os._exit(0)
    theirs.close()
    ours.sendall(b"question")
    with ours, ours.makefile("rb") as file:
        assert file.read() == b"question" * 1000 + b"ab" + repr(sum(range(10**6)) / 7).encode()
    assert os.waitpid(pid, 0)[1] == 0


def test_the_lock_works_after_ctypes_has_gone() -> None:
    lock = prepare_lock(LIMITS)

    def locked() -> object:
        for name in [name for name in sys.modules if name.partition(".")[0] in ("ctypes", "_ctypes")]:
            del sys.modules[name]
        lock.apply()
        try:
            import ctypes as again  # noqa: F401
        except (ImportError, OSError):
            return "no ctypes"
        return "ctypes came back"

    assert in_fork(locked) == "no ctypes"


def test_threads_cannot_be_started() -> None:
    import _thread

    lock = prepare_lock(LIMITS)

    def locked() -> object:
        lock.apply()
        return _thread.start_new_thread(int, ())

    assert in_fork(lambda: _thread.start_new_thread(int, ()) > 0) == "True"
    assert in_fork(locked).startswith("RuntimeError")


def test_memory_cpu_and_file_limits_bind() -> None:
    lock = prepare_lock(Limits(memory_mb=400, cpu_s=1, file_mb=1))
    large = os.memfd_create("large")

    def beyond() -> object:
        lock.apply()
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        os.lseek(large, 1 << 20, os.SEEK_SET)
        return os.write(large, b"x")

    def much() -> object:
        lock.apply()
        return len(bytearray(500 << 20))

    def long() -> object:
        lock.apply()
        while True:
            pass

    assert in_fork(much).startswith("MemoryError")
    assert in_fork(beyond).startswith("OSError: [Errno 27]")
    assert in_fork(long) == f"ended with {-signal.SIGXCPU}"
    os.close(large)


def test_it_works_for_a_user_without_rights() -> None:
    if os.getuid():
        pytest.skip("the rest of this file runs as one")
    lock = prepare_lock(LIMITS)

    def locked() -> object:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        lock.apply()
        _open_file()

    assert in_fork(locked).startswith("PermissionError: [Errno 1]")


def test_a_recent_kernel_gives_every_protection() -> None:
    lock = prepare_lock(LIMITS)
    expected = WANTED if landlock.abi() >= 6 else WANTED[-1:]
    assert set(expected) <= set(lock.protections)


def test_landlock_alone_refuses_files_but_what_was_allowed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "file").write_text("text")
    (tmp_path / "out").write_text("text")
    ready = landlock.prepare([tmp_path / "in"])

    def confined() -> object:
        ready.apply()
        seen = (tmp_path / "in" / "file").read_text()
        for act in ((tmp_path / "out").read_text, (tmp_path / "in" / "new").touch):
            try:
                act()
                return "not refused"
            except PermissionError as error:
                seen += f" {error.errno}"
        return seen

    assert in_fork(confined) == "text 13 13"


@pytest.mark.parametrize(
    ("version", "words"),
    [
        (0, ()),
        (1, ("landlock files",)),
        (4, ("landlock files", "landlock tcp")),
        (6, ("landlock files", "landlock tcp", "landlock signals", "landlock abstract sockets")),
    ],
)
def test_older_kernels_promise_less(version: int, words: tuple[str, ...]) -> None:
    assert landlock.applied(version) == words


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_no_call_that_starts_or_reaches_others_is_allowed_to_workers(machine: str) -> None:
    allowed = set(WORKER_ALLOWED[machine].values())
    refused = {*TOOL_DENIED[machine].values(), *TOOL_DENIED_EVERYWHERE.values(), CLONE3}
    assert not allowed & (refused | set(CHECKED[machine].values()))
    assert len(allowed) == len(WORKER_ALLOWED[machine])


def _verdict(code: bytes, arch: int, number: int, arguments: tuple[int, ...] = ()) -> int:
    """What a filter returns for a system call: classic BPF, as far as the filters use it."""
    data = struct.pack("=IIQ6Q", number, arch, 0, *(*arguments, 0, 0, 0, 0, 0, 0)[:6])
    lines = list(struct.iter_unpack("=HBBI", code))
    position = value = 0
    while True:
        what, when_true, when_false, operand = lines[position]
        position += 1
        if what == 0x06:
            return operand
        if what == 0x20:
            value = int.from_bytes(data[operand : operand + 4], "little")
            continue
        met = {0x15: value == operand, 0x35: value >= operand, 0x45: bool(value & operand)}[what]
        position += when_true if met else when_false


ALLOW, REFUSE, UNKNOWN, KILL = 0x7FFF0000, 0x50001, 0x50026, 0x80000000


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_filters_decide_each_call_as_the_tables_say(machine: str) -> None:
    arch, checked = AUDIT_ARCH[machine], CHECKED[machine]
    worker, tool = seccomp.program("worker", machine), seccomp.program("tool", machine)
    allowed = set(WORKER_ALLOWED[machine].values())
    denied = {*TOOL_DENIED[machine].values(), *TOOL_DENIED_EVERYWHERE.values()}
    for number in set(range(600)) - set(checked.values()) - {CLONE3}:
        assert _verdict(worker, arch, number) == (ALLOW if number in allowed else REFUSE)
        assert _verdict(tool, arch, number) == (REFUSE if number in denied else ALLOW)
    assert _verdict(worker, arch ^ 1, 0) == _verdict(tool, arch ^ 1, 0) == KILL
    assert (_verdict(worker, arch, CLONE3), _verdict(tool, arch, CLONE3)) == (REFUSE, UNKNOWN)
    for protection, verdict in ((3, ALLOW), (4, REFUSE), (7, REFUSE)):
        assert _verdict(worker, arch, checked["mprotect"], (0, 0, protection)) == verdict
    for address, verdict in ((0, ALLOW), (1, REFUSE), (1 << 40, REFUSE)):
        assert _verdict(worker, arch, checked["sendto"], (0, 0, 0, 0, address)) == verdict
    for flags, verdict in ((0x11, ALLOW), (0x10000000, REFUSE), (0x20000, REFUSE), (0x40000011, REFUSE)):
        assert _verdict(tool, arch, checked["clone"], (flags,)) == verdict
    for request, verdict in ((0x5401, ALLOW), (0x5412, REFUSE), (0x541C, REFUSE), (1 << 32 | 0x5412, REFUSE)):
        assert _verdict(tool, arch, checked["ioctl"], (0, request)) == verdict
    assert _verdict(tool, arch, checked["socket"], (2,)) == ALLOW
    assert _verdict(seccomp.program("tool-offline", machine), arch, checked["socket"], (1,)) == REFUSE


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_a_compiled_worker_may_become_its_program_and_tighten_the_filter_and_no_more(machine: str) -> None:
    arch, prctl = AUDIT_ARCH[machine], CHECKED[machine]["prctl"]
    code, more = seccomp.program("program", machine), set(PROGRAM_ALLOWED[machine].values())
    allowed = more | set(WORKER_ALLOWED[machine].values())
    for number in set(range(600)) - set(CHECKED[machine].values()):
        assert _verdict(code, arch, number) == (ALLOW if number in allowed else REFUSE)
    assert {n for n in range(80) if _verdict(code, arch, prctl, (n,)) == ALLOW} == {4, 22}  # dumpable, seccomp
    assert _verdict(code, arch, CHECKED[machine]["mprotect"], (0, 0, 4)) == REFUSE
    assert not more & {*TOOL_DENIED[machine].values(), *TOOL_DENIED_EVERYWHERE.values(), CLONE3}


@pytest.mark.parametrize("name", ["worker", "program", "tool", "tool-offline"])
@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_every_jump_of_a_filter_stays_inside(name: str, machine: str) -> None:
    lines = list(struct.iter_unpack("=HBBI", seccomp.program(name, machine)))
    for position, (code, when_true, when_false, _) in enumerate(lines):
        if code in (0x15, 0x35, 0x45):
            assert position + 1 + max(when_true, when_false) < len(lines)
    assert lines[-1][0] == 0x06
