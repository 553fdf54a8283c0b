"""Every block of the README and of docs/ is executed, parsed or checked: documentation that lies fails here."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from probatum.judge.selfcheck import selfcheck
from probatum.judge.suite import load_suite
from probatum.judge.trial import Trial
from probatum.lab.files import read_task
from probatum.toolchains.rust.compiler import find_compiler

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^(?:pip install|probatum|make|apt-get)\b")


@dataclass(frozen=True)
class Block:
    """A fenced block with the line of prose before it."""

    language: str
    text: str
    before: str


def blocks(document: Path) -> Iterator[Block]:
    """The fenced blocks of a document."""
    text = document.read_text()
    for match in BLOCK.finditer(text):
        before = text[: match.start()].rstrip().rsplit("\n", 1)[-1]
        yield Block(language=match[1], text=match[2], before=before)


def named(block: Block) -> str | None:
    """The file name that the prose before a block announces: ``...: `name.py`:``."""
    found = re.search(r"`([\w.]+\.py)`:$", block.before)
    return found[1] if found else None


def matches(pattern: list[str], output: list[str]) -> bool:
    """Whether output lines fit a pattern in which a line ``...`` stands for any lines and ``...`` inside or at the end
    of a line for any text."""
    if not pattern:
        return not output
    head, *rest = pattern
    if head.strip() == "...":
        return any(matches(rest, output[i:]) for i in range(len(output) + 1))
    if not output:
        return False
    words = ".*".join(re.escape(part) for part in head.rstrip().split("..."))
    return re.fullmatch(words, output[0].rstrip()) is not None and matches(rest, output[1:])


def session(text: str) -> list[tuple[str, list[str]]]:
    """The commands of a console block with the output they announce."""
    steps: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            steps.append((line[2:], []))
        else:
            steps[-1][1].append(line)
    return steps


RUST = {"RUSTUP_HOME": ".rustup", "CARGO_HOME": ".cargo"}
"""Where rustup looks for the compiler, which an empty home does not have."""


def run(command: str, folder: Path) -> list[str]:
    """Run a documented command with the environment's own probatum first on the path."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    rust = {name: os.environ.get(name, str(Path.home() / place)) for name, place in RUST.items()}
    env = {**os.environ, "PATH": path, **rust, "HOME": str(folder), "COLUMNS": "110"}
    done = subprocess.run(
        shlex.split(command), cwd=folder, env=env, capture_output=True, text=True, timeout=300, check=False
    )
    return done.stdout.splitlines()


def test_the_readme_runs_as_written(tmp_path: Path) -> None:
    """Files are written where the prose names them, commands run, output is what it says."""
    ran = 0
    for block in blocks(ROOT / "README.md"):
        name = named(block)
        if block.language == "python" and name:
            (tmp_path / name).write_text(block.text)
        for command, expected in session(block.text) if block.language == "console" else []:
            output = run(command, tmp_path)
            assert matches(expected, output), f"$ {command}\n" + "\n".join(output)
            ran += 1
    assert ran >= 2


LOOPS = [b.text for b in blocks(ROOT / "docs" / "loops.md") if b.language == "console"]
SHORTEST = "refine kv_store_v1 "
"""The loop that every run of the tests repeats; the others take as long each and are soaked."""
SECTIONS = [pytest.param(text, marks=pytest.mark.slow if SHORTEST in text else pytest.mark.soak) for text in LOOPS]


@pytest.mark.skipif(find_compiler() is None, reason="apt-get install rustc")
@pytest.mark.parametrize("text", SECTIONS)
def test_the_loops_close_as_told(text: str, tmp_path: Path) -> None:
    """Each story of docs/loops.md is what the command prints, to the end."""
    [(command, expected)] = session(text)
    output = run(command, tmp_path)
    assert "the loop is closed" in expected
    assert matches(expected, output), f"$ {command}\n" + "\n".join(output)


@pytest.mark.parametrize("text", LOOPS)
def test_the_loops_are_told_of_the_canaries_that_the_tasks_have(text: str) -> None:
    """Without running one: every good canary is accepted, every unwanted one refuted, and no other program appears."""
    [(command, told)] = session(text)
    task = read_task(command.split()[2])
    rows = [
        row.groups() for row in map(re.compile(r"  (unwanted|good|open) +(\w+) +(accepted|refuted)").match, told) if row
    ]
    listed = {c.name: c.kind for c in task.canaries}
    told_good = {name for kind, name, _ in rows if kind == "good"}
    assert told_good - {"reference"} == {n for n, kind in listed.items() if kind == "good"} - {"reference"}
    assert {name for kind, name, _ in rows if kind != "good"} == {n for n, kind in listed.items() if kind == "open"}
    assert {(kind, how) for kind, _, how in rows} <= {
        ("good", "accepted"),
        ("unwanted", "refuted"),
        ("open", "accepted"),
    }


def test_the_pytest_block_of_the_readme_fails_on_the_faulty_cache(tmp_path: Path) -> None:
    """`assert_holds` refuses the README's cache with a message that shows the calls."""
    for block in blocks(ROOT / "README.md"):
        name = named(block)
        if block.language == "python" and name:
            (tmp_path / name).write_text(block.text)
        if "assert_holds" in block.text and block.language == "python":
            (tmp_path / "test_cache.py").write_text(block.text)
    run('probatum init trial --oracle cache.py:SlowCache --candidate cache.py:Cache --requires "size > 0"', tmp_path)
    output = "\n".join(run(f"{shlex.quote(sys.executable)} -m pytest -q -p no:cacheprovider test_cache.py", tmp_path))
    assert "1 failed" in output
    assert "s0 = Cache(" in output


def test_the_task_of_the_readme_holds_of_its_oracle() -> None:
    """The task shown in the README is a task: laws hold of the oracle, goals are reached."""
    source = next(b.text for b in blocks(ROOT / "README.md") if named(b) == "task.py")
    checked = selfcheck(Trial(load_suite(source), cpu_s=1.0), requirements=("BAG-1",))
    assert checked["unreached"] == []
    assert checked["untried"] == []


def test_documented_commands_exist() -> None:
    """Every `probatum X` in plain blocks names a real command with real options."""
    seen = 0
    for document in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        for block in blocks(document):
            for line in block.text.splitlines() if block.language in ("", "sh") else []:
                words = shlex.split(line.split("#")[0])
                if words[:1] != ["probatum"] or len(words) < 2:
                    continue
                done = subprocess.run(
                    [sys.executable, "-m", "probatum", words[1], "--help"],
                    capture_output=True,
                    text=True,
                    timeout=60,
                    check=False,
                )
                assert done.returncode == 0, f"{document.name}: {line}\n{done.stderr}"
                for option in [w for w in words if w.startswith("--")]:
                    assert option in done.stdout, f"{document.name}: {line}: no option {option}"
                seen += 1
    assert seen >= 7


def toml_blocks() -> list[str]:
    """Every TOML block of the documentation."""
    return [b.text for d in sorted((ROOT / "docs").glob("*.md")) for b in blocks(d) if b.language == "toml"]


@pytest.mark.parametrize("text", toml_blocks())
def test_documented_toml_parses(text: str) -> None:
    """TOML blocks are TOML."""
    assert tomllib.loads(text)


@pytest.mark.parametrize("name", ["README.md", "ARCHITECTURE.md", "SOUNDNESS.md", "CHANGELOG.md", "CONTRIBUTING.md"])
def test_links_lead_somewhere(name: str) -> None:
    """Relative links of the top documents exist."""
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / name).read_text())
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_readme_is_short() -> None:
    """A newcomer reads it whole."""
    assert len((ROOT / "README.md").read_text().splitlines()) <= 200


def test_modules_named_in_the_architecture_exist() -> None:
    """Paths in backticks that look like modules are there."""
    text = (ROOT / "ARCHITECTURE.md").read_text()
    paths = set(re.findall(r"`((?:src/probatum|judge|toolchains|verdict|tasks)/[\w/.]+?)(?::[^`]*)?`", text))
    gone = [
        p
        for p in paths
        if not any(
            (base / p).exists() for base in (ROOT, ROOT / "src" / "probatum", ROOT / "src/probatum/toolchains/python")
        )
    ]
    assert gone == []
