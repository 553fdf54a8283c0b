"""Answers given while an object was measured, judged: a pure function of task, traffic and reply.

Whoever leaves work out when it notices that it is measured answers wrongly, or keeps what it was given. Of one thread's
calls every answer is held to the oracle's. Where threads call at once there is no time stamp that their process could
not forge, and a search for an order of thousands of calls does not end; so what is asserted there is what the task says
must add up in any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from probatum.errors import TaskError
from probatum.judge.compare import SENTENCES
from probatum.judge.throughput.traffic import Ask, Declared, Traffic, read_traffic
from probatum.task.declare import Unsatisfied
from probatum.task.interface import Method, SutClass
from probatum.transcript import DECLARED, RETURNED, Answer, Call, Ending, Transcript, answers_in, shown
from probatum.types.codec import DecodeError, Ref, parse
from probatum.types.conform import mismatch, revive
from probatum.types.kinds import Record, walk

MARK = '["measured"]'
"""What is kept beside a reply: it answers traffic."""
LAST = 12
"""Calls up to a wrong answer that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """A law that a reply breaks; ``lines``: the last calls up to the one that shows it."""

    law: str
    observed: str
    expected: str = ""
    lines: tuple[str, ...] = ()


def is_measured(uses: str) -> bool:
    """Whether the text kept beside a segment says that it is traffic."""
    return uses == MARK


def transcript_of(traffic: str, reply: str) -> Transcript:
    """One round as a transcript."""
    return Transcript(segments=(traffic,), replies=(reply,), ending=Ending(how="completed"), uses=(MARK,))


def rejudge_measured(declared: Declared | None, text: str, reply: str) -> list[str]:
    """The laws that a stored round breaks; raises `KeyError` or `DecodeError` where the task has no such traffic."""
    if declared is None:
        raise KeyError("throughput")
    traffic = read_traffic(declared.shared, text)
    wrong = judged(declared, traffic, reply, expected_reply(declared, traffic))
    return [wrong.law] if wrong is not None else []


def expected_reply(declared: Declared, traffic: Traffic) -> str | None:
    """What the oracle answers; None where threads call at once. Raises `TaskError` for what it does not speak about."""
    if len(traffic.threads) > 1:
        return None
    oracle = _Oracle(declared.shared, traffic.made)
    try:
        before, mine, after = map(oracle.answered, (traffic.before, traffic.threads[0], traffic.after))
        after += _drained(oracle, traffic)
    except Unsatisfied:
        why = f"{declared.name} makes calls that the oracle does not speak about"
        raise TaskError(why, file="task.py", line=declared.line) from None
    return f"[{_joined(before)},[{_joined(mine)}],{_joined(after)}]"


class _Oracle:
    """An instance of the oracle, whose answers are told as a candidate's are."""

    def __init__(self, shared: SutClass, made: tuple[Any, ...]) -> None:
        kinds = chain.from_iterable(walk(m.result) for m in shared.methods if m.result is not None)
        self.names = frozenset(kind.names for kind in kinds if isinstance(kind, Record))
        self.errors = {method.name: method.errors for method in shared.methods}
        self.instance = shared.oracle(*made)

    def answered(self, asks: Sequence[Ask]) -> list[str]:
        """The answers to calls of one thread."""
        values: list[Any] = []
        return [self._answer(ask, values).text(self.names) for ask in asks]

    def _answer(self, ask: Ask, values: list[Any]) -> Answer:
        call, answer = _resolved(ask, values), Answer(RETURNED)
        if call is not None:
            try:
                answer = Answer(RETURNED, getattr(self.instance, call[0])(*call[1:]))
            except self.errors[call[0]] as raised:
                answer = Answer(DECLARED, None, type(raised).__name__)
        values.append(answer.value)
        return answer


def _joined(texts: Sequence[str]) -> str:
    return "[" + ",".join(texts) + "]"


def _drained(oracle: _Oracle, traffic: Traffic) -> list[str]:
    texts: list[str] = []
    while traffic.drain and len(texts) < traffic.most and (not texts or texts[-1] != "[0,null]"):
        texts += oracle.answered([(traffic.drain,)])
    return texts


def _resolved(ask: Ask, values: Sequence[Any]) -> Ask | None:
    """The call with earlier answers in it; None where one of those was nothing, so that it was not made."""
    if Ref not in map(type, ask):
        return ask
    given = [values[a.call] if type(a) is Ref else a for a in ask[1:]]
    unmade = any(type(a) is Ref and v is None for a, v in zip(ask[1:], given, strict=True))
    return None if unmade else (ask[0], *given)


def judged(declared: Declared, traffic: Traffic, reply: str, expected: str | None) -> Wrong | None:
    """The law that a round breaks, or None. ``expected``: see `expected_reply`."""
    if reply == expected:
        return None
    asked = (traffic.before, *traffic.threads, traffic.after)
    try:
        answers = _parted(traffic, reply)
        wanted = None if expected is None else _parted(traffic, expected)
        asked = (*asked[:-1], (*traffic.after, *[(traffic.drain,)] * (len(answers[-1]) - len(traffic.after))))
    except DecodeError as problem:
        return Wrong(law="protocol", observed=str(problem))
    told: list[list[Call]] = []
    for at, (asks, part) in enumerate(zip(asked, answers, strict=True)):
        calls = _heard(declared.shared, asks, part, wanted[at] if wanted is not None else None)
        if isinstance(calls, Wrong):
            return calls
        told.append(calls)
    return _added_up(declared, told)


def _parted(traffic: Traffic, reply: str) -> list[list[Answer]]:
    """The answers of before, each thread, and after; as many as were asked for."""
    match parse(reply):
        case [list(before), list(threads), list(after)] if len(threads) == len(traffic.threads):
            pass
        case _:
            raise DecodeError("a round has answers before, of each thread, and after")
    drained = len(after) - len(traffic.after)
    if not (1 if traffic.drain else 0) <= drained <= traffic.most:
        raise DecodeError(f"{len(after)} answers when the threads had ended")
    counts = (len(traffic.before), *map(len, traffic.threads), len(after))
    parts = [answers_in(part, count) for part, count in zip((before, *threads, after), counts, strict=True)]
    if traffic.drain and drained < traffic.most and parts[-1][-1].value is not None:
        raise DecodeError("something is left, and nobody asked for it")
    return parts


def _heard(shared: SutClass, asks: Sequence[Ask], answers: Sequence[Answer], wanted: Any) -> list[Call] | Wrong:
    """The calls of one part that were made, with what was answered; or what is wrong with them by itself."""
    methods = {method.name: method for method in shared.methods}
    calls: list[Call] = []
    values: list[Any] = []
    for at, (ask, answer) in enumerate(zip(asks, answers, strict=True)):
        method, made = methods[ask[0]], _resolved(ask, values)
        law = _broken(method, answer, None if wanted is None or at >= len(wanted) else wanted[at], made is None)
        if law:
            lines = tuple(f"{c.method}{c.args!r}  -> {shown(c.result)}" for c in calls[-LAST:])
            asked = f"{ask[0]}({', '.join(map(shown, ask[1:]))})"
            right = wanted[at].show() if law == "equality" else SENTENCES[law]
            return Wrong(law=law, observed=f"{asked} answers {answer.show()}", expected=right, lines=(*lines, asked))
        values.append(None if made is None else _revived(method, answer.value))
        if made is not None:
            error = answer.error if answer.how == DECLARED else None
            calls.append(Call(sut=shared.name, method=made[0], args=made[1:], result=values[-1], error=error))
    return calls


def _revived(method: Method, value: Any) -> Any:
    assert method.result is not None  # a constructor is no call
    return revive(method.result, value)


def _broken(method: Method, answer: Answer, wanted: Answer | None, unmade: bool) -> str:
    if answer.how == DECLARED and answer.error in method.raises:
        return "" if wanted is None or wanted == answer else "equality"
    if answer.how != RETURNED:
        return "never_raises"
    if not unmade and method.result is not None and mismatch(method.result, answer.value) is not None:
        return "result_type"
    return "" if wanted is None or wanted == answer else "equality"


def _added_up(declared: Declared, told: list[list[Call]]) -> Wrong | None:
    """What the task says of the whole. Whatever its body stumbles over are answers: the same of the control is a
    fault of the task."""
    try:
        declared.traffic.adds_up(told[0], told[1:-1], told[-1])
    except AssertionError as failed:
        said = " ".join(str(failed).split()) or "an assertion fails"
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as problem:
        said = f"{type(problem).__name__}: {problem}"
    else:
        return None
    threads = f"{len(told) - 2} threads at once" if len(told) > 3 else "one thread"
    counts = f"{sum(map(len, told[1:-1]))} calls of {threads}, {len(told[0])} before and {len(told[-1])} after"
    return Wrong(law="adds_up", observed=said[:300], expected=declared.sentence, lines=(counts,))
