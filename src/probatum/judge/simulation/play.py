"""One run of a world: its nodes, what has happened, and its laws after every step.

The run does not know what answers its calls: the oracle, a recording or a live worker (one law, three handles).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from probatum.errors import TaskError
from probatum.judge.compare import SENTENCES
from probatum.judge.drive import BadAnswer, Driver, Handle, Signal, deliver, outcome_of
from probatum.judge.simulation import moves
from probatum.judge.simulation.declared import Clause, Part, WorldSpec
from probatum.judge.simulation.moves import Message, Wire
from probatum.judge.simulation.schedule import Decision
from probatum.task.declare import SUT_MARK, Unsatisfied
from probatum.task.interface import Interface
from probatum.transcript import Answer, Op

LEAST_STEPS = 40
"""Fair steps waited for at least, even in a hurry."""


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
        self.logs: dict[int, list[bytes]] = {}
        """The latest log that each instance answered, for an adversary who tears it."""

    def make(self, op: Op) -> Answer:
        """The inner driver's answer; a call that the oracle's precondition excludes is the world's mistake."""
        self.calls += 1
        try:
            answer = self.inner.make(op)
        except Unsatisfied:
            raise TaskError(
                f"a world makes a call outside the specification: {op.show()}",
                file="task.py",
                fix="Keep the world to calls whose preconditions hold",
            ) from None
        if op.method == "log" and type(answer.value) is list:
            self.logs[op.handle] = answer.value
        return answer


def unheard(step: str) -> None:
    """Stands for a listener."""


@dataclass(slots=True)
class Line:
    """One step for people: what happened, and which calls it made."""

    text: str
    start: int
    fair: bool
    end: int | None = None
    """Where the calls end that the step itself made; the laws' calls follow. None: the step was not completed."""


class Play:
    """A world being run. ``made``: the decisions that took effect, as they took it."""

    def __init__(self, spec: WorldSpec, driver: Driver, enter: Callable[[str], None] = unheard) -> None:
        self.spec = spec
        self.enter = enter
        """Told of every kind of step that begins."""
        self.driver = Counted(driver)
        self.interface = driver.interface
        self.wires = {part.name: Wire() for part in spec.of("link")}
        self.names: dict[int, str] = {}
        """What a person calls each instance."""
        self.numbers: dict[str, int] = {}
        """The instance in the place of each node."""
        self.made: list[Decision] = []
        self.trying: Decision | None = None
        """The decision that is taking effect."""
        self.lines: list[Line] = []
        self.counts: Counter[str] = Counter()
        self.reached: set[str] = set()
        self.fair = False
        self._sent = 0
        self.world = spec.cls.__new__(spec.cls)
        self.world._maker = self
        for part in spec.of("link"):
            setattr(self.world, part.name, self._sender(part.name))

    @property
    def calls(self) -> int:
        """Calls made so far."""
        return self.driver.calls

    def make(self, kind: type[Any], args: tuple[Any, ...], maker: str = "new") -> Any:
        """One more instance of a declared class."""
        owner = kind.__name__
        if SUT_MARK not in vars(kind):
            raise TaskError(f"{owner} has no @sut, so no world can make one", file="task.py")
        number = len(self.names)
        self.names[number] = f"{owner} s{number}"
        deliver(self.interface.cls(owner).method(maker), self.driver, Op("n", owner, maker, number, args))
        return Handle(self.driver, owner, number)

    def node(self, name: str, oracle: type[Any], args: tuple[Any, ...] = (), maker: str = "new") -> None:
        """Make an instance and put it in the place of a node."""
        self.guarded(lambda: setattr(self.world, name, self.make(oracle, args, maker)))
        self.names[len(self.names) - 1] = name
        self.numbers[name] = len(self.names) - 1

    def _sender(self, name: str) -> Callable[..., None]:
        """What world code calls to send on a link."""
        wire = self.wires[name]

        def send(*args: Any) -> None:
            if wire.cut:
                self.happened(name, "partition")
                return
            self._sent += 1
            wire.queue.append(Message(self._sent, args))

        return send

    def begin(self) -> None:
        """Make the nodes and let the world prepare itself."""
        self.enter("start")
        self.line("start")
        for name, owner in self.spec.nodes:
            self.node(name, self.interface.cls(owner).oracle)
        self.guarded(self.world.start)
        self._after_step()

    def apply(self, decision: Decision) -> bool:
        """Let a decision take effect; False where it is not possible now."""
        before = self.calls
        self.trying = decision
        self.enter(f"{decision.kind} {decision.name}")
        effective = moves.take(self, decision)
        self.trying = None
        if effective is None:
            return False
        self.made.append(effective)
        self._after_step(laws=self.calls != before)
        return True

    def log_of(self, node: str) -> list[bytes]:
        """The latest log that a node answered; [] before it was asked."""
        return self.driver.logs.get(self.numbers.get(node, -1), [])

    def settle(self, patience: int = 1) -> None:
        """The faults stop: fair steps until every `eventually` was true once; raises `Broken` for one that was not.

        ``patience``: wait for only a part of the declared steps (one in so many), to look quickly. What is under way
        by then has to arrive first and may be answered once on each link: that takes steps that do not count.
        """
        self.fair = True
        self.enter("settle")
        backlog = len(self.wires) * sum(len(wire.queue) for wire in self.wires.values())
        waiting = [c for c in self.spec.laws("eventually") if not self._holds(c)]
        for wire in self.wires.values():
            wire.cut = False
        turns = self._fair_turns()
        step = 0
        while waiting:
            late = next((c for c in waiting if _steps(c, patience) + backlog <= step), None)
            if late is not None:
                besides = f", besides {backlog} for what was under way" if backlog else ""
                raise _late(late, f"not within {step - backlog} fair steps after the faults stopped{besides}")
            if not next(turns):
                raise _late(waiting[0], f"after {step} fair steps nothing is under way and no timer is left")
            step += 1
            self._after_step()
            waiting = [c for c in waiting if not self._holds(c)]

    def _fair_turns(self) -> Iterator[bool]:
        """Fair steps: the oldest message of each link in turn; when nothing is under way, each timer in turn."""
        links, timers = self.spec.of("link"), self.spec.of("timer")
        link = timer = 0
        while True:
            waiting = [i for i in range(len(links)) if self.wires[links[(link + i) % len(links)].name].queue]
            if waiting:
                part = links[(link + waiting[0]) % len(links)]
                self.enter(f"fair {part.name}")
                moves.deliver(self, part, Decision("deliver", part.name, (0,)))
                link += waiting[0] + 1
            elif timers:
                part = timers[timer % len(timers)]
                self.enter(f"fair {part.name}")
                moves.fire(self, part, Decision("fire", part.name))
                timer += 1
            yield bool(waiting or timers)

    def time_may_pass(self) -> bool:
        """Whether timers may fire: nothing is under way, or all of it may be delayed."""
        return all(part.may("delay") for part in self.spec.of("link") if self.wires[part.name].queue)

    def happened(self, part: str, fault: str) -> None:
        """Count a fault that really happened."""
        self.counts[f"{part} {fault}"] += 1

    def line(self, text: str) -> None:
        """Begin a step that people see."""
        self.lines.append(Line(text, self.calls, self.fair))

    def body(self, part: Part, args: tuple[Any, ...]) -> None:
        """Run the body of a part; its assertions are a law of its name."""
        sentence = part.sentence or f"The assertions in {part.name}() hold."
        self._lawful(part.name, sentence, part.mark.requirements, lambda: part.body(self.world, *args))

    def _after_step(self, *, laws: bool = True) -> None:
        """A step is complete: try the laws that hold always, and look for what must be reached."""
        self.lines[-1].end = self.calls
        for clause in self.spec.clauses if laws else ():
            if clause.mark.kind == "always":
                self._tried(clause)
            elif clause.mark.kind == "sometimes" and clause.name not in self.reached and self._holds(clause):
                self.reached.add(clause.name)

    def _holds(self, clause: Clause) -> bool:
        return bool(self._tried(clause))

    def _tried(self, clause: Clause) -> Any:
        self.counts[f"{clause.name} tried"] += 1
        run = clause.body
        return self._lawful(clause.name, clause.sentence, clause.mark.requirements, lambda: run(self.world))

    def _lawful(self, law: str, sentence: str, requirements: tuple[str, ...], run: Callable[[], Any]) -> Any:
        """Run world code whose failing is the failing of a law."""
        answer, why = self.guarded(lambda: outcome_of(run))
        if why is not None:
            raise Broken(law, sentence, requirements, why)
        return answer

    def guarded(self, run: Callable[[], Any]) -> Any:
        """Run code that makes calls: an answer no law can be given breaks a built-in law."""
        try:
            return run()
        except BadAnswer as problem:
            raise Broken(problem.law, SENTENCES[problem.law], (), str(problem)) from None


def _steps(clause: Clause, patience: int) -> int:
    within = clause.mark.within
    return within if patience == 1 else max(min(within, LEAST_STEPS), within // patience)


def _late(clause: Clause, why: str) -> Broken:
    return Broken(clause.name, clause.sentence, clause.mark.requirements, why)
