"""What is asked of a shared object: every interleaving, some of larger clients, stored ones, one history again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from probatum.judge.evidence import GearReport
from probatum.judge.interleaved.clients import (
    MARK,
    SAMPLED,
    Client,
    Making,
    is_client,
    read_client,
    stored_client,
)
from probatum.judge.interleaved.crowd import crowded
from probatum.judge.interleaved.frozen import judge_frozen
from probatum.judge.interleaved.heard import read_heard
from probatum.judge.interleaved.trial import Run, Trial
from probatum.judge.interleaved.verdicts import broken
from probatum.judge.schedules.verdicts import Specification
from probatum.judge.suite import Suite
from probatum.toolchains.rust.concurrent.clients import shared_class
from probatum.types.codec import DecodeError

KINDS = (
    *("known", "patterns", "single_programs", "small_programs", "followed_programs", "crossed_programs"),
    *("programs", "crowds"),
)
"""What a trial counts clients by."""


def try_interleaved(suite: Suite, run: Run, request: Mapping[str, Any]) -> GearReport:
    """One trial of the class that threads share, or of the stored clients where the request has some."""
    declared = shared_class(suite.interface)
    trial = Trial(declared=declared, run=run, seed=request["seed"], fences=request["fences"])
    if request["stored"]:
        trial.every(_stored(suite, request["stored"], MARK), "known")
    else:
        search(trial, request["programs"])
    trial.finish()
    bound = request["preemptions"]
    trial.report.scope = {"preemptions": bound, "preemptions_of_three_threads": max(0, bound - 1), **trial.counts}
    return _told(trial)


def try_sampled(suite: Suite, run: Run, request: Mapping[str, Any]) -> GearReport:
    """Some schedules of larger clients, or of stored ones. Nothing is weak there: every access has its place in one
    order."""
    declared = shared_class(suite.interface)
    trial = Trial(declared=declared, run=run, seed=request["seed"], mark=SAMPLED, strong=True)
    if request["stored"]:
        trial.every(_stored(suite, request["stored"], SAMPLED), "known")
    else:
        making = Making(declared, trial.seed)
        trial.every(crowded(making, request["programs"]), "crowds")
    trial.report.scope = trial.counts
    return _told(trial)


def _told(trial: Trial) -> GearReport:
    trial.report.tally.segments = sum(trial.counts.get(kind, 0) for kind in KINDS)
    trial.report.tally.calls = trial.counts.get("executions", 0) + trial.counts.get("random_schedules", 0)
    return trial.report


def search(trial: Trial, programs: int) -> None:
    """Patterns, calls of one thread, pairs of small calls, every method beside two others in a row, two calls each that
    weak memory tells apart, and drawn programs."""
    making = Making(trial.declared, trial.seed)
    trial.every(making.patterns(), "patterns")
    trial.every(making.left(), "single_programs")
    trial.every(making.small(), "small_programs")
    trial.every(making.followed(), "followed_programs")
    trial.every(making.crossed(), "crossed_programs")
    trial.every(making.drawn(programs), "programs")


def _stored(suite: Suite, texts: Sequence[str], mark: str) -> Iterator[Client]:
    for text in (stored.partition("\n")[2] for stored in texts):
        if is_client(text, (mark,)):
            try:
                yield stored_client(suite, text)
            except (KeyError, DecodeError, TypeError, ValueError, IndexError):
                continue


def freezing_texts(suite: Suite, seed: str) -> list[dict[str, Any]]:
    """Clients for freezing threads, with the calls of both sides for people."""
    declared = shared_class(suite.interface)
    rows = []
    for client in Making(declared, seed).freezing():
        frozen, other = client.program.threads
        names = [[call[0] for call in calls] for calls in (frozen, other)]
        rows.append({"text": client.text(declared), "names": names})
    return rows


def try_frozen(suite: Suite, seed: str, rows: Sequence[Mapping[str, Any]]) -> GearReport:
    """What was answered while threads of those clients stood still, judged."""
    declared = shared_class(suite.interface)
    return judge_frozen(declared, list(Making(declared, seed).freezing()), rows)


def rejudge_client(suite: Suite, item: str, reply: str) -> list[str]:
    """The laws that a stored history breaks; raises `DecodeError` or `KeyError` where the task has no such client."""
    client = read_client(suite, item)
    try:
        heard = read_heard(client, reply)
    except DecodeError:
        return ["protocol"]
    verdict = broken(Specification(suite.interface.cls(client.program.owner), client.program.made), client, heard)
    return [] if verdict is None or verdict.unknown else [verdict.law]


def crowd_texts(suite: Suite, seed: str, count: int) -> list[dict[str, Any]]:
    """Larger clients, for threads of the system, with their calls for people."""
    declared = shared_class(suite.interface)
    made = crowded(Making(declared, seed), count)
    return [{"text": client.text(declared), "lines": client.lines()} for client in made]
