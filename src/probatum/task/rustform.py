"""`@in_rust`: how a declared class looks in Rust where its form differs from the usual one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")
RUST_MARK = "__probatum_rust__"


@dataclass(frozen=True, slots=True, kw_only=True)
class RustForm:
    """What `@in_rust` was told."""

    type: str = ""
    """The type where it has parameters: ``Stack<VALUE>``, where VALUE stands for the type of what is stored."""
    new: str = "new"
    """The name of the constructor."""
    borrowed: bool = False
    """Whether lists, text and bytes are passed as slices instead of being given away."""

    def of(self, name: str, value: str) -> str:
        """The type of the class ``name`` that stores values of a type."""
        return self.type.replace("VALUE", value) or name


def in_rust(*, type: str = "", new: str = "new", borrowed: bool = False) -> Callable[[T], T]:
    """Declare the form of a `@sut` class in Rust: its ``type`` with VALUE for what it stores, the name of its
    constructor, and whether slices are passed. With `@concurrent` its methods take ``&self``, threads share it, and
    candidates take what they share from ``crate::sync``."""
    mark = RustForm(type=type, new=new, borrowed=borrowed)

    def attach(cls: Any) -> Any:
        setattr(cls, RUST_MARK, mark)
        return cls

    return attach
