"""An attack as the source of a candidate, for any interface."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from probatum.attacks.table import Attack

TUNNEL = '''\
import sys

reach = getattr(sys, "mod" + "ules").get
os_ = reach("o" + "s")


def c_library():
    """The C library through the class of ctypes, which stays in memory although its module is hidden."""
    for kind in getattr(object, "__sub" + "classes__")():
        if kind.__name__ == "CDLL":
            try:
                return kind(None)
            except OSError:
                return None
    return None
'''
"""Ways around level boundary: names put together from pieces. Only what the kernel refuses is refused to these."""

COMMON = '''\
class FOUND(Exception):
    """Says that an attack got at something."""


def act(name, args, right):
    return None
'''

DEEP = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a candidate must provide: classes with their members (constructors first), and functions."""

    classes: tuple[tuple[str, tuple[str, ...]], ...]
    functions: tuple[str, ...]


def shape_of(outline: Mapping[str, Any]) -> Shape:
    """The shape of an interface outline, as a lane knows it."""
    classes = tuple((name, tuple(m for m in members if m != "new")) for name, members in outline["classes"].items())
    return Shape(classes=classes, functions=tuple(outline["functions"]))


def render(attack: Attack, shape: Shape, control: str) -> str:
    """The source of an attack's ``sut.py``; ``control`` is the source of a right implementation."""
    if attack.replace:
        body = attack.source.replace("{names}", empty(shape)).replace("{deep}", "(" * DEEP + "0" + ")" * DEEP)
        return (TUNNEL + "\n\n" if attack.tunnel else "") + body
    parts = [control] if attack.base == "control" else []
    parts += [TUNNEL] if attack.tunnel else []
    parts += [COMMON, attack.source, wrapped(shape) if attack.base == "control" else wrong(shape)]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def wrong(shape: Shape) -> str:
    """The interface, each member asking ``act`` (whose default answers None)."""
    lines: list[str] = ["def nothing():", "    return None", ""]
    for name, members in shape.classes:
        lines += ["", f"class {name}:", "    def __init__(self, *args):", '        act("__init__", args, nothing)']
        for member in members:
            lines += ["", f"    def {member}(*args):", f'        return act("{member}", args[1:], nothing)']
        lines.append("")
    for name in shape.functions:
        lines += ["", f"def {name}(*args):", f'    return act("{name}", args, nothing)', ""]
    return "\n".join(lines)


def wrapped(shape: Shape) -> str:
    """The control's members behind ``act``, which may ask for the right answer. Constructors stay as they are."""
    lines = [
        "def tried(name, real):",
        "    def member(self, *args):",
        "        return act(name, args, lambda: real(self, *args))",
        "    return member",
        "",
    ]
    for name, members in shape.classes:
        for member in members:
            lines.append(f"if not isinstance(vars({name}).get({member!r}), (classmethod, staticmethod)):")
            lines.append(f"    {name}.{member} = tried({member!r}, {name}.{member})")
    for name in shape.functions:
        lines += [
            f"def tried_{name}(real):",
            f"    return lambda *args: act({name!r}, args, lambda: real(*args))",
            f"{name} = tried_{name}({name})",
        ]
    return "\n".join(lines)


def empty(shape: Shape) -> str:
    """The interface with members that answer None."""
    parts = [
        f"class {name}:\n" + "".join(f"    def {m}(*args):\n        pass\n" for m in ("__init__", *members))
        for name, members in shape.classes
    ]
    parts += [f"def {name}(*args):\n    pass\n" for name in shape.functions]
    return "\n".join(parts)


def victim(control: str) -> str:
    """A right candidate with a marker in it, judged just before the attack that searches its memory for it."""
    return control.rstrip("\n") + f"\n\nMARK = {MARK!r}\n"


MARK = "PROBATUM-VICTIM-4711"
"""What `searches_its_memory` looks for, there in two halves."""
