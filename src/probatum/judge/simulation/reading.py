"""Replies of a stepped worker, read once: most come again, and logs grow at their end."""

from __future__ import annotations

from probatum.transcript import RETURNED, Answer, answer_in, read_answer
from probatum.types.codec import MAX_FRAME_BYTES, DecodeError, parse

SHORT = 300
"""Bytes of a reply that is kept as it is."""
MOST = 5000
"""Short replies that are kept."""


class Reader:
    """Reads answers. Nobody changes the value of an answer, so that one may be given twice."""

    def __init__(self) -> None:
        self._short: dict[bytes, Answer] = {}
        self._long: dict[str, tuple[bytes, Answer]] = {}

    def read(self, method: str, reply: bytes) -> Answer:
        """The answer of a method; raises `DecodeError`."""
        if len(reply) > SHORT:
            before, known = self._long.get(method, (b"", None))
            answer = grown(reply, before, known) or read_answer(reply)
            self._long[method] = (reply, answer)
            return answer
        if (seen := self._short.get(reply)) is not None:
            return seen
        if len(self._short) >= MOST:
            self._short.clear()
        answer = self._short[reply] = read_answer(reply)
        return answer


def grown(reply: bytes, before: bytes, known: Answer | None) -> Answer | None:
    """The answer where it is one that was read before, or that list with more at its end; else None."""
    if known is None or reply == before:
        return known
    if known.how != RETURNED or type(known.value) is not list or not known.value:
        return None
    shared = before[:-2]  # without what closes the list and the answer
    if len(reply) > MAX_FRAME_BYTES or not (reply.startswith(shared + b",") and reply.endswith(b"]]")):
        return None
    try:
        more = answer_in([RETURNED, parse(b"[" + reply[len(shared) + 1 : -1])])
    except DecodeError:
        return None
    return Answer(RETURNED, known.value + more.value) if more.value else None
