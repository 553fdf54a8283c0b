"""Is the sandbox one? Each protection is tried for real, at the start, and what was seen goes into every verdict."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import SandboxError
from . import boot, bwrap, landlock, seccomp, tree
from .policy import Limits, Policy, Tier
from .spawn import run

if TYPE_CHECKING:
    from .attempts import Targets

ALIVE = "worker: compute and reply"
"""The one protection that is no refusal: a locked worker still does its work."""

_LIMITS = Limits(cpu_s=5, wall_s=20, memory_mb=256, processes=16, file_mb=1, output_kb=64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """One thing that was tried. `holds`: it was refused (for `ALIVE`: it worked). `detail` is what was seen."""

    name: str
    holds: bool
    detail: str


def probe(tier: Tier) -> tuple[Protection, ...]:
    """Try every protection of a tier, as a tool and as a locked worker inside it, in one child.

    SandboxError when the tier cannot be started here at all.
    """
    if sys.platform != "linux":
        if tier != "plain":
            raise SandboxError(
                f"tier {tier!r} needs Linux; this is {sys.platform}", fix="Use 'plain' for your own code"
            )
        return (Protection(name="tool: everything", holds=False, detail=f"{sys.platform}: limits on resources only"),)
    with _outside() as (targets, arrived):
        said = _try_inside(tier, targets)
        seen = {f"{who}: {name}": text for who, name, text in (line.split("\t", 2) for line in said.splitlines())}
        reached = arrived()
    return tuple(_judge(name, seen.get(name), reached) for name in _names(seen))


def best_tier() -> Tier:
    """The strongest tier that really starts on this machine."""
    if sys.platform != "linux":
        return "plain"
    if bwrap.executable():
        with contextlib.suppress(SandboxError):
            if run(["/bin/true"], Policy(tier="bwrap", limits=_LIMITS)).exit_code == 0:
                return "bwrap"
    return "lock" if landlock.abi() and seccomp.machine() else "plain"


def absent_reason() -> str | None:
    """Why there is no `bwrap` tier here, with the command that changes it; None when there is one."""
    if sys.platform != "linux":
        return f"bubblewrap needs Linux namespaces; this is {sys.platform}"
    if bwrap.executable() is None:
        return f"{bwrap.ABSENT}. {bwrap.INSTALL}"
    try:
        done = run(["/bin/true"], Policy(tier="bwrap", limits=_LIMITS))
    except SandboxError as error:
        return f"{error} (are user namespaces allowed? sysctl user.max_user_namespaces)"
    return None if done.exit_code == 0 else f"bubblewrap cannot start: {done.stderr.decode('utf-8', 'replace').strip()}"


@contextlib.contextmanager
def _outside() -> Iterator[tuple[Targets, Any]]:
    """Things that would be reached without a sandbox: a file, a folder, two ports, a process; and what of it was."""
    marker = secrets.token_hex(8).encode()
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="probatum-probe-"))
        file = Path(folder, "secret")
        file.write_bytes(marker)
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        udp = stack.enter_context(socket.socket(type=socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
        other = stack.enter_context(_bystander(marker))
        targets: Targets = {
            "file": str(file),
            "folder": folder,
            "marker": marker,
            "tcp": tcp.getsockname()[1],
            "udp": udp.getsockname()[1],
            "pid": other,
            "born": tree.stat(other)[19],
            "file_mb": _LIMITS.file_mb,
            "memory_mb": _LIMITS.memory_mb,
            "limits": asdict(_LIMITS),
        }

        def arrived() -> set[str]:
            udp.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                udp.recv(100)
                return {"reach a UDP port"}
            return set()

        yield targets, arrived


@contextlib.contextmanager
def _bystander(marker: bytes) -> Iterator[int]:
    """A process of ours for the attempts to aim at: it may be traced and signalled without harm."""
    with subprocess.Popen(
        ["/bin/cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env={"MARKER": marker.decode()}
    ) as other:
        yield other.pid
        other.kill()


def _try_inside(tier: Tier, targets: Targets) -> str:
    here = Path(__file__).resolve().parent
    argument = boot.argument(targets)
    try:
        policy = Policy(tier=tier, read_only=(here,), limits=_LIMITS, pass_fds=(argument,))
        done = run(boot.command("attempts", argument), policy)
    finally:
        os.close(argument)
    if done.exit_code != 0:
        why = done.stderr.decode("utf-8", "replace").strip() or f"ended by {done.ended}, signal {done.signal}"
        raise SandboxError(f"the probe of tier {tier!r} failed: {why}", fix="Run `probatum doctor`")
    return done.stdout.decode("utf-8", "replace")


def _names(seen: dict[str, str]) -> tuple[str, ...]:
    return (*seen, *(name for name in ("worker: run a program",) if name not in seen))


def _judge(name: str, text: str | None, reached: set[str]) -> Protection:
    if name == ALIVE:
        return Protection(name=name, holds=text == "", detail=text or "done")
    if text is None:
        return Protection(name=name, holds=False, detail="done: the process became another program")
    if name == "tool: reach a UDP port" and not text:
        held = "reach a UDP port" not in reached
        return Protection(name=name, holds=held, detail="sent, never arrived" if held else "done")
    return Protection(name=name, holds=bool(text), detail=text or "done")
