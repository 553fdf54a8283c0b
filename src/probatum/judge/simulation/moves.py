"""The network and what may happen on it: each kind of decision taking effect in a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from probatum.errors import TaskError
from probatum.judge.drive import Handle
from probatum.judge.simulation.declared import Part
from probatum.judge.simulation.schedule import Decision
from probatum.task.declare import Unsatisfied
from probatum.transcript import shown

if TYPE_CHECKING:
    from probatum.judge.simulation.play import Play


class Message(NamedTuple):
    """A message under way; a duplicate has the number of the first."""

    number: int
    args: tuple[Any, ...]


@dataclass(slots=True)
class Wire:
    """The state of one link."""

    queue: list[Message] = field(default_factory=list)
    arrived: set[int] = field(default_factory=set)
    cut: bool = False


def take(play: Play, decision: Decision) -> Decision | None:
    """Let a decision take effect; as it did, or None where it is not possible now."""
    move = MOVES.get(decision.kind)
    part = play.spec.part(decision.name)
    return None if move is None or part is None else move(play, part, decision)


def do(play: Play, part: Part, decision: Decision) -> Decision | None:
    """A client does something."""
    before = play.calls
    play.line(decision.show())
    try:
        play.body(part, decision.args)
    except Unsatisfied:
        if play.calls != before:
            raise TaskError(
                f"{part.name}() assumes something after it made calls",
                file="task.py",
                line=part.line,
                fix="Put assume() at the beginning",
            ) from None
        play.lines.pop()
        return None
    play.counts[f"{part.name} done"] += 1
    return decision


def deliver(play: Play, part: Part, decision: Decision) -> Decision | None:
    """A message arrives; past earlier ones only where the link may reorder."""
    wire = play.wires[part.name]
    at = _place(wire, decision)
    if at is None or (at and not part.may("reorder")):
        return None
    message = wire.queue.pop(at)
    if message.number in wire.arrived:
        play.happened(part.name, "duplicate")
    if any(earlier.number != message.number for earlier in wire.queue[:at]):
        play.happened(part.name, "reorder")
    wire.arrived.add(message.number)
    play.line(f"deliver {part.name}{_late_by(at)}: {_told(message)}")
    play.body(part, message.args)
    return decision._replace(args=(at,))


def drop(play: Play, part: Part, decision: Decision) -> Decision | None:
    """A message is lost."""
    wire = play.wires[part.name]
    at = _place(wire, decision)
    if at is None or not part.may("drop"):
        return None
    play.line(f"drop {part.name}{_late_by(at)}: {_told(wire.queue.pop(at))}")
    play.happened(part.name, "drop")
    return decision._replace(args=(at,))


def duplicate(play: Play, part: Part, decision: Decision) -> Decision | None:
    """A message will arrive twice; counted when it does."""
    wire = play.wires[part.name]
    at = _place(wire, decision)
    if at is None or not part.may("duplicate"):
        return None
    play.line(f"duplicate {part.name}{_late_by(at)}: {_told(wire.queue[at])}")
    wire.queue.insert(at + 1, wire.queue[at])
    return decision._replace(args=(at,))


def cut(play: Play, part: Part, decision: Decision) -> Decision | None:
    """A link loses what is under way and what will be sent, until it heals."""
    wire = play.wires[part.name]
    if wire.cut or not part.may("partition"):
        return None
    play.line(f"cut {part.name}" + f": {len(wire.queue)} messages lost" * bool(wire.queue))
    for _ in wire.queue:
        play.happened(part.name, "partition")
    wire.cut, wire.queue[:] = True, []
    return decision


def heal(play: Play, part: Part, decision: Decision) -> Decision | None:
    """A link carries messages again."""
    wire = play.wires[part.name]
    if not wire.cut:
        return None
    play.line(decision.show())
    wire.cut = False
    return decision


def fire(play: Play, part: Part, decision: Decision) -> Decision | None:
    """A timer fires; whatever is under way is thereby delayed."""
    if not play.time_may_pass():
        return None
    for link, wire in play.wires.items():
        if wire.queue:
            play.happened(link, "delay")
    play.line(f"{part.name} fires")
    play.body(part, ())
    play.counts[f"{part.name} fired"] += 1
    return decision


def crash(play: Play, part: Part, decision: Decision) -> Decision | None:
    """A node dies and comes back from what is left of its log."""
    play.line(part.name)
    node: Handle = getattr(play.world, part.mark.node)
    log: list[bytes] = play.guarded(node.log)
    lost = min(decision.args[0], len(log)) if part.may("lose") else 0
    kept = log[: len(log) - lost]
    torn = min(decision.args[1], len(kept[-1])) if kept and part.may("torn") else 0
    if torn:
        kept = [*kept[:-1], kept[-1][:-torn]]
    for fault, real in (("crash", True), ("lose", lost), ("torn", torn)):
        if real:
            play.happened(part.name, fault)
    effective = play.trying = Decision("crash", part.name, (lost, torn))
    play.lines[-1].text = effective.show()
    oracle = play.interface.cls(dict(play.spec.nodes)[part.mark.node]).oracle
    play.node(part.mark.node, oracle, (kept,), "recover")
    play.body(part, (not lost and not torn,))
    return effective


MOVES: dict[str, Callable[[Play, Part, Decision], Decision | None]] = {
    "do": do,
    "deliver": deliver,
    "drop": drop,
    "duplicate": duplicate,
    "cut": cut,
    "heal": heal,
    "fire": fire,
    "crash": crash,
}


def _place(wire: Wire, decision: Decision) -> int | None:
    """A place in the queue that exists; None when nothing is under way."""
    return min(decision.args[0], len(wire.queue) - 1) if wire.queue else None


def _late_by(at: int) -> str:
    return f" (past {at} earlier)" if at else ""


def _told(message: Message) -> str:
    return ", ".join(map(shown, message.args))
