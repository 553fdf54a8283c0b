"""The lock a forked worker puts on itself before it runs a candidate: no files, sockets or processes."""

from __future__ import annotations

import os
import resource

from . import capabilities, landlock, rlimits, seccomp
from .libc import PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, libc

TYPE_CHECKING = False  # a type checker takes it for true; importing typing costs the worker host 7 ms
if TYPE_CHECKING:
    from collections.abc import Iterable

    from .policy import Limits

WANTED = ("landlock files", "landlock tcp", "landlock signals", "landlock abstract sockets", "seccomp worker")
"""Everything a lock can consist of on a recent kernel, beside limits and no_new_privs."""


class Lock:
    """Everything made ahead: `apply` is a handful of system calls and works after `ctypes` left `sys.modules`.

    `protections` names what will be in force. `fds` must still be open when `apply` is called (empty unless paths
    were allowed). A socket keeps its blocking mode and timeout: set them before, for the calls that change them are
    refused afterwards, as is `open` on a descriptor (it asks for the file's status): use `os.read` and `os.write`.
    """

    __slots__ = ("_capabilities", "_landlock", "_libc", "_limits", "_seccomp", "_set_limit", "fds", "protections")

    def __init__(self, limits: Limits, read_only: Iterable[str | os.PathLike[str]], filter_name: str) -> None:
        self._libc = libc()
        self._limits = rlimits.capped(rlimits.table(limits, processes=limits.processes))
        self._set_limit = resource.setrlimit
        self._landlock: landlock.Prepared | None = None
        self._seccomp = seccomp.prepare(filter_name)
        self._capabilities = capabilities.prepare()
        if landlock.abi() > 0:
            self._landlock = landlock.prepare(read_only)
        files = self._landlock.protections if self._landlock else ()
        self.fds = self._landlock.fds if self._landlock else ()
        walls = (*self._capabilities.protections, *files, *self._seccomp.protections)
        self.protections: tuple[str, ...] = ("no_new_privs", "not dumpable", "rlimits", *walls)

    def apply(self, program: int | None = None) -> None:
        """Lock the calling process for good. OSError when a promised protection cannot be applied: run nothing then.

        ``program``: a descriptor of the file that the process is about to become.
        """
        self._libc.prctl("no_new_privs", PR_SET_NO_NEW_PRIVS, 1)
        self._libc.prctl("not dumpable", PR_SET_DUMPABLE, 0)
        for what, soft_and_hard in self._limits:
            self._set_limit(what, soft_and_hard)
        self._capabilities.apply()
        if self._landlock:
            self._landlock.apply(program)
        self._seccomp.apply()


def prepare_lock(limits: Limits, read_only: Iterable[str | os.PathLike[str]] = ()) -> Lock:
    """Make a lock for workers. OSError where there is no seccomp filter for this machine.

    Seccomp is the required part: it alone refuses open, socket, fork, exec and kill. Landlock is a second wall behind
    it, and `protections` does not name it where the kernel lacks it.
    """
    return Lock(limits, read_only, "worker")


def prepare_program_lock(limits: Limits) -> Lock:
    """Make a lock for processes that go on as a compiled program, linked statically. OSError as for `prepare_lock`.

    The filter lets programs be executed, because locking comes first; which one, Landlock says. The program's own
    runtime gives that right up before it reads a candidate's first call.
    """
    return Lock(limits, (), "program")
