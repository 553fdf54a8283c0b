"""The state of a run as a value: what its nodes were asked, what the world remembers, what is under way.

Two runs in equal states have the same future: what the adversary may do, what the world's code does and what it asks
follow from the state, and so do the answers, as far as those of an instance follow from its past. Only values whose
every part can be read are taken into it; a world that remembers anything else has no states that can be told equal.
"""

from __future__ import annotations

import enum
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from probatum.judge.apart.machines import Nodes, Past
from probatum.judge.drive import Handle
from probatum.judge.simulation.moves import Wire
from probatum.judge.simulation.play import Play

ATOMS = frozenset((int, bool, str, bytes, type(None)))


class Unreadable(Exception):
    """A world remembers something that cannot be compared."""


@dataclass(slots=True, kw_only=True)
class Reader:
    """Reads values part by part. A container that is met again is named, not read again: who shares one with whom is
    part of the state."""

    pasts: Mapping[int, Past]
    met: dict[int, int] = field(default_factory=dict)
    kept: list[Any] = field(default_factory=list)
    """Everything met, so that no two things have the same `id`."""

    def read(self, value: Any) -> Hashable:
        """A value as something hashable, equal only for values that cannot be told apart."""
        kind = type(value)
        if kind in ATOMS:
            return kind, value
        if kind is float:
            return kind, repr(value)
        if isinstance(value, enum.Enum):
            return kind, value.name
        if isinstance(value, tuple) and not getattr(value, "__dict__", None):
            return kind, tuple(map(self.read, tuple.__iter__(value)))
        if id(value) in self.met and kind is not Handle:
            return "met", self.met[id(value)]
        return kind, self._met(value), self._parts(kind, value)

    def _met(self, value: Any) -> int:
        key = value._number if type(value) is Handle else id(value)
        self.kept.append(value)
        return self.met.setdefault(key, len(self.met))

    def _parts(self, kind: type[Any], value: Any) -> Hashable:
        if kind is list or kind is set or kind is frozenset:  # a set in its own order, which code may go by
            return tuple(map(self.read, value))
        if kind is dict:
            return tuple((self.read(k), self.read(v)) for k, v in value.items())
        if kind is Handle:
            return self.pasts[value._number]
        raise Unreadable(kind.__name__)


def state_of(play: Play, nodes: Nodes) -> Hashable:
    """The state of a run between two decisions; raises `Unreadable`."""
    reader = Reader(pasts=nodes.pasts)
    own = {name: value for name, value in vars(play.world).items() if name != "_maker" and name not in play.wires}
    try:
        remembered = tuple((name, reader.read(value)) for name, value in sorted(own.items()))
    except Unreadable as problem:
        raise Unreadable(f"{play.spec.name} remembers a value of type {problem}") from None
    wires = tuple(_wire(wire, reader) for wire in play.wires.values())
    return play.spec.name, nodes.made, remembered, wires


def _wire(wire: Wire, reader: Reader) -> Hashable:
    """What is under way: which messages are copies of one, and which have arrived before, is counted as faults."""
    first: dict[int, int] = {}
    rows = []
    for message in wire.queue:
        number = first.setdefault(message.number, len(first))
        rows.append((number, message.number in wire.arrived, reader.read(message.args)))
    return wire.cut, tuple(rows)
