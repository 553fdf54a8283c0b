"""The wheel, alone in an empty environment away from the checkout, with nothing but its declared dependencies: it
works."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MINE = """
def largest_slow(xs: list[int]) -> int | None:
    return sorted(xs)[-1] if xs else None


def largest(xs: list[int]) -> int | None:
    best = 0
    for x in xs:
        best = max(best, x)
    return best if xs else None
"""

pytestmark = pytest.mark.slow


def required(name: str) -> set[str]:
    """The distributions that a core install brings, by their own metadata."""
    found, frontier = set(), {name}
    while frontier:
        current = frontier.pop()
        found.add(current)
        for line in importlib.metadata.requires(current) or []:
            conditional = "extra ==" in line or ("python_version" in line and "<" in line.partition(";")[2])
            wanted = re.split(r"[\s;<>=!~\[(]", line)[0].lower()
            if not conditional and wanted not in found:
                frontier.add(wanted)
    return found


def copy_distribution(name: str, target: Path) -> None:
    """Install a distribution by copying its files from this environment, which needs no network."""
    for file in importlib.metadata.files(name) or []:
        source = Path(str(file.locate()))
        if source.suffix != ".pyc" and ".." not in file.parts and source.is_file():
            place = target / str(file)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, place)


@pytest.fixture(scope="module")
def away(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """(an empty folder to work in, the environment's python) with the wheel installed."""
    folder = tmp_path_factory.mktemp("away")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder / "dist"), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, timeout=300)
    venv.create(folder / "env", with_pip=False, symlinks=True)
    python = folder / "env" / "bin" / "python"
    site = next((folder / "env" / "lib").iterdir()) / "site-packages"
    for name in required("probatum") - {"probatum"}:
        copy_distribution(name, site)
    wheel = next((folder / "dist").glob("*.whl"))
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(wheel), str(site)], check=True, timeout=60)
    work = folder / "work"
    work.mkdir()
    yield work, python


def run(away: tuple[Path, Path], *words: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command with a clean environment."""
    work, python = away
    env = {"PATH": os.environ["PATH"], "HOME": str(work), "LANG": "C.UTF-8"}
    command = [str(python), "-m", "probatum", *words]
    return subprocess.run(command, cwd=work, env=env, capture_output=True, text=True, timeout=180, check=False)


def test_the_demo_runs_from_the_wheel(away: tuple[Path, Path]) -> None:
    done = run(away, "demo")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("REFUTED") == 4
    assert "accepted after" in done.stdout
    assert " 0 another" in done.stdout


def test_a_function_of_ones_own_is_judged(away: tuple[Path, Path]) -> None:
    (away[0] / "mine.py").write_text(MINE)
    made = run(away, "init", "mine", "--oracle", "mine.py:largest_slow", "--candidate", "mine.py:largest")
    assert made.returncode == 0, made.stderr
    judged = run(away, "check", "mine", "--candidate", "mine-candidate")
    assert judged.returncode == 1, judged.stdout + judged.stderr
    assert "largest([-1])" in judged.stdout


def test_shipped_tasks_are_known_by_name(away: tuple[Path, Path]) -> None:
    good = ROOT / "tasks" / "bounded_log" / "canaries" / "good" / "reference"
    shutil.copytree(good, away[0] / "log")
    done = run(away, "check", "bounded_log", "--candidate", "log", "--seed", "3")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "mypy is absent" in " ".join(done.stdout.split())


def test_a_core_install_is_small() -> None:
    names = required("probatum")
    files = [f for n in names for f in importlib.metadata.files(n) or [] if not str(f).endswith(".pyc")]
    size_mb = sum(p.stat().st_size for f in files if (p := Path(str(f.locate()))).is_file()) / (1 << 20)
    assert len(names) <= 15
    assert size_mb <= 80
