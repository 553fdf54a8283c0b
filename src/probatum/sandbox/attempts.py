"""What a probe does inside: try what must fail, and report each try on standard output as it happens.

Run in a bare interpreter. Each line is `WHO<tab>ATTEMPT<tab>TEXT`, where TEXT is empty when the attempt succeeded and
else says what stopped it. An attempt without a line ended its process.
"""

from __future__ import annotations

import os
import signal
import stat

# The socket module proper would double what a probe costs: it brings enum, selectors and io.
from _socket import AF_UNIX, SOCK_DGRAM
from _socket import socket as Socket
from types import SimpleNamespace

from .libc import Libc
from .lock import prepare_lock

TYPE_CHECKING = False  # see lock
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypedDict

    class Targets(TypedDict):
        """What the starter holds ready outside for the attempts to reach."""

        file: str
        folder: str
        marker: bytes
        tcp: int
        udp: int
        pid: int
        born: str
        file_mb: int
        memory_mb: int
        limits: dict[str, Any]


_PTRACE_SEIZE, _SYS = 0x4206, {"x86_64": (101, 310), "aarch64": (117, 270)}
_MB = 1 << 20


def main(targets: Targets) -> None:
    """Try everything as a tool, then again in a fork that has locked itself as a worker does."""
    for name, attempt in _as_tool(targets):
        _try("tool", name, attempt)
    large = os.memfd_create("large")
    libc = Libc()
    limits: Any = SimpleNamespace(**targets["limits"])  # the class would cost 10 ms of imports
    lock = prepare_lock(limits)
    pid = os.fork()
    if pid == 0:
        try:
            lock.apply()
            for name, attempt in _as_worker(targets, libc, large):
                _try("worker", name, attempt)
        finally:
            os._exit(0)
    os.waitpid(pid, 0)


def _as_tool(targets: Targets) -> list[tuple[str, Callable[[], object]]]:
    large = os.memfd_create("large")
    libc = Libc()
    return [*_reaching_out(targets, libc), *_using_up(targets, large)]


def _as_worker(targets: Targets, libc: Libc, large: int) -> list[tuple[str, Callable[[], object]]]:
    return [
        ("compute and reply", lambda: sum(range(1000))),
        *_reaching_out(targets, libc),
        *_using_up(targets, large),
        ("see a file's metadata", lambda: os.stat(targets["file"])),
        ("make a socket", lambda: Socket().close()),
        ("make a Unix socket", lambda: Socket(AF_UNIX).close()),
        ("map executable memory", lambda: _executable_memory(libc)),
        ("fork", _fork),
        ("signal itself", lambda: os.kill(os.getpid(), 0)),
        ("run a program", lambda: os.execv("/bin/true", ["true"])),
    ]


def _reaching_out(targets: Targets, libc: Libc) -> list[tuple[str, Callable[[], object]]]:
    return [
        ("read a file outside", lambda: _read(targets["file"], targets["marker"])),
        ("write a file outside", lambda: _write(f"{targets['folder']}/written")),
        ("reach a TCP port", lambda: _connect(targets["tcp"])),
        ("reach a UDP port", lambda: _datagram(targets["udp"], targets["marker"])),
        ("signal a process outside", lambda: _signal(targets["pid"], targets["born"])),
        ("read another's environment", lambda: _read(f"/proc/{targets['pid']}/environ", targets["marker"])),
        ("trace a process outside", lambda: libc.syscall("ptrace", _numbers()[0], _PTRACE_SEIZE, targets["pid"])),
        ("read another's memory", lambda: libc.syscall("process_vm_readv", _numbers()[1], targets["pid"])),
        ("make a device node", lambda: _device(targets["folder"])),
        ("make a user namespace", lambda: _user_namespace(libc)),
    ]


def _using_up(targets: Targets, large: int) -> list[tuple[str, Callable[[], object]]]:
    return [
        ("allocate beyond the limit", lambda: len(bytearray(2 * targets["memory_mb"] * _MB))),
        ("write beyond the file limit", lambda: _beyond(large, targets["file_mb"] * _MB)),
    ]


def _try(who: str, name: str, attempt: Callable[[], object]) -> None:
    try:
        attempt()
        text = ""
    except (OSError, MemoryError) as error:
        text = str(error) or type(error).__name__
    os.write(1, f"{who}\t{name}\t{text}\n".encode())


def _read(path: str, marker: bytes) -> None:
    with open(path, "rb") as file:
        if marker not in file.read():
            raise OSError("something else is at this place")


def _write(path: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write("written")


def _connect(port: int) -> None:
    stream = Socket()
    stream.settimeout(1)
    stream.connect(("127.0.0.1", port))


def _datagram(port: int, marker: bytes) -> None:
    Socket(type=SOCK_DGRAM).sendto(marker, ("127.0.0.1", port))


def _signal(pid: int, born: str) -> None:
    os.kill(pid, 0)
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            other = file.read().rpartition(")")[2].split()[19]
    except OSError:
        return  # hidden, yet the signal found it
    if other != born:
        raise OSError("another process has this number here")


def _device(folder: str) -> None:
    path = f"{os.environ.get('HOME', folder)}/device"
    os.mknod(path, 0o600 | stat.S_IFBLK, os.makedev(7, 0))
    os.unlink(path)


def _numbers() -> tuple[int, int]:
    return _SYS[os.uname().machine]


def _user_namespace(libc: Libc) -> None:
    pid = os.fork()
    if pid == 0:
        try:
            libc.syscall("unshare", {"x86_64": 272, "aarch64": 97}[os.uname().machine], 0x10000000)
        except OSError as error:
            os._exit(error.errno or 1)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code:
        raise OSError(code, os.strerror(code))


def _executable_memory(libc: Libc) -> None:
    number = {"x86_64": 9, "aarch64": 222}[os.uname().machine]
    libc.syscall("mmap", number, 0, 4096, 7, 0x22, (1 << 64) - 1)


def _fork() -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def _beyond(descriptor: int, size: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    os.lseek(descriptor, size, os.SEEK_SET)
    os.write(descriptor, b"x")
