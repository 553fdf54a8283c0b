"""An assessment for a person at a terminal: levels, counterexamples call by call, and what was not shown."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from probatum.report.ending import ending_of, law_words
from probatum.report.plain import About
from probatum.report.score import side_by_side
from probatum.report.words import visible
from probatum.verdict import Assessment, Finding, Outcome, Verdict

WIDTH = 110
HEADLINES = {
    Outcome.HOLDS: "accepted",
    Outcome.REFUTED: "refuted",
    Outcome.INCONCLUSIVE: "inconclusive",
    Outcome.SKIPPED: "skipped",
    Outcome.ERROR: "infrastructure error",
    Outcome.NOT_APPLICABLE: "not applicable",
}


def headline(assessment: Assessment) -> str:
    """The answer in a word; only what the gate accepted is called so, and not what holds and awaits confirmation."""
    if assessment.outcome is Outcome.HOLDS and not assessment.accepted:
        return "holds, not accepted"
    return HEADLINES[assessment.outcome]


def assessment_text(assessment: Assessment, about: About) -> str:
    """Everything about one assessment; the last three lines say how to go on unless it was accepted."""
    lines = [f"{assessment.task}  candidate {assessment.candidate[:16]}  {headline(assessment)}", ""]
    lines += [line for verdict in assessment.verdicts for line in _level(verdict)]
    for verdict in assessment.verdicts:
        for finding in verdict.refuting:
            lines += ["", *_finding(finding)]
    lines += ["", *_surroundings(assessment, about)]
    ending = ending_of(assessment, about.again)
    if ending is not None:
        lines += [
            "",
            f"known:    {ending.known}",
            f"evidence: {ending.evidence}",
            f"next:     {ending.following}",
        ]
    return "\n".join(map(visible, lines))


def _level(verdict: Verdict) -> list[str]:
    held = verdict.outcome is Outcome.HOLDS
    head = f"  {verdict.level:<11} {verdict.outcome.value:<14} {verdict.strength.name.lower() if held else '':<10}"
    said = verdict.scope.sentence if held else verdict.reason or verdict.scope.sentence
    return textwrap.wrap(said, WIDTH, initial_indent=head, subsequent_indent=" " * len(head)) or [head.rstrip()]


def _finding(finding: Finding) -> Iterator[str]:
    """A counterexample as calls, with what was seen where something else was expected."""
    shown = finding.counterexample
    assert shown is not None
    yield f"  law {law_words(finding)}"
    yield from (f"      {line}" for line in shown.input)
    if shown.input != (shown.observed,):
        yield f"    observed  {shown.observed}"
    if shown.expected != finding.sentence:
        yield f"    expected  {shown.expected}"
    if not shown.minimal:
        yield "    (not the smallest input: shrinking stopped at its limit)"
    if finding.blame != "candidate":
        yield f"    blame     {finding.blame}"
    if shown.rejudge != shown.retry:
        yield f"    judge again  {shown.rejudge}"
    yield f"    try again    {shown.retry}"


def grouped(not_shown: Sequence[str]) -> list[str]:
    """What was not shown, the levels that did not run in one sentence."""
    ending = ": not checked"
    absent = [said.removesuffix(ending) for said in not_shown if said.endswith(ending)]
    rest = [said for said in not_shown if not said.endswith(ending)]
    return [*([f"not checked: {', '.join(absent)}"] if absent else []), *rest]


def _surroundings(assessment: Assessment, about: About) -> Iterator[str]:
    tier, *rest = assessment.sandbox or ("unknown",)
    absent = [name.removesuffix(": ABSENT") for name in rest if name.endswith(": ABSENT")]
    yield f"  sandbox      {tier}, {len(rest) - len(absent)} protections probed" + (
        f"; ABSENT: {', '.join(absent)}" if absent else ""
    )
    yield f"  fitness      {side_by_side(assessment)}"
    yield f"  calibration  {about.calibration}"
    if about.strength:
        yield from textwrap.wrap(about.strength, WIDTH, initial_indent="  strength     ", subsequent_indent=" " * 15)
    yield "  not shown"
    for said in grouped(assessment.not_shown):
        yield from textwrap.wrap(said, WIDTH, initial_indent="    - ", subsequent_indent="      ")
    if about.known:
        yield "  This refutation was in the journal already; nothing ran."
    if about.journal_head:
        yield f"  journal head {about.journal_head[:16]}" + (f"  run {about.run}" if about.run else "")
