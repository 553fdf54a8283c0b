"""Transcripts are values: what is stored comes back, and equal behaviour is stored once."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probatum.transcript import (
    Answer,
    Ending,
    Op,
    Transcript,
    load_transcript,
    read_answers,
    read_segment,
    segment_text,
    shown,
    upto,
)
from probatum.types.codec import DecodeError

OPS = (
    Op("n", "Store", "new", 0, ()),
    Op("n", "Store", "recover", 1, ([b"a"],)),
    Op("c", "", "put", 0, (1, "a\u20ac", {2: (3, None)})),
    Op("f", "", "search", -1, ([1, 2], -1.5)),
)
REPLY = '[[0,null],[0,null],[0,null],[1,"KeyError"]]'
TRANSCRIPT = Transcript(
    segments=(segment_text(OPS),),
    replies=(REPLY,),
    ending=Ending(how="completed", cpu_s=0.5),
    hash_seed=1,
    random_seed=7,
    uses=("[]",),
)


def test_a_segment_comes_back_as_it_was() -> None:
    assert read_segment(segment_text(OPS)) == OPS


def test_a_transcript_comes_back_without_its_resource_figures() -> None:
    back = load_transcript(replace(TRANSCRIPT, twin=TRANSCRIPT).blob())
    assert back.segments == TRANSCRIPT.segments
    assert back.replies == TRANSCRIPT.replies
    assert (back.hash_seed, back.random_seed, back.uses) == (1, 7, ("[]",))
    assert back.twin is not None
    assert back.twin.blob() == TRANSCRIPT.blob()
    assert back.ending.cpu_s == 0.0


def test_equal_behaviour_has_one_digest_and_other_behaviour_another() -> None:
    slower = replace(TRANSCRIPT, ending=Ending(how="completed", cpu_s=0.9, max_rss_mb=3.0))
    assert slower.digest == TRANSCRIPT.digest
    others = [
        replace(TRANSCRIPT, replies=()),
        replace(TRANSCRIPT, ending=Ending(how="cpu")),
        replace(TRANSCRIPT, hash_seed=0),
        replace(TRANSCRIPT, uses=()),
        replace(TRANSCRIPT, twin=TRANSCRIPT),
    ]
    assert len({t.digest for t in [TRANSCRIPT, *others]}) == len(others) + 1


def test_a_transcript_can_be_cut_after_a_segment() -> None:
    three = replace(
        TRANSCRIPT, segments=("[]", "[]", "[]"), replies=("[]", "[]"), uses=("[]",) * 3, ending=Ending(how="cpu")
    )
    cut = upto(three, 1)
    assert (len(cut.segments), len(cut.replies), len(cut.uses), cut.ending.how) == (2, 2, 2, "completed")


@pytest.mark.parametrize(
    "blob", [b"", b"{}", b"[]", b"null", b'{"ending":["a"]}', b'{"ending":["a","b"],"seeds":[1]}', b"\xff"]
)
def test_what_is_no_transcript_is_refused(blob: bytes) -> None:
    with pytest.raises(DecodeError):
        load_transcript(blob)


@pytest.mark.parametrize("text", ["{}", "1", '[["x"]]', '[["c",0]]', '[["c","0","put"]]', "[1]", '[["n","A","new"]]'])
def test_what_is_no_call_is_refused(text: str) -> None:
    with pytest.raises(DecodeError):
        read_segment(text)


@pytest.mark.parametrize(
    "reply",
    [
        "null",
        "{}",
        "[]",
        "[[0,1],[0,1]]",
        "[[]]",
        "[0]",
        "[[3,1]]",
        "[[true,1]]",
        "[[0]]",
        "[[0,1,2]]",
        "[[1,2]]",
        '[[1,"A","b"]]',
        '[[2,"A"]]',
        '[[2,"A",3]]',
        '[["0",1]]',
        "[[0,NaN]]",
        "[" + "[" * 900 + "]" * 900 + "]",
        "[[2," + "[" * 900 + "]" * 900 + ',"a"]]',
    ],
)
def test_what_is_no_list_of_as_many_answers_is_refused(reply: str) -> None:
    with pytest.raises(DecodeError):
        read_answers(reply, 1)


@given(st.binary(max_size=40), st.integers(0, 2))
def test_no_reply_bytes_raise_anything_but_decode_error(reply: bytes, count: int) -> None:
    try:
        answers = read_answers(reply, count)
    except DecodeError:
        return
    assert len(answers) == count


@pytest.mark.parametrize(
    "answer", [Answer(0, [1, (2, "x")]), Answer(0, None), Answer(1, None, "KeyError"), Answer(2, None, "E", "m")]
)
def test_an_answer_comes_back(answer: Any) -> None:
    assert read_answers(f"[{answer.text()}]", 1) == [answer]


def test_long_values_are_shortened_for_people() -> None:
    assert len(shown(list(range(1000)))) < 130
    assert shown([1]) == "[1]"
    assert OPS[0].show() == "s0 = Store()"
    assert OPS[1].show() == "s1 = Store.recover([b'a'])"
    assert OPS[3].show() == "search([1, 2], -1.5)"
