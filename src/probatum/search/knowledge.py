"""What a workspace knew when a run began: it is fixed then, whatever other runs write meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from probatum.events import BLOBS, EventKind
from probatum.journal import Entry, Journal
from probatum.ledger import MOST_STORED
from probatum.verdict import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """Known counterexamples of the task, and candidates that were refuted under this very version of it."""

    segments: tuple[str, ...] = ()
    """The latest first."""
    refuted: Mapping[str, tuple[tuple[str, Mapping[str, Any]], ...]] = field(default_factory=dict)
    """Digest -> kind and body of the events of the refutation."""

    def stored(self, found: list[str]) -> tuple[str, ...]:
        """The inputs to try first, given what the run itself has found so far; the latest first, each once."""
        return tuple(dict.fromkeys([*reversed(found), *self.segments]))[:MOST_STORED]

    def entries(self, run: str, digest: str, index: int) -> tuple[Entry, ...]:
        """The known refutation of a candidate, to be written again under a new index."""
        return tuple(Entry(run=run, kind=kind, body={**body, "index": index}) for kind, body in self.refuted[digest])


def knowledge_before(journal: Journal, task: str, task_name: str, before: int | None) -> Knowledge:
    """What was known before the event of that number (None: now)."""
    segments: list[str] = []
    refuted: dict[str, tuple[tuple[str, Mapping[str, Any]], ...]] = {}
    open_trials: dict[tuple[str, int], list[tuple[str, Mapping[str, Any]]]] = {}
    for event in journal.events():
        body: Any = event.body
        if before is not None and event.seq >= before:
            break
        if event.kind == EventKind.REGRESSION_ADDED and body["task_name"] == task_name:
            segments.append(body["segment"])
        elif event.kind in (EventKind.LEVEL_JUDGED, EventKind.CANDIDATE_JUDGED):
            rows = open_trials.setdefault((event.run, body["index"]), [])
            rows.append((event.kind, {k: v for k, v in body.items() if k != BLOBS}))
            if event.kind == EventKind.CANDIDATE_JUDGED:
                del open_trials[event.run, body["index"]]
                if body["task"] == task and body["outcome"] == Outcome.REFUTED:
                    refuted.setdefault(body["candidate"], tuple(rows))
    return Knowledge(segments=tuple(dict.fromkeys(reversed(segments)))[:MOST_STORED], refuted=refuted)
