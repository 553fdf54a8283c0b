"""What the text of a task promises to its candidates is what the boundary lets them do."""

import re
from pathlib import Path

import pytest

from probatum.lab.files import read_task
from probatum.toolchains.python.allowed import ALLOWED

TASKS = Path(__file__).resolve().parents[2] / "tasks"
FOLDERS = sorted(folder.name for folder in TASKS.iterdir() if (folder / "task.toml").exists())
NAMES = [name for name in FOLDERS if "python" in read_task(TASKS / name).languages]


@pytest.mark.parametrize("name", NAMES)
def test_a_task_says_what_may_be_imported(name: str) -> None:
    text = " ".join((TASKS / name / "PROBLEM.md").read_text(encoding="utf-8").split())
    said = re.search(
        r"may import (.*?)\. Modules for threads, files, processes or the network cannot be imported", text
    )
    assert said, "PROBLEM.md says nothing of imports"
    named = set(re.findall(r"`(\w+)`", said[1]))
    packages = set(read_task(TASKS / name).packages)
    assert len(named) > 5
    assert named - set(ALLOWED) == packages
    assert not {"threading", "os", "subprocess", "socket", "multiprocessing", "asyncio"} & set(ALLOWED)
