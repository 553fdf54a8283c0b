"""Names of types in Rust for what a task declares."""

from __future__ import annotations

from probatum.errors import TaskError
from probatum.types.kinds import Choice, Int


def enum_name(kind: Choice) -> str:
    """The name of a generated enum, made of its members: ``DataAck``."""
    return "".join(camel(m) for m in kind.members)


def imported(name: str) -> str:
    """The mark of a name that a candidate imports for itself, among the names that are its own."""
    return f"use {name}"


def int_type(kind: Int) -> str:
    """The integer type of a kind; raises `TaskError` for an unbounded one."""
    if kind.width is not None:
        return kind.width.lower()
    if kind.lo is not None and kind.hi is not None and kind.lo >= -(2**63) and kind.hi < 2**63:
        return "i64"
    raise TaskError("an unbounded int has no type in Rust", file="task.py", fix="Declare I64, U64 or the like")


def camel(text: str) -> str:
    """``two_words`` as ``TwoWords``; raises `TaskError` for what is no name."""
    name = "".join(part[:1].upper() + part[1:] for part in text.replace("-", "_").replace(" ", "_").split("_"))
    if not (name.isascii() and name.isidentifier()):
        raise TaskError(f"enum member {text!r} has no name in Rust", file="task.py", fix="Use letters and digits")
    return name
