"""One law, three handles: the same law body drives the oracle, a recording, or the live worker.

A `Driver` makes calls; a `Handle` gives laws the methods of one instance, a `Functions` handle those of the module.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from probatum.errors import TaskError
from probatum.judge.owning import copied, own
from probatum.judge.pending import Pending, settled
from probatum.judge.suite import Law
from probatum.task.declare import Unsatisfied
from probatum.task.interface import Interface, Method
from probatum.transcript import DECLARED, RETURNED, Answer, Op, Segment
from probatum.types.conform import UNSHARED, mismatch, revive, unshared

DECLARED_NOTE = "a declared error"
"""Tells an error that is part of an answer from one that a law's own code raises."""


class Driver(Protocol):
    """Makes one call and says how it ended; raises what the way of driving needs (`Unsatisfied`, `Diverged`,
    `Lost`)."""

    interface: Interface

    def make(self, op: Op) -> Answer:
        """The answer to a call."""
        ...


class Signal(BaseException):
    """Base of what a driver tells the judge through a law body; not an `Exception`, so that laws cannot swallow it."""


class Diverged(Signal):
    """A law asked for another call than the recording has: its calls depend on results, so the worker must be
    stepped."""


class BadAnswer(Signal):
    """The candidate's answer cannot be given to a law; ``law`` names the built-in law it breaks."""

    def __init__(self, law: str, why: str) -> None:
        super().__init__(why)
        self.law = law


def method_of(interface: Interface, op: Op, owners: dict[int, str]) -> Method:
    """The declared method that an op calls."""
    if op.verb == "f":
        return interface.function(op.method).method
    return interface.cls(op.owner or owners[op.handle]).method(op.method)


class OracleDriver:
    """Makes calls on the oracle and records them.

    ``ops`` and ``answers`` grow with every call. A precondition that fails (`Unsatisfied`) leaves the record as it was.
    """

    def __init__(self, interface: Interface) -> None:
        self.interface = interface
        self.ops: list[Op] = []
        self.answers: list[Answer] = []
        self.instances: dict[int, Any] = {}
        self.owners: dict[int, str] = {}
        self._records = frozenset(r.names for r in interface.records())

    def make(self, op: Op) -> Answer:
        """The oracle's answer; an undeclared error of the oracle is a `TaskError`."""
        method = method_of(self.interface, op, self.owners)
        try:
            result = self._target(op)(*[own(a) for a in op.args])
            answer = Answer(RETURNED, None if op.verb == "n" else result)
            if op.verb == "n":
                self.instances[op.handle], self.owners[op.handle] = result, op.owner
        except Unsatisfied:
            raise
        except Exception as problem:  # noqa: BLE001 - the oracle is task code; anything undeclared is a task error
            answer = self._error(op, method, problem)
        if answer.how == RETURNED and method.result is not None:
            answer = self._checked(op, method, answer)
        self.ops.append(op)
        self.answers.append(answer)
        return answer

    def _target(self, op: Op) -> Callable[..., Any]:
        if op.verb == "f":
            return self.interface.function(op.method).oracle  # type: ignore[no-any-return]
        if op.verb == "n":
            cls = self.interface.cls(op.owner).oracle
            return cls if op.method == "new" else getattr(cls, op.method)  # type: ignore[no-any-return]
        return getattr(self.instances[op.handle], op.method)  # type: ignore[no-any-return]

    def _error(self, op: Op, method: Method, problem: Exception) -> Answer:
        names = [c.__name__ for c in type(problem).__mro__]
        for name in method.raises:
            if name in names:
                return Answer(DECLARED, None, name)
        raise TaskError(
            f"the oracle raises {type(problem).__name__} in {op.show()}: {problem}",
            file="task.py",
            fix=f"Declare it with @raises({type(problem).__name__}), or assume() the precondition",
        )

    def _checked(self, op: Op, method: Method, answer: Answer) -> Answer:
        assert method.result is not None
        problem = mismatch(method.result, answer.value)
        if problem is not None:
            raise TaskError(
                f"the oracle answers {op.show()} with {problem}",
                file="task.py",
                fix="Correct the body or the annotation",
            )
        return answer._replace(value=revive(method.result, copied(answer.value, self._records)))


class PlaybackDriver:
    """Plays a recording back: answers come from the transcript, in order."""

    def __init__(
        self, interface: Interface, ops: Segment, answers: Sequence[Answer], owners: dict[int, str], start: int = 0
    ) -> None:
        self.interface = interface
        self.ops = ops
        self.answers = answers
        self.at = start
        self.owners = dict(owners)

    def make(self, op: Op) -> Answer:
        """The recorded answer; raises `Diverged` when the law asks for another call than was recorded."""
        if self.at >= len(self.answers) or self.ops[self.at].text() != op.text():
            raise Diverged
        if op.verb == "n":
            self.owners[op.handle] = op.owner
        self.at += 1
        return self.answers[self.at - 1]


class Handle:
    """One instance, as laws see it: its declared methods. Calls of coroutine methods are made when they are awaited."""

    __slots__ = ("_driver", "_number", "_open", "_owner")

    def __init__(self, driver: Driver, owner: str, number: int, unawaited: list[Pending] | None = None) -> None:
        self._driver, self._owner, self._number = driver, owner, number
        self._open = [] if unawaited is None else unawaited

    def __getattr__(self, name: str) -> Callable[..., Any]:
        try:
            method = self._driver.interface.cls(self._owner).method(name)
        except KeyError:
            raise AttributeError(f"{self._owner} declares no method {name}()") from None
        call = lambda *args: deliver(method, self._driver, Op("c", "", name, self._number, args))  # noqa: E731
        return (lambda *args: Pending(name, call, args, self._open)) if method.awaited else call


class Functions:
    """The declared functions, as laws see them; a class name makes one more instance."""

    __slots__ = ("_driver", "_next", "_open")

    def __init__(self, driver: Driver, first_handle: int, unawaited: list[Pending] | None = None) -> None:
        self._driver = driver
        self._next = first_handle
        self._open = [] if unawaited is None else unawaited

    def __getattr__(self, name: str) -> Callable[..., Any]:
        interface = self._driver.interface
        if name in {c.name for c in interface.classes}:
            return lambda *args: self._make(name, args)
        try:
            method = interface.function(name).method
        except KeyError:
            raise AttributeError(f"nothing named {name} is declared with @sut") from None
        return lambda *args: deliver(method, self._driver, Op("f", "", name, -1, args))

    def _make(self, owner: str, args: tuple[Any, ...]) -> Handle:
        number, self._next = self._next, self._next + 1
        deliver(self._driver.interface.cls(owner).method("new"), self._driver, Op("n", owner, "new", number, args))
        return Handle(self._driver, owner, number, self._open)


def deliver(method: Method, driver: Driver, op: Op) -> Any:
    """Make a call for a law and hand it the value, or raise the declared error, or say which built-in law the answer
    breaks."""
    if len(op.args) != len(method.params):
        raise TypeError(f"{method.name}() takes {len(method.params)} arguments, {len(op.args)} given")
    for fits, value in zip(method.takes, op.args, strict=True):
        if not fits(value):
            raise TypeError(_misfit(method, op))
    answer = driver.make(op if unshared(op.args) else op._replace(args=tuple([own(a) for a in op.args])))
    if answer.how == DECLARED and answer.error in method.raises:
        raise declared_error(method, answer.error, op)
    if answer.how != RETURNED:
        raise BadAnswer("never_raises", f"{op.show()} {answer.show()}")
    if method.result is None:
        return None
    value = answer.value
    if not method.gives(value):
        raise BadAnswer("result_type", f"{op.show()} answered {mismatch(method.result, value)}")
    if type(value) in UNSHARED:
        return value
    return own(value if method.given is None else method.given(value))


def _misfit(method: Method, op: Op) -> str:
    """Which argument is none that the method takes."""
    pairs = zip(method.params, op.args, strict=True)
    param, problem = next((p, why) for p, value in pairs if (why := mismatch(p.kind, value)) is not None)
    return f"argument {param.name} of {method.name}(): {problem}"


def declared_error(method: Method, name: str, op: Op) -> Exception:
    """A declared error as laws catch it: of the class that the task declared, else of the built-in class of that
    name."""
    builtin = getattr(builtins, name, None)
    found = next((e for e in method.errors if e.__name__ == name), builtin)
    made = found.__new__(found) if isinstance(found, type) and issubclass(found, Exception) else Exception()
    made.args = (f"raised by {op.show()}",)
    made.add_note(DECLARED_NOTE)
    return made


def apply_law(
    law: Law, driver: Driver, numbers: tuple[int, ...], values: tuple[Any, ...], next_handle: int
) -> str | None:
    """Run a law body; None when it holds, else why it fails.

    Raises `Unsatisfied` (a precondition) and the `Signal` of a driver; a law that raises anything else fails.
    """
    unawaited: list[Pending] = []
    handles = [
        Handle(driver, owner, n, unawaited) if owner else Functions(driver, next_handle, unawaited)
        for owner, n in zip(law.handles, numbers, strict=True)
    ]
    try:
        return _law_failure(law, handles, values, unawaited)
    except (Unsatisfied, TaskError):
        raise
    except AssertionError as problem:
        return str(problem) or "the assertion fails"
    except Exception as problem:
        if law.mark.kind == "never_raises" and DECLARED_NOTE in getattr(problem, "__notes__", ()):
            return None
        if _foreign(problem):
            raise Unsatisfied from problem
        return f"{type(problem).__name__}: {problem}"


def outcome_of(run: Callable[[], Any]) -> tuple[Any, str | None]:
    """What code of a world answers and None, or None and why it fails.

    Raises `Unsatisfied` (a precondition) and the `Signal` of a driver.
    """
    try:
        return run(), None
    except (Unsatisfied, TaskError):
        raise
    except AssertionError as problem:
        return None, str(problem) or "the assertion fails"
    except Exception as problem:  # noqa: BLE001 - whatever world code raises is the failing of a law
        return None, f"{type(problem).__name__}: {problem}"


def _foreign(problem: Exception) -> bool:
    """Hypothesis' own `assume` inside a law."""
    return type(problem).__name__ in ("UnsatisfiedAssumption", "StopTest")


def _law_failure(law: Law, handles: list[Any], values: tuple[Any, ...], unawaited: list[Pending]) -> str | None:
    for _ in range(law.mark.within if law.mark.kind == "eventually" else 1):
        answer = settled(law.body(*handles, *[own(v) for v in values]), unawaited)
        if answer or law.mark.kind != "eventually":
            return None
    return f"not within {law.mark.within} steps"
