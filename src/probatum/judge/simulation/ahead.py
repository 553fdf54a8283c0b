"""Fewer turns of two processes: most of what a call of a world costs is waiting for its answer.

A call that gives nothing back (`put`) is sent with the next one that does. And a step of a world ends with its laws,
which ask the same every time: calls without arguments that have always followed a call are asked for together with it.
No guess stays. An answer that is not nothing after all is judged where it was given; a world that asks for something
else than was asked ahead is `Mistaken`, and its schedule is run again in a fresh process, every call made when its turn
comes.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from probatum.judge.drive import Signal, method_of
from probatum.judge.ports import Worker, unread
from probatum.judge.simulation.reading import Reader
from probatum.judge.stepping import LostWhileStepping
from probatum.task.interface import Interface
from probatum.transcript import RETURNED, Answer, Op, read_answer
from probatum.types.codec import DecodeError
from probatum.types.kinds import Unit

SEEN = 4
"""Times that calls have followed before they are asked for ahead."""
FIRST = 4
"""Calls of a method in one step after which nothing is asked ahead: the later ones differ from time to time."""

ROOM = 1 << 15
"""Bytes of calls that are kept back at most; more of them than sockets hold could stop both ends."""
KEPT = 100
"""Calls that are kept back at most."""
NOTHING = Answer(RETURNED, None)
NULL = b"[0,null]"

Question = tuple[int, str]
"""A call without arguments: which instance (counted from the latest one), and its method."""
Place = tuple[str, str, int]
"""Where in a world a call is made: kind of step, method, and how many calls of it there were in the step."""


class Mistaken(Signal):
    """Something was asked ahead that the world does not ask, or what happened cannot be told apart."""


class Unexpected(Signal):
    """A call that gives nothing back gave something, or ended in an error."""


class Habits:
    """What has always followed a call in one world."""

    def __init__(self) -> None:
        self._follow: dict[Place, tuple[int, tuple[Question, ...]]] = {}
        self.mistaken = False
        """Whether the next schedule is to be run without guesses."""
        self.reader = Reader()

    def after(self, place: Place) -> tuple[Question, ...]:
        """What to ask ahead."""
        seen, follow = self._follow.get(place, (0, ()))
        return follow if seen >= SEEN else ()

    def learn(self, place: Place, followed: tuple[Question, ...]) -> None:
        """What followed this time."""
        seen, known = self._follow.get(place, (0, followed))
        if known != followed:
            same = next((i for i, (a, b) in enumerate(zip(known, followed, strict=False)) if a != b), len(known))
            known = known[: min(same, len(followed))]
        self._follow[place] = seen + 1, known


class LiveDriver:
    """Makes calls on a live worker and records them.

    ``ops`` and ``answers`` are what the world asked and was given, ``texts`` and ``replies`` all that was exchanged.
    """

    def __init__(self, interface: Interface, worker: Worker, habits: Habits | None = None, world: str = "") -> None:
        self.interface = interface
        self.worker = worker
        self.habits = habits
        self.ops: list[Op] = []
        self.answers: list[Answer] = []
        self.texts: list[str] = []
        self.replies: list[str] = []
        self._world, self._step = world, world
        self._reader = Reader() if habits is None else habits.reader
        self._incoming: Iterator[bytes] = iter(())
        self._kept: list[str] = []
        """Calls that are still to be sent; their answers are expected to be nothing."""
        self._room = ROOM
        self._due: list[str] = []
        """What was asked ahead and is not yet asked for by the world, the next one last."""
        self._latest = -1
        """The latest instance."""
        self._owners: dict[int, str] = {}
        self._asked: dict[Place, int] = {}
        """The calls of this step with which others could have been asked: where what followed them begins."""
        self._times: dict[str, int] = {}
        """How often each method was called in this step."""

    def enter(self, step: str) -> None:
        """Another step begins."""
        self._end_step()
        self._step = f"{self._world} {step}"

    def make(self, op: Op) -> Answer:
        """The worker's answer; raises `LostWhileStepping`."""
        text = op.text()
        self.ops.append(op)
        if op.verb == "n":
            self._latest, self._owners[op.handle] = op.handle, op.owner
        if self._due:
            if self._due[-1] != text:
                self._end_step()
            self._due.pop()
            return self._heard(op, alone=False)
        if self.habits is not None and self._gives_nothing(op):
            return self._keep(text)
        further = self._ahead(op)
        alone = not self._kept and not further
        self._send([text, *further])
        self._due = further[::-1]
        return self._heard(op, alone=alone)

    def _gives_nothing(self, op: Op) -> bool:
        method = method_of(self.interface, op, self._owners)
        return not method.raises and (method.result is None or type(method.result) is Unit)

    def _keep(self, text: str) -> Answer:
        self._kept.append(text)
        self._room -= len(text)
        self.answers.append(NOTHING)
        if self._room < 0 or len(self._kept) >= KEPT:
            self._send([])
        return NOTHING

    def _ahead(self, op: Op) -> list[str]:
        """What is asked for together with a call."""
        if self.habits is None:
            return []
        times = self._times[op.method] = self._times.get(op.method, 0) + 1
        if times > FIRST:
            return []
        place = (self._step, op.method, times)
        self._asked[place] = len(self.ops)
        return [f'["c",{self._latest + back},"{method}"]' for back, method in self.habits.after(place)]

    def _send(self, texts: list[str]) -> None:
        """Send what was kept back and some calls more, and hear what the former gave."""
        kept, self._kept, self._room = self._kept, [], ROOM
        if kept and len(texts and texts[0]) > ROOM:
            self._exchange(kept, [])
            kept = []
        self._exchange(kept, texts)

    def _exchange(self, kept: list[str], texts: list[str]) -> None:
        first = len(self.replies)
        self.texts += [*kept, *texts]
        self._incoming = self.worker.steps([*kept, *texts])
        for place in range(first, first + len(kept)):
            reply = next(self._incoming, None)
            if reply is None:
                raise Mistaken
            self.replies.append(reply.decode(errors="replace"))
            if reply != NULL and not self._nothing(reply, place):
                raise Unexpected

    def _nothing(self, reply: bytes, place: int) -> bool:
        """Whether a reply says nothing after all; else it is the last one that counts."""
        try:
            answer = read_answer(reply)
        except DecodeError:
            raise Mistaken from None
        if answer == NOTHING:
            return True
        self.answers[place:] = [answer]
        del self.ops[place + 1 :]
        return False

    def _heard(self, op: Op, *, alone: bool) -> Answer:
        """The next answer; ``alone``: nothing else is under way, so that it is clear which call loses a process."""
        reply = next(self._incoming, None)
        if reply is None:
            raise LostWhileStepping if alone else Mistaken
        self.replies.append(reply.decode(errors="replace"))
        try:
            answer = self._reader.read(op.method, reply)
        except DecodeError as problem:
            raise LostWhileStepping(unread(reply, problem)) from None
        self.answers.append(answer)
        return answer

    def _end_step(self) -> None:
        if self.habits is not None:
            for place, start in self._asked.items():
                self.habits.learn(place, self._questions(start))
            self._asked, self._times = {}, {}
        if self._due:
            raise Mistaken

    def _questions(self, start: int) -> tuple[Question, ...]:
        """The calls without arguments from one place on."""
        asked = itertools.takewhile(lambda op: op.verb == "c" and not op.args, self.ops[start:])
        return tuple((op.handle - self._latest, op.method) for op in asked)

    def finish(self, *, broken: bool) -> None:
        """The schedule is over. Where a law was ``broken``, what was asked ahead of that was asked all the same: it is
        heard and recorded. Else it is a mistake."""
        if not broken:
            self._end_step()
        self.hear_out()
        if self._kept:
            self._send([])

    def hear_out(self) -> None:
        """Take what is still under way."""
        self.replies += [reply.decode(errors="replace") for reply in self._incoming]
        del self.texts[len(self.replies) :]
