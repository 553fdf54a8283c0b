"""Schedules: what happened in a world, as a list of decisions. A value: stored, shown, shrunk, applied again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from probatum.judge.simulation.declared import WorldSpec
from probatum.transcript import shown
from probatum.types.codec import DecodeError, decode, encode
from probatum.types.conform import revive

MARK = "world"
APART = "apart"
"""Marks the schedule of a run whose nodes lived apart."""


class Decision(NamedTuple):
    """One decision of the client or the adversary.

    ``kind``: do (an action with its arguments), deliver, drop, duplicate (a link and a place in its queue), cut and
    heal (a link), fire (a timer), crash (records lost, bytes torn off the last one).
    """

    kind: str
    name: str
    args: tuple[Any, ...] = ()

    def show(self) -> str:
        """The decision as a person reads it, where nothing is known of messages."""
        if self.kind == "do":
            return f"{self.name}({', '.join(map(shown, self.args))})"
        if self.kind == "crash":
            lost, torn = self.args
            what = [f"the last {lost} records are lost"] * bool(lost) + [f"{torn} bytes torn off the end"] * bool(torn)
            return f"{self.name}: " + (", ".join(what) or "the log is whole")
        return f"{self.kind} {self.name}"


Schedule = tuple[Decision, ...]
FAULTS = ("drop", "duplicate", "cut", "crash")


def write_schedule(world: str, schedule: Sequence[Decision], mark: str = MARK) -> str:
    """A schedule as text, kept beside the calls it led to."""
    return encode([mark, world, [[d.kind, d.name, list(d.args)] for d in schedule]])


def is_schedule(text: str) -> bool:
    """Whether the text kept beside a segment is a schedule (and not laws that were tried)."""
    return text.startswith((f'["{MARK}",', f'["{APART}",'))


def is_apart(text: str) -> bool:
    """Whether it is the schedule of a run whose nodes lived apart."""
    return text.startswith(f'["{APART}",')


def read_schedule(worlds: Sequence[WorldSpec], text: str) -> tuple[WorldSpec, Schedule]:
    """The world and schedule of a stored text; raises `KeyError` or `DecodeError` where the task has no such world."""
    match decode(text):
        case [mark, str(name), list(rows)] if mark in (MARK, APART):
            spec = next((w for w in worlds if w.name == name), None)
            if spec is None:
                raise KeyError(name)
            return spec, tuple(_decision(spec, row) for row in rows)
    raise DecodeError("not a stored schedule")


def _decision(spec: WorldSpec, row: object) -> Decision:
    match row:
        case ["do", str(name), list(args)]:
            part = spec.part(name)
            if part is None or len(part.params) != len(args):
                raise KeyError(name)
            return Decision("do", name, tuple(revive(p.kind, a) for p, a in zip(part.params, args, strict=True)))
        case [str(kind), str(name), list(args)]:
            return Decision(kind, name, tuple(args))
    raise DecodeError("not a decision")
