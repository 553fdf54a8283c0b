"""A page about runs: the verdict on the best candidate first, then all candidates and which law killed what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from probatum.report.html.evidence import details_of, findings, section, tone, verdict_card
from probatum.report.html.markup import Markup, brief, bullets, code, element, folded, joined, prose, table
from probatum.report.html.page import page
from probatum.report.html.search import search_parts
from probatum.report.plain import About
from probatum.report.select import RunRecord
from probatum.report.text import headline
from probatum.verdict import Assessment

MOST_FULL = 20
"""Candidates beside the best whose findings are shown; the table has all."""
Surround = Callable[[RunRecord, Assessment], About]


def runs_page(records: Sequence[RunRecord], head: str, surround: Surround) -> str:
    """The page of one run, or of several one after the other. ``surround``: what surrounds an assessment."""
    only = records[0] if len(records) == 1 else None
    title = f"{only.task}: run {only.run}" if only else f"{len(records)} runs"
    body = [_run(record, surround, "" if only else f"run-{at}-") for at, record in enumerate(records)]
    foot = joined("Journal head ", code(head), ". Check it with ", code("probatum verify"), ".")
    return page(f"probatum report, {title}", _subtitle(only), body, parts=_parts(records), foot=foot)


def _subtitle(record: RunRecord | None) -> str:
    if record is None:
        return "Every run of the journal."
    return f"{record.command} {record.task}, started {record.started}, seed {record.seed}"


def _parts(records: Sequence[RunRecord]) -> list[tuple[str, str]]:
    if len(records) != 1:
        return [(f"run-{at}-", f"{record.task}, {record.run}") for at, record in enumerate(records)]
    record = records[0]
    best = record.best
    if best is None:
        return []
    parts = [("ladder", "Ladder")] + [("findings", "What refutes it")] * any(v.refuting for v in best.verdicts)
    parts += [("not-shown", "Not shown"), ("surroundings", "How it was judged")]
    parts += [("candidates", "Candidates"), ("kills", "Kills")] * (len(record.assessments) > 1)
    return [*parts, *((at, name) for at, name, _ in search_parts(record.search))]


def _run(record: RunRecord, surround: Surround, key: str) -> Markup:
    """One run. ``key`` begins every anchor: "" on a page of one run."""
    parts: list[Markup] = []
    if key:
        parts.append(element("h2", brief(f"{record.task}, run {record.run}"), id=key))
    best = record.best
    if best is None:
        return joined(parts, _nothing(record), _troubles(record))
    about = surround(record, best)
    parts += [verdict_card(best, about, key), _troubles(record)]
    if len(record.assessments) > 1:
        which = "accepted" if best.accepted else "fittest"
        parts.append(element("p", f"This is the {which} of {len(record.assessments)} candidates."))
    parts += details_of(best, about, key)
    parts += _crowd(record, key) if len(record.assessments) > 1 else []
    parts += [section(key + at, name, content) for at, name, content in search_parts(record.search)]
    return joined(parts)


def _nothing(record: RunRecord) -> Markup:
    why = record.ended or "it was cut off, or is still going on"
    heading = element("h2", "Nothing was shown")
    text = element("div", "no candidate was assessed (", prose(why), ")")
    return element("section", heading, text, class_="verdict warn", aria_label="Verdict")


def _troubles(record: RunRecord) -> Markup:
    """What went wrong around the candidates, and a secret that does not fit its commitment."""
    said = [f"Trouble, charged to no candidate: {text}" for text in record.troubles]
    said += [record.seed_problem] * bool(record.seed_problem)
    return element("div", bullets(map(prose, said)), class_="verdict warn") if said else Markup("")


def _crowd(record: RunRecord, key: str) -> Iterator[Markup]:
    """All candidates, the kill matrix, and the findings against the first of the others."""
    rows = [_candidate(number, one) for number, one in enumerate(record.assessments, 1)]
    heads = ("#", "candidate", "author", "outcome", "level", "law", "reason")
    listed = table(f"{len(rows)} candidates in the order of the journal", heads, rows)
    others = [one for one in record.assessments if one is not record.best and any(v.refuting for v in one.verdicts)]
    shown = [folded(_named(one), *findings(one)) for one in others[:MOST_FULL]]
    more = len(others) - MOST_FULL
    shown += [element("p", f"{more} more: probatum report --format json lists them.")] * (more > 0)
    yield section(key + "candidates", "Candidates", listed, *shown)
    yield section(key + "kills", "Which law killed what", kills(record.assessments))


def _named(one: Assessment) -> Markup:
    return joined(brief(one.candidate[:16]), " ", brief(one.reason))


def _candidate(number: int, one: Assessment) -> tuple[str | Markup, ...]:
    first = next(((v.level, v.refuting[0].law) for v in one.verdicts if v.refuting), ("–", "–"))
    reason = element("div", prose(one.reason), class_="wide")
    return (
        str(number),
        element("code", one.candidate[:16], class_="n"),
        prose(one.author),
        _answer(one),
        *map(prose, first),
        reason,
    )


def _answer(one: Assessment) -> Markup:
    return element("span", element("span", headline(one), class_="word"), class_=tone(one))


def kills(found: Sequence[Assessment]) -> Markup:
    """The kill matrix: laws × levels, each cell the candidates refuted there by that law."""
    cells: Counter[tuple[str, str]] = Counter()
    levels: Counter[str] = Counter()
    for one in found:
        for verdict in one.verdicts:
            broken = {f.law for f in verdict.refuting}
            cells.update((law, verdict.level) for law in broken)
            levels[verdict.level] += bool(broken)
    names = list(dict.fromkeys(v.level for one in found for v in one.verdicts))
    laws = sorted({law for law, _ in cells}, key=lambda law: (-sum(cells[law, level] for level in names), law))
    rows = [(prose(law), *(_number(cells[law, level]) for level in names)) for law in laws]
    foot = element(
        "tr",
        element("th", "candidates killed", scope="row"),
        [element("td", _number(levels[level])) for level in names],
    )
    caption = "Candidates refuted by each law at each level; one that breaks two laws counts for both, in the sum once"
    return table(caption, ("law", *names), rows, foot=foot)


def _number(value: int) -> Markup:
    return element("div", str(value), class_="n")
