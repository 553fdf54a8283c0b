"""A running command and everything below it, whichever tier it runs in."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from types import TracebackType

from . import tree

_KB_PER_RSS = 1 if sys.platform == "linux" else 1024
_GRACE_S = 5.0  # killing is asynchronous: how long the kernel and the supervisor may take before it is done by hand


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """How a command ended: an exit code or a signal, CPU seconds of its whole tree, peak memory of its largest process.

    Behind bubblewrap an exit code above 128 is reported as a signal, as in a shell, and the CPU time includes the few
    milliseconds of bubblewrap. `max_rss_mb` is None where only an upper bound far above the truth is known.
    """

    exit_code: int | None
    signal: int | None
    cpu_s: float
    max_rss_mb: float | None


class Process:
    """A handle; `kill` ends the whole tree, `wait` collects its end, leaving a `with` block does both.

    `fileno` (Linux) becomes readable at the end, for selectors. `pid` is the process we started, the command is below
    `top`. A bwrap tree dies when the thread that started it does: start long-lived hosts from a thread that stays.
    """

    __slots__ = ("_control", "_exit", "_init", "_own_peak_kb", "_pidfd", "_popen", "_said", "pid", "top")

    def __init__(
        self, popen: subprocess.Popen[bytes], *, top: int, init: int | None, control: socket.socket | None
    ) -> None:
        self._popen, self._init, self._control = popen, init, control
        self.pid, self.top = popen.pid, top
        self._pidfd = os.pidfd_open(popen.pid) if sys.platform == "linux" else None
        self._own_peak_kb = _own_peak_kb()
        self._exit: Exit | None = None
        self._said = b""

    def fileno(self) -> int:
        """A descriptor that becomes readable when the command has ended; -1 where there is none (macOS) or after `wait`."""
        return -1 if self._pidfd is None else self._pidfd

    def usage(self) -> tree.Usage:
        """What the tree uses now."""
        return tree.usage(self.top)

    def kill(self) -> None:
        """End everything, at once; harmless when it has ended. `wait` returns its end."""
        if self._exit is not None:
            return
        if self._init is not None:
            signal.pidfd_send_signal(self._init, signal.SIGKILL) if _is_running(self._init) else None
        elif self._control is not None:
            _tell_to_stop(self._control)

    def wait(self, timeout_s: float | None = None) -> Exit | None:
        """The end of the command, or None when `timeout_s` passed before it. Nothing of the tree is alive afterwards."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while self._exit is None:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            if self._ended_within(left):
                self._exit = self._collect()
            elif left == 0.0:
                return None
        return self._exit

    def end(self) -> Exit:
        """Kill and wait; when the orderly way does not work within seconds, by hand."""
        self.kill()
        finished = self.wait(_GRACE_S)
        while finished is None:
            tree.kill_below(self.top)
            self._popen.send_signal(signal.SIGKILL)
            finished = self.wait(_GRACE_S)
        return finished

    def __enter__(self) -> Process:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def _ended_within(self, timeout_s: float | None) -> bool:
        if self._pidfd is not None:
            return _readable(self._pidfd, timeout_s)
        if os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            return True
        time.sleep(0.01 if timeout_s is None else min(0.01, timeout_s))
        return False

    def _collect(self) -> Exit:
        _, status, used = os.wait4(self.pid, 0)
        self._popen.returncode = os.waitstatus_to_exitcode(status)  # collected here: tell Popen not to look for it
        finished = self._of_namespace(status, used.ru_utime + used.ru_stime, used.ru_maxrss)
        if self._control is not None:
            finished = self._of_supervisor(self._control) or finished
            self._control.close()
        if self._init is not None:
            if _is_running(self._init):  # what the command left behind
                signal.pidfd_send_signal(self._init, signal.SIGKILL)
                _readable(self._init, _GRACE_S)
            os.close(self._init)
        if self._pidfd is not None:
            os.close(self._pidfd)
        self._pidfd = self._init = None
        return finished

    def _of_namespace(self, status: int, cpu_s: float, peak: int) -> Exit:
        code = os.waitstatus_to_exitcode(status)
        number = -code if code < 0 else code - 128 if 128 < code <= 128 + 64 else None
        # A started process begins with its starter's peak: below ours, the figure says nothing about the command.
        known = peak / _KB_PER_RSS / 1024 if peak > self._own_peak_kb else None
        return Exit(exit_code=None if number else code, signal=number, cpu_s=cpu_s, max_rss_mb=known)

    def _of_supervisor(self, control: socket.socket) -> Exit | None:
        control.settimeout(_GRACE_S)
        try:
            while chunk := control.recv(4096):
                self._said += chunk
            report = json.loads(self._said.splitlines()[-1])
        except (OSError, ValueError, IndexError):
            tree.kill_below(self.top)
            return None  # the command killed its supervisor; what is known of that is its wait status
        code = os.waitstatus_to_exitcode(report["status"])
        return Exit(
            exit_code=code if code >= 0 else None,
            signal=-code if code < 0 else None,
            cpu_s=report["cpu_s"],
            max_rss_mb=report["max_rss_mb"],
        )


def _own_peak_kb() -> int:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _readable(descriptor: int, timeout_s: float | None) -> bool:
    waiter = select.poll()
    waiter.register(descriptor, select.POLLIN)
    return bool(waiter.poll(None if timeout_s is None else timeout_s * 1000))


def _is_running(pidfd: int) -> bool:
    return not _readable(pidfd, 0.0)


def _tell_to_stop(control: socket.socket) -> None:
    try:
        control.send(b"k")
    except OSError:
        return  # it has stopped by itself
