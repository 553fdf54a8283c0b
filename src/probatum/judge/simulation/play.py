"""One run of a world: its network, what may happen next, and its laws after every step.

The run does not know what answers its calls: the oracle, a recording or a live worker (one law, three handles).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from probatum.errors import TaskError
from probatum.judge.compare import SENTENCES
from probatum.judge.drive import BadAnswer, Driver, Handle, Signal, deliver
from probatum.judge.simulation.declared import Clause, Part, WorldSpec
from probatum.judge.simulation.schedule import Decision
from probatum.task.declare import SUT_MARK, Unsatisfied
from probatum.task.interface import Interface
from probatum.transcript import Answer, Op, shown


class Message(NamedTuple):
    """A message under way; a duplicate has the number of the first."""

    number: int
    args: tuple[Any, ...]


class Broken(Signal):
    """A law of the world is broken."""

    def __init__(self, law: str, sentence: str, requirements: tuple[str, ...], why: str) -> None:
        super().__init__(f"{law}: {why}")
        self.law, self.sentence, self.requirements, self.why = law, sentence, requirements, why


class Counted:
    """A driver that counts its calls."""

    def __init__(self, inner: Driver) -> None:
        self.inner = inner
        self.interface: Interface = inner.interface
        self.calls = 0

    def make(self, op: Op) -> Answer:
        """The inner driver's answer; a call that the oracle's precondition excludes is the world's mistake."""
        self.calls += 1
        try:
            return self.inner.make(op)
        except Unsatisfied:
            raise TaskError(
                f"a world makes a call outside the specification: {op.show()}",
                file="task.py",
                fix="Keep the world to calls whose preconditions hold",
            ) from None


@dataclass(slots=True)
class Line:
    """One step for people: what happened, and which calls it made."""

    text: str
    start: int
    fair: bool
    end: int | None = None
    """Where the calls end that the step itself made; the laws' calls follow. None: the step was not completed."""


@dataclass(slots=True)
class Wire:
    """The state of one link."""

    queue: list[Message] = field(default_factory=list)
    arrived: set[int] = field(default_factory=set)
    cut: bool = False


class Play:
    """A world being run. ``made``: the decisions that took effect, as they took it."""

    def __init__(self, spec: WorldSpec, driver: Driver) -> None:
        self.spec = spec
        self.driver = Counted(driver)
        self.interface = driver.interface
        self.wires = {part.name: Wire() for part in spec.of("link")}
        self.names: dict[int, str] = {}
        """What a person calls each instance."""
        self.made: list[Decision] = []
        self.lines: list[Line] = []
        self.counts: Counter[str] = Counter()
        self.reached: set[str] = set()
        self.fair = False
        self.trying: Decision | None = None
        """The decision that is taking effect."""
        self._sent = 0
        self.world = spec.cls.__new__(spec.cls)
        self.world._maker = self
        for part in spec.of("link"):
            setattr(self.world, part.name, self._sender(part.name))

    # What world code asks for

    def make(self, kind: type[Any], args: tuple[Any, ...], maker: str = "new") -> Any:
        """One more instance of a declared class."""
        owner = kind.__name__
        if SUT_MARK not in vars(kind):
            raise TaskError(f"{owner} has no @sut, so no world can make one", file="task.py")
        number = len(self.names)
        self.names[number] = f"{owner} s{number}"
        deliver(self.interface.cls(owner).method(maker), self.driver, Op("n", owner, maker, number, args))
        return Handle(self.driver, owner, number)

    @property
    def calls(self) -> int:
        """Calls made so far."""
        return self.driver.calls

    def _sender(self, name: str) -> Callable[..., None]:
        wire = self.wires[name]

        def send(*args: Any) -> None:
            if wire.cut:
                self._happened(name, "partition")
                return
            self._sent += 1
            wire.queue.append(Message(self._sent, args))

        return send

    # The run

    def begin(self) -> None:
        """Make the nodes and let the world prepare itself."""
        self._line("start")
        for name, owner in self.spec.nodes:
            self._node(name, self.interface.cls(owner).oracle)
        self._guarded(self.world.start)
        self.lines[-1].end = self.calls
        self._laws()

    def apply(self, decision: Decision) -> bool:
        """Let a decision take effect; False where it is not possible now."""
        before = self.calls
        self.trying = decision
        effective = self._take(decision)
        self.trying = None
        if effective is None:
            return False
        self.made.append(effective)
        self.lines[-1].end = self.calls
        if self.calls != before:
            self._laws()
        return True

    def settle(self) -> None:
        """The faults stop: fair steps until every `eventually` was true once; raises `Broken` for one that was not."""
        waiting = [c for c in self.spec.laws("eventually") if not self._holds(c)]
        if not waiting:
            return
        self.fair = True
        for wire in self.wires.values():
            wire.cut = False
        turns = self._fair_turns()
        step = 0
        while waiting:
            late = next((c for c in waiting if c.mark.within <= step), None)
            if late is not None:
                raise self._late(late, f"not within {step} fair steps after the faults stopped")
            if not next(turns):
                raise self._late(waiting[0], f"after {step} fair steps nothing is under way and no timer is left")
            step += 1
            self.lines[-1].end = self.calls
            self._laws()
            waiting = [c for c in waiting if not self._holds(c)]

    def _node(self, name: str, oracle: type[Any], args: tuple[Any, ...] = (), maker: str = "new") -> None:
        """Make an instance and put it in the place of a node."""
        self._guarded(lambda: setattr(self.world, name, self.make(oracle, args, maker)))
        self.names[len(self.names) - 1] = name

    def _late(self, clause: Clause, why: str) -> Broken:
        return Broken(clause.name, clause.sentence, clause.mark.requirements, why)

    def _fair_turns(self) -> Iterator[bool]:
        """Fair steps: the oldest message of each link in turn; when nothing is under way, each timer in turn."""
        links, timers = self.spec.of("link"), self.spec.of("timer")
        link = timer = 0
        while True:
            waiting = [i for i in range(len(links)) if self.wires[links[(link + i) % len(links)].name].queue]
            if waiting:
                link = (link + waiting[0]) % len(links)
                self._deliver(Decision("deliver", links[link].name, (0,)))
                link += 1
            elif timers:
                self._fire(Decision("fire", timers[timer % len(timers)].name))
                timer += 1
            yield bool(waiting or timers)

    # Decisions

    def _take(self, decision: Decision) -> Decision | None:
        """The decision as it took effect; None where it is not possible now."""
        take = {
            "do": self._do,
            "deliver": self._deliver,
            "drop": self._drop,
            "duplicate": self._duplicate,
            "cut": self._cut,
            "heal": self._heal,
            "fire": self._fire,
            "crash": self._crash,
        }.get(decision.kind)
        return take(decision) if take is not None else None

    def _do(self, decision: Decision) -> Decision | None:
        part = self.spec.part(decision.name)
        if part is None:
            return None
        before = self.calls
        self._line(decision.show())
        try:
            self._body(part, decision.args)
        except Unsatisfied:
            if self.calls != before:
                raise TaskError(
                    f"{part.name}() assumes something after it made calls",
                    file="task.py",
                    line=part.line,
                    fix="Put assume() at the beginning",
                ) from None
            self.lines.pop()
            return None
        self.counts[f"{part.name} done"] += 1
        return decision

    def _deliver(self, decision: Decision) -> Decision | None:
        part, wire, at = self._place(decision)
        if part is None or at is None or (at and not part.may("reorder") and not self.fair):
            return None
        message = wire.queue.pop(at)
        if message.number in wire.arrived:
            self._happened(part.name, "duplicate")
        if any(earlier.number != message.number for earlier in wire.queue[:at]):
            self._happened(part.name, "reorder")
        wire.arrived.add(message.number)
        self._line(f"deliver {part.name}{_late_by(at)}: {_told(message)}")
        self._body(part, message.args)
        return Decision("deliver", part.name, (at,))

    def _drop(self, decision: Decision) -> Decision | None:
        part, wire, at = self._place(decision)
        if part is None or at is None or not part.may("drop"):
            return None
        self._line(f"drop {part.name}{_late_by(at)}: {_told(wire.queue.pop(at))}")
        self._happened(part.name, "drop")
        return Decision("drop", part.name, (at,))

    def _duplicate(self, decision: Decision) -> Decision | None:
        part, wire, at = self._place(decision)
        if part is None or at is None or not part.may("duplicate"):
            return None
        self._line(f"duplicate {part.name}{_late_by(at)}: {_told(wire.queue[at])}")
        wire.queue.insert(at + 1, wire.queue[at])
        return Decision("duplicate", part.name, (at,))

    def _place(self, decision: Decision) -> tuple[Part | None, Wire, int | None]:
        """The link of a decision and a place in its queue that exists; None when nothing is under way there."""
        wire = self.wires.get(decision.name, Wire())
        at = min(decision.args[0], len(wire.queue) - 1) if wire.queue else None
        return self.spec.part(decision.name), wire, at

    def _cut(self, decision: Decision) -> Decision | None:
        part, wire = self.spec.part(decision.name), self.wires.get(decision.name)
        if part is None or wire is None or wire.cut or not part.may("partition"):
            return None
        self._line(f"cut {part.name}" + f": {len(wire.queue)} messages lost" * bool(wire.queue))
        for _ in wire.queue:
            self._happened(part.name, "partition")
        wire.cut, wire.queue[:] = True, []
        return decision

    def _heal(self, decision: Decision) -> Decision | None:
        wire = self.wires.get(decision.name)
        if wire is None or not wire.cut:
            return None
        self._line(decision.show())
        wire.cut = False
        return decision

    def _fire(self, decision: Decision) -> Decision | None:
        part = self.spec.part(decision.name)
        if part is None or not self.time_may_pass():
            return None
        for link, wire in self.wires.items():
            if wire.queue:
                self._happened(link, "delay")
        self._line(f"{part.name} fires")
        self._body(part, ())
        self.counts[f"{part.name} fired"] += 1
        return decision

    def time_may_pass(self) -> bool:
        """Whether timers may fire: nothing is under way, or all of it may be delayed."""
        return all(part.may("delay") for part in self.spec.of("link") if self.wires[part.name].queue)

    def _crash(self, decision: Decision) -> Decision | None:
        part = self.spec.part(decision.name)
        if part is None:
            return None
        self._line(part.name)
        node: Handle = getattr(self.world, part.mark.node)
        log: list[bytes] = self._guarded(node.log)
        lost = min(decision.args[0], len(log)) if part.may("lose") else 0
        kept = log[: len(log) - lost]
        torn = min(decision.args[1], len(kept[-1])) if kept and part.may("torn") else 0
        if torn:
            kept = [*kept[:-1], kept[-1][:-torn]]
        for fault, real in (("crash", True), ("lose", lost), ("torn", torn)):
            if real:
                self._happened(part.name, fault)
        effective = self.trying = Decision("crash", part.name, (lost, torn))
        self.lines[-1].text = effective.show()
        oracle = self.interface.cls(dict(self.spec.nodes)[part.mark.node]).oracle
        self._node(part.mark.node, oracle, (kept,), "recover")
        self._body(part, (not lost and not torn,))
        return effective

    def _happened(self, part: str, fault: str) -> None:
        self.counts[f"{part} {fault}"] += 1

    def _line(self, text: str) -> None:
        self.lines.append(Line(text, self.calls, self.fair))

    # World code and laws

    def _body(self, part: Part, args: tuple[Any, ...]) -> None:
        sentence = part.sentence or f"The assertions in {part.name}() hold."
        self._lawful(part.name, sentence, part.mark.requirements, lambda: part.body(self.world, *args))

    def _laws(self) -> None:
        for clause in self.spec.clauses:
            if clause.mark.kind == "always":
                self._true(clause)
            elif clause.mark.kind == "sometimes" and clause.name not in self.reached and self._holds(clause):
                self.reached.add(clause.name)

    def _true(self, clause: Clause) -> None:
        self._lawful(clause.name, clause.sentence, clause.mark.requirements, lambda: clause.body(self.world))
        self.counts[f"{clause.name} tried"] += 1

    def _holds(self, clause: Clause) -> bool:
        self.counts[f"{clause.name} tried"] += 1
        found = self._lawful(clause.name, clause.sentence, clause.mark.requirements, lambda: clause.body(self.world))
        return bool(found)

    def _lawful(self, law: str, sentence: str, requirements: tuple[str, ...], run: Callable[[], Any]) -> Any:
        """Run world code whose failing is the failing of a law."""
        try:
            return self._guarded(run)
        except (Unsatisfied, TaskError):
            raise
        except AssertionError as problem:
            why = str(problem) or "the assertion fails"
        except Exception as problem:  # noqa: BLE001 - world code that cannot digest an answer is a law that fails
            why = f"{type(problem).__name__}: {problem}"
        raise Broken(law, sentence, requirements, why)

    def _guarded(self, run: Callable[[], Any]) -> Any:
        """Run code that makes calls: an answer no law can be given breaks a built-in law."""
        try:
            return run()
        except BadAnswer as problem:
            raise Broken(problem.law, SENTENCES[problem.law], (), str(problem)) from None


def _late_by(at: int) -> str:
    return f" (past {at} earlier)" if at else ""


def _told(message: Message) -> str:
    return ", ".join(map(shown, message.args))
