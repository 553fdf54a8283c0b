"""Seccomp filters in classic BPF: which system calls a process may make from now on.

Two filters. `worker` is an allow-list for a forked interpreter that computes and talks over one open socket: anything not listed fails with
EPERM, so calls of future kernels are refused too. `tool` is a deny-list for trusted tools that read untrusted input: they keep files,
threads and children, and lose what could reach other processes, new namespaces or rarely used kernel interfaces.
`tool-offline` also refuses every socket that is not a Unix one (Landlock covers TCP only, not UDP).
"""

from __future__ import annotations

import os
import struct
import sys

from .libc import PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, Libc

_LD, _JEQ, _JGE, _JSET, _RET = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_EPERM, _ENOSYS = 1, 38
_NR, _ARCH, _ARGS = 0, 4, 16  # offsets in struct seccomp_data
_X32_BIT = 0x40000000
_PROT_EXEC, _AF_UNIX = 4, 1
_NEW_NAMESPACES = 0x7E020000  # CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET}; NEWTIME shares its bit with the exit signal and needs unshare
_TERMINAL_INJECTION = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX: type into the terminal of whoever started us

Instruction = tuple[int, int, int, int]

# fmt: off
_WORKER = {
    "x86_64": dict(
        read=0, write=1, close=3, fstat=5, poll=7, lseek=8, munmap=11, brk=12, rt_sigaction=13, rt_sigprocmask=14, rt_sigreturn=15, readv=19, writev=20,
        select=23, sched_yield=24, mremap=25, madvise=28, nanosleep=35, getitimer=36, setitimer=38, getpid=39, recvfrom=45, sendmsg=46, recvmsg=47,
        shutdown=48, exit=60, gettimeofday=96, getrusage=98, times=100, getppid=110, sigaltstack=131, gettid=186, futex=202, restart_syscall=219,
        clock_gettime=228, clock_getres=229, clock_nanosleep=230, exit_group=231, pselect6=270, ppoll=271, getrandom=318, rseq=334),
    "aarch64": dict(
        close=57, lseek=62, read=63, write=64, readv=65, writev=66, pselect6=72, ppoll=73, fstat=80, exit=93, exit_group=94, futex=98, nanosleep=101,
        getitimer=102, setitimer=103, clock_gettime=113, clock_getres=114, clock_nanosleep=115, sched_yield=124, restart_syscall=128, sigaltstack=132,
        rt_sigaction=134, rt_sigprocmask=135, rt_sigreturn=139, times=153, getrusage=165, gettimeofday=169, getpid=172, getppid=173, gettid=178,
        recvfrom=207, shutdown=210, sendmsg=211, recvmsg=212, brk=214, munmap=215, mremap=216, madvise=233, getrandom=278, rseq=293),
}
_TOOL_DENIED = {
    "x86_64": dict(
        ptrace=101, syslog=103, personality=135, pivot_root=155, adjtimex=159, chroot=161, acct=163, settimeofday=164, mount=165, umount2=166, swapon=167,
        swapoff=168, reboot=169, iopl=172, ioperm=173, create_module=174, init_module=175, delete_module=176, query_module=178, quotactl=179,
        clock_settime=227, kexec_load=246, add_key=248, request_key=249, keyctl=250, unshare=272, perf_event_open=298, open_by_handle_at=304,
        clock_adjtime=305, setns=308),
    "aarch64": dict(
        umount2=39, mount=40, pivot_root=41, chroot=51, quotactl=60, acct=89, personality=92, unshare=97, kexec_load=104, init_module=105,
        delete_module=106, clock_settime=112, syslog=116, ptrace=117, reboot=142, settimeofday=170, adjtimex=171, add_key=217, request_key=218, keyctl=219,
        swapon=224, swapoff=225, perf_event_open=241, open_by_handle_at=265, clock_adjtime=266, setns=268),
}
_TOOL_DENIED_LATER = {
    "x86_64": dict(process_vm_readv=310, process_vm_writev=311, kcmp=312, finit_module=313, kexec_file_load=320, bpf=321, userfaultfd=323),
    "aarch64": dict(process_vm_readv=270, process_vm_writev=271, kcmp=272, finit_module=273, bpf=280, userfaultfd=282, kexec_file_load=294),
}
_DENIED_EVERYWHERE = dict(  # numbers above 424 are the same on every architecture
    io_uring_setup=425, io_uring_enter=426, io_uring_register=427, open_tree=428, move_mount=429, fsopen=430, fsconfig=431, fsmount=432, fspick=433,
    pidfd_getfd=438, process_madvise=440, mount_setattr=442, process_mrelease=448)
_CHECKED = {  # calls whose arguments decide
    "x86_64": dict(mmap=9, mprotect=10, ioctl=16, socket=41, sendto=44, clone=56),
    "aarch64": dict(ioctl=29, socket=198, sendto=206, clone=220, mmap=222, mprotect=226),
}
# fmt: on
_CLONE3 = 435
_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


def machine() -> str:
    """The architecture a filter would be made for, or the empty string where there is none."""
    name = os.uname().machine if sys.platform == "linux" and sys.maxsize > 1 << 32 else ""
    return name if name in _AUDIT_ARCH else ""


def program(name: str, arch: str) -> bytes:
    """The filter as an array of `struct sock_filter`, the form bubblewrap's --seccomp reads. KeyError for an unknown name."""
    rules, default = {"worker": _worker, "tool": _tool, "tool-offline": _tool_offline}[name](arch)
    head: list[Instruction] = [(_LD, 0, 0, _ARCH), (_JEQ, 1, 0, _AUDIT_ARCH[arch]), _ret(_KILL), (_LD, 0, 0, _NR)]
    x32: list[Instruction] = [(_JGE, 0, 1, _X32_BIT), _ret(_ERRNO | _EPERM)] if arch == "x86_64" else []
    return b"".join(struct.pack("=HBBI", *line) for line in (*head, *x32, *rules, _ret(default)))


def _worker(arch: str) -> tuple[list[Instruction], int]:
    numbers = _CHECKED[arch]
    rules = [line for number in _WORKER[arch].values() for line in _when(number, _ret(_ALLOW))]
    for call in ("mmap", "mprotect"):  # no new machine code
        rules += _when(
            numbers[call], (_LD, 0, 0, _low(2)), (_JSET, 0, 1, _PROT_EXEC), _ret(_ERRNO | _EPERM), _ret(_ALLOW)
        )
    no_address: list[Instruction] = [(_LD, 0, 0, _low(4)), (_JEQ, 0, 3, 0), (_LD, 0, 0, _low(4) + 4), (_JEQ, 0, 1, 0)]
    rules += _when(numbers["sendto"], *no_address, _ret(_ALLOW), _ret(_ERRNO | _EPERM))
    return rules, _ERRNO | _EPERM


def _tool(arch: str) -> tuple[list[Instruction], int]:
    numbers = _CHECKED[arch]
    denied = (*_TOOL_DENIED[arch].values(), *_TOOL_DENIED_LATER[arch].values(), *_DENIED_EVERYWHERE.values())
    rules = [line for number in denied for line in _when(number, _ret(_ERRNO | _EPERM))]
    rules += _when(
        _CLONE3, _ret(_ERRNO | _ENOSYS)
    )  # its flags are in memory, out of reach here; the C library falls back to clone
    rules += _when(
        numbers["clone"], (_LD, 0, 0, _low(0)), (_JSET, 0, 1, _NEW_NAMESPACES), _ret(_ERRNO | _EPERM), _ret(_ALLOW)
    )
    first, second = _TERMINAL_INJECTION
    injection: list[Instruction] = [(_LD, 0, 0, _low(1)), (_JEQ, 1, 0, first), (_JEQ, 0, 1, second)]
    return rules + _when(numbers["ioctl"], *injection, _ret(_ERRNO | _EPERM), _ret(_ALLOW)), _ALLOW


def _tool_offline(arch: str) -> tuple[list[Instruction], int]:
    rules, default = _tool(arch)
    only_unix: list[Instruction] = [(_LD, 0, 0, _low(0)), (_JEQ, 0, 1, _AF_UNIX), _ret(_ALLOW), _ret(_ERRNO | _EPERM)]
    return rules + _when(_CHECKED[arch]["socket"], *only_unix), default


def _ret(action: int) -> Instruction:
    return (_RET, 0, 0, action)


def _low(argument: int) -> int:
    return _ARGS + 8 * argument  # the low half: both architectures are little-endian


def _when(number: int, *then: Instruction) -> list[Instruction]:
    return [
        (_JEQ, 0, len(then), number),
        *then,
    ]  # `then` always ends in a return, so the number is still loaded when it is skipped


class Prepared:
    """A filter made ahead; `apply` needs two system calls and no import."""

    __slots__ = ("_address", "_buffers", "_libc", "protections")

    def __init__(self, name: str) -> None:
        arch = machine()
        if not arch:
            raise OSError(
                f"no seccomp filter for {os.uname().machine}; there are filters for {', '.join(_AUDIT_ARCH)} on Linux"
            )
        self._libc = Libc()
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
    """Make the filter `worker`, `tool` or `tool-offline` ahead. OSError on a machine there is no table for."""
    return Prepared(name)
