"""Pipelines of two trees compared, line by line: which checks run where changes are accepted, and whether they count.

The formats are many and their parsers large, so this looks at command lines and a few keys in any of them; comments are
left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from probatum.audit.configs import options_changed
from probatum.audit.model import Finding, Place
from probatum.audit.paths import is_pipeline
from probatum.audit.rules import finding
from probatum.audit.settings import options
from probatum.lab.trees import Change

_CHECKS = re.compile(
    r"(?<![\w/.-])(?:\S*/)?(pytest|unittest|tox|nox|mypy|pyright|ruff|flake8|pylint|bandit|coverage"
    r"|cargo\s+(?:\+\S+\s+)?(?:test|nextest|clippy|miri|kani|fuzz|check|verus)"
    r"|verus|kani|loom|probatum|hypothesis|mutmut|make\s+(?:test|check|ci|lint|verify|prove)|npm\s+(?:run\s+)?test"
    r"|go\s+(?:test|vet)|lake\s+(?:build|test)|lint-imports|pre-commit)(?![\w./-])"
)
_IGNORES = (
    (re.compile(r"\|\|\s*(?:true|:|exit\s+0|echo\b)"), "its failure is ignored"),
    (re.compile(r";\s*(?:true|exit\s+0)\s*$"), "its status is replaced"),
    (re.compile(r"^\s*(?:-\s*)?continue-on-error:\s*true"), "its failure is ignored"),
    (re.compile(r"^\s*allow_failure:\s*true"), "its failure is ignored"),
    (re.compile(r"\bset\s+\+e\b"), "failures are ignored from here on"),
    (re.compile(r"--exit-zero\b|--no-fail\b|--no-error-summary\b.*\|\|"), "it never fails"),
    (re.compile(r"^\s*(?:ignore_outcome|ignore_errors)\s*=\s*true", re.IGNORECASE), "its failure is ignored"),
    (re.compile(r"\bpython[\d.]*\s+-O|PYTHONOPTIMIZE"), "assertions are left out"),
    (re.compile(r"^\t(?:@)?-\s*\S"), "make goes on where it fails"),
)
_FILTERS = (
    (re.compile(r"^\s*(?:-\s*)?if:\s*(?:false|\$\{\{\s*false\s*\}\})\s*$"), "it never runs"),
    (re.compile(r"^\s*(?:paths-ignore|branches-ignore):"), "it runs for fewer changes"),
    (re.compile(r"\[(?:skip ci|ci skip)\]"), "the pipeline is skipped"),
)
_TRIGGERS = re.compile(r"^\s*-?\s*(pull_request|push|merge_group|pull_request_target):?\s*$|^on:\s*(.*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line without its comment, in one form, with its place."""

    text: str
    raw: str
    place: Place


def compare_pipelines(change: Change) -> Iterator[Finding]:
    """All findings about pipeline files; a check that moved to another of them is no finding."""
    paths = [path for path in change.paths if is_pipeline(path)]
    old = [line for path in paths if path in change.old for line in _lines(path, change.old[path])]
    new = [line for path in paths if path in change.new for line in _lines(path, change.new[path])]
    yield from _ignored(old, new, _IGNORES, "ci-failure-ignored")
    yield from _ignored(old, new, _FILTERS, "ci-filtered")
    yield from _steps(old, new)
    yield from _triggers(change, paths)


def _lines(path: str, data: bytes) -> list[Line]:
    found = []
    for number, raw in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        bare = re.sub(r"(?:^|(?<=\s))#.*$", "", raw)
        text = " ".join(bare.split()).strip()
        if text:
            found.append(Line(text=text, raw=bare, place=Place(file=path, line=number, text=raw.strip())))
    return found


def _ignored(
    old: list[Line], new: list[Line], table: tuple[tuple[re.Pattern[str], str], ...], rule: str
) -> Iterator[Finding]:
    for pattern, says in table:
        known = [line.text for line in old if pattern.search(line.raw)]
        for line in new:
            if not pattern.search(line.raw):
                continue
            if line.text in known:
                known.remove(line.text)
            else:
                yield finding(rule, line.place.file, f"`{line.text[:90]}`: {says}", new=line.place)


def _checks(line: Line) -> list[str]:
    if re.match(r"^(?:-\s*)?(?:name|uses|key|path|id|description):", line.text):
        return []
    if re.search(r"\b(?:pip|uv|conda|apt-get|brew|npm|cargo)\s+(?:pip\s+)?(?:install|add)\b", line.text):
        return []
    return [" ".join(found.split()) for found in _CHECKS.findall(line.text)]


def _steps(old: list[Line], new: list[Line]) -> Iterator[Finding]:
    """Lines that run a check and are gone or run less of it."""
    free = [line for line in new if _checks(line)]
    left = []
    for line in (line for line in old if _checks(line)):
        same = next((other for other in free if other.text == line.text), None)
        if same is not None:
            free.remove(same)
        else:
            left.append(line)
    for line in left:
        wanted = _checks(line)
        now = next((other for other in free if set(wanted) <= set(_checks(other))), None)
        if now is None:
            if not any(set(wanted) <= set(_checks(other)) for other in new) or not _covered(line, new):
                message = f"`{line.text[:90]}` no longer runs"
                yield finding("ci-step-removed", line.place.file, message, old=line.place)
            continue
        free.remove(now)
        narrowed = [path for path in _parts(now.text) if path not in _parts(line.text)]
        if narrowed and (not _parts(line.text) or set(_parts(line.text)) - set(_parts(now.text))):
            message = f"`{now.text[:90]}` runs {', '.join(narrowed[:3])} only"
            yield finding("ci-filtered", line.place.file, message, old=line.place, new=now.place)
        for rule, _, _, says in options_changed("run", f"`{now.text[:60]}`", options(line.text), options(now.text)):
            mapped = "ci-filtered" if rule == "config-deselects" else rule
            yield finding(mapped, line.place.file, says, old=line.place, new=now.place)


def _parts(text: str) -> list[str]:
    """Files and folders that a command names."""
    return [word for word in text.split() if re.fullmatch(r"[\w./-]+(?:/|\.py|\.rs|::\S+)[\w.:/-]*", word)]


def _covered(line: Line, new: list[Line]) -> bool:
    """Whether another line runs the same check without naming a part of it."""
    wanted = set(_checks(line))
    return any(wanted <= set(_checks(other)) and len(options(other.text)) <= len(options(line.text)) for other in new)


def _triggers(change: Change, paths: list[str]) -> Iterator[Finding]:
    for path in paths:
        if path not in change.old or not path.endswith((".yml", ".yaml")):
            continue
        if path not in change.new:
            moved = any(other not in change.old for other in paths if other in change.new)
            if not moved:
                yield finding("ci-removed", path, f"{path} is gone", old=Place(file=path, line=1))
            continue
        before, after = (_events(_lines(path, tree[path])) for tree in (change.old, change.new))
        for event, line in before.items():
            if event not in after:
                place = Place(file=path, line=1)
                yield finding("ci-filtered", path, f"{path} no longer runs on {event}", old=line.place, new=place)


def _events(lines: list[Line]) -> dict[str, Line]:
    found: dict[str, Line] = {}
    for line in lines:
        match = _TRIGGERS.match(line.raw)
        if match:
            for event in re.findall(r"\w+", match[1] or match[2] or ""):
                found[event] = line
    return found
