"""Per-process limits the kernel enforces by itself."""

from __future__ import annotations

import math
import resource
import sys

TYPE_CHECKING = False  # see lock
if TYPE_CHECKING:
    from collections.abc import Callable

    from .policy import Limits

_MB = 1 << 20


def table(limits: Limits, *, processes: int | None = None) -> tuple[tuple[int, int, int], ...]:
    """Rows of (resource, soft, hard) for these limits.

    The kernel counts CPU time in whole seconds: rounded up for the soft limit (SIGXCPU), one more for the hard one.
    `processes` sets RLIMIT_NPROC, which counts every process of the user id and never binds root.
    """
    cpu_s = math.ceil(limits.cpu_s)
    rows = [
        (resource.RLIMIT_CPU, cpu_s, cpu_s + 1),
        (resource.RLIMIT_FSIZE, limits.file_mb * _MB, limits.file_mb * _MB),
        (resource.RLIMIT_NOFILE, limits.open_files, limits.open_files),
        (resource.RLIMIT_CORE, 0, 0),
    ]
    if limits.address_space and sys.platform == "linux":  # macOS refuses it for a process of ordinary size
        rows.append((resource.RLIMIT_AS, limits.memory_mb * _MB, limits.memory_mb * _MB))
    if processes is not None:
        rows.append((resource.RLIMIT_NPROC, processes, processes))
    return tuple(rows)


def capped(rows: tuple[tuple[int, int, int], ...]) -> tuple[tuple[int, tuple[int, int]], ...]:
    """The soft and hard limit of each row, never above the hard limit in force: only root could raise that."""
    return tuple((what, _below(resource.getrlimit(what)[1], soft, hard)) for what, soft, hard in rows)


def _below(ceiling: int, soft: int, hard: int) -> tuple[int, int]:
    return (soft, hard) if ceiling == resource.RLIM_INFINITY else (min(soft, ceiling), min(hard, ceiling))


def apply(
    rows: tuple[tuple[int, int, int], ...], set_limit: Callable[[int, tuple[int, int]], object] = resource.setrlimit
) -> None:
    """Set each row, never above the hard limit already in force. `set_limit` may set them on another process."""
    for what, limits in capped(rows):
        set_limit(what, limits)
