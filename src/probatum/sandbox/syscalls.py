"""System call numbers by architecture, only those the filters name (from the kernel's unistd.h)."""

from __future__ import annotations


def _numbers(table: str) -> dict[str, int]:
    return {name: int(number) for name, number in (entry.split("=") for entry in table.split())}


WORKER_ALLOWED = {
    "x86_64": _numbers("""
        read=0 write=1 close=3 fstat=5 poll=7 lseek=8 munmap=11 brk=12 rt_sigaction=13 rt_sigprocmask=14 rt_sigreturn=15
        readv=19 writev=20 select=23 sched_yield=24 mremap=25 madvise=28 nanosleep=35 getitimer=36 setitimer=38
        getpid=39 recvfrom=45 sendmsg=46 recvmsg=47 shutdown=48 exit=60 gettimeofday=96 getrusage=98 times=100
        getppid=110 sigaltstack=131 gettid=186 futex=202 restart_syscall=219 clock_gettime=228 clock_getres=229
        clock_nanosleep=230 exit_group=231 pselect6=270 ppoll=271 getrandom=318 rseq=334
    """),
    "aarch64": _numbers("""
        close=57 lseek=62 read=63 write=64 readv=65 writev=66 pselect6=72 ppoll=73 fstat=80 exit=93 exit_group=94
        futex=98 nanosleep=101 getitimer=102 setitimer=103 clock_gettime=113 clock_getres=114 clock_nanosleep=115
        sched_yield=124 restart_syscall=128 sigaltstack=132 rt_sigaction=134 rt_sigprocmask=135 rt_sigreturn=139
        times=153 getrusage=165 gettimeofday=169 getpid=172 getppid=173 gettid=178 recvfrom=207 shutdown=210
        sendmsg=211 recvmsg=212 brk=214 munmap=215 mremap=216 madvise=233 getrandom=278 rseq=293
    """),
}
"""What computing, and talking over descriptors that are already open, takes."""

PROGRAM_ALLOWED = {
    "x86_64": _numbers("execve=59 arch_prctl=158 set_tid_address=218 set_robust_list=273 prlimit64=302 execveat=322"),
    "aarch64": _numbers("set_tid_address=96 set_robust_list=99 execve=221 prlimit64=261 execveat=281"),
}
"""What a statically linked program takes besides, to be executed and to set up its first thread."""

TOOL_DENIED = {
    "x86_64": _numbers("""
        ptrace=101 syslog=103 personality=135 pivot_root=155 adjtimex=159 chroot=161 acct=163 settimeofday=164
        mount=165 umount2=166 swapon=167 swapoff=168 reboot=169 iopl=172 ioperm=173 create_module=174 init_module=175
        delete_module=176 query_module=178 quotactl=179 clock_settime=227 kexec_load=246 add_key=248 request_key=249
        keyctl=250 unshare=272 perf_event_open=298 open_by_handle_at=304 clock_adjtime=305 setns=308
        process_vm_readv=310 process_vm_writev=311 kcmp=312 finit_module=313 kexec_file_load=320 bpf=321
        userfaultfd=323
    """),
    "aarch64": _numbers("""
        umount2=39 mount=40 pivot_root=41 chroot=51 quotactl=60 acct=89 personality=92 unshare=97 kexec_load=104
        init_module=105 delete_module=106 clock_settime=112 syslog=116 ptrace=117 reboot=142 settimeofday=170
        adjtimex=171 add_key=217 request_key=218 keyctl=219 swapon=224 swapoff=225 perf_event_open=241
        open_by_handle_at=265 clock_adjtime=266 setns=268 process_vm_readv=270 process_vm_writev=271 kcmp=272
        finit_module=273 bpf=280 userfaultfd=282 kexec_file_load=294
    """),
}
"""What no compiler, solver or test runner needs, and what reaches other processes, namespaces or the kernel."""

TOOL_DENIED_EVERYWHERE = _numbers("""
    io_uring_setup=425 io_uring_enter=426 io_uring_register=427 open_tree=428 move_mount=429 fsopen=430 fsconfig=431
    fsmount=432 fspick=433 pidfd_getfd=438 process_madvise=440 mount_setattr=442 process_mrelease=448
""")
"""The same; numbers above 424 are equal on every architecture."""

CHECKED = {
    "x86_64": _numbers("mmap=9 mprotect=10 ioctl=16 socket=41 sendto=44 clone=56 prctl=157"),
    "aarch64": _numbers("ioctl=29 prctl=167 socket=198 sendto=206 clone=220 mmap=222 mprotect=226"),
}
"""Calls whose arguments decide."""

CLONE3 = 435
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
