"""Landlock: the process gives up files, TCP and outside signals for good, without privileges."""

from __future__ import annotations

import os
import struct

from .libc import PR_SET_NO_NEW_PRIVS, SYS_LANDLOCK_ADD, SYS_LANDLOCK_CREATE, SYS_LANDLOCK_RESTRICT, libc

TYPE_CHECKING = False  # see lock
if TYPE_CHECKING:
    from collections.abc import Iterable

_EXECUTE, _WRITE, _READ, _READ_DIR, _TRUNCATE, _IOCTL = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14, 1 << 15
_ON_A_FILE = _EXECUTE | _WRITE | _READ | _TRUNCATE | _IOCTL  # the kernel refuses directory rights on a file
_DEVICE_NODES = 1 << 6 | 1 << 11  # never: root could make one for the disk and read everything
_ON_READ_ONLY = _EXECUTE | _READ | _READ_DIR
_FS_BITS = {1: 13, 2: 14, 3: 15, 4: 15}  # ABI -> number of file rights it knows; 16 from ABI 5 on
_FULL_ABI = 6  # files with truncation and device ioctl, TCP, scoping of signals and abstract sockets


def abi() -> int:
    """The Landlock version of the running kernel, 0 where there is none."""
    try:
        return libc().syscall("landlock version", SYS_LANDLOCK_CREATE, 0, 0, 1)
    except OSError:
        return 0


def applied(version: int, *, deny_network: bool = True, scope: bool = True) -> tuple[str, ...]:
    """What Landlock of this version denies, in words; the empty tuple for version 0."""
    words = ["files"] if version >= 1 else []
    if version >= 4 and deny_network:
        words.append("tcp")
    if version >= _FULL_ABI and scope:
        words += ["signals", "abstract sockets"]
    return tuple(f"landlock {word}" for word in words)


class Prepared:
    """A ruleset made ahead; `apply` needs two or three system calls and no import. `fds` must stay open until then."""

    __slots__ = ("_address", "_buffer", "_libc", "_size", "fds", "protections")

    def __init__(
        self,
        read_only: Iterable[str | os.PathLike[str]],
        read_write: Iterable[str | os.PathLike[str]],
        *,
        deny_network: bool,
        scope: bool,
    ) -> None:
        self._libc = libc()
        version = self._libc.syscall("landlock (kernel 5.13 or later, in the lsm= list)", SYS_LANDLOCK_CREATE, 0, 0, 1)
        handled = (1 << _FS_BITS.get(version, 16)) - 1
        words = (
            [handled]
            + ([3 if deny_network else 0] if version >= 4 else [])
            + ([3 if scope else 0] if version >= _FULL_ABI else [])
        )
        raw = struct.pack(f"{len(words)}Q", *words)
        self._buffer = self._libc.buffer(raw)
        self._address, self._size = self._libc.address_of(self._buffer), len(raw)
        self.protections = applied(version, deny_network=deny_network, scope=scope)
        rules = [(path, _ON_READ_ONLY & handled) for path in read_only] + [
            (path, handled & ~_DEVICE_NODES) for path in read_write
        ]
        self.fds: tuple[int, ...] = (self._ruleset_with(rules),) if rules else ()

    def _ruleset_with(self, rules: list[tuple[str | os.PathLike[str], int]]) -> int:
        ruleset = self._ruleset()
        for path, rights in rules:
            descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
            try:
                allowed = rights if os.path.isdir(path) else rights & _ON_A_FILE
                rule = self._libc.buffer(struct.pack("=Qi", allowed, descriptor))
                self._libc.syscall(
                    f"landlock rule for {path}", SYS_LANDLOCK_ADD, ruleset, 1, self._libc.address_of(rule)
                )
            finally:
                os.close(descriptor)
        return ruleset

    def _ruleset(self) -> int:
        return self._libc.syscall("landlock ruleset", SYS_LANDLOCK_CREATE, self._address, self._size)

    def apply(self, program: int | None = None) -> None:
        """Restrict the calling thread and all its future children, for good. OSError when the kernel refuses.

        ``program``: a descriptor of the one more file that may be read and executed.
        """
        self._libc.prctl("no_new_privs", PR_SET_NO_NEW_PRIVS, 1)
        ruleset = self.fds[0] if self.fds else self._ruleset()
        if program is not None:
            rule = self._libc.buffer(struct.pack("=Qi", _EXECUTE | _READ, program))
            self._libc.syscall("landlock rule for a program", SYS_LANDLOCK_ADD, ruleset, 1, self._libc.address_of(rule))
        self._libc.syscall("landlock restrict", SYS_LANDLOCK_RESTRICT, ruleset)
        os.close(ruleset)


def prepare(
    read_only: Iterable[str | os.PathLike[str]] = (),
    read_write: Iterable[str | os.PathLike[str]] = (),
    *,
    deny_network: bool = True,
    scope: bool = True,
) -> Prepared:
    """Make a ruleset that allows nothing but these paths. OSError: no Landlock here, or a path does not exist."""
    return Prepared(read_only, read_write, deny_network=deny_network, scope=scope)


def restrict(
    read_only: Iterable[str | os.PathLike[str]] = (),
    read_write: Iterable[str | os.PathLike[str]] = (),
    deny_network: bool = True,
    scope: bool = True,
) -> tuple[str, ...]:
    """Prepare and apply at once; returns what was applied (older kernels know fewer protections)."""
    ready = prepare(read_only, read_write, deny_network=deny_network, scope=scope)
    ready.apply()
    return ready.protections
