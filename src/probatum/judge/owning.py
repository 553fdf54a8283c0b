"""Copies, so that what an oracle, a law and a record hold is never shared between them."""

from __future__ import annotations

from typing import Any

from probatum.types.codec import build, encode, parse
from probatum.types.conform import UNSHARED, unshared


def own(value: Any) -> Any:
    """A container of one's own, so that oracle, law and record never share one."""
    if type(value) in UNSHARED:
        return value
    return _containers(value) if isinstance(value, list | dict | set | tuple) else value


def _containers(value: Any) -> Any:
    kind = type(value)
    if kind is list:
        return value[:] if unshared(value) else [_containers(v) for v in value]
    if kind is dict:
        return {k: _containers(v) for k, v in value.items()}
    if kind is tuple:
        return tuple([_containers(v) for v in value])
    if isinstance(value, tuple):
        return value if unshared(value) else kind(*[_containers(v) for v in value])
    return set(value) if kind is set else value


def copied(value: Any, records: frozenset[tuple[str, ...]]) -> Any:
    """A value as it comes back from a worker: written and read."""
    return build(parse(encode(value, records=records))) if isinstance(value, list | dict | set | tuple) else value
