"""The options that make bubblewrap build an empty machine around a command."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache

from .policy import Policy

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc/ld.so.cache", "/etc/alternatives")
_NOBODY = "65534"

ABSENT = "bubblewrap (the program bwrap) is not installed"
INSTALL = "Install it: apt-get install bubblewrap (Fedora: dnf install bubblewrap; Arch: pacman -S bubblewrap)"


def executable() -> str | None:
    """Where bubblewrap is, if it is installed."""
    return shutil.which("bwrap", path="/usr/bin:/usr/local/bin:/bin") or shutil.which("bwrap")


def system_paths() -> tuple[str, ...]:
    """What every sandbox sees, read-only: the system's programs and libraries, and the Python that is running."""
    own = {os.path.realpath(prefix) for prefix in (sys.base_prefix, sys.prefix, sys.base_exec_prefix)}
    apart = {prefix for prefix in own if not prefix.startswith("/usr/") and prefix not in ("/", "/usr")}
    return (*(path for path in _SYSTEM if os.path.lexists(path)), *sorted(apart))


def visible(path: str, policy: Policy) -> bool:
    """Whether this path can be seen from inside, after links have been followed."""
    if policy.tier == "plain" or (path == "/tmp" and policy.tier == "bwrap"):
        return True
    shown = (*system_paths(), *map(str, policy.read_only), *map(str, policy.read_write))
    real = os.path.realpath(path)
    return any(real == top or real.startswith(top.rstrip("/") + "/") for top in map(os.path.realpath, shown))


_START = "/.start"
"""Inside: what runs the command, or nothing."""


def start_text(policy: Policy) -> bytes:
    """What `_START` holds where the command is to run: a shell that becomes the command.

    Shells name the folder they are in, and some more, in the environment of what they run; a policy names all.
    """
    own = {name for name, _ in policy.env}
    forgotten = [name for name in ("PWD", "OLDPWD", "SHLVL") if name not in own]
    return f'unset {" ".join(forgotten)}\nexec "$@"\n'.encode() if forgotten else b'exec "$@"\n'


def started(argv: Sequence[str]) -> tuple[str, ...]:
    """The command line inside of what runs this command when `_START` says so."""
    return ("/bin/sh", _START, *argv)


def options(policy: Policy, *, info_fds: tuple[int, int], start_fd: int, seccomp_fd: int | None) -> list[str]:
    """All options: the command runs as nobody, without capabilities, in namespaces of its own, on a read-only root.

    `info_fds` is a pipe that receives the id of the namespace's first process. bubblewrap keeps its reading end open,
    so that it does not stumble over our death half-way and leave that process waiting for it.

    `start_fd` is a pipe that holds the command back until `start_text` is written and the writing end closed:
    bubblewrap copies it to the end before it goes on. If we die before that, what it copied is empty, and a shell that
    runs an empty file ends at once. (`--block-fd` will not do: our death would let the command go without limits, and
    with the writing end held open inside it waits for ever.)
    """
    program = executable() or "bwrap"
    tmp = ["--size", str(policy.limits.memory_mb << 20)] if _version(program) >= (0, 6) else []
    nesting = ["--disable-userns"] if _version(program) >= (0, 8) else []
    filters = [] if seccomp_fd is None else ["--seccomp", str(seccomp_fd)]
    return [
        *("--unshare-all", "--unshare-user", *nesting, *(["--share-net"] if policy.network else [])),
        *("--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL", "--uid", _NOBODY, "--gid", _NOBODY),
        *("--hostname", "sandbox", "--proc", "/proc", "--dev", "/dev", *tmp, "--tmpfs", "/dev/shm"),
        *(*tmp, "--tmpfs", "/tmp", *_mounts(policy), "--file", str(start_fd), _START),
        *("--remount-ro", "/dev", "--remount-ro", "/"),
        *("--setenv", "HOME", "/tmp", *(word for pair in policy.env for word in ("--setenv", *pair))),
        *(
            "--chdir",
            policy.cwd or "/tmp",
            "--info-fd",
            str(info_fds[1]),
            "--sync-fd",
            str(info_fds[0]),
            *filters,
        ),
    ]


def _mounts(policy: Policy) -> list[str]:
    shown = [(path, "--ro-bind") for path in (*system_paths(), *map(os.path.abspath, policy.read_only))]
    shown += [(path, "--bind") for path in map(os.path.abspath, policy.read_write)]
    words: list[str] = []
    for path, how in sorted(dict(shown).items()):  # a parent before what lies in it, so that the inner mount shows
        linked = path in _SYSTEM and os.path.islink(path)
        words += ["--symlink", os.readlink(path), path] if linked else [how, path, path]
    return words


@cache
def _version(program: str) -> tuple[int, ...]:
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=10, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return (0,)
    found = re.search(r"(\d+)\.(\d+)", said)
    return tuple(map(int, found.groups())) if found else (0,)
