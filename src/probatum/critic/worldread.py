"""Worlds as their source shows them: which links there are, what an adversary may do on each, what it never does.

Nothing is executed here; the judge reads the same classes by running them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

from probatum.critic.clone import called
from probatum.task.world import LinkFault

LINK_FAULTS: tuple[str, ...] = get_args(LinkFault)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link of a world: its method as it stands, and the faults declared there."""

    node: ast.FunctionDef
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldText:
    """A `@world` class as text."""

    node: ast.ClassDef
    mark: ast.Call
    links: dict[str, Link]

    @property
    def name(self) -> str:
        """The name of the class."""
        return self.node.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Spared:
    """Faults that a world injects on some link and that no world ever injects on this one."""

    world: WorldText
    link: str
    faults: tuple[str, ...]
    where: tuple[str, ...]
    """The links of the world that have them."""


def worlds_in(module: ast.Module) -> list[WorldText]:
    """Every `@world` class whose bases are plain classes of the module or World itself."""
    classes = {n.name: n for n in module.body if isinstance(n, ast.ClassDef)}
    found = []
    for node in classes.values():
        mark = next((d for d in node.decorator_list if isinstance(d, ast.Call) and called(d) == "world"), None)
        if mark is not None:
            found.append(WorldText(node=node, mark=mark, links=_links(node, classes)))
    return found


def _links(node: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> dict[str, Link]:
    """Links by name, as the class has them: its own before those of its bases. None where several bases could both
    have one, because then the order of bases decides."""
    links: dict[str, Link] = {}
    seen: set[str] = set()
    current: ast.ClassDef | None = node
    while current is not None and current.name not in seen:
        seen.add(current.name)
        for member in current.body:
            if isinstance(member, ast.FunctionDef) and member.name not in links:
                mark = link_mark(member)
                if mark is not None:
                    links[member.name] = Link(node=member, faults=mark)
        if len(current.bases) > 1:
            return {}
        base = current.bases[0] if current.bases else None
        current = classes.get(base.id) if isinstance(base, ast.Name) else None
    return links


def link_mark(node: ast.FunctionDef) -> tuple[str, ...] | None:
    """The faults of a function decorated with `link(...)` alone, all of them texts; None for any other function."""
    if len(node.decorator_list) != 1:
        return None
    mark = node.decorator_list[0]
    if not isinstance(mark, ast.Call) or not isinstance(mark.func, ast.Name) or mark.func.id != "link" or mark.keywords:
        return None
    faults = [a.value for a in mark.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    return tuple(faults) if len(faults) == len(mark.args) else None


def spared(module: ast.Module) -> list[Spared]:
    """Links that every world spares from what a world does elsewhere, the world with the most faults first."""
    worlds = worlds_in(module)
    ever: dict[str, set[str]] = {}
    for world in worlds:
        for name, link in world.links.items():
            ever.setdefault(name, set()).update(link.faults)
    found = []
    for world in sorted(worlds, key=lambda w: -sum(len(link.faults) for link in w.links.values())):
        known = {fault for link in world.links.values() for fault in link.faults}
        for name in world.links:
            faults = tuple(f for f in LINK_FAULTS if f in known - ever[name])
            if faults:
                where = tuple(n for n, link in world.links.items() if set(faults) & set(link.faults))
                found.append(Spared(world=world, link=name, faults=faults, where=where))
    return found


def added_world_faults(node: ast.ClassDef, old: ast.Module) -> Iterator[str]:
    """Why a class may not be added by a proposal: it may only be an old world with more faults on its own links."""
    where = f"task.py: {node.name}"
    base = node.bases[0].id if len(node.bases) == 1 and isinstance(node.bases[0], ast.Name) else ""
    world = next((w for w in worlds_in(old) if w.name == base), None)
    if world is None or node.keywords or getattr(node, "type_params", None):
        yield f"{where} may not be added: it is no world of before with more faults"
        return
    yield from _marks(node, where)
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    for member in body:
        yield from _member(member, world, where)
    if not body:
        yield f"{where} adds no fault"


def _marks(node: ast.ClassDef, where: str) -> Iterator[str]:
    marks = node.decorator_list
    plain = len(marks) == 1 and isinstance(marks[0], ast.Call) and isinstance(marks[0].func, ast.Name)
    mark = marks[0] if plain else None
    if not isinstance(mark, ast.Call) or called(mark) != "world" or mark.args:
        yield f"{where} must be decorated with world(...) alone"
        return
    for part in mark.keywords:
        number = isinstance(part.value, ast.Constant) and type(part.value.value) is int
        if part.arg not in ("steps", "exhaustive", "apart") or not number:
            yield f"{where}: world(...) takes steps, exhaustive and apart as plain numbers"


def _member(member: ast.stmt, world: WorldText, where: str) -> Iterator[str]:
    """A link of before with the same body and more faults."""
    old = world.links.get(member.name) if isinstance(member, ast.FunctionDef) else None
    if old is None or not isinstance(member, ast.FunctionDef):
        yield f"{where} contains more than the links of {world.name}"
        return
    faults = link_mark(member)
    if faults is None or not set(faults) <= set(LINK_FAULTS) or len(set(faults)) < len(faults):
        yield f"{where}.{member.name} must be decorated with link(...) and faults alone"
    elif not set(old.faults) < set(faults):
        yield f"{where}.{member.name} has not more faults than before"
    if _bare(member) != _bare(old.node):
        yield f"{where}.{member.name} does something else than before"
    if any(isinstance(n, ast.Name) and n.id in ("super", "__class__") for n in ast.walk(member)):
        yield f"{where}.{member.name} speaks of its base class"


def _bare(node: ast.FunctionDef) -> str:
    """A function without its decorators, as text that shows every difference."""
    return ast.dump(ast.FunctionDef(node.name, node.args, node.body, [], node.returns, None))
