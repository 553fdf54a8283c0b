"""The few system calls Python has no name for, reachable without an import at the moment they are needed."""

from __future__ import annotations

import os
import sys
from functools import cache

TYPE_CHECKING = False  # see lock
if TYPE_CHECKING:
    from collections.abc import Callable

PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 4, 22, 36, 38
SYS_LANDLOCK_CREATE, SYS_LANDLOCK_ADD, SYS_LANDLOCK_RESTRICT = 444, 445, 446  # the same on every architecture


class Libc:
    """`prctl` and `syscall` raising OSError; they go on working after `ctypes` left `sys.modules`."""

    __slots__ = ("_errno", "_prctl", "_syscall", "address_of", "buffer")

    buffer: Callable[[bytes], object]
    address_of: Callable[[object], int]

    def __init__(self) -> None:
        if sys.platform != "linux":
            raise OSError(f"these protections are Linux system calls; this is {sys.platform}")
        import ctypes

        lib = ctypes.CDLL(None, use_errno=True)
        lib.prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
        lib.syscall.argtypes = [ctypes.c_long] + [ctypes.c_ulong] * 6
        lib.syscall.restype = ctypes.c_long
        self._prctl, self._syscall, self._errno = lib.prctl, lib.syscall, ctypes.get_errno
        self.buffer, self.address_of = ctypes.create_string_buffer, ctypes.addressof  # type: ignore[assignment]

    def prctl(self, what: str, option: int, *arguments: int) -> int:
        """Call prctl; OSError names `what` when the kernel refuses."""
        padded = (*arguments, 0, 0, 0, 0)[:4]
        return self._checked(what, int(self._prctl(option, *padded)))

    def syscall(self, what: str, number: int, *arguments: int) -> int:
        """Make a system call with up to six integers or addresses; OSError names `what` when refused."""
        padded = (*arguments, 0, 0, 0, 0, 0, 0)[:6]
        return self._checked(what, int(self._syscall(number, *padded)))

    def _checked(self, what: str, result: int) -> int:
        if result < 0:
            code = self._errno()
            raise OSError(code, f"{what}: {os.strerror(code)}")
        return result


@cache
def libc() -> Libc:
    """The one of this process: each loads the library anew."""
    return Libc()
