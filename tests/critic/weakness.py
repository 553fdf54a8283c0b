"""The corpus of weak specifications, read, and tried: what the tests of the critic share."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from probatum.checking import open_lane
from probatum.critic.bench import Bench
from probatum.lab.seeds import chosen_seeds
from probatum.task.model import Task
from probatum.task.parse import parse_task

CORPUS = Path(__file__).parent / "weak"
BASES = tuple(sorted(path.name.removesuffix("_task.py") for path in CORPUS.glob("*_task.py")))
PACKAGES = ("sortedcontainers", "cachetools")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weak:
    """One weak specification and the program that it should refuse and accepts."""

    name: str
    kind: str
    base: str
    drop: tuple[str, ...] = ()
    weaken: tuple[tuple[str, str], ...] = ()
    unwanted: tuple[tuple[str, str], ...] = ()
    keep_goals: bool = True

    @property
    def source(self) -> str:
        """The unwanted program."""
        return edited(text(f"{self.base}_sut.py"), self.unwanted)

    @property
    def task(self) -> Task:
        """The weak task."""
        goals = () if self.keep_goals else goals_of(text(f"{self.base}_task.py"))
        source = without(edited(text(f"{self.base}_task.py"), self.weaken), (*self.drop, *goals))
        return task_of(self.base, source)


def text(name: str) -> str:
    return (CORPUS / name).read_text(encoding="utf-8")


def edited(source: str, edits: tuple[tuple[str, str], ...]) -> str:
    for old, new in edits:
        assert source.count(old) == 1, f"{source.count(old)} times: {old}"
        source = source.replace(old, new)
    return source


def goals_of(source: str) -> tuple[str, ...]:
    body = [n for n in ast.parse(source).body if isinstance(n, ast.FunctionDef)]
    return tuple(n.name for n in body if ast.unparse(n.decorator_list[0]) == "sometimes")


def without(source: str, names: tuple[str, ...]) -> str:
    """A task file without some of its laws."""
    lines = source.splitlines()
    for node in reversed(ast.parse(source).body):
        if isinstance(node, ast.FunctionDef) and node.name in names:
            del lines[node.decorator_list[0].lineno - 1 : node.end_lineno]
    return "\n".join(lines) + "\n"


TOML = """
title = "A sample"
[gate.behaviour]
fresh_calls = 1200
fresh_histories = 120
confirmation_calls = 300
"""


def task_of(base: str, source: str, *, toml: str = "", more: dict[str, bytes] | None = None) -> Task:
    """A task of the corpus; its requirements are those that its laws cite."""
    ids = sorted({n.value for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Constant) and _is_id(n.value)})
    requirements = "".join(f'[[requirements]]\nid = "{id}"\ntext = "As the laws say."\n' for id in ids)
    assumptions = "".join(
        f'[[assumptions]]\nabout = "{about}"\ntext = "None."\n'
        for about in ("time", "ordering", "failures", "adversary")
    )
    sut = text(f"{base}_sut.py")
    needed = [package for package in PACKAGES if f"from {package} " in sut]
    files = {
        "PROBLEM.md": b"A sample.\n",
        "task.py": source.encode(),
        "task.toml": (
            TOML + toml + f"[candidate]\npackages = {needed}\n" * bool(needed) + requirements + assumptions
        ).encode(),
        "canaries.toml": b'[good.reference]\nwhy = "The reference."\n',
        "canaries/good/reference/sut.py": sut.encode(),
        **(more or {}),
    }
    return parse_task(base, files)


def _is_id(value: object) -> bool:
    return isinstance(value, str) and len(value) < 8 and value[-2:-1] == "-" and value[-1].isdigit()


def strong(base: str) -> Task:
    """The strong task that weak ones are made from."""
    return task_of(base, text(f"{base}_task.py"))


@cache
def corpus() -> tuple[Weak, ...]:
    rows = tomllib.loads(text("specs.toml"))["weak"]
    return tuple(Weak(**{k: _frozen(v) for k, v in row.items()}) for row in rows)


def _frozen(value: object) -> object:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


@contextmanager
def bench(task: Task) -> Iterator[Bench]:
    """A bench on a real lane, without the ceremony of a strong sandbox: the programs are ours."""
    with open_lane(task, "plain") as lane:
        made = Bench(task=task, lane=lane, seeds=chosen_seeds(7))
        made.shape = lane.shape()
        yield made
