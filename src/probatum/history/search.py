"""The search for an order: just-in-time linearization, depth first.

Lowe, *Testing for linearizability* (CCPE 2017), after Wing and Gong (1993). A configuration is a state of the model
with the calls that took effect already and have not returned yet. At each return a configuration must have, or be
given, an order in which that call took effect; no earlier choice is made than a return asks for. No configuration is
looked at twice. Three things keep them few: a call that only reads takes effect as soon as the state has its answer;
equal calls that never return are interchangeable, so that only their number counts; and of two configurations that
differ in nothing else, the one that used fewer of those can do whatever the other can.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from probatum.history.models import Model, State
from probatum.history.operations import Operation

Used = tuple[int, ...]
"""How many calls of each kind that never return took effect."""
Config = tuple[State, int, Used]
"""State; live calls that took effect, as bits; calls without return that took effect."""


class OutOfSteps(Exception):
    """The search used up its steps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """The first return that no order explains."""

    operation: Operation
    states: tuple[State, ...]
    """Values the object may have had before the calls that were running then."""
    shown_by: tuple[Operation, ...] = ()
    """The operations that show it by themselves, where they are known; the object's values then say nothing."""


@dataclass(slots=True, kw_only=True)
class Budget:
    """Steps of the model that a search may take in all."""

    most: int
    used: int = 0

    def spend(self) -> None:
        """Count one step; raises `OutOfSteps`."""
        self.used += 1
        if self.used > self.most:
            raise OutOfSteps


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """A moment at which a call returned, with what was running then."""

    bit: int
    operation: Operation
    reading: tuple[tuple[int, Operation], ...]
    """Running calls that will return and change nothing."""
    changing: tuple[tuple[int, int, Operation], ...]
    """The other running calls that will return, the one that returns here last: bit; bits of equal calls that return
    earlier; call. Of equal calls that run at once, the one that returns earlier can come first: they change places. A
    model may have them in another order."""
    endless: tuple[tuple[Operation, int], ...]
    """Per kind of calls that never return: one of them, and how many were invoked so far."""


def search(model: Model, operations: Sequence[Operation], budget: Budget) -> Stuck | None:
    """None when the operations are linearizable, else where every order gets stuck; raises `OutOfSteps`."""
    if plain := model.impossible(operations):
        return Stuck(operation=plain[-1], states=(), shown_by=plain)
    returns, alike = returns_of(model, operations), model.alike(operations)
    eager = None if model.eager is None else model.eager(operations)
    hopeless = None if model.hopeless is None else model.hopeless(operations)
    seen = [_Antichain() for _ in returns]
    entered: list[dict[State, None]] = [{} for _ in returns]
    stack: list[tuple[int, Config]] = [(0, (model.initial, 0, ()))]
    while stack:
        at, (state, done, used) = stack.pop()
        if at == len(returns):
            return None
        here = returns[at]
        entered[at].setdefault(state) if not done & here.bit else None
        done |= _read(model, here, state, done, budget)
        state, done = (state, done) if eager is None else _at_once(model, here, (state, done), eager, budget)
        if not seen[at].add((state, done, used)):
            continue
        if done & here.bit:
            stack.append((at + 1, (state, done & ~here.bit, used)))
        else:
            steps = _steps(model, here, (state, done, used), alike, budget)
            stack += [
                (at, config) for operation, config in steps if hopeless is None or not hopeless(config[0], operation)
            ]
    furthest = max(at for at, antichain in enumerate(seen) if antichain)
    return Stuck(operation=returns[furthest].operation, states=tuple(entered[furthest]))


def returns_of(model: Model, operations: Sequence[Operation]) -> list[Return]:
    """The returns in order; calls that change nothing and never returned say nothing."""
    rank = None if model.rank is None else model.rank(operations)
    live: dict[int, Operation] = {}
    bits: dict[int, int] = {}
    endless: dict[str, tuple[Operation, int]] = {}
    made = []
    told = [o for o in operations if o.returned is not None or o.f not in model.reads]
    moments = [(o.invoked, o) for o in told] + [(o.returned, o) for o in told if o.returned is not None]
    for at, operation in sorted(moments, key=lambda moment: moment[0]):
        if at != operation.invoked:
            bit = bits.pop(operation.number)
            reading = tuple((b, o) for b, o in live.items() if o.f in model.reads)
            made.append(
                Return(
                    bit=bit,
                    operation=operation,
                    reading=reading,
                    changing=_changing(model, live, bit, rank),
                    endless=tuple(endless.values()),
                )
            )
            del live[bit]
        elif operation.returned is None:
            kind = repr((operation.f, operation.key, operation.argument))
            endless[kind] = operation, endless.get(kind, (operation, 0))[1] + 1
        else:
            bit = bits[operation.number] = _free_bit(live)
            live[bit] = operation
    return made


def _changing(
    model: Model, live: dict[int, Operation], returning: int, rank: Callable[[Operation], float] | None
) -> tuple[tuple[int, int, Operation], ...]:
    equal: dict[str, int] = {}
    found = []
    for bit, operation in sorted(live.items(), key=lambda pair: pair[1].returned or 0):
        if operation.f not in model.reads:
            kind = repr((operation.f, operation.key, operation.argument, operation.answer))
            found.append((bit, equal.get(kind, 0), operation))
            equal[kind] = equal.get(kind, 0) | bit
    if rank is not None:
        return tuple(sorted(found, key=lambda row: -rank(row[2])))
    return tuple(sorted(found, key=lambda row: row[0] == returning))


def _free_bit(live: dict[int, Operation]) -> int:
    bit = 1
    while bit in live:
        bit <<= 1
    return bit


def _read(model: Model, here: Return, state: State, done: int, budget: Budget) -> int:
    """Bits of running calls that only read and that this state answers as they were answered."""
    bits = 0
    for bit, operation in here.reading:
        if not done & bit:
            budget.spend()
            if model.step(state, operation) is not None:
                bits |= bit
    return bits


def _at_once(
    model: Model, here: Return, config: tuple[State, int], eager: Callable[[Any, Operation], bool], budget: Budget
) -> tuple[State, int]:
    """The state and the calls done once every running call has taken effect that loses nothing by it."""
    state, done = config
    waiting = [(bit, operation) for bit, _, operation in here.changing if not done & bit]
    while (ready := next(((b, o) for b, o in waiting if eager(state, o)), None)) is not None:
        budget.spend()
        after = model.step(state, ready[1])
        assert after is not None, "what may happen at once can happen"
        state, done = after[0], done | ready[0]
        waiting.remove(ready)
    return state, done


def _steps(
    model: Model, here: Return, config: Config, alike: Callable[[State], State], budget: Budget
) -> list[tuple[Operation, Config]]:
    """What one more call leads to; the call that returns here comes last, so that it is tried first."""
    state, done, used = config
    found: list[tuple[Operation, Config]] = []
    for kind, (operation, invoked) in enumerate(here.endless):
        if (used[kind] if kind < len(used) else 0) < invoked:
            budget.spend()
            after = model.step(state, operation)
            if after is not None and after[0] != state:
                found.append((operation, (alike(after[0]), done, _more(used, kind))))
    for bit, earlier, operation in here.changing:
        if not done & bit and done & earlier == earlier:
            budget.spend()
            after = model.step(state, operation)
            if after is not None:
                found.append((operation, (alike(after[0]), done | bit, used)))
    return found


def _more(used: Used, kind: int) -> Used:
    counts = [*used, *[0] * (kind + 1 - len(used))]
    counts[kind] += 1
    return tuple(counts)


class _Antichain:
    """Configurations of which none can stand for another."""

    __slots__ = ("_by",)

    def __init__(self) -> None:
        self._by: dict[tuple[State, int], list[Used]] = {}

    def add(self, config: Config) -> bool:
        """False when one that is already there can stand for it."""
        state, done, used = config
        held = self._by.setdefault((state, done), [])
        if any(_at_most(other, used) for other in held):
            return False
        held[:] = [other for other in held if not _at_most(used, other)]
        held.append(used)
        return True

    def __bool__(self) -> bool:
        return bool(self._by)


def _at_most(one: Used, other: Used) -> bool:
    """Whether each count of the first is at most that of the second (counts left off are 0)."""
    return len(one) <= len(other) and all(a <= b for a, b in zip(one, other, strict=False))
