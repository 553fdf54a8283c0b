"""The probe tells a sandbox from none."""

from __future__ import annotations

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


def test_absence_names_the_command_that_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bwrap, "executable", lambda: None)
    assert "apt-get install bubblewrap" in (absent_reason() or "")
    assert best_tier() != "bwrap"
