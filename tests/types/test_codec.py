"""The codec is exact: equal text means equal values of equal types, and no bytes make decoding fail in an odd way."""

import json
from collections import OrderedDict
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probatum.types.codec import MAX_DEPTH, MAX_FRAME_BYTES, DecodeError, Opaque, Ref, decode, encode, parse

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**1290), 2**1290)
    | st.floats()
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.binary()
)
HASHABLE = st.recursive(SCALARS, lambda inner: st.tuples(inner, inner), max_leaves=4)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(HASHABLE, inner, max_size=3)
        | st.sets(HASHABLE, max_size=3)
    ),
    max_leaves=12,
)


class Point(NamedTuple):
    x: int
    y: int


class Offset(NamedTuple):
    dx: int
    dy: int


class LoudInt(int):
    pass


@given(VALUES)
def test_a_value_comes_back_as_the_same_text(value: object) -> None:
    text = encode(value)
    assert encode(decode(text)) == text
    assert encode(decode(text.encode())) == text


@given(VALUES)
def test_a_text_is_ordinary_json_in_ascii(value: object) -> None:
    text = encode(value)
    json.loads(text)
    assert text.isascii()
    assert "\n" not in text


@given(st.dictionaries(st.integers(), st.integers(), max_size=6), st.randoms())
def test_the_order_in_which_a_container_was_filled_does_not_show(value: dict[int, int], random: object) -> None:
    items = list(value.items())
    random.shuffle(items)  # type: ignore[attr-defined]
    assert encode(dict(items)) == encode(value)
    assert encode({k for k, _ in items}) == encode(set(value))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (0, False),
        (1, 1.0),
        (0.0, -0.0),
        ("1", 1),
        ("a", b"a"),
        ([1], (1,)),
        ([], {}),
        (set(), []),
        (None, []),
        (None, False),
        ({1: 2}, {1: 2.0}),
        (2**64, float(2**64)),
        ("é", "e\u0301"),
    ],
)
def test_values_of_different_types_have_different_texts(one: object, other: object) -> None:
    assert encode(one) != encode(other)


def test_not_a_number_equals_itself_and_keeps_its_place() -> None:
    assert encode(float("nan")) == encode(-float("nan")) == '{"f":"nan"}'
    assert encode([float("inf"), -float("inf"), -0.0]) == '[{"f":"inf"},{"f":"-inf"},-0.0]'


@pytest.mark.parametrize(
    "value",
    [
        LoudInt(1),
        OrderedDict({1: 2}),
        object(),
        1j,
        range(3),
        iter([1]),
        bytearray(b"a"),
        len,
        int,
        "\ud800",
        "a\udfffb",
        10**400,
        -(10**400),
    ],
)
def test_what_the_codec_does_not_carry_becomes_a_value_equal_to_nothing(value: object) -> None:
    text = encode(value)
    assert text.startswith('{"x":"')
    back = decode(text)
    assert isinstance(back, Opaque)
    assert back != decode(text)


def test_a_bad_item_spoils_its_own_place_only() -> None:
    assert encode([1, LoudInt(2), 3]) == '[1,{"x":"LoudInt"},3]'


def test_an_argument_record_keeps_its_name_and_a_result_record_its_fields() -> None:
    assert encode(Point(1, 2)) == '{"r":["Point",[1,2]]}'
    results = frozenset({("x", "y")})
    assert encode(Point(1, 2), records=results) == encode((1, 2)) == '{"t":[1,2]}'
    assert encode(Offset(1, 2), records=results) == '{"x":"Offset(dx, dy)"}'


def test_a_class_that_only_looks_like_a_record_is_not_one() -> None:
    class Fake(tuple[int, int]):
        _fields = ("x", 3)

    class Bare(tuple[int, int]):
        pass

    for value in (Fake((1, 2)), Bare((1, 2))):
        assert isinstance(decode(encode(value, records=frozenset({("x", "y")}))), Opaque)


def test_a_class_made_from_a_record_is_one() -> None:
    class Child(Point):
        """The usual way to give a named tuple methods."""

        __slots__ = ()

    assert encode(Child(1, 2), records=frozenset({("x", "y")})) == '{"t":[1,2]}'


def nested(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = [value]
    return value


def test_nesting_is_carried_to_the_limit_and_not_beyond() -> None:
    assert decode(encode(nested(MAX_DEPTH))) == nested(MAX_DEPTH)
    assert '{"x":' in encode(nested(MAX_DEPTH + 1))
    loop: list[object] = []
    loop.append(loop)
    assert '{"x":' in encode(loop)


@pytest.mark.parametrize("depth", [100, 900, 990, 3000, 200_000])
def test_deep_text_is_refused_not_a_stack_overflow(depth: int) -> None:
    for opening, closing in (("[", "]"), ('{"t":[', "]}"), ('{"d":[[1,', "]]}")):
        with pytest.raises(DecodeError):
            decode(opening * depth + "1" + closing * depth)
    with pytest.raises(DecodeError):
        decode("[" * depth)


MALFORMED = [
    "",
    " ",
    "nul",
    "NaN",
    "Infinity",
    "-Infinity",
    "[NaN]",
    "1e999",
    "-1e999",
    "01",
    "1.",
    '"a',
    "[1,]",
    "[1 2]",
    "{}",
    '{"t":[],"s":[]}',
    '{"t":[],"t":[]}',
    '{"t":1}',
    '{"unknown":[1]}',
    '{"b":"0"}',
    '{"b":"zz"}',
    '{"b":1}',
    '{"f":"NAN"}',
    '{"f":1.5}',
    '{"x":1}',
    '{"s":[1,1]}',
    '{"s":[[]]}',
    '{"s":[1,1.0]}',
    '{"d":[[1,2],[1,3]]}',
    '{"d":[[1]]}',
    '{"d":[1]}',
    '{"d":["ab"]}',
    '{"d":[{"t":[1,2]}]}',
    '{"d":[[1,2,3]]}',
    '{"d":[[[],1]]}',
    '{"r":["P"]}',
    '{"r":["P",1]}',
    '{"ref":[]}',
    '{"ref":[-1]}',
    '{"ref":[true]}',
    '{"ref":["0"]}',
    '"\\ud800"',
    '["\\uDFFF"]',
    "1" * 401,
    "-" + "9" * 400,
    "\ufeff1",
    b"\xff\xfe1\x00",
    b"[\x001\x00]\x00",
    b'"\xed\xa0\x80"',
    b'"\xff"',
]


@pytest.mark.parametrize("text", MALFORMED)
def test_malformed_text_is_a_decode_error(text: str | bytes) -> None:
    with pytest.raises(DecodeError):
        decode(text)


def test_text_above_the_frame_limit_is_refused_unread() -> None:
    with pytest.raises(DecodeError, match="exceed"):
        parse("[" + "1," * MAX_FRAME_BYTES + "1]")


def test_whitespace_and_escapes_do_not_change_the_value() -> None:
    assert decode(' { "t" : [ 1 , "\\u0061" ] } ') == (1, "a")
    assert encode(decode('"\\ud83d\\ude00"')) == encode("\U0001f600")


@given(st.binary(max_size=60) | st.integers().map(lambda n: b" %d " % n))
def test_no_bytes_raise_anything_but_decode_error(data: bytes) -> None:
    """Bytes are refused, or mean what their text means."""
    try:
        value = decode(data)
    except DecodeError as problem:
        assert str(problem)
        return
    assert encode(value) == encode(decode(data.decode("utf-8")))


TOKENS = st.sampled_from(
    [
        *"[]{},:",
        '"t"',
        '"d"',
        '"s"',
        '"b"',
        '"f"',
        '"x"',
        '"r"',
        '"ref"',
        "1",
        "-0",
        "1.5",
        "1e9",
        "null",
        "true",
        '""',
        '"nan"',
        '"\\ud8"',
        "NaN",
    ]
)


@given(st.lists(TOKENS, max_size=25).map("".join))
def test_no_text_close_to_the_codec_raises_anything_but_decode_error(text: str) -> None:
    try:
        value = decode(text)
    except DecodeError:
        return
    assert encode(decode(encode(value))) == encode(value)


def test_a_reference_is_a_value() -> None:
    assert decode(encode(Ref(3, 0, 1))) == Ref(3, 0, 1)
    assert hash(Ref(1)) == hash(Ref(1))
    assert Ref(1) != Ref(1, 0)
    assert repr(Ref(1, 2)) == "Ref(1, 2)"


@pytest.mark.parametrize("shape", ['{"s":[%s]}', '{"d":[%s]}'])
def test_keys_chosen_to_collide_do_not_stall_the_reader(shape: str) -> None:
    """100 000 multiples of 2^61-1 hash alike: building a set of them would take minutes."""
    keys = [str(n * (2**61 - 1)) for n in range(100_000)]
    with pytest.raises(DecodeError, match="hash alike"):
        decode(shape % ",".join(keys if '"s"' in shape else [f"[{key},0]" for key in keys]))
    honest = [str(n << 40) for n in range(20_000)]
    assert len(decode(shape % ",".join(honest if '"s"' in shape else [f"[{key},0]" for key in honest]))) == 20_000  # type: ignore[arg-type]


def test_a_class_that_changes_the_list_while_it_is_encoded_stays_in_its_own_place() -> None:
    class Meta(type):
        @property
        def __name__(cls) -> str:
            items.clear()
            return "Sly"

    class Sly(metaclass=Meta):
        pass

    items: list[object] = [Sly(), 1, 2]
    assert encode(items) == '[{"x":"Sly"}]'
