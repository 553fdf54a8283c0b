"""Annotations mean kinds; a kind says exactly which values are its own."""

import enum
from typing import Annotated, Any, Literal, NamedTuple, Optional, Union

import pytest
from hypothesis import strategies as st

from probatum import F64, I8, I16, I32, I64, U8, U16, U32, U64, Result, between, few, mapped, sized, where
from probatum.types import kind_of, mismatch, revive
from probatum.types.codec import Opaque, decode, encode
from probatum.types.kinds import (
    Bool,
    Bytes,
    Choice,
    DictOf,
    Float,
    Int,
    ListOf,
    OptionOf,
    Record,
    ResultOf,
    SetOf,
    Str,
    TupleOf,
    Unit,
)


class Point(NamedTuple):
    x: I64
    name: str


class Segment(NamedTuple):
    start: Point
    points: list[Point]


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = 1


U8_KIND = Int(lo=0, hi=255, width="u8")


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        (None, Unit()),
        (type(None), Unit()),
        (bool, Bool()),
        (int, Int()),
        (F64, Float()),
        (str, Str()),
        (bytes, Bytes()),
        (U8, U8_KIND),
        (U16, Int(lo=0, hi=2**16 - 1, width="u16")),
        (U32, Int(lo=0, hi=2**32 - 1, width="u32")),
        (U64, Int(lo=0, hi=2**64 - 1, width="u64")),
        (I8, Int(lo=-128, hi=127, width="i8")),
        (I16, Int(lo=-(2**15), hi=2**15 - 1, width="i16")),
        (I32, Int(lo=-(2**31), hi=2**31 - 1, width="i32")),
        (I64, Int(lo=-(2**63), hi=2**63 - 1, width="i64")),
        (list[U8], ListOf(item=U8_KIND)),
        (set[str], SetOf(item=Str())),
        (dict[str, U8], DictOf(key=Str(), value=U8_KIND)),
        (tuple[U8, bool], TupleOf(items=(U8_KIND, Bool()))),
        (U8 | None, OptionOf(item=U8_KIND)),
        (Optional[bytes], OptionOf(item=Bytes())),  # noqa: UP045 - both spellings are understood
        (Union[None, str], OptionOf(item=Str())),  # noqa: UP007
        (Literal["data", "ack"], Choice(members=("data", "ack"))),
        (Colour, Choice(members=("red", "blue"))),
        (Result[U8, str], ResultOf(ok=U8_KIND, err=Str())),
        (Point, Record(cls=Point, fields=(("x", kind_of(I64)), ("name", Str())))),
        (Annotated[U8, few(3)], Int(lo=0, hi=255, width="u8", few=3)),
        (Annotated[int, between(1, 5)], Int(lo=1, hi=5)),
        (Annotated[U8, between(-5, 300)], U8_KIND),
        (Annotated[U8, between(10, None), between(None, 20)], Int(lo=10, hi=20, width="u8")),
        (Annotated[float, between(0, 1)], Float(lo=0, hi=1)),
        (Annotated[list[U8], sized(1, 3)], ListOf(item=U8_KIND, min_size=1, max_size=3)),
        (Annotated[str, sized(2)], Str(min_size=2)),
    ],
)
def test_an_annotation_means_a_kind(annotation: Any, kind: Any) -> None:
    assert kind_of(annotation) == kind


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        (list, "needs the type of its items"),
        (dict, "needs the type of its items"),
        (tuple, "needs the type of its items"),
        (tuple[int, ...], "needs the type of its items"),
        (object, "`object` is not a type"),
        (Any, "not a type that values on the wire can have"),
        (complex, "`complex` is not a type"),
        (bytearray, "`bytearray` is not a type"),
        (int | str, "has no counterpart"),
        (int | str | None, "has no counterpart"),
        (Annotated[U8 | None, where(bool)] | None, "optional of an optional"),
        (Literal[1, 2], "not a type"),
        (Level, "needs string values"),
        (set[list[U8]], "not hashable"),
        (dict[tuple[list[U8], int], int], "not hashable"),
        (set[dict[str, U8]], "not hashable"),
        (Annotated[str, between(1, 2)], "bounds are for numbers"),
        (Annotated[U8, sized(1, 2)], "sizes are for containers"),
        (list[object], "`object` is not a type"),
    ],
)
def test_an_annotation_without_counterpart_is_refused_with_a_reason(annotation: Any, words: str) -> None:
    with pytest.raises(TypeError, match=words):
        kind_of(annotation)


def constraint(**fields: Any) -> Any:
    """A constraint of the annotated-types package by its shape: the package itself is not needed."""
    made = type("Constraint", (), {"__module__": "annotated_types"})()
    vars(made).update(fields)
    return made


def test_markers_of_annotated_types_are_understood() -> None:
    assert kind_of(Annotated[int, constraint(ge=2), constraint(lt=9)]) == Int(lo=2, hi=8)
    assert kind_of(Annotated[int, constraint(gt=2), constraint(le=9)]) == Int(lo=3, hi=9)
    assert kind_of(Annotated[int, constraint(ge=1, gt=None, le=4, lt=None)]) == Int(lo=1, hi=4)
    assert kind_of(Annotated[list[int], constraint(min_length=1, max_length=4)]) == ListOf(
        item=Int(), min_size=1, max_size=4
    )
    assert kind_of(Annotated[str, constraint(min_length=2)]) == Str(min_size=2)
    even = kind_of(Annotated[int, constraint(func=lambda n: n % 2 == 0)])
    assert mismatch(even, 3) is not None
    assert mismatch(even, 4) is None
    with pytest.raises(TypeError, match=r"use probatum\.where"):
        kind_of(Annotated[int, constraint(multiple_of=3)])


def test_markers_of_other_libraries_are_none_of_ours() -> None:
    assert kind_of(Annotated[U8, "a comment", slice(1, 2)]) == U8_KIND


def test_a_strategy_in_an_annotation_is_kept() -> None:
    strategy = st.integers(3, 5)
    assert kind_of(Annotated[U8, strategy]).strategy is strategy


GOOD = [
    (None, None),
    (bool, True),
    (U8, 0),
    (U8, 255),
    (int, -(10**30)),
    (float, float("nan")),
    (Annotated[float, between(0, 1)], 1.0),
    (str, ""),
    (bytes, b"\x00"),
    (list[U8], [1, 2]),
    (set[U8], {1}),
    (dict[str, list[bool]], {"a": [True]}),
    (tuple[U8, str], (1, "a")),
    (U8 | None, None),
    (U8 | None, 7),
    (Literal["a", "b"], "b"),
    (Colour, "red"),
    (Result[U8, str], ("ok", 3)),
    (Result[U8, str], ("err", "full")),
    (Point, Point(1, "a")),
    (Point, (1, "a")),
]
BAD = [
    (None, 0),
    (None, False),
    (bool, 1),
    (U8, True),
    (U8, -1),
    (U8, 256),
    (U8, 1.0),
    (U8, "1"),
    (float, 1),
    (Annotated[float, between(0, 1)], 1.5),
    (str, b""),
    (bytes, ""),
    (list[U8], (1, 2)),
    (list[U8], [1, True]),
    (Annotated[list[U8], sized(1, 2)], []),
    (Annotated[list[U8], sized(1, 2)], [1, 2, 3]),
    (set[U8], frozenset({1})),
    (set[U8], [1]),
    (dict[str, U8], {"a": True}),
    (dict[str, U8], {1: 1}),
    (tuple[U8, str], [1, "a"]),
    (tuple[U8, str], (1,)),
    (tuple[U8, str], Point(1, "a")),
    (U8 | None, False),
    (Literal["a", "b"], "c"),
    (Literal["a", "b"], Colour.RED),
    (Colour, Colour.RED),
    (Result[U8, str], ("ok", "full")),
    (Result[U8, str], ("maybe", 1)),
    (Result[U8, str], 3),
    (Point, (1, 2)),
    (Point, (1,)),
    (Point, [1, "a"]),
    (Annotated[U8, where(lambda n: n != 3)], 3),
]


@pytest.mark.parametrize(("annotation", "value"), GOOD)
def test_a_value_of_the_kind_conforms(annotation: Any, value: Any) -> None:
    assert mismatch(kind_of(annotation), value) is None


@pytest.mark.parametrize(("annotation", "value"), BAD)
def test_a_value_of_another_kind_does_not(annotation: Any, value: Any) -> None:
    assert mismatch(kind_of(annotation), value)


@pytest.mark.parametrize("annotation", {str(a): a for a, _ in GOOD}.values())
def test_a_value_the_codec_does_not_carry_conforms_to_nothing(annotation: Any) -> None:
    assert mismatch(kind_of(annotation), Opaque("LoudInt"))


def test_every_tag_of_a_result_is_looked_up_by_type_too() -> None:
    """A list equals no string, and an unhashable first item must not crash the check."""
    assert mismatch(kind_of(Result[U8, str]), ([], 1))
    assert mismatch(kind_of(Literal["a"]), [])


def test_a_wire_value_becomes_records_again_at_any_depth() -> None:
    kind = kind_of(dict[str, Segment | None])
    value = {"a": Segment(Point(1, "p"), [Point(2, "q")]), "b": None}
    wire = decode(encode(value))
    assert type(wire["a"]) is tuple  # type: ignore[index]
    again = revive(kind, wire)
    assert again == value
    assert type(again["a"]) is Segment
    assert type(again["a"].points[0]) is Point
    assert mismatch(kind, again) is None


def test_records_within_tuples_sets_and_results_are_revived() -> None:
    assert type(revive(kind_of(tuple[Point, U8]), ((1, "a"), 2))[0]) is Point
    assert type(revive(kind_of(Result[Point, str]), ("ok", (1, "a")))[1]) is Point
    assert {type(p) for p in revive(kind_of(set[Point]), {(1, "a")})} == {Point}


def test_a_condition_that_raises_is_not_met() -> None:
    assert mismatch(kind_of(Annotated[str, where(lambda s: s[0] == "a")]), "")


def test_mapped_is_no_condition_on_results() -> None:
    assert mismatch(kind_of(Annotated[list[int], mapped(sorted)]), [2, 1]) is None
