"""The controller's side of a host: start it clean, fork workers, learn from outside how they ended."""

from __future__ import annotations

import importlib.util
import json
import os
import socket
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from probatum.errors import InfrastructureError, WireError
from probatum.sandbox import spawn as sandbox_spawn
from probatum.sandbox.policy import Limits as SandboxLimits
from probatum.sandbox.policy import Policy, Tier
from probatum.sandbox.process import Process
from probatum.task.model import Limits
from probatum.toolchains.python.allowed import ALLOWED, PRELOADED_ALL
from probatum.transcript import Ending
from probatum.types.codec import encode
from probatum.wire.frames import Stream

PACKAGE = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
BOOT = """
import sys
for name in ("", ".sandbox", ".types", ".toolchains", ".toolchains.python", ".toolchains.python.interleave"):
    package = sys.modules["probatum" + name] = type(sys)("probatum" + name)
    package.__path__ = [sys.argv[1] + name.replace(".", "/")]
from probatum.toolchains.python.host import main
main(int(sys.argv[2]))
"""
"""Packages made by hand, because behind Landlock the folder above cannot be listed, only what is named inside it."""
START_S = 30.0
"""How long a host may take to come up on a starved machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostSpec:
    """What a host is started with."""

    limits: Limits
    packages: tuple[str, ...]
    tier: Tier
    hash_seed: int
    preload: tuple[str, ...] = PRELOADED_ALL
    """Modules imported at its start."""
    later: tuple[str, ...] = ()
    """Those imported before the first worker that needs ``imports`` is forked; nothing can be in a worker itself."""
    threads: bool = True
    """Whether its workers can run programs of threads; loading what they need costs a fifth of the start."""


class Host:
    """A running host. Not thread-safe: one lane, one thread."""

    def __init__(self, process: Process, control: socket.socket, protections: tuple[str, ...], limits: Limits) -> None:
        self.process = process
        self.control = control
        self.protections = protections
        self.limits = limits
        self.cpu = -1
        """The CPU on which the next worker is to run; -1: any."""
        self._next = 0
        self._ended: dict[int, dict[str, Any]] = {}

    def fork(
        self, *, cpu_s: float, wall_s: float | None = None, threads: int = 0, needs: tuple[str, ...] = ("imports",)
    ) -> tuple[int, Stream]:
        """Fork a worker; its number and our end of its own socket. ``wall_s`` None: the task's limit. ``threads``:
        locked threads that it has besides, to run programs on. ``needs``: ``imports``, unless it
        runs what imports nothing; ``reader``, to read a source."""
        return self._started({"op": "fork", "threads": threads, "needs": needs}, (), cpu_s, wall_s)

    def execute(self, program: int, *, cpu_s: float, wall_s: float | None = None) -> tuple[int, Stream]:
        """The same for a worker that is a compiled program, given as a descriptor open for reading."""
        return self._started({"op": "exec", "needs": ("program",)}, (program,), cpu_s, wall_s)

    def _started(
        self, what: dict[str, Any], more: tuple[int, ...], cpu_s: float, wall_s: float | None
    ) -> tuple[int, Stream]:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self._next += 1
        message = {**what, "id": self._next, "cpu_s": cpu_s, "wall_s": wall_s or self.limits.wall_s, "cpu": self.cpu}
        try:
            socket.send_fds(self.control, [json.dumps(message).encode()], [theirs.fileno(), *more])
        except OSError as problem:
            ours.close()
            raise InfrastructureError(f"the worker host is gone ({problem})", fix="Run `probatum doctor`") from None
        finally:
            theirs.close()
        return self._next, Stream(ours)

    def end(self, number: int) -> Ending:
        """End a worker (harmless when it ended by itself) and say how it ended."""
        if number not in self._ended:
            self._tell({"op": "kill", "id": number})
        while number not in self._ended:
            self._listen()
        return _ending(self._ended.pop(number), self.limits)

    def close(self) -> float:
        """End the host and every worker below it; the CPU seconds of all of them."""
        self.control.close()
        return self.process.end().cpu_s

    def _tell(self, message: dict[str, Any]) -> None:
        try:
            self.control.send(json.dumps(message).encode())
        except OSError as problem:
            raise InfrastructureError(f"the worker host is gone ({problem})") from None

    def _listen(self) -> None:
        data = self.control.recv(1 << 16)
        if not data:
            raise InfrastructureError("the worker host ended unexpectedly", fix="Run `probatum doctor`")
        message = json.loads(data)
        self._ended[message["ended"]] = message


def _ending(message: dict[str, Any], limits: Limits) -> Ending:
    how = "exit" if message["why"] == "killed" else message["why"]
    details = {
        "cpu": f"{limits.cpu_s:g} CPU-s used",
        "wall": f"{limits.wall_s:g} s passed, {message['cpu_s']:.2f} CPU-s used",
        "output": f"more than {limits.output_kb} kB printed",
        "exit": f"status {message['status']}",
        "signal": f"signal {message['signal']}",
    }
    return Ending(
        how=how,
        detail=details.get(how, ""),
        cpu_s=message["cpu_s"],
        wall_s=message["wall_s"],
        max_rss_mb=message["rss_mb"],
    )


def start_host(spec: HostSpec) -> Host:
    """Start a host with its hash seed; raises `InfrastructureError` when it does not come up."""
    _compile_own()
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        process = sandbox_spawn.spawn(
            [sys.executable, "-s", "-P", "-S", "-c", BOOT, str(PACKAGE), str(theirs.fileno())],
            _policy(spec),
            pass_fds=(theirs.fileno(),),
        )
    finally:
        theirs.close()
    ours.settimeout(START_S)
    try:
        ours.send(json.dumps(_config(spec)).encode())
        ready = json.loads(ours.recv(1 << 16) or b"null")
    except (OSError, ValueError) as problem:
        process.end()
        raise InfrastructureError(f"the worker host does not start ({problem})", fix="Run `probatum doctor`") from None
    if not ready:
        process.end()
        raise InfrastructureError("the worker host ended while starting", fix="Run `probatum doctor`")
    ours.settimeout(None)
    return Host(process, ours, tuple(ready["protections"]), spec.limits)


def compile_changed(files: Iterable[Path]) -> None:
    """Write the byte code of files that have none as new as they are. Hosts may not, and would compile them at every
    start: a third of it."""
    for file in files:
        code = Path(importlib.util.cache_from_source(str(file)))
        with suppress(OSError):  # in a folder that is not ours it costs time, no more
            if not code.exists() or code.stat().st_mtime < file.stat().st_mtime:
                import py_compile  # seldom needed, and 9 ms

                py_compile.compile(str(file), quiet=2)


@cache
def _compile_own() -> None:
    """Once in a process: files that change under a running process are not what it runs."""
    folders = (HERE, HERE / "interleave", PACKAGE / "sandbox", PACKAGE / "types")
    compile_changed(file for folder in folders for file in folder.glob("*.py"))


def _policy(spec: HostSpec) -> Policy:
    files = (
        HERE,
        PACKAGE / "types",
        PACKAGE / "sandbox",
        PACKAGE / "errors.py",
        *map(Path, package_paths(spec.packages)),
    )
    env = (
        ("PYTHONHASHSEED", str(spec.hash_seed)),
        ("PYTHONDONTWRITEBYTECODE", "1"),
        ("LANG", "C.UTF-8"),
    )
    unlimited = SandboxLimits(cpu_s=1e7, wall_s=1e7, memory_mb=1 << 16, processes=4096, open_files=512)
    return Policy(tier=spec.tier, read_only=files, env=env, limits=unlimited)


def _config(spec: HostSpec) -> dict[str, Any]:
    lock = SandboxLimits(
        cpu_s=max(1.0, spec.limits.cpu_s * 4),
        memory_mb=spec.limits.memory_mb,
        file_mb=max(1, spec.limits.output_kb // 1024),
        open_files=64,
    )
    return {
        "lock": asdict(lock) if sys.platform == "linux" else None,
        "threads": spec.threads,
        "preload": spec.preload,
        "later": spec.later,
        "packages": spec.packages,
        "package_paths": package_paths(spec.packages),
        "output_kb": spec.limits.output_kb,
    }


def package_paths(packages: tuple[str, ...]) -> list[str]:
    """The folders that declared third-party packages are imported from; raises `InfrastructureError` for one not
    installed."""
    folders: dict[str, None] = {}
    for name in packages:
        found = importlib.util.find_spec(name)
        if found is None or found.origin is None:
            raise InfrastructureError(
                f"package {name}, which the task declares, is not installed", fix=f"Run `pip install {name}`"
            )
        folder = os.path.dirname(found.origin)
        folders[os.path.dirname(folder) if found.submodule_search_locations else folder] = None
    return list(folders)


def load_frame(source: str, outline: dict[str, Any], random_seed: int) -> bytes:
    """The frame that gives a worker its candidate."""
    return f'["load",{encode(source)},{encode(outline)},{random_seed}]'.encode()


def inspect_source(host: Host, source: str, packages: tuple[str, ...]) -> tuple[dict[str, Any] | None, Ending]:
    """Read a source in a locked worker: ``{"listed": [...], "error": ...}``, or None when the reader was lost."""
    number, stream = host.fork(cpu_s=max(2.0, host.limits.cpu_s), needs=("reader",))
    try:
        stream.send(f'["inspect",{encode(source)},{encode([*ALLOWED, "interface", *packages])}]'.encode())
        reply = stream.receive()
    except WireError:
        reply = None
    finally:
        stream.close()
    ending = host.end(number)
    return (json.loads(reply) if reply is not None else None), ending
