"""The failing operations as a picture: a lane per process, time from left to right. Self-contained SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from probatum.history.operations import Operation

LEFT, LANE, COLUMN, BAR = 90, 34, 46, 22
"""Pixels: room for names, height of a lane, width of a moment, height of a bar."""
STYLE = """
text { font: 12px ui-monospace, monospace; fill: #1b1f24 } .lane { stroke: #d0d7de }
.call { fill: #cfe3ff; stroke: #3b6ea8 } .stuck { fill: #ffd0cc; stroke: #b3261e } .open { stroke-dasharray: 4 3 }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .lane { stroke: #3d444d }
.call { fill: #1f3a5f; stroke: #79b0f2 } .stuck { fill: #5c1f1b; stroke: #ff8a80 } svg { background: #0d1117 } }
""".strip()


def picture(operations: Sequence[Operation], stuck: Operation | None) -> str:
    """SVG text; ``stuck`` is drawn apart. Operations that never returned reach the right edge, dashed."""
    moments = sorted({at for o in operations for at in (o.invoked, o.returned) if at is not None})
    column = {at: index for index, at in enumerate(moments)}
    processes = list(dict.fromkeys(o.process for o in operations))
    width, height = LEFT + COLUMN * (len(moments) + 2), LANE * len(processes) + 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{len(operations)} operations that no order explains"><style>{STYLE}</style>'
    ]
    for lane, process in enumerate(processes):
        y = 10 + LANE * lane
        parts.append(f'<line class="lane" x1="{LEFT}" x2="{width}" y1="{y + BAR / 2}" y2="{y + BAR / 2}"/>')
        parts.append(f'<text x="6" y="{y + 16}">{_text(f"process {process}", 12)}</text>')
        parts += [_bar(o, y, column, width, o is stuck) for o in operations if o.process == process]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _bar(operation: Operation, y: int, column: dict[int, int], width: int, stuck: bool) -> str:
    start = LEFT + COLUMN * column[operation.invoked]
    end = width if operation.returned is None else LEFT + COLUMN * column[operation.returned]
    kind = "stuck" if stuck else "call"
    open_end = " open" if operation.returned is None else ""
    room = max(3, (end - start) // 7)
    return (
        f"<g><title>{_text(operation.show(), 500)} (line {operation.line})</title>"
        f'<rect class="{kind}{open_end}" x="{start}" y="{y}" width="{end - start}" height="{BAR}" rx="3"/>'
        f'<text x="{start + 4}" y="{y + 15}">{_text(operation.show(), room)}</text></g>'
    )


def _text(text: str, most: int) -> str:
    """Text cut to a number of characters, without what XML cannot hold, escaped."""
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return escape(shown if len(shown) <= most else shown[: most - 1] + "…")
