"""Between the cascade and the journal: what is written about a candidate, and what is known before it is tried.

A refutation is sticky for its digest under its task digest. Known counterexamples of a task are tried first on every
later candidate.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from probatum.candidate import Candidate
from probatum.errors import JournalError
from probatum.events import EventKind
from probatum.journal import Entry, Journal
from probatum.judge.interleaved.clients import is_client
from probatum.judge.schedules.programs import is_program
from probatum.judge.simulation.schedule import is_schedule
from probatum.lab.seeds import Seeds
from probatum.levels.context import REGRESSION_MAX_CALLS, Context
from probatum.task.model import Task
from probatum.transcript import Transcript, load_transcript
from probatum.types.codec import DecodeError, parse
from probatum.verdict import Assessment, Outcome
from probatum.verdict.plain import verdict_from_json, verdict_to_json

REMEMBERED = ("behaviour", "memory", "schedules", "simulation", "conformance")
"""Levels whose counterexamples are tried on later candidates."""
MOST_STORED = 64
"""Known counterexamples tried on a candidate."""


def begin(journal: Journal, run: str, task: Task, seeds: Seeds, options: dict[str, Any]) -> None:
    """Write the first event of a run: the commitment to its secret stands before any candidate."""
    body: dict[str, Any] = {
        "task": task.digest,
        "task_name": task.name,
        "commitment": seeds.commitment,
        "chosen_seed": seeds.chosen,
        "options": options,
    }
    journal.append(run, EventKind.RUN_STARTED, body)


def submit(journal: Journal, run: str, candidate: Candidate, index: int) -> None:
    """Write that a candidate was handed in; its files are kept."""
    body: dict[str, Any] = {
        "candidate": candidate.digest,
        "index": index,
        "author": candidate.author,
        "parents": list(candidate.parents),
        "refusal": candidate.refusal,
    }
    journal.append(run, EventKind.CANDIDATE_SUBMITTED, body, blobs=dict(candidate.files))


def entries(run: str, index: int, assessment: Assessment, context: Context) -> list[Entry]:
    """The events of an assessment, to be written together."""
    made = []
    for verdict in assessment.verdicts:
        blobs = {d: context.blobs[d] for d in verdict.transcripts if d in context.blobs}
        shown = [
            f.counterexample.transcript for f in verdict.findings if f.counterexample and f.counterexample.transcript
        ]
        blobs.update({d: context.blobs[d] for d in shown if d in context.blobs})
        body: dict[str, Any] = {
            "candidate": assessment.candidate,
            "index": index,
            "verdict": verdict_to_json(verdict),
            "resources": {d: list(context.resources[d]) for d in blobs if d in context.resources},
        }
        made.append(Entry(run=run, kind=EventKind.LEVEL_JUDGED, body=body, blobs=blobs))
    made.append(Entry(run=run, kind=EventKind.CANDIDATE_JUDGED, body=_summary(index, assessment), blobs={}))
    return [*made, *_regressions(run, assessment, context)]


def _summary(index: int, assessment: Assessment) -> dict[str, Any]:
    return {
        "index": index,
        "task": assessment.task_digest,
        "task_name": assessment.task,
        "candidate": assessment.candidate,
        "outcome": assessment.outcome.value,
        "accepted": assessment.accepted,
        "reason": assessment.reason,
        "fitness": list(assessment.fitness),
        "sandbox": list(assessment.sandbox),
        "not_shown": list(assessment.not_shown),
        "author": assessment.author,
    }


def _regressions(run: str, assessment: Assessment, context: Context) -> Iterator[Entry]:
    """The segment of each counterexample that is short enough to be tried on every later candidate."""
    for verdict in assessment.verdicts:
        for finding in verdict.findings if verdict.level in REMEMBERED else ():
            shown = finding.counterexample
            if shown is None or shown.transcript not in context.blobs or not shown.input:
                continue
            segment = stored_input(load_transcript(context.blobs[shown.transcript]))
            if segment not in context.stored and _calls(segment) <= REGRESSION_MAX_CALLS:
                body = {
                    "task_name": assessment.task,
                    "law": finding.law,
                    "segment": segment,
                    "candidate": assessment.candidate,
                }
                yield Entry(run=run, kind=EventKind.REGRESSION_ADDED, body=body, blobs={})


def stored_input(transcript: Transcript) -> str:
    """A counterexample as it is tried again: its last segment and, on a second line, the laws that were tried in it."""
    return stored_segments(transcript)[-1]


def stored_segments(transcript: Transcript) -> tuple[str, ...]:
    """Every segment with, on a second line, the laws that were tried in it. Of a world only its schedule, of
    threads only their program: the calls follow from it."""
    uses = transcript.uses or ("[]",) * len(transcript.segments)
    pairs = zip(transcript.segments, uses, strict=True)
    return tuple(
        f"[]\n{tried}"
        if is_schedule(tried) or is_program(tried) or is_client(tried)
        else segment + (f"\n{tried}" if tried != "[]" else "")
        for segment, tried in pairs
    )


def _calls(segment: str) -> int:
    try:
        tree = parse(segment.partition("\n")[0])
    except DecodeError:
        return REGRESSION_MAX_CALLS + 1
    return len(tree) if isinstance(tree, list) else REGRESSION_MAX_CALLS + 1


def stored_inputs(journal: Journal, task_name: str) -> tuple[str, ...]:
    """Segments of known counterexamples of a task, the latest first, each once."""
    found = [
        str(e.body["segment"])
        for e in journal.events(kind=EventKind.REGRESSION_ADDED)
        if e.body["task_name"] == task_name
    ]
    return tuple(dict.fromkeys(reversed(found)))[:MOST_STORED]


def known_refutation(journal: Journal, task: Task, candidate: str) -> Assessment | None:
    """An earlier refutation of this candidate under this very task; it stays."""
    for event in journal.events(kind=EventKind.CANDIDATE_JUDGED):
        same = event.body["candidate"] == candidate and event.body["task"] == task.digest
        if same and event.body["outcome"] == Outcome.REFUTED.value:
            return assessment_of(journal, event.run, int(str(event.body["index"])))
    return None


def assessment_of(journal: Journal, run: str, index: int) -> Assessment | None:
    """The assessment of a run's candidate, as it was written."""
    return next((a for i, a in assessments(journal, run) if i == index), None)


def assessments(journal: Journal, run: str) -> Iterator[tuple[int, Assessment]]:
    """Every finished assessment of a run with its index, in the order of the journal."""
    verdicts: dict[int, list[Any]] = {}
    for event in journal.events(run=run):
        body: Any = event.body
        if event.kind == EventKind.LEVEL_JUDGED:
            verdicts.setdefault(body["index"], []).append(verdict_from_json(body["verdict"]))
        elif event.kind == EventKind.CANDIDATE_JUDGED:
            yield body["index"], _assessment(body, verdicts.pop(body["index"], []))


def _assessment(body: Any, verdicts: list[Any]) -> Assessment:
    return Assessment(
        task=body["task_name"],
        task_digest=body["task"],
        candidate=body["candidate"],
        verdicts=tuple(verdicts),
        outcome=Outcome(body["outcome"]),
        accepted=body["accepted"],
        reason=body["reason"],
        fitness=tuple(body["fitness"]),
        sandbox=tuple(body["sandbox"]),
        not_shown=tuple(body["not_shown"]),
        author=body["author"],
    )


def candidate_of(journal: Journal, digest: str) -> Candidate | None:
    """A stored candidate by digest (or a unique beginning of one)."""
    for event in journal.events(kind=EventKind.CANDIDATE_SUBMITTED):
        body: Any = event.body
        if str(body["candidate"]).startswith(digest):
            files = {name: journal.get(blob) for name, blob in event.blobs.items()}
            return Candidate(
                files=files, parents=tuple(body["parents"]), author=body["author"], refusal=body["refusal"]
            )
    return None


def sources(journal: Journal, run: str) -> dict[int, str]:
    """Index -> source of every candidate handed in. Left out where the journal lost the file: reports go without."""
    found = {}
    for event in journal.events(run=run, kind=EventKind.CANDIDATE_SUBMITTED):
        body: Any = event.body
        with suppress(JournalError):
            found[int(body["index"])] = Candidate(files={n: journal.get(b) for n, b in event.blobs.items()}).source
    return found


def calibration_line(journal: Journal, task_digest: str) -> str | None:
    """The latest selftest of this task version in one line, or None."""
    line = None
    for event in journal.events(kind=EventKind.CALIBRATED):
        if event.body["task"] == task_digest:
            line = str(event.body["line"])
    return line


def strength_line(journal: Journal, task_digest: str, word: str) -> str:
    """What the latest full strength report of this very task version found, in one line, or how to have one."""
    line = f"not measured here; run `probatum refine {word}`"
    for event in journal.events(kind=EventKind.STRENGTH_MEASURED):
        if event.body["task"] == task_digest and not event.body["brief"]:
            line = str(event.body["line"])
    return line
