"""Foreign text in reports: what a candidate or a path says must not write the report."""

from __future__ import annotations

from probatum.task.document import plain

LONGEST_LINE = 20_000


def visible(line: str) -> str:
    """A line in which nothing moves the cursor, hides or turns text around."""
    return plain(line, limit=LONGEST_LINE)
