"""Two programs on the same inputs: the smallest one on which their answers differ, and how they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from probatum.judge.drive import method_of
from probatum.judge.histories import Planned
from probatum.judge.ports import Opening, Ran, Workers, run_plan
from probatum.judge.shrink import Effort, shrink
from probatum.judge.suite import Suite
from probatum.judge.variants import size
from probatum.transcript import RETURNED, UNDECLARED, Answer, Op, segment_text
from probatum.types.conform import mismatch, revive

QUICK = Effort(batches=24, variants=32)
LOST = Answer(UNDECLARED, None, "no answer")
"""Stands for the answer of a process that was lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The last call of a segment is the first that two programs answer differently."""

    planned: Planned
    one: Answer
    other: Answer
    minimal: bool = False

    def as_json(self) -> dict[str, Any]:
        """Plain data for the controller; values also as Python text, so that a law can be written from them."""
        ops, last = self.planned.ops, self.planned.ops[-1]
        owner = last.owner or self.planned.owners.get(last.handle, "")
        length, weight = size((ops, None))
        return {
            "input": [_line(op, a) for op, a in zip(ops[:-1], self.planned.answers, strict=False)],
            "call": last.show(),
            "owner": owner if last.verb != "f" else "",
            "method": last.method,
            "after": list(dict.fromkeys(op.method for op in ops[:-1] if op.verb == "c")),
            "one": _shown(self.one),
            "other": _shown(self.other),
            "oracle": self.planned.answers[-1].show(),
            "kind": kind_of_difference(self.one, self.other),
            "size": [length, str(weight)],
            "minimal": self.minimal,
            "segment": self.planned.text,
            "python": [_python(op) for op in ops],
            "expected": _answer_python(self.other),
        }


def _line(op: Op, answer: Answer) -> str:
    return op.show() + (f"  -> {answer.show()}" if op.verb != "n" and answer.show() != "None" else "")


def _shown(answer: Answer) -> str:
    return "no answer: the process is lost or does not return" if answer is LOST else answer.show()


def _python(op: Op) -> dict[str, Any]:
    return {
        "verb": op.verb,
        "owner": op.owner,
        "method": op.method,
        "handle": op.handle,
        "args": list(map(repr, op.args)),
    }


def _answer_python(answer: Answer) -> dict[str, Any]:
    return {"how": answer.how, "value": repr(answer.value), "error": answer.error}


def find_difference(
    suite: Suite,
    workers: Workers,
    plans: Sequence[Sequence[Planned]],
    opening: tuple[Opening, Opening],
    known: dict[int, Ran],
) -> Difference | None:
    """The smallest input found on which the programs of two openings differ; None when they answer alike on all.

    ``known``: what the second program did on each of these plans, filled here and given again with the same plans, so
    that hundreds of programs can be held against one.
    """
    for number, plan in enumerate(plans):
        mine = run_plan(workers, plan, opening[0])
        if number not in known:
            known[number] = run_plan(workers, plan, opening[1])
        found = _shortest(_differences(suite, plan, mine, known[number]))
        if found is not None:
            return _smallest(suite, workers, found, opening)
    return None


def _shortest(found: Sequence[Difference | None]) -> Difference | None:
    """The shortest segment on which the programs differ, cut off there."""
    return min((d for d in found if d is not None), key=lambda d: size((d.planned.ops, None)), default=None)


def _differences(suite: Suite, plan: Sequence[Planned], one: Ran, other: Ran) -> list[Difference | None]:
    made: list[Difference | None] = []
    for planned, mine, theirs in zip(plan, _rows(one, plan), _rows(other, plan), strict=False):
        if mine is None and theirs is None:
            break
        made.append(_difference(suite, planned, mine, theirs))
        if mine is None or theirs is None:
            break
    return made


def _rows(ran: Ran, plan: Sequence[Planned]) -> list[Sequence[Answer] | None]:
    """Answers per segment, None from where the process was lost."""
    rows: list[Sequence[Answer] | None] = [
        planned.answers if answers is None else answers for planned, answers in zip(plan, ran.answers, strict=False)
    ]
    return rows + [None] * (len(plan) - len(rows))


def _difference(
    suite: Suite, planned: Planned, mine: Sequence[Answer] | None, theirs: Sequence[Answer] | None
) -> Difference | None:
    if mine is None or theirs is None:
        answered = theirs if mine is None else mine
        assert answered is not None
        last = answered[-1]
        return Difference(planned=planned, one=LOST if mine is None else last, other=LOST if theirs is None else last)
    for at, pair in enumerate(zip(mine, theirs, strict=False)):
        if not alike(*pair):
            a, b = (_revived(suite, planned, at, answer) for answer in pair)
            if not alike(a, b):
                return Difference(planned=_cut(planned, at), one=a, other=b)
    return None


def _revived(suite: Suite, planned: Planned, at: int, answer: Answer) -> Answer:
    """The answer with records for the plain tuples that are accepted in their place."""
    kind = method_of(suite.interface, planned.ops[at], planned.owners).result
    if answer.how != RETURNED or kind is None or mismatch(kind, answer.value) is not None:
        return answer
    return answer._replace(value=revive(kind, answer.value))


def alike(one: Answer, other: Answer) -> bool:
    """Whether two answers mean the same: the message of an undeclared error is nobody's business."""
    if one.how == UNDECLARED or other.how == UNDECLARED:
        return one.how == other.how and one.error == other.error
    return one.text() == other.text()


def _cut(planned: Planned, at: int) -> Planned:
    ops = planned.ops[: at + 1]
    return replace(planned, text=segment_text(ops), ops=ops, answers=planned.answers[: at + 1], uses=())


def _smallest(suite: Suite, workers: Workers, found: Difference, opening: tuple[Opening, Opening]) -> Difference:
    def both(plan: Sequence[Planned]) -> list[Difference | None]:
        one, other = (run_plan(workers, plan, o) for o in opening)
        return _differences(suite, plan, one, other)

    def check(variants: Sequence[Planned]) -> list[bool]:
        return [d is not None for d in both(variants)]

    small, minimal = shrink(suite, found.planned, None, len(found.planned.ops) - 1, check, QUICK)
    again = _shortest(both([small]))
    if again is None:
        return found
    return Difference(planned=again.planned, one=again.one, other=again.other, minimal=minimal)


def kind_of_difference(one: Answer, other: Answer) -> str:
    """What a changed answer (``one``) is beside the intended one (``other``), in the words of a user."""
    if one is LOST or other is LOST:
        return "no answer"
    if one.how != RETURNED:
        return "an error instead of a value" if other.how == RETURNED else "another error"
    if other.how != RETURNED:
        return "a value instead of an error"
    return _kind_of_values(one.value, other.value)


def _kind_of_values(one: Any, other: Any) -> str:
    if one is None or other is None:
        return "None instead of a value" if one is None else "a value instead of None"
    if type(one) is not type(other):
        return "another type"
    if type(one) is bool:
        return "yes instead of no" if one else "no instead of yes"
    if type(one) in (int, float):
        return "off by one" if abs(one - other) == 1 else "another number"
    if isinstance(one, list):
        return _kind_of_items([repr(v) for v in one], [repr(v) for v in other])
    return "another value"


def _kind_of_items(one: list[str], other: list[str]) -> str:
    mine, theirs = Counter(one), Counter(other)
    if mine == theirs:
        return "another order"
    if not theirs - mine:
        return "items too many"
    return "items missing" if not mine - theirs else "other items"
