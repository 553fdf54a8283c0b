"""The ladder: a picture of how far a candidate came, and a table that says the same in words."""

from __future__ import annotations

from collections.abc import Iterator

from probatum.report.html.markup import Content, Markup, element, joined, prose, table
from probatum.task.model import LEVELS
from probatum.verdict import Assessment, Outcome, Strength, Verdict

TONES = {
    Outcome.HOLDS: "good",
    Outcome.REFUTED: "bad",
    Outcome.ERROR: "warn",
    Outcome.INCONCLUSIVE: "warn",
    Outcome.SKIPPED: "warn",
    Outcome.NOT_APPLICABLE: "none",
}
STEP, WIDTH, TOP = 26, 470, 30
"""Height of a rung, width of the picture, and room for its heading, in CSS pixels."""
BAR = 56


def ladder(assessment: Assessment) -> Markup:
    """Picture and table."""
    rows = [_row(verdict) for verdict in assessment.verdicts]
    heads = ("level", "scope or reason")
    return joined(picture(assessment), table("Levels that ran, in their order", heads, rows))


def picture(assessment: Assessment) -> Markup:
    """Each level a rung, the first at the bottom; a level that did not run is dashed."""
    ran = {v.level: v for v in assessment.verdicts}
    names = [*LEVELS, *[name for name in ran if name not in LEVELS]]
    longest = max((v.cpu_s for v in ran.values()), default=0.0)
    height = TOP + STEP * len(names) + 6
    rungs = [_rung(name, ran.get(name), TOP + STEP * (len(names) - 1 - at), longest) for at, name in enumerate(names)]
    return element(
        "svg",
        _headings(),
        _rails(height),
        rungs,
        class_="ladder",
        viewBox=f"0 0 {WIDTH} {height}",
        role="img",
        aria_label="The ladder, from the bottom: " + "; ".join(_told(name, ran.get(name)) for name in names),
    )


def _told(name: str, verdict: Verdict | None) -> str:
    if verdict is None:
        return f"{name}: not checked"
    strength = f", {verdict.strength.name.lower()}" if verdict.outcome is Outcome.HOLDS else ""
    return f"{name}: {said(verdict.outcome)}{strength}"


def _headings() -> list[Markup]:
    at = ((14, "level"), (128, "outcome"), (268, "strength"), (352, "CPU s"))
    return [element("text", word, x=x, y=18, class_="q") for x, word in at]


def _rails(height: int) -> list[Markup]:
    return [element("line", x1=x, x2=x, y1=TOP - 4, y2=height - 2, class_="rail") for x in (4, WIDTH - 4)]


def _rung(name: str, verdict: Verdict | None, y: int, longest: float) -> Markup:
    base = y + STEP - 4
    rail = element("line", x1=4, x2=WIDTH - 4, y1=base, y2=base, class_="rail" + " dash" * (verdict is None))
    text = y + STEP - 10
    if verdict is None:
        words = [(14, name), (128, "not checked")]
        return element("g", rail, [element("text", word, x=x, y=text, class_="q") for x, word in words])
    outcome = element("text", said(verdict.outcome), x=128, y=text, class_="tone b")
    pips = _pips(verdict.strength, text) if verdict.outcome is Outcome.HOLDS else []
    bar = max(1.0, BAR * verdict.cpu_s / longest) if longest else 1.0
    cost = [
        element("rect", x=352, y=text - 9, width=f"{bar:.1f}", height=9, class_="bar"),
        element("text", f"{verdict.cpu_s:.2f}", x=f"{358 + bar:.1f}", y=text, class_="q halo"),
    ]
    label = element("text", name, x=14, y=text, class_="b")
    return element("g", rail, label, outcome, pips, cost, class_=TONES[verdict.outcome])


def _pips(strength: Strength, y: int) -> Iterator[Markup]:
    """One to four filled squares: example, sampled, bounded, universal."""
    for at in range(len(Strength)):
        on = " on" if at <= strength else ""
        yield element("rect", x=268 + 16 * at, y=y - 10, width=11, height=11, class_="pip" + on)


def _row(verdict: Verdict) -> Iterator[Content]:
    held = verdict.outcome is Outcome.HOLDS
    lines = [word(verdict.outcome), *[Markup(verdict.strength.name.lower())] * held]
    lines.append(Markup(f"{verdict.cpu_s:.2f} CPU s, {verdict.wall_s:.2f} s"))
    yield joined(verdict.level, [element("div", line, class_="under") for line in lines])
    yield joined(_scope(verdict, held))


def _scope(verdict: Verdict, held: bool) -> Iterator[Markup]:
    """The scope where the level holds; else the reason, and what was covered all the same."""
    if not held and verdict.reason:
        yield element("div", prose(verdict.reason))
    if verdict.scope.sentence:
        yield element("div", "" if held else "Covered: ", prose(verdict.scope.sentence))
    extra = [f"tools: {', '.join(verdict.tools)}"] * bool(verdict.tools)
    extra += [f"assumes: {text}" for text in verdict.assumptions]
    extra += [f"evidence: {len(verdict.transcripts)} stored transcripts"] * bool(verdict.transcripts)
    yield from (element("div", prose(text), class_="small") for text in extra)


def word(outcome: Outcome) -> Markup:
    """An outcome as a word; its colour only repeats it."""
    return element("span", element("span", said(outcome), class_="word"), class_=TONES[outcome])


def said(outcome: Outcome) -> str:
    """An outcome for people."""
    return outcome.value.replace("_", " ")
