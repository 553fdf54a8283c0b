"""probatum: write down what must be true, find an implementation, accept it only when it survives trial.

The flat façade: what a `task.py` and a test import. Everything heavier loads on use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from probatum.task.concurrency import concurrent
from probatum.task.declare import (
    Sut,
    always,
    assume,
    benchmark,
    eventually,
    never_raises,
    objective,
    raises,
    sometimes,
    sut,
)
from probatum.task.rustform import in_rust
from probatum.task.traffic import Asks, Change, counts_fit, throughput
from probatum.task.world import World, action, crash, link, timer, world
from probatum.transcript import Call
from probatum.types import F64, I8, I16, I32, I64, U8, U16, U32, U64, Result, between, few, mapped, sized, where
from probatum.types.codec import Ref

if TYPE_CHECKING:
    from probatum.testing import assert_holds, assert_refuted

__version__ = "0.1.0"

__all__ = [
    "F64",
    "I8",
    "I16",
    "I32",
    "I64",
    "U8",
    "U16",
    "U32",
    "U64",
    "Asks",
    "Call",
    "Change",
    "Ref",
    "Result",
    "Sut",
    "World",
    "action",
    "always",
    "assert_holds",
    "assert_refuted",
    "assume",
    "benchmark",
    "between",
    "concurrent",
    "counts_fit",
    "crash",
    "eventually",
    "few",
    "in_rust",
    "link",
    "mapped",
    "never_raises",
    "objective",
    "raises",
    "sized",
    "sometimes",
    "sut",
    "throughput",
    "timer",
    "where",
    "world",
]


def __getattr__(name: str) -> object:
    if name in ("assert_holds", "assert_refuted"):
        from probatum import testing

        return getattr(testing, name)
    raise AttributeError(f"module 'probatum' has no attribute {name!r}")
