"""The worlds of a task file as values: nodes, parts and clauses, read from `@world` classes."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from probatum.errors import TaskError
from probatum.task.declare import LAW_MARK, SUT_MARK, LawMark
from probatum.task.interface import Interface, Param, with_default
from probatum.task.world import PART_MARK, WORLD_MARK, PartMark, World, WorldMark
from probatum.types.annotations import kind_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An action, link, timer or crash of a world."""

    name: str
    mark: PartMark
    sentence: str
    params: tuple[Param, ...]
    body: Callable[..., Any]
    line: int

    def may(self, fault: str) -> bool:
        """Whether the adversary has this fault here."""
        return fault in self.mark.faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A law of a world: always (an invariant), eventually (within fair steps), sometimes (must be reached)."""

    name: str
    sentence: str
    mark: LawMark
    body: Callable[..., Any]
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldSpec:
    """One `@world` class."""

    name: str
    cls: type[World]
    mark: WorldMark
    nodes: tuple[tuple[str, str], ...]
    """Attribute and class of the nodes that are made before the start."""
    parts: tuple[Part, ...]
    clauses: tuple[Clause, ...]

    def of(self, kind: str) -> tuple[Part, ...]:
        """The parts of one kind, in order."""
        return tuple(p for p in self.parts if p.mark.kind == kind)

    def part(self, name: str) -> Part | None:
        """The part of that name."""
        return next((p for p in self.parts if p.name == name), None)

    def laws(self, kind: str) -> tuple[Clause, ...]:
        """The clauses of one kind, in order."""
        return tuple(c for c in self.clauses if c.mark.kind == kind)

    def faults(self) -> tuple[str, ...]:
        """Every declared fault as "link drop"."""
        return tuple(f"{p.name} {fault}" for p in self.parts for fault in p.mark.faults)

    def cited(self) -> tuple[str, ...]:
        """The requirements that its laws cite."""
        marks: list[PartMark | LawMark] = [*(p.mark for p in self.parts), *(c.mark for c in self.clauses)]
        return tuple(dict.fromkeys(r for mark in marks for r in mark.requirements))

    def described(self) -> list[dict[str, Any]]:
        """Its laws as the controller and authors see them."""
        rows = [(c.name, c.sentence, c.mark.kind, c.mark.requirements, c.line) for c in self.clauses]
        rows += [(p.name, p.sentence, "always", p.mark.requirements, p.line) for p in self.parts if p.mark.requirements]
        keys = ("name", "sentence", "kind", "requirements", "line")
        return [dict(zip(keys, (n, s, k, list(r), line), strict=True)) for n, s, k, r, line in rows]


def worlds_of(namespace: Mapping[str, Any], interface: Interface, *, file: str = "task.py") -> tuple[WorldSpec, ...]:
    """The worlds of a namespace; raises `TaskError` naming line and fix."""
    found = [v for v in namespace.values() if inspect.isclass(v) and isinstance(vars(v).get(WORLD_MARK), WorldMark)]
    specs = tuple(_spec(cls, interface, file) for cls in found)
    bodies: dict[str, Any] = {}
    laws: list[Part | Clause] = []
    for spec in specs:
        laws += [*spec.clauses, *spec.parts]
    for law in laws:
        named = isinstance(law, Clause) or bool(law.mark.requirements)
        if named and bodies.setdefault(law.name, law.body) is not law.body:
            raise TaskError(
                f"two laws of worlds are named {law.name}", file=file, line=law.line, fix="Give each its own name"
            )
    return specs


def _spec(cls: type[Any], interface: Interface, file: str) -> WorldSpec:
    line = _line(cls)
    if not issubclass(cls, World):
        raise TaskError(
            f"world {cls.__name__} is no World", file=file, line=line, fix=f"Write class {cls.__name__}(World)"
        )
    spec = WorldSpec(
        name=cls.__name__,
        cls=cls,
        mark=vars(cls)[WORLD_MARK],
        nodes=tuple(_nodes(cls, interface, file, line)),
        parts=tuple(_part(n, m, file) for n, m in _members(cls) if isinstance(vars(m).get(PART_MARK), PartMark)),
        clauses=tuple(_clause(n, m, file) for n, m in _members(cls) if isinstance(vars(m).get(LAW_MARK), LawMark)),
    )
    _check(spec, interface, file, line)
    return spec


def _members(cls: type[Any]) -> Iterator[tuple[str, Any]]:
    """Functions of a class and its bases, bases first, each name once as the class has it."""
    names = dict.fromkeys(n for base in reversed(cls.__mro__) for n, m in vars(base).items() if inspect.isfunction(m))
    for name in names:
        yield name, getattr(cls, name)


def _nodes(cls: type[Any], interface: Interface, file: str, line: int) -> Iterator[tuple[str, str]]:
    try:
        hints = typing.get_type_hints(cls)
    except (NameError, TypeError) as problem:
        raise TaskError(
            f"the annotations of world {cls.__name__} cannot be evaluated: {problem}", file=file, line=line
        ) from None
    for name, kind in hints.items():
        if inspect.isclass(kind) and SUT_MARK in vars(kind) and not interface.cls(kind.__name__).makers[0].params:
            yield name, kind.__name__


def _part(name: str, body: Any, file: str) -> Part:
    line = body.__code__.co_firstlineno
    mark: PartMark = vars(body)[PART_MARK]
    sentence = _sentence(body)
    if mark.requirements and not sentence:
        raise TaskError(
            f"{name}() is a law without a sentence", file=file, line=line, fix="Give it a docstring: one plain sentence"
        )
    params = _params(name, body, file, line) if mark.kind == "action" else ()
    return Part(name=name, mark=mark, sentence=sentence, params=params, body=body, line=line)


def _params(name: str, body: Any, file: str, line: int) -> tuple[Param, ...]:
    hints = typing.get_type_hints(body, include_extras=True)
    made = []
    for param in list(inspect.signature(body).parameters.values())[1:]:
        try:
            made.append(Param(name=param.name, kind=with_default(kind_of(hints.get(param.name)), param.default)))
        except TypeError as problem:
            raise TaskError(f"parameter {param.name!r} of {name}(): {problem}", file=file, line=line) from None
    return tuple(made)


def _clause(name: str, body: Any, file: str) -> Clause:
    line = body.__code__.co_firstlineno
    mark: LawMark = vars(body)[LAW_MARK]
    sentence = _sentence(body)
    if not sentence:
        raise TaskError(
            f"law {name}() has no sentence", file=file, line=line, fix="Give it a docstring: one plain sentence"
        )
    if mark.kind not in ("always", "eventually", "sometimes"):
        raise TaskError(f"@{mark.kind} has no meaning in a world", file=file, line=line, fix="Use @always")
    if mark.kind == "eventually" and mark.within < 1:
        raise TaskError(f"law {name}() needs within >= 1", file=file, line=line, fix="Write @eventually(within=200)")
    return Clause(name=name, sentence=sentence, mark=mark, body=body, line=line)


def _sentence(body: Any) -> str:
    return " ".join((inspect.getdoc(body) or "").split("\n\n")[0].split())


def _check(spec: WorldSpec, interface: Interface, file: str, line: int) -> None:
    if not spec.of("action") and not spec.of("timer"):
        raise TaskError(
            f"nothing happens in world {spec.name}", file=file, line=line, fix="Mark a method with @action()"
        )
    if not spec.laws("always") and not spec.laws("eventually") and not any(p.mark.requirements for p in spec.parts):
        raise TaskError(f"world {spec.name} has no law", file=file, line=line, fix="Add an @always or @eventually")
    owners = dict(spec.nodes)
    for part in spec.of("crash"):
        owner = owners.get(part.mark.node)
        members = {m.name for m in (*interface.cls(owner).makers, *interface.cls(owner).methods)} if owner else set()
        if not {"recover", "log"} <= members:
            raise TaskError(
                f"{part.name}() crashes {part.mark.node!r}, which declares no log() and classmethod recover(log)",
                file=file,
                line=part.line,
                fix="Name a node whose class declares both, or leave the crash out",
            )


def _line(cls: type[Any]) -> int:
    lines = [m.__code__.co_firstlineno for m in vars(cls).values() if inspect.isfunction(m)]
    return int(getattr(cls, "__firstlineno__", None) or min(lines, default=1))
