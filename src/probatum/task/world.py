"""Worlds: systems under test joined by links, timers and crashes that the judge owns.

A world is ordinary Python in `task.py`: a class whose annotated attributes are the nodes, whose marked methods say
what clients do, what arrives where, which timers exist and who may crash, and whose laws are `always`, `eventually`
and `sometimes` methods. The judge decides what happens next; nothing here acts by itself. The shape is Stateright's
actor systems; the idea of a simulation whose every decision is a value is TigerBeetle's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])
LinkFault = Literal["drop", "duplicate", "reorder", "delay", "partition"]
CrashFault = Literal["lose", "torn"]
PartKind = Literal["action", "link", "timer", "crash"]

WORLD_MARK = "__probatum_world__"
PART_MARK = "__probatum_part__"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldMark:
    """What `@world` was told."""

    steps: int = 24
    """The most decisions of one drawn schedule."""
    exhaustive: int = 0
    """Every schedule of up to so many decisions is tried as well."""
    apart: int = 0
    """Every schedule of up to so many decisions is tried with each node in a process of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartMark:
    """What `@action`, `@link`, `@timer` or `@crash` was told."""

    kind: PartKind
    faults: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    node: str = ""
    """Of a crash: the attribute of the node that crashes."""


class Maker(Protocol):
    """What a world asks of the judge that runs it."""

    def make(self, kind: type[Any], args: tuple[Any, ...]) -> Any:
        """One more instance of a declared class."""
        ...


class World:
    """Base of worlds. Attributes annotated with a `@sut` class are made before `start`, where their constructor takes
    no arguments."""

    _maker: Maker

    def start(self) -> None:
        """Prepare what the world remembers; runs once, before the first decision."""

    def new(self, kind: type[T], *args: Any) -> T:
        """One more instance of a `@sut` class."""
        made: T = self._maker.make(kind, args)
        return made


def world(*, steps: int = 24, exhaustive: int = 0, apart: int = 0) -> Callable[[type[T]], type[T]]:
    """Declare a world. ``steps``: the most decisions of a drawn schedule. ``exhaustive``: all schedules of up to so
    many decisions are tried, too, with the simplest arguments. ``apart``: the same for level conformance, in which each
    node lives in a process of its own, as it would on a machine of its own."""
    return lambda cls: _marked(cls, WORLD_MARK, WorldMark(steps=steps, exhaustive=exhaustive, apart=apart))


def action(*requirements: str) -> Callable[[F], F]:
    """Something a client does; its parameters are drawn. Its assertions are a law of its name. An unmet `assume` at its
    beginning means that it is not possible now."""
    return _part(PartMark(kind="action", requirements=requirements))


def link(*faults: LinkFault) -> Callable[[F], F]:
    """A link between nodes, first in first out. Calling it sends; its body runs when (and if) the message arrives.

    ``faults`` are what the adversary may do: drop, duplicate, reorder, delay (past a timer), partition.
    """
    return _part(PartMark(kind="link", faults=tuple(faults)))


def timer(*requirements: str) -> Callable[[F], F]:
    """Something that time does. It happens when no message is under way, or when every link that carries one may
    delay it."""
    return _part(PartMark(kind="timer", requirements=requirements))


def crash(*faults: CrashFault, node: str, requirements: Sequence[str] = ()) -> Callable[[F], F]:
    """The node (its class has ``log() -> list[bytes]`` and a classmethod ``recover(log)``) dies and comes back from
    what is left of its log. "lose": the last records may be gone; "torn": the last one may be cut.

    The body runs after that; its parameter says whether the whole log was left. Its assertions are a law of its name.
    """
    mark = PartMark(kind="crash", faults=("crash", *faults), requirements=tuple(requirements), node=node)
    return _part(mark)


def _part(mark: PartMark) -> Callable[[F], F]:
    return lambda body: _marked(body, PART_MARK, mark)


def _marked(target: T, name: str, mark: object) -> T:
    setattr(target, name, mark)
    return target
