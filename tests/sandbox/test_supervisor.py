"""The supervisor of the tiers without namespaces runs nothing before its starter has set the ceiling on tasks."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest
from sandbox_support import needs_linux

from probatum.sandbox import boot


def said(words: list[bytes], target: Path) -> str:
    """What a supervisor says that is told these words and then no more."""
    ours, theirs = socket.socketpair()
    config = {
        "argv": ["/bin/sh", "-c", f"echo ran > '{target}'"],
        "env": {},
        "cwd": None,
        "confined": False,
        "network": False,
        "read_only": [],
        "read_write": [],
        "limits": (),
        "control": theirs.fileno(),
    }
    argument = boot.argument(config)
    with ours, theirs:
        started = subprocess.Popen(boot.command("supervisor", argument), pass_fds=(theirs.fileno(), argument), env={})
        os.close(argument)
        theirs.close()
        for word in words:
            ours.send(word)
        if b"g" not in words:
            ours.shutdown(socket.SHUT_WR)
        text = b"".join(iter(lambda: ours.recv(4096), b"")).decode()
    assert started.wait(30) == 0
    return text


@needs_linux
@pytest.mark.parametrize("words", [[], [b"x"]], ids=["a starter that died", "another word"])
def test_nothing_runs_before_the_word(tmp_path: Path, words: list[bytes]) -> None:
    assert said(words, tmp_path / "ran") == ""
    assert not (tmp_path / "ran").exists()


@needs_linux
def test_the_command_runs_after_the_word(tmp_path: Path) -> None:
    assert said([b"g"], tmp_path / "ran").startswith("pid ")
    assert (tmp_path / "ran").exists()
