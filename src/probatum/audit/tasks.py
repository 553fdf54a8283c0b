"""Task folders of two trees compared."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from probatum.audit.model import Finding, Place
from probatum.audit.pysource import Module, Unparsable, normal, parse_module
from probatum.audit.read import Python
from probatum.audit.rules import finding
from probatum.audit.taskpy import compare_task_files, read_task_file
from probatum.audit.tasktoml import compare_canaries, compare_toml, read_toml
from probatum.lab.trees import Change


def compare_tasks(change: Change, old: Python, new: Python, folders: list[str]) -> Iterator[Finding]:
    """All findings about task folders that were there before."""
    for folder in folders:
        prefix = f"{folder}/" if folder else ""
        touched = [path for path in change.paths if path.startswith(prefix)]
        if not touched:
            continue
        if not any(path.startswith(prefix) for path in (*change.new, *change.same)):
            if not _moved(change, prefix):
                place = Place(file=f"{prefix}task.py", line=1)
                yield finding("task-removed", folder, f"the task {folder or 'here'} is gone", old=place)
            continue
        yield from _task_py(old, new, f"{prefix}task.py", touched)
        for name, compare in (("task.toml", compare_toml), ("canaries.toml", compare_canaries)):
            yield from _toml(change, f"{prefix}{name}", touched, compare)
        yield from _others(change, prefix, touched)


def _moved(change: Change, prefix: str) -> bool:
    """Whether every file of the folder is in the new tree under another folder."""
    held = set(change.new.values()) | set(change.same.values())
    return all(data in held for path, data in change.old.items() if path.startswith(prefix))


def _task_py(old: Python, new: Python, path: str, touched: list[str]) -> Iterator[Finding]:
    if path not in touched:
        return
    before, after = old.modules.get(path), new.modules.get(path)
    if before is None:
        return
    if after is None:
        why = new.broken.get(path, "it is gone")
        yield finding("task-unreadable" if path in new.broken else "task-removed", path, f"{path}: {why}",
                      old=before.place(1))  # fmt: skip
        return
    yield from compare_task_files(read_task_file(before), read_task_file(after))


def _toml(change: Change, path: str, touched: list[str], compare: object) -> Iterator[Finding]:
    if path not in touched or path not in change.old:
        return
    assert callable(compare)
    before = read_toml(path, change.old[path])
    after = read_toml(path, change.new[path]) if path in change.new else None
    if after is None:
        says = "does not parse as TOML" if path in change.new else "is gone"
        yield finding("task-unreadable", path, f"{path} {says}", old=Place(file=path, line=1))
    elif before is not None:
        yield from compare(before, after)


def _others(change: Change, prefix: str, touched: list[str]) -> Iterator[Finding]:
    """Canary sources and the problem statement."""
    for path in touched:
        part = path.removeprefix(prefix)
        if part == "PROBLEM.md" and path in change.old and path in change.new:
            yield finding("problem-changed", path, f"{path} changed", new=Place(file=path, line=1))
        elif part.startswith("canaries/") and path in change.old:
            now = change.new.get(path)
            listed = now is not None or any(other.startswith(path.rpartition("/")[0]) for other in change.new)
            if now is None and not listed:
                continue  # the canary's entry in canaries.toml tells
            if now is None or not same_program(path, change.old[path], now):
                kind = part.split("/")[1]
                message = f"the source of the {kind} canary {part.split('/')[2]} is another one"
                place = Place(file=path, line=1)
                yield finding("canary-changed", path, message, old=place, new=place if now is not None else None)


def same_program(path: str, old: bytes, new: bytes) -> bool:
    """Whether two sources differ in formatting and comments only."""
    if not path.endswith(".py"):
        return old.split() == new.split()
    try:
        return _text(parse_module(path, old)) == _text(parse_module(path, new))
    except Unparsable:
        return False


def _text(module: Module) -> str:
    return normal(ast.Module(body=module.tree.body, type_ignores=[]))
