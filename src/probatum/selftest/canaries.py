"""Every canary of a task through its cascade: bad ones refuted at the named level by the named law, others accepted.

Three kinds of row are added to the task's own: that level regression refutes by a stored counterexample, that every
gear of level behaviour and every part of level simulation can refute on its own (each would otherwise be covered by the
next), and that every law of the task file was seen to fail.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from probatum.candidate import Candidate
from probatum.cascade import LADDER, assess
from probatum.judge.compare import SENTENCES
from probatum.judge.lane import Lane
from probatum.lab.clock import wall_s
from probatum.lab.files import find_task, read_candidate
from probatum.lab.seeds import Seeds
from probatum.ledger import stored_input
from probatum.levels.behaviour import GEARS
from probatum.levels.context import Context, Level
from probatum.selftest.calibration import Row
from probatum.selftest.worlds import LEVEL, Refuted, remember, world_rows
from probatum.task.model import Canary, Task
from probatum.toolchains.python import typecheck
from probatum.toolchains.rust.compiler import INSTALL, find_compiler
from probatum.transcript import load_transcript
from probatum.verdict import Assessment, Outcome, Verdict

OFTEN = {"calls": 4000, "histories": 400}
"""The size of a gear in which one law is tried again and again."""
ATTEMPTS = 3
"""Seeds tried before a law is said not to catch its canary."""
FEW = 6
"""Bad canaries tried on a part of the ladder before that part is said not to work."""
NEVER = "never seen to fail: add a bad canary that breaks it"
FLAKY = ("deterministic", "returns", "memory", "output", "alive", "protocol")
"""Laws whose counterexample need not refute a second time, or costs a limit each time."""


@dataclass(slots=True, kw_only=True)
class Bench:
    """One task on one lane, with what the canaries before have shown."""

    task: Task
    folder: Path
    lane: Lane
    seeds: Seeds
    levels: Sequence[Level] = LADDER
    say: Callable[[str], None] = lambda text: None
    refuted_in: dict[str, str] = field(default_factory=dict)
    """Bad canary -> the gear of level behaviour that refuted it."""
    broken_by: dict[str, str] = field(default_factory=dict)
    """Law -> a bad canary that it was seen to refute."""
    segments: list[tuple[Candidate, str]] = field(default_factory=list)
    """Bad canaries with the segment of their counterexample."""
    simulated: Refuted = field(default_factory=Refuted)

    def context(self, *, types: bool, stored: tuple[str, ...] = ()) -> Context:
        """The surroundings of one assessment; no stored inputs unless they are the point."""
        return Context(
            lane=self.lane,
            seeds=self.seeds,
            types=types,
            stored=stored,
            task_word=self.task.name,
            candidate_word=str(self.folder / "canaries"),
            say=self.say,
        )

    def candidate(self, canary: Canary) -> Candidate:
        """The canary's folder, read like anybody's."""
        return read_candidate(self.folder / "canaries" / canary.kind / canary.name)


def bench_of(task: Task, word: str, lane: Lane, seeds: Seeds, **more: Any) -> Bench:
    """A bench for the task that a person calls ``word``."""
    return Bench(task=task, folder=find_task(word), lane=lane, seeds=seeds, **more)


def every_row(bench: Bench) -> Iterator[Row]:
    """All rows of a task, in order."""
    for canary in bench.task.canaries:
        bench.say(f"{canary.kind} {canary.name}")
        began = wall_s()
        yield replace(_canary_row(bench, canary), wall_s=wall_s() - began)
    if any(c.kind == "bad" and c.level == "behaviour" for c in bench.task.canaries):
        yield _stored_row(bench, "regression", bench.segments)
        yield from _gear_rows(bench)
        yield from _law_rows(bench)
    yield from world_rows(bench, bench.simulated)
    if bench.simulated.stored:
        yield _stored_row(bench, "regression of schedules", bench.simulated.stored)


def _canary_row(bench: Bench, canary: Canary) -> Row:
    expected = f"refuted at {canary.level} by {canary.law}" if canary.kind == "bad" else "accepted"
    if install := missing(bench.task, canary):
        found = "SKIPPED: what it needs is not installed"
        return Row(
            kind=canary.kind, name=canary.name, expected=expected, found=found, as_promised=True, skipped=install
        )
    candidate = bench.candidate(canary)
    context = bench.context(types=canary.kind != "bad" or canary.law == "types")
    assessment = assess(bench.task, candidate, context, levels=bench.levels)
    named = assessment.verdict(canary.level)
    if named is not None and named.outcome is Outcome.SKIPPED:
        found = f"SKIPPED: level {named.level} cannot run here ({named.reason})"
        return Row(
            kind=canary.kind,
            name=canary.name,
            expected=expected,
            found=found,
            as_promised=True,
            skipped="probatum doctor",
        )
    if canary.kind != "bad":
        found, right = assessment.outcome.value + (f": {assessment.reason}" if not assessment.accepted else ""), False
        right = assessment.accepted
    else:
        found, right = _refutation(bench, canary, candidate, assessment, context)
    return Row(kind=canary.kind, name=canary.name, expected=expected, found=found, as_promised=right)


def _refutation(
    bench: Bench, canary: Canary, candidate: Candidate, assessment: Assessment, context: Context
) -> tuple[str, bool]:
    """What refuted a bad canary, and whether it is what was promised."""
    verdict = next((v for v in assessment.verdicts if v.outcome is Outcome.REFUTED), None)
    if verdict is None:
        return f"NOT REFUTED: {assessment.outcome.value}", False
    laws = tuple(f.law for f in verdict.refuting)
    bench.broken_by.update({law: canary.name for law in laws if law not in bench.broken_by})
    if verdict.level == "behaviour":
        _remember(bench, canary, candidate, verdict, context)
    elif verdict.level == LEVEL:
        remember(bench.simulated, canary.name, candidate, verdict, _stored(verdict, context))
    if verdict.level == canary.level and canary.law in laws:
        return f"refuted at {verdict.level} by {canary.law}", True
    first = f"refuted at {verdict.level} by {', '.join(laws)}"
    if verdict.level == canary.level == "behaviour" and _tried_often(bench, candidate, canary.law):
        bench.broken_by.setdefault(canary.law, canary.name)
        return f"{first}; by {canary.law} when that law is tried often", True
    return f"{first}, NOT AS NAMED", False


def _remember(bench: Bench, canary: Canary, candidate: Candidate, verdict: Verdict, context: Context) -> None:
    gears = [gear for gear in GEARS if verdict.scope.count(f"{gear}_calls")]
    if gears:
        bench.refuted_in[canary.name] = gears[-1]
    bench.segments += [(candidate, segment) for segment in _stored(verdict, context)]


def _stored(verdict: Verdict, context: Context) -> list[str]:
    """The first minimal counterexample of a verdict as it is stored; none where no law found it that would again."""
    for finding in verdict.refuting:
        shown = finding.counterexample
        if finding.law not in FLAKY and shown and shown.minimal and shown.transcript in context.blobs:
            return [stored_input(load_transcript(context.blobs[shown.transcript]))]
    return []


def _tried_often(bench: Bench, candidate: Candidate, law: str, attempts: int = ATTEMPTS) -> bool:
    """Whether a law refutes a candidate when it is tried again and again."""
    known = {entry["name"] for entry in bench.lane.suite["laws"]}
    for attempt in range(attempts):
        request = _gear_request(bench, candidate, "fresh", attempt)
        report = bench.lane.trial(candidate, **request, laws=[law] if law in known else [])
        if any(shown["law"] == law for shown in report["shown"]):
            return True
    return False


def _gear_request(bench: Bench, candidate: Candidate, gear: str, attempt: int = 0) -> dict[str, Any]:
    number = str(attempt)
    request: dict[str, Any] = {
        "gear": "fresh" if gear == "confirmation" else gear,
        "host": attempt % 2,
        "random_seed": bench.seeds.number(candidate.digest, "selftest", gear, number, "random"),
        "open_goals": [],
        "both": bool(bench.lane.suite["any_answer"]) and gear != "exhaustive",
    }
    if request["gear"] == "fresh":
        return {**request, "seed": bench.seeds.seed(candidate.digest, "selftest", gear, number), **OFTEN}
    if gear == "exhaustive":
        return {**request, "depth": bench.lane.suite["depth"], "calls": 1000}
    return request


def _stored_row(bench: Bench, name: str, segments: Sequence[tuple[Candidate, str]]) -> Row:
    """Level regression: a bad canary's own counterexample, stored, refutes it there; the control it refutes nowhere."""
    expected = "a stored counterexample refutes at regression, and not the control"
    found, right = "no bad canary left a counterexample that can be stored", False
    for candidate, segment in segments[:FEW]:
        again = assess(bench.task, candidate, bench.context(types=False, stored=(segment,)), levels=bench.levels)
        level = next((v.level for v in again.verdicts if v.outcome is Outcome.REFUTED), "nowhere")
        found, right = f"refuted at {level}", level == "regression"
        if right:
            control = Candidate(files=bench.task.canary(bench.task.control).files)
            kept = assess(bench.task, control, bench.context(types=False, stored=(segment,)), levels=bench.levels)
            right = kept.outcome is not Outcome.REFUTED
            found += "" if right else ", and so is the control"
            break
    return Row(kind="stored", name=name, expected=expected, found=found, as_promised=right)


def _gear_rows(bench: Bench) -> Iterator[Row]:
    """Per gear of level behaviour: some bad canary that this gear refutes without the others."""
    for gear in GEARS:
        caught = next((name for name, by in bench.refuted_in.items() if by == gear), "")
        if not caught:
            caught = next((c.name for c in _steady(bench) if _refutes(bench, bench.candidate(c), gear)), "")
        found = f"refuted {caught}" if caught else "refuted none of the bad canaries"
        expected = "refutes a bad canary without the other gears"
        yield Row(kind="gear", name=gear, expected=expected, found=found, as_promised=bool(caught))


def _refutes(bench: Bench, candidate: Candidate, gear: str) -> bool:
    return bool(bench.lane.trial(candidate, **_gear_request(bench, candidate, gear))["shown"])


def _law_rows(bench: Bench) -> Iterator[Row]:
    """Per law of the task file: some bad canary that it refutes. A law never seen to fail may be unable to."""
    named = {canary.law for canary in bench.task.canaries}
    for law in _world_laws(bench.lane.suite):
        caught = bench.broken_by.get(law, "")
        found = f"refuted {caught}" if caught else NEVER
        right = bool(caught) or law not in named
        yield Row(kind="law", name=law, expected="refutes a bad canary", found=found, as_promised=right)
    for law in (e["name"] for e in bench.lane.suite["laws"] if e["kind"] != "sometimes"):
        bench.say(f"law {law}")
        if law not in bench.broken_by:
            tried = (c.name for c in _steady(bench) if _tried_often(bench, bench.candidate(c), law, 1))
            bench.broken_by[law] = next(tried, "")
        caught = bench.broken_by[law]
        found = f"refuted {caught}" if caught else NEVER
        right = bool(caught) or law not in named
        yield Row(kind="law", name=law, expected="refutes a bad canary", found=found, as_promised=right)


def _world_laws(suite: dict[str, Any]) -> tuple[str, ...]:
    """The laws of a task's worlds that can fail, each once."""
    rows = [entry for entries in suite.get("worlds", {}).values() for entry in entries]
    return tuple(dict.fromkeys(entry["name"] for entry in rows if entry["kind"] != "sometimes"))


def _steady(bench: Bench) -> list[Canary]:
    """Bad canaries that break a law by an answer, and so cost no limit."""
    return [c for c in bench.task.canaries if c.name in bench.refuted_in and c.law not in FLAKY]


def unknown_laws(task: Task, suite: dict[str, Any]) -> tuple[str, ...]:
    """Names in canaries.toml that are no law."""
    known = {*SENTENCES, *(entry["name"] for entry in suite["laws"]), *_world_laws(suite)}
    return tuple(f"{c.name} names {c.law!r}" for c in task.canaries if c.kind == "bad" and c.law not in known)


def absent_packages(task: Task) -> tuple[str, ...]:
    """Third-party packages that the task declares and that are not installed."""
    return tuple(name for name in task.packages if importlib.util.find_spec(name) is None)


def missing(task: Task, canary: Canary) -> str:
    """The command that installs what a canary needs; "" when it is all here."""
    source = b"\n".join(canary.files.values()).decode(errors="replace")
    for package in absent_packages(task):
        if re.search(rf"^\s*(?:import|from)\s+{re.escape(package)}\b", source, re.MULTILINE):
            return f"pip install {package}"
    if "sut.rs" in canary.files and find_compiler() is None:
        return INSTALL
    if canary.law == "types" and typecheck.mypy_version() is None:
        return "pip install 'probatum[types]'"
    return ""
