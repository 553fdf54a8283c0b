"""Giving up root's privileges while staying root by name: no device nodes, no raised limits, no other users' files."""

from __future__ import annotations

import os
import struct

from .libc import PR_SET_NO_NEW_PRIVS, libc

_VERSION_3 = 0x20080522
_CAPSET = {"x86_64": 126, "aarch64": 91}


class Prepared:
    """Made ahead; `apply` needs two system calls. Without rights to give up, it does nothing."""

    __slots__ = ("_buffers", "_data", "_header", "_libc", "_number", "protections")

    def __init__(self) -> None:
        machine = os.uname().machine
        if machine not in _CAPSET:
            raise OSError(f"no number of capset for {machine}")
        self._libc, self._number = libc(), _CAPSET[machine]
        self._buffers = (self._libc.buffer(struct.pack("=Ii", _VERSION_3, 0)), self._libc.buffer(bytes(24)))
        self._header, self._data = map(self._libc.address_of, self._buffers)
        self.protections = ("no capabilities",)

    def apply(self) -> None:
        """Drop every capability of the calling thread, for good: a program started later does not get them back."""
        self._libc.prctl("no_new_privs", PR_SET_NO_NEW_PRIVS, 1)
        self._libc.syscall("capset", self._number, self._header, self._data)


def prepare() -> Prepared:
    """Make the call ready. OSError on a machine whose number of it is not known."""
    return Prepared()
