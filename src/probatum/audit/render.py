"""An audit as text for people, JSON, SARIF 2.1.0 for code hosts, and annotations of GitHub workflows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from probatum.audit.model import POINTS, Audit, Finding, Outcome, Place, Weight
from probatum.audit.rules import RULES
from probatum.task.document import plain

NOTES_SHOWN = 20
_SAYS = {None: "yes", Weight.NOTE: "yes", Weight.CHANGED: "ask", Weight.WEAKENED: "NO"}
_LEVEL = {Weight.WEAKENED: "error", Weight.CHANGED: "warning", Weight.NOTE: "note"}
_HEADLINE = {
    Outcome.WEAKENED: "less is asked than before",
    Outcome.CHANGED_FOR_HUMAN: "nothing is plainly weaker; a person must look at what changed",
    Outcome.CLEAN: "no weakening found",
    Outcome.EMPTY: "the two trees are equal; an empty change approves nothing",
}


def text(audit: Audit) -> str:
    """For people: outcome, the five points, findings gravest first."""
    counts = ", ".join(f"{number} {name}" for name, number in audit.counts)
    lines = [f"{audit.outcome}: {_HEADLINE[audit.outcome]}", f"  {audit.base} -> {audit.head}: {counts}", ""]
    for point, sentence in POINTS.items():
        lines.append(f"  {point}. {sentence:<38} {_SAYS[audit.worst(point)]}")
    grave = [item for item in audit.findings if item.weight is not Weight.NOTE]
    notes = [item for item in audit.findings if item.weight is Weight.NOTE]
    for item in [*grave, *notes[:NOTES_SHOWN]]:
        lines += ["", *_entry(item)]
    if len(notes) > NOTES_SHOWN:
        lines += ["", f"and {len(notes) - NOTES_SHOWN} more notes (--format json shows all)"]
    lines += [f"not read: {plain(path)} ({why})" for path, why in audit.unread]
    return "\n".join(lines)


def _entry(item: Finding) -> list[str]:
    lines = [f"{item.weight.upper()} {item.rule} (point {item.point}): {plain(item.message, 400)}"]
    lines += [f"  {side}: {_where(place)}" for side, place in (("old", item.old), ("new", item.new)) if place]
    return [*lines, f"  why: {item.why}"] if item.weight is not Weight.NOTE else lines


def _where(place: Place) -> str:
    return f"{plain(place.file)}:{place.line}" + (f": {plain(place.text, 120)}" if place.text else "")


def as_json(audit: Audit) -> str:
    """One JSON object (schema ``probatum.audit/1``)."""
    return json.dumps(
        {
            "schema": "probatum.audit/1",
            "outcome": audit.outcome.value,
            "base": audit.base,
            "head": audit.head,
            "points": {str(point): _SAYS[audit.worst(point)].lower() for point in POINTS},
            "counts": dict(audit.counts),
            "findings": [_plain(item) for item in audit.findings],
            "unread": [{"file": path, "why": why} for path, why in audit.unread],
        },
        indent=2,
    )


def _plain(item: Finding) -> dict[str, object]:
    return {
        "rule": item.rule,
        "point": item.point,
        "weight": item.weight.value,
        "subject": item.subject,
        "message": item.message,
        "why": item.why,
        "old": _place(item.old),
        "new": _place(item.new),
    }


def _place(place: Place | None) -> dict[str, object] | None:
    return None if place is None else {"file": place.file, "line": place.line, "text": place.text}


def sarif(audit: Audit) -> str:
    """SARIF 2.1.0: one run, the rules that were found, old places as related locations."""
    used = sorted({item.rule for item in audit.findings})
    index = {rule: number for number, rule in enumerate(used)}
    driver = {"name": "probatum audit", "rules": [_sarif_rule(rule) for rule in used]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(item, index[item.rule]) for item in audit.findings],
        "invocations": [{"executionSuccessful": True}],
        "properties": {"outcome": audit.outcome.value, "base": audit.base, "head": audit.head},
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=2)


def _sarif_rule(rule: str) -> dict[str, object]:
    row = RULES[rule]
    return {
        "id": rule,
        "shortDescription": {"text": rule.replace("-", " ")},
        "fullDescription": {"text": row.why},
        "defaultConfiguration": {"level": _LEVEL[row.weight]},
        "properties": {"point": row.point, "pointText": POINTS[row.point]},
    }


def _sarif_result(item: Finding, number: int) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": item.rule,
        "ruleIndex": number,
        "level": _LEVEL[item.weight],
        "message": {"text": f"{item.message}. {item.why}"},
        "locations": [_location(item.place)],
    }
    if item.new is not None and item.old is not None:
        result["relatedLocations"] = [{**_location(item.old), "id": 1, "message": {"text": "before"}}]
    return result


def _location(place: Place) -> dict[str, object]:
    region: dict[str, object] = {"startLine": max(1, place.line)}
    if place.text:
        region["snippet"] = {"text": place.text}
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(place.file), "uriBaseId": "%SRCROOT%"},
            "region": region,
        }
    }


def _uri(path: str) -> str:
    """A relative path as URI reference."""
    kept = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/")
    return "".join(chr(b) if b in kept else f"%{b:02X}" for b in path.encode("utf-8", "surrogateescape"))


_COMMAND = {Weight.WEAKENED: "error", Weight.CHANGED: "warning", Weight.NOTE: "notice"}


def github(audit: Audit) -> str:
    """Workflow commands that GitHub shows beside the changed lines, and the outcome as the last line."""
    lines = [
        f"::{_COMMAND[item.weight]} file={_property(item.place.file)},line={item.place.line},"
        f"title={_property(f'probatum audit: {item.rule}')}::{_data(f'{item.message}. {item.why}')}"
        for item in audit.findings
    ]
    command = "notice" if audit.outcome is Outcome.CLEAN else "warning"
    command = "error" if audit.outcome is Outcome.WEAKENED else command
    summary = f"{audit.outcome}: {_HEADLINE[audit.outcome]}"
    return "\n".join([*lines, f"::{command} title=probatum audit::{_data(summary)}"])


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")


RENDERERS: Mapping[str, Callable[[Audit], str]] = {"text": text, "json": as_json, "sarif": sarif, "github": github}
