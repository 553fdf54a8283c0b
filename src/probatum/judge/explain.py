"""From a failure to what a person sees: shrink it, prove it in a fresh process, show it line by line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from probatum.judge.compare import SENTENCES, Failure, compare
from probatum.judge.evidence import Shown, input_lines
from probatum.judge.histories import Planned
from probatum.judge.ports import Opening, Ran, Workers, run_plan
from probatum.judge.shrink import shrink
from probatum.judge.suite import Suite
from probatum.transcript import Op, Transcript, read_answers
from probatum.types.conform import revive

MAX_PREFIX_TRIES = 24
"""Fresh processes spent on finding which earlier segments a failure needs."""


def show(
    suite: Suite, workers: Workers, failure: Failure, ran: Ran, plan: Sequence[Planned], opening: Opening
) -> Shown:
    """The smallest evidence found for a failure; falls back to the transcript on which it was first seen."""
    if failure.transcript is not None:
        return _as_seen(failure, failure.transcript, recurs=True)
    check = _checker(suite, workers, failure.law, opening)
    small, minimal = shrink(suite, failure.planned, failure.use, failure.at, check)
    confirmed = _confirm(suite, workers, [small], failure.law, opening)
    if confirmed is None:
        return _with_prefix(suite, workers, failure, ran, plan, opening)
    again, transcript = confirmed
    return _shown(again, transcript, minimal=minimal)


def _checker(suite: Suite, workers: Workers, law: str, opening: Opening) -> Callable[[Sequence[Planned]], list[bool]]:
    """Runs variants as one batch in one process and says which still fail the law."""

    def check(variants: Sequence[Planned]) -> list[bool]:
        ran = run_plan(workers, variants, opening)
        fails = [_fails(suite, p, a, law) for p, a in zip(variants, ran.answers, strict=False)]
        return fails + [False] * (len(variants) - len(fails))

    return check


def _fails(suite: Suite, planned: Planned, answers: Sequence[object] | None, law: str) -> bool:
    if answers is None:
        return False
    return any(f.law == law for f in compare(suite, planned, answers).failures)  # type: ignore[arg-type]


def _confirm(
    suite: Suite, workers: Workers, segments: Sequence[Planned], law: str, opening: Opening
) -> tuple[Failure, Transcript] | None:
    """The failure on the last segment in a fresh process, with the transcript; None when it does not recur there."""
    ran = run_plan(workers, segments, opening)
    if not ran.complete or ran.answers[-1] is None:
        return None
    failures = [f for f in compare(suite, segments[-1], ran.answers[-1]).failures if f.law == law]
    return (failures[0], ran.transcript) if failures else None


def _with_prefix(
    suite: Suite, workers: Workers, failure: Failure, ran: Ran, plan: Sequence[Planned], opening: Opening
) -> Shown:
    """A failure that needs earlier segments (state that outlives an instance), or that does not recur at all."""
    index = next((i for i, p in enumerate(plan) if p is failure.planned), len(plan) - 1)
    last = failure.planned
    chosen = list(plan[:index])
    found = _confirm(suite, workers, [*chosen, last], failure.law, opening)
    if found is None:
        return _as_seen(failure, ran.transcript, recurs=False)
    tries, chunk = 0, max(1, len(chosen) // 2)
    while chunk >= 1 and tries < MAX_PREFIX_TRIES:
        for start in range(0, len(chosen), chunk):
            fewer = chosen[:start] + chosen[start + chunk :]
            tries += 1
            again = _confirm(suite, workers, [*fewer, last], failure.law, opening)
            if again is not None:
                chosen, found = fewer, again
                break
        else:
            chunk //= 2
    return _shown(found[0], found[1], minimal=False, before=chosen)


def _shown(failure: Failure, transcript: Transcript, *, minimal: bool, before: Sequence[Planned] = ()) -> Shown:
    earlier = tuple(f"(earlier in the same process) {op.show()}" for p in before for op in p.ops)
    return Shown(
        law=failure.law,
        sentence=failure.sentence,
        requirements=failure.requirements,
        input=(*earlier[:60], *input_lines(failure)),
        observed=failure.observed,
        expected=failure.expected,
        transcript=transcript,
        minimal=minimal,
    )


def _as_seen(failure: Failure, transcript: Transcript, *, recurs: bool) -> Shown:
    return replace(_shown(failure, transcript, minimal=False), recurs=recurs)


def show_loss(failure: Failure, transcript: Transcript) -> Shown:
    """A lost process as evidence."""
    return _shown(failure, transcript, minimal=len(failure.planned.ops) <= 3)


def show_difference(suite: Suite, plan: Sequence[Planned], first: Transcript, second: Transcript) -> Shown:
    """Two transcripts of the same calls that differ, down to the first differing call."""
    for planned, one, other in zip(plan, first.replies, second.replies, strict=False):
        if one == other:
            continue
        pairs = zip(
            planned.ops, read_answers(one, len(planned.ops)), read_answers(other, len(planned.ops)), strict=True
        )
        at, (_, mine, theirs) = next((i, p) for i, p in enumerate(pairs) if p[1] != p[2])
        return Shown(
            law="deterministic",
            sentence=SENTENCES["deterministic"],
            requirements=(),
            input=tuple(op.show() for op in planned.ops[: at + 1]),
            observed=f"{mine.show()} in one process, {theirs.show()} in another",
            expected=SENTENCES["deterministic"],
            transcript=replace(second, twin=first),
            minimal=False,
        )
    raise ValueError("the transcripts do not differ")


def revive_ops(suite: Suite, ops: Sequence[Op]) -> list[Op]:
    """Calls read from text, with records as named tuples again."""
    owners: dict[int, str] = {}
    made = []
    for op in ops:
        if op.verb == "n":
            owners[op.handle] = op.owner
        if op.verb == "f":
            method = suite.interface.function(op.method).method
        else:
            method = suite.interface.cls(op.owner or owners[op.handle]).method(op.method)
        args = tuple(revive(p.kind, a) for p, a in zip(method.params, op.args, strict=True))
        made.append(op._replace(args=args))
    return made
