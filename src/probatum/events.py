"""The journal's vocabulary: what an event is, how it is written as bytes, how it is chained to the one before.

Everything here is a pure function of its arguments: whoever holds a copy of the rows can verify the chain without our
store.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Any, TypeAlias, TypeVar

from probatum.errors import JournalError

JSON: TypeAlias = "bool | int | float | str | Sequence[JSON] | Mapping[str, JSON] | None"
"""What an event body may hold. Writers pass `dict`, `list` and `tuple`; readers get `dict` and `list`."""

GENESIS = "0" * 64
"""The `prev` of the first event of every journal."""

SCHEMA = 1
"""Version of the event format; part of every hash, so that an event is only read under the rules it was written by."""

BLOBS = "blobs"
"""The body key under which an event names the blobs it refers to: `{name: digest}`."""

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_State = TypeVar("_State")


@unique
class EventKind(StrEnum):
    """Every kind of event; the member's documentation says when it is written and what its body holds."""

    RUN_STARTED = "run_started"
    """A run began: `task` digest, seed `commitment` (SHA-256 of the run secret), `options`."""
    CANDIDATE_SUBMITTED = "candidate_submitted"
    """An author handed in a candidate: its digest, parents, author, and its files as blobs."""
    LEVEL_JUDGED = "level_judged"
    """One level gave its verdict on one candidate: the verdict as JSON, the transcripts as blobs."""
    CANDIDATE_JUDGED = "candidate_judged"
    """The whole ladder is done with one candidate: its fitness and whether it is accepted."""
    FEEDBACK_GIVEN = "feedback_given"
    """A brief or a counterexample was shown to an author."""
    AUTHOR_ASKED = "author_asked"
    """An author that is paid is about to be asked under a budget: the most that its answer may cost. Where the process
    ends before an answer is written, as much is taken as paid."""
    AUTHOR_CALLED = "author_called"
    """An author was asked and answered: prompt and reply as blobs, tokens and cost in the body."""
    AUTHOR_FAILED = "author_failed"
    """An author was asked and gave nothing usable: what it said instead, and what that cost."""
    INFRASTRUCTURE_FAILED = "infrastructure_failed"
    """Harness, sandbox, engine, machine or network broke; no candidate is charged for it."""
    REGRESSION_ADDED = "regression_added"
    """A counterexample joined the regression set of the task."""
    CALIBRATED = "calibrated"
    """The canaries were tried: which levels caught what they had to catch."""
    STRENGTH_MEASURED = "strength_measured"
    """A specification was surveyed: `task` digest, how many wrong programs it refutes, what it leaves open."""
    REFINEMENT_PROPOSED = "refinement_proposed"
    """A tightening of a task was checked: the task it would replace, what was found, the changed files as blobs."""
    REFINEMENT_SIGNED = "refinement_signed"
    """An admissible tightening became a new task version: old and new digest, who signed, under which policy."""
    REFINEMENT_TRIED = "refinement_tried"
    """Canaries were tried under a new version: per program its kind, outcome and the law that refutes it."""
    BUDGET_CHANGED = "budget_changed"
    """A person resumed a run with another budget: the options that differ."""
    SECRET_REVEALED = "secret_revealed"
    """The run secret was published, so that every seed can be derived again by a reader."""
    RUN_ENDED = "run_ended"
    """A run came to its own end: accepted, budget spent, or given up."""
    STOPPED = "stopped"
    """A person stopped the run (Ctrl-C); it can be resumed from here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One entry of the journal.

    `seq` counts from 1 over all runs, `at` is seconds since the epoch, `digest` covers every other field.
    """

    seq: int
    run: str
    kind: str
    at: float
    body: dict[str, JSON]
    prev: str
    digest: str
    version: int = SCHEMA

    @property
    def blobs(self) -> dict[str, str]:
        """Names and digests of the blobs this event refers to."""
        return blobs_of(self.body)

    def intact(self) -> bool:
        """Whether `digest` is the hash of what this event says."""
        return self.digest == link(self.prev, self.seq, self.run, self.kind, self.at, self.body, self.version)


def canonical(obj: JSON) -> bytes:
    """The one byte string that stands for a JSON value: sorted keys, no spaces, UTF-8, no NaN or infinity.

    Raises JournalError for what would not read back as the same value: other types, keys that are not text, lone
    surrogates.
    """
    encoded = _encoded(obj)
    _require_text_keys(obj)  # after encoding, which has refused circles
    return encoded


def reread(obj: JSON) -> tuple[bytes, Any]:
    """The canonical bytes of a value, and the value that a reader will get from them (its tuples are lists)."""
    encoded = _encoded(obj)
    value = json.loads(encoded)
    if value != obj:  # equal means that every key was text; this is several times cheaper than looking at each
        _require_text_keys(obj)
    return encoded, value


def link(prev: str, seq: int, run: str, kind: str, at: float, body: Mapping[str, JSON], version: int = SCHEMA) -> str:
    """The digest of an event: SHA-256 over the canonical bytes of all its fields and the digest before it."""
    return seal(prev, seq, run, kind, at, canonical(body), version)


def seal(prev: str, seq: int, run: str, kind: str, at: float, body: bytes, version: int = SCHEMA) -> str:
    """`link` for a body that is canonical bytes already (the writer stores them, and encodes once)."""
    rest: dict[str, JSON] = {"kind": kind, "prev": prev, "run": run, "seq": seq, "version": version}
    whole = b'{"at":' + canonical(float(at)) + b',"body":' + body + b"," + canonical(rest)[1:]
    return hashlib.sha256(whole).hexdigest()


def commitment(secret: bytes) -> str:
    """What the first event of a run says about its secret: SHA-256, in hexadecimal."""
    return hashlib.sha256(secret).hexdigest()


def blobs_of(body: Mapping[str, JSON]) -> dict[str, str]:
    """Name and digest of the blobs a body refers to. Raises JournalError when `blobs` is not `{name: SHA-256}`."""
    named = body.get(BLOBS, {})
    if not isinstance(named, Mapping):
        raise JournalError(f"an event's '{BLOBS}' is {type(named).__name__}, not {{name: digest}}")
    found: dict[str, str] = {}
    for name, digest in named.items():
        if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
            raise JournalError(f"blob {name!r} of an event has {digest!r} where a SHA-256 must stand")
        found[name] = digest
    return found


def fold(events: Iterable[Event], step: Callable[[_State, Event], _State], initial: _State) -> _State:
    """The state after all events: `step(step(initial, first), second)` and so on."""
    state = initial
    for event in events:
        state = step(state, event)
    return state


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode
_NESTED = (dict, list, tuple)


def _encoded(obj: JSON) -> bytes:
    try:
        return _encode(obj).encode()
    except UnicodeEncodeError as error:
        raise JournalError(
            f"text with a lone surrogate ({error.object[error.start]!r}) cannot be stored as JSON",
            fix="Store such text as a blob (bytes), or encode it with errors='backslashreplace'",
        ) from error
    except (TypeError, ValueError, RecursionError) as error:
        raise JournalError(
            f"a value cannot be stored as JSON: {error}",
            fix="Pass only None, bool, int, finite float, str, list and dict; store bytes as a blob",
        ) from error


def _require_text_keys(obj: object) -> None:
    # json turns {1: x} into {"1": x}, in an order that reading back would change, so the hash would no longer match.
    waiting = [obj]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            for key in item:
                if not isinstance(key, str):
                    what = f"key {key!r} ({type(key).__name__}) cannot be stored as JSON"
                    raise JournalError(what, fix="Make the key text")
            waiting.extend([value for value in item.values() if isinstance(value, _NESTED)])
        elif isinstance(item, _NESTED):
            waiting.extend([value for value in item if isinstance(value, _NESTED)])
