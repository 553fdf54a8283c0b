"""What a person sees of a run that breaks a law: the program, and step by step the smallest schedule found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from probatum.judge.compare import SENTENCES
from probatum.judge.evidence import Shown
from probatum.judge.loss import describe, law_of
from probatum.judge.ports import Opening, Workers
from probatum.judge.schedules.played import Played
from probatum.judge.schedules.programs import Program, Run
from probatum.judge.schedules.search import STEPS, Found, Lost, Session, Unclear, recorded
from probatum.judge.schedules.verdicts import Broken, Judge
from probatum.judge.suite import Suite
from probatum.task.interface import SutClass
from probatum.transcript import Ending, Transcript

MOST_LINES = 80

Settled = tuple[Shown | None, tuple[str, str] | None]
"""A failure with its evidence, or why nothing can be said."""


def show_broken(
    suite: Suite,
    workers: Workers,
    failing: tuple[Found, Broken],
    declared: SutClass,
    opening: Opening,
    minimal: bool,
) -> Settled:
    """The failure again by its schedule in a fresh process, with what each step does."""
    found, broken = failing
    if broken.law == "progress" and (problem := _control_stuck(workers, found, opening)) is not None:
        return None, problem
    run = Run(schedule=found.played.schedule, most=STEPS, labels=True)
    again = _once(workers, found.program, run, opening)
    recurs = isinstance(again, Found) and _same(declared, again, broken)
    if broken.law == "progress" and not recurs:
        return None, ("INCONCLUSIVE", "a schedule does not come to an end, but by itself in a fresh process it does")
    who = declared.concurrent.who if declared.concurrent else "thread"
    shown = again if recurs and isinstance(again, Found) else found
    ending = Ending(how="completed")
    transcript = recorded(shown.program.item(shown.run), shown.reply, ending=ending, opening=opening)
    return (
        Shown(
            law=broken.law,
            sentence=SENTENCES[broken.law],
            requirements=declared.concurrent.requirements if declared.concurrent else (),
            input=(*shown.program.lines(), *steps_of(shown.program, shown.played, who)),
            observed=broken.observed,
            expected=broken.expected,
            transcript=transcript,
            minimal=minimal and recurs,
            recurs=recurs,
        ),
        None,
    )


def _same(declared: SutClass, again: Found, broken: Broken) -> bool:
    verdict = Judge(declared, again.program).broken(again.played)
    return verdict is not None and verdict.law == broken.law


def _once(workers: Workers, program: Program, run: Run, opening: Opening) -> Found | Lost | None:
    session = Session(workers=workers, opening=opening)
    try:
        return next(iter(session.play(program, [run])), None)
    except Unclear:
        return None
    finally:
        session.close()


def _control_stuck(workers: Workers, found: Found, opening: Opening) -> tuple[str, str] | None:
    """Why a run that does not end says nothing: the control does not end on this program, either."""
    control = _once(workers, found.program, Run(most=STEPS), replace(opening, control=True))
    if isinstance(control, Found) and control.played.how in ("finished", "deadlock"):
        return None
    return "INCONCLUSIVE", "a schedule does not come to an end, and neither does the control's"


def show_lost(suite: Suite, workers: Workers, lost: Lost, opening: Opening) -> Settled:
    """A run that takes its process down: the candidate's doing where the control's does not."""
    ending = lost.ending
    control = _once(workers, lost.program, Run(most=STEPS), replace(opening, control=True, cpu_s=None))
    if not isinstance(control, Found):
        outcome = "INCONCLUSIVE" if ending.how in ("wall", "cpu") else "ERROR"
        return None, (outcome, f"the control fails on the same program ({describe(ending.how, ending.detail)})")
    law = law_of(ending.how)
    item = lost.program.item(lost.run)
    transcript = Transcript(segments=(item,), replies=(), ending=ending, hash_seed=opening.host)
    return (
        Shown(
            law=law,
            sentence=SENTENCES[law],
            requirements=(),
            input=(*lost.program.lines(), f"schedule {list(lost.run.schedule)}"),
            observed=f"the run does not come back: {describe(ending.how, ending.detail)}",
            expected=SENTENCES[law],
            transcript=transcript,
            minimal=False,
        ),
        None,
    )


def steps_of(program: Program, played: Played, who: str = "thread") -> tuple[str, ...]:
    """The schedule, one line per step that a thread takes; the first step of a call names the call."""
    lines = [f"the schedule, {played.preemptions} preemptions:"]
    lines += list(_lines(program, played))
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], f"... {len(lines) - MOST_LINES + 1} more steps"]
    if played.how == "deadlock":
        lines.append(f"no {who} can go on")
    return tuple(lines)


def _lines(program: Program, played: Played) -> Iterator[str]:
    _, threads = program.ops()
    begun = [0] * len(threads)
    for step in played.steps:
        name = f"T{step.thread + 1}"
        if step.label:
            yield f"  {name}: {step.label}"
        else:
            calls = threads[step.thread]
            yield f"  {name}: begins {calls[min(begun[step.thread], len(calls) - 1)].show()}"
            begun[step.thread] += 1
