"""Nothing of a sandbox waits for ever for somebody who was killed while it was being started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from sandbox_support import alive, needs_bwrap, until

STARTER = """
import os, resource, select, sys
from probatum.sandbox import spawn
from probatum.sandbox.policy import Limits, Policy

def killed(*_):
    os.kill(os.getpid(), 9)

setattr({"select": select, "resource": resource}[sys.argv[1]], sys.argv[2], killed)
spawn.spawn(["/bin/sh", "-c", "cat", sys.argv[3]], Policy(tier="bwrap", limits=Limits()))
"""


@needs_bwrap
@pytest.mark.parametrize(
    ("module", "function"),
    [
        pytest.param("select", "select", id="before bubblewrap says which process is the first"),
        pytest.param("resource", "prlimit", id="before the command is let go"),
    ],
)
def test_nothing_waits_for_a_controller_that_was_killed(module: str, function: str, marker: str) -> None:
    source = os.pathsep.join(path for path in sys.path if path.endswith("src"))
    command = [sys.executable, "-c", STARTER, module, function, marker]
    ended = subprocess.run(command, env={"PYTHONPATH": source, "PATH": os.defpath}, check=False)
    assert ended.returncode == -signal.SIGKILL
    until("the end of all", lambda: alive(marker) == [])
    assert alive(marker) == []
