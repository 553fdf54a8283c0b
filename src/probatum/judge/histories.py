"""Drawing histories: calls on one to three instances, then laws tried on what the history left behind.

Generation is open-loop: the oracle runs along and records what it answers. Every history draws its own mix of methods
and keys (swarm
testing, Groce et al., ISSTA 2012), because a uniform mix rarely fills a structure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from probatum.errors import TaskError
from probatum.judge.draw import Drawer, draw_all
from probatum.judge.drive import OracleDriver, apply_law
from probatum.judge.suite import Law, Suite
from probatum.lab.rng import Rng
from probatum.task.declare import Unsatisfied
from probatum.task.interface import SutClass
from probatum.transcript import Answer, Op, segment_text
from probatum.types.codec import decode, encode
from probatum.types.conform import revive

MOST_ITEMS = 6_000
"""Items (or characters) of all answers together after which a history is not drawn any longer."""
SIZED = (list, dict, set, tuple, str, bytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class LawUse:
    """A law tried within a segment: its calls are ``start..end`` of the segment."""

    law: Law
    numbers: tuple[int, ...]
    values: tuple[Any, ...]
    start: int
    end: int
    next_handle: int
    failure: str | None = None
    """Why the law fails on the oracle itself (a task error)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A segment to run, with the oracle's answers and the laws that were tried in it."""

    ops: tuple[Op, ...]
    answers: tuple[Answer, ...]
    uses: tuple[LawUse, ...]
    text: str
    expected: str
    owners: dict[int, str]
    uses_text: str = "[]"


WILD = 0.2
"""Share of histories that draw mostly edges and the full range."""


class Drawers:
    """Compiled drawers of a suite, made once per judge process."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        interface = suite.interface
        self.records = frozenset(r.names for r in interface.records())
        self.makers = {c.name: draw_all(c.makers[0].params) for c in interface.classes}
        self.methods: dict[tuple[str, str], Drawer] = {
            **{(c.name, m.name): draw_all(m.params) for c in interface.classes for m in c.methods},
            **{("", f.name): draw_all(f.method.params) for f in interface.functions},
        }
        self.laws = {law.name: draw_all(law.params) for law in suite.laws}


class History:
    """One history while it is being drawn."""

    def __init__(self, drawers: Drawers, r: Rng) -> None:
        self.drawers = drawers
        self.r = r
        self.driver = OracleDriver(drawers.suite.interface)
        self.uses: list[LawUse] = []
        r.tame = 0.3 if r.random() < WILD else 1.0
        self.mixes = {c.name: self._mix(c) for c in drawers.suite.interface.classes}
        self.unsatisfied = 0

    def _mix(self, cls: SutClass) -> list[str]:
        """The methods this history draws from, with repetition as weight."""
        weights, r = dict(cls.mark.weights), self.r
        names = [m.name for m in cls.methods for _ in range(weights.get(m.name, 1))]
        if r.random() < 0.5 and len(cls.methods) > 2:
            favourite = r.sample(names, 2)
            names += favourite * (2 * len(names) // 2)
        return names

    def make(self, owner: str) -> int | None:
        """Make an instance; None when its construction is unsatisfied or declined."""
        number = max(self.driver.instances, default=-1) + 1
        for _ in range(8):
            try:
                op = Op("n", owner, "new", number, self.drawers.makers[owner](self.r))
                answer = self.driver.make(op)
            except Unsatisfied:
                self.unsatisfied += 1
                continue
            return number if answer.how == 0 else None
        return None

    def call(self, number: int) -> None:
        """One drawn call on an instance."""
        owner = self.driver.owners[number]
        mix = self.mixes[owner]
        name = mix[int(self.r.random() * len(mix))]
        self._draw("c", owner, name, number)

    def function(self, name: str) -> None:
        """One drawn call of a function."""
        self._draw("f", "", name, -1)

    def _draw(self, verb: str, owner: str, name: str, number: int) -> None:
        for _ in range(12):
            try:
                self.driver.make(Op(verb, "", name, number, self.drawers.methods[owner, name](self.r)))
                return
            except Unsatisfied:
                self.unsatisfied += 1

    def law(self, law: Law, numbers: tuple[int, ...]) -> bool:
        """Try a law on the oracle after the history so far; False when its precondition was never met."""
        for _ in range(12):
            try:
                values = self.drawers.laws[law.name](self.r)
                use = record_law(law, self.driver, numbers, values)
            except Unsatisfied:
                self.unsatisfied += 1
                continue
            self.uses.append(use)
            return True
        return False

    def record(self, law: Law, numbers: tuple[int, ...], values: tuple[Any, ...]) -> None:
        """Try a law with the values given; raises `TaskError` where they are outside of what it speaks about."""
        try:
            self.uses.append(record_law(law, self.driver, numbers, values))
        except Unsatisfied:
            raise TaskError(
                f"{law.name}() speaks of no such input as {values}", file="task.py", line=law.line
            ) from None

    def planned(self) -> Planned:
        """The finished segment."""
        return plan_of(self.driver, tuple(self.uses), self.drawers.records)


def record_law(law: Law, driver: OracleDriver, numbers: tuple[int, ...], values: tuple[Any, ...]) -> LawUse:
    """Run a law on the oracle and note which calls it made; raises `Unsatisfied`."""
    start, next_handle = len(driver.ops), max(driver.instances, default=-1) + 1
    failure = apply_law(law, driver, numbers, values, next_handle)
    return LawUse(
        law=law,
        numbers=numbers,
        values=values,
        start=start,
        end=len(driver.ops),
        next_handle=next_handle,
        failure=failure,
    )


def plan_of(driver: OracleDriver, uses: tuple[LawUse, ...], records: frozenset[tuple[str, ...]]) -> Planned:
    """A recorded oracle run as a segment to send."""
    ops = tuple(driver.ops)
    return Planned(
        ops=ops,
        answers=tuple(driver.answers),
        uses=uses,
        text=segment_text(ops),
        expected="[" + ",".join([a.text(records) for a in driver.answers]) + "]",
        owners=dict(driver.owners),
        uses_text=write_uses(uses),
    )


def write_uses(uses: tuple[LawUse, ...]) -> str:
    """The laws tried in a segment as text, so that a stored transcript can be judged again."""
    rows = [[u.law.name, list(u.numbers), list(u.values), u.start, u.end, u.next_handle] for u in uses]
    return encode(rows)


def read_uses(suite: Suite, text: str) -> tuple[LawUse, ...]:
    """The laws of a stored segment; raises KeyError for a law that the task no longer has."""
    laws = {law.name: law for law in (*suite.laws, *suite.numbers)}
    made = []
    for name, numbers, values, start, end, next_handle in decode(text):  # type: ignore[attr-defined]
        law = laws[name]
        drawn = tuple(revive(p.kind, v) for p, v in zip(law.params, values, strict=True))
        made.append(
            LawUse(law=law, numbers=tuple(numbers), values=drawn, start=start, end=end, next_handle=next_handle)
        )
    return tuple(made)


def draw_history(drawers: Drawers, r: Rng, length: int, laws: Sequence[Law]) -> tuple[Planned, int]:
    """A history of about ``length`` calls followed by the given laws; also returns how often a precondition was not
    met."""
    history = History(drawers, r)
    interface = drawers.suite.interface
    if interface.classes:
        _draw_instances(history, length)
    for _ in range(length if not interface.classes else length // 4):
        if interface.functions:
            history.function(interface.functions[int(r.random() * len(interface.functions))].name)
    for law in laws:
        numbers = _law_instances(history, law)
        if numbers is not None:
            history.law(law, numbers)
    return history.planned(), history.unsatisfied


def _draw_instances(history: History, length: int) -> None:
    r, classes = history.r, history.drawers.suite.interface.classes
    most = min(c.mark.instances for c in classes)
    several = 1 if r.random() < 0.6 or most < 2 else 2 + int(r.random() * (most - 1))
    alive = [n for cls in classes for _ in range(several) if (n := history.make(cls.name)) is not None]
    items = 0
    for _ in range(length if alive else 0):
        history.call(alive[int(r.random() * len(alive))])
        value = history.driver.answers[-1].value
        items += len(value) if isinstance(value, SIZED) else 0
        if items > MOST_ITEMS:
            break  # answers that grow with the history are long by now: a right candidate's must fit one reply


def _law_instances(history: History, law: Law) -> tuple[int, ...] | None:
    """Instances for the law's handles: one with the history behind it; further ones of the same class are twins."""
    numbers: list[int] = []
    for owner in law.handles:
        if not owner:
            numbers.append(-1)
            continue
        earlier = [n for n, o in zip(numbers, law.handles, strict=False) if o == owner]
        made = _twin(history, earlier[0]) if earlier else _used(history, owner)
        if made is None:
            return None
        numbers.append(made)
    return tuple(numbers)


def _used(history: History, owner: str) -> int | None:
    alive = [n for n, o in history.driver.owners.items() if o == owner]
    return alive[int(history.r.random() * len(alive))] if alive else history.make(owner)


def _twin(history: History, number: int) -> int | None:
    """A new instance with the same calls behind it."""
    driver = history.driver
    twin = max(driver.instances) + 1
    mine = [op for op in driver.ops if op.handle == number]
    try:
        for op in mine:
            driver.make(op._replace(handle=twin))
    except Unsatisfied:
        return None
    return twin
