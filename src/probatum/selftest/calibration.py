"""What a selftest found about one task: a row per canary, and the line that every report of the task carries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

PARTS = ("stored", "gear", "law")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One canary, tried."""

    kind: str
    """bad, good or open (canaries of the task); stored, gear or law (that a part of the ladder works at all)."""
    name: str
    expected: str
    """What is promised of it, in words."""
    found: str
    """What happened."""
    as_promised: bool
    skipped: str = ""
    """The command that installs what it needs; "" when it was tried."""
    wall_s: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """All rows of a task."""

    task: str
    task_digest: str
    rows: tuple[Row, ...]
    line: str
    notes: tuple[str, ...] = ()
    """What no canary speaks for."""

    @property
    def ok(self) -> bool:
        """Whether everything that was tried is as promised."""
        return all(row.as_promised for row in self.rows)

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "task": self.task,
            "digest": self.task_digest,
            "ok": self.ok,
            "line": self.line,
            "rows": [row.as_json() for row in self.rows],
            "notes": list(self.notes),
        }


def line_of(rows: Sequence[Row], day: str) -> str:
    """The calibration in one line."""
    parts = [
        f"{_good(rows, 'bad')} of {_tried(rows, 'bad')} bad caught",
        f"{_good(rows, 'good')} of {_tried(rows, 'good')} good accepted",
    ]
    if _tried(rows, "open"):
        parts.append(f"{_good(rows, 'open')} of {_tried(rows, 'open')} open accepted (unwanted)")
    broken = [row.name for row in rows if row.kind in PARTS and not row.as_promised]
    parts += [f"not working: {', '.join(broken)}"] * bool(broken)
    skipped = sum(bool(row.skipped) for row in rows)
    parts += [f"{skipped} skipped"] * bool(skipped)
    calibrated = "gate calibrated" if all(row.as_promised for row in rows) else "GATE NOT CALIBRATED"
    return f"{calibrated}: {', '.join(parts)}, on {day}"


def _tried(rows: Sequence[Row], kind: str) -> int:
    return sum(row.kind == kind and not row.skipped for row in rows)


def _good(rows: Sequence[Row], kind: str) -> int:
    return sum(row.kind == kind and not row.skipped and row.as_promised for row in rows)
