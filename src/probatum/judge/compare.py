"""Answers against the oracle's record and against the laws: which law fails, where, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from probatum.judge.drive import BadAnswer, Diverged, PlaybackDriver, apply_law, method_of
from probatum.judge.histories import LawUse, Planned
from probatum.judge.suite import Law, Suite
from probatum.lab.watchdog import Stalled, cpu_limit
from probatum.task.declare import Unsatisfied
from probatum.task.interface import Method
from probatum.transcript import DECLARED, RETURNED, UNDECLARED, Answer, Call, Op, Transcript, read_answers
from probatum.types.codec import parse
from probatum.types.conform import mismatch, revive

STALLED = "the law does not come to an end on these answers"
LAW_CPU_S = 2.0
"""CPU that a law may use on a candidate's answers; it came to an end on the oracle's."""

SENTENCES = {
    "equality": "Every answer equals the oracle's.",
    "result_type": "Every answer has exactly the declared type.",
    "never_raises": "No call ends in an error that is not declared.",
    "linearizable": "Calls of several threads answer as if each took place at one moment while it ran.",
    "no_deadlock": "Threads are left waiting only where the specification says that their calls wait.",
    "memory_safe": "No memory is used after it was freed or before it was written, and every value is dropped once.",
    "no_race": "No two threads touch the same memory at once without an order between them.",
    "no_leak": "What the object allocated is freed, and every value in it dropped, when it is dropped.",
    "progress": "Every call comes to its end when every thread gets its turn.",
    "deterministic": "The same calls give the same answers in every process.",
    "returns": "Every call returns within the limit of CPU time.",
    "memory": "No call needs more memory than the limit.",
    "output": "The candidate prints no more than the limit.",
    "alive": "The candidate's process survives its calls.",
    "protocol": "The candidate's process answers in well-formed frames.",
    "adds_up": "What is answered while the object is measured adds up, whatever the order of the threads' calls.",
    "loads": "The module can be imported.",
    "interface": "Everything the interface declares is there.",
    "compiles": "The source compiles.",
    "types": "The type checker finds no undefined name, nor what else the task asks it for.",
    "editable_files": "The candidate consists of the editable file and nothing else.",
    "listed_constructs": "The source imports only computation and contains no listed construct (docs/tasks.md).",
}
"""The built-in laws, each with its sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One law failing on one segment."""

    law: str
    sentence: str
    requirements: tuple[str, ...]
    planned: Planned
    at: int
    """Index of the call that shows it."""
    observed: str
    expected: str
    use: LawUse | None = None
    stalled: bool = False
    """The law did not come to an end: seeing it once more costs as much, so it is shown as it was seen."""
    transcript: Transcript | None = None
    """The transcript that shows it, where that is not the one being judged (a stepped law)."""
    mistyped: bool = False
    """The law of the task was stopped by an answer of a wrong type, which says nothing about the law itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The failures of a segment, and the law uses that need stepping because they asked for other calls."""

    failures: tuple[Failure, ...] = ()
    diverged: tuple[LawUse, ...] = ()


def compare(suite: Suite, planned: Planned, answers: Sequence[Answer]) -> Comparison:
    """Judge one segment's answers: built-in laws first, then the laws tried in it."""
    failures = [f for f in [_built_in(suite, planned, answers)] if f is not None]
    diverged: list[LawUse] = []
    for use in planned.uses:
        try:
            failure = _replay(suite, planned, answers, use)
        except Diverged:
            diverged.append(use)
            continue
        if failure is not None:
            failures.append(failure)
            if failure.stalled:
                break
    return Comparison(failures=tuple(failures), diverged=tuple(diverged))


def _built_in(suite: Suite, planned: Planned, answers: Sequence[Answer]) -> Failure | None:
    """The first call whose answer breaks a built-in law."""
    for at, (op, answer, wanted) in enumerate(zip(planned.ops, answers, planned.answers, strict=False)):
        method = method_of(suite.interface, op, planned.owners)
        law = _broken(suite, op, method, answer, wanted, op.owner or planned.owners.get(op.handle, ""))
        if law is not None:
            expected = wanted.show() if law == "equality" or not suite.any_answer else SENTENCES[law]
            return built_in_failure(suite, law, planned, at, answer.show(), expected)
    return None


def _broken(suite: Suite, op: Op, method: Method, answer: Answer, wanted: Answer, owner: str) -> str | None:
    if answer.how == UNDECLARED or (answer.how == DECLARED and answer.error not in method.raises):
        return "memory" if answer.error == "MemoryError" else "never_raises"
    if answer.how == RETURNED and method.result is not None and mismatch(method.result, answer.value) is not None:
        return "result_type"
    if op.verb == "n" and answer.how != wanted.how:
        return "equality"
    mark = suite.interface.function(op.method).mark if op.verb == "f" else suite.interface.cls(owner).mark
    one_answer = mark.answers == "oracle" and op.method not in mark.any_answer
    return "equality" if one_answer and answer.text() != wanted.text(_names(suite)) else None


def _names(suite: Suite) -> frozenset[tuple[str, ...]]:
    return frozenset(r.names for r in suite.interface.records())


def built_in_failure(suite: Suite, law: str, planned: Planned, at: int, observed: str, expected: str) -> Failure:
    """A failure of a built-in law."""
    return Failure(
        law=law,
        sentence=SENTENCES[law],
        requirements=suite.equality_requirements() if law in ("equality", "result_type") else (),
        planned=planned,
        at=at,
        observed=observed,
        expected=expected,
    )


def _replay(suite: Suite, planned: Planned, answers: Sequence[Answer], use: LawUse) -> Failure | None:
    """The law over the recording; raises `Diverged`."""
    driver = PlaybackDriver(suite.interface, planned.ops, answers, planned.owners, use.start)
    why = law_outcome(use.law, lambda: apply_law(use.law, driver, use.numbers, use.values, use.next_handle))
    if why is None:
        return None
    at = max(use.start, driver.at - 1)
    return replace(law_failure(use, planned, why, at), mistyped=mistyped(suite, planned, answers, at))


def mistyped(suite: Suite, planned: Planned, answers: Sequence[Answer], at: int) -> bool:
    """Whether a call was answered with a value of another type than was declared."""
    if at >= len(answers) or answers[at].how != RETURNED:
        return False
    kind = method_of(suite.interface, planned.ops[at], planned.owners).result
    return kind is not None and mismatch(kind, answers[at].value) is not None


def law_outcome(law: Law, run: Callable[[], str | None]) -> str | None:
    """Why a law fails, with an answer no law can be given counted as its failure; None when it holds or does not
    apply."""
    try:
        with cpu_limit(LAW_CPU_S):
            return run()
    except Unsatisfied:
        return None
    except BadAnswer as problem:
        return str(problem)
    except Stalled:
        return f"{STALLED} within {LAW_CPU_S:g} CPU-s"


def law_failure(use: LawUse, planned: Planned, why: str, at: int) -> Failure:
    """A failure of a law of the task."""
    return Failure(
        law=use.law.name,
        sentence=use.law.sentence,
        requirements=use.law.mark.requirements,
        planned=planned,
        at=at,
        observed=why,
        expected=use.law.sentence,
        use=use,
        stalled=why.startswith(STALLED),
    )


def first_difference(one: str, other: str) -> int | None:
    """The first answer in which two replies to the same calls differ; None when they only write the same answers
    differently.

    Raises `DecodeError` when a reply is not the text of answers.
    """
    if one == other:
        return None
    count = len(parse(one))  # type: ignore[arg-type]
    pairs = zip(read_answers(one, count), read_answers(other, count), strict=True)
    return next((i for i, (mine, theirs) in enumerate(pairs) if mine.text() != theirs.text()), None)


def differs(one: Transcript, other: Transcript) -> bool:
    """Whether the same calls got different answers in two processes; the other may have made its segments from the last
    to the first."""
    if one.segments == other.segments:
        replies = other.replies
    elif one.segments == other.segments[::-1] and len(other.replies) == len(other.segments):
        replies = other.replies[::-1]
    else:
        return False
    return any(first_difference(a, b) is not None for a, b in zip(one.replies, replies, strict=False))


def calls_of(suite: Suite, planned: Planned, answers: Sequence[Answer]) -> list[Call]:
    """A segment as the calls that `sometimes` laws look at."""
    made = []
    for op, answer in zip(planned.ops, answers, strict=False):
        method = method_of(suite.interface, op, planned.owners)
        ok = answer.how == RETURNED and method.result is not None and mismatch(method.result, answer.value) is None
        made.append(
            Call(
                sut=op.owner or planned.owners.get(op.handle, op.method),
                method=op.method,
                args=op.args,
                result=revive(method.result, answer.value) if ok and method.result is not None else None,
                error=answer.error or None,
                handle=op.handle if op.verb != "f" else None,
            )
        )
    return made


def goals_reached(suite: Suite, planned: Planned, answers: Sequence[Answer], open_goals: set[str]) -> set[str]:
    """Which of the open `sometimes` a segment reaches. A goal that raises on a call has not been reached by it."""
    if not open_goals:
        return set()
    calls = calls_of(suite, planned, answers)
    found: set[str] = set()
    try:
        with cpu_limit(LAW_CPU_S):
            found |= {goal.name for goal in suite.goals if goal.name in open_goals and _reached(goal, calls)}
    except Stalled:
        return set()
    return found


def _reached(goal: Law, calls: list[Call]) -> bool:
    wants_history = goal.body.__code__.co_argcount > 1
    for index, call in enumerate(calls):
        earlier = [[c for c in calls[:index] if c.handle == call.handle]] if wants_history else []
        try:
            if goal.body(call, *earlier):
                return True
        except Exception:  # noqa: BLE001 - a goal that cannot digest an answer has not been reached by it
            continue
    return False
