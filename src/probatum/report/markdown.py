"""Runs as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from probatum.report.ending import law_words
from probatum.report.score import side_by_side
from probatum.report.select import RunRecord
from probatum.report.text import grouped, headline
from probatum.report.words import visible
from probatum.verdict import Assessment, Finding, Outcome, Verdict


def markdown(records: Sequence[RunRecord], head: str) -> str:
    """The document; what came from a candidate is quoted, so that it cannot write the report."""
    lines = ["# Report"]
    for record in records:
        lines += _run(record)
    return "\n".join([*lines, "", f"Journal head `{head}`. Check it: `probatum verify`."]) + "\n"


def _run(record: RunRecord) -> Iterator[str]:
    yield from ("", f"## {plain(record.task)}, run {record.run}", "")
    yield f"Started {record.started}, seed {record.seed}. Task version `{record.task_digest}`."
    yield f"Calibration: {plain(record.calibration)}."
    yield f"Strength of the specification: {plain(record.strength)}."
    for text in record.troubles:
        yield f"- trouble, charged to no candidate: {plain(text)}"
    if not record.assessments:
        yield f"Nothing was shown: no candidate was assessed ({plain(record.ended or 'the run did not end')})."
    for assessment in record.assessments:
        yield from _assessment(assessment)


def _assessment(assessment: Assessment) -> Iterator[str]:
    yield from ("", f"### Candidate `{assessment.candidate[:16]}`: {headline(assessment)}", "")
    yield f"{plain(assessment.reason)}."
    yield from ("", "| level | outcome | strength | scope or reason |", "|---|---|---|---|")
    yield from (_row(v) for v in assessment.verdicts)
    for verdict in assessment.verdicts:
        for finding in verdict.refuting:
            yield from _finding(finding)
    yield from ("", f"Fitness {plain(side_by_side(assessment))}.")
    yield from ("", "Not shown:", "")
    yield from (f"- {plain(said)}" for said in grouped(assessment.not_shown))


def _row(verdict: Verdict) -> str:
    held = verdict.outcome is Outcome.HOLDS
    said = verdict.scope.sentence if held else verdict.reason or verdict.scope.sentence
    strength = verdict.strength.name if held else ""
    return f"| {verdict.level} | {verdict.outcome.value} | {strength} | {plain(said)} |"


def _finding(finding: Finding) -> Iterator[str]:
    shown = finding.counterexample
    assert shown is not None
    block = "\n".join(map(visible, [*shown.input, f"observed  {shown.observed}", f"expected  {shown.expected}"]))
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", block)), default=0))
    yield from ("", f"Refuted by {plain(law_words(finding))}", "", f"{fence}text", block, fence, "")
    yield f"Judge again: {code(shown.rejudge)}. Try again: {code(shown.retry)}."


def plain(text: str) -> str:
    """Text that Markdown shows as it is: nothing in it makes a table, a link, a heading or HTML."""
    return re.sub(r"([\\`*_{}\[\]<>#|!])", r"\\\1", visible(" ".join(text.split())))


def code(text: str) -> str:
    """Text as inline code."""
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return f"{fence}{text}{fence}" if len(fence) == 1 else f"{fence} {text} {fence}"
