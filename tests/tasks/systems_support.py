"""Trying the candidates of a task with an objective in this process: laws on inputs drawn as the judge draws them."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from probatum.judge.histories import Drawers
from probatum.judge.suite import Suite, load_suite
from probatum.lab.files import find_task, read_task
from probatum.lab.rng import Rng
from probatum.types.conform import revive

Function = Callable[..., Any]


def folder(task: str) -> Path:
    return Path(str(find_task(task)))


@cache
def suite_of(task: str) -> Suite:
    return load_suite((folder(task) / "task.py").read_text(encoding="utf-8"))


@cache
def declared(task: str) -> SimpleNamespace:
    """The names of the task file."""
    return SimpleNamespace(**suite_of(task).laws[0].body.__globals__)


def listed(task: str) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return tomllib.loads((folder(task) / "canaries.toml").read_text(encoding="utf-8"))


def in_python(task: str) -> list[tuple[str, str]]:
    rows = [(kind, name) for kind in ("good", "bad") for name in listed(task)[kind]]
    return [(kind, name) for kind, name in rows if (folder(task) / "canaries" / kind / name / "sut.py").exists()]


def program(task: str, source: str) -> Function:
    """The function of a candidate, answers given the record classes of the task."""
    function = suite_of(task).interface.functions[0]
    records = {record.cls.__name__: record.cls for record in suite_of(task).interface.records()}
    space: dict[str, Any] = {"__name__": "sut", **records}
    text = source.replace("from interface import", "#")
    exec(compile(text, "sut.py", "exec", dont_inherit=True), space)
    return lambda *args: revive(function.method.result, space[function.name](*args))


def canary(task: str, kind: str, name: str) -> Function:
    return program(task, (folder(task) / "canaries" / kind / name / "sut.py").read_text(encoding="utf-8"))


def oracle(task: str) -> Function:
    name = suite_of(task).interface.functions[0].name
    found: Function = getattr(declared(task), name)
    return found


def broken_laws(task: str, function: Function, counts: Mapping[str, int]) -> set[str]:
    """Laws that do not hold on so many drawn inputs each; `never_raises` for an error in the function."""
    name = suite_of(task).interface.functions[0].name
    drawers, broken = Drawers(suite_of(task)), set[str]()
    for law in suite_of(task).laws:
        draw = Rng(7)
        for _ in range(counts[law.name]):
            problem = outcome(law.body, SimpleNamespace(**{name: function}), drawers.laws[law.name](draw))
            broken |= {law.name if problem == "failed" else problem} - {""}
    return broken


def outcome(body: Function, handle: Any, values: tuple[Any, ...]) -> str:
    try:
        body(handle, *values)
    except AssertionError:
        return "failed"
    except (ArithmeticError, LookupError, ValueError, TypeError):
        return "never_raises"
    return ""


def filled(task: str) -> Iterator[tuple[str, str]]:
    """Every filling of every template."""
    for path in sorted((folder(task) / "templates").iterdir()):
        text = path.read_text(encoding="utf-8")
        holes = [(name, values) for name, values in read_task(task).holes if f"HOLE_{name}" in text]
        for values in product(*(values for _, values in holes)):
            source = text
            for (name, _), value in zip(holes, values, strict=True):
                source = source.replace(f"HOLE_{name}", value)
            yield f"{path.stem} {' '.join(values)}", source
