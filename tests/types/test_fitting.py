"""What is prepared for a kind says what `mismatch` and `revive` say."""

from typing import Annotated, Any, Literal, NamedTuple

import pytest

from probatum import I64, U8, U64, few, sized
from probatum.types.annotations import kind_of
from probatum.types.codec import Opaque
from probatum.types.conform import mismatch, revive
from probatum.types.fitting import fitting, reviving


class Packet(NamedTuple):
    kind: Literal["data", "ack"]
    seq: U64
    payload: bytes


class Holder(NamedTuple):
    packets: list[Packet]
    spare: Packet | None


class Even(int):
    pass


PACKET = ("data", 1, b"a")
KINDS: list[Any] = [
    None,
    bool,
    U8,
    I64,
    int,
    float,
    str,
    bytes,
    Annotated[bytes, sized(1, 2)],
    Annotated[U64, few(3)],
    Literal["data", "ack"],
    U8 | None,
    list[U8],
    list[bytes],
    Annotated[list[bytes], sized(1, 2)],
    list[Annotated[bytes, sized(0, 1)]],
    list[list[U8]],
    tuple[U8, bytes],
    dict[U8, bytes],
    set[U8],
    Packet,
    list[Packet],
    Packet | None,
    Holder,
    list[Holder],
]
VALUES: list[Any] = [
    *(None, True, 0, 1, 255, 256, -1, 2**64, Even(2), 0.5, "", "data", "ack", "other", b"", b"a", b"abc"),
    *([], [1], [256], [True], [b""], [b"a", "a"], [b"a"] * 3, [None], [[1], []], [[256]]),
    *((), (1, b"a"), (1, "a"), {}, {1: b"a"}, {1: "a"}, set(), {1}, {256}, Opaque("thing")),
    *(PACKET, Packet("data", 1, b"a"), ("none", 1, b"a"), ("ack", -1, b""), ("ack", 1), [PACKET], [PACKET, ("ack", 1)]),
    *(([PACKET], None), ([PACKET], PACKET), ([None], None), [([PACKET], PACKET)]),
]


@pytest.mark.parametrize("annotation", KINDS, ids=str)
def test_prepared_for_a_kind_or_asked_each_time_it_is_the_same(annotation: Any) -> None:
    kind = kind_of(annotation)
    fits, made = fitting(kind), reviving(kind)
    for value in VALUES:
        assert fits(value) == (mismatch(kind, value) is None), value
        if fits(value):
            again, wanted = value if made is None else made(value), revive(kind, value)
            assert again == wanted and repr(again) == repr(wanted)
