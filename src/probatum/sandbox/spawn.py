"""Start a command under a policy: `spawn` for what goes on living, `run` for what has an end."""

from __future__ import annotations

import os
import resource
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal

from ..errors import SandboxError
from . import boot, bwrap, cgroup, rlimits, seccomp
from .capture import Capture
from .meter import charge
from .policy import Limits, Policy
from .process import Exit, Process, become_adopter
from .usage import Usage, proportional_mb

if TYPE_CHECKING:
    from .supervisor import Config

Ended = Literal["exit", "signal", "cpu", "wall", "memory", "output", "processes"]

_DEVICES = ("/dev/zero", "/dev/random", "/dev/urandom")
_START_S = 20.0  # a machine under load needs long to start a process; what takes longer is broken
_FIRST_LOOK_S, _LONGEST_LOOK_S = 0.004, 0.05  # between two looks at the tree: early while it may be a fork bomb


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """How a command ended and what it cost; `ended` says which limit ended it, if one did.

    `cpu_s` is of the whole tree and measured from outside, `wall_s` counts from the moment the command was started.
    `truncated`: output beyond `limits.output_kb` was thrown away.
    """

    exit_code: int | None
    signal: int | None
    stdout: bytes
    stderr: bytes
    cpu_s: float
    wall_s: float
    max_rss_mb: float
    ended: Ended
    truncated: bool


def spawn(
    argv: Sequence[str],
    policy: Policy,
    *,
    pass_fds: Sequence[int] = (),
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.DEVNULL,
    stderr: int = subprocess.DEVNULL,
) -> Process:
    """Start a command and return at once. The kernel enforces per-process limits; `exceeded` tells about the tree.

    SandboxError when the tier is not available here, the command does not exist or cannot be seen from inside.
    """
    program = _find(argv, policy)
    command = (program, *argv[1:])
    kept = tuple(dict.fromkeys((*policy.pass_fds, *pass_fds)))
    stdio = (stdin, stdout, stderr)
    if policy.tier == "bwrap":
        return _in_namespaces(command, policy, kept, stdio)
    return _under_supervisor(command, policy, kept, stdio)


def run(argv: Sequence[str], policy: Policy, *, stdin: bytes = b"", cwd: str | None = None) -> Completed:
    """Run a command to its end within the limits; whatever it does is in the result, never an exception. What it cost
    is also charged to the meters that are held (`meter`).

    SandboxError only when it could not be started, see `spawn`.
    """
    policy = replace(policy, cwd=cwd) if cwd else policy
    with Capture(stdin, keep=policy.limits.output_kb << 10) as capture:
        try:
            process = spawn(argv, policy, stdin=capture.child[0], stdout=capture.child[1], stderr=capture.child[2])
        except SandboxError as error:
            capture.close_child_ends()
            capture.drain()
            why = capture.err.decode("utf-8", "replace").strip()
            raise SandboxError(f"{error.message}: {why}" if why else error.message, fix=error.fix) from error
        begun = time.monotonic()
        with process:
            capture.close_child_ends()
            stopped, sampled_mb = _attend(process, capture, policy.limits, begun + policy.limits.wall_s)
            finished = (None if stopped else process.wait()) or process.end()
            wall_s = time.monotonic() - begun
            capture.drain()
    charge(finished.cpu_s)
    return Completed(
        exit_code=finished.exit_code,
        signal=finished.signal,
        stdout=capture.out,
        stderr=capture.err,
        cpu_s=finished.cpu_s,
        wall_s=wall_s,
        max_rss_mb=max(sampled_mb, finished.max_rss_mb),
        ended="output" if capture.overflown else stopped or _how(finished, policy.limits),
        truncated=capture.overflown,
    )


def exceeded(process: Process, limits: Limits) -> Ended | None:
    """The limit that the whole tree is over at this moment, if any."""
    return _over(process, process.usage(most=limits.processes + 1), limits)


def _over(process: Process, now: Usage, limits: Limits) -> Ended | None:
    if now.processes > limits.processes:
        return "processes"
    if now.cpu_s >= limits.cpu_s:
        return "cpu"
    too_much = now.resident_mb > limits.memory_mb
    if too_much and now.processes > 1:  # forks share pages: look again, exactly
        too_much = proportional_mb(process.top, most=limits.processes) > limits.memory_mb
    return "memory" if too_much else None


def _attend(process: Process, capture: Capture, limits: Limits, deadline: float) -> tuple[Ended | None, float]:
    """Feed, read and watch until the command ends (None) or must be ended; also the largest memory seen."""
    pause_s, look_at, seen_mb = _FIRST_LOOK_S, 0.0, 0.0
    while True:
        now = time.monotonic()
        if now >= deadline:
            return "wall", seen_mb
        if now >= look_at:
            used = process.usage(most=limits.processes + 1)
            seen_mb = max(seen_mb, used.resident_mb)
            if over := _over(process, used, limits):
                return over, seen_mb
            look_at, pause_s = now + pause_s, min(pause_s * 1.5, _LONGEST_LOOK_S)
        if capture.exchange(process.fileno(), timeout_s=min(look_at, deadline) - now):
            return None, seen_mb
        if capture.overflown:
            return "output", seen_mb


def _how(finished: Exit, limits: Limits) -> Ended:
    killed_by_limit = finished.signal == 9 and finished.cpu_s >= limits.cpu_s
    if finished.signal == 24 or killed_by_limit:  # SIGXCPU, then SIGKILL for who ignores it
        return "cpu"
    return "exit" if finished.signal is None else "signal"


def _find(argv: Sequence[str], policy: Policy) -> str:
    """The command's file, once everything that can be known beforehand to go wrong has been looked at."""
    if sys.platform != "linux" and policy.tier != "plain":
        raise SandboxError(
            f"tier {policy.tier!r} needs Linux; this is {sys.platform}", fix="Use 'plain' for your own code"
        )
    if policy.tier == "bwrap" and bwrap.executable() is None:
        raise SandboxError(bwrap.ABSENT, fix=bwrap.INSTALL)
    for path in (*policy.read_only, *policy.read_write):
        if not os.path.exists(path):
            raise SandboxError(
                f"{path}, which the sandbox should show, does not exist", fix="Create it, or leave it out"
            )
    if policy.cwd and not (bwrap.visible(policy.cwd, policy) and os.path.isdir(policy.cwd)):
        raise SandboxError(f"working directory {policy.cwd!r} is no folder inside", fix="Add it to `read_write`")
    found = shutil.which(argv[0], path=dict(policy.env).get("PATH", os.defpath))
    if found is None:
        raise SandboxError(f"command {argv[0]!r} not found or not executable", fix="Install it, or name its whole path")
    if not bwrap.visible(found, policy):
        raise SandboxError(f"{found} cannot be seen from inside the sandbox", fix="Add its folder to `read_only`")
    return found


def _in_namespaces(argv: Sequence[str], policy: Policy, kept: tuple[int, ...], stdio: tuple[int, int, int]) -> Process:
    become_adopter()
    info_read, info_write = os.pipe()
    start_read, start_write = os.pipe()
    filters = boot.held(seccomp.program("tool", machine)) if (machine := seccomp.machine()) else None
    options = bwrap.options(policy, info_fds=(info_read, info_write), start_fd=start_read, seccomp_fd=filters)
    given = [info_write, start_read, boot.held("".join(f"{word}\0" for word in options).encode())]
    line = (bwrap.executable() or "bwrap", "--args", str(given[-1]), "--", *bwrap.started(argv))
    given += [] if filters is None else [filters]
    try:
        popen = _popen(line, (*kept, *given, info_read), stdio)
    except SandboxError:
        os.close(info_read)
        os.close(start_write)
        raise
    finally:
        for descriptor in given:
            os.close(descriptor)
    try:
        first = _first_process(info_read)
        tasks = _tasks(policy.limits)
        ceiling = cgroup.task_ceiling(first, tasks)
        process = Process(popen, top=first, init=os.pidfd_open(first), ceiling=ceiling)
        rlimits.apply(rlimits.table(policy.limits, processes=tasks), partial(resource.prlimit, first))
        os.write(start_write, bwrap.start_text(policy))
    except (OSError, ValueError, KeyError) as error:
        popen.kill()
        popen.wait()
        raise SandboxError(f"bubblewrap did not start: {error}", fix="Run `probatum doctor`") from error
    finally:
        os.close(info_read)
        os.close(start_write)
    return process


def _first_process(info: int) -> int:
    """The process id, as we see it, of the first process in the new namespace: ending it ends all."""
    text = b""
    while b"}" not in text:
        ready, _, _ = select.select([info], [], [], _START_S)
        chunk = os.read(info, 4096) if ready else b""
        if not chunk:
            raise OSError(f"no process id within {_START_S:.0f} s" if not ready else "it refused")
        text += chunk
    return int(text.partition(b'child-pid":')[2].strip(b" \n}").split(b",")[0])


def _under_supervisor(
    argv: Sequence[str], policy: Policy, kept: tuple[int, ...], stdio: tuple[int, int, int]
) -> Process:
    ours, theirs = socket.socketpair()
    confined = policy.tier == "lock"
    scratch = tempfile.mkdtemp(prefix="probatum-") if confined else None  # its own /tmp, as behind bubblewrap
    own = {"HOME": scratch, "TMPDIR": scratch} if scratch else {}
    shown = (*bwrap.system_paths(), *_DEVICES, *map(str, policy.read_only))
    config: Config = {
        "argv": list(argv),
        "env": {**own, **dict(policy.env)},
        "cwd": policy.cwd or scratch,
        "confined": confined,
        "network": policy.network,
        "read_only": [path for path in shown if os.path.exists(path)],
        "read_write": ["/dev/null", *([scratch] if scratch else []), *map(str, policy.read_write)],
        "limits": rlimits.table(policy.limits),
        "control": theirs.fileno(),
    }
    argument = boot.argument(config)
    try:
        with theirs:
            line = boot.command("supervisor", argument)
            popen = _popen(line, (*kept, theirs.fileno(), argument), stdio)
    except SandboxError:
        ours.close()
        shutil.rmtree(scratch or "", ignore_errors=True)
        raise
    finally:
        os.close(argument)
    ceiling = cgroup.task_ceiling(popen.pid, _tasks(policy.limits))
    ours.send(b"g")  # not before: what was forked already would stay outside of the ceiling
    said = _first_line(ours)
    group = int(said[4:]) if said.startswith("pid ") else 0
    process = Process(popen, top=popen.pid, control=ours, group=group, ceiling=ceiling, scratch=scratch)
    if not group:
        process.end()
        raise SandboxError(f"{argv[0]} did not start: {said}", fix="Run `probatum doctor`")
    return process


def _first_line(control: socket.socket) -> str:
    control.settimeout(_START_S)
    text = b""
    try:
        while not text.endswith(b"\n"):
            byte = control.recv(1)  # one by one: what follows the line belongs to the end of the command
            if not byte:
                return "its supervisor ended without a word"
            text += byte
    except TimeoutError:
        return f"no sign of life within {_START_S:.0f} s"
    return text.decode("utf-8", "replace").strip().removeprefix("error ")


def _tasks(limits: Limits) -> int:
    """For the kernel, which counts threads: room for those of tools; processes are counted exactly, from outside."""
    return limits.processes + 64 + 4 * (os.cpu_count() or 1)


def _popen(line: Sequence[str], kept: tuple[int, ...], stdio: tuple[int, int, int]) -> subprocess.Popen[bytes]:
    i, o, e = stdio
    try:
        return subprocess.Popen(line, stdin=i, stdout=o, stderr=e, pass_fds=kept, env={}, start_new_session=True)
    except OSError as error:  # too many processes, too long a command line
        raise SandboxError(f"no process could be started for {line[-1]!r}: {error}") from error
