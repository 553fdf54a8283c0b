"""Kinds from annotations that are read, not evaluated; and kinds as text."""

from __future__ import annotations

import ast
from collections import namedtuple
from collections.abc import Callable
from dataclasses import dataclass, replace

from probatum.newtask.source import SourceFile
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
    SetOf,
    Str,
    TupleOf,
    Unit,
)


class Unsupported(Exception):
    """A type that values on the wire cannot have; the text is the clause that says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnumOf(Choice):
    """An enum class of the user's file: on the wire its values where those are strings, else its members' names."""

    class_name: str
    by_value: bool


PLAIN: dict[str, Kind] = {
    **{f"U{bits}": Int(lo=0, hi=2**bits - 1, width=f"u{bits}") for bits in (8, 16, 32, 64)},
    **{f"I{bits}": Int(lo=-(2 ** (bits - 1)), hi=2 ** (bits - 1) - 1, width=f"i{bits}") for bits in (8, 16, 32, 64)},
    "F64": Float(),
    "bool": Bool(),
    "int": Int(),
    "float": Float(),
    "str": Str(),
    "bytes": Bytes(),
    "None": Unit(),
}
LISTS = {"list", "List"}
LIKE_LISTS = {"Sequence", "MutableSequence", "Iterable", "Collection"}
SETS = {"set", "Set", "frozenset", "FrozenSet"}
DICTS = {"dict", "Dict"}
LIKE_DICTS = {"Mapping", "MutableMapping"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads annotations written in a file. ``results``: abstract containers are refused, because results are exact."""

    file: SourceFile
    results: bool = False
    open: tuple[str, ...] = ()
    """Names being read, against endless recursion."""

    def read(self, node: ast.expr) -> Kind:
        """The kind of an annotation; raises `Unsupported`."""
        if isinstance(node, ast.Constant):
            return self._constant(node)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return self._option([node.left, node.right])
        if isinstance(node, ast.Subscript):
            return self._subscript(last_name(node.value), _items(node.slice))
        return self._named(last_name(node), node)

    def _constant(self, node: ast.Constant) -> Kind:
        if node.value is None:
            return Unit()
        if isinstance(node.value, str):
            return self.read(parse_type(node.value))
        raise Unsupported(f"`{ast.unparse(node)}` is no type")

    def _option(self, items: list[ast.expr]) -> Kind:
        flat: list[ast.expr] = []
        for item in items:
            both = isinstance(item, ast.BinOp) and isinstance(item.op, ast.BitOr)
            flat += [item.left, item.right] if isinstance(item, ast.BinOp) and both else [item]
        kinds = [self.read(item) for item in flat]
        rest = [kind for kind in kinds if not isinstance(kind, Unit)]
        if len(rest) != 1 or len(kinds) != 2 or isinstance(rest[0], OptionOf):
            raise Unsupported(f"the union `{' | '.join(map(ast.unparse, flat))}` has no counterpart in other languages")
        return OptionOf(item=rest[0])

    def _subscript(self, name: str, items: list[ast.expr]) -> Kind:
        if name in LISTS or (name in LIKE_LISTS and not self.results):
            return ListOf(item=self.read(items[0]))
        if name in SETS or (name == "AbstractSet" and not self.results):
            return SetOf(item=self.read(items[0]))
        if (name in DICTS or (name in LIKE_DICTS and not self.results)) and len(items) == 2:
            return DictOf(key=self.read(items[0]), value=self.read(items[1]))
        if name in ("tuple", "Tuple"):
            if any(isinstance(item, ast.Constant) and item.value is ... for item in items):
                raise Unsupported("a tuple of any length is no type on the wire: use `list[...]`")
            return TupleOf(items=tuple(self.read(item) for item in items))
        if name == "Optional":
            return self._option([items[0], ast.Constant(value=None)])
        if name == "Union":
            return self._option(items)
        if name in ("Annotated", "Final"):
            return self.read(items[0])
        if name == "Literal" and all(isinstance(i, ast.Constant) and isinstance(i.value, str) for i in items):
            return Choice(members=tuple(str(i.value) for i in items if isinstance(i, ast.Constant)))
        raise Unsupported(f"`{name}[...]` is not a type that values on the wire can have")

    def _named(self, name: str, node: ast.expr) -> Kind:
        if name in self.open:
            raise Unsupported(f"`{name}` contains itself")
        defined = self.file.definition(name)
        inner = Reader(file=self.file, results=self.results, open=(*self.open, name))
        if isinstance(defined, ast.ClassDef):
            return inner.read_class(defined)
        value = self.file.assigned(name)
        if value is not None and name not in PLAIN:
            return inner.read(value)
        if name in PLAIN:
            return PLAIN[name]
        if name in LISTS | SETS | DICTS | {"tuple", "Tuple"}:
            raise Unsupported(f"`{name}` needs the type of its items, e.g. `{name}[int]`")
        raise Unsupported(f"`{ast.unparse(node)}` is not a type that values on the wire can have")

    def read_class(self, node: ast.ClassDef) -> Kind:
        """A named tuple or an enum; raises `Unsupported` for any other class."""
        bases = [last_name(base) for base in node.bases]
        if "NamedTuple" in bases:
            return self._record(node)
        if any(base in ("Enum", "StrEnum", "IntEnum") for base in bases):
            return _enum(node, text="StrEnum" in bases or "str" in bases)
        if any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list):
            raise Unsupported(
                f"`{node.name}` is a dataclass, and values on the wire have no identity: "
                f"write it as `class {node.name}(NamedTuple):` with the same fields"
            )
        raise Unsupported(f"`{node.name}` is a class of its own: make it a NamedTuple")

    def _record(self, node: ast.ClassDef) -> Record:
        fields = [
            (s.target.id, s.annotation)
            for s in node.body
            if isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name)
        ]
        if not fields:
            raise Unsupported(f"`{node.name}` has no fields")
        kinds = tuple((name, self.read(annotation)) for name, annotation in fields)
        if any(holds_enum(kind) for _, kind in kinds):
            raise Unsupported(f"`{node.name}` has an enum in a field: use `Literal[...]` of strings there")
        made: Callable[..., type] = namedtuple
        return Record(cls=made(node.name, [name for name, _ in fields]), fields=kinds)


def _enum(node: ast.ClassDef, *, text: bool) -> EnumOf:
    rows = [
        (s.targets[0].id, s.value)
        for s in node.body
        if isinstance(s, ast.Assign) and isinstance(s.targets[0], ast.Name)
    ]
    rows = [(name, value) for name, value in rows if not name.startswith("_")]
    values = [value.value for _, value in rows if isinstance(value, ast.Constant) and isinstance(value.value, str)]
    if not rows:
        raise Unsupported(f"the enum `{node.name}` has no members that can be read off its source")
    by_value = len(values) == len(rows)
    if text and not by_value:
        raise Unsupported(f"the enum `{node.name}` needs its strings written out (no `auto()`)")
    members = tuple(values) if by_value else tuple(name for name, _ in rows)
    return EnumOf(members=members, class_name=node.name, by_value=by_value)


def _items(node: ast.expr) -> list[ast.expr]:
    return list(node.elts) if isinstance(node, ast.Tuple) else [node]


def last_name(node: ast.AST) -> str:
    """``Optional`` of ``typing.Optional``; "" for what is no name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def parse_type(text: str) -> ast.expr:
    """A type written as text; raises `Unsupported`."""
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        raise Unsupported(f"`{text}` is no type") from None


def parts(kind: Kind) -> tuple[Kind, ...]:
    """The kinds directly inside a kind."""
    match kind:
        case ListOf() | SetOf() | OptionOf():
            return (kind.item,)
        case DictOf():
            return (kind.key, kind.value)
        case TupleOf():
            return kind.items
        case Record():
            return tuple(k for _, k in kind.fields)
    return ()


def holds(kind: Kind, sought: type[Kind] | tuple[type[Kind], ...]) -> bool:
    """Whether a kind is, or has inside, one of these."""
    return isinstance(kind, sought) or any(holds(part, sought) for part in parts(kind))


def holds_enum(kind: Kind) -> bool:
    """Whether enum members occur in values of the kind."""
    return holds(kind, EnumOf)


def on_wire(kind: Kind) -> Kind:
    """The kind with enum classes as the strings that stand for their members."""
    match kind:
        case EnumOf():
            return Choice(members=kind.members)
        case ListOf() | SetOf() | OptionOf():
            return replace(kind, item=on_wire(kind.item))
        case DictOf():
            return replace(kind, key=on_wire(kind.key), value=on_wire(kind.value))
        case TupleOf():
            return replace(kind, items=tuple(map(on_wire, kind.items)))
    return kind


def render(kind: Kind, *, machine: bool = True) -> str:
    """The kind as an annotation; without ``machine`` as a candidate in plain Python would write it."""
    match kind:
        case Unit():
            return "None"
        case Bool():
            return "bool"
        case Int():
            return kind.width.upper() if kind.width and machine else "int"
        case Float():
            return "float"
        case Str():
            return "str"
        case Bytes():
            return "bytes"
        case ListOf():
            return f"list[{render(kind.item, machine=machine)}]"
        case SetOf():
            return f"set[{render(kind.item, machine=machine)}]"
        case DictOf():
            return f"dict[{render(kind.key, machine=machine)}, {render(kind.value, machine=machine)}]"
        case TupleOf():
            return f"tuple[{', '.join(render(k, machine=machine) for k in kind.items)}]"
        case OptionOf():
            return f"{render(kind.item, machine=machine)} | None"
        case Record():
            return kind.cls.__name__
        case Choice():
            return f"Literal[{', '.join(map(quoted, kind.members))}]" if machine else "str"
    raise Unsupported(f"no text for {type(kind).__name__}")


def quoted(text: str) -> str:
    """A string literal in double quotes."""
    shown = repr(text)
    if shown[0] == '"' or '"' in text:
        return shown
    return '"' + shown[1:-1].replace("\\'", "'") + '"'
