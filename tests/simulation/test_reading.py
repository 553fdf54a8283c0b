"""A reply that is read in part, because the rest was read before, is read as if it were new."""

import pytest

from probatum.judge.simulation.reading import Reader
from probatum.transcript import read_answer
from probatum.types.codec import DecodeError, encode

LONG = [bytes([number]) * 20 for number in range(40)]


def reply(value: object) -> bytes:
    return f"[0,{encode(value)}]".encode()


def read(*replies: bytes) -> object:
    reader = Reader()
    for one in replies[:-1]:
        reader.read("log", one)
    return reader.read("log", replies[-1])


@pytest.mark.parametrize(
    "value",
    [
        LONG,
        [*LONG, b"new"],
        [*LONG, b"new", b"newer"],
        [*LONG, ["]]"], {1: b"a"}],
        [*LONG, "],["],
        LONG[:20],
        [*LONG[:39], LONG[39] + b"more"],
        [*LONG[:30], *LONG],
        "no list, and long" * 30,
        [],
        None,
    ],
    ids=range(11),
)
@pytest.mark.parametrize("before", [LONG, [], "a text of its own" * 30, [*LONG, 1]], ids=range(4))
def test_what_was_read_before_changes_no_answer(before: object, value: object) -> None:
    assert read(reply(before), reply(value)) == read_answer(reply(value))


@pytest.mark.parametrize(
    "tail",
    [b",]]", b",1", b",1]", b",1],[2]]", b",1]],3]]", b",[1]]", b',{"b":"0"}]]', b",NaN]]", b',"\\ud800"]]', b"]],[]]"],
)
def test_what_does_not_parse_does_not_parse_though_its_beginning_did(tail: bytes) -> None:
    whole = reply(LONG)
    with pytest.raises(DecodeError) as first:
        read_answer(whole[:-2] + tail)
    with pytest.raises(DecodeError) as again:
        read(whole, whole[:-2] + tail)
    assert str(again.value) == str(first.value)


def test_an_error_after_a_list_is_an_error() -> None:
    raised = b'[2,"ValueError","' + b"why " * 100 + b'"]'
    assert read(reply(LONG), raised) == read_answer(raised)


def test_methods_are_told_apart() -> None:
    reader = Reader()
    other = [*LONG, b"x"]
    assert reader.read("one", reply(LONG)).value == LONG
    assert reader.read("two", reply(other)).value == other
    assert reader.read("one", reply([*LONG, b"y"])).value == [*LONG, b"y"]
