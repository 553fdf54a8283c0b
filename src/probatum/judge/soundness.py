"""A law must hold of the oracle wherever it is tried: where it does not, nothing is known about a candidate."""

from __future__ import annotations

from probatum.errors import TaskError
from probatum.judge.histories import LawUse, Planned


def laws_hold(planned: Planned) -> None:
    """Raise `TaskError` when a law tried in a segment failed on the oracle while the segment was recorded."""
    for use in planned.uses:
        if use.failure is not None:
            raise TaskError(
                f"law {use.law.name}() is false of the oracle itself: {use.failure}",
                file="task.py",
                line=use.law.line,
                fix=f"Correct the law or the oracle; it failed on {_shown(use, planned)}",
            )


def _shown(use: LawUse, planned: Planned) -> str:
    args = ", ".join(f"{p.name}={v!r}" for p, v in zip(use.law.params, use.values, strict=True)) or "no arguments"
    before = "; ".join(op.show() for op in planned.ops[max(0, use.start - 4) : use.start])
    return f"{args}" + (f" after {before}" if before else "")
