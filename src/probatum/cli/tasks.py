"""Finding the task that a journal speaks of, on this machine."""

from __future__ import annotations

import shlex
from pathlib import Path

from probatum.errors import UsageError
from probatum.events import EventKind
from probatum.journal import Journal
from probatum.lab.files import read_task, shipped_tasks
from probatum.task.model import Task


def task_of(journal: Journal, name: str, given: str | None = None) -> Task:
    """The task of that name: the given folder, where the journal's commands found it, beside the workspace, or shipped.

    Raises `UsageError` when it is nowhere.
    """
    if given is not None:
        return read_task(given)
    for place in _places(journal, name):
        if (place / "task.toml").is_file() and place.resolve().name == name:
            return read_task(str(place))
    if name in shipped_tasks():
        return read_task(name)
    raise UsageError(f"the task {name}, which the journal speaks of, is not here", fix="Give its folder: --task DIR")


def _places(journal: Journal, name: str) -> list[Path]:
    home = journal.path.absolute().parent.parent
    words = [w for w in _words(journal, name) if "/" in w or Path(w).is_dir()]
    return [*map(Path, words), *(home / w for w in words), home / name, home / "tasks" / name]


def _words(journal: Journal, name: str) -> list[str]:
    """How commands named the task, the latest first."""
    found = []
    for event in journal.events(kind=EventKind.RUN_STARTED):
        options = event.body.get("options")
        if event.body.get("task_name") == name and isinstance(options, dict) and isinstance(options.get("task"), str):
            found.append(shlex.split(str(options["task"])))
    return list(dict.fromkeys(parts[0] for parts in reversed(found) if parts))


def needs_python(task: Task, why: str) -> None:
    """Raise `UsageError` for a task that takes no candidates in Python, where a command writes such programs."""
    if "python" not in task.languages:
        raise UsageError(
            f"{task.name} takes candidates in {', '.join(task.languages)} only, and {why}",
            fix=f"Run `probatum selftest {task.name}`: its canaries show what each level can see",
        )
