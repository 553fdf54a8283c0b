"""The types that candidates in Rust are given for what a task declares: records, enums and errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from probatum.task.interface import Interface
from probatum.toolchains.rust.names import camel, enum_name, imported, int_type
from probatum.types.kinds import (
    Bool,
    Bytes,
    Choice,
    DictOf,
    Float,
    Int,
    Kind,
    ListOf,
    OptionOf,
    Record,
    ResultOf,
    SetOf,
    Str,
    TupleOf,
    Unit,
    walk,
)

OURS = "pub mod known { pub use super::*; }\npub mod spoken { pub use super::*; }\n"
"""Within the generated types the same paths lead to those types."""
SIMPLE: dict[type[Kind], str] = {
    Unit: "()",
    Bool: "bool",
    Float: "f64",
    Str: "::std::string::String",
    Bytes: "::std::vec::Vec<u8>",
}
"""Types of kinds without parts."""


def rust_type(kind: Kind, space: str = "") -> str:
    """The type of a kind, as said in ``main.rs``; ``space`` leads there from elsewhere."""

    def inner(part: Kind) -> str:
        return rust_type(part, space)

    match kind:
        case Int():
            return int_type(kind)
        case ListOf(item=item):
            return f"::std::vec::Vec<{inner(item)}>"
        case SetOf(item=item):
            return f"::std::collections::BTreeSet<{inner(item)}>"
        case DictOf(key=key, value=value):
            return f"::std::collections::BTreeMap<{inner(key)}, {inner(value)}>"
        case TupleOf(items=items):
            return "(" + "".join(f"{inner(i)}, " for i in items) + ")"
        case OptionOf(item=item):
            return f"::std::option::Option<{inner(item)}>"
        case ResultOf(ok=ok, err=err):
            return f"::std::result::Result<{inner(ok)}, {inner(err)}>"
        case Record():
            return f"{space}known::{kind.cls.__name__}"
        case Choice():
            return f"{space}spoken::{enum_name(kind)}"
    return SIMPLE[type(kind)]


def all_kinds(interface: Interface) -> Iterator[Kind]:
    """Every kind in a signature, with its parts."""
    for _, method in interface.every_method():
        for kind in [p.kind for p in method.params] + ([method.result] if method.result else []):
            yield from walk(kind)


def choices(kinds: list[Kind]) -> list[Choice]:
    """The enums, each once."""
    return list({k.members: k for k in kinds if isinstance(k, Choice)}.values())


def type_items(interface: Interface, kinds: list[Kind], own: Mapping[str, str]) -> Iterator[str]:
    """The declarations of all types; ``own``: those that the candidate declares itself."""
    for choice in choices(kinds):
        members = ", ".join(camel(m) for m in choice.members)
        derived = "Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord"
        yield f"#[derive({derived})]\npub enum {enum_name(choice)} {{ {members} }}\n"
    for record in interface.records():
        held = [k for k in walk(record) if k is not record]
        derived = "Debug, Clone, PartialEq, PartialOrd"
        if not any(isinstance(k, Float) for k in held):
            derived += ", Eq, Ord, Hash"
        if all(isinstance(k, Unit | Bool | Int | Float | Choice | TupleOf | OptionOf | Record) for k in held):
            derived += ", Copy"
        # Where the candidate has a record of its own nobody uses this one: its types stay ours, with what they derive.
        space = "self::" if record.cls.__name__ in own else "super::"
        fields = ", ".join(f"pub r#{n}: {rust_type(k, space)}" for n, k in record.fields)
        yield f"#[derive({derived})]\npub struct {record.cls.__name__} {{ {fields} }}\n"
    yield from (f"pub type {alias} = {name};\n" for alias, name in _aliases(interface))
    for error in sorted({e for _, m in interface.every_method() for e in m.raises}):
        yield f"#[derive(Debug, Clone, Copy, PartialEq, Eq)]\npub struct {error};\n"


def _aliases(interface: Interface) -> list[tuple[str, str]]:
    """A shorter name for the enum of a record's field, ``Kind`` for ``kind``, where it can mean nothing else."""
    found: dict[str, set[str]] = {}
    for record in interface.records():
        for name, kind in record.fields:
            if isinstance(kind, Choice):
                found.setdefault(camel(name), set()).add(enum_name(kind))
    taken = {*interface.names, *(r.cls.__name__ for r in interface.records())}
    taken |= {e for _, m in interface.every_method() for e in m.raises} | {n for names in found.values() for n in names}
    return sorted((alias, min(names)) for alias, names in found.items() if len(names) == 1 and alias not in taken)


def known_items(interface: Interface, own: Mapping[str, str]) -> Iterator[str]:
    """Where each record and error is: in the candidate's module, which may have its own, but for those that it imports
    for itself."""
    names = {record.cls.__name__ for record in interface.records()}
    for name in sorted(names | {e for _, m in interface.every_method() for e in m.raises}):
        yield f"pub use crate::{_home(name, own)}::{name};\n"


def _home(name: str, own: Mapping[str, str]) -> str:
    return "types" if imported(name) in own and name not in own else "sut"


def spoken_items(interface: Interface, kinds: list[Kind], own: Mapping[str, str]) -> Iterator[str]:
    """By which name of the candidate's module each enum is known: that of its own field, its own enum, or the alias."""
    fields = [(f"{r.cls.__name__}.{n}", k) for r in interface.records() for n, k in r.fields]
    aliases = {name: alias for alias, name in _aliases(interface)}
    for choice in choices(kinds):
        name = enum_name(choice)
        said = [own[field] for field, kind in fields if field in own and kind == choice]
        known = [*said, own.get(name), aliases.get(name), name]
        said_by = next(filter(None, known))
        yield f"pub use crate::{_home(said_by, own)}::{said_by} as {name};\n"
