"""The lines of a recorded schedule as steps with calls, for a chart; whatever is not certain stays one text.

A line is what the judge wrote: the step, then its calls, each with its answer, joined by "; ". Values are in quotes or
brackets and are not divided. A value that was shortened, or the words of an error, may hold anything, so what follows
one of them is not divided either: a candidate cannot put a call into the chart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SHORTENED = " ... "
ERROR = " -> raises "
JOIN, ARROW = "; ", " -> "
_OPEN, _CLOSE = "([{", ")]}"
_NAME = r"[A-Za-z_]\w*"
_MADE = re.compile(rf"({_NAME}(?: s\d+)?) = {_NAME}(?:\.{_NAME})?\(")
_CALLED = re.compile(rf"({_NAME}(?: s\d+)?)\.{_NAME}\(")
_MOVE = re.compile(rf"(deliver|drop|duplicate|cut|heal) {_NAME}(?: \(past \d+ earlier\))?(?:: |; |$)")
_FIRES = re.compile(rf"{_NAME} fires(?:; |$)")
_DOES = re.compile(rf"{_NAME}\(")
_CRASH = re.compile(rf"{_NAME}: (?:the log is whole|the last \d+ records are lost|\d+ bytes torn off the end)")
_FAIR = "the faults stop; from here on every message arrives"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One call in a step: on which node ("" where that is not certain), and what it answered."""

    node: str
    call: str
    answer: str = ""
    made: bool = False
    """The call made the node."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """``kind``: start, do, deliver, drop, duplicate, cut, heal, fire, crash, fair or other."""

    kind: str
    text: str
    calls: tuple[Said, ...] = ()


def steps(lines: Sequence[str]) -> tuple[Step, ...]:
    """The steps of a schedule; () where the lines are not one."""
    if not lines or not re.match(r"start(?:; |$)", lines[0]):
        return ()
    return tuple(_step(line) for line in lines)


def nodes(found: Sequence[Step]) -> tuple[str, ...]:
    """The nodes that are made in the course of steps, in their order."""
    return tuple(dict.fromkeys(call.node for step in found for call in step.calls if call.made))


def _step(line: str) -> Step:
    if line == _FAIR:
        return Step(kind="fair", text=line)
    kind = _kind(line)
    text, *calls = list(divided(line))
    return Step(kind=kind, text=text, calls=tuple(map(_said, calls)))


def _kind(line: str) -> str:
    """What a step is, by its beginning, which the judge writes."""
    if re.match(r"start(?:; |$)", line):
        return "start"
    if move := _MOVE.match(line):
        return move[1]
    for kind, pattern in (("fire", _FIRES), ("crash", _CRASH), ("do", _DOES)):
        if pattern.match(line):
            return kind
    return "other"


def divided(line: str) -> Iterator[str]:
    """The parts of a line at "; " outside quotes and brackets, as far as that is certain."""
    certain = line.partition(SHORTENED)[0].partition(ERROR)[0]
    starts = [0, *[cut + len(JOIN) for cut in _cuts(certain, JOIN)]]
    ends = [*[start - len(JOIN) for start in starts[1:]], len(line)]
    yield from (line[start:end] for start, end in zip(starts, ends, strict=True))


def _cuts(text: str, mark: str) -> list[int]:
    """Where a mark stands outside quotes and brackets."""
    cuts, deep, quote, at = [], 0, "", 0
    while at < len(text):
        char = text[at]
        if quote:
            at += char == "\\"  # what it escapes does not end the quote
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in _OPEN or char in _CLOSE:
            deep += 1 if char in _OPEN else -1
        elif not deep and text.startswith(mark, at):
            cuts.append(at)
        at += 1
    return cuts


def _said(text: str) -> Said:
    cuts = _cuts(text.partition(SHORTENED)[0], ARROW)
    call, answer = (text[: cuts[0]], text[cuts[0] + len(ARROW) :]) if cuts else (text, "")
    made = _MADE.match(call)
    named = made or _CALLED.match(call)
    return Said(node=named[1] if named else "", call=call, answer=answer, made=made is not None)
