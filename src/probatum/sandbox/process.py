"""A running command and everything below it, whichever tier it runs in."""

from __future__ import annotations

import contextlib
import os
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass

from . import cgroup, tree
from .libc import PR_SET_CHILD_SUBREAPER, Libc
from .usage import Usage, usage

_RSS_PER_MB = 1024 if sys.platform == "linux" else 1 << 20  # ru_maxrss is in kilobytes on Linux, in bytes on macOS
_LOOKED_AT = 256
_GRACE_S = 5.0  # killing is asynchronous: how long the kernel and the supervisor may take before it is done by hand


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """How a command ended: an exit code or a signal, CPU seconds of its whole tree, peak memory of its largest process.

    Behind bubblewrap an exit code above 128 is reported as a signal, as a shell would.
    """

    exit_code: int | None
    signal: int | None
    cpu_s: float
    max_rss_mb: float


class Process:
    """A handle; `kill` ends the whole tree, `wait` collects its end, leaving a `with` block does both.

    `fileno` becomes readable at the end, for selectors. `pid` is the process we started, the command is below `top`.
    A bwrap tree dies when the thread that started it does: start long-lived hosts from a thread that stays. The blink
    in which bubblewrap sets this up is not covered: if we are killed in just that, a command may outlive us until it
    ends by itself.
    """

    __slots__ = (
        "_ceiling",
        "_control",
        "_exit",
        "_group",
        "_init",
        "_pidfd",
        "_popen",
        "_said",
        "_scratch",
        "_seen",
        "pid",
        "top",
    )

    def __init__(
        self,
        popen: subprocess.Popen[bytes],
        *,
        top: int,
        init: int | None = None,
        control: socket.socket | None = None,
        group: int = 0,
        ceiling: cgroup.TaskCeiling | None = None,
        scratch: str | None = None,
    ) -> None:
        """`init` is a pidfd of a namespace's first process; `control` and `group` belong to a supervised command.

        `scratch` is a folder that goes when the command has ended.
        """
        self._scratch = scratch
        self._popen, self._init, self._control, self._group, self._ceiling = popen, init, control, group, ceiling
        self.pid, self.top = popen.pid, top
        self._pidfd = None if control else os.pidfd_open(popen.pid)
        self._exit: Exit | None = None
        self._said = b""
        self._seen = Usage(processes=0, cpu_s=0.0, resident_mb=0.0)

    def fileno(self) -> int:
        """A descriptor that becomes readable at the end; -1 after `wait` has returned it."""
        if self._pidfd is not None:
            return self._pidfd
        return -1 if self._control is None else self._control.fileno()

    def usage(self, *, most: int = _LOOKED_AT) -> Usage:
        """What the tree uses now, at most `most` processes of it looked at."""
        self._seen = usage(self.top, most=most)
        return self._seen

    def kill(self) -> None:
        """End everything, at once; harmless when it has ended. `wait` returns its end."""
        if self._exit is not None:
            return
        if self._init is None:
            tree.kill_below(self.top, timeout_s=_GRACE_S)  # not left to the supervisor, whom a fork bomb may starve
            if self._control is not None:
                _tell_to_stop(self._control)
        elif _is_running(self._init):
            self.usage(most=_LOOKED_AT)  # the kernel forgets what those it kills with the namespace have used
            signal.pidfd_send_signal(self._init, signal.SIGKILL)

    def wait(self, timeout_s: float | None = None) -> Exit | None:
        """The end of the command, or None when `timeout_s` passed before it. Afterwards nothing of it is alive."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while self._exit is None:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            if _readable(self.fileno(), left):
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

    def __exit__(self, *_: object) -> None:
        self.end()

    def _collect(self) -> Exit:
        reported = self._of_supervisor() if self._control else None  # it ends when its last line is said
        _, status, used = os.wait4(self.pid, 0)
        self._popen.returncode = os.waitstatus_to_exitcode(status)  # collected here: tell Popen not to look for it
        if self._init is not None:
            finished = self._of_namespace(self._init, status, used)
            os.close(self._init)
        else:
            finished = reported or _exit_of(status, used.ru_utime + used.ru_stime, 0.0)
        if self._pidfd is not None:
            os.close(self._pidfd)
        if self._ceiling is not None:
            self._ceiling.remove()
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
        self._pidfd = self._init = self._ceiling = self._control = None
        return finished

    def _of_namespace(self, init: int, status: int, used: resource.struct_rusage) -> Exit:
        """bubblewrap goes first; the first process of the namespace, which accounts for all in it, comes to us."""
        if _is_running(init):  # the command left something behind
            signal.pidfd_send_signal(init, signal.SIGKILL)
        _readable(init, _GRACE_S)
        peak_mb = 0.0
        with contextlib.suppress(ChildProcessError):  # bubblewrap was quicker: its account includes the namespace then
            os.waitid(os.P_PIDFD, init, os.WEXITED | os.WNOHANG | os.WNOWAIT)  # is this number still that process
            _, _, used = os.wait4(self.top, 0)
            peak_mb = used.ru_maxrss / _RSS_PER_MB  # only now: a started program begins with the peak of its starter
        cpu_s = max(used.ru_utime + used.ru_stime, self._seen.cpu_s)
        code = os.waitstatus_to_exitcode(status)
        as_shells_do = code - 128 if 128 < code <= 128 + 64 else -code
        return _exit_of(as_shells_do if code > 128 or code < 0 else code << 8, cpu_s, peak_mb)

    def _of_supervisor(self) -> Exit | None:
        if self._control is None:
            return None
        with self._control as control:
            control.settimeout(_GRACE_S)
            try:
                while chunk := control.recv(4096):
                    self._said += chunk
            except OSError:
                self._said = b""
        match self._said.split():
            case [b"end", status, cpu_s, rss_mb]:
                return _exit_of(int(status), float(cpu_s), float(rss_mb))
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if self._group:
                os.killpg(self._group, signal.SIGKILL)  # it killed its supervisor; what it left behind is in its group
        return None


def become_adopter() -> None:
    """Let orphans below this process come to it and not to init: how the accounts of a finished namespace reach us."""
    Libc().prctl("child subreaper", PR_SET_CHILD_SUBREAPER, 1)


def _exit_of(status: int, cpu_s: float, max_rss_mb: float) -> Exit:
    code = os.waitstatus_to_exitcode(status)
    number = -code if code < 0 else None
    return Exit(exit_code=code if number is None else None, signal=number, cpu_s=cpu_s, max_rss_mb=max_rss_mb)


def _readable(descriptor: int, timeout_s: float | None) -> bool:
    waiter = select.poll()
    waiter.register(descriptor, select.POLLIN)
    return bool(waiter.poll(None if timeout_s is None else timeout_s * 1000))


def _is_running(pidfd: int) -> bool:
    return not _readable(pidfd, 0.0)


def _tell_to_stop(control: socket.socket) -> None:
    try:
        control.shutdown(socket.SHUT_WR)
    except OSError:
        return  # it has stopped by itself
