"""A failing schedule as a person reads it: what happened, step by step, with the calls it led to."""

from __future__ import annotations

import itertools

from probatum.judge.evidence import Shown
from probatum.judge.simulation.batch import Ran
from probatum.judge.simulation.play import Line
from probatum.transcript import Op, Transcript

FAIR_LINES = 8
"""Fair steps shown before the rest is summed up."""
CALLS_SHOWN = 12
"""Calls of one step shown before those in the middle are summed up."""


def shown_of(
    ran: Ran,
    law: str,
    sentence: str,
    requirements: tuple[str, ...],
    observed: str,
    transcript: Transcript,
    *,
    minimal: bool,
    recurs: bool = True,
) -> Shown:
    """A failing schedule as evidence."""
    return Shown(
        law=law,
        sentence=sentence,
        requirements=requirements,
        input=schedule_lines(ran),
        observed=observed,
        expected=sentence,
        transcript=transcript,
        minimal=minimal,
        recurs=recurs,
    )


def schedule_lines(ran: Ran) -> tuple[str, ...]:
    """The steps of a run, each with the calls that it made; fair steps after a line that says so."""
    lines = ran.result.play.lines
    ends = [line.start for line in lines[1:]] + [len(ran.driver.ops)]
    made = [
        (line, _step(ran, line, end if line.end is None or line is lines[-1] else line.end))
        for line, end in zip(lines, ends, strict=True)
    ]
    faults = [text for line, text in made if not line.fair]
    fair = [text for line, text in made if line.fair]
    if not fair:
        return tuple(faults)
    return (*faults, "the faults stop; from here on every message arrives", *_folded(fair))


def _folded(fair: list[str]) -> list[str]:
    """Fair steps with repetitions told by their number; the rest is summed up."""
    runs = [(text, len(list(group))) for text, group in itertools.groupby(fair)]
    lines = [text + (f" ({times} times)" if times > 1 else "") for text, times in runs[:FAIR_LINES]]
    left_out = sum(times for _, times in runs[FAIR_LINES:])
    return lines + [f"... and {left_out} more fair steps"] * (left_out > 0)


def _step(ran: Ran, line: Line, end: int) -> str:
    """One step: what happened, and the calls it made."""
    names, answers = ran.result.play.names, ran.driver.answers
    calls = []
    for at in range(line.start, end):
        op = ran.driver.ops[at]
        answer = f" -> {answers[at].show()}" if at < len(answers) and op.verb == "c" else ""
        calls.append(_call(op, names) + answer)
    left_out = len(calls) - CALLS_SHOWN
    if left_out > 1:
        half = CALLS_SHOWN // 2
        calls = [*calls[:half], f"... {left_out} more calls ...", *calls[-half:]]
    return line.text + ("; " + "; ".join(calls) if calls else "")


def _call(op: Op, names: dict[int, str]) -> str:
    """A call with the name of its node in place of a number."""
    text = op.show()
    return text.replace(f"s{op.handle}", names.get(op.handle, f"s{op.handle}"), 1) if op.verb != "f" else text
