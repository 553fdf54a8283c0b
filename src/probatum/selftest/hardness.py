"""Attacks on a task: each is made for its interface and tried; what stopped it is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from probatum.attacks.render import shape_of, victim
from probatum.attacks.table import Attack, may_stop
from probatum.candidate import Candidate
from probatum.cascade import LADDER, assess
from probatum.judge.lane import Lane
from probatum.lab.clock import wall_s
from probatum.lab.seeds import Seeds
from probatum.levels.context import Context, Level
from probatum.selftest.folders import AUTHOR, SUT, candidate_of
from probatum.task.model import Task
from probatum.verdict import Assessment, Outcome

GOT_AT_SOMETHING = "raises FOUND"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One attack, tried."""

    attack: Attack
    result: str
    """stopped, ACCEPTED, FOUND (it got at something) or UNSETTLED (neither refuted nor accepted)."""
    level: str = ""
    laws: tuple[str, ...] = ()
    said: str = ""
    """What was observed."""
    wall_s: float = 0.0
    as_listed: bool = True
    """Whether what stopped it is what the table of attacks names."""

    @property
    def stopped(self) -> bool:
        """Whether it was refuted without having got at anything."""
        return self.result == "stopped"

    @property
    def mechanism(self) -> str:
        """Level and law that stopped it."""
        return f"{self.level}/{', '.join(self.laws)}" if self.stopped else ""

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "attack": self.attack.name,
            "row": self.attack.row,
            "form": self.attack.form,
            "result": self.result,
            "level": self.level,
            "laws": list(self.laws),
            "said": self.said[:400],
            "as_listed": self.as_listed,
            "wall_s": self.wall_s,
        }


def try_attacks(
    task: Task,
    lane: Lane,
    attacks: Sequence[Attack],
    seeds: Seeds,
    *,
    levels: Sequence[Level] = LADDER,
    say: Callable[[str], None] = lambda text: None,
) -> Iterator[Tried]:
    """Try attacks one after the other in one lane, so that what one leaves behind would be seen by the next."""
    control = task.canary(task.control).files[SUT].decode()
    shape = shape_of(lane.workers.outline)
    for attack in attacks:
        say(attack.name)
        if attack.row == 34:
            lane.load(Candidate(files={SUT: victim(control).encode()}, author=AUTHOR))
        began = wall_s()
        candidate = candidate_of(attack, shape, control)
        assessment = assess(task, candidate, Context(lane=lane, seeds=seeds, types=False), levels=levels)
        yield judged(attack, assessment, wall_s() - began)


def judged(attack: Attack, assessment: Assessment, took_s: float) -> Tried:
    """What became of an attack."""
    last = next((v for v in assessment.verdicts if v.outcome in (Outcome.REFUTED, Outcome.ERROR)), None)
    laws = tuple(f.law for f in last.refuting) if last else ()
    level = last.level if last else ""
    said = " · ".join(f.counterexample.observed for f in last.refuting if f.counterexample) if last else ""
    if assessment.accepted:
        result = "ACCEPTED"
    elif GOT_AT_SOMETHING in said:
        result = "FOUND"
    else:
        result = "stopped" if assessment.outcome is Outcome.REFUTED else "UNSETTLED"
    return Tried(
        attack=attack,
        result=result,
        level=level,
        laws=laws,
        said=said or assessment.reason,
        wall_s=took_s,
        as_listed=may_stop(attack, level, laws),
    )


def unsettled(attack: Attack, why: str) -> Tried:
    """An attack that broke what should have judged it."""
    return Tried(attack=attack, result="UNSETTLED", said=why, as_listed=False)


def still_accepts(task: Task, lane: Lane, seeds: Seeds) -> str:
    """Whether the control is still accepted in this lane: "" when it is, else why not."""
    control = Candidate(files=task.canary(task.control).files, author="operator")
    assessment = assess(task, control, Context(lane=lane, seeds=seeds, types=False))
    return "" if assessment.accepted else assessment.reason
