"""Type checking with mypy, where it is installed: the candidate against the interface, in a sandboxed process.

"interface": only what no annotation style excuses, which is undefined names. "strict": everything ``mypy --strict``
says. A right candidate with sloppy annotations inside is not refuted under "interface".
"""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from probatum.candidate import EDITABLE, Candidate
from probatum.sandbox import spawn as sandbox_spawn
from probatum.sandbox.policy import Limits, Policy, Tier
from probatum.task.model import Task

CODES = ("name-defined", "used-before-def")
NOTHING: Mapping[str, Any] = {"names": (), "places": ()}
ABSENT = "not checked, mypy is absent (install: pip install 'probatum[types]')"
LIMITS = Limits(cpu_s=60, wall_s=180, memory_mb=3072, processes=16, output_kb=512)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the type checker said: problems (one line each), or why it did not run."""

    problems: tuple[str, ...] = ()
    absent: str = ""
    scope: str = ""
    tool: str = ""


@cache
def mypy_version() -> str | None:
    """The installed mypy's version, or None."""
    return metadata.version("mypy") if importlib.util.find_spec("mypy") is not None else None


def check(task: Task, candidate: Candidate, *, tier: Tier, excused: Mapping[str, Any] = NOTHING) -> Checked:
    """Type-check a candidate; an unfinished or crashed checker is reported as absent, never as a pass or a problem.

    ``excused``: names that running never misses, see `unevaluated`; they are no problem unless the task is strict.
    """
    version = mypy_version()
    if version is None:
        return Checked(absent=ABSENT)
    with tempfile.TemporaryDirectory(prefix="probatum-types-") as folder:
        source = candidate.files[EDITABLE["python"]]
        Path(folder, "sut.py").write_bytes(source)
        done = sandbox_spawn.run(_command(task.types), _policy(folder, tier), cwd=folder)
    rows = [row for line in done.stdout.splitlines() if (row := _row(line)) is not None]
    if done.ended != "exit" or done.exit_code not in (0, 1) or (done.exit_code == 1 and not rows):
        return Checked(absent=f"not checked, mypy did not finish ({done.ended} {done.exit_code})")
    problems = tuple(r for _, r in rows) if task.types == "strict" else _definite(rows, task, excused)
    scope = "mypy --strict" if task.types == "strict" else "no undefined name (mypy)"
    return Checked(problems=problems, scope=scope, tool=f"mypy {version}")


def _definite(rows: list[tuple[str, str]], task: Task, excused: Mapping[str, Any]) -> tuple[str, ...]:
    """The undefined names that are undefined whatever happens."""
    injected = (*_record_names(task), *excused["names"])
    places = {(line, name) for line, name in excused["places"]}
    kept = []
    for code, text in rows:
        found = re.match(r'sut\.py:(\d+): Name "(\w+)"', text)
        name = found[2] if found else ""
        known = name in injected or (found is not None and (int(found[1]), name) in places)
        if code in CODES and not known:
            kept.append(text)
    return tuple(kept)


def _command(types: str) -> list[str]:
    common = [
        "--output",
        "json",
        "--no-error-summary",
        "--no-color-output",
        "--hide-error-context",
        "--config-file",
        "/dev/null",
    ]
    style = ["--strict"] if types == "strict" else ["--check-untyped-defs", "--enable-error-code", "used-before-def"]
    return [
        sys.executable,
        "-m",
        "mypy",
        *common,
        *style,
        "--cache-dir",
        "/dev/null",
        "--ignore-missing-imports",
        "sut.py",
    ]


def _policy(folder: str, tier: Tier) -> Policy:
    spec = importlib.util.find_spec("mypy")
    assert spec is not None and spec.origin is not None
    site = Path(spec.origin).resolve().parents[1]
    env = (("PYTHONPATH", str(site)), ("PYTHONDONTWRITEBYTECODE", "1"), ("LANG", "C.UTF-8"), ("PATH", "/usr/bin:/bin"))
    return Policy(tier=tier, read_only=(site,), read_write=(Path(folder),), env=env, limits=LIMITS, cwd=folder)


def _row(line: bytes) -> tuple[str, str] | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    if not isinstance(row, dict) or row.get("severity") != "error":
        return None
    return str(row.get("code")), f"sut.py:{row.get('line')}: {row.get('message')} [{row.get('code')}]"


def _record_names(task: Task) -> tuple[str, ...]:
    """Names of classes in the task file: records are injected into the candidate, so they are defined."""
    words = task.files["task.py"].decode(errors="replace").split("\n")
    return tuple(line.split()[1].split("(")[0].rstrip(":") for line in words if line.startswith("class "))
