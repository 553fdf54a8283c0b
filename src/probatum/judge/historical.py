"""The oracle of a task as the sequential model of a recorded history; runs in the judge, for oracles are task code."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from probatum.errors import TaskError, UsageError
from probatum.history.judgement import Judgement, judge_history
from probatum.history.models import Model, State
from probatum.history.operations import Operation
from probatum.history.values import plain
from probatum.judge.naming import name_of
from probatum.judge.suite import Suite
from probatum.task.declare import Unsatisfied
from probatum.task.interface import Method, SutClass
from probatum.types.codec import encode
from probatum.types.conform import mismatch, revive
from probatum.types.kinds import Bytes, DictOf, Kind, ListOf, OptionOf, Record, ResultOf, SetOf, TupleOf, walk


def judge_against_oracle(
    suite: Suite, rows: Sequence[Mapping[str, Any]], made_with: Sequence[Any], most_steps: int
) -> Judgement:
    """Judge operations (as `row_of` makes them) against the one class of a task; raises `UsageError`."""
    if len(suite.interface.classes) != 1 or suite.interface.functions:
        raise UsageError("a history needs a task that declares one class", fix="Choose another --model")
    declared = suite.interface.classes[0]
    if declared.mark.answers == "any":
        raise UsageError("the task allows many answers, so its oracle is no model", fix="Choose another --model")
    operations = [operation_of(declared, row) for row in rows]
    return judge_history(Oracle(declared, made_with).model(), operations, most_steps)


def row_of(operation: Operation) -> dict[str, Any]:
    """An operation as plain data for the judge; raises `UsageError` for one with a key."""
    if operation.key is not None:
        raise UsageError(
            f"line {operation.line}: {operation.f} has the key {operation.key!r}, and a method of a task has arguments",
            fix='Write all arguments as a list: "value": ["key", "value"]',
        )
    return {
        "number": operation.number,
        "process": operation.process,
        "f": operation.f,
        "argument": plain(operation.argument),
        "answer": plain(operation.answer),
        "invoked": operation.invoked,
        "returned": operation.returned,
        "line": operation.line,
    }


def operation_of(declared: SutClass, row: Mapping[str, Any]) -> Operation:
    """The operation with arguments and answer of the declared types; raises `UsageError` for others."""
    method = next((m for m in declared.methods if m.name == row["f"]), None)
    if method is None:
        names = ", ".join(m.name for m in declared.methods)
        raise UsageError(f"line {row['line']}: {declared.name} has no {row['f']}", fix=f"It has: {names}")
    given = row["argument"]
    values = () if given is None and not method.params else tuple(given) if isinstance(given, list) else (given,)
    if len(method.params) == 1 and isinstance(method.params[0].kind, ListOf):
        values = (given,)
    arguments = _typed(method, values, int(row["line"]))
    answer = row["answer"]
    if row["returned"] is not None and method.result is not None and not _error_of(answer):
        answer = natural(method.result, answer)
    return Operation(**{**row, "key": None, "argument": arguments, "answer": answer})


def _typed(method: Method, values: tuple[Any, ...], line: int) -> tuple[Any, ...]:
    if len(values) != len(method.params):
        raise UsageError(
            f"line {line}: {method.name} takes {len(method.params)} arguments, {len(values)} given",
            fix='Write arguments as a list: "value": [1, 2]',
        )
    made = tuple(natural(p.kind, v) for p, v in zip(method.params, values, strict=True))
    for param, value in zip(method.params, made, strict=True):
        if (problem := mismatch(param.kind, value)) is not None:
            raise UsageError(f"line {line}: argument {param.name} of {method.name}: {problem}", fix="Correct the line")
    return made


def natural(kind: Kind, value: Any) -> Any:
    """A value of JSON as one of a kind: lists may be tuples, records or sets, a map lists its pairs, or is an object
    where its keys are text, and bytes are ``{"b": "00ff"}``. What fits no such form stays as it is."""
    if isinstance(kind, OptionOf):
        return None if value is None else natural(kind.item, value)
    if isinstance(kind, Bytes):
        return _bytes(value)
    if isinstance(kind, DictOf) and isinstance(value, dict):
        return {natural(kind.key, key): natural(kind.value, item) for key, item in value.items()}
    return _collection(kind, value) if isinstance(value, list) else value


def _bytes(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"b"} and isinstance(value["b"], str):
        try:
            return bytes.fromhex(value["b"])
        except ValueError:
            return value
    return value


def _collection(kind: Kind, value: list[Any]) -> Any:
    try:
        if isinstance(kind, ListOf):
            return [natural(kind.item, item) for item in value]
        if isinstance(kind, SetOf):
            return {natural(kind.item, item) for item in value}
        if isinstance(kind, DictOf):
            return {natural(kind.key, key): natural(kind.value, item) for key, item in value}
    except (TypeError, ValueError):
        return value
    if isinstance(kind, ResultOf) and len(value) == 2 and value[0] in ("ok", "err"):
        return value[0], natural(kind.ok if value[0] == "ok" else kind.err, value[1])
    if isinstance(kind, TupleOf) and len(value) == len(kind.items):
        return tuple(natural(k, item) for k, item in zip(kind.items, value, strict=True))
    if isinstance(kind, Record) and len(value) == len(kind.fields):
        return kind.cls(*[natural(k, item) for (_, k), item in zip(kind.fields, value, strict=True)])
    return value


def _error_of(answer: Any) -> str | None:
    """The name of a declared error, written ``{"error": "KeyError"}``."""
    return answer["error"] if isinstance(answer, dict) and set(answer) == {"error"} else None


def allowing(oracle: Any, operation: Operation) -> Callable[..., None] | None:
    """What an oracle says of answers where it allows several: ``_beside_NAME(self, ..., answer)`` beside other calls,
    else ``_allows_NAME``. It changes the state as that answer means, or fails an `assume`. None where the method itself
    says it."""
    found = getattr(oracle, f"_beside_{operation.f}", None) if operation.key is not None else None
    return found or getattr(oracle, f"_allows_{operation.f}", None)


class Oracle:
    """States of an oracle by name, see `judge.naming`."""

    def __init__(self, declared: SutClass, made_with: Sequence[Any]) -> None:
        self.declared = declared
        self.instances: dict[State, Any] = {}
        maker = declared.makers[0]
        self.first = self._named(declared.oracle(*_typed(maker, tuple(made_with), 0)))
        kinds = [kind for method in declared.methods if method.result is not None for kind in walk(method.result)]
        self.records = frozenset(kind.names for kind in kinds if isinstance(kind, Record))

    def model(self) -> Model:
        """The model of the search."""
        return Model(
            name=self.declared.name,
            initial=self.first,
            step=self.step,
            methods=tuple(m.name for m in self.declared.methods),
        )

    def step(self, state: State, operation: Operation) -> tuple[State] | None:
        """One call on a copy of a state."""
        method = self.declared.method(operation.f)
        instance = copy.deepcopy(self.instances[state])
        if operation.returned is not None and (allows := allowing(instance, operation)) is not None:
            return self._allowed(instance, method, operation, allows)
        try:
            answer, error = getattr(instance, operation.f)(*copy.deepcopy(operation.argument)), None
        except Unsatisfied:
            return None
        except Exception as problem:
            error = next((n for n in method.raises if n in {c.__name__ for c in type(problem).__mro__}), None)
            if error is None:
                raise TaskError(
                    f"the oracle raises {type(problem).__name__} in {operation.show()}: {problem}", file="task.py"
                ) from problem
            answer = {"error": error}
        if operation.returned is not None and self._text(operation.answer) != self._text(answer):
            return None
        return (self._named(instance),)

    def _allowed(
        self, instance: Any, method: Method, operation: Operation, allows: Callable[..., None]
    ) -> tuple[State] | None:
        """The state after a call, where the oracle allows what it answered."""
        if method.result is None or mismatch(method.result, operation.answer) is not None:
            return None
        try:
            allows(*copy.deepcopy(operation.argument), revive(method.result, operation.answer))
        except Unsatisfied:
            return None
        return (self._named(instance),)

    def _text(self, answer: Any) -> str:
        """An answer as text; a record is a tuple of its shape."""
        return encode(answer, records=self.records)

    def _named(self, instance: Any) -> State:
        name = name_of(instance)
        if name is None:
            name = f"state {len(self.instances)}"
        return self.instances.setdefault(name, instance) and name
