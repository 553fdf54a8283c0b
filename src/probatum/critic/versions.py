"""Versions of a task: what is proposed is journalled; what is signed stands beside the old version, linked to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import Any

from probatum.critic.edit import quoted
from probatum.critic.findings import Program
from probatum.critic.proposals import Admission, Proposal, changed
from probatum.errors import TaskError, UsageError
from probatum.events import EventKind
from probatum.journal import Journal
from probatum.lab.files import read_task
from probatum.lab.seeds import new_run_name
from probatum.task.model import Parent, Task
from probatum.task.parse import parse_task

UNWANTED = "unwanted/"
SHOWN_FILES = ("task.py", "task.toml", "canaries.toml", "PROBLEM.md")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step from a version to the next."""

    parent: Parent
    task: str
    digest: str
    diff: str
    linked: bool
    """Whether the version before is there with the digest that the link names."""


def keep(journal: Journal, task: Task, admission: Admission, concern: str = "", run: str = "") -> None:
    """Journal a proposal with what was found about it and the files it changes."""
    proposal = admission.proposal
    blobs = {f"file/{path}": data for path, data in changed(task, proposal).items()}
    blobs |= {f"{UNWANTED}{p.name}": p.source.encode() for p in proposal.unwanted}
    gone = [path for path in task.files if path not in proposal.files]
    body: dict[str, Any] = {"task": task.digest, "task_name": task.name, "concern": concern, "gone": gone}
    body |= {"unwanted": [[p.name, p.origin, p.what] for p in proposal.unwanted], **admission.as_json()}
    journal.append(run or new_run_name(), EventKind.REFINEMENT_PROPOSED, body, blobs=blobs)


def kept(journal: Journal, task: Task, id: str) -> Proposal:
    """A journalled proposal for this very task version; raises `UsageError` when there is none of that id."""
    known: dict[str, str] = {}
    for event in journal.events(kind=EventKind.REFINEMENT_PROPOSED):
        body: Any = event.body
        if body["task"] != task.digest:
            continue
        known[body["id"]] = body["what"]
        if body["id"] == id:
            return _proposal(journal, task, body, event.blobs)
    names = "; ".join(f"{key}: {what}" for key, what in list(known.items())[-4:]) or "none so far"
    fix = f"Run `probatum refine {task.name}` first; proposals for this version: {names}"
    raise UsageError(f"no proposal {id} is known for this version of {task.name}", fix=fix)


def _proposal(journal: Journal, task: Task, body: Any, blobs: dict[str, str]) -> Proposal:
    files = {path: data for path, data in task.files.items() if path not in body["gone"]}
    files |= {n.removeprefix("file/"): journal.get(d) for n, d in blobs.items() if n.startswith("file/")}
    unwanted = tuple(
        Program(name=name, origin=origin, what=what, source=journal.get(blobs[UNWANTED + name]).decode())
        for name, origin, what in body["unwanted"]
    )
    return Proposal(
        by=body["by"], what=body["what"], why=body["why"], files=files, unwanted=unwanted, finding=body["finding"]
    )


def next_name(name: str, taken: set[str]) -> str:
    """The name of the next version: ``kv_store_v1`` -> ``kv_store_v2``, or the first number after it that is free."""
    found = re.fullmatch(r"(.*)_v(\d+)", name)
    stem, number = (found[1], int(found[2]) + 1) if found else (name, 2)
    while f"{stem}_v{number}" in taken:
        number += 1
    return f"{stem}_v{number}"


def signed_files(task: Task, proposal: Proposal, *, signed: str, policy: str) -> dict[str, bytes]:
    """The files of the new version, its link to the old one included."""
    rows = {
        "task": task.name,
        "digest": task.digest,
        "what": proposal.what,
        "why": proposal.why,
        "signed": signed,
        "policy": policy,
        "proposal": proposal.id,
    }
    table = "\n[parent]\n" + "".join(f"{key} = {quoted(value)}\n" for key, value in rows.items())
    text = re.sub(r"(?ms)^\[parent\]\n.*?(?=^\[|\Z)", "", proposal.files["task.toml"].decode())
    return {**proposal.files, "task.toml": (text.rstrip("\n") + "\n" + table).encode()}


def sign(
    journal: Journal, task: Task, admission: Admission, folder: Path, *, signed: str, policy: str, run: str = ""
) -> tuple[Task, Path]:
    """Write an admitted proposal as a new version into a folder that does not exist, and journal who signed it."""
    if not admission.ok:
        said = next((c.said for c in admission.checks if not c.ok), "it was not checked to the end")
        raise UsageError(f"proposal {admission.proposal.id} is not admissible: {said}", fix="Take another proposal")
    files = signed_files(task, admission.proposal, signed=signed, policy=policy)
    made = parse_task(folder.name, files)
    write_version(folder, files)
    body: dict[str, Any] = {
        "task": task.digest,
        "task_name": task.name,
        "version": made.digest,
        "version_name": made.name,
        "proposal": admission.proposal.id,
        "what": admission.proposal.what,
        "why": admission.proposal.why,
        "signed": signed,
        "policy": policy,
        "checks": [check.as_json() for check in admission.checks],
    }
    journal.append(run or new_run_name(), EventKind.REFINEMENT_SIGNED, body)
    return made, folder


def write_version(folder: Path, files: dict[str, bytes]) -> None:
    """Write a task folder that must not exist; raises `UsageError`."""
    try:
        folder.mkdir(parents=True)
        for path, data in files.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
    except FileExistsError:
        raise UsageError(f"{folder} is already there", fix="Name another folder with --out") from None
    except OSError as problem:
        message = f"cannot write {problem.filename or folder}: {problem.strerror}"
        raise UsageError(message, fix="Name a folder that can be written with --out") from None


def history(task: Task, beside: Path) -> Iterator[Step]:
    """The steps that led to a version, the latest first; earlier versions are looked for beside it."""
    seen = {task.digest}
    while task.parent is not None:
        parent, before = task.parent, _found(task.parent, beside)
        linked = before is not None and before.digest == parent.digest
        diff = version_diff(before, task) if before is not None else ""
        yield Step(parent=parent, task=task.name, digest=task.digest, diff=diff, linked=linked)
        if before is None or before.digest in seen:
            return
        seen.add(before.digest)
        task = before


def _found(parent: Parent, beside: Path) -> Task | None:
    """The version before: the folder of its name beside this one, else a task that ships."""
    if re.fullmatch(r"[\w.-]+", parent.task) is None:
        return None
    for word in (str(beside / parent.task), parent.task):
        try:
            return read_task(word)
        except (UsageError, TaskError):
            continue
    return None


def version_diff(old: Task, new: Task) -> str:
    """What changed in the texts of a task, and which canaries came, went or moved."""
    lines: list[str] = []
    for path in SHOWN_FILES:
        before, after = (t.files.get(path, b"").decode(errors="replace").splitlines() for t in (old, new))
        lines += unified_diff(before, after, f"{old.name}/{path}", f"{new.name}/{path}", lineterm="", n=1)
    others = [p for p in sorted({*old.files, *new.files}) if p not in SHOWN_FILES]
    for path in others:
        if old.files.get(path) != new.files.get(path):
            word = "added" if path not in old.files else "removed" if path not in new.files else "changed"
            lines.append(f"{word}: {path}")
    return "\n".join(lines)
