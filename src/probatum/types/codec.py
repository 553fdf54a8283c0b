"""The exact value codec: Python values to canonical JSON text and back.

The text is ordinary JSON with one-key objects for what JSON lacks, so that a worker in any language can speak it
(``docs/wire.md`` describes it for implementers):

====================  =======================================
value                 text
====================  =======================================
None, bool, int, str  ``null``, ``true``, ``12``, ``"a"``
float                 ``1.5``, ``-0.0``, ``1e+22``; ``{"f":"nan"}``, ``{"f":"inf"}``, ``{"f":"-inf"}``
bytes                 ``{"b":"00ff"}``
list                  ``[...]``
tuple, record         ``{"t":[...]}``
record as argument    ``{"r":["Name",[...]]}``
dict                  ``{"d":[[key,value],...]}`` sorted by the text of the key
set                   ``{"s":[...]}`` sorted by text
Ref                   ``{"ref":[call,index,...]}``
anything else         ``{"x":"type name"}``, equal to nothing
====================  =======================================

Types are exact: a bool is not an int, an int subclass is not an int (it becomes ``x``). This module imports only the
standard
library because the worker host loads it on its own.
"""

import json
from collections.abc import Callable
from json.encoder import encode_basestring_ascii as _quote
from typing import Any

MAX_DEPTH = 64
MAX_INT_DIGITS = 400
MAX_FRAME_BYTES = 24 << 20

MANY = 500
"""Keys of one container from which on colliding hashes are looked for."""

Records = frozenset[tuple[str, ...]] | None


class DecodeError(ValueError):
    """Text that is not a value of the codec."""


class Opaque:
    """A value of a type that the codec does not carry; equal to nothing but itself."""

    __slots__ = ("type_name",)

    def __init__(self, type_name: str) -> None:
        self.type_name = type_name

    def __repr__(self) -> str:
        return f"<an object of type {self.type_name}>"


class Ref:
    """Stands for the result of an earlier call (``call`` is its index), or a part of it (``path`` of indexes)."""

    __slots__ = ("call", "path")

    def __init__(self, call: int, *path: int) -> None:
        self.call = call
        self.path = path

    def __eq__(self, other: object) -> bool:
        return type(other) is Ref and (self.call, self.path) == (other.call, other.path)

    def __hash__(self) -> int:
        return hash((self.call, self.path))

    def __repr__(self) -> str:
        return f"Ref({', '.join(map(str, (self.call, *self.path)))})"


def encode(value: Any, depth: int = MAX_DEPTH, records: Records = None) -> str:
    """Canonical text of a value; what the codec does not carry, or nests deeper than ``depth``, becomes ``x``.

    ``records`` None: a named tuple is an argument and keeps its name. Else (a result): the field names of the
    interface's
    records; a named tuple of such fields is a tuple, one with other fields is not.
    """
    kind = type(value)
    text = ATOMS.get(kind)
    if text is not None:
        return text(value)
    if depth <= 0:
        return '{"x":"nested deeper than the codec allows"}'
    return _container_text(value, kind, depth - 1, records)


def _container_text(value: Any, kind: type, depth: int, records: Records) -> str:
    if kind is list:
        texts = [t(v) if (t := ATOMS.get(type(v))) is not None else encode(v, depth, records) for v in value]
        return "[" + ",".join(texts) + "]"
    if kind is tuple:
        return '{"t":[' + ",".join([encode(v, depth, records) for v in value]) + "]}"
    if kind is dict:
        rows = sorted((encode(k, depth, records), encode(v, depth, records)) for k, v in value.items())
        return '{"d":[' + ",".join([f"[{k},{v}]" for k, v in rows]) + "]}"
    if kind is set or kind is frozenset:
        return '{"s":[' + ",".join(sorted([encode(v, depth, records) for v in value])) + "]}"
    if kind is Ref:
        return '{"ref":[' + ",".join(map(str, (value.call, *value.path))) + "]}"
    if (fields := fields_of(kind)) is not None:
        return _record_text(value, kind, fields, depth, records)
    return '{"x":' + _quote(str(kind.__name__)[:80]) + "}"


def fields_of(kind: type) -> tuple[str, ...] | None:
    """The field names of a named tuple class, or of a class made from one (``class Span(namedtuple(...))``); else
    None."""
    if not issubclass(kind, tuple):
        return None
    fields = next((c.__dict__["_fields"] for c in kind.__mro__ if "_fields" in c.__dict__), None)
    return fields if type(fields) is tuple and all(type(f) is str for f in fields) else None


def _record_text(value: Any, kind: type, fields: tuple[str, ...], depth: int, records: Records) -> str:
    items = list(tuple.__iter__(value))
    if records is None:
        return '{"r":[' + _quote(kind.__name__) + ",[" + ",".join([encode(v, depth, records) for v in items]) + "]]}"
    if fields not in records or len(items) != len(fields):
        return '{"x":' + _quote(f"{kind.__name__}({', '.join(fields)})"[:200]) + "}"
    return '{"t":[' + ",".join([encode(v, depth, records) for v in items]) + "]}"


def _int_text(value: int) -> str:
    if value.bit_length() > 1300:
        return '{"x":"int of more than 390 digits"}'
    return str(value)


def _str_text(value: str) -> str:
    text = _quote(value)
    if "\\ud" in text and _has_lone_surrogate(value):
        return '{"x":"str with a lone surrogate"}'
    return text


def _has_lone_surrogate(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return True
    return False


def _float_text(value: float) -> str:
    if value != value:
        return '{"f":"nan"}'
    if value in (float("inf"), float("-inf")):
        return '{"f":"inf"}' if value > 0 else '{"f":"-inf"}'
    return repr(value)


ATOMS: dict[type, Callable[[Any], str]] = {
    int: _int_text,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _: "null",
    str: _str_text,
    float: _float_text,
    bytes: lambda value: '{"b":"' + value.hex() + '"}',
}
"""How values without parts are written, by their type."""


def decode(text: str | bytes) -> object:
    """The value of a text; records come back as tuples, ``x`` as `Opaque`.

    Raises `DecodeError` on anything malformed, too deep or too large, never anything else.
    """
    return build(parse(text))


def parse(text: str | bytes) -> object:
    """JSON to a tree of lists, scalars and one-key dicts; raises `DecodeError`."""
    if len(text) > MAX_FRAME_BYTES:
        raise DecodeError(f"{len(text)} bytes exceed the limit of {MAX_FRAME_BYTES}")
    try:
        text = text if isinstance(text, str) else text.decode()
        tree = _JSON.decode(text)
        return tree if "\\u" not in text else _paired(tree)
    except DecodeError:
        raise
    except (ValueError, RecursionError) as problem:
        raise DecodeError(f"not JSON of the codec: {str(problem)[:120]}") from None


def _paired(tree: object) -> object:
    """The tree, unless a text in it holds a lone surrogate (``\\ud800``), which no language has to be able to hold."""
    try:
        json.dumps(tree, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise DecodeError("text with a lone surrogate") from None
    return tree


def _parse_int(digits: str) -> int:
    if len(digits) > MAX_INT_DIGITS:
        raise DecodeError(f"an integer of {len(digits)} digits")
    return int(digits)


def _parse_float(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise DecodeError(f"a float out of range: {digits[:30]}")
    return value


def _no_constant(name: str) -> object:
    raise DecodeError(f"bare {name}")


def _one_key(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(pairs) != 1:
        raise DecodeError(f"an object of {len(pairs)} keys; the codec has one-key objects only")
    return dict(pairs)


_JSON = json.JSONDecoder(
    parse_int=_parse_int, parse_float=_parse_float, parse_constant=_no_constant, object_pairs_hook=_one_key
)


def build(tree: object, depth: int = MAX_DEPTH + 4) -> object:
    """A parsed tree to values; raises `DecodeError`."""
    if type(tree) is list:
        if depth <= 0:
            raise DecodeError("nested too deeply")
        return [build(item, depth - 1) for item in tree]
    if type(tree) is dict:
        if depth <= 0:
            raise DecodeError("nested too deeply")
        return _tagged(*next(iter(tree.items())), depth - 1)
    return tree


def _tagged(tag: str, body: object, depth: int) -> object:
    if tag == "x" and type(body) is str:
        return Opaque("".join(c if c.isprintable() else " " for c in body[:200]))
    if tag == "b" and type(body) is str:
        try:
            return bytes.fromhex(body)
        except ValueError:
            raise DecodeError("bytes are not hexadecimal") from None
    if tag == "f" and body in ("nan", "inf", "-inf"):
        return float(body)
    if tag == "r" and type(body) is list and len(body) == 2 and type(body[1]) is list:
        return tuple([build(item, depth) for item in body[1]])
    if type(body) is not list:
        raise DecodeError(f"unknown tag {tag[:20]!r}")
    return _tagged_list(tag, body, depth)


def _tagged_list(tag: str, body: list[object], depth: int) -> object:
    if tag == "ref":
        if not body or not all(type(i) is int and i >= 0 for i in body):
            raise DecodeError("a ref is a list of indexes")
        return Ref(*body)  # type: ignore[arg-type]
    items = [build(item, depth) for item in body]
    try:
        alike = tag != "t" and len(items) > MANY and _hash_alike(tag, items)
    except TypeError:
        alike = True
    if alike:
        raise DecodeError(f"a {tag!r} of {len(items)} items that cannot be hashed, or hash alike")
    try:
        if tag == "t":
            return tuple(items)
        if tag == "s":
            return _distinct(set(items), len(items))
        if tag == "d" and all(type(row) is list and len(row) == 2 for row in items):
            return _distinct(dict(items), len(items))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise DecodeError(f"a {tag!r} with unhashable or malformed items") from None
    raise DecodeError(f"unknown or malformed {tag[:20]!r}")


def _hash_alike(tag: str, items: list[object]) -> bool:
    """Whether keys were chosen to collide: a set of them takes quadratic time, which must not stall a reader."""
    keys = [item[0] for item in items if type(item) is list and item] if tag == "d" else items
    return len({hash(key) for key in keys}) * 4 < len(keys)


def _distinct(made: Any, count: int) -> object:
    if len(made) != count:
        raise DecodeError("duplicate keys")
    return made
