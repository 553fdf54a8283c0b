"""Worlds without a worker: on the oracle, and over a stored recording."""

from __future__ import annotations

from probatum.judge.drive import Diverged, OracleDriver, PlaybackDriver
from probatum.judge.explain import revive_ops
from probatum.judge.simulation.declared import WorldSpec
from probatum.judge.simulation.run import Choose, Result, given, run_world
from probatum.judge.simulation.schedule import read_schedule
from probatum.judge.suite import Suite
from probatum.task.interface import Interface
from probatum.transcript import read_answers, read_segment
from probatum.types.codec import DecodeError, parse


def try_oracle(interface: Interface, spec: WorldSpec, choose: Choose) -> Result:
    """A world run on the oracle."""
    return run_world(spec, OracleDriver(interface), choose)


def rejudge_schedule(suite: Suite, calls: str, reply: str, text: str) -> list[str]:
    """The law that a stored segment of a world breaks: its decisions applied again over the recorded answers."""
    spec, schedule = read_schedule(suite.worlds, text)
    ops = revive_ops(suite, read_segment(calls))
    try:
        answers = read_answers(reply, len(parse(reply)))  # type: ignore[arg-type]
    except (DecodeError, TypeError):
        return ["protocol"]
    try:
        result = run_world(spec, PlaybackDriver(suite.interface, tuple(ops), answers, {}), given(schedule))
    except Diverged:
        return []
    return [] if result.broken is None else [result.broken.law]
