"""What a sandboxed process may see, touch and use up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path  # not at run time: the worker host loads this module

Tier = Literal["bwrap", "lock", "plain"]
"""`bwrap`: namespaces by bubblewrap. `lock`: Landlock and seccomp only. `plain`: limits only, for your own code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most that one process tree may use; crossing a limit ends the whole tree.

    `cpu_s`, `memory_mb` and `processes` hold for the tree as a whole (watched from outside) and, where the kernel can,
    for each process. `file_mb` is the largest single file, `output_kb` the sum of standard output and error kept.
    `address_space=False` is for programs that reserve far more address space than they use (Java, Go, address
    sanitizers): only what is resident counts then.
    """

    cpu_s: float = 10.0
    wall_s: float = 30.0
    memory_mb: int = 1024
    processes: int = 64
    file_mb: int = 64
    output_kb: int = 1024
    open_files: int = 256
    address_space: bool = True

    def __post_init__(self) -> None:
        for name in ("cpu_s", "wall_s", "memory_mb", "processes", "file_mb", "output_kb", "open_files"):
            value = getattr(self, name)
            if not value > 0:
                raise ValueError(f"limit {name} is {value!r}; it must be above zero (for no limit, a large number)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How one command is run.

    `read_only` and `read_write` paths are seen at the same place inside, with the system's programs and the running
    Python; nothing else of the user's files is. `env` is the whole environment (nothing is inherited), `cwd` the
    working directory as seen inside, `pass_fds` the descriptors kept besides the three standard ones. `network`
    keeps the machine's network.
    """

    tier: Tier
    read_only: tuple[Path, ...] = ()
    read_write: tuple[Path, ...] = ()
    network: bool = False
    limits: Limits = field(default_factory=Limits)
    env: tuple[tuple[str, str], ...] = (("PATH", "/usr/local/bin:/usr/bin:/bin"), ("LANG", "C.UTF-8"))
    cwd: str | None = None
    pass_fds: tuple[int, ...] = ()
