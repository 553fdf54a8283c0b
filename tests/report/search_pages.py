"""Small searches written into a journal, event by event, for the pages about them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from html_support import Page, holds, refuted

from probatum.candidate import Candidate
from probatum.events import EventKind
from probatum.journal import Journal
from probatum.lab.seeds import chosen_seeds
from probatum.report.render import RENDERERS
from probatum.report.select import RunRecord, select
from probatum.search.options import Options
from probatum.verdict import Verdict
from probatum.verdict.plain import verdict_to_json


@dataclass(frozen=True, kw_only=True)
class Wrote:
    """One answer: its source and what became of it."""

    source: str
    parent: int | None = None
    author: str = "script"
    operator: str = "repair"
    law: str = "equality"
    """Refutes it; "" for what holds."""
    fails: int = 1
    """Known inputs it fails on."""
    cost_usd: float | None = 0.0
    measured: float | None = None
    accepted: bool = False


def write(place: Path, *steps: Wrote, run: str = "run-a", objective: bool = False, command: str = "run") -> None:
    """The search in which these answers came."""
    seeds = chosen_seeds(1)
    options = {"command": command, **Options(objective=objective).as_json()}
    first = {"task": "7" * 64, "task_name": "t", "commitment": seeds.commitment, "chosen_seed": 1, "options": options}
    made = [Candidate(files={"sut.py": step.source.encode(errors="surrogatepass")}) for step in steps]
    with Journal.open(place) as journal:
        journal.append(run, EventKind.RUN_STARTED, first)
        for index, (step, candidate) in enumerate(zip(steps, made, strict=True)):
            parent = "" if step.parent is None else made[step.parent].digest
            asked: dict[str, Any] = {"turn": index, "author": clean(step.author), "parent": parent}
            asked |= {"candidate": candidate.digest, "cost_usd": step.cost_usd, "signature": candidate.digest}
            asked["plan"] = {"operator": clean(step.operator), "island": 0, "stage": "climb", "member": ""}
            journal.append(run, EventKind.AUTHOR_CALLED, asked)
            handed = {"index": index, "candidate": candidate.digest, "author": clean(step.author), "refusal": None}
            body = {**handed, "parents": [parent] * bool(parent)}
            journal.append(run, EventKind.CANDIDATE_SUBMITTED, body, blobs=dict(candidate.files))
            _judge(journal, run, index, candidate.digest, step)
        journal.append(run, EventKind.RUN_ENDED, {"why": "the budget is spent", "accepted": False, "best": ""})


def _judge(journal: Journal, run: str, index: int, digest: str, step: Wrote) -> None:
    verdicts = [holds("boundary"), holds("build"), _found(step)]
    for verdict in verdicts:
        body: dict[str, Any] = {"candidate": digest, "index": index, "verdict": verdict_to_json(verdict)}
        scope = body["verdict"]["scope"]
        scope["counts"] = [["known_inputs", step.fails], *scope["counts"]]
        if step.measured is not None:
            body["verdict"]["measures"] = [["times", step.measured]]
        journal.append(run, EventKind.LEVEL_JUDGED, body)
    fitness = [2.0, 0.0] if step.law else [3.0, 0.0, *([step.measured] if step.measured is not None else [])]
    told = {"outcome": "REFUTED" if step.law else "HOLDS", "accepted": step.accepted, "reason": clean(step.law)}
    told |= {"index": index, "task": "7" * 64, "task_name": "t", "candidate": digest, "author": clean(step.author)}
    judged = {**told, "fitness": fitness, "sandbox": ["tier lock"], "not_shown": ["memory: not checked"]}
    journal.append(run, EventKind.CANDIDATE_JUDGED, judged)


def _found(step: Wrote) -> Verdict:
    return refuted("regression", law=clean(step.law)) if step.law else holds("regression")


def clean(text: str) -> str:
    """A text that a journal takes: without lone surrogates."""
    return json.loads(json.dumps(text).replace("\\ud8", "?"))


def record_of(place: Path, run: str = "run-a") -> RunRecord:
    """The run as the renderers are given it."""
    with Journal.open(place, create=False) as journal:
        [record] = select(journal, run)
        return record


def search_page(place: Path, run: str = "run-a") -> Page:
    """The page about the run, read."""
    with Journal.open(place, create=False) as journal:
        return Page(RENDERERS["html"](journal, run, ""))


def part(page: Page, at: str) -> str:
    """The section of the page that has an anchor."""
    return page.text.partition(f'id="{at}"')[2].partition("</section>")[0]
