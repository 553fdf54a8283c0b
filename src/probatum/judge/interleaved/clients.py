"""Clients of a shared object: what is called before threads start, by each of them, and after they have ended."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from probatum.errors import TaskError
from probatum.judge.enumerate import small_values
from probatum.judge.explain import revive_ops
from probatum.judge.interleaved import refs
from probatum.judge.interleaved.crossed import crossed
from probatum.judge.interleaved.followed import followed, told
from probatum.judge.interleaved.left import left
from probatum.judge.interleaved.total import is_total
from probatum.judge.schedules.apart import meets
from probatum.judge.schedules.programs import Call, Clients, Program
from probatum.judge.suite import Suite
from probatum.lab.rng import Rng
from probatum.task.concurrency import methods_in
from probatum.task.interface import SutClass
from probatum.transcript import read_segment
from probatum.types.codec import DecodeError, decode, encode, parse
from probatum.types.kinds import Int, Kind

MARK, SAMPLED, FROZEN = "interleaved", "sampled", "frozen"
"""Marks of clients all interleavings of which were run, of larger ones with some, and of those of which a thread stood
still."""
MARKS = (MARK, SAMPLED, FROZEN)
TRIES = 60
"""Drawn arguments after which a pattern is given up: no order of it may leave the specification."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A program of threads and the calls that look at the object when they have ended."""

    program: Program
    after: tuple[Call, ...] = ()
    seed: int | None = None
    """64 bits from which schedules are drawn, where not every one is run."""
    frozen: bool = False
    """Whether its first thread stood still while the second made its call."""

    def calls(self, thread: int) -> tuple[Call, ...]:
        """The calls of a thread; thread 0 makes those before and after."""
        return (*self.program.before, *self.after) if thread == 0 else self.program.threads[thread - 1]

    def text(self, declared: SutClass) -> str:
        """The client as the harness reads it."""
        names = [method.name for method in declared.methods]

        def rows(calls: Sequence[Call]) -> str:
            return "[" + ",".join(encode([names.index(name), *args]) for name, args in calls) + "]"

        threads = ",".join(map(rows, self.program.threads))
        seed = "" if self.seed is None else f",{self.seed}"
        return f"[{encode(list(self.program.made))},{rows(self.program.before)},[{threads}],{rows(self.after)}{seed}]"

    def item(self) -> str:
        """The client as it is stored."""
        before, threads = self.program.ops()
        last = replace(self.program, before=self.after).ops()[0][1:]
        parts = (before, *threads, last)
        return "[" + ",".join("[" + ",".join(op.text() for op in ops) + "]" for ops in parts) + "]"

    def lines(self) -> tuple[str, ...]:
        """The client as a person reads it."""
        last = replace(self.program, before=self.after).ops()[0][1:]
        return (*self.program.lines(), *[f"at the end: {op.show()}" for op in last])


def read_client(suite: Suite, item: str) -> Client:
    """A stored client; raises `DecodeError` or `KeyError` where the task has no such calls."""
    tree: Any = parse(item)
    if type(tree) is not list or len(tree) < 3 or not all(type(part) is list for part in tree) or not tree[0]:
        raise DecodeError("not a client of a shared object")
    first = revive_ops(suite, read_segment(json.dumps(tree[0])))
    made, parts = first[0], []
    for calls in tree[1:]:
        # instances are known by the call that makes them, so each part is read behind it
        ops = revive_ops(suite, read_segment(json.dumps([tree[0][0], *calls])))[1:]
        parts.append(tuple((op.method, op.args) for op in ops))
    if made.verb != "n" or not suite.interface.cls(made.owner).shared:
        raise KeyError(made.owner)
    before = tuple((op.method, op.args) for op in first[1:])
    program = Program(owner=made.owner, made=made.args, before=before, threads=tuple(parts[:-1]))
    return Client(program=program, after=parts[-1])


class Making:
    """Clients of one declared class, within its specification in every order; values are drawn for each."""

    def __init__(self, declared: SutClass, seed: str) -> None:
        assert declared.concurrent is not None
        self.declared, self.mark, self.r = declared, declared.concurrent, Rng(seed)
        self.clients = Clients(declared, payload)
        self.total = is_total(declared.oracle)
        self.makes = [made for made, before, _ in self.clients.setups if not before]

    def patterns(self) -> Iterator[Client]:
        """What the task names in `@concurrent(patterns=...)`, with several choices of arguments each, and each with
        every small instance."""
        for text in self.mark.patterns:
            before, _, at_once = text.rpartition("/")
            names = [part.split() for part in at_once.split("|")]
            rounds = self.mark.choices if any(self._chosen(name) for part in names for name in part) else 1
            numbers = range(max(rounds, len(self.makes)))
            made = [self._pattern(before.split(), names, self.makes[n % len(self.makes)]) for n in numbers]
            if not any(made):
                raise TaskError(
                    f"pattern {text!r} of @concurrent leaves the specification with every argument tried",
                    file="task.py",
                    fix="Leave calls out of it that `assume` forbids",
                )
            yield from (client for client in made if client is not None)

    def _chosen(self, text: str) -> bool:
        """Whether arguments of a method are chosen, or are only fresh; ``insert#2`` names them."""
        name, at, _ = text.partition("@")
        return "#" not in name and sum(not payload(p.kind) for p in self.declared.method(name).params) > len(at)

    def _pattern(self, before: list[str], names: list[list[str]], made: tuple[Any, ...]) -> Client | None:
        for _ in range(TRIES):
            first = self._calls(before)
            threads = tuple(self._calls(part, methods_in(" ".join(before))) for part in names)
            program = Program(owner=self.declared.name, made=made, before=first, threads=threads)
            if self.allows(program):
                return self.client(program)
        return None

    def allows(self, program: Program) -> bool:
        """Whether every order of the calls stays within the specification."""
        if self.total:
            return not meets(self.declared, program.threads)
        if refs.program_has_refs(program):
            return refs.legal(self.clients, program)
        oracle = self.clients.reached(program.made, program.before)
        return oracle is not None and self.clients.legal(oracle, program.threads)

    def small(self) -> Iterator[Client]:
        """Every pair of small calls at once, in every small state, of which one changes something there, and some of
        the others; once in each state, what they leave is not looked at but dropped with the object."""
        seen = set()
        for program in (each for each in self.clients.small() if told(self.clients, each)):
            yield self.client(self.renewed(program))
            if (state := (program.made, program.before)) not in seen:
                seen.add(state)
                yield Client(program=replace(self.renewed(program), after=()))

    def followed(self) -> Iterator[Client]:
        """Every method beside every two others in a row."""
        for program in followed(self.clients):
            yield self.client(self.renewed(program))

    def crossed(self) -> Iterator[Client]:
        """Two threads with two calls each that weak memory tells from any order."""
        for program in crossed(self.clients):
            yield self.client(self.renewed(program))

    def left(self) -> Iterator[Client]:
        """One thread that changes something a few times; what it leaves is dropped."""
        for program in left(self.clients):
            yield Client(program=self.renewed(program))

    def drawn(self, count: int) -> Iterator[Client]:
        """Drawn programs of the largest shapes that are declared."""
        shapes = self.clients.shapes()
        for number in range(count):
            program = self.clients.drawn(self.r, shapes[number % len(shapes)])
            if program is not None:
                yield self.client(self.renewed(program))

    def freezing(self) -> Iterator[Client]:
        """Every method frozen against every other that can be called beside it, in each small state."""
        for made, before, oracle in self.clients.setups:
            frozen = tuple(self._one_each(oracle, []))
            others = tuple(self._one_each(oracle, frozen))
            program = Program(owner=self.declared.name, made=made, before=before, threads=(frozen, others))
            yield self.client(self.renewed(program))

    def _one_each(self, oracle: Any, others: Sequence[Call]) -> Iterator[Call]:
        """A call of each method that can be made here, beside each of the ``others``."""
        for method in self.declared.methods:
            for call in self.clients.calls:
                beside = [[[call], [one]] for one in others] or [[[call]]]
                if call[0] == method.name and all(self.clients.legal(oracle, threads) for threads in beside):
                    yield call
                    break

    def fits(self, client: Client) -> bool:
        """Whether every order of what its threads call stays within the specification."""
        return self.allows(client.program)

    def smaller(self, client: Client) -> Iterator[Client]:
        """The client with one call less, where that stays within the specification."""
        for program in refs.smaller_programs(client.program):
            if self.allows(program):
                yield replace(client, program=program)
        for at in range(len(client.after)):
            yield replace(client, after=client.after[:at] + client.after[at + 1 :])

    def client(self, program: Program) -> Client:
        """The program with the calls that look at the object afterwards."""
        named = [call for name in self.mark.after for call in self._looks(name, program)]
        return Client(program=replace(program, after=()), after=tuple(named) or self.clients.looks)

    def _looks(self, name: str, program: Program) -> list[Call]:
        """Calls that look at the object: one for each of the arguments that the program uses."""
        params = self.declared.method(name).params
        if not params:
            return [(name, ())]
        used = {encode(list(args[: len(params)])): args[: len(params)] for _, args in self._all(program) if args}
        fitting = [args for args in used.values() if len(args) == len(params) and self._fits(params, args)]
        return [(name, args) for args in fitting] or [c for c in self.clients.calls if c[0] == name]

    @staticmethod
    def _fits(params: Sequence[Any], args: Sequence[Any]) -> bool:
        return all(any(type(v) is type(a) for v in small_values(p.kind, 1)) for p, a in zip(params, args, strict=True))

    @staticmethod
    def _all(program: Program) -> Iterator[Call]:
        yield from program.before
        for calls in program.threads:
            yield from calls

    def _calls(self, texts: Sequence[str], earlier: Sequence[str] = ()) -> tuple[Call, ...]:
        """The calls that a part of a pattern names, behind ``earlier`` ones whose answers they may take."""
        names, made = [*earlier, *methods_in(" ".join(texts))], []
        for at, text in enumerate(texts):
            name, _, which = text.partition("@")
            call = self._call(name)
            before = names[: len(earlier) + at]
            made.append(refs.with_ref(self.declared, call, int(which), before) if which else call)
        return tuple(made)

    def _call(self, text: str) -> Call:
        """A call of a method with arguments drawn from the small ones, or with those that the pattern names."""
        name, _, which = text.partition("#")
        calls = [call for call in self.clients.calls if call[0] == name]
        if which and int(which) >= len(calls):
            raise TaskError(
                f"a pattern of @concurrent says {text}, but {name} has {len(calls)} small arguments, from #0 on",
                file="task.py",
                fix="Name one of those, or let `values` of @concurrent be larger",
            )
        return self._fresh(calls[int(which) if which else int(self.r.random() * len(calls))])

    def _fresh(self, call: Call) -> Call:
        """The call with values of its own where it stores one, so that none is taken for another."""
        params = self.declared.method(call[0]).params
        pairs = zip(params, call[1], strict=True)
        return call[0], tuple(self.r.getrandbits(64) if payload(p.kind) else a for p, a in pairs)

    def drawn_call(self) -> Call:
        """A call of any method with small arguments."""
        return self._call(self.r.choice(self.declared.methods).name)

    def renewed(self, program: Program) -> Program:
        """The program with values of its own wherever one is stored."""
        threads = tuple(tuple(map(self._fresh, calls)) for calls in program.threads)
        return replace(program, before=tuple(map(self._fresh, program.before)), threads=threads)


def payload(kind: Kind) -> bool:
    """Whether any number of 64 bits will do, as for what is only stored; keys are declared with ``few``."""
    return isinstance(kind, Int) and kind.width == "u64" and kind.few is None and (kind.lo, kind.hi) == (0, 2**64 - 1)


def write_client(client: Client) -> str:
    """The text kept beside a history: what was asked for."""
    if client.seed is not None:
        return encode([SAMPLED, client.item(), client.seed])
    return encode([FROZEN if client.frozen else MARK, client.item()])


def stored_client(suite: Suite, text: str) -> Client:
    """A client as it was asked for; raises `DecodeError`, or `KeyError` where the task has no such calls."""
    match decode(text):
        case [str(mark), str(item)] if mark in (MARK, FROZEN):
            return replace(read_client(suite, item), frozen=mark == FROZEN)
        case [str(mark), str(item), int(seed)] if mark == SAMPLED and 0 <= seed < 2**64:
            return replace(read_client(suite, item), seed=seed)
    raise DecodeError("not a client of a shared object")


def is_client(text: str, marks: Sequence[str] = MARKS) -> bool:
    """Whether the text kept beside a segment is a client of a shared object."""
    return any(text.startswith(f'["{mark}",') for mark in marks)


def holds_client(stored: str, *marks: str) -> bool:
    """Whether a stored input is such a client, of one of the ``marks`` where some are named."""
    return is_client(stored.partition("\n")[2], marks or MARKS)
