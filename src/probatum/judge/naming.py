"""Names for the states of oracles: two states of one name must answer every call alike."""

from __future__ import annotations

import copyreg
from typing import Any

from probatum.types.codec import MAX_DEPTH, encode

UNKNOWN = '{"x":'
"""What the codec writes for a value that it does not carry."""


class Nameless(Exception):
    """A value that no text tells from every other."""


def name_of(instance: Any) -> str | None:
    """A text that tells an object from every other that could answer differently; None where there is none.

    It is made of what `copy.deepcopy` copies, so the contents of slots and of a container that the class extends
    count. Maps keep their order, which an oracle can read.
    """
    cls = type(instance)
    if hasattr(cls, "__deepcopy__"):
        return None
    made = instance.__reduce_ex__(4)
    if not isinstance(made, tuple) or made[0] is not copyreg.__newobj__ or made[1] != (cls,):  # type: ignore[attr-defined]
        return None
    held, listed, mapped = (*made[2:5], None, None, None)[:3]
    parts = [held, *[list(part) for part in (listed, mapped) if part is not None]]
    try:
        return _text(parts if len(parts) > 1 else held, MAX_DEPTH, set())
    except Nameless:
        return None


def _text(value: Any, depth: int, seen: set[int]) -> str:
    """Exact text. A container held twice has none: which of its copies change together would be lost."""
    kind = type(value)
    if kind not in (dict, list, tuple):
        text = encode(value)
        if UNKNOWN in text:
            raise Nameless
        if kind is set:
            _once(value, seen)
        return text
    if depth == 0:
        raise Nameless
    if kind is dict:
        _once(value, seen)
        rows = [f"{_text(key, depth - 1, seen)}:{_text(item, depth - 1, seen)}" for key, item in value.items()]
        return "{" + ",".join(rows) + "}"
    if kind is list:
        _once(value, seen)
    items = ",".join([_text(item, depth - 1, seen) for item in value])
    return f"[{items}]" if kind is list else f"({items})"


def _once(container: Any, seen: set[int]) -> None:
    if id(container) in seen:
        raise Nameless
    seen.add(id(container))
