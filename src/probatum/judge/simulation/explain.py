"""From a failing schedule to what a person sees: shrunk, proved in a fresh process, blame decided by the control."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from probatum.errors import TaskError
from probatum.judge.compare import SENTENCES
from probatum.judge.evidence import Shown
from probatum.judge.loss import describe, law_of
from probatum.judge.ports import Opening, Workers
from probatum.judge.simulation.ahead import Habits
from probatum.judge.simulation.batch import Batch, Ran, run_batch
from probatum.judge.simulation.run import given
from probatum.judge.simulation.schedule import Schedule
from probatum.judge.simulation.show import shown_of
from probatum.judge.simulation.shrink import Check, Shrinking
from probatum.judge.suite import Suite
from probatum.transcript import Transcript, upto

TRIES = 900
"""Schedules run to make a failing one smaller."""
CALLS = 150_000
"""Calls that this may cost: fewer schedules are run where each is long."""
ENOUGH_LINES = 16
"""A schedule of so many steps is not tried to be made smaller a second time."""
HURRY = 8
"""While a schedule is made smaller, one in so many of the fair steps is waited for; the result is proved with all."""
LOSSES = 16
"""Processes lost to make a losing schedule smaller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LossFound:
    """What a lost process means: a failure, a problem, or (neither) that it was only slow as a whole."""

    shown: Shown | None = None
    problem: tuple[str, str] | None = None
    transcripts: tuple[Transcript, ...] = ()
    again: Batch | None = None
    """The schedule in a process of its own, where that one was not lost."""


def explain_broken(
    suite: Suite, workers: Workers, places: Sequence[tuple[Batch, int]], opening: Opening, *, smaller: bool = True
) -> Shown:
    """The smallest evidence for a law that failed in some schedules (batch and place): shrunk from the first, and from
    the shortest other one where that leaves much; as found where it need not be ``smaller``. Raises `TaskError` where
    the control fails, too."""
    first, *others = places
    shown = _explained(suite, workers, first, opening, smaller)
    others.sort(key=lambda place: len(place[0].rans[place[1]].result.schedule))
    if (others and smaller) and (not shown.recurs or len(shown.input) > ENOUGH_LINES):
        again = _explained(suite, workers, others[0], opening, smaller)
        shown = min(shown, again, key=lambda s: (not s.recurs, len(s.input)))
    return shown


def _explained(suite: Suite, workers: Workers, place: tuple[Batch, int], opening: Opening, smaller: bool) -> Shown:
    batch, at = place
    ran = batch.rans[at]
    broken = ran.result.broken
    assert broken is not None
    check = _fails(suite, workers, ran, broken.law, opening)
    tries = 0 if not smaller else max(60, min(TRIES, HURRY * CALLS // max(1, 2 * len(ran.driver.ops))))
    small, minimal = Shrinking(spec=ran.spec, best=ran.result.schedule, check=check, tries=tries).run()
    for schedule, least in ((small, minimal), (ran.result.schedule, False)):
        again = _alone(suite, workers, ran, schedule, opening)
        found = again.rans[-1].result.broken if again.rans else None
        if found is not None and found.law == broken.law:
            _control_holds(suite, workers, again.rans[-1], opening)
            return _shown(again.rans[-1], again.transcript, minimal=least)
    return _shown(ran, upto(batch.transcript, at), minimal=False, recurs=False)


def _shown(ran: Ran, transcript: Transcript, *, minimal: bool, recurs: bool = True) -> Shown:
    broken = ran.result.broken
    assert broken is not None
    return shown_of(
        ran,
        broken.law,
        broken.sentence,
        broken.requirements,
        broken.why,
        transcript,
        minimal=minimal,
        recurs=recurs,
    )


def _alone(suite: Suite, workers: Workers, ran: Ran, schedule: Schedule, opening: Opening) -> Batch:
    return run_batch(workers, suite.interface, [(ran.spec, partial(given, schedule))], opening)


def _fails(suite: Suite, workers: Workers, ran: Ran, law: str, opening: Opening) -> Check:
    """Which schedules still fail a law; they share processes, so the end result is confirmed in a fresh one."""

    habits = Habits()

    def check(schedules: Sequence[Schedule]) -> list[Schedule | None]:
        found: list[Schedule | None] = []
        while len(found) < len(schedules):
            wanted = [(ran.spec, partial(given, s)) for s in schedules[len(found) :]]
            batch = run_batch(workers, suite.interface, wanted, opening, on=True, patience=HURRY, habits=habits)
            if not batch.rans:
                return found
            for one in batch.rans:
                broken = one.result.broken
                found.append(one.result.schedule if broken is not None and broken.law == law else None)
        return found

    return check


def _control_holds(suite: Suite, workers: Workers, ran: Ran, opening: Opening) -> None:
    """The control must hold on the same schedule, else the world is wrong and not the candidate."""
    broken = ran.result.broken
    assert broken is not None
    control = _alone(suite, workers, ran, ran.result.schedule, replace(opening, control=True))
    for one in control.rans:
        if one.result.broken is not None and one.result.broken.law == broken.law:
            raise TaskError(
                f"law {broken.law} of world {ran.spec.name} is false of the control itself: {one.result.broken.why}",
                file="task.py",
                fix="Correct the world, or name another control in task.toml",
            )


def explain_lost(
    suite: Suite, workers: Workers, batch: Batch, opening: Opening, cpu_s: float, *, smaller: bool = True
) -> LossFound:
    """The schedule that ended a batch lost the process: does it alone, and does the control? As found where it need
    not be ``smaller``."""
    ran, law = batch.rans[-1], law_of(batch.transcript.ending.how)
    turn = replace(opening, host=opening.host ^ 1)
    schedule, minimal = ran.result.schedule, False
    again = _alone(suite, workers, ran, schedule, turn)
    if not _loses(again, law):
        if law == "returns" and not again.lost:
            return LossFound(transcripts=(again.transcript,), again=again)
        return _blamed(suite, workers, [(r.spec.name, r) for r in batch.rans], batch, opening, law, minimal=False)
    if smaller and law != "returns":
        check = _losing(suite, workers, ran, law, turn)
        schedule, minimal = Shrinking(spec=ran.spec, best=schedule, check=check, tries=LOSSES, at_once=4).run()
        proved = _alone(suite, workers, ran, schedule, turn)
        again = proved if _loses(proved, law) else again
    return _blamed(suite, workers, [(ran.spec.name, again.rans[-1])], again, turn, law, minimal=minimal)


def _loses(batch: Batch, law: str) -> bool:
    return batch.lost and law_of(batch.transcript.ending.how) == law


def _losing(suite: Suite, workers: Workers, ran: Ran, law: str, opening: Opening) -> Check:
    """Which schedules lose a process of their own in the same way."""

    def check(schedules: Sequence[Schedule]) -> list[Schedule | None]:
        found: list[Schedule | None] = []
        for schedule in schedules:
            batch = _alone(suite, workers, ran, schedule, opening)
            found.append(batch.rans[-1].result.schedule if batch.rans and _loses(batch, law) else None)
        return found

    return check


def _blamed(
    suite: Suite,
    workers: Workers,
    rans: Sequence[tuple[str, Ran]],
    batch: Batch,
    opening: Opening,
    law: str,
    *,
    minimal: bool,
) -> LossFound:
    """The loss stands unless the control is lost on the same schedules."""
    wanted = [(ran.spec, partial(given, ran.result.schedule)) for _, ran in rans]
    control = run_batch(workers, suite.interface, wanted, replace(opening, control=True), on=True)
    ending = batch.transcript.ending
    kept = (batch.transcript, control.transcript)
    if control.lost or not control.rans:
        how = control.transcript.ending.how
        outcome = "INCONCLUSIVE" if how in ("wall", "cpu") else "ERROR"
        text = f"the control fails in the same schedule ({describe(how, control.transcript.ending.detail)}), "
        return LossFound(problem=(outcome, text + "so the machine is to blame"), transcripts=kept)
    last = rans[-1][1]
    call = last.driver.ops[-1].show() if last.driver.ops else "the start"
    observed = f"{call}: {describe(ending.how, ending.detail)}"
    shown = shown_of(last, law, SENTENCES[law], (), observed, batch.transcript, minimal=minimal, recurs=len(rans) == 1)
    return LossFound(shown=shown, transcripts=kept)


def show_twin(first: Batch, second: Batch) -> Shown | None:
    """Two processes that answered the same calls differently, down to the first such call; None where none did."""
    for at, (one, other) in enumerate(zip(first.rans, second.rans, strict=False)):
        pairs = list(zip(one.driver.answers, other.driver.answers, strict=False))
        differing = next((i for i, (a, b) in enumerate(pairs) if a.text() != b.text()), None)
        if differing is None:
            continue
        mine, theirs = pairs[differing]
        twin = _cut(first.transcript, one, at, differing)
        transcript = replace(_cut(second.transcript, other, at, differing), twin=twin)
        return Shown(
            law="deterministic",
            sentence=SENTENCES["deterministic"],
            requirements=(),
            input=tuple(op.show() for op in one.driver.ops[: differing + 1]),
            observed=f"{mine.show()} in one process, {theirs.show()} in another",
            expected=SENTENCES["deterministic"],
            transcript=transcript,
            minimal=False,
        )
    return None


def _cut(transcript: Transcript, ran: Ran, segment: int, at: int) -> Transcript:
    """The transcript up to one call of one segment; before it both processes made the same calls."""
    whole = upto(transcript, segment)
    calls = "[" + ",".join(ran.driver.texts[: at + 1]) + "]"
    replies = "[" + ",".join(ran.driver.replies[: at + 1]) + "]"
    return replace(whole, segments=(*whole.segments[:-1], calls), replies=(*whole.replies[:-1], replies))
