"""What one candidate's report says: the verdict first, then the ladder, each finding, and what surrounds it."""

from __future__ import annotations

from collections.abc import Iterator

from probatum.report.ending import ending_of, law_words, smallest
from probatum.report.html.chart import chart
from probatum.report.html.ladder import TONES, ladder
from probatum.report.html.markup import (
    FOLDED,
    Markup,
    brief,
    bullets,
    code,
    command,
    element,
    facts,
    folded,
    joined,
    prose,
    table,
)
from probatum.report.plain import About
from probatum.report.score import side_by_side
from probatum.report.text import grouped, headline
from probatum.verdict import Assessment, Counterexample, Finding, Outcome

ABSENT = ": ABSENT"
OPENED = 40
"""Calls of a counterexample that are shown at once; more are folded."""


def verdict_card(assessment: Assessment, about: About, key: str = "") -> Markup:
    """The answer: what it is, what is known, the smallest evidence, the next command."""
    ending = ending_of(assessment, about.again)
    parts = [element("h2", f"{headline(assessment).capitalize()}: {_meaning(assessment)}")]
    if ending is None:
        held = [v.level for v in assessment.verdicts if v.outcome is Outcome.HOLDS]
        parts.append(facts(("known", prose(assessment.reason)), ("levels that hold", ", ".join(held))))
    else:
        shown = ("known", prose(ending.known)), ("smallest evidence", _evidence(assessment, ending.evidence, key))
        parts.append(facts(*shown, ("next", command(ending.following))))
    parts.append(
        element("p", "Not everything was shown: ", element("a", "see what was not", href=f"#{key}not-shown"), ".")
    )
    if about.known:
        parts.append(element("p", "This refutation was in the journal already; nothing ran."))
    return element("section", parts, class_=f"verdict {tone(assessment)}", aria_label="Verdict")


def tone(assessment: Assessment) -> str:
    """The colour of an answer: good is only what was accepted."""
    return "warn" if assessment.outcome is Outcome.HOLDS and not assessment.accepted else TONES[assessment.outcome]


def _evidence(assessment: Assessment, line: str, key: str) -> Markup:
    """The evidence in a line; where that is long, what was observed, and the way to the whole."""
    found = smallest(assessment)
    if len(line) <= FOLDED or found is None:
        return code(line)
    shown = found[2]
    way = element("a", f"after {len(shown.input)} calls or steps", href=f"#{key}findings")
    return joined(code(shown.observed), " ", way)


def _meaning(assessment: Assessment) -> str:
    if assessment.outcome is Outcome.HOLDS and not assessment.accepted:
        return "no law failed, and the trial that would confirm it is not done."
    return {
        Outcome.HOLDS: "no law failed, and every level that the gate asks for was completed.",
        Outcome.REFUTED: "a law failed, and the counterexample proves it.",
        Outcome.ERROR: "something outside the candidate broke, so nothing is known about it.",
    }.get(assessment.outcome, "nothing failed, but less was completed than acceptance asks for.")


def details_of(assessment: Assessment, about: About, key: str = "") -> Iterator[Markup]:
    """Everything below the verdict, in sections. ``key`` begins their anchors."""
    yield section(key + "ladder", "The ladder", ladder(assessment))
    found = findings(assessment)
    if found:
        yield section(key + "findings", "What refutes it", *found)
    yield section(key + "not-shown", "What was not shown", bullets(map(prose, grouped(assessment.not_shown))))
    yield section(key + "surroundings", "How it was judged", surroundings(assessment, about))


def section(at: str, heading: str, *children: Markup) -> Markup:
    """A part of the page with a heading and an anchor."""
    return element("section", element("h2", heading, id=at), *children, aria_labelledby=at)


def findings(assessment: Assessment) -> list[Markup]:
    """Every finding that refutes."""
    return [finding(f, v.level) for v in assessment.verdicts for f in v.refuting]


def finding(found: Finding, level: str) -> Markup:
    """One law that failed: its words, the input, what came and what was due, and the commands that show it again."""
    shown = found.counterexample
    assert shown is not None
    again = [("judge again", command(shown.rejudge))] if shown.rejudge != shown.retry else []
    least = "" if shown.minimal else "Not the smallest input: shrinking stopped at its limit."
    return element(
        "div",
        element("h3", brief(law_words(found))),
        element("div", prose(law_words(found))) if len(law_words(found)) > FOLDED else Markup(""),
        element("p", "Level ", brief(level), "; blame: ", brief(found.blame), ".", class_="muted"),
        counterexample(shown),
        element("p", least) if least else Markup(""),
        facts(*again, ("try again", command(shown.retry))),
        class_="finding",
    )


def counterexample(shown: Counterexample) -> Markup:
    """A schedule as a chart with its steps as a list; calls as a table; a finding about the text as a sentence."""
    if shown.input == (shown.observed,):
        return facts(("observed", code(shown.observed)), ("expected", prose(shown.expected)))
    drawn = chart(shown.input)
    listed = calls_table(shown, "step" if drawn is not None else "call")
    if drawn is not None:
        return joined(drawn, folded(f"The same as a list of {len(shown.input)} steps", listed, opened=True))
    if len(shown.input) > OPENED:
        return folded(f"{len(shown.input)} calls", listed)
    return listed


def calls_table(shown: Counterexample, what: str) -> Markup:
    """The calls in their order; below them what was observed and what was expected."""
    rows = [(str(number), code(line)) for number, line in enumerate(shown.input, 1 if what == "call" else 0)]
    foot = [
        element("tr", element("th", name, scope="row"), element("td", code(text)))
        for name, text in (("observed", shown.observed), ("expected", shown.expected))
    ]
    caption = f"Counterexample, {what} by {what}"
    return table(caption, ("#", what), rows, foot=foot)


def surroundings(assessment: Assessment, about: About) -> Markup:
    """Sandbox, calibration, identities."""
    tier, *probes = assessment.sandbox or ("unknown",)
    absent = [probe.removesuffix(ABSENT) for probe in probes if probe.endswith(ABSENT)]
    lacking = f"ABSENT: {', '.join(absent)}" if absent else ""
    listed = folded(f"{len(probes) - len(absent)} of {len(probes)} protections hold", bullets(map(prose, probes)))
    return facts(
        ("sandbox", joined(prose(tier), element("strong", f" {lacking}") if lacking else "", listed)),
        ("fitness", prose(side_by_side(assessment))),
        ("calibration", prose(about.calibration)),
        ("candidate", code(assessment.candidate)),
        ("task version", joined(prose(assessment.task), " ", code(assessment.task_digest))),
        ("author", prose(assessment.author)),
    )
