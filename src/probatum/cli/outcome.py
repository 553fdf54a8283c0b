"""What `run` answers, as text and as one JSON object."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from probatum import ledger
from probatum.cli import endings
from probatum.cli.pace import standing
from probatum.cli.workspace import Workspace
from probatum.journal import Journal
from probatum.report.ending import evidence_line, law_words, smallest
from probatum.report.plain import About
from probatum.report.text import assessment_text
from probatum.search.account import proved
from probatum.search.bandit import arms
from probatum.search.baselines import baselines_of, beside, row_of
from probatum.search.generations import generations
from probatum.search.lineage import descents, parents_of, reintroduced
from probatum.search.options import Options
from probatum.search.state import State
from probatum.task.model import Task
from probatum.verdict import Assessment


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An answer in both forms."""

    text: str
    body: dict[str, Any]


def told(journal: Journal, state: State, task: Task, place: Workspace, written: Path | None) -> Told:
    """The answer of a run that ended or was stopped."""
    best = state.latest
    assessment = ledger.assessment_of(journal, state.run, best.index) if best is not None else None
    accepted = state.end is not None and bool(state.end["accepted"])
    why = state.end["why"] if state.end is not None else "stopped"
    ending = None if accepted else _ending(state, task, place, assessment, str(why))
    body = {
        "accepted": accepted,
        "outcome": "HOLDS" if accepted else "INCONCLUSIVE",
        "why": why,
        "run": state.run,
        "task": state.task_name,
        "task_digest": state.task,
        "author": state.options.author,
        "candidate": None if best is None else best.candidate,
        "made_by": None if best is None else best.author,
        "parents": [] if best is None else list(best.parents),
        "note": _note(journal, state),
        "fitness": [] if best is None else list(best.fitness),
        "best_of": state.end["best_of"] if accepted and state.end is not None else None,
        "strategy": state.options.strategy,
        "generations": [generation.as_json() for generation in generations(state)],
        "arms": arms(state.bandit),
        "reintroduced": reintroduced(descents(parents_of(state), ledger.sources(journal, state.run))),
        "baselines": [row.as_json() for row in baselines_of(journal, state.run)],
        "evaluations": state.evaluations,
        "turns": len(state.turns),
        "proved": list(proved(state)),
        "cost_usd": None if state.cost_usd is None else state.cost_usd + state.reserved_usd,
        "cpu_seconds": round(state.cpu_s, 3),
        "written": None if written is None else str(written),
        "journal_head": journal.head(),
        "ending": ending,
    }
    return Told(text=_text(body, journal, state, task, assessment, place, written), body=body)


def _note(journal: Journal, state: State) -> str:
    """What the author said about the best candidate."""
    from probatum.events import EventKind

    best = state.latest
    if best is None:
        return ""
    called = journal.events(run=state.run, kind=EventKind.AUTHOR_CALLED)
    return next((str(e.body["note"]) for e in called if e.body["candidate"] == best.candidate), "")


def _ending(state: State, task: Task, place: Workspace, assessment: Assessment | None, why: str) -> dict[str, str]:
    tried = f"{state.evaluations} candidates tried, none accepted (best: {standing(state)}); ended because {why}"
    found = smallest(assessment) if assessment is not None else None
    evidence = assessment.reason if assessment is not None else "no candidate was judged"
    if found is not None:
        evidence = f"of the best, {law_words(found[1])}: {evidence_line(found[2])}"
    return {"known": tried, "evidence": evidence, "next": _following(state, task, place, why)}


def _following(state: State, task: Task, place: Workspace, why: str) -> str:
    options = state.options
    if state.end is None:
        return f"probatum run --resume {state.run}{place.option}"
    again = f"probatum run {options.task or task.name}{place.option}"
    if "--cpu-s" in why or "--budget-usd" in why or "--wall-s" in why:
        return f"{again}{_searching(options)} --extend {state.run}  (with a larger budget)"
    if "budget" in why:
        return f"{again}{_searching(options)} --max-candidates {2 * options.max_candidates}"
    if "--generations" in why and options.generations is not None:
        return f"{again}{_searching(options)} --generations {2 * options.generations}"
    return f"{again} --seed-candidate DIR  (a folder with another sut.py to start from)"


def _searching(options: Options) -> str:
    """The words that ask the same authors by the same strategy."""
    author = "" if options.author == "offline" else f" --author {shlex.quote(options.author)}"
    author += f" --cases {options.cases}" if options.cases else ""
    for flag, value in (("--base-url", options.base_url), ("--prices", options.prices)):
        author += f" {flag} {shlex.quote(value)}" if value else ""
    if options.strategy != "evolve":
        return author + ("" if options.strategy == "local-search" else f" --strategy {options.strategy}")
    flags = [f"--islands {options.islands}", f"--generation-size {options.generation_size}"]
    flags += [f"--migrate-every {options.migrate_every}", f"--bandit {options.bandit}"]
    flags += ["--stepping-stones"] * options.stepping_stones + ["--inject-patterns"] * options.inject_patterns
    return f"{author} {' '.join(flags)}"


def _text(
    body: dict[str, Any],
    journal: Journal,
    state: State,
    task: Task,
    assessment: Assessment | None,
    place: Workspace,
    written: Path | None,
) -> str:
    lines = [
        f"run       {state.run}: {body['evaluations']} candidates tried, {body['cpu_seconds']:g} CPU s, {body['why']}",
        f"journal   {journal.path} head {body['journal_head'][:16]}",
        *(f"proved    {said}" for said in body["proved"]),
    ]
    if body["accepted"] and assessment is not None:
        again = f"probatum check {state.options.task or task.name} --candidate {written}{place.option}"
        calibration = ledger.calibration_line(journal, task.digest) or (
            f"not calibrated here; run `probatum selftest {state.options.task or task.name}`"
        )
        about = About(
            run=state.run,
            journal_head=body["journal_head"],
            calibration=calibration,
            strength=ledger.strength_line(journal, task.digest, state.options.task or task.name),
            again=again,
        )
        lines += [
            f"candidate {body['candidate'][:16]} by {body['made_by']}" + (f": {body['note']}" if body["note"] else ""),
            f"written   {written}",
            f"best of   {body['best_of']} candidates; the confirmation trial grew with that number",
            "",
            assessment_text(assessment, about),
        ]
    else:
        ending = body["ending"]
        lines += ["", endings.three_lines(ending["known"], ending["evidence"], ending["next"])]
    rows = list(baselines_of(journal, state.run))
    if rows:
        head = "beside baselines, as long and from the same seed:"
        lines[2:2] = [head, *(f"  {line}" for line in beside(row_of(state), rows))]
    return "\n".join(lines)
