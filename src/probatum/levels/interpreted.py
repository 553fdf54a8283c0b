"""What Miri adds to level memory, where it is there: some histories that AddressSanitizer passed, interpreted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from probatum.candidate import Candidate
from probatum.engines import miri
from probatum.engines.reading import Reading
from probatum.judge.compare import SENTENCES
from probatum.levels.context import Context
from probatum.toolchains.rust.replay import replay_files
from probatum.transcript import load_transcript, read_segment
from probatum.types.codec import DecodeError
from probatum.verdict import Counterexample, Finding, Outcome

CALLS, LONGEST, TEXT = 300, 40, 4_000
"""Calls interpreted, the most in one history, and the length of their text with arguments and answers, which is read by
what is interpreted: an interpreter is hundreds of times slower than the program."""
SEES = "Miri: the aliasing rules, memory that was never written, provenance and invalid values, where interpreted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreted:
    """``reading`` is None where nothing was interpreted, and ``note`` says why."""

    note: str
    reading: Reading | None = None
    findings: tuple[Finding, ...] = ()


def interpreted(candidate: Candidate, context: Context, transcripts: Sequence[str]) -> Interpreted:
    """Interpret histories of these transcripts, the latest first."""
    shared, tier = context.lane.workers.shared, context.lane.tier
    place = shared.once("where Miri is", miri.here)
    if isinstance(place, str):
        return Interpreted(note=f"{miri.NAME}, which would see what is missing, did not look: {place}")
    context.say("memory: Miri")
    if blind := shared.once(miri.NAME, lambda: miri.blind(place, tier)):
        return Interpreted(note=blind)
    histories = chosen_histories(context, transcripts)
    files = replay_files(context.lane.glue(candidate), candidate.source, [calls for calls, _ in histories])
    reading = miri.interpret(place, files, [answers for _, answers in histories], tier=tier)
    note = SEES if reading.outcome is Outcome.HOLDS else reading.reason
    return Interpreted(note=note, reading=reading, findings=findings(reading, histories, context))


def chosen_histories(context: Context, transcripts: Sequence[str]) -> list[tuple[str, str]]:
    """Short histories of complete runs with their answers, the latest first."""
    found: list[tuple[str, str]] = []
    calls = text = 0
    for digest in reversed(transcripts):
        transcript = load_transcript(context.blobs[digest])
        for segment, reply in zip(transcript.segments, transcript.replies, strict=False):
            length = _length(segment)
            fits = text + len(segment) + len(reply) <= TEXT and calls + length <= CALLS
            if 0 < length <= LONGEST and fits and transcript.ending.how == "completed":
                found.append((segment, reply))
                calls, text = calls + length, text + len(segment) + len(reply)
    return found


def findings(reading: Reading, histories: Sequence[tuple[str, str]], context: Context) -> tuple[Finding, ...]:
    """What Miri found, with the history that it was in: the first one whose answers were not printed."""
    at = min(dict(reading.counts).get("miri_histories", 0), len(histories) - 1)
    retry = f"probatum check {context.task_word} --candidate {context.candidate_word}"
    made = []
    for failed in reading.failed:
        calls = tuple(op.show() for op in read_segment(histories[at][0]))
        sentence = SENTENCES[failed.law]
        shown = Counterexample(
            input=calls, observed=f"Miri: {failed.what}", expected=sentence, rejudge=retry, retry=retry, minimal=False
        )
        made.append(Finding(law=failed.law, sentence=sentence, outcome=Outcome.REFUTED, counterexample=shown))
    return tuple(made)


def _length(segment: str) -> int:
    try:
        return len(read_segment(segment))
    except DecodeError:
        return 0
