"""The renderers by name: each turns a journal (and a choice of run) into one text."""

from __future__ import annotations

import json
from collections.abc import Callable

from probatum.journal import Journal
from probatum.report.html.runs import runs_page
from probatum.report.junit import junit
from probatum.report.markdown import markdown
from probatum.report.plain import About, assessment_json
from probatum.report.select import RunRecord, select
from probatum.report.text import assessment_text
from probatum.verdict import Assessment

MOST_ROWS = 20
"""Candidates of one run that the text lists; the other formats list all."""

Renderer = Callable[[Journal, str | None, str], str]


def render_text(journal: Journal, run: str | None = None, option: str = "") -> str:
    """For a terminal: every run in short, its best assessment in full."""
    head = journal.head()
    return "\n\n".join(_run_text(record, head, option) for record in select(journal, run, option))


def render_json(journal: Journal, run: str | None = None, option: str = "") -> str:
    """One JSON object with every assessment of the chosen runs, in the shape of ``check --json``."""
    head = journal.head()
    runs = [
        {
            "run": r.run,
            "task": r.task,
            "task_digest": r.task_digest,
            "command": r.command,
            "started": r.started,
            "ended": r.ended,
            "seed": r.seed,
            "troubles": list(r.troubles),
            "candidates": [assessment_json(a, about(r, head, a, option)) for a in r.assessments],
        }
        for r in select(journal, run, option)
    ]
    return json.dumps({"journal_head": head, "runs": runs}, indent=1)


def render_markdown(journal: Journal, run: str | None = None, option: str = "") -> str:
    """For a pull request or a colleague."""
    return markdown(select(journal, run, option), journal.head())


def render_junit(journal: Journal, run: str | None = None, option: str = "") -> str:
    """For a CI system."""
    return junit(select(journal, run, option), journal.head())


def render_html(journal: Journal, run: str | None = None, option: str = "") -> str:
    """For a browser, a phone or paper: one file that needs nothing else."""
    head = journal.head()
    return runs_page(select(journal, run, option), head, lambda r, a: about(r, head, a, option))


RENDERERS: dict[str, Renderer] = {
    "text": render_text,
    "json": render_json,
    "markdown": render_markdown,
    "junit": render_junit,
    "html": render_html,
}


def about(record: RunRecord, head: str, assessment: Assessment, option: str) -> About:
    """The surroundings of an assessment as its run knows them."""
    retry = next((f.counterexample.retry for v in assessment.verdicts for f in v.refuting if f.counterexample), "")
    again = retry.removesuffix(option).partition(" --input ")[0] or f"probatum check {record.task} --candidate DIR"
    return About(
        run=record.run,
        journal_head=head,
        calibration=record.calibration,
        strength=record.strength,
        again=again + option,
    )


def _run_text(record: RunRecord, head: str, option: str) -> str:
    lines = [f"run {record.run}  {record.command} {record.task}  {record.started}  seed {record.seed}"]
    lines += [f"trouble, charged to no candidate: {text}" for text in record.troubles]
    best = record.best
    if best is None:
        why = record.ended or "it was cut off, or is still going on"
        return "\n".join([*lines, f"nothing was shown: no candidate was assessed ({why})"])
    if len(record.assessments) > 1:
        lines += [
            f"  {a.candidate[:16]}  {a.outcome.value:<12} {a.reason}"[:160] for a in record.assessments[:MOST_ROWS]
        ]
        more = len(record.assessments) - MOST_ROWS
        lines += [f"  and {more} more"] * (more > 0)
        lines.append(f"the {'accepted' if best.accepted else 'fittest'} of {len(record.assessments)}:")
    return "\n".join([*lines, "", assessment_text(best, about(record, head, best, option))])
