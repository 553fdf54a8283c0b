"""Holes solved for by z3: values with which a sketch answers every known counterexample as expected, or the proof that
there are none (counterexample-guided inductive synthesis: Solar-Lezama, PhD thesis, Berkeley 2008).

The arguments of a counterexample are known, only holes are not: the interpreter follows the call, and where a
condition depends on holes it follows both ways (Python's meaning of ``//`` and ``%`` included). A call that leaves the
fragment, or has too many ways, is `Outside`: then nothing is claimed. z3 is bounded by its own count of steps and not
by time, so that the same question has the same answer on any machine.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from probatum.authors.offline.fragment import Env, Evaluation, Outside, Program, Raises
from probatum.authors.offline.holes import Filling, Space
from probatum.authors.offline.unknowns import Unknowns

MOST_PATHS = 200
"""Ways through one call."""
MOST_OPTIONS = 5_000
"""Texts of one hole."""
MOST_TRIED = 200
"""Fillings that were tried already and are excluded one by one."""
RLIMIT = 20_000_000
"""Steps of z3 in one question: a second or two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A counterexample: what a call of a function must answer."""

    function: str
    args: tuple[Any, ...]
    expected: Any
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """No filling, but for some that were tried, satisfies these examples."""

    core: tuple[Example, ...]
    """As many of them as the proof needed."""
    tried: int
    """Fillings that satisfy them all and were tried before."""
    version: str
    """Of z3."""


def present() -> bool:
    """Whether z3 can be imported (extra ``[smt]``)."""
    return importlib.util.find_spec("z3") is not None


def solved(
    program: Program, spaces: Sequence[Space], examples: Sequence[Example], known: Callable[[Filling], bool]
) -> Filling | Proof | None:
    """A filling that satisfies all examples and is not ``known``, or the proof that there is none; None where z3
    cannot say, or a call leaves the fragment."""
    if any(space.span is None and space.count > MOST_OPTIONS for space in spaces):
        return None
    question = _Question(z3=importlib.import_module("z3"), program=program, spaces={s.name: s for s in spaces})
    try:
        for number, example in enumerate(examples):
            question.require(number, example)
    except Outside:
        return None
    return question.answer(examples, known)


@dataclass(slots=True, kw_only=True)
class _Question:
    z3: Any
    program: Program
    spaces: Mapping[str, Space]
    context: Any = None
    solver: Any = None
    domains: Any = None
    """Knows the domains of holes and no example, so that a proof names every example that it rests on."""
    unknowns: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.context = self.z3.Context()
        self.solver, self.domains = (self.z3.Solver(ctx=self.context) for _ in range(2))
        for solver in (self.solver, self.domains):
            solver.set("rlimit", RLIMIT)
            solver.set("random_seed", 0)
        for name, space in self.spaces.items():
            unknown = self.z3.Int(name, self.context)
            low, high = space.span or (0, space.count - 1)
            for solver in (self.solver, self.domains):
                solver.add(low <= unknown, unknown <= high)
            self.unknowns[name] = unknown

    def require(self, number: int, example: Example) -> None:
        """The example holds on whichever way the call goes. Raises `Outside`."""
        ways, waiting = list[Any](), list[tuple[bool, ...]]([()])
        while waiting:
            prefix = waiting.pop()
            if len(ways) >= MOST_PATHS:
                raise Outside
            numbers = Unknowns(z3=self.z3, context=self.context, domains=self.domains, prefix=prefix)
            ways.append(self._way(numbers, example))
            waiting += numbers.others
        holds = self.z3.Or(*(way for way in ways if way is not None), self.z3.BoolVal(False, self.context))
        self.solver.assert_and_track(holds, self.z3.Bool(f"example {number}", self.context))

    def _way(self, numbers: Unknowns, example: Example) -> Any:
        """The condition under which the call goes this way and answers right; None when it answers wrong."""
        run = Evaluation(program=self.program, numbers=numbers, hole=self._hole)
        try:
            found = run.call(example.function, example.args)
        except Raises:
            return None
        right = numbers.is_value(found, example.expected)
        return None if right is False else self.z3.And(*numbers.path, self.z3.BoolVal(True, self.context), right)

    def _hole(self, run: Evaluation, name: str, env: Env) -> Any:
        space, unknown = self.spaces[name], self.unknowns[name]
        if space.span is not None:
            return unknown
        assert isinstance(run.numbers, Unknowns)
        return run.numbers.selected(run, unknown, [tree for _, tree in space.options], env)

    def answer(self, examples: Sequence[Example], known: Callable[[Filling], bool]) -> Filling | Proof | None:
        """Ask z3, again while it names what was tried."""
        for tried in range(MOST_TRIED):
            said = self.solver.check()
            if said == self.z3.unsat:
                core = {str(name) for name in self.solver.unsat_core()}
                used = tuple(e for number, e in enumerate(examples) if f"example {number}" in core)
                return Proof(core=used or tuple(examples), tried=tried, version=self.z3.get_version_string())
            if said != self.z3.sat:
                return None
            model = self.solver.model()
            values = {n: model.eval(u, model_completion=True).as_long() for n, u in self.unknowns.items()}
            filling = {name: self._text(name, value) for name, value in values.items()}
            if not known(filling):
                return filling
            self.solver.add(self.z3.Or(*(self.unknowns[name] != value for name, value in values.items())))
        return None

    def _text(self, name: str, value: int) -> str:
        space = self.spaces[name]
        return str(value) if space.span is not None else space.options[value][0]
