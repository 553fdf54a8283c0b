"""Makes the calls of a world one by one, each wherever its instance lives, and records them in the order they came."""

from __future__ import annotations

from collections.abc import Callable

from probatum.judge.ports import unread
from probatum.judge.stepping import LostWhileStepping
from probatum.task.interface import Interface
from probatum.transcript import Answer, Op, read_answer
from probatum.types.codec import DecodeError

Ask = Callable[[Op, str], bytes | None]
"""Makes a call, given as value and as text: the reply, or None when the process is lost."""


class ApartDriver:
    """Asks for every call when its turn comes."""

    def __init__(self, interface: Interface, ask: Ask) -> None:
        self.interface = interface
        self.ask = ask
        self.ops: list[Op] = []
        self.answers: list[Answer] = []
        self.texts: list[str] = []
        self.replies: list[str] = []

    def make(self, op: Op) -> Answer:
        """The answer; raises `LostWhileStepping`."""
        text = op.text()
        self.ops.append(op)
        self.texts.append(text)
        reply = self.ask(op, text)
        if reply is None:
            raise LostWhileStepping
        self.replies.append(reply.decode(errors="replace"))
        try:
            answer = read_answer(reply)
        except DecodeError as problem:
            raise LostWhileStepping(unread(reply, problem)) from None
        self.answers.append(answer)
        return answer
