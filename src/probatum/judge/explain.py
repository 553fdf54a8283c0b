"""From a failure to what a person sees: shrink it, prove it in a fresh process, show it line by line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from probatum.judge.compare import SENTENCES, Failure, compare, first_difference
from probatum.judge.earlier import Run, with_earlier
from probatum.judge.evidence import Shown, input_lines
from probatum.judge.histories import Planned
from probatum.judge.ports import Opening, Ran, Workers, run_plan
from probatum.judge.shrink import Check, Effort, shrink
from probatum.judge.stepping import step_law
from probatum.judge.suite import Suite
from probatum.transcript import Op, Transcript, read_answers, upto
from probatum.types.codec import Ref
from probatum.types.conform import revive

IN_BATCHES = Effort()
QUICKLY = Effort(batches=3, variants=12)
"""For further laws that fail beside the first: the first is what a person reads."""
ONE_BY_ONE = Effort(batches=24, variants=12)
"""Where variants must not share a process: state that outlives an instance, and laws that drive a live worker."""
MAX_EARLIER_LINES = 40


def show_all(
    suite: Suite, workers: Workers, failures: Sequence[Failure], ran: Ran, plan: Sequence[Planned], opening: Opening
) -> list[Shown]:
    """Several failing laws: the first is shrunk as far as it goes, the others quickly."""
    efforts = [IN_BATCHES, *[QUICKLY] * len(failures)]
    return [show(suite, workers, f, ran, plan, opening, e) for f, e in zip(failures, efforts, strict=False)]


def show(
    suite: Suite,
    workers: Workers,
    failure: Failure,
    ran: Ran,
    plan: Sequence[Planned],
    opening: Opening,
    effort: Effort = IN_BATCHES,
) -> Shown:
    """The smallest evidence found for a failure; falls back to the transcript on which it was first seen."""
    if failure.stalled:
        return _as_seen(failure, failure.transcript or ran.transcript, recurs=True)
    if failure.transcript is not None and failure.use is not None:
        return _show_stepped(suite, workers, failure, failure.transcript, opening)
    law = failure.law
    for check, spent in (
        (_checker(suite, workers, law, opening), effort),
        (_alone(lambda planned: _confirm(suite, workers, planned, law, opening) is not None), ONE_BY_ONE),
    ):
        small, minimal = shrink(suite, failure.planned, failure.use, failure.at, check, spent)
        confirmed = _confirm(suite, workers, small, law, opening)
        if confirmed is not None:
            return _shown(confirmed[0], confirmed[1], minimal=minimal)
    return _with_prefix(suite, workers, failure, ran, plan, opening)


def _show_stepped(suite: Suite, workers: Workers, failure: Failure, transcript: Transcript, opening: Opening) -> Shown:
    """A law that drove the live worker: every variant is driven in a process of its own."""

    def seen(planned: Planned) -> Failure | None:
        found = step_law(suite, workers, planned, planned.uses[0], opening) if planned.uses else None
        return found if isinstance(found, Failure) and found.law == failure.law else None

    check = _alone(lambda planned: seen(planned) is not None)
    small, minimal = shrink(suite, failure.planned, failure.use, failure.at, check, ONE_BY_ONE)
    again = seen(small)
    if again is None or again.transcript is None:
        return _as_seen(failure, transcript, recurs=False)
    return _shown(again, again.transcript, minimal=minimal)


def _alone(fails: Callable[[Planned], bool]) -> Check:
    """Runs every variant in a process of its own."""
    return lambda variants: [fails(planned) for planned in variants]


def _checker(suite: Suite, workers: Workers, law: str, opening: Opening) -> Check:
    """Runs variants as one batch in one process and says which still fail the law."""

    def check(variants: Sequence[Planned]) -> list[bool]:
        ran = run_plan(workers, variants, opening)
        return [_fails(suite, p, a, law) for p, a in zip(variants, ran.answers, strict=False)]

    return check


def _fails(suite: Suite, planned: Planned, answers: Sequence[object] | None, law: str) -> bool:
    if answers is None:
        return False
    return any(f.law == law for f in compare(suite, planned, answers).failures)  # type: ignore[arg-type]


def _confirm(
    suite: Suite, workers: Workers, planned: Planned, law: str, opening: Opening
) -> tuple[Failure, Transcript] | None:
    """The failure in a fresh process, with the transcript; None when it does not recur there."""
    found = _runner(suite, workers, law, opening)([planned])
    return None if found is None else found[1:]


def _with_prefix(
    suite: Suite, workers: Workers, failure: Failure, ran: Ran, plan: Sequence[Planned], opening: Opening
) -> Shown:
    """A failure that needs earlier segments (state that outlives an instance), or that does not recur at all."""
    index = next((i for i, p in enumerate(plan) if p is failure.planned), len(plan) - 1)
    found = with_earlier(suite, _runner(suite, workers, failure.law, opening), plan[: index + 1])
    if found is None:
        return _as_seen(failure, ran.transcript, recurs=False)
    return _shown(found.failure, found.transcript, minimal=not found.spent, before=found.segments[:-1])


def _runner(suite: Suite, workers: Workers, law: str, opening: Opening) -> Run:
    """Runs segments in a fresh process and finds the first that fails the law."""

    def first(segments: Sequence[Planned]) -> tuple[int, Failure, Transcript] | None:
        ran = run_plan(workers, segments, opening)
        for at, answers in enumerate(ran.answers):
            found = () if answers is None else compare(suite, segments[at], answers).failures
            for failure in found:
                if failure.law == law:
                    return at, failure, upto(ran.transcript, at)
        return None

    return first


def _shown(failure: Failure, transcript: Transcript, *, minimal: bool, before: Sequence[Planned] = ()) -> Shown:
    earlier = tuple(f"(earlier in the same process) {op.show()}" for p in before for op in p.ops)
    if len(earlier) > MAX_EARLIER_LINES:
        left_out = len(earlier) - MAX_EARLIER_LINES
        earlier = (f"(earlier in the same process) {left_out} more calls, see the transcript", *earlier[left_out:])
    return Shown(
        law=failure.law,
        sentence=failure.sentence,
        requirements=failure.requirements,
        input=(*earlier, *input_lines(failure)),
        observed=failure.observed,
        expected=failure.expected,
        transcript=transcript,
        minimal=minimal,
    )


def _as_seen(failure: Failure, transcript: Transcript, *, recurs: bool) -> Shown:
    return replace(_shown(failure, transcript, minimal=False), recurs=recurs)


def show_loss(failure: Failure, transcript: Transcript, *, minimal: bool) -> Shown:
    """A lost process as evidence."""
    return _shown(failure, transcript, minimal=minimal)


def show_difference(suite: Suite, plan: Sequence[Planned], first: Transcript, second: Transcript) -> Shown:
    """Two transcripts of the same calls that differ, down to the first differing call; the second may have made its
    segments from the last to the first."""
    backwards = first.segments != second.segments
    replies = second.replies[::-1] if backwards else second.replies
    after = ", after other calls" if backwards else ""
    for planned, one, other in zip(plan, first.replies, replies, strict=False):
        at = first_difference(one, other)
        if at is None:
            continue
        mine, theirs = (read_answers(reply, len(planned.ops))[at] for reply in (one, other))
        return Shown(
            law="deterministic",
            sentence=SENTENCES["deterministic"],
            requirements=(),
            input=tuple(op.show() for op in planned.ops[: at + 1]),
            observed=f"{mine.show()} in one process, {theirs.show()} in another{after}",
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
        pairs = zip(method.params, op.args, strict=True)
        args = tuple(a if type(a) is Ref else revive(p.kind, a) for p, a in pairs)
        made.append(op._replace(args=args))
    return made
