"""What the journal remembers of a task: accepted candidates and their transcripts."""

from __future__ import annotations

from typing import Any

from probatum import ledger
from probatum.critic.findings import Program
from probatum.critic.mutants import compiled_form
from probatum.events import EventKind
from probatum.journal import Journal

MOST_CANDIDATES = 8
MOST_TRANSCRIPTS = 120


def accepted_programs(journal: Journal, task_name: str, digest: str) -> tuple[Program, ...]:
    """Python candidates that this very task version accepted, the latest first, each form once."""
    found: dict[str, Program] = {}
    for event in reversed(list(journal.events(kind=EventKind.CANDIDATE_JUDGED))):
        body: Any = event.body
        if not body["accepted"] or body["task_name"] != task_name or body["task"] != digest:
            continue
        candidate = ledger.candidate_of(journal, body["candidate"])
        if candidate is None or candidate.language != "python":
            continue
        form = compiled_form(candidate.source)
        if form is not None and form not in found:
            name = f"candidate {body['candidate'][:12]}"
            found[form] = Program(name=name, origin="journal", source=candidate.source, what=f"by {candidate.author}")
        if len(found) == MOST_CANDIDATES:
            break
    return tuple(found.values())


def accepted_transcripts(journal: Journal, task_name: str) -> tuple[str, ...]:
    """Stored transcripts of candidates that some version of this task accepted: judging them again costs no worker."""
    accepted = {
        str(e.body["candidate"])
        for e in journal.events(kind=EventKind.CANDIDATE_JUDGED)
        if e.body["accepted"] and e.body["task_name"] == task_name
    }
    digests: dict[str, None] = {}
    for event in journal.events(kind=EventKind.LEVEL_JUDGED):
        body: Any = event.body
        if body["candidate"] in accepted and body["verdict"]["level"] == "behaviour":
            digests.update(dict.fromkeys(event.blobs.values()))
    return tuple(journal.get(digest).decode() for digest in list(digests)[-MOST_TRANSCRIPTS:])
