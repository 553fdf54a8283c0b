"""An event's digest covers all of it, and its bytes are the same on every machine."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probatum.errors import JournalError
from probatum.events import GENESIS, SCHEMA, Event, EventKind, canonical, commitment, fold, link, reread, seal

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=12)
BODIES = st.dictionaries(TEXT, VALUES, max_size=4)


def event(**changes: Any) -> Event:
    fields: dict[str, Any] = {
        "seq": 1,
        "run": "r",
        "kind": "k",
        "at": 2.0,
        "body": {"a": 1},
        "prev": GENESIS,
        **changes,
    }
    return Event(
        **fields, digest=link(fields["prev"], *(fields[name] for name in ("seq", "run", "kind", "at", "body")))
    )


@given(VALUES)
def test_canonical_bytes_read_back_as_the_same_value_and_the_same_bytes(value: Any) -> None:
    assert json.loads(canonical(value)) == value
    assert canonical(json.loads(canonical(value))) == canonical(value)
    assert reread(value) == (canonical(value), value)


def test_canonical_form_is_sorted_compact_utf8() -> None:
    assert canonical({"b": [1, 2.5, None, True], "a": "é"}) == '{"a":"é","b":[1,2.5,null,true]}'.encode()


def test_tuples_are_read_back_as_lists() -> None:
    assert reread({"a": (1, (2,))}) == (b'{"a":[1,[2]]}', {"a": [1, [2]]})


CIRCLE: list[Any] = []
CIRCLE.append(CIRCLE)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (math.nan, "not JSON compliant"),
        (math.inf, "not JSON compliant"),
        ({"a": b"bytes"}, "bytes is not JSON"),
        ({"a": {1, 2}}, "set is not JSON"),
        ({"a": [{1: 2}]}, "key 1 (int)"),
        ([{None: 2}], "key None (NoneType)"),
        ({True: 1}, "key True (bool)"),
        ({1: 1, "1": 2}, "not supported"),
        ("\ud800", "lone surrogate"),
        ({"\udfff": 1}, "lone surrogate"),
        (CIRCLE, "Circular"),
    ],
)
@pytest.mark.parametrize("writer", [canonical, reread])
def test_what_would_not_read_back_is_refused_with_a_reason(writer: Any, value: Any, says: str) -> None:
    with pytest.raises(JournalError) as caught:
        writer(value)
    assert says in caught.value.message
    assert caught.value.fix


@pytest.mark.parametrize("writer", [canonical, reread])
def test_a_value_nested_too_deeply_is_refused_at_every_depth_where_it_fails(writer: Any) -> None:
    refused = 0
    for depth in (10, 300, 900, 960, 990, 1000, 5000, 200_000):
        value: Any = []
        for _ in range(depth):
            value = [value]
        try:
            writer(value)
        except JournalError:
            refused += 1
        while value:  # taken apart by hand: some interpreters free deep lists recursively
            value = value[0]
    assert refused


@given(BODIES, st.integers(1, 2**40), TEXT, TEXT, st.floats(allow_nan=False, allow_infinity=False))
def test_link_is_the_hash_of_the_canonical_bytes_of_all_fields(
    body: Any, seq: int, run: str, kind: str, at: float
) -> None:
    whole = {"at": at, "body": body, "kind": kind, "prev": GENESIS, "run": run, "seq": seq, "version": SCHEMA}
    expected = hashlib.sha256(canonical(whole)).hexdigest()
    assert link(GENESIS, seq, run, kind, at, body) == expected
    assert seal(GENESIS, seq, run, kind, at, canonical(body)) == expected


def test_the_format_is_pinned() -> None:
    """Journals of today must verify tomorrow: if this digest changes, SCHEMA must change too."""
    digest = link(GENESIS, 1, "run-1", "run_started", 1.5, {"task": "ab", "options": {"seed": 7, "é": None}})
    assert digest == "87ff0350a6441b59e8ea4b34f9b3f34a3582cc590c744d4b12662f0790112d95"
    assert SCHEMA == 1


@pytest.mark.parametrize(
    "change",
    [{"seq": 2}, {"run": "s"}, {"kind": "l"}, {"at": 2.5}, {"body": {"a": 2}}, {"prev": "1" * 64}, {"version": 2}],
)
def test_changing_any_field_breaks_the_digest(change: dict[str, Any]) -> None:
    assert event().intact()
    assert not dataclasses.replace(event(), **change).intact()


def test_every_kind_has_a_name_and_the_kinds_of_a_run_are_all_there() -> None:
    assert {str(kind) for kind in EventKind} >= {
        "run_started",
        "level_judged",
        "secret_revealed",
        "stopped",
        "run_ended",
    }
    assert canonical({"kind": EventKind.STOPPED}) == b'{"kind":"stopped"}'


def test_a_commitment_is_the_sha256_of_the_secret() -> None:
    assert commitment(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_fold_applies_events_in_order() -> None:
    events = [event(seq=n) for n in (1, 2, 3)]
    assert fold(events, lambda seen, one: (*seen, one.seq), ()) == (1, 2, 3)


@pytest.mark.parametrize("blobs", [[], "x", {"a": "short"}, {"a": "A" * 64}, {"a": 1}, {"a": "0" * 64 + "\n"}])
def test_a_reference_that_is_not_a_digest_is_refused(blobs: Any) -> None:
    with pytest.raises(JournalError):
        _ = event(body={"blobs": blobs}).blobs
