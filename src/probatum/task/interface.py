"""The interface of a task: what every language implements. Built from the `@sut` declarations of a module's
namespace."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from probatum.errors import TaskError
from probatum.task.concurrency import CONCURRENT_MARK, ConcurrentMark
from probatum.task.coroutines import plain_class
from probatum.task.declare import RAISES_MARK, SUT_MARK, SutMark
from probatum.task.lines import line_of
from probatum.task.rustform import RUST_MARK, RustForm
from probatum.task.sharing import check_concurrent, check_coroutines
from probatum.types.annotations import kind_of
from probatum.types.fitting import Test, fitting, reviving
from probatum.types.kinds import Kind, Record, walk


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """A parameter that takes a value."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A method, function or constructor. ``result`` is None where an instance is made."""

    name: str
    params: tuple[Param, ...]
    result: Kind | None
    raises: tuple[str, ...]
    makes: str | None = None
    """Name of the class that a constructor makes an instance of."""
    awaited: bool = False
    """Whether it is declared with `async def`: a call gives something to await."""
    errors: tuple[type[BaseException], ...] = ()
    """The classes of ``raises``, so that laws can catch them."""
    takes: tuple[Test, ...] = field(init=False, repr=False, compare=False)
    """Per parameter whether a value may be given for it."""
    gives: Test = field(init=False, repr=False, compare=False)
    """Whether a value may be its result."""
    given: Callable[[Any], Any] | None = field(init=False, repr=False, compare=False)
    """A result as laws see it, with its records; None: as it is."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "takes", tuple(fitting(param.kind) for param in self.params))
        object.__setattr__(self, "gives", fitting(self.result) if self.result is not None else lambda value: True)
        object.__setattr__(self, "given", reviving(self.result) if self.result is not None else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SutClass:
    """A declared class: constructors (``new`` first) and methods."""

    name: str
    mark: SutMark
    makers: tuple[Method, ...]
    methods: tuple[Method, ...]
    oracle: Any
    concurrent: ConcurrentMark | None = None
    rust: RustForm | None = None
    _named: dict[str, Method] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._named.update((method.name, method) for method in (*self.makers, *self.methods))

    @property
    def shared(self) -> bool:
        """Whether threads share its instances in Rust, too."""
        return self.concurrent is not None and self.rust is not None

    def method(self, name: str) -> Method:
        """The method or constructor of that name; raises KeyError."""
        return self._named[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class SutFunction:
    """A declared function."""

    name: str
    mark: SutMark
    method: Method
    oracle: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """All that a candidate must provide."""

    classes: tuple[SutClass, ...]
    functions: tuple[SutFunction, ...]

    def cls(self, name: str) -> SutClass:
        """The declared class of that name; raises KeyError."""
        for declared in self.classes:
            if declared.name == name:
                return declared
        raise KeyError(name)

    def function(self, name: str) -> SutFunction:
        """The declared function of that name; raises KeyError."""
        for declared in self.functions:
            if declared.name == name:
                return declared
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        """Every declared class and function."""
        return tuple(d.name for d in self.declared)

    @property
    def declared(self) -> tuple[SutClass | SutFunction, ...]:
        """Classes, then functions."""
        return (*self.classes, *self.functions)

    def every_method(self) -> Iterator[tuple[str, Method]]:
        """All methods with the class they belong to ("" for functions)."""
        for declared in self.classes:
            for method in (*declared.makers, *declared.methods):
                yield declared.name, method
        for function in self.functions:
            yield "", function.method

    def records(self) -> tuple[Record, ...]:
        """The records that occur anywhere, each once, in order of appearance."""
        found: dict[str, Record] = {}
        for _, method in self.every_method():
            kinds = [p.kind for p in method.params] + ([method.result] if method.result else [])
            for kind in kinds:
                found.update({k.cls.__name__: k for k in walk(kind) if isinstance(k, Record)})
        return tuple(found.values())

    def outline(self) -> dict[str, Any]:
        """What a worker needs to know, as JSON: records by name, members and functions with their number of
        parameters, declared errors by method."""
        return {
            "records": {r.cls.__name__: list(r.names) for r in self.records()},
            "classes": {c.name: {m.name: len(m.params) for m in (*c.makers, *c.methods)} for c in self.classes},
            "functions": {f.name: len(f.method.params) for f in self.functions},
            **self._primitives(),
            "raises": {f"{owner}.{m.name}": list(m.raises) for owner, m in self.every_method() if m.raises},
        }

    def _primitives(self) -> dict[str, Any]:
        """What candidates may import to wait for each other ("tasks": for tasks), and the methods that are awaited."""
        marks = [c.concurrent for c in self.classes if c.concurrent is not None]
        if not any(mark.tasks for mark in marks):
            return {"sync": True} if marks else {}
        awaited = {c.name: [m.name for m in c.methods if m.awaited] for c in self.classes}
        return {"sync": "tasks", "coroutines": {name: methods for name, methods in awaited.items() if methods}}


def interface_of(namespace: Mapping[str, Any], *, file: str = "task.py") -> Interface:
    """Collect the `@sut` declarations; raises `TaskError` naming file, line and fix."""
    classes: list[SutClass] = []
    functions: list[SutFunction] = []
    declared = [(n, v) for n, v in namespace.items() if isinstance(getattr(v, "__dict__", {}).get(SUT_MARK), SutMark)]
    names = frozenset(n for n, v in declared if inspect.isclass(v))
    for name, value in declared:
        mark = value.__dict__[SUT_MARK]
        if inspect.isclass(value):
            classes.append(_class(name, value, mark, names, file))
        else:
            if inspect.iscoroutinefunction(value):
                raise TaskError(
                    f"{name}() is a coroutine",
                    file=file,
                    line=line_of(value),
                    fix="Only methods of a class that tasks share, @concurrent(tasks=2), are declared with async def",
                )
            method = _method(name, value, names, file, skip_self=False)
            functions.append(SutFunction(name=name, mark=mark, method=method, oracle=value))
    if not declared:
        raise TaskError("nothing is declared with @sut", file=file, fix="Put @sut above the oracle class or function")
    kinds = {c.concurrent.tasks for c in classes if c.concurrent is not None}
    if len(kinds) > 1:
        raise TaskError("one class is shared by threads and another by tasks", file=file, fix="Make two tasks of them")
    return Interface(classes=tuple(classes), functions=tuple(functions))


def _class(name: str, value: Any, mark: SutMark, names: frozenset[str], file: str) -> SutClass:
    init = value.__dict__.get("__init__")
    new = (
        _method("new", init, names, file, makes=name)
        if init
        else Method(name="new", params=(), result=None, raises=(), makes=name)
    )
    makers, methods = [new], []
    for attr, member in value.__dict__.items():
        if attr.startswith("_"):
            continue
        if isinstance(member, classmethod):
            makers.append(_method(attr, member.__func__, names, file, makes=name))
        elif inspect.isfunction(member):
            methods.append(_method(attr, member, names, file))
    if "new" in {m.name for m in (*makers[1:], *methods)}:
        raise TaskError(
            f"class {name} has a method named new",
            file=file,
            line=line_of(value),
            fix="`new` is the constructor; rename it",
        )
    if not methods:
        raise TaskError(
            f"class {name} has no public method", file=file, line=line_of(value), fix="Add the methods of the interface"
        )
    for weighted in (*dict(mark.weights), *mark.any_answer):
        if weighted not in {m.name for m in methods}:
            raise TaskError(
                f"@sut names {weighted!r}, which {name} does not have",
                file=file,
                line=line_of(value),
                fix="Use a method's name",
            )
    shared = value.__dict__.get(CONCURRENT_MARK)
    where = {"file": file, "line": line_of(value)}
    check_coroutines(name, value, shared, where)
    if shared is not None:
        check_concurrent(name, shared, mark, {m.name for m in methods}, where)
    return SutClass(
        name=name,
        mark=mark,
        makers=tuple(makers),
        methods=tuple(methods),
        oracle=plain_class(value),
        concurrent=shared,
        rust=value.__dict__.get(RUST_MARK),
    )


def _method(
    name: str,
    function: Any,
    names: frozenset[str],
    file: str,
    *,
    makes: str | None = None,
    skip_self: bool = True,
) -> Method:
    where: dict[str, Any] = {"file": file, "line": line_of(function)}
    try:
        hints = typing.get_type_hints(function, include_extras=True)
    except (NameError, TypeError, AttributeError) as problem:
        raise TaskError(
            f"the annotations of {name}() cannot be evaluated: {problem}", fix="Import or define the type", **where
        ) from None
    params = list(inspect.signature(function).parameters.values())[1 if skip_self else 0 :]
    kinds = tuple(Param(name=p.name, kind=_param_kind(name, p, hints, where)) for p in params)
    errors: tuple[type[BaseException], ...] = getattr(function, RAISES_MARK, ())
    raised = tuple(e.__name__ for e in errors)
    if makes is not None:
        return Method(name=name, params=kinds, result=None, raises=raised, makes=makes, errors=errors)
    if "return" not in hints:
        raise TaskError(f"{name}() declares no result", fix="Add `-> type` (or `-> None`)", **where)
    return Method(
        name=name,
        params=kinds,
        result=_kind(name, "result", hints["return"], where),
        raises=raised,
        errors=errors,
        awaited=inspect.iscoroutinefunction(function),
    )


def _param_kind(name: str, param: inspect.Parameter, hints: dict[str, Any], where: Any) -> Kind:
    if param.kind in (param.VAR_POSITIONAL, param.VAR_KEYWORD, param.KEYWORD_ONLY):
        raise TaskError(
            f"{name}() takes {param}; only plain parameters exist in every language",
            fix="Use plain parameters",
            **where,
        )
    annotation = hints.get(param.name)
    if annotation is None and param.name not in hints:
        raise TaskError(
            f"parameter {param.name!r} of {name}() has no type", fix=f"Write `{param.name}: U64` or the like", **where
        )
    kind = _kind(name, param.name, annotation, where)
    return with_default(kind, param.default)


def with_default(kind: Kind, default: Any) -> Kind:
    """The kind, drawn from a Hypothesis strategy where a parameter's default is one."""
    return replace(kind, strategy=default) if type(default).__module__.startswith("hypothesis") else kind


def _kind(name: str, part: str, annotation: Any, where: Any) -> Kind:
    try:
        return kind_of(annotation)
    except TypeError as problem:
        raise TaskError(f"{part} of {name}(): {problem}", fix="Change the annotation", **where) from None
