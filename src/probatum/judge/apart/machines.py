"""Instances that live apart: every one in a process that holds none but its like.

What an instance has been asked since it was made is its *past*. The real code is asked once for every call after every
past, by re-executing that past in a process where only instances made by the same call have lived; whatever asks the
same again is told the same. That this is right (the answers of an instance follow from its past) is not believed:
every past that is re-executed must be answered as before.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from probatum.judge.drive import Signal
from probatum.judge.ports import Opening, Worker, Workers, read_loaded
from probatum.transcript import Ending, Op, printable

CALLS, SIZE = 4000, 1 << 20
"""After so many calls, or bytes of reply, a process is given up for a fresh one, in which pasts are re-executed."""
MOST_OPEN = 16
"""Processes kept at once."""


class Unrepeated(Signal):
    """A past was answered otherwise when it was re-executed."""


class Unloaded(Signal):
    """The candidate loads no longer."""


class Spent(Signal):
    """What a trial may cost is spent."""


@dataclass(slots=True, eq=False, kw_only=True)
class Past:
    """What one instance was asked, and answered. There is one object per past, so that equal pasts are the same."""

    place: str
    before: Past | None = field(default=None, repr=False)
    text: str = ""
    """The latest call; the first one makes the instance."""
    reply: bytes = b""
    after: dict[str, Past] = field(default_factory=dict, repr=False)

    def calls(self) -> list[tuple[str, bytes]]:
        """Every call and reply, the first one first."""
        found, past = [], self
        while past.before is not None:
            found.append((past.text, past.reply))
            past = past.before
        return found[::-1]


@dataclass(slots=True, kw_only=True)
class Machine:
    """A process and the past of the instance that lives in it now."""

    worker: Worker
    past: Past | None = None
    calls: int = 0
    size: int = 0
    """Bytes that it has answered."""

    @property
    def worn(self) -> bool:
        """Whether it has lived long enough: limits are those of one process."""
        return self.calls > CALLS or self.size > SIZE


@dataclass(slots=True, kw_only=True)
class Machines:
    """The processes of a trial, and everything that they have answered."""

    workers: Workers
    opening: Opening
    alone: bool = False
    """Whether every past is re-executed in a fresh process: for code that remembers more than its instances do."""
    most: int
    """Calls that may be made in all."""
    calls: int = 0
    processes: int = 0
    roots: dict[str, Past] = field(default_factory=dict)
    open: dict[str, Machine] = field(default_factory=dict)
    endings: list[Ending] = field(default_factory=list)

    def root(self, place: str) -> Past:
        """The empty past of whatever is made in a place."""
        return self.roots.setdefault(place, Past(place=place))

    def ask(self, past: Past, text: str) -> Past | None:
        """The past after one more call; None when the process is lost, in a fresh one too."""
        if text not in past.after:
            reply = self._made(past, text)
            if reply is None:  # earlier calls may have used up what one process may
                reply = self._made(past, text)
            if reply is None:
                return None
            after = Past(place=past.place, before=past, text=text, reply=reply)
            past.after[text] = self.open[past.place].past = after
        return past.after[text]

    def close(self) -> None:
        """End every process."""
        for place in list(self.open):
            self._give_up(place)

    def _made(self, past: Past, text: str) -> bytes | None:
        """The reply of the real code to a call after a past."""
        machine = self._ready(past.place, past)
        here = machine.past is past or self._again(machine, past)
        reply = self._step(machine, text) if here else None
        if reply is None:
            self._give_up(past.place)
        return reply

    def _ready(self, place: str, past: Past) -> Machine:
        """A process for a place, the latest one where it may go on."""
        machine = self.open.pop(place, None)
        if machine is not None and machine.past is not past and (self.alone or machine.worn):
            self.endings.append(machine.worker.close())
            machine = None
        machine = machine or self._opened(place)
        self.open[place] = machine
        if len(self.open) > MOST_OPEN:
            self._give_up(next(iter(self.open)))
        return machine

    def _opened(self, place: str) -> Machine:
        worker, first = self.workers.open(opening_at(self.opening, place))
        self.processes += 1
        if read_loaded(first) != ("loaded",):
            self.endings.append(worker.close())
            raise Unloaded
        return Machine(worker=worker)

    def _again(self, machine: Machine, past: Past) -> bool:
        """Re-execute a past; False when the process is lost on the way."""
        machine.past = None
        if not machine.worker.segment():
            return False
        for text, reply in past.calls():
            again = self._step(machine, text)
            if again is None:
                return False
            if again != reply:
                raise Unrepeated(f"{text} is answered {_read(again)} where it was {_read(reply)}")
        machine.past = past
        return True

    def _step(self, machine: Machine, text: str) -> bytes | None:
        if self.calls >= self.most:
            raise Spent(f"more than {self.most} calls")
        self.calls += 1
        machine.calls += 1
        reply = machine.worker.step(text)
        machine.size += len(reply or b"")
        return reply

    def _give_up(self, place: str) -> None:
        machine = self.open.pop(place, None)
        if machine is not None:
            self.endings.append(machine.worker.close())


def _read(reply: bytes) -> str:
    return printable(reply.decode(errors="replace"), 80)


@dataclass(slots=True, kw_only=True)
class Nodes:
    """The instances of one run, known by their pasts."""

    machines: Machines
    pasts: dict[int, Past] = field(default_factory=dict)
    made: int = 0
    """Instances made, those that recovered left out."""

    def __call__(self, op: Op, text: str) -> bytes | None:
        """The reply to a call, looked up or asked for; None when the process is lost."""
        local = local_text(op, text)
        if op.verb == "n":
            past: Past = self.machines.root(place_of(op, self.made, local))
            self.made += op.method == "new"
        else:
            past = self.pasts[op.handle]
        after = self.machines.ask(past, local)
        if after is None:
            return None
        self.pasts[op.handle] = after
        return after.reply


@dataclass(slots=True, kw_only=True)
class Living:
    """The instances of one run, each in a process of its own as long as the run lasts; nothing is looked up."""

    workers: Workers
    opening: Opening
    own: dict[int, Worker] = field(default_factory=dict)
    made: int = 0
    loaded: bool = True

    def __call__(self, op: Op, text: str) -> bytes | None:
        """The reply to a call; None when the process is lost."""
        local = local_text(op, text)
        if op.verb == "n":
            worker, first = self.workers.open(opening_at(self.opening, place_of(op, self.made, local)))
            self.own[op.handle] = worker
            self.made += op.method == "new"
            self.loaded = read_loaded(first) == ("loaded",)
            if not self.loaded or not worker.segment():
                return None
        return self.own[op.handle].step(local)

    def close(self) -> dict[int, Ending]:
        """End every process; how each ended, by instance."""
        return {number: worker.close() for number, worker in self.own.items()}


def local_text(op: Op, text: str) -> str:
    """A call as the process reads it in which the instance is the only one."""
    return '["c",0' + text[len(f'["c",{op.handle}') :] if op.verb == "c" else op._replace(handle=0).text()


def place_of(op: Op, made: int, local: str) -> str:
    """Where an instance lives: nodes that are made live apart from each other, and one that recovers lives where
    nothing did but what recovered from the same log."""
    return f"{made} {local}" if op.method == "new" else f"- {local}"


def opening_at(opening: Opening, place: str) -> Opening:
    """How a process of a place is opened: neighbours, and a node before and after it crashed, differ in what a process
    draws when it starts (hash seed, seed of `random`)."""
    number = place.partition(" ")[0]
    turn = 1 if number == "-" else int(number)
    return replace(opening, host=(opening.host + turn) % 2, random_seed=opening.random_seed + turn)
