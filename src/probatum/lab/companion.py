"""A long-lived helper process of ours that is asked by lines of JSON, with a deadline that it cannot outlast."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

MOST_BYTES = 64 << 20
"""Longest answer."""


class Companion:
    """Starts on the first question, and again after it was lost. Close it, or leave a `with` block."""

    def __init__(self, argv: Sequence[str], env: Mapping[str, str]) -> None:
        self._argv, self._env = list(argv), dict(env)
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, request: Mapping[str, Any], *, timeout_s: float) -> dict[str, Any] | None:
        """The answer; None when it did not come in time or was no JSON object. The process is then ended."""
        process = self._running()
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            line = _line(process.stdout.fileno(), time.monotonic() + timeout_s)
            answer = json.loads(line) if line is not None else None
        except (BrokenPipeError, ValueError):
            answer = None
        if not isinstance(answer, dict):
            self.close()
            return None
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = subprocess.Popen(
                self._argv,
                env=self._env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        return self._process

    def close(self) -> None:
        """End the process and everything it started."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()

    def __enter__(self) -> Companion:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _line(descriptor: int, deadline: float) -> bytes | None:
    """One line, or None at the deadline, at the end of the stream, or when it is too long."""
    read = b""
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while not read.endswith(b"\n"):
            left = deadline - time.monotonic()
            if left <= 0 or len(read) > MOST_BYTES or not selector.select(left):
                return None
            part = os.read(descriptor, 1 << 16)
            if not part:
                return None
            read += part
    return read
