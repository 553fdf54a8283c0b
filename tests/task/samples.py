"""A small valid task as files, to be broken in one place at a time; other tests may import it."""

from collections.abc import Mapping
from pathlib import Path

PROBLEM = """# Double

`double(x)` is twice `x`.
"""

TASK_PY = '''"""Twice a number."""

from probatum import U32, U64, Sut, always, sut


@sut(requirements=["D-1"])
def double(x: U32) -> U64:
    return 2 * x


@always("D-2")
def even(s: Sut, x: U32) -> None:
    "The answer is even."
    assert s.double(x) % 2 == 0
'''

TASK_TOML = """title = "Double a number"

[limits]
cpu_s = 1.0
wall_s = 10
memory_mb = 256

[gate.boundary]
[gate.behaviour]
fresh_calls = 200
exhaustive_calls = 50
confirmation_calls = 100

[candidate]
packages = []
control = "reference"

[[requirements]]
id = "D-1"
text = "double(x) is twice x."

[[requirements]]
id = "D-2"
text = "double(x) is even."

[[assumptions]]
about = "time"
text = "Only the limits."

[[assumptions]]
about = "ordering"
text = "One call at a time."

[[assumptions]]
about = "failures"
text = "None."

[[assumptions]]
about = "adversary"
text = "The candidate may be hostile."

[[failure_modes]]
text = "Overflow at 2**31."
mitigation = "The edges are always drawn."

[[invariants]]
text = "The answer is even."
checked_by = ["behaviour"]

[holes]
FACTOR = ["1", "2", "3"]
"""

CANARIES_TOML = """[bad.triple]
level = "behaviour"
law = "equality"
why = "It triples."

[good.reference]
why = "The obvious solution."

[open.clone]
why = "A copy of the oracle; a speed objective would refuse it."
"""

FILES: Mapping[str, str] = {
    "PROBLEM.md": PROBLEM,
    "task.py": TASK_PY,
    "task.toml": TASK_TOML,
    "canaries.toml": CANARIES_TOML,
    "canaries/bad/triple/sut.py": "def double(x):\n    return 3 * x\n",
    "canaries/good/reference/sut.py": "def double(x):\n    return x + x\n",
    "canaries/open/clone/sut.py": "def double(x):\n    return 2 * x\n",
}


def task_files(**changes: str | None) -> dict[str, bytes]:
    """The sample's files, some replaced: ``task_files(**{"task.toml": "..."})``; None leaves a file out."""
    texts: dict[str, str | None] = {**FILES, **changes}
    return {path: text.encode() for path, text in texts.items() if text is not None}


def replaced(text: str, old: str, new: str) -> str:
    """One replacement that must take place exactly once, so that a test never breaks nothing."""
    assert text.count(old) == 1, f"{text.count(old)} times: {old!r}"
    return text.replace(old, new)


def write_task(folder: Path, files: Mapping[str, bytes] | None = None) -> Path:
    """Write a task folder (the sample unless told otherwise); returns the folder."""
    for path, data in (task_files() if files is None else files).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return folder
