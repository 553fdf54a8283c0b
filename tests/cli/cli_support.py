"""The command line as tests see it: a small task, candidates, one call that answers with code, stdout and stderr."""

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from probatum.cli import main

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "docs" / "schemas" / "check.schema.json"

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
cpu_s = 0.5
wall_s = 10
memory_mb = 256

[gate.boundary]
[gate.build]
[gate.behaviour]
fresh_calls = 60
fresh_histories = 4
exhaustive_calls = 20
confirmation_calls = 30

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
"""
CANARIES_TOML = """[bad.triple]
level = "behaviour"
law = "equality"
why = "It triples."

[good.reference]
why = "The obvious solution."
"""
GOOD = "def double(x: int) -> int:\n    return x + x\n"
BAD = "def double(x: int) -> int:\n    return 3 * x\n"
BROKEN = "def double(x:\n"
SOURCES = {"good": GOOD, "bad": BAD, "broken": BROKEN}


def make_task(folder: Path, task_py: str = TASK_PY) -> Path:
    """The task `double` below a folder."""
    files = {
        "PROBLEM.md": "# Double\n",
        "task.py": task_py,
        "task.toml": TASK_TOML,
        "canaries.toml": CANARIES_TOML,
        "canaries/bad/triple/sut.py": BAD,
        "canaries/good/reference/sut.py": GOOD,
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def make_place(folder: Path) -> Path:
    """A folder with the task `double` and one candidate of each kind."""
    make_task(folder / "double")
    for name, source in SOURCES.items():
        (folder / name).mkdir()
        (folder / name / "sut.py").write_text(source)
    (folder / "two").mkdir()
    (folder / "two" / "sut.py").write_text(GOOD)
    (folder / "two" / "more.py").write_text("")
    (folder / "rust").mkdir()
    (folder / "rust" / "sut.rs").write_text("pub fn double(x: u32) -> u64 { 2 * x as u64 }\n")
    return folder


@contextlib.contextmanager
def no_compiler(folder: Path) -> Iterator[None]:
    """A PATH that leads to bubblewrap, if there is one, and nowhere else."""
    links = folder / "bin"
    links.mkdir(exist_ok=True)
    if (found := shutil.which("bwrap")) and not (links / "bwrap").exists():
        (links / "bwrap").symlink_to(found)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(links))
        yield


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON object on stdout; fails when there is anything else."""
        lines = self.out.splitlines()
        assert len(lines) == 1, self.out
        return json.loads(lines[0])


def call(*words: str, cwd: Path) -> Done:
    """`probatum WORDS` in this process, with stdout and stderr that are no terminals."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.chdir(cwd), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(words)
    return Done(code=code, out=out.getvalue(), err=err.getvalue())


def spawned(*words: str, cwd: Path, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Done:
    """`probatum WORDS` in a process of its own."""
    command = [sys.executable, "-m", "probatum", *words]
    done = subprocess.run(
        command, cwd=cwd, input=stdin, capture_output=True, timeout=120, env={**os.environ, **(env or {})}
    )
    return Done(code=done.returncode, out=done.stdout.decode(), err=done.stderr.decode())


def check(candidate: str, *words: str, cwd: Path, workspace: Path) -> Done:
    """`probatum check double` on one of the candidates of a place."""
    return call("check", "double", "--candidate", candidate, "--workspace", str(workspace), *words, cwd=cwd)


def ends_in_three_lines(text: str) -> bool:
    """Whether an answer ends with what is known, the evidence and the next command."""
    last = text.rstrip("\n").splitlines()[-3:]
    names = ("known:", "evidence:", "next:")
    return len(last) == 3 and all(
        line.startswith(name) and line.removeprefix(name).strip() for line, name in zip(last, names, strict=True)
    )


def mismatches(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any], where: str = "$") -> list[str]:
    """Where a value departs from a JSON schema, of which the keywords used in docs/schemas are understood."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        return mismatches(value, root["$defs"][name], root, where)
    if "anyOf" in schema:
        tried = [mismatches(value, option, root, where) for option in schema["anyOf"]]
        return [] if not all(tried) else [f"{where}: no option fits: {tried}"]
    found = [] if value in schema.get("enum", [value]) else [f"{where}: {value!r} is not in {schema['enum']}"]
    types = schema.get("type", [])
    if types and not any(_is(value, name) for name in ([types] if isinstance(types, str) else types)):
        return [*found, f"{where}: {value!r} is no {types}"]
    if isinstance(value, dict):
        found += [f"{where}: no {name}" for name in schema.get("required", []) if name not in value]
        for key, inner in value.items():
            below = schema.get("properties", {}).get(key, schema.get("additionalProperties"))
            found += mismatches(inner, below, root, f"{where}.{key}") if below else []
    if isinstance(value, list) and "items" in schema:
        for number, inner in enumerate(value):
            found += mismatches(inner, schema["items"], root, f"{where}[{number}]")
    return found


def _is(value: object, name: str) -> bool:
    kinds: dict[str, type | tuple[type, ...]] = {
        "object": dict,
        "array": list,
        "string": str,
        "boolean": bool,
        "null": type(None),
        "integer": int,
        "number": (int, float),
    }
    return isinstance(value, kinds[name]) and (name == "boolean" or not isinstance(value, bool))


def fits_schema(body: Any) -> list[str]:
    """Where a body departs from docs/schemas/check.schema.json."""
    root = json.loads(SCHEMA.read_text())
    name = "trouble" if "levels" not in body else "answer"
    return mismatches(body, root["$defs"][name], root)
