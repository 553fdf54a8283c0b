"""From options to files: everything is made and parsed in memory before the first byte is written."""

from __future__ import annotations

import ast
import os
from collections.abc import Mapping
from pathlib import Path

from probatum.candidate import python_candidate
from probatum.errors import TaskError, UsageError
from probatum.lab.files import write_candidate
from probatum.newtask.canaries import NewCanary, canaries_toml, new_canaries
from probatum.newtask.carried import candidate_text
from probatum.newtask.documents import problem_md, task_toml
from probatum.newtask.imports import packages_of
from probatum.newtask.options import InitOptions, InitResult
from probatum.newtask.subject import Subject, read_subject
from probatum.newtask.taskfile import task_text
from probatum.task.document import plain
from probatum.task.parse import parse_task

SUFFIX = "-candidate"
"""The candidate stands beside the task, because everything inside the task folder is frozen."""


def init_task(options: InitOptions) -> InitResult:
    """Write a task folder, and the candidate beside it in ``DIR-candidate``.

    Raises `UsageError` for everything that a person can put right, before the first byte is written.
    """
    folder = Path(options.folder)
    beside = candidate_folder(folder)
    for place in (folder, beside):
        _refuse_occupied(place)
    subject = read_subject(options)
    sut = candidate_text(subject)
    ours, refused = packages_of(sut, subject.candidate_file, f"the candidate {subject.name}")
    canaries = new_canaries(subject)
    theirs = _oracle_packages(subject, canaries)
    packages = tuple(dict.fromkeys([*ours, *theirs]))
    files = task_files(subject, canaries, packages)
    _check(folder, files, sut)
    written = _write(folder, files)
    write_candidate(beside, python_candidate(sut))
    notes = [*subject.notes]
    if refused:
        notes.append(
            f"The candidate imports {', '.join(refused)}, which no candidate may: level boundary will refuse it."
        )
    return InitResult(
        folder=folder,
        candidate=beside,
        files=(*written, beside / "sut.py"),
        check=("probatum", "check", str(folder), "--candidate", str(beside)),
        notes=tuple(notes),
    )


def candidate_folder(folder: Path) -> Path:
    """The folder beside a task's folder: ``DIR-candidate``."""
    name = folder.name
    if name in ("", ".."):
        folder = folder.resolve()
        name = folder.name
    if not name:
        raise UsageError("the root folder cannot be a task", fix="Name a new folder")
    return folder.with_name(name + SUFFIX)


def task_files(subject: Subject, canaries: tuple[NewCanary, ...], packages: tuple[str, ...]) -> dict[str, bytes]:
    """The task folder as relative paths and bytes."""
    texts = {
        "PROBLEM.md": problem_md(subject, packages),
        "task.py": task_text(subject),
        "task.toml": task_toml(subject, packages),
        "canaries.toml": canaries_toml(canaries),
        **{f"canaries/{c.kind}/{c.name}/sut.py": c.text for c in canaries},
    }
    return {path: text.encode() for path, text in texts.items()}


def _oracle_packages(subject: Subject, canaries: tuple[NewCanary, ...]) -> tuple[str, ...]:
    reference = next(c.text for c in canaries if c.name == "reference")
    packages, refused = packages_of(reference, subject.file, f"the oracle {subject.node.name}")
    if refused:
        message = f"the oracle {subject.node.name} imports {refused[0]}, which the control may not"
        raise UsageError(message, fix=f"Write it without {refused[0]}: only computation is allowed")
    return packages


def _refuse_occupied(folder: Path) -> None:
    shown = plain(str(folder))
    if os.path.lexists(folder) and not folder.is_dir():
        raise UsageError(f"{shown} exists and is no folder", fix="Name a new folder")
    try:
        occupied = folder.is_dir() and any(folder.iterdir())
    except OSError as problem:
        raise UsageError(f"cannot read {shown}: {problem.strerror}", fix="Name a new folder") from None
    if occupied:
        raise UsageError(f"{shown} exists and is not empty", fix="Name a new folder, or move it away")


def _check(folder: Path, files: Mapping[str, bytes], sut: str) -> None:
    """What is about to be written must parse; names from the user's file could still be in the way."""
    sources = {path: data.decode() for path, data in files.items() if path.endswith(".py")}
    for path, text in {**sources, "candidate": sut}.items():
        try:
            ast.parse(text)
        except SyntaxError as problem:
            line = (text.split("\n")[(problem.lineno or 1) - 1 :] or [""])[0]
            message = f"{path} cannot be made of this source: {problem.msg} in `{plain(line.strip(), 80)}`"
            raise UsageError(
                message, fix="Write the functions at the top level, four spaces of indent, one statement a line"
            ) from None
    try:
        parse_task(folder.name or "task", files)
    except TaskError as problem:
        raise UsageError(f"the task would not be readable: {problem.message}", fix=problem.fix) from None


def _write(folder: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    written = []
    try:
        for path, data in files.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            with open(place, "xb") as file:
                file.write(data)
            written.append(place)
    except OSError as problem:
        message = f"cannot write {plain(str(problem.filename or folder))}: {problem.strerror}"
        raise UsageError(message, fix="Name a folder that can be written") from None
    return tuple(written)
