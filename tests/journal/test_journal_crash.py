"""kill -9 at any point loses no acknowledged event and leaves no half of one."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from probatum.journal import Journal

# Acknowledges each event on standard output, after `append` has returned.
APPENDER = """
import itertools, sys
from pathlib import Path
from probatum.journal import Journal
with Journal.open(Path(sys.argv[1])) as journal:
    for number in itertools.count():
        event = journal.append("r", "k", {"n": number, "pad": "x" * (number * 37 % 9000)},
                               blobs={"a": b"%d " % number * 700, "b": b"%d" % number})
        print(event.seq, event.digest, flush=True)
"""

# Dies inside the transaction: the clock is read after the blobs are stored and before the event is.
DYING = """
import os, signal, sys
from pathlib import Path
from probatum.journal import Entry, Journal
left = int(sys.argv[2])
def now():
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return 1.0
with Journal.open(Path(sys.argv[1]), now=now) as journal:
    while True:
        group = [Entry(run="r", kind="k", body={"n": n}, blobs={"a": b"%d %d" % (left, n)}) for n in range(3)]
        for event in journal.append_many(group):
            print(event.seq, event.digest, flush=True)
"""

# Dies after the named system call of the nth time, which a test cannot time from outside.
HALFWAY = """
import os, signal, sys
from pathlib import Path
from probatum.journal import Journal
call, left = sys.argv[2], int(sys.argv[3])
genuine = getattr(os, call)
def dying(*arguments, **options):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return genuine(*arguments, **options)
setattr(os, call, dying)
with Journal.open(Path(sys.argv[1])) as journal:
    for number in range(5):
        event = journal.append("r", "k", {"n": number})
        print(event.seq, event.digest, flush=True)
"""


def acknowledged(lines: list[str]) -> dict[int, str]:
    """What the child said it had stored. A last line that the kill cut short says nothing."""
    whole = [line.split() for line in lines if line.endswith("\n")]
    return {int(seq): digest for seq, digest in whole}


def require_all(workspace: Path, promised: dict[int, str]) -> int:
    with Journal.open(workspace) as journal:
        assert journal.check() == []
        stored = {event.seq: event.digest for event in journal.events()}
        assert promised.items() <= stored.items()
        following = journal.append("r", "resumed", {})
        assert following.seq == len(stored) + 1
    return len(stored)


@pytest.mark.parametrize("after", [0, 1, 2, 5, 17, 60, 250])
def test_every_acknowledged_event_survives_kill_9(workspace: Path, child: Callable[..., Any], after: int) -> None:
    appender = child(APPENDER, workspace)
    lines = [appender.stdout.readline() for _ in range(after)]
    appender.send_signal(signal.SIGKILL)
    lines += appender.stdout.readlines()
    appender.wait(timeout=30)
    promised = acknowledged(lines)
    assert len(promised) >= after
    assert require_all(workspace, promised) >= len(promised)


@pytest.mark.slow
def test_a_workspace_killed_again_and_again_only_grows(workspace: Path, child: Callable[..., Any]) -> None:
    promised: dict[int, str] = {}
    stored = 0
    for after in range(1, 20):
        appender = child(APPENDER, workspace)
        lines = [appender.stdout.readline() for _ in range(after)]
        appender.send_signal(signal.SIGKILL)
        new = acknowledged(lines + appender.stdout.readlines())
        assert len(new) >= after
        assert not new.keys() & promised.keys()  # no number is given twice, whatever was lost
        promised |= new
        before, stored = stored, require_all(workspace, promised)
        assert stored >= before + after


@pytest.mark.parametrize("clock_readings", [0, 1, 2, 3, 4, 8, 30])
def test_death_inside_a_transaction_leaves_whole_groups_only(
    workspace: Path, child: Callable[..., Any], clock_readings: int
) -> None:
    dying = child(DYING, workspace, clock_readings)
    output, _ = dying.communicate(timeout=30)
    assert dying.returncode == -signal.SIGKILL
    promised = acknowledged(output.splitlines(keepends=True))
    assert len(promised) == clock_readings // 3 * 3
    assert require_all(workspace, promised) == len(promised)


@pytest.mark.parametrize(
    ("call", "times"),
    [("link", 0), ("open", 0), ("pwrite", 0), ("pwrite", 1), ("pwrite", 3), ("stat", 1), ("unlink", 0), ("unlink", 1)],
)
def test_death_between_two_steps_is_harmless(workspace: Path, child: Callable[..., Any], call: str, times: int) -> None:
    halfway = child(HALFWAY, workspace, call, times)
    output, errors = halfway.communicate(timeout=30)
    assert halfway.returncode == -signal.SIGKILL, errors
    require_all(workspace, acknowledged(output.splitlines(keepends=True)))
