"""What tests of attacks share: assessing a source, watching what processes leave behind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from probatum.candidate import Candidate
from probatum.cascade import assess
from probatum.judge.lane import Lane
from probatum.lab.seeds import fresh_seeds
from probatum.levels.context import Context
from probatum.task.model import Task
from probatum.verdict import Assessment


def assessed(task: Task, lane: Lane, source: str | bytes, **more: object) -> tuple[Assessment, Context]:
    """A source through the cascade, without the type checker."""
    data = source if isinstance(source, bytes) else source.encode()
    context = Context(lane=lane, seeds=fresh_seeds(), types=False, **more)  # type: ignore[arg-type]
    return assess(task, Candidate(files={"sut.py": data}), context), context


def descendants(of: int | None = None) -> set[int]:
    """Every process below one (this one by default). What a sandbox leaves behind is adopted by us, hence seen."""
    children: dict[int, list[int]] = {}
    for pid, parent in _parents():
        children.setdefault(parent, []).append(pid)
    found: set[int] = set()
    waiting = [os.getpid() if of is None else of]
    while waiting:
        for pid in children.get(waiting.pop(), []):
            found.add(pid)
            waiting.append(pid)
    return found


def _parents() -> Iterator[tuple[int, int]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                yield int(entry.name), int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
