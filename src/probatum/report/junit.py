"""Runs as JUnit XML: one testcase per level, or per law where laws failed.

HOLDS passes, REFUTED fails, ERROR is an error, everything else is skipped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as xml

from probatum.report.ending import law_words
from probatum.report.select import RunRecord
from probatum.verdict import Assessment, Finding, Outcome, Verdict

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped."""


def junit(records: Sequence[RunRecord], head: str) -> str:
    """The document. A run without an assessment is a suite with one error: nothing that ran is not a pass."""
    top = xml.Element("testsuites", name="probatum")
    for record in records:
        for assessment in record.assessments:
            _suite(top, record, assessment, head)
        if not record.assessments:
            suite = _element(top, "testsuite", name=record.task)
            case = _element(suite, "testcase", classname=record.task, name=f"run {record.run}")
            _element(case, "error", message=f"no candidate was assessed: {record.ended or 'the run did not end'}")
            _counts(suite)
    _counts(top)
    xml.indent(top)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + xml.tostring(top, encoding="unicode") + "\n"


def _suite(top: xml.Element, record: RunRecord, assessment: Assessment, head: str) -> None:
    name = f"{assessment.task} {assessment.candidate[:16]}"
    suite = _element(top, "testsuite", name=name, timestamp=record.started.partition("+")[0])
    properties = _element(suite, "properties")
    facts = {
        "candidate": assessment.candidate,
        "task_digest": assessment.task_digest,
        "run": record.run,
        "journal_head": head,
        "calibration": record.calibration,
        "strength": record.strength,
    }
    for key, value in facts.items():
        _element(properties, "property", name=key, value=value)
    for verdict in assessment.verdicts:
        _level(suite, assessment, verdict)
    _gate(suite, assessment)
    said = _element(suite, "system-out")
    said.text = clean("not shown:\n" + "\n".join(f"- {text}" for text in assessment.not_shown))
    _counts(suite)


def _level(suite: xml.Element, assessment: Assessment, verdict: Verdict) -> None:
    place = f"{assessment.task}.{verdict.level}"
    for finding in verdict.refuting:
        case = _element(suite, "testcase", classname=place, name=finding.law, time=f"{verdict.wall_s:.3f}")
        _failure(case, finding)
    if not verdict.refuting:
        case = _element(suite, "testcase", classname=place, name=verdict.level, time=f"{verdict.wall_s:.3f}")
        _mark(case, verdict.outcome, verdict.reason)
        _element(case, "system-out").text = clean(f"{verdict.strength.name}: {verdict.scope.sentence}")


def _gate(suite: xml.Element, assessment: Assessment) -> None:
    case = _element(suite, "testcase", classname=assessment.task, name="accepted by the gate", time="0")
    unconfirmed = assessment.outcome is Outcome.HOLDS and not assessment.accepted
    _mark(case, Outcome.INCONCLUSIVE if unconfirmed else assessment.outcome, assessment.reason)


def _mark(case: xml.Element, outcome: Outcome, reason: str) -> None:
    if outcome is not Outcome.HOLDS:
        tag = {Outcome.REFUTED: "failure", Outcome.ERROR: "error"}.get(outcome, "skipped")
        _element(case, tag, message=f"{outcome.value}: {reason}")


def _failure(case: xml.Element, finding: Finding) -> None:
    shown = finding.counterexample
    assert shown is not None
    failure = _element(case, "failure", message=f"observed {shown.observed}, expected {shown.expected}")
    lines = [law_words(finding), *(f"    {line}" for line in shown.input)]
    lines += [f"observed {shown.observed}", f"expected {shown.expected}", f"try again: {shown.retry}"]
    failure.text = clean("\n".join(lines))


def _counts(suite: xml.Element) -> None:
    """JUnit's totals, from the testcases below."""
    suite.set("tests", str(len(list(suite.iter("testcase")))))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(len(list(suite.iter(tag)))))


def _element(parent: xml.Element, tag: str, **attributes: str) -> xml.Element:
    return xml.SubElement(parent, tag, {key: clean(value) for key, value in attributes.items()})


def clean(text: str) -> str:
    """Text that XML can hold: other characters are written as escapes."""
    return _FORBIDDEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
