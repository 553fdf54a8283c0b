"""Seccomp filters in classic BPF: which system calls a process may make from now on.

`worker` is an allow-list for a forked interpreter that computes and talks over one open socket: anything not listed
fails with EPERM, so calls of future kernels are refused too. `tool` is a deny-list for trusted tools that read
untrusted input: they keep files, threads and children, and lose what could reach other processes, new namespaces or
rarely used kernel interfaces. `tool-offline` also refuses sockets (socket pairs stay): Landlock knows neither UDP nor
Unix sockets that have a path, such as that of a container engine. `program` is `worker` for a process that still has to
execute what it will be, a statically linked program: it may do so, set up its thread and tighten the filter.
"""

from __future__ import annotations

import os
import struct
import sys

from .libc import PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, libc
from .syscalls import (
    AUDIT_ARCH,
    CHECKED,
    CLONE3,
    PROGRAM_ALLOWED,
    TOOL_DENIED,
    TOOL_DENIED_EVERYWHERE,
    WORKER_ALLOWED,
)

_LD, _JEQ, _JGE, _JSET, _RET = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOWED, _KILLED = (_RET, 0, 0, 0x7FFF0000), (_RET, 0, 0, 0x80000000)
_REFUSED, _UNKNOWN = (_RET, 0, 0, 0x00050000 | 1), (_RET, 0, 0, 0x00050000 | 38)  # EPERM, ENOSYS
_NR, _ARCH, _ARGS = 0, 4, 16  # offsets in struct seccomp_data
_X32_BIT = 0x40000000
_PROT_EXEC = 4
# CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET}; NEWTIME shares its bit with the exit signal and needs unshare
_NEW_NAMESPACES = 0x7E020000
_TERMINAL_INJECTION = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX: type into the terminal of whoever started us

Instruction = tuple[int, int, int, int]
Rules = dict[int, tuple[Instruction, ...]]  # what to do about a call: instructions that always end in a return


def machine() -> str:
    """The architecture a filter would be made for, or the empty string where there is none."""
    name = os.uname().machine if sys.platform == "linux" and sys.maxsize > 1 << 32 else ""
    return name if name in AUDIT_ARCH else ""


def program(name: str, arch: str) -> bytes:
    """The filter as an array of `struct sock_filter`, as bubblewrap's --seccomp reads it. KeyError: unknown name."""
    rules, default = {"worker": _worker, "program": _program, "tool": _tool, "tool-offline": _tool_offline}[name](arch)
    head = [(_LD, 0, 0, _ARCH), (_JEQ, 1, 0, AUDIT_ARCH[arch]), _KILLED, (_LD, 0, 0, _NR)]
    x32 = [(_JGE, 0, 1, _X32_BIT), _REFUSED] if arch == "x86_64" else []
    tree = _tree(sorted(rules.items()), default)
    return b"".join(struct.pack("=HBBI", *line) for line in (*head, *x32, *tree))


def _tree(rules: list[tuple[int, tuple[Instruction, ...]]], default: Instruction) -> list[Instruction]:
    """Find the rule by halving: the kernel tries a new filter on all its calls, which a chain makes slow."""
    if len(rules) <= 3:
        return [line for number, then in rules for line in ((_JEQ, 0, len(then), number), *then)] + [default]
    middle = len(rules) // 2
    below, above = _tree(rules[:middle], default), _tree(rules[middle:], default)
    return [(_JGE, len(below), 0, rules[middle][0]), *below, *above]


def _worker(arch: str) -> tuple[Rules, Instruction]:
    checked = CHECKED[arch]
    no_code = (_low_half(2), (_JSET, 0, 1, _PROT_EXEC), _REFUSED, _ALLOWED)
    no_address = ((_JEQ, 0, 3, 0), _high_half(4), (_JEQ, 0, 1, 0), _ALLOWED, _REFUSED)
    rules: Rules = dict.fromkeys(WORKER_ALLOWED[arch].values(), (_ALLOWED,))
    rules |= {checked["mmap"]: no_code, checked["mprotect"]: no_code}
    return rules | {checked["sendto"]: (_low_half(4), *no_address)}, _REFUSED


def _program(arch: str) -> tuple[Rules, Instruction]:
    rules, default = _worker(arch)
    rules |= dict.fromkeys(PROGRAM_ALLOWED[arch].values(), (_ALLOWED,))
    tighter = (_low_half(0), (_JEQ, 1, 0, PR_SET_SECCOMP), (_JEQ, 0, 1, PR_SET_DUMPABLE), _ALLOWED, _REFUSED)
    return rules | {CHECKED[arch]["prctl"]: tighter}, default


def _tool(arch: str) -> tuple[Rules, Instruction]:
    checked = CHECKED[arch]
    first, second = _TERMINAL_INJECTION
    rules: Rules = dict.fromkeys((*TOOL_DENIED[arch].values(), *TOOL_DENIED_EVERYWHERE.values()), (_REFUSED,))
    rules[CLONE3] = (_UNKNOWN,)  # its flags are in memory, out of reach here; the C library falls back to clone
    rules[checked["clone"]] = (_low_half(0), (_JSET, 0, 1, _NEW_NAMESPACES), _REFUSED, _ALLOWED)
    rules[checked["ioctl"]] = (_low_half(1), (_JEQ, 1, 0, first), (_JEQ, 0, 1, second), _REFUSED, _ALLOWED)
    return rules, _ALLOWED


def _tool_offline(arch: str) -> tuple[Rules, Instruction]:
    rules, default = _tool(arch)
    return rules | {CHECKED[arch]["socket"]: (_REFUSED,)}, default


def _low_half(argument: int) -> Instruction:
    return (_LD, 0, 0, _ARGS + 8 * argument)  # both architectures are little-endian


def _high_half(argument: int) -> Instruction:
    return (_LD, 0, 0, _ARGS + 8 * argument + 4)


class Prepared:
    """A filter made ahead; `apply` needs two system calls and no import."""

    __slots__ = ("_address", "_buffers", "_libc", "protections")

    def __init__(self, name: str) -> None:
        arch = machine()
        if not arch:
            raise OSError(
                f"no seccomp filter for {os.uname().machine}; there are filters for {', '.join(AUDIT_ARCH)} on Linux"
            )
        self._libc = libc()
        code = program(name, arch)
        filters = self._libc.buffer(code)
        whole = self._libc.buffer(struct.pack("HxxxxxxP", len(code) // 8, self._libc.address_of(filters)))
        self._buffers, self._address = (filters, whole), self._libc.address_of(whole)
        self.protections = (f"seccomp {name}",)

    def apply(self) -> None:
        """Filter the calling thread and all its future children, for good. OSError when the kernel refuses."""
        self._libc.prctl("no_new_privs", PR_SET_NO_NEW_PRIVS, 1)
        self._libc.prctl("seccomp filter (CONFIG_SECCOMP_FILTER)", PR_SET_SECCOMP, 2, self._address)


def prepare(name: str) -> Prepared:
    """Make a filter of the module's description ahead. OSError on a machine there is no table for."""
    return Prepared(name)
