"""Small programs of threads: what clients of a shared object do. Values: stored, shown, run again."""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from probatum.errors import TaskError
from probatum.judge.enumerate import small_values
from probatum.judge.explain import revive_ops
from probatum.judge.naming import name_of
from probatum.judge.schedules.answered import answered
from probatum.judge.schedules.apart import check_apart, meets
from probatum.judge.schedules.hints import check_hints
from probatum.judge.suite import Suite
from probatum.lab.rng import Rng
from probatum.task.declare import Unsatisfied
from probatum.task.interface import SutClass
from probatum.transcript import Op, read_segment
from probatum.types.codec import DecodeError, encode, parse
from probatum.types.kinds import Kind, Unit

MARK = "threads"
PER_METHOD = 4
"""Argument tuples of a method that programs use."""
MOST_LOOKS, REPEATED = 12, 3
"""Calls made when all threads have ended, and how often one that may change the state is repeated there."""
DRAWS = 1000
"""Drawn programs after which a shape is given up: most may leave the specification."""
MOST_BEFORE = 2
"""Calls that lead to such a state."""

Call = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One instance, the calls made before threads start, each thread's calls, and those made when all have ended."""

    owner: str
    made: tuple[Any, ...]
    before: tuple[Call, ...]
    threads: tuple[tuple[Call, ...], ...]
    after: tuple[Call, ...] = ()
    cancelled: int = 0
    """The await at which the first task's only call is cancelled, counted from 1; 0: it is not."""

    def ops(self) -> tuple[tuple[Op, ...], tuple[tuple[Op, ...], ...]]:
        """The calls before, and the calls of each thread."""
        first = (Op("n", self.owner, "new", 0, self.made), *map(_op, self.before))
        return first, tuple(tuple(map(_op, calls)) for calls in self.threads)

    def item(self, run: Run) -> str:
        """What a worker is told (see `interleave.programs`)."""
        before, threads = self.ops()
        rest = [list(run.schedule), run.most, run.labels, list(run.order), list(run.changes)]
        parts = [_texts(before), "[" + ",".join(map(_texts, threads)) + "]", *map(encode, rest)]
        parts += [_texts([_op(call) for call in self.after]), encode(run.touches)]
        parts += [encode(self.cancelled)] if self.cancelled else []
        return "[" + ",".join(parts) + "]"

    def lines(self) -> tuple[str, ...]:
        """The program as a person reads it."""
        before, threads = self.ops()
        named = [f"T{n + 1}: " + "; ".join(op.show() for op in calls) for n, calls in enumerate(threads)]
        if self.cancelled:
            named[0] += f", cancelled at await {self.cancelled}"
        then = ["then: " + "; ".join(_op(call).show() for call in self.after)] if self.after else []
        return (*[op.show() for op in before], *named, *then)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How a program is run: the acting threads of the first steps, and for random schedules priorities with the steps
    at which they change."""

    schedule: tuple[int, ...] = ()
    most: int
    labels: bool = False
    touches: bool = False
    """Whether to ask what steps touch."""
    order: tuple[int, ...] = ()
    changes: tuple[int, ...] = ()


def _op(call: Call) -> Op:
    return Op("c", "", call[0], 0, call[1])


def _texts(ops: Sequence[Op]) -> str:
    return "[" + ",".join(op.text() for op in ops) + "]"


def write_program(item: str) -> str:
    """The text kept beside a run: what was asked for."""
    return encode([MARK, item])


def is_program(text: str) -> bool:
    """Whether the text kept beside a segment is a program of threads."""
    return text.startswith(f'["{MARK}",')


def read_program(suite: Suite, text: str) -> tuple[Program, tuple[int, ...]]:
    """The program and schedule of an item; raises `DecodeError` or `KeyError` where the task has no such calls."""
    tree: Any = parse(text)
    if type(tree) is not list or len(tree) not in (9, 10) or type(tree[1]) is not list:
        raise DecodeError("not a program of threads")
    made = revive_ops(suite, read_segment(json.dumps(tree[0])))[0]
    declared = suite.interface.cls(made.owner)
    if declared.concurrent is None or made.verb != "n":
        raise KeyError(made.owner)

    def read(calls: list[Any]) -> tuple[Call, ...]:
        # instances are known by the call that makes them, so all calls are read behind it
        ops = revive_ops(suite, read_segment(json.dumps([tree[0][0], *calls])))[1:]
        return tuple((op.method, op.args) for op in ops)

    program = Program(
        owner=made.owner,
        made=made.args,
        before=read(tree[0][1:]),
        threads=tuple(map(read, tree[1])),
        after=read(tree[7]),
        cancelled=int(tree[9]) if len(tree) == 10 else 0,
    )
    return program, tuple(int(number) for number in tree[2])


class Clients:
    """Programs of one declared class that stay within its specification in every order of their calls."""

    def __init__(self, declared: SutClass, one: Callable[[Kind], bool] = lambda kind: False) -> None:
        """``one``: kinds of which one value will do."""
        assert declared.concurrent is not None
        self.declared, self.mark = declared, declared.concurrent
        self.calls: list[Call] = []
        for method in declared.methods:
            values = [small_values(p.kind, 1 if one(p.kind) else self.mark.values) for p in method.params]
            if not all(values):
                raise TaskError(
                    f"a parameter of {declared.name}.{method.name} has no small values",
                    file="task.py",
                    fix="Give it a type whose values can be enumerated; @concurrent draws from those",
                )
            self.calls += [(method.name, args) for args in list(itertools.product(*values))[:PER_METHOD]]
        self.setups = list(self._setups())
        if not self.setups:
            raise TaskError(f"no small {declared.name} can be made", file="task.py", fix="Look at its constructor")
        self.looks = self._looks()
        check_apart(declared)
        check_hints(self.mark.hints, self.calls, lambda c: all(self._changes_not(o, c) for _, _, o in self.setups))

    def _setups(self) -> Iterator[tuple[tuple[Any, ...], tuple[Call, ...], Any]]:
        """Distinct states after few calls: arguments of the constructor, calls, oracle."""
        makers = itertools.product(*[small_values(p.kind, 3) for p in self.declared.makers[0].params])
        found: list[tuple[tuple[Any, ...], tuple[Call, ...], Any]] = []
        for made in itertools.islice(makers, 3):
            try:
                found.append((made, (), self.declared.oracle(*copy.deepcopy(made))))
            except Unsatisfied:
                continue
        seen: set[str] = set()
        level, given = found, 0
        for depth in range(MOST_BEFORE + 1):
            further = []
            for made, calls, oracle in level:
                name = f"{made} {name_of(oracle) or len(seen)}"
                if name in seen or given >= self.mark.states:
                    continue
                seen.add(name)
                given += 1
                yield made, calls, oracle
                further += [
                    (made, (*calls, call), after)
                    for call in (self.calls if depth < MOST_BEFORE else ())
                    if (after := self.after(oracle, call)) is not None
                ]
            level = further

    def _looks(self) -> tuple[Call, ...]:
        """Calls that show what threads left behind: of methods that change no small state, then, a few times each,
        those that answer without an argument and never wait. Without them an update may be lost without a trace."""
        change = {c[0] for c in self.calls if not all(self._changes_not(oracle, c) for _, _, oracle in self.setups)}
        still = [call for call in self.calls if call[0] not in change]
        taking = [
            (method.name, ())
            for method in self.declared.methods
            if not method.params and method.name not in self.mark.waits and not isinstance(method.result, Unit)
        ]
        repeated = [call for call in taking if call not in still for _ in range(REPEATED)]
        return tuple([*still, *repeated][:MOST_LOOKS])

    def _changes_not(self, oracle: Any, call: Call) -> bool:
        after, before = self.after(oracle, call), name_of(oracle)
        return after is not None and before is not None and name_of(after) == before

    def after(self, oracle: Any, call: Call) -> Any | None:
        """A copy of the oracle after one call; None where the call is outside of the specification, or waits."""
        found = answered(self.declared, oracle, call)
        return None if found is None else found[0]

    def changes(self, oracle: Any, call: Call) -> bool:
        """Whether a call that may be made changes the state of an oracle, as far as states have names."""
        after, before = self.after(oracle, call), name_of(oracle)
        return after is not None and (before is None or name_of(after) != before)

    def reached(self, made: tuple[Any, ...], calls: Sequence[Call]) -> Any | None:
        """The oracle after calls on a new instance; None where that leaves the specification."""
        try:
            oracle = self.declared.oracle(*copy.deepcopy(made))
        except Unsatisfied:
            return None
        for call in calls:
            oracle = None if oracle is None else self.after(oracle, call)
        return oracle

    def legal(
        self,
        oracle: Any,
        threads: Sequence[Sequence[Call]],
        after: Sequence[Call] = (),
        seen: set[str] | None = None,
    ) -> bool:
        """Whether no order of the calls leaves the specification, with those ``after`` all others. A thread whose call
        waits stands still. No two threads pass the same value where the task keeps it apart."""
        if seen is None and meets(self.declared, threads):
            return False
        seen = set() if seen is None else seen
        name = f"{[len(calls) for calls in threads]} {name_of(oracle) or id(oracle)}"
        if name in seen:
            return True
        seen.add(name)
        if not any(threads):
            return self._allows(oracle, after)
        for number, calls in enumerate(threads):
            if not calls:
                continue
            then = self.after(oracle, calls[0])
            if then is None and calls[0][0] not in self.mark.waits:
                return False
            rest = [*threads[:number], calls[1:], *threads[number + 1 :]]
            if then is not None and not self.legal(then, rest, after, seen):
                return False
        return True

    def _allows(self, oracle: Any, calls: Sequence[Call]) -> bool:
        for call in calls:
            oracle = self.after(oracle, call)
            if oracle is None:
                return False
        return True

    def made(
        self, setup: tuple[tuple[Any, ...], tuple[Call, ...], Any], threads: Sequence[tuple[Call, ...]]
    ) -> Program | None:
        """A program that stays within the specification in every order; None where the threads' calls do not."""
        made, before, oracle = setup
        for after in dict.fromkeys((self.looks, ())):
            if self.legal(oracle, threads, after):
                return Program(
                    owner=self.declared.name, made=made, before=before, threads=tuple(threads), after=tuple(after)
                )
        return None

    def small(self) -> Iterator[Program]:
        """Every pair of small calls at once, in every small state."""
        for setup in self.setups:
            for one, other in itertools.combinations_with_replacement(self.calls, 2):
                if (program := self.made(setup, [(one,), (other,)])) is not None:
                    yield program

    def drawn(self, r: Rng, shape: Sequence[int]) -> Program | None:
        """A drawn program with so many calls per thread; None where none was found within the specification."""
        for _ in range(DRAWS):
            setup = self.setups[int(r.random() * len(self.setups))]
            program = self.made(setup, [tuple(self._call(r) for _ in range(count)) for count in shape])
            if program is not None:
                return program
        return None

    def _call(self, r: Rng) -> Call:
        methods = self.declared.methods
        method = methods[int(r.random() * len(methods))].name
        calls = [call for call in self.calls if call[0] == method]
        return calls[int(r.random() * len(calls))]

    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """Calls per thread of the drawn programs: two threads in full, and all threads with a call each."""
        pair = (self.mark.calls, self.mark.calls)
        return (pair, (1,) * self.mark.threads) if self.mark.threads > 2 else (pair,)
