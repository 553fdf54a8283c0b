"""A stored run of a program of threads judged again, from its text alone."""

from __future__ import annotations

from probatum.judge.schedules.played import read_played
from probatum.judge.schedules.programs import Run, read_program
from probatum.judge.schedules.search import STEPS
from probatum.judge.schedules.verdicts import Judge
from probatum.judge.suite import Suite
from probatum.types.codec import DecodeError


def rejudge_program(suite: Suite, item: str, reply: str) -> list[str]:
    """The laws that the run breaks; raises `DecodeError` or `KeyError` where the task has no such program."""
    program, schedule = read_program(suite, item)
    try:
        played = read_played(program, Run(schedule=schedule, most=STEPS), reply)
    except DecodeError:
        return ["protocol"]
    broken = Judge(suite.interface.cls(program.owner), program).broken(played)
    return [] if broken is None or broken.unknown else [broken.law]
