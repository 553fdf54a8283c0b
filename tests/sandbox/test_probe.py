"""The probe tells a sandbox from none."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from sandbox_support import BEST, CONFINED, needs_linux, needs_lock

from probatum.sandbox import bwrap
from probatum.sandbox.policy import Tier
from probatum.sandbox.probe import ALIVE, absent_reason, best_tier, probe

pytestmark = needs_linux

REACHING_OUT = {
    "read a file outside",
    "write a file outside",
    "reach a TCP port",
    "reach a UDP port",
    "signal a process outside",
    "read another's environment",
    "trace a process outside",
    "read another's memory",
    "make a device node",
    "make a user namespace",
}


@needs_lock
@pytest.mark.parametrize("tier", CONFINED)
def test_every_protection_of_a_confined_tier_holds(tier: Tier) -> None:
    tried = probe(tier)
    assert [protection for protection in tried if not protection.holds] == []
    names = {protection.name for protection in tried}
    assert {f"{who}: {name}" for who in ("tool", "worker") for name in REACHING_OUT} <= names
    assert {ALIVE, "worker: fork", "worker: run a program", "tool: allocate beyond the limit"} <= names


@needs_lock
def test_without_a_sandbox_every_attempt_to_reach_out_succeeds() -> None:
    tried = {protection.name: protection for protection in probe("plain")}
    still_held = {name for name in REACHING_OUT if tried[f"tool: {name}"].holds}
    assert still_held <= {
        "make a user namespace",
        "trace a process outside",
        "make a device node",
    }  # some systems refuse these to everybody
    assert tried["tool: allocate beyond the limit"].holds
    assert tried["worker: read a file outside"].holds


def test_the_best_tier_starts() -> None:
    assert best_tier() == BEST
    assert (absent_reason() is None) == (BEST == "bwrap")


ELSEWHERE = """
import sys
sys.platform = "darwin"
from probatum.sandbox import landlock, lock, seccomp
from probatum.sandbox.policy import Limits, Policy
from probatum.sandbox.probe import absent_reason, best_tier, probe
from probatum.sandbox.spawn import run
print(best_tier(), landlock.abi(), seccomp.machine() or "none", "darwin" in absent_reason())
print(run(["/bin/echo", "hello"], Policy(tier="plain")).stdout, [protection.holds for protection in probe("plain")])
for promise in (lambda: lock.prepare_lock(Limits()), lambda: run(["/bin/true"], Policy(tier="bwrap"))):
    try:
        promise()
    except Exception as error:
        print(type(error).__name__, "darwin" in str(error))
"""


def test_another_system_has_the_plain_tier_and_says_so() -> None:
    source = os.pathsep.join(path for path in sys.path if path.endswith("src"))
    environment = {"PYTHONPATH": source, "PATH": os.defpath}
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [
        "plain 0 none True",
        "b'hello\\n' [False]",
        "OSError True",
        "SandboxError True",
    ]


def test_absence_names_the_command_that_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bwrap, "executable", lambda: None)
    assert "apt-get install bubblewrap" in (absent_reason() or "")
    assert best_tier() != "bwrap"
