"""Two versions of a task's `task.toml` and `canaries.toml` compared."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from probatum.audit.model import Finding, Place
from probatum.audit.rules import finding
from probatum.task.document import line_of
from probatum.task.model import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A parsed TOML file."""

    path: str
    source: str
    values: Mapping[str, Any]

    def place(self, *keys: str | int) -> Place:
        """The line of a key, else of what encloses it."""
        line = line_of(self.source, keys) or 1
        lines = self.source.splitlines()
        return Place(file=self.path, line=line, text=lines[line - 1].strip() if line <= len(lines) else "")

    def table(self, *keys: str) -> Mapping[str, Any]:
        """A table, empty where it is absent or no table."""
        found: Any = self.values
        for key in keys:
            found = found.get(key, {}) if isinstance(found, dict) else {}
        return found if isinstance(found, dict) else {}

    def rows(self, key: str) -> list[Mapping[str, Any]]:
        """An array of tables."""
        found = self.values.get(key, [])
        return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def read_toml(path: str, data: bytes) -> Document | None:
    """Parse a file; None where it is no TOML."""
    try:
        source = data.decode("utf-8-sig")
        return Document(path=path, source=source, values=tomllib.loads(source))
    except (ValueError, RecursionError):
        return None


def compare_toml(old: Document, new: Document) -> Iterator[Finding]:
    """All findings about two versions of a `task.toml`."""
    yield from _requirements(old, new)
    yield from _gate(old, new)
    yield from _limits(old, new)
    yield from _assumptions(old, new)
    yield from _texts(old, new, "failure_modes", "failure-mode-removed", "failure mode")
    yield from _invariants(old, new)
    yield from _candidate(old, new)


def _by(rows: list[Mapping[str, Any]], key: str) -> dict[str, tuple[int, Mapping[str, Any]]]:
    return {str(row.get(key, "")): (number, row) for number, row in enumerate(rows)}


def _words(row: Mapping[str, Any], key: str = "text") -> str:
    return " ".join(str(row.get(key, "")).split())


def _requirements(old: Document, new: Document) -> Iterator[Finding]:
    before, after = _by(old.rows("requirements"), "id"), _by(new.rows("requirements"), "id")
    for id, (number, row) in before.items():
        place = old.place("requirements", number)
        if id not in after:
            yield finding("requirement-removed", id, f"{id} is gone: {_words(row)[:90]}", old=place)
        elif _words(row) != _words(after[id][1]):
            message = f'{id}: "{_words(row)[:90]}" became "{_words(after[id][1])[:90]}"'
            there = new.place("requirements", after[id][0], "text")
            yield finding("requirement-changed", id, message, old=old.place("requirements", number, "text"), new=there)


def _gate(old: Document, new: Document) -> Iterator[Finding]:
    before, after = old.table("gate"), new.table("gate")
    for level, counts in before.items():
        if level not in after:
            message = f"the gate no longer asks for level {level}"
            yield finding("gate-level-removed", level, message, old=old.place("gate", level), new=new.place("gate"))
            continue
        now = new.table("gate", level)
        for name, count in (counts if isinstance(counts, dict) else {}).items():
            less = now.get(name, 0)
            if isinstance(less, int | float) and isinstance(count, int | float) and less < count:
                message = f"{level}.{name} went from {count} to {less}"
                places = old.place("gate", level, name), new.place("gate", level, name)
                yield finding("gate-lowered", f"{level}.{name}", message, old=places[0], new=places[1])


def _limits(old: Document, new: Document) -> Iterator[Finding]:
    defaults = Limits()
    before, after = old.table("limits"), new.table("limits")
    for field in fields(Limits):
        was, now = (limits.get(field.name, getattr(defaults, field.name)) for limits in (before, after))
        if isinstance(was, int | float) and isinstance(now, int | float) and now > was:
            message = f"{field.name} went from {was} to {now}"
            places = old.place("limits", field.name), new.place("limits", field.name)
            yield finding("limit-raised", field.name, message, old=places[0], new=places[1])


def _assumptions(old: Document, new: Document) -> Iterator[Finding]:
    before = {(str(r.get("about", "")), _words(r)): n for n, r in enumerate(old.rows("assumptions"))}
    after = {(str(r.get("about", "")), _words(r)): n for n, r in enumerate(new.rows("assumptions"))}
    gone = [key for key in before if key not in after]
    for key, number in after.items():
        if key in before:
            continue
        place = new.place("assumptions", number)
        was = next((other for other in gone if other[0] == key[0]), None)
        if was is not None:
            gone.remove(was)
            message = f'about {key[0]}: "{was[1][:90]}" became "{key[1][:90]}"'
            yield finding("assumption-changed", key[0], message, old=old.place("assumptions", before[was]), new=place)
        else:
            yield finding("assumption-added", key[0], f"about {key[0]}: {key[1][:90]}", new=place)
    for key in gone:
        message = f"about {key[0]}: {key[1][:90]} is gone"
        yield finding("assumption-removed", key[0], message, old=old.place("assumptions", before[key]))


def _texts(old: Document, new: Document, key: str, rule: str, title: str) -> Iterator[Finding]:
    after = {_words(row) for row in new.rows(key)}
    more = len(new.rows(key)) >= len(old.rows(key))
    for number, row in enumerate(old.rows(key)):
        if _words(row) not in after and not more:
            yield finding(rule, title, f"{title} gone: {_words(row)[:90]}", old=old.place(key, number))


def _invariants(old: Document, new: Document) -> Iterator[Finding]:
    yield from _texts(old, new, "invariants", "invariant-removed", "invariant")
    after = {_words(row): (n, row) for n, row in enumerate(new.rows("invariants"))}
    for number, row in enumerate(old.rows("invariants")):
        n, now = after.get(_words(row), (0, row))
        lost = [level for level in row.get("checked_by", []) if level not in now.get("checked_by", [])]
        if lost:
            message = f"{', '.join(map(str, lost))} no longer checks: {_words(row)[:80]}"
            places = old.place("invariants", number), new.place("invariants", n)
            yield finding("invariant-unchecked", "invariant", message, old=places[0], new=places[1])


def _candidate(old: Document, new: Document) -> Iterator[Finding]:
    before, after = old.table("candidate"), new.table("candidate")
    places = old.place("candidate"), new.place("candidate")
    if more := [p for p in after.get("packages", []) if p not in before.get("packages", [])]:
        message = f"candidates may import {', '.join(map(str, more))}"
        yield finding("package-allowed", "packages", message, old=places[0], new=places[1])
    if before.get("types", "interface") == "strict" != after.get("types", "interface"):
        yield finding("types-relaxed", "types", "types: strict became interface", old=places[0], new=places[1])
    if before.get("control", "reference") != after.get("control", "reference"):
        message = f"the control is {after.get('control', 'reference')} now"
        yield finding("control-changed", "control", message, old=places[0], new=places[1])
    if old.table("holes") != new.table("holes"):
        yield finding("holes-changed", "holes", "the holes have other values", new=new.place("holes"))


def compare_canaries(old: Document, new: Document) -> Iterator[Finding]:
    """All findings about two versions of a `canaries.toml`."""
    kinds = {name: kind for kind in ("bad", "good", "open") for name in new.table(kind)}
    for kind in ("bad", "good", "open"):
        for name, row in old.table(kind).items():
            place = old.place(kind, name)
            now = kinds.get(name)
            if now is None:
                yield finding("canary-removed", name, f"the {kind} canary {name} is gone", old=place)
            elif now != kind:
                rule = "canary-acquitted" if kind == "bad" else "canary-moved"
                message = f"the {kind} canary {name} is {now} now"
                yield finding(rule, name, message, old=place, new=new.place(now, name))
            elif kind == "bad":
                other = new.table(kind, name)
                for key in ("level", "law"):
                    if isinstance(row, dict) and row.get(key) != other.get(key):
                        message = f"{name}: {key} {row.get(key)} became {other.get(key)}"
                        yield finding("canary-moved", name, message, old=place, new=new.place(kind, name, key))
