"""What the journal remembers of a task: accepted candidates and their transcripts."""

from __future__ import annotations

from typing import Any

from probatum import ledger
from probatum.critic.findings import Program, Strength
from probatum.critic.mutants import compiled_form
from probatum.events import EventKind
from probatum.journal import Journal
from probatum.lab.seeds import new_run_name

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


def measured(journal: Journal, found: Strength, run: str = "", *, brief: bool = False) -> None:
    """Journal a strength report in short, so that later reports of this task version can say how strong it is.

    ``brief``: few programs were tried, so it says less than a full report and stands in for none."""
    body = found.as_json()
    kept = ("task", "strength", "weaknesses", "scope", "programs", "cpu_s")
    short: dict[str, Any] = {name: body[name] for name in kept}
    short |= {"task": found.task_digest, "task_name": found.task, "line": found.line, "brief": brief}
    short["findings"] = [{"id": f.id, "kind": f.kind, "sentence": f.sentence} for f in found.weaknesses]
    journal.append(run or new_run_name(), EventKind.STRENGTH_MEASURED, short)
