"""One change of a published crate."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A text that stands once in a file of the crate, what takes its place, and why."""

    file: str
    old: str
    new: str
    why: str
