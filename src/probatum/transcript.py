"""Transcripts: every call and answer of one worker process, and how the process ended.

A transcript is a list of *segments*; handles are numbered within a segment, all segments run in one process. Calls
and answers are kept as
canonical text of the codec, so that equal behaviour is equal bytes. A verdict is a pure function of (task,
transcripts).
"""

from __future__ import annotations

import json
import reprlib
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, NamedTuple

from probatum.types.codec import DecodeError, build, encode, parse


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call as laws see it."""

    sut: str
    """Class or function name."""
    method: str
    args: tuple[Any, ...]
    result: Any = None
    error: str | None = None
    handle: int | None = None


class Op(NamedTuple):
    """A call to make. ``verb``: "n" makes instance ``handle`` of ``owner``; "c" calls a method on it; "f" calls a
    function."""

    verb: str
    owner: str
    method: str
    handle: int
    args: tuple[Any, ...]

    def text(self) -> str:
        """The call as the worker reads it."""
        tail = "".join("," + encode(a) for a in self.args)
        if self.verb == "c":
            return f'["c",{self.handle},"{self.method}"{tail}]'
        if self.verb == "n":
            return f'["n","{self.owner}","{self.method}",{self.handle}{tail}]'
        return f'["f","{self.method}"{tail}]'

    def show(self) -> str:
        """The call as a person reads it."""
        args = ", ".join(shown(a) for a in self.args)
        if self.verb == "n":
            name = self.owner if self.method == "new" else f"{self.owner}.{self.method}"
            return f"s{self.handle} = {name}({args})"
        return f"s{self.handle}.{self.method}({args})" if self.verb == "c" else f"{self.method}({args})"


Segment = tuple[Op, ...]

RETURNED, DECLARED, UNDECLARED = 0, 1, 2


class Answer(NamedTuple):
    """How a call ended: RETURNED a value, or a DECLARED or UNDECLARED error by name."""

    how: int
    value: Any = None
    error: str = ""
    message: str = ""

    def text(self, records: frozenset[tuple[str, ...]] = frozenset()) -> str:
        """Canonical text; the message of an error is not part of behaviour, but is kept for undeclared ones."""
        if self.how == RETURNED:
            return f"[0,{encode(self.value, records=records)}]"
        if self.how == DECLARED:
            return f"[1,{encode(self.error)}]"
        return f"[2,{encode(self.error)},{encode(self.message)}]"

    def show(self) -> str:
        """The answer as a person reads it."""
        if self.how == RETURNED:
            return shown(self.value)
        return f"raises {self.error}" + (f": {self.message}" if self.message else "")


def shown(value: object, limit: int = 120) -> str:
    """A value for people, shortened in the middle when long."""
    text = repr(value)
    return text if len(text) <= limit else f"{text[: limit // 2]} ... {text[-limit // 3 :]}"


def printable(text: str, limit: int) -> str:
    """Text of a candidate made safe to show: no control characters, no more than ``limit``."""
    return "".join(c if c.isprintable() else " " for c in text[:limit])


def read_answers(text: bytes | str, count: int) -> list[Answer]:
    """The answers of one segment; raises `DecodeError` unless there are exactly ``count`` well-formed ones."""
    return answers_in(parse(text), count)


def answers_in(tree: object, count: int) -> list[Answer]:
    """The same of a part of a larger reply."""
    if type(tree) is not list or len(tree) != count:
        got = f"{len(tree)} answers" if type(tree) is list else type(tree).__name__
        raise DecodeError(f"{got} where {count} were asked for")
    return [answer_in(item) for item in tree]


def read_answer(text: bytes) -> Answer:
    """One answer, as a stepped worker gives it; raises `DecodeError`."""
    return _FREQUENT.get(text) or answer_in(parse(text))


def answer_in(item: object) -> Answer:
    """One answer of a parsed reply; raises `DecodeError`."""
    if type(item) is not list or not item or type(item[0]) is not int:
        raise DecodeError(f"an answer starts with 0, 1 or 2, not {_glimpse(item)}")
    match item:
        case [0, value]:
            return Answer(RETURNED, build(value))
        case [1, str(error)]:
            return Answer(DECLARED, None, printable(error, 100))
        case [2, str(error), str(message)]:
            return Answer(UNDECLARED, None, printable(error, 100), printable(message, 300))
    raise DecodeError(f"an answer is [0,value], [1,error] or [2,error,message], not {_glimpse(item)}")


_FREQUENT = {
    f"[0,{word}]".encode(): Answer(RETURNED, value)
    for word, value in (("null", None), ("true", True), ("false", False))
}


def _glimpse(tree: object) -> str:
    """The outline of a parsed tree; a deep one must not exhaust the stack of whoever only wants to name it."""
    return reprlib.repr(tree)[:80]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a worker process ended and what it used, measured from outside."""

    how: str
    """completed, exit, signal, cpu, wall, memory, output, protocol (its bytes do not parse), loads (the import raises),
    interface (something is missing), address (AddressSanitizer says so), or leak."""
    detail: str = ""
    cpu_s: float = 0.0
    wall_s: float = 0.0
    max_rss_mb: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """Segments with the reply texts that came back (fewer when the process was lost)."""

    segments: tuple[str, ...]
    """The calls of each segment as JSON text."""
    replies: tuple[str, ...]
    """The reply text of each segment that answered; on ``protocol`` the last one is what did not parse."""
    ending: Ending
    hash_seed: int = 0
    random_seed: int = 0
    uses: tuple[str, ...] = ()
    """Per segment the laws that were tried in it, as text that `judge.uses` reads."""
    twin: Transcript | None = None
    """The same calls in another process, where the claim is that the two differ."""

    def blob(self) -> bytes:
        """The stored form. Resource figures are left out, so that equal behaviour is stored once."""
        return json.dumps(self._body(), separators=(",", ":"), sort_keys=True).encode()

    def _body(self) -> dict[str, Any]:
        return {
            "version": 1,
            "segments": list(self.segments),
            "replies": list(self.replies),
            "ending": [self.ending.how, self.ending.detail],
            "seeds": [self.hash_seed, self.random_seed],
            "uses": list(self.uses),
            "twin": None if self.twin is None else self.twin._body(),
        }

    @property
    def digest(self) -> str:
        """SHA-256 of the stored form."""
        return digest_of(self.blob())


def digest_of(blob: bytes) -> str:
    """The name of a stored transcript."""
    return sha256(blob).hexdigest()


def load_transcript(blob: bytes) -> Transcript:
    """The transcript of a stored form; raises `DecodeError`."""
    try:
        return _from_body(json.loads(blob))
    except (ValueError, KeyError, TypeError) as problem:
        raise DecodeError(f"not a stored transcript: {problem}") from None


def _from_body(body: Any) -> Transcript:
    how, detail = body["ending"]
    hash_seed, random_seed = body["seeds"]
    return Transcript(
        segments=tuple(body["segments"]),
        replies=tuple(body["replies"]),
        ending=Ending(how=how, detail=detail),
        hash_seed=hash_seed,
        random_seed=random_seed,
        uses=tuple(body["uses"]),
        twin=None if body["twin"] is None else _from_body(body["twin"]),
    )


def upto(transcript: Transcript, segment: int) -> Transcript:
    """The transcript as if its process had been asked for no more than the segments up to (and with) this one."""
    end = segment + 1
    return replace(
        transcript,
        segments=transcript.segments[:end],
        replies=transcript.replies[:end],
        uses=transcript.uses[:end],
        ending=replace(transcript.ending, how="completed", detail=""),
    )


def segment_text(ops: Segment) -> str:
    """The calls of a segment as the worker reads them."""
    return "[" + ",".join([op.text() for op in ops]) + "]"


def read_segment(text: str) -> Segment:
    """The calls of a stored segment; raises `DecodeError`."""
    tree = parse(text)
    if type(tree) is not list:
        raise DecodeError("a segment is a list of calls")
    return tuple(_op(item) for item in tree)


def _op(item: object) -> Op:
    match item:
        case ["c", int(handle), str(method), *args]:
            return Op("c", "", method, handle, tuple(build(a) for a in args))
        case ["n", str(owner), str(method), int(handle), *args]:
            return Op("n", owner, method, handle, tuple(build(a) for a in args))
        case ["f", str(method), *args]:
            return Op("f", "", method, -1, tuple(build(a) for a in args))
    raise DecodeError(f"not a call: {_glimpse(item)}")
