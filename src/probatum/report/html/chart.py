"""A schedule as a message-sequence chart: a lane for the client, one per node, one for the rest of the world."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from probatum.report.html.markup import Markup, boxed, element
from probatum.report.html.steps import Said, Step, nodes, steps

LANE, EDGE, ROW, TOP = 190, 90, 20, 34
"""Distance of lanes, room beside the outer ones, height of a line of text, room for the names; CSS pixels."""
ADVANCE = 7.3
"""Width of a character in a chart."""
MOST_STEPS = 80
"""Steps that are drawn; the list beside the chart has all."""
CLIENT, NETWORK = "client", "network, clock, laws"
FAULTS = ("drop", "duplicate", "cut", "crash")


@dataclass(slots=True, kw_only=True)
class _Sheet:
    """A chart being drawn from the top down."""

    lanes: tuple[str, ...]
    y: int = TOP + 14
    drawn: list[Markup] = field(default_factory=list)

    @property
    def width(self) -> int:
        """The whole width."""
        return 2 * EDGE + LANE * (len(self.lanes) - 1) + 150

    def at(self, lane: str) -> int:
        """The place of a lane."""
        return EDGE + LANE * self.lanes.index(lane)

    def say(self, text: str, x: float, look: str = "m") -> None:
        """A line of text, cut at the edge; the list beside the chart has the whole."""
        room = max(4, int((self.width - x - 6) / ADVANCE))
        short = text if len(text) <= room else text[: room - 1] + "…"
        self.drawn.append(element("text", short, x=x, y=self.y, class_=f"{look} halo"))
        self.y += ROW


def chart(lines: Sequence[str]) -> Markup | None:
    """The chart; None where the lines are no schedule."""
    found = steps(lines)
    if not found:
        return None
    sheet = _Sheet(lanes=(CLIENT, *nodes(found), NETWORK))
    for number, step in enumerate(found[:MOST_STEPS]):
        _draw(sheet, number, step)
    if len(found) > MOST_STEPS:
        sheet.say(f"… and {len(found) - MOST_STEPS} more steps, in the list below", 8, "q")
    height = sheet.y + 6
    told = ", ".join(sheet.lanes)
    drawing = element(
        "svg",
        _lifelines(sheet, height),
        sheet.drawn,
        class_="chart",
        viewBox=f"0 0 {sheet.width} {height}",
        width=sheet.width,
        height=height,
        role="img",
        aria_label=f"Message-sequence chart of {len(found)} steps between {told}; the list of steps says the same",
    )
    return boxed(drawing, "Message-sequence chart")


def _lifelines(sheet: _Sheet, height: int) -> list[Markup]:
    made = []
    for lane in sheet.lanes:
        x = sheet.at(lane)
        dashed = " dash" * (lane in (CLIENT, NETWORK))
        made.append(element("line", x1=x, x2=x, y1=TOP - 8, y2=height - 4, class_="rail" + dashed))
        made.append(element("text", lane, x=x, y=18, class_="b", text_anchor="middle"))
    return made


def _draw(sheet: _Sheet, number: int, step: Step) -> None:
    """The step in words, its mark, then its calls as arrows from whoever makes them."""
    draw: Callable[[_Sheet, int, Step], None] = _fair if step.kind == "fair" else _happened
    draw(sheet, number, step)
    for call in step.calls:
        _call(sheet, call, CLIENT if step.kind in ("do", "start") else NETWORK)
    sheet.y += 8


def _fair(sheet: _Sheet, _number: int, step: Step) -> None:
    y = sheet.y - 5
    sheet.drawn.append(element("line", x1=4, x2=sheet.width - 4, y1=y, y2=y, class_="arrow back dash"))
    sheet.say(step.text, 12, "b")


def _happened(sheet: _Sheet, number: int, step: Step) -> None:
    """The words of a step; a fault has its mark on the lane that it hits."""
    fault = step.kind in FAULTS
    if fault:
        hit = next((call.node for call in step.calls if call.node in sheet.lanes), NETWORK)
        lane = hit if step.kind == "crash" else NETWORK
        sheet.drawn.append(element("g", _mark(step.kind, sheet.at(lane), sheet.y - 5), class_="bad"))
    group = len(sheet.drawn)
    sheet.say(f"{number} {step.text}", 8, "m b tone" if fault else "m b")
    if fault:
        sheet.drawn[group] = element("g", sheet.drawn[group], class_="bad")
    if step.kind in ("drop", "cut") and sheet.lanes:
        sheet.y += 4


def _mark(kind: str, x: int, y: int) -> Markup:
    """A cross for what is lost, two rings for what is doubled, a flash for a crash, a bar for a cut."""
    shapes = {
        "drop": f"M{x - 6} {y - 6}L{x + 6} {y + 6}M{x - 6} {y + 6}L{x + 6} {y - 6}",
        "duplicate": f"M{x - 8} {y}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0M{x} {y}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0",
        "crash": f"M{x + 3} {y - 9}L{x - 4} {y + 1}L{x + 4} {y - 1}L{x - 3} {y + 9}",
        "cut": f"M{x - 9} {y - 3}L{x + 9} {y - 3}M{x - 9} {y + 3}L{x + 9} {y + 3}",
    }
    return element("path", d=shapes[kind], class_="mark")


def _call(sheet: _Sheet, call: Said, origin: str) -> None:
    """An arrow to the node and, where the answer is known, one back; a call whose node is not certain is words."""
    if call.node not in sheet.lanes:
        sheet.say(call.call + (f" -> {call.answer}" if call.answer else ""), 24)
        return
    start, end = sheet.at(origin), sheet.at(call.node)
    left = min(start, end) + 10
    sheet.say(call.call, left)
    _arrow(sheet, start, end, "")
    if call.answer:
        sheet.say(call.answer, left, "m q")
        _arrow(sheet, end, start, " back dash")


def _arrow(sheet: _Sheet, start: int, end: int, look: str) -> None:
    """An arrow under the line of text just written."""
    y, turn = sheet.y - ROW + 5, 1 if end > start else -1
    tip = end - 2 * turn
    sheet.drawn.append(element("line", x1=start, x2=tip, y1=y, y2=y, class_=f"arrow{look}"))
    head = f"M{tip} {y}l{-8 * turn} -4l0 8z"
    sheet.drawn.append(element("path", d=head, class_="head" + " back" * bool(look)))
    sheet.y += 4
