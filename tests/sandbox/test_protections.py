"""Each protection on its own, as the kernel sees it or as it alone refuses something: another wall behind it hides a
missing one from every test that only tries to get out.
"""

from __future__ import annotations

import fcntl
import os
import resource
import select
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from sandbox_support import BEST, CONFINED, TIERS, alive, in_fork, needs_bwrap, needs_linux, needs_lock, python, small

from probatum.sandbox import bwrap, landlock, rlimits
from probatum.sandbox.libc import Libc
from probatum.sandbox.lock import prepare_lock
from probatum.sandbox.policy import Limits, Policy, Tier
from probatum.sandbox.spawn import run, spawn

pytestmark = [needs_linux, needs_lock]

LIMITS = Limits(memory_mb=512, cpu_s=3, file_mb=2, open_files=99, processes=7)
NUMBERS = {"Max cpu time": (3, 4), "Max file size": (2 << 20,) * 2, "Max core file size": (0, 0)}
NUMBERS |= {"Max open files": (99, 99), "Max address space": (512 << 20,) * 2}
scoped = pytest.mark.skipif(landlock.abi() < 6, reason="this kernel's Landlock knows no scopes")
rooted = pytest.mark.skipif(os.getuid() != 0, reason="only root could do it without the protection")


def rows(pid: int, file: str) -> list[str]:
    return Path("/proc", str(pid), file).read_text().splitlines()


def status(pid: int) -> dict[str, str]:
    return {name: value.strip() for name, _, value in (line.partition(":") for line in rows(pid, "status"))}


def limits_of(pid: int) -> dict[str, tuple[int, int]]:
    """The soft and hard limits of another process, where they are numbers."""
    found = [(line[:26].strip(), line[26:].split()[:2]) for line in rows(pid, "limits")[1:]]
    return {name: (int(soft), int(hard)) for name, (soft, hard) in found if soft.isdigit() and hard.isdigit()}


def seen_from_outside(before: Callable[[], object], look: Callable[[int], object]) -> object:
    """What `look` finds about a fork that has done `before` and waits."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        try:
            ours.close()
            before()
            os.write(theirs.fileno(), b"r")
            os.read(theirs.fileno(), 1)
        finally:
            os._exit(0)
    theirs.close()
    with ours:
        assert ours.recv(1) == b"r"
        found = look(pid)
    os.waitpid(pid, 0)
    return found


def test_the_kernel_shows_a_locked_worker_without_privileges_behind_a_filter_and_limited() -> None:
    lock = prepare_lock(LIMITS)

    def look(pid: int) -> tuple[dict[str, str], dict[str, tuple[int, int]]]:
        return status(pid), limits_of(pid)

    told, limits = seen_from_outside(lock.apply, look)  # type: ignore[misc]
    assert (told["NoNewPrivs"], told["Seccomp"]) == ("1", "2")
    assert all(int(told[name], 16) == 0 for name in ("CapInh", "CapPrm", "CapEff"))
    assert limits.items() >= {**NUMBERS, "Max processes": (7, 7)}.items()


@rooted
@pytest.mark.parametrize(("locks", "owner"), [(True, 0), (False, 65534)])
def test_what_the_kernel_tells_about_a_locked_worker_belongs_to_root(locks: bool, owner: int) -> None:
    """Files of /proc belong to root when a process is not dumpable: no process of the same user may look into it."""
    libc, lock = Libc(), prepare_lock(LIMITS)

    def become_nobody() -> None:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        libc.prctl("dumpable", 4, 1)
        if locks:
            lock.apply()

    assert seen_from_outside(become_nobody, lambda pid: os.stat(f"/proc/{pid}/environ").st_uid) == owner


@scoped
def test_a_worker_reaches_no_abstract_socket_even_through_one_it_holds() -> None:
    """The filter lets a message go with its address; Landlock is what stops it."""
    lock = prepare_lock(LIMITS)
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as here,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s,
    ):
        here.bind(b"\0probatum-%d" % os.getpid())

        def locked() -> object:
            lock.apply()
            return s.sendmsg([b"x"], [], 0, here_name)

        here_name = here.getsockname()
        assert in_fork(lambda: s.sendmsg([b"x"], [], 0, here_name)) == "1"
        assert in_fork(locked).startswith("PermissionError: [Errno 1]")


@scoped
def test_landlock_alone_keeps_signals_inside() -> None:
    ready = landlock.prepare()
    free = landlock.prepare(scope=False)

    def signals(wall: landlock.Prepared) -> object:
        wall.apply()
        return os.kill(os.getppid(), 0)

    assert in_fork(lambda: signals(free)) == "None"
    assert in_fork(lambda: signals(ready)).startswith("PermissionError: [Errno 1]")


@pytest.mark.skipif(landlock.abi() < 4, reason="this kernel's Landlock knows no TCP")
def test_landlock_alone_refuses_to_listen() -> None:
    ready, free = landlock.prepare(), landlock.prepare(deny_network=False)

    def listens(wall: landlock.Prepared) -> object:
        wall.apply()
        with socket.socket() as s:
            return s.bind(("127.0.0.1", 0))

    assert in_fork(lambda: listens(free)) == "None"
    assert in_fork(lambda: listens(ready)).startswith("PermissionError: [Errno 13]")


@pytest.mark.skipif(landlock.abi() < 4, reason="this kernel's Landlock knows no TCP")
def test_landlock_alone_refuses_to_connect() -> None:
    ready, free = landlock.prepare(), landlock.prepare(deny_network=False)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def connects(wall: landlock.Prepared) -> object:
            wall.apply()
            with socket.socket() as s:
                return s.connect(server.getsockname())

        assert in_fork(lambda: connects(free)) == "None"
        assert in_fork(lambda: connects(ready)).startswith("PermissionError: [Errno 13]")


FILES: dict[str, Callable[[Path], object]] = {
    "execute": lambda p: os.execv(p / "program", ["program"]),
    "truncate": lambda p: os.truncate(p / "file", 0),
    "append": lambda p: (p / "file").open("a"),
    "list": os.listdir,
    "remove a file": lambda p: os.unlink(p / "file"),
    "remove a folder": lambda p: os.rmdir(p / "empty"),
    "make a folder": lambda p: os.mkdir(p / "new"),
    "make a link": lambda p: os.symlink("file", p / "new"),
    "make a pipe": lambda p: os.mkfifo(p / "new"),
    "make a socket": lambda p: socket.socket(socket.AF_UNIX).bind(str(p / "new")),
    "move to another folder": lambda p: os.rename(p / "file", p / "empty" / "file"),
    "link into another folder": lambda p: os.link(p / "file", p / "empty" / "file"),
}


@pytest.mark.parametrize("act", FILES)
def test_landlock_alone_refuses_each_right_on_files(tmp_path: Path, act: str) -> None:
    (tmp_path / "file").write_text("text")
    (tmp_path / "empty").mkdir()
    (tmp_path / "program").write_bytes(Path("/bin/true").read_bytes())
    (tmp_path / "program").chmod(0o755)
    ready = landlock.prepare(["/usr", "/lib"])

    def confined() -> object:
        ready.apply()
        return FILES[act](tmp_path)

    refused = {"move to another folder": (13, 18), "link into another folder": (13, 18)}.get(act, (13,))
    assert in_fork(confined).partition("]")[0].rpartition(" ")[2] in map(str, refused)
    done = in_fork(lambda: FILES[act](tmp_path))
    assert "Error" not in done, done


@pytest.mark.skipif(landlock.abi() < 5, reason="this kernel's Landlock knows no requests to devices")
def test_landlock_alone_refuses_requests_to_a_device_that_may_be_read() -> None:
    ready = landlock.prepare(["/dev/null"])

    def asks() -> object:
        with open("/dev/null", "rb", buffering=0) as device:
            return fcntl.ioctl(device, 0x5401, bytes(64))

    def confined() -> object:
        ready.apply()
        return asks()

    assert "[Errno 25]" in in_fork(asks)  # no such request; it was asked
    assert "[Errno 13]" in in_fork(confined)


@rooted
def test_landlock_alone_refuses_device_nodes_where_everything_else_may_be_written(tmp_path: Path) -> None:
    ready = landlock.prepare([], [tmp_path])
    for number, kind in enumerate((0o60600, 0o20600)):

        def makes(name: str, kind: int = kind) -> object:
            return os.mknod(tmp_path / name, kind, os.makedev(1, 3))

        def confined(name: str = f"in{number}", makes: Callable[[str], object] = makes) -> object:
            ready.apply()
            (tmp_path / name).touch()
            os.unlink(tmp_path / name)
            return makes(name)

        if "[Errno 1]" in in_fork(lambda makes=makes, number=number: makes(f"out{number}")):  # type: ignore[misc]
            pytest.skip("this root may not make devices")
        assert "[Errno 13]" in in_fork(confined)


def test_a_hard_limit_already_in_force_is_never_raised() -> None:
    def lower_first() -> object:
        resource.setrlimit(resource.RLIMIT_NOFILE, (50, 50))
        rlimits.apply(rlimits.table(LIMITS))
        return resource.getrlimit(resource.RLIMIT_NOFILE)

    assert in_fork(lower_first) == "(50, 50)"


WAITS = "import os; os.write(int({!r}), b'r'); __import__('time').sleep(60)"


@pytest.mark.parametrize("tier", TIERS)
def test_the_kernel_shows_a_command_with_its_limits_and_what_it_gave_up(tier: Tier, marker: str) -> None:
    read, write = os.pipe()
    policy = Policy(tier=tier, limits=LIMITS)
    with spawn(python(WAITS.format(str(write)), marker), policy, pass_fds=[write]):
        assert select.select([read], [], [], 20)[0]
        (pid,) = [
            p for p in alive(marker) if b"bwrap" not in Path("/proc", str(p), "cmdline").read_bytes().split(b"\0")[0]
        ]
        told, limits = status(pid), limits_of(pid)
        session, group = os.getsid(pid), os.getpgid(pid)
    os.close(read)
    os.close(write)
    assert session != os.getsid(0)
    assert tier == "bwrap" or session == group == pid  # its own, not that of the process above it
    assert limits.items() >= NUMBERS.items()
    if tier != "plain":
        assert (told["NoNewPrivs"], told["Seccomp"]) == ("1", "2")
        assert all(int(told[name], 16) == 0 for name in ("CapInh", "CapPrm", "CapEff"))


@pytest.mark.parametrize("tier", TIERS)
def test_not_even_the_process_above_holds_our_environment(tier: Tier, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command without walls may read what its parent was started with."""
    monkeypatch.setenv("PROBATUM_SECRET", "told-to-nobody")
    code = """
import os
def tried(pid):
    try:
        return open(f"/proc/{pid}/environ").read()
    except OSError:
        return ""
print("".join(map(tried, (os.getpid(), os.getppid()))))
"""
    policy = Policy(tier=tier, env=(("PATH", os.defpath), ("GIVEN", "shown")))
    said = run(python(code), policy).stdout
    assert b"told-to-nobody" not in said
    assert tier == "lock" or b"GIVEN=shown" in said


TOOL_CALLS = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for number in map(int, {!r}.split()):
    libc.syscall(number, 0, 0, 0, 0, 0, 0)
    print(ctypes.get_errno())
"""


@pytest.mark.parametrize("tier", CONFINED)
def test_the_filter_of_tools_is_in_force_in_every_tier(tier: Tier) -> None:
    """`io_uring_setup` would say EFAULT, `clone3` EINVAL; the filter refuses one and does not know the other."""
    said = run(python(TOOL_CALLS.format("425 435")), small(tier)).stdout.split()
    assert said == [b"1", b"38"]


@pytest.mark.skipif(bwrap.executable() is None, reason="apt-get install bubblewrap")
def test_where_bubblewrap_starts_it_starts_with_our_options() -> None:
    """Else every test of its tier would be left out, as if this machine had none."""
    bare = [bwrap.executable() or "", "--unshare-all", "--unshare-user", "--ro-bind", "/", "/", "/bin/true"]
    if subprocess.run(bare, check=False, capture_output=True).returncode:
        pytest.skip("this machine allows no user namespaces")
    assert BEST == "bwrap"


@needs_bwrap
def test_the_machine_of_bubblewrap_is_empty_read_only_and_nobodys() -> None:
    code = """
import os
def tried(act):
    try:
        act()
        return "done"
    except OSError as error:
        return error.errno
print(os.getuid(), os.getgid(), os.uname().nodename, os.path.exists("/sys"))
def make(path):
    os.mkdir(path)
    os.rmdir(path)
print([tried(lambda: make(path)) for path in ("/dev/made", "/made", "/usr/made", "/etc/made")])
print(tried(lambda: open("/tmp/made", "x")), [p for p in os.listdir("/proc") if p.isdigit() and int(p) > 9])
def fill():
    with open("/tmp/large", "wb") as file:
        for _ in range(60):
            file.write(bytes(1 << 20))
print(tried(fill))
"""
    lines = run(python(code), small("bwrap", memory_mb=40, file_mb=100)).stdout.decode().splitlines()
    assert lines[0] == "65534 65534 sandbox False"
    assert set(lines[1].strip("[]").split(", ")) <= {"30", "13"}  # read-only, or not nobody's
    assert lines[1].startswith("[30, 30")
    assert lines[2] == "done []"
    assert lines[3] == "28"  # no space left


@pytest.mark.parametrize("tier", TIERS)
def test_a_socket_that_only_the_command_should_hold_ends_when_it_closes_it(tier: Tier, marker: str) -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        code = f"import os; os.close({theirs.fileno()}); __import__('time').sleep(60)"
        host = spawn(python(code, marker), small(tier), pass_fds=[theirs.fileno()])
    with ours, host:
        ours.settimeout(20)
        assert ours.recv(1) == b""
        assert host.wait(0.0) is None


def test_a_process_that_was_left_behind_in_a_session_of_its_own_ends_with_its_command(marker: str) -> None:
    """Its parent is dead and its group another: only adoption, and the walk below the adopter, find it."""
    code = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork():
        os._exit(0)
    os.write(1, b"here")
    for fd in (0, 1, 2):
        os.close(fd)
    time.sleep(60)
os.wait()
"""
    for tier in TIERS:
        assert run(python(code, marker), small(tier)).ended == "exit"
        assert alive(marker) == []
