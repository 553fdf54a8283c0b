"""What a gear of the judge reports: failures with their evidence, counts, and what was reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from probatum.judge.compare import Failure
from probatum.transcript import Transcript, digest_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A failure ready for a person: its input line by line and the transcript that proves it."""

    law: str
    sentence: str
    requirements: tuple[str, ...]
    input: tuple[str, ...]
    observed: str
    expected: str
    transcript: Transcript
    minimal: bool
    recurs: bool = True

    def as_json(self) -> dict[str, Any]:
        """Plain data for the controller."""
        return {
            "law": self.law,
            "sentence": self.sentence,
            "requirements": list(self.requirements),
            "input": list(self.input),
            "observed": self.observed,
            "expected": self.expected,
            "transcript": self.transcript.digest,
            "minimal": self.minimal,
            "recurs": self.recurs,
        }


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts that grow over the gears of one trial."""

    calls: int = 0
    segments: int = 0
    failed: int = 0
    """Segments on which some law failed."""
    laws: dict[str, int] = field(default_factory=dict)
    open_goals: set[str] = field(default_factory=set)
    on_one_instance: int = 0
    """The most calls that one instance got: nothing is known of how an instance does after more."""
    in_one_process: int = 0
    """The most calls that one process got."""

    def as_json(self) -> dict[str, Any]:
        """Plain data for the controller."""
        return {
            "calls": self.calls,
            "segments": self.segments,
            "failed": self.failed,
            "laws": self.laws,
            "open_goals": sorted(self.open_goals),
            "on_one_instance": self.on_one_instance,
            "in_one_process": self.in_one_process,
        }


@dataclass(slots=True, kw_only=True)
class GearReport:
    """The outcome of one gear."""

    shown: list[Shown] = field(default_factory=list)
    transcripts: list[Transcript] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    problem: tuple[str, str] | None = None
    scope: Mapping[str, int] = field(default_factory=dict)
    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What a level tells a person beside the counts."""
    cpu_s: float = 0.0
    """CPU of the judge process itself."""

    def as_json(self) -> dict[str, Any]:
        """Plain data for the controller; transcripts as stored text."""
        every = [(t.ending, t.blob()) for t in (*self.transcripts, *(s.transcript for s in self.shown))]
        named = [(digest_of(blob), end, blob) for end, blob in every]  # writing them takes longer than all the rest
        return {
            "shown": [s.as_json() for s in self.shown],
            "transcripts": {digest: blob.decode() for digest, _, blob in named},
            "resources": [[digest, end.cpu_s, end.wall_s, end.max_rss_mb] for digest, end, _ in named],
            "tally": self.tally.as_json(),
            "problem": list(self.problem) if self.problem else None,
            "scope": dict(self.scope),
            "notes": {name: list(lines) for name, lines in self.notes.items()},
            "cpu_s": self.cpu_s,
        }


def input_lines(failure: Failure) -> tuple[str, ...]:
    """The calls up to the one that shows the failure, one line each, with the oracle's answer where it says
    something."""
    lines = []
    shown = zip(failure.planned.ops[: failure.at + 1], failure.planned.answers, strict=False)
    for at, (op, answer) in enumerate(shown):
        says = op.verb != "n" and answer.show() != "None" and at != failure.at
        lines.append(op.show() + (f"  -> {answer.show()}" if says else ""))
    return tuple(lines)
