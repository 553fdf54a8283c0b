"""`spawn`: what goes on living is reached over its own socket, watched from outside, and dies with its owner."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys

import pytest
from sandbox_support import TIERS, alive, alive_lines, needs_linux, python, small, until

from probatum.sandbox.policy import Policy, Tier
from probatum.sandbox.spawn import exceeded, spawn

pytestmark = needs_linux

ECHO = """
import os, sys
fd = int(sys.argv[1])
while data := os.read(fd, 100):
    os.write(fd, data.upper())
"""
OWNER = """
import sys
from probatum.sandbox.policy import Policy
from probatum.sandbox.spawn import spawn
code = "import os, time; os.fork(); time.sleep(60)"
host = spawn([sys.executable, "-I", "-S", "-c", code, sys.argv[2]], Policy(tier=sys.argv[1]))
print("started", flush=True)
host.wait()
"""

every_tier = pytest.mark.parametrize("tier", TIERS)


@every_tier
def test_a_host_answers_over_the_descriptor_it_was_given(tier: Tier, marker: str) -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        host = spawn(python(ECHO, str(theirs.fileno()), marker), small(tier), pass_fds=[theirs.fileno()])
    with ours, host:
        ours.sendall(b"abc")
        assert ours.recv(100) == b"ABC"
        assert host.wait(0.0) is None
        ours.shutdown(socket.SHUT_WR)
        assert ours.recv(100) == b""  # nobody but the command held the other end
        finished = host.wait(10)
        assert finished is not None
        assert (finished.exit_code, finished.signal) == (0, None)
        assert host.end() == finished


@every_tier
def test_no_other_descriptor_of_ours_is_open_inside(tier: Tier) -> None:
    read, write = os.pipe()
    os.set_inheritable(write, True)
    leaky = os.open("/", os.O_RDONLY)
    os.set_inheritable(leaky, True)
    code = """
import os, sys
def is_open(fd):
    try:
        return bool(os.fstat(fd))
    except OSError:
        return False
os.write(int(sys.argv[1]), repr([fd for fd in range(100) if is_open(fd)]).encode())
"""
    with spawn(python(code, str(write)), small(tier), pass_fds=[write]) as host:
        host.wait(10)
        assert os.read(read, 1000).decode() == repr([0, 1, 2, write])
    for descriptor in (read, write, leaky):
        os.close(descriptor)


@every_tier
def test_the_end_is_an_event(tier: Tier) -> None:
    with spawn(["/bin/sleep", "30"], small(tier)) as host:
        assert select.select([host.fileno()], [], [], 0.05)[0] == []
        host.kill()
        assert select.select([host.fileno()], [], [], 10)[0] == [host.fileno()]
        finished = host.wait()
        assert finished is not None
        assert finished.signal == 9


@every_tier
def test_a_tree_over_a_limit_is_told(tier: Tier, marker: str) -> None:
    policy = small(tier, processes=3, cpu_s=30)
    code = "import os, time\nfor _ in range(3): os.fork()\ntime.sleep(60)"
    with spawn(python("import time; time.sleep(60)", marker), policy) as host:
        assert exceeded(host, policy.limits) is None
    with spawn(python(code, marker), policy) as host:
        until("too many processes", lambda: exceeded(host, policy.limits) == "processes")


@every_tier
def test_nothing_outlives_an_owner_that_is_killed(tier: Tier, marker: str) -> None:
    source = os.pathsep.join(path for path in sys.path if path.endswith("src"))
    environment = {"PYTHONPATH": source, "PATH": os.defpath}
    command = [sys.executable, "-c", OWNER, tier, marker]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"started\n"
        until("a fork inside", lambda: sum("time.sleep" in line for line in alive_lines(marker)) >= 2)
        owner.kill()
    until("the end of all", lambda: alive(marker) == [])
    assert alive(marker) == []


@every_tier
def test_neither_descriptors_nor_zombies_stay_behind(tier: Tier) -> None:
    def state() -> tuple[int, list[int]]:
        from probatum.sandbox import tree

        return len(os.listdir("/proc/self/fd")), tree.children(os.getpid())

    before = state()
    for _ in range(5):
        with spawn(["/bin/sleep", "30"], Policy(tier=tier)):
            pass
        with spawn(["/bin/true"], Policy(tier=tier)) as host:
            host.wait()
    assert state() == before
