"""Canaries of a task: what `canaries.toml` promises, matched with the folders under `canaries/`."""

from __future__ import annotations

from collections.abc import Mapping

from probatum.errors import TaskError
from probatum.task.document import Section, plain, suggest
from probatum.task.model import LEVELS, Canary

KINDS = ("bad", "good", "open")
EDITABLE_FILES = ("sut.py", "sut.rs")
FOLDER = "canaries"


def parse_canaries(document: Section, files: Mapping[str, bytes]) -> tuple[Canary, ...]:
    """All canaries, by kind and then as listed; raises `TaskError` where list and folders disagree."""
    folders = _folders(document, files)
    document.allow(KINDS)
    canaries: list[Canary] = []
    for kind in KINDS:
        table = document.table(kind)
        for name in table.values:
            _refuse_twice(table, name, canaries)
            canaries.append(_canary(kind, name, table.table(name), folders.pop((kind, name), None)))
    for kind, name in folders:
        place = f"{FOLDER}/{kind}/{name}"
        fix = f"Add [{kind}.{name}] to canaries.toml, or delete {place}"
        raise document.fault(f"the folder {place} is not listed", key=(kind, name), fix=fix)
    if not any(canary.kind == "good" for canary in canaries):
        fix = "Add canaries/good/reference/sut.py (a correct solution) and list it as [good.reference]"
        raise document.fault("there is no good canary", key="good", fix=fix)
    return tuple(canaries)


def choose_control(candidate: Section, canaries: tuple[Canary, ...]) -> str:
    """The good canary that decides blame: the one named, else "reference", else the first good one."""
    good = [canary.name for canary in canaries if canary.kind == "good"]
    named = candidate.text("control", "reference" if "reference" in good else good[0])
    if named not in good:
        raise candidate.fault(f"control {plain(named)} is not a good canary", key="control", fix=suggest(named, good))
    return named


def _folders(document: Section, files: Mapping[str, bytes]) -> dict[tuple[str, str], dict[str, bytes]]:
    """Files below `canaries/`, by kind and name."""
    folders: dict[tuple[str, str], dict[str, bytes]] = {}
    task = document.file.removesuffix("canaries.toml")
    for path in sorted(files):
        top, *rest = path.split("/")
        if top != FOLDER:
            continue
        if len(rest) < 3 or rest[0] not in KINDS:
            fix = f"Canaries live in {FOLDER}/{{bad,good,open}}/NAME/sut.py; move or delete this file"
            raise TaskError("belongs to no canary", file=task + plain(path), fix=fix)
        folders.setdefault((rest[0], rest[1]), {})["/".join(rest[2:])] = files[path]
    return folders


def _refuse_twice(table: Section, name: str, canaries: list[Canary]) -> None:
    twin = next((canary for canary in canaries if canary.name == name), None)
    if twin is not None:
        fix = f"Rename one of {twin.kind}.{plain(name)} and {table.place[-1]}.{plain(name)}, with its folder"
        raise table.fault(f"two canaries are named {plain(name)}", key=name, fix=fix)


def _canary(kind: str, name: str, entry: Section, files: Mapping[str, bytes] | None) -> Canary:
    where = f"{FOLDER}/{kind}/{plain(name)}"
    if files is None:
        fix = f"Add {where}/sut.py, or remove [{kind}.{plain(name)}]"
        raise entry.fault(f"listed, but there is no folder {where}", fix=fix)
    bad = kind == "bad"
    entry.allow(("level", "law", "why") if bad else ("why",))
    level = entry.choice("level", LEVELS) if bad else ""
    law = entry.text("law") if bad else ""
    sources = [file for file in files if file in EDITABLE_FILES]
    if len(sources) != 1:
        found = " and ".join(sources) or "neither"
        fix = "Keep one, or make two canaries" if sources else f"Add {where}/sut.py or {where}/sut.rs"
        raise entry.fault(f"{where} needs exactly one of sut.py and sut.rs; it has {found}", fix=fix)
    # Only a canary that shows extra files being refused may have them.
    extra = sorted(file for file in files if file not in EDITABLE_FILES)
    if extra and not (level == "boundary" and law == "editable_files"):
        fix = 'Delete it; only a bad canary with level = "boundary" and law = "editable_files" has extra files'
        raise entry.fault(f"{where} has the extra file {plain(extra[0])}", fix=fix)
    return Canary(name=name, kind=kind, level=level, law=law, why=entry.text("why"), files=files)
