"""The small process between us and a command where there are no namespaces: it adopts whatever forks away.

A bare interpreter (`python -I -S`) runs it with imports kept to a minimum, for it starts once per command. It speaks
lines on one socket. It waits for a first byte, `g`, so that whoever started it can set its ceiling before there is
anything to be held by it; then it says `pid N` when the command runs or `error TEXT` when it cannot, and at the end
`end STATUS CPU_S RSS_MB`. Any further byte, or the end of the socket (we died), makes it end the command.
"""

from __future__ import annotations

import os
import resource
import select
import signal
import sys

from . import rlimits, tree
from .libc import PR_SET_CHILD_SUBREAPER, Libc

TYPE_CHECKING = False  # see lock
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol, TypedDict

    class Wall(Protocol):
        """Landlock or seccomp, ready to be put up."""

        def apply(self) -> None: ...

    class Config(TypedDict):
        """What the starter hands over, as a literal."""

        argv: list[str]
        env: dict[str, str]
        cwd: str | None
        limits: tuple[tuple[int, int, int], ...]
        confined: bool
        network: bool
        read_only: list[str]
        read_write: list[str]
        control: int


_RSS_PER_MB = 1024 if sys.platform == "linux" else 1 << 20  # ru_maxrss is in kilobytes on Linux, in bytes on macOS


def main(config: Config) -> None:
    """Run the command of `config` to its end, or until the other side of the control socket says stop."""
    control = config["control"]
    os.set_inheritable(control, False)
    if os.read(control, 1) != b"g":
        return
    if sys.platform == "linux":
        Libc().prctl("child subreaper", PR_SET_CHILD_SUBREAPER, 1)
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    try:
        pid = _start(config)
    except OSError as error:
        _say(control, f"error {error}")
        return
    _let_go(keep=(control, woken, wake))
    _say(control, f"pid {pid}")
    status = _watch(pid, control, woken)
    tree.kill_below(os.getpid())
    _kill_group(pid)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    ended = int(signal.SIGKILL) if status is None else status
    _say(control, f"end {ended} {used.ru_utime + used.ru_stime} {used.ru_maxrss / _RSS_PER_MB}")


def _start(config: Config) -> int:
    confine = _prepare(config)
    failed_read, failed_write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            confine()
            os.execvpe(config["argv"][0], config["argv"], config["env"])
        except OSError as error:
            os.write(failed_write, str(error).encode())
        finally:
            os._exit(127)
    os.close(failed_write)
    reason = os.read(failed_read, 4096).decode("utf-8", "replace")
    os.close(failed_read)
    if reason:
        raise OSError(reason)
    return pid


def _prepare(config: Config) -> Callable[[], None]:
    """Everything the fork does between its birth and the command, made ready before it."""
    walls: list[Wall] = []
    if config["confined"]:
        from . import capabilities, landlock, seccomp  # 3 ms that a plain command does not need

        offline = not config["network"]
        walls.append(capabilities.prepare())
        walls.append(landlock.prepare(config["read_only"], config["read_write"], deny_network=offline))
        walls.append(seccomp.prepare("tool-offline" if offline else "tool"))

    def confine() -> None:
        os.setsid()
        if config["cwd"]:
            os.chdir(config["cwd"])
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores two that commands expect
            signal.signal(number, signal.SIG_DFL)
        rlimits.apply(config["limits"])
        for wall in walls:
            wall.apply()

    return confine


def _let_go(*, keep: tuple[int, ...]) -> None:
    """Close what only the command should hold, so that its end is seen as the end of its pipes and sockets."""
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    last = 2
    for kept in sorted((*keep, 1 << 16)):
        os.closerange(last + 1, kept)
        last = kept


def _watch(pid: int, control: int, woken: int) -> int | None:
    """Reap until the command ends (its wait status) or we are told to stop (None)."""
    while True:
        ready, _, _ = select.select([control, woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            status = _reap_until(pid)
            if status is not None:
                return status
        if control in ready:
            os.read(control, 1)  # left unread, it would reset the connection and lose our last line
            return None


def _reap_until(pid: int) -> int | None:
    try:
        while True:
            reaped, status = os.waitpid(-1, os.WNOHANG)
            if reaped == pid:
                return status
            if reaped == 0:
                return None
    except ChildProcessError:
        return int(signal.SIGKILL)


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)  # all there is on systems without /proc; elsewhere nobody is left
    except (ProcessLookupError, PermissionError):
        return


def _say(control: int, line: str) -> None:
    try:
        os.write(control, line.replace("\n", " ").encode() + b"\n")
    except OSError:
        return  # the other side is gone, and with it the need to tell
