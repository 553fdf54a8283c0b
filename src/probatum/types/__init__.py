"""The types that cross between task, candidate and judge."""

from probatum.types.annotations import kind_of
from probatum.types.conform import mismatch, revive
from probatum.types.kinds import Kind
from probatum.types.markers import (
    F64,
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    Result,
    between,
    few,
    mapped,
    sized,
    where,
)

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
    "Kind",
    "Result",
    "between",
    "few",
    "kind_of",
    "mapped",
    "mismatch",
    "revive",
    "sized",
    "where",
]
