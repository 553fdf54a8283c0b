"""A task folder's bytes to a `Task`. Pure: nothing is executed; `task.py` runs in the judge's sandbox only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import fields

from probatum.errors import TaskError
from probatum.task.canaries import choose_control, parse_canaries
from probatum.task.document import Section, decode_text, plain, read_document, suggest
from probatum.task.holes import read_holes
from probatum.task.model import LEVELS, Assumption, FailureMode, GateLevel, Invariant, Limits, Parent, Requirement, Task

ABOUT = ("time", "ordering", "failures", "adversary")
"""What every task must state an assumption about."""

COUNTS: Mapping[str, tuple[str, ...]] = {
    "behaviour": ("fresh_calls", "fresh_histories", "exhaustive_depth", "exhaustive_calls", "confirmation_calls"),
    "memory": (
        *("patterns", "single_programs", "small_programs", "followed_programs", "crossed_programs", "programs"),
        *("executions", "preemptions"),
        *("fresh_calls", "fresh_histories", "exhaustive_depth", "exhaustive_calls"),
    ),
    "schedules": (
        "patterns",
        "single_programs",
        "small_programs",
        "followed_programs",
        "crossed_programs",
        "unbounded_programs",
        "programs",
        "schedules",
        "random_schedules",
        "threads",
        "executions",
        "preemptions",
    ),
    "simulation": ("schedules", "fault_steps", "exhaustive_decisions"),
    "conformance": ("decisions", "schedules", "states", "drawn_schedules"),
    "bounded": ("harnesses", "checks", "unwind"),
    "deductive": ("proved",),
}
"""Counts that a gate may ask of each level; the other levels have none."""

LANGUAGES = ("python", "rust")
TOP = ("title", "limits", "gate", "candidate", "requirements", "assumptions", "failure_modes", "invariants", "holes")
PARENT = "parent"
"""The table that signing a tightening writes; nobody writes it by hand, so no mistake is answered with it."""
REQUIRED_FILES = {
    "PROBLEM.md": "Say there what is wanted, for people and authors",
    "task.py": "Declare there the @sut (interface and oracle) and the laws",
    "task.toml": "Say there the title, the gate, requirements and assumptions",
    "canaries.toml": "List there the canaries: [good.reference] with a why, and bad ones with level, law and why",
}


def ignored(path: str) -> bool:
    """Whether a relative path is no part of a task: byte code, editor backups, probatum's own workspace."""
    parts = path.split("/")
    name = parts[-1]
    backup = name.endswith(("~", ".bak", ".orig", ".swp", ".swo", ".swx")) or name.startswith((".#", "#"))
    return "__pycache__" in parts or ".probatum" in parts or name.endswith(".pyc") or backup


def parse_task(name: str, files: Mapping[str, bytes]) -> Task:
    """The task of a folder given as relative POSIX paths and bytes; raises `TaskError` with file, key, line and fix."""
    frozen = {path: files[path] for path in sorted(files) if not ignored(path)}
    _check_paths(name, frozen)
    _check_files(name, frozen)
    document = read_document(_file(name, "task.toml"), frozen["task.toml"])
    document.allow((*TOP, PARENT) if PARENT in document.values else TOP)
    candidate = document.table("candidate")
    candidate.allow(("languages", "packages", "types", "control"))
    gate = _gate(document)
    requirements = _requirements(document)
    assumptions = _assumptions(document)
    holes = read_holes(document)
    canaries = parse_canaries(read_document(_file(name, "canaries.toml"), frozen["canaries.toml"]), frozen)
    return Task(
        name=name,
        title=document.text("title"),
        files=frozen,
        requirements=requirements,
        assumptions=assumptions,
        failure_modes=_failure_modes(document),
        invariants=_invariants(document, gate),
        gate=gate,
        limits=_limits(document),
        languages=_languages(candidate),
        packages=_packages(candidate),
        types=candidate.choice("types", ("interface", "strict"), "interface"),
        control=choose_control(candidate, canaries),
        canaries=canaries,
        holes=tuple((hole.name, hole.values) for hole in holes if hole.values),
        fillers=holes,
        parent=_parent(document),
    )


def _languages(candidate: Section) -> tuple[str, ...]:
    chosen = candidate.texts("languages", LANGUAGES)
    for language in chosen:
        if language not in LANGUAGES:
            raise candidate.fault(
                f"{plain(language)} is no language of candidates", key="languages", fix=suggest(language, LANGUAGES)
            )
    return chosen


def uncovered(requirements: Iterable[Requirement], cited: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Requirement ids that no law cites, and cited ids that no requirement has; each in order of appearance."""
    ids = [requirement.id for requirement in requirements]
    named = list(dict.fromkeys(cited))
    return tuple(id for id in ids if id not in named), tuple(id for id in named if id not in ids)


def _file(name: str, path: str) -> str:
    return f"{plain(name)}/{path}" if name else path


def _check_paths(name: str, files: Mapping[str, bytes]) -> None:
    """The judge writes these files out again, so no path may leave the folder."""
    for path in files:
        if path.startswith("/") or "\0" in path or {"", ".", ".."} & set(path.split("/")):
            raise TaskError("not a relative path inside the task", file=_file(name, plain(path)), fix="Rename the file")


def _check_files(name: str, files: Mapping[str, bytes]) -> None:
    for path, fix in REQUIRED_FILES.items():
        if path not in files:
            raise TaskError("the file is missing", file=_file(name, path), fix=fix)
        if not files[path].strip():
            raise TaskError("the file is empty", file=_file(name, path), fix=fix)
    decode_text(_file(name, "PROBLEM.md"), files["PROBLEM.md"])


def _gate(document: Section) -> tuple[GateLevel, ...]:
    """The gate in the order of the ladder."""
    table = document.table("gate", required=True)
    table.allow(LEVELS)
    if not table.values:
        raise table.fault("the gate is empty: it would accept anything", fix="Add [gate.behaviour] at least")
    return tuple(_gate_level(table.table(level), level) for level in LEVELS if level in table.values)


def _gate_level(table: Section, level: str) -> GateLevel:
    known = COUNTS.get(level, ())
    for name in table.values:
        if name not in known:
            raise table.fault(f"level {level} has no count {plain(name)}", key=name, fix=suggest(name, known))
    return GateLevel(level=level, at_least=tuple((name, table.whole(name)) for name in table.values))


def _limits(document: Section) -> Limits:
    table = document.table("limits")
    defaults = Limits()
    table.allow(field.name for field in fields(Limits))
    return Limits(
        cpu_s=table.amount("cpu_s", defaults.cpu_s),
        wall_s=table.amount("wall_s", defaults.wall_s),
        memory_mb=table.whole("memory_mb", defaults.memory_mb),
        output_kb=table.whole("output_kb", defaults.output_kb),
        reply_kb=table.whole("reply_kb", defaults.reply_kb),
    )


def _requirements(document: Section) -> tuple[Requirement, ...]:
    found: dict[str, Requirement] = {}
    for table in document.tables("requirements", required=True):
        table.allow(("id", "text"))
        id = table.text("id")
        if id in found:
            raise table.fault(f"the requirement id {plain(id)} is used twice", key="id", fix="Give each its own id")
        found[id] = Requirement(id=id, text=table.text("text"))
    return tuple(found.values())


def _assumptions(document: Section) -> tuple[Assumption, ...]:
    found = []
    for table in document.tables("assumptions"):
        table.allow(("about", "text"))
        found.append(Assumption(about=table.choice("about", ABOUT), text=table.text("text")))
    said = Counter(assumption.about for assumption in found)
    for about in ABOUT:
        if not said[about]:
            fix = f'Add [[assumptions]] with about = "{about}"; say "none" and why, if there is none'
            raise document.fault(f"no assumption about {about}", key="assumptions", fix=fix)
    return tuple(found)


def _failure_modes(document: Section) -> tuple[FailureMode, ...]:
    found = []
    for table in document.tables("failure_modes"):
        table.allow(("text", "mitigation"))
        found.append(FailureMode(text=table.text("text"), mitigation=table.text("mitigation")))
    return tuple(found)


def _invariants(document: Section, gate: tuple[GateLevel, ...]) -> tuple[Invariant, ...]:
    found = []
    for table in document.tables("invariants"):
        table.allow(("text", "checked_by"))
        found.append(Invariant(text=table.text("text"), checked_by=_checked_by(table, gate)))
    return tuple(found)


def _checked_by(table: Section, gate: tuple[GateLevel, ...]) -> tuple[str, ...]:
    levels = table.texts("checked_by")
    for level in levels:
        if level not in LEVELS:
            raise table.fault(f"unknown level {plain(level)}", key="checked_by", fix=suggest(level, LEVELS))
    gated = [entry.level for entry in gate]
    if not levels:
        fix = f"Name a level of the gate: {', '.join(gated)}"
        raise table.fault("no level checks this invariant", key="checked_by", fix=fix)
    if not set(levels) & set(gated):
        fix = f"Add [gate.{levels[0]}], or name a level of the gate: {', '.join(gated)}"
        message = f"only {', '.join(levels)} would check this invariant, and the gate asks for none of them"
        raise table.fault(message, key="checked_by", fix=fix)
    return levels


def _packages(candidate: Section) -> tuple[str, ...]:
    packages = candidate.texts("packages", ())
    for package in packages:
        if not package.isidentifier():
            fix = "Write the name that a candidate imports, without version"
            raise candidate.fault(f"{plain(package)} is not an import name", key="packages", fix=fix)
    return packages


def _parent(document: Section) -> Parent | None:
    """The version before this one, where it was tightened from one."""
    if PARENT not in document.values:
        return None
    table = document.table(PARENT)
    table.allow(field.name for field in fields(Parent))
    return Parent(
        task=table.text("task"),
        digest=table.text("digest"),
        what=table.text("what"),
        why=table.text("why"),
        signed=table.text("signed"),
        policy=table.choice("policy", ("operator", "auto")),
        proposal=table.text("proposal", ""),
    )
