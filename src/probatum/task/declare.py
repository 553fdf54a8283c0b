"""What `task.py` writes: `@sut`, laws, `assume`.

Decorators only attach a frozen description to what they decorate; nothing is registered anywhere. The judge collects
them from the
module's namespace. The idea of `sometimes` (a state that must be reached, else the check is vacuous) is Stateright's;
preconditions by
`assume` are Hypothesis'.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, overload

T = TypeVar("T")
Answers = Literal["oracle", "any"]
LawKind = Literal["always", "sometimes", "never_raises", "eventually", "objective", "benchmark"]

SUT_MARK = "__probatum_sut__"
LAW_MARK = "__probatum_law__"
RAISES_MARK = "__probatum_raises__"


class Unsatisfied(Exception):
    """A precondition does not hold: the input is outside the specification and is drawn again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SutMark:
    """What `@sut` was told."""

    answers: Answers = "oracle"
    """"oracle": results must equal the oracle's. "any": many right answers; the laws decide."""
    any_answer: tuple[str, ...] = ()
    """Methods with many right answers, where the others must equal the oracle."""
    requirements: tuple[str, ...] = ()
    """Requirements that equality with the oracle covers."""
    deterministic: bool = True
    """Whether same calls must give same results in every process."""
    weights: tuple[tuple[str, int], ...] = ()
    """How often a method is drawn in a history (default 1 each)."""
    instances: int = 3
    """The most instances alive at once in a history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LawMark:
    """What a law decorator was told."""

    kind: LawKind
    requirements: tuple[str, ...] = ()
    within: int = 0
    """For `eventually`: the number of steps."""
    better: Literal["lower", "higher"] = "lower"
    """For `objective` and `benchmark`."""
    cases: int = 0
    """For `objective` and `benchmark`: inputs on which it is measured."""


class Sut:
    """Handle on the functions (and constructors) of the system under test, as the first parameter of a law.

    ``s.search(items, 3)`` calls the declared function; ``s.KvStore()`` makes one more instance.
    """

    def __getattr__(self, name: str) -> Callable[..., Any]:
        raise AttributeError(name)


@overload
def sut(target: T, /) -> T: ...
@overload
def sut(
    *,
    answers: Answers = ...,
    any_answer: Sequence[str] = ...,
    requirements: Sequence[str] = ...,
    deterministic: bool = ...,
    weights: dict[str, int] | None = ...,
    instances: int = ...,
) -> Callable[[T], T]: ...
def sut(
    target: Any = None,
    /,
    *,
    answers: Answers = "oracle",
    any_answer: Sequence[str] = (),
    requirements: Sequence[str] = (),
    deterministic: bool = True,
    weights: dict[str, int] | None = None,
    instances: int = 3,
) -> Any:
    """Declare a class or function: its signature is the interface for every language, its body is the oracle."""
    mark = SutMark(
        answers=answers,
        any_answer=tuple(any_answer),
        requirements=tuple(requirements),
        deterministic=deterministic,
        weights=tuple((weights or {}).items()),
        instances=instances,
    )
    return _attach(target, SUT_MARK, mark)


def raises(*errors: type[BaseException]) -> Callable[[T], T]:
    """Declare the errors that a method or function may end with; they are part of its answer."""

    def attach(target: T) -> T:
        setattr(target, RAISES_MARK, errors)
        return target

    return attach


F = TypeVar("F", bound=Callable[..., Any])


@overload
def always(law: F, /) -> F: ...
@overload
def always(*requirements: str) -> Callable[[F], F]: ...
def always(*args: Any) -> Any:
    """A law that must hold after any history: ``@always`` or ``@always("KV-1", "KV-2")`` with requirement ids.

    The body makes calls on its first parameter and asserts; its docstring is the sentence a person reads.
    """
    return _law("always", args)


@overload
def sometimes(law: F, /) -> F: ...
@overload
def sometimes(*requirements: str) -> Callable[[F], F]: ...
def sometimes(*args: Any) -> Any:
    """Something that must be reached, else the check said nothing: ``def delete_hits(call): return ...``.

    Takes one call (fields ``sut, method, args, result, error``), optionally also the earlier calls of the same
    instance.
    """
    return _law("sometimes", args)


@overload
def never_raises(law: F, /) -> F: ...
@overload
def never_raises(*requirements: str) -> Callable[[F], F]: ...
def never_raises(*args: Any) -> Any:
    """A law whose calls must never end in an undeclared error."""
    return _law("never_raises", args)


def eventually(*requirements: str, within: int) -> Callable[[F], F]:
    """A law whose body must return true at least once in ``within`` repetitions."""
    return lambda law: _attach(law, LAW_MARK, LawMark(kind="eventually", requirements=requirements, within=within))


def objective(*, better: Literal["lower", "higher"] = "lower", cases: int = 8) -> Callable[[F], F]:
    """What a candidate that holds is measured by: ``def cost(s: Sut, seed: U64) -> float``.

    The body makes its input from the seed, calls the system under test, asserts that the answer is legal and returns a
    number above 0. It may depend on nothing but its calls.
    """
    if cases < 1:
        raise ValueError("an objective needs at least one case")
    return lambda body: _attach(body, LAW_MARK, LawMark(kind="objective", better=better, cases=cases))


def benchmark(*, better: Literal["lower", "higher"] = "lower", cases: int = 1) -> Callable[[F], F]:
    """A number on inputs that everybody knows, for comparison with figures published elsewhere:
    ``def published_cost(s: Sut, case: U64) -> float``, called with 0, 1, … ``cases - 1``; what is told is the sum.

    It is shown beside the objective of what is accepted and counts for nothing: an answer can be written down for
    inputs that are known. Its body is bound like that of an `objective`; an answer that it finds illegal refutes.
    """
    if cases < 1:
        raise ValueError("a benchmark needs at least one case")
    return lambda body: _attach(body, LAW_MARK, LawMark(kind="benchmark", better=better, cases=cases))


def _law(kind: LawKind, args: tuple[Any, ...]) -> Any:
    if len(args) == 1 and callable(args[0]):
        return _attach(args[0], LAW_MARK, LawMark(kind=kind))
    return lambda law: _attach(law, LAW_MARK, LawMark(kind=kind, requirements=args))


def _attach(target: Any, name: str, mark: Any) -> Any:
    if target is None:
        return lambda real: _attach(real, name, mark)
    setattr(target, name, mark)
    return target


def assume(condition: object) -> None:
    """Leave out inputs that the specification does not speak about (in oracle bodies: the precondition of the call)."""
    if not condition:
        raise Unsatisfied
