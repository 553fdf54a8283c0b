"""The strength report as a page: what a specification does not require, the smallest input for each, the kill matrix.

It takes the plain data of ``probatum refine --json``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from probatum.report.html.evidence import section
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
from probatum.report.html.page import page

OPENED = 5
"""Findings that are shown unfolded."""
NAMED = {
    "reference": "mutants of the reference",
    "oracle": "mutants of the oracle",
    "cheap": "cheap implementations",
    "spoiled": "the reference with a spoiled answer",
}
Body = Mapping[str, Any]


def strength_page(body: Body, again: str) -> str:
    """The page. ``again``: the command to which ``--approve ID`` is added; "" where a version was written."""
    parts = [("findings", "Weaknesses"), ("proposals", "Proposals"), ("laws", "Laws"), ("notes", "Notes")]
    surveyed = "findings" in body
    sections = [_verdict(body), *(_survey(body) if surveyed else []), _proposals(body, again)]
    parts = parts if surveyed else [("proposals", "Proposals")]
    subtitle = joined("What the specification does not require. Task version ", code(str(body.get("digest", ""))))
    foot = f"{body['programs']} programs tried, {body['cpu_s']:.1f} CPU-s, {body['wall_s']:.0f} s." if surveyed else ""
    return page(f"probatum refine, {body['task']}", subtitle, sections, parts=parts, foot=foot)


def _verdict(body: Body) -> Markup:
    written = body.get("version")
    weak = body.get("weaknesses")
    if written:
        tone, said = "good", f"A new version was written: {written['name']}"
        following = f"probatum selftest {written['folder']}"
        return _card(tone, said, command(following))
    if weak is None:
        found = any(p["admissible"] for p in body["proposals"])
        said = "An admissible proposal was found" if found else "No admissible proposal was found"
        return _card("good" if found else "warn", said, Markup(""))
    if not weak:
        return _card("good", "No weakness found among the programs that were tried", Markup(""))
    worst = next(f for f in body["findings"] if f["weakness"])
    return _card("warn", "1 weakness" if weak == 1 else f"{weak} weaknesses", prose(f"The worst: {worst['sentence']}"))


def _card(tone: str, said: str, more: Markup) -> Markup:
    inner = element("h2", said), element("div", more)
    return element("section", inner, class_=f"verdict {tone}", aria_label="Verdict")


def _survey(body: Body) -> Iterator[Markup]:
    weak = [f for f in body["findings"] if f["weakness"]]
    notes = [f for f in body["findings"] if not f["weakness"]]
    shown = [finding(number, f) for number, f in enumerate(weak, 1)] or [element("p", "None.")]
    yield section("findings", "Weaknesses, worst first", *shown)
    yield section("laws", "What each law refutes", _scores(body), _old(body), _laws(body))
    yield section("notes", "Notes", bullets(prose(f["sentence"]) for f in notes), _goals(body), _likeness(body))


def finding(number: int, found: Body) -> Markup:
    """One weakness: the sentence, the smallest input, the change that survives, what to do."""
    passing = "; ".join(f"{method}: {kind}" for method, kind in found["classes"])
    head = joined(f"{number}. ", brief(found["sentence"]))
    long = prose(found["sentence"]) if len(found["sentence"]) > FOLDED else ""
    inner = facts(
        ("in full", long),
        ("what passes", prose(passing)),
        ("programs", str(found["count"])),
        ("next", prose(found["next"])),
        ("id", code(found["id"])),
    )
    survivors = [survivor(s, opened=at == 0) for at, s in enumerate(found["survivors"])]
    return element("div", folded(element("strong", head), inner, *survivors, opened=number <= OPENED), class_="finding")


def survivor(one: Body, *, opened: bool) -> Markup:
    """A program that passes: the input that tells it from what was intended, and its diff."""
    rows = [(str(at), code(line)) for at, line in enumerate(one["input"], 1)]
    least = "smallest input found" if one["minimal"] else "input (shrinking stopped at its limit)"
    shown = table(f"The {least} on which it differs", ("#", "call"), rows)
    what = element("div", prose(one["what"])) if one["what"] else Markup("")
    changed = diff(one["diff"]) if one["diff"] else Markup("")
    return folded(brief(f"{one['program']} ({one['origin']})"), what, shown, changed, opened=opened)


def diff(text: str) -> Markup:
    """A unified diff; the signs at the beginning of its lines say what the colours repeat."""
    looks = {"+": "add", "-": "del"}
    lines = [element("span", line, class_=looks.get(line[:1], "same")) for line in text.splitlines()]
    spread = [part for line in lines for part in (line, Markup("\n"))]
    return element("pre", element("code", spread), tabindex=0, aria_label="diff")


def _scores(body: Body) -> Markup:
    rows = [
        (
            NAMED.get(of, of),
            _number(score["killed"]),
            _number(score["survived"]),
            _number(score["alike_within_scope"]),
            "–" if score["score"] is None else f"{score['score']:.0%}",
        )
        for of, score in body["strength"].items()
    ]
    heads = ("programs", "refuted", "survived", "no difference in scope", "refuted of those that differ")
    return table(f"Programs that should not pass, compared on: {body['scope']}", heads, rows)


def _old(body: Body) -> Markup:
    """Accepted candidates of earlier runs under the laws of now."""
    tried, broken = body["rejudged"]["transcripts"], body["rejudged"]["now_refuted"]
    said = f"{tried} old transcripts of accepted candidates: {broken} break a law now."
    return element("p", said) if tried else Markup("")


def _laws(body: Body) -> Markup:
    return table(
        "Kill matrix: programs each law refutes, those it alone refutes, and how often its premise held",
        ("law", "refutes", "alone", "premise held", "without it these get in"),
        [_law(row) for row in body["laws"]],
    )


def _law(row: Body) -> tuple[Markup, ...]:
    drawn = row["met"] + row["refused"]
    alone = row["alone"]
    unreached = [f"assertion in line {line} never reached" for line in row["unreached"]]
    listed = folded(f"{len(alone)} programs", bullets(map(prose, alone))) if len(alone) > 1 else prose("".join(alone))
    more = [element("div", prose(text)) for text in unreached]
    premise = f"{row['met']} of {drawn}" if drawn else "built in"
    cells = _number(row["kills"]), _number(len(alone)), prose(premise)
    return (prose(row["name"]), *cells, element("div", listed, more, class_="wide"))


def _goals(body: Body) -> Markup:
    rows = [(prose(name), _number(times)) for name, times in body["goals"].items()]
    return folded("How often each goal was reached", table("Goals", ("goal", "times"), rows)) if rows else Markup("")


def _likeness(body: Body) -> Markup:
    rows = [(prose(name), f"{share:.0%}") for name, share in body["similarity"].items()]
    told = "Structural likeness to the oracle (a note, never a refutation)"
    return folded(told, table("Likeness", ("program", "like the oracle"), rows)) if rows else Markup("")


def _proposals(body: Body, again: str) -> Markup:
    made = [_proposal(p, again) for p in body["proposals"]]
    return section("proposals", "Proposals", *(made or [element("p", "None.")]))


def _proposal(proposal: Body, again: str) -> Markup:
    ok = proposal["admissible"]
    rows = [(prose(c["name"]), "yes" if c["ok"] else "NO", prose(c["said"])) for c in proposal["checks"]]
    checks = table("What the machine checked", ("condition", "met", "evidence"), rows)
    following = command(f"{again} --approve {proposal['id']}") if ok and again else ""
    return element(
        "div",
        element("h3", "Admissible: " if ok else "Not admissible: ", brief(proposal["what"])),
        element("div", prose(proposal["what"])) if len(proposal["what"]) > FOLDED else Markup(""),
        facts(("why", prose(proposal["why"])), ("by", prose(proposal["by"])), ("sign it", following)),
        folded("Evidence", checks),
        class_="finding",
    )


def _number(value: int) -> Markup:
    return element("div", str(value), class_="n")
