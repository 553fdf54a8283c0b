"""The suite of a task: its executed `task.py` as interface and laws."""

from __future__ import annotations

import inspect
import sys
import traceback
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from probatum.errors import TaskError
from probatum.judge.asserting import FAIL, fail, telling
from probatum.judge.simulation.declared import WorldSpec, worlds_of
from probatum.judge.throughput.traffic import Declared, declared_of
from probatum.task.declare import LAW_MARK, SUT_MARK, LawMark, Sut
from probatum.task.interface import Interface, Param, interface_of, with_default
from probatum.types.annotations import kind_of
from probatum.types.kinds import Int


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """A law of the task file. ``handles``: per leading parameter the class it drives ("" for the functions)."""

    name: str
    sentence: str
    mark: LawMark
    handles: tuple[str, ...]
    params: tuple[Param, ...]
    body: Callable[..., Any]
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """What the judge knows of a task."""

    interface: Interface
    laws: tuple[Law, ...]
    """Laws that make calls: always, never_raises, eventually."""
    goals: tuple[Law, ...]
    """`sometimes`: what must be reached."""
    worlds: tuple[WorldSpec, ...] = ()
    objective: Law | None = None
    """What a candidate that holds is measured by."""
    benchmark: Law | None = None
    """The same on inputs that everybody knows: shown, and counted for nothing."""
    throughput: Declared | None = None
    """What threads call of a shared object while its speed is measured."""

    @property
    def numbers(self) -> tuple[Law, ...]:
        """Objective and benchmark, where they are declared."""
        return tuple(law for law in (self.objective, self.benchmark) if law is not None)

    @property
    def any_answer(self) -> bool:
        """Whether some declaration leaves the answer to the laws."""
        return any(d.mark.answers == "any" for d in self.interface.declared)

    @property
    def deterministic(self) -> bool:
        """Whether the built-in law applies that same calls give same results."""
        return all(d.mark.deterministic for d in self.interface.declared)

    def cited(self) -> tuple[str, ...]:
        """Every requirement id that some law or declaration cites."""
        marks = [d.mark.requirements for d in self.interface.declared]
        marks += [law.mark.requirements for law in (*self.laws, *self.goals)]
        marks += [c.concurrent.requirements for c in self.interface.classes if c.concurrent is not None]
        marks += [world.cited() for world in self.worlds]
        return tuple(dict.fromkeys(r for group in marks for r in group))

    def equality_requirements(self) -> tuple[str, ...]:
        """The requirements that equality with the oracle covers."""
        groups = [d.mark.requirements for d in self.interface.declared]
        return tuple(dict.fromkeys(r for group in groups for r in group))


def load_suite(source: str, *, file: str = "task.py") -> Suite:
    """Execute a task file and collect its declarations; raises `TaskError` naming line and fix."""
    module = types.ModuleType("task")
    module.__file__ = file
    sys.modules["task"] = module
    module.__dict__[FAIL] = fail
    try:
        exec(compile(telling(source, file), file, "exec", dont_inherit=True), module.__dict__)
    except SyntaxError as problem:
        raise TaskError(
            f"does not compile: {problem.msg}", file=file, line=problem.lineno, fix="Correct the syntax"
        ) from None
    except Exception as problem:  # noqa: BLE001 - task code may raise anything; it is reported with its line
        raise TaskError(
            f"fails when executed: {type(problem).__name__}: {problem}", file=file, line=_last_line(problem, file)
        ) from None
    return collect(module.__dict__, file=file)


def _last_line(problem: BaseException, file: str) -> int | None:
    lines = [frame.lineno for frame in traceback.extract_tb(problem.__traceback__) if frame.filename == file]
    return lines[-1] if lines else None


def collect(namespace: Mapping[str, Any], *, file: str = "task.py") -> Suite:
    """The suite of a namespace; raises `TaskError`."""
    interface = interface_of(namespace, file=file)
    laws = [
        _law(n, v, interface, file) for n, v in namespace.items() if isinstance(getattr(v, LAW_MARK, None), LawMark)
    ]
    worlds = worlds_of(namespace, interface, file=file)
    if worlds and any(method.awaited for _, method in interface.every_method()):
        raise TaskError("a @world cannot call coroutines", file=file, fix="Declare the methods of its nodes with def")
    return Suite(
        interface=interface,
        laws=tuple(law for law in laws if law.mark.kind not in ("sometimes", "objective", "benchmark")),
        goals=tuple(law for law in laws if law.mark.kind == "sometimes"),
        worlds=worlds,
        objective=_number("objective", laws, file),
        benchmark=_number("benchmark", laws, file),
        throughput=declared_of(namespace, interface, file=file),
    )


def _number(kind: str, laws: list[Law], file: str) -> Law | None:
    """The one objective or benchmark of a task, whose parameters are seeds or the number of the case."""
    found = [law for law in laws if law.mark.kind == kind]
    for law in found[1:]:
        raise TaskError(f"{law.name}() is a second {kind}", file=file, line=law.line, fix="Keep one")
    for law in found:
        wide = [p for p in law.params if not (isinstance(p.kind, Int) and p.kind.hi == 2**64 - 1)]
        if law.handles != ("",) or wide or not law.params or (kind == "benchmark" and len(law.params) > 1):
            told = "seeds" if kind == "objective" else "the number of the case"
            wanted = "seed: U64" if kind == "objective" else "case: U64"
            raise TaskError(
                f"{kind} {law.name}() must take `s: Sut` and {told}",
                file=file,
                line=law.line,
                fix=f"Write def name(s: Sut, {wanted}) -> float, and make the input from it",
            )
        if kind == "benchmark" and not any(other.mark.kind == "objective" for other in laws):
            fix = "Declare an @objective on hidden inputs beside it"
            raise TaskError(f"benchmark {law.name}() stands alone", file=file, line=law.line, fix=fix)
    return found[0] if found else None


def _law(name: str, body: Any, interface: Interface, file: str) -> Law:
    mark: LawMark = getattr(body, LAW_MARK)
    line = body.__code__.co_firstlineno
    sentence = " ".join((inspect.getdoc(body) or "").split("\n\n")[0].split())
    if not sentence:
        raise TaskError(
            f"law {name}() has no sentence",
            file=file,
            line=line,
            fix="Give it a docstring: one plain sentence a person can read",
        )
    handles, params = ((), ()) if mark.kind == "sometimes" else _law_params(name, body, file, line)
    if mark.kind != "sometimes" and not handles:
        raise TaskError(
            f"law {name}() drives nothing",
            file=file,
            line=line,
            fix="Make its first parameter the @sut class, or `s: Sut`",
        )
    if mark.kind == "eventually" and mark.within < 1:
        raise TaskError(f"law {name}() needs within >= 1", file=file, line=line, fix="Write @eventually(within=5)")
    unknown = [h for h in handles if h and h not in interface.names]
    if unknown:
        raise TaskError(
            f"law {name}() drives {unknown[0]}, which has no @sut", file=file, line=line, fix="Add @sut to the class"
        )
    return Law(name=name, sentence=sentence, mark=mark, handles=handles, params=params, body=body, line=line)


def _law_params(name: str, body: Any, file: str, line: int) -> tuple[tuple[str, ...], tuple[Param, ...]]:
    try:
        hints = typing.get_type_hints(body, include_extras=True)
    except (NameError, TypeError) as problem:
        raise TaskError(
            f"the annotations of law {name}() cannot be evaluated: {problem}", file=file, line=line
        ) from None
    handles: list[str] = []
    params: list[Param] = []
    for param in inspect.signature(body).parameters.values():
        annotation = hints.get(param.name)
        if annotation is Sut:
            handles.append("")
        elif inspect.isclass(annotation) and SUT_MARK in vars(annotation):
            handles.append(annotation.__name__)
        elif annotation is None:
            raise TaskError(
                f"parameter {param.name!r} of law {name}() has no type", file=file, line=line, fix="Annotate it"
            )
        else:
            try:
                params.append(Param(name=param.name, kind=with_default(kind_of(annotation), param.default)))
            except TypeError as problem:
                raise TaskError(f"parameter {param.name!r} of law {name}(): {problem}", file=file, line=line) from None
    return tuple(handles), tuple(params)
