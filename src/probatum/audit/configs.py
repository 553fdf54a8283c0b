"""Configuration of test runners and checkers in two trees compared: pytest, coverage, mypy, ruff, cargo."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatch
from typing import Any

from probatum.audit.checkers import cargo_rows, coverage_rows, lint_rows, type_rows
from probatum.audit.model import Finding, Place
from probatum.audit.paths import collected, folder_of, is_config
from probatum.audit.rules import finding
from probatum.audit.settings import Row, Settings, amount_of, is_true, listed, options, read_settings, spaced
from probatum.lab.trees import Change

_DESELECT = (
    "-k",
    "-m",
    "--ignore",
    "--ignore-glob",
    "--deselect",
    "--collect-only",
    "--co",
    "--lf",
    "--last-failed",
    "--sw",
    "--stepwise",
    "--noconftest",
    "--no-cov",
    "--skip",
    "--exclude",
    "--no-run",
    "--lib",
    "--bins",
)
_STRICT = (
    "--strict-markers",
    "--strict-config",
    "--strict",
    "--runxfail",
    "-W error",
    "--doctest-modules",
    "--cov-fail-under",
    "--no-cheating",
    "--error-for-skips",
)


def compare_configs(change: Change) -> Iterator[Finding]:
    """All findings about configuration files that differ."""
    paths = [path for path in change.paths if is_config(path)]
    for path in paths:
        old, new = (read_settings(path, tree.get(path)) for tree in (change.old, change.new))
        rows = (*coverage_rows(old, new), *type_rows(old, new), *lint_rows(old, new), *cargo_rows(old, new))
        yield from _found(rows, _places(change, path), _places(change, path))
    tests = sorted(path for path in {*change.old, *change.same} if collected(path))
    for folder in dict.fromkeys(folder_of(path) for path in paths):
        files = [path.removeprefix(f"{folder}/") for path in tests if not folder or path.startswith(f"{folder}/")]
        (path, was), (path_now, now) = (_runner(folder, {**change.same, **tree}) for tree in (change.old, change.new))
        yield from _found(_pytest(was, now, files), _places(change, path), _places(change, path_now))


def _found(
    rows: Iterable[Row], old: Callable[..., Place | None], new: Callable[..., Place | None]
) -> Iterator[Finding]:
    for rule, tool, key, message in rows:
        yield finding(rule, f"{tool}.{key}", message, old=old("old", key), new=new("new", key))


_PRECEDENCE = ("pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")


def _runner(folder: str, tree: Mapping[str, bytes]) -> tuple[str, Settings]:
    """The file that pytest obeys in a folder, and its settings: the first of its kind hides the others."""
    for name in _PRECEDENCE:
        path = f"{folder}/{name}" if folder else name
        settings = read_settings(path, tree.get(path)).get("pytest")
        if settings or (settings is not None and "pytest." in name):
            return path, {"pytest": settings}
    return f"{folder}/pyproject.toml" if folder else "pyproject.toml", {}


def _places(change: Change, path: str) -> Callable[..., Place | None]:
    """Line of a key in the old or new file, by search; None where the file is absent."""
    same = change.same.get(path)
    texts = {"old": change.old.get(path, same), "new": change.new.get(path, same)}

    def place(side: str, key: str) -> Place | None:
        data = texts[side]
        if data is None:
            return None
        lines = data.decode("utf-8", "replace").splitlines()
        pattern = re.compile(rf"^\s*\"?{re.escape(key)}\"?\s*[=:]|^\s*\[+.*{re.escape(key)}")
        line = next((n for n, text in enumerate(lines, 1) if pattern.search(text)), 1)
        return Place(file=path, line=line, text=lines[line - 1].strip() if lines else "")

    return place


def _pytest(old: Settings, new: Settings, files: Sequence[str]) -> Iterator[Row]:
    before, after = old.get("pytest", {}), new.get("pytest", {})
    yield from options_changed(
        "pytest", "addopts", options(before.get("addopts", "")), options(after.get("addopts", ""))
    )
    shown = [path for path in files if _inside(path, before.get("testpaths"))]
    if lost := [path for path in shown if not _inside(path, after.get("testpaths"))]:
        message = f"testpaths leaves out {', '.join(lost[:3])}" + (f" and {len(lost) - 3} more" if lost[3:] else "")
        yield "config-deselects", "pytest", "testpaths", message
    for key in ("python_files", "python_functions", "python_classes"):
        if before.get(key) != after.get(key):
            missing = [
                p
                for p in spaced(before.get(key) or _DEFAULTS[key])
                if p not in spaced(after.get(key) or _DEFAULTS[key])
            ]
            if missing:
                yield "config-deselects", "pytest", key, f"{key} leaves out {', '.join(missing)}"
    if added := [d for d in spaced(after.get("norecursedirs")) if d not in spaced(before.get("norecursedirs"))]:
        yield "config-deselects", "pytest", "norecursedirs", f"norecursedirs leaves out {', '.join(added)}"
    yield from _warnings(listed(before.get("filterwarnings", [])), listed(after.get("filterwarnings", [])))
    for key in ("xfail_strict", "strict_markers", "strict_config", "strict"):
        if is_true(before.get(key)) and not is_true(after.get(key)):
            yield "config-relaxed", "pytest", key, f"{key} is off"


def _inside(path: str, testpaths: Any) -> bool:
    """Whether a test file lies where pytest looks by itself."""
    places = [place.strip("/").removeprefix("./") for place in spaced(testpaths)]
    return not places or any(fnmatch(path, f"{place}/*") or fnmatch(path, place) for place in places)


_DEFAULTS = {"python_files": "test_*.py *_test.py", "python_functions": "test", "python_classes": "Test"}


def options_changed(tool: str, key: str, old: list[str], new: list[str]) -> Iterator[Row]:
    """Options of a test run that came in or went, where they take something out of the run."""
    for option in new:
        head = option.split(" ")[0]
        if option in old:
            continue
        if head in _DESELECT:
            yield "config-deselects", tool, key, f"{key} got `{option}`"
        elif (head == "-p" and " no:" in option) or option.startswith(("-W ignore", "--disable-warnings")):
            yield "config-relaxed", tool, key, f"{key} got `{option}`"
    for option in old:
        strict = any(option == s or option.startswith(s + " ") for s in _STRICT) or option.startswith("-W error")
        if strict and option not in new:
            yield from _less_strict(tool, key, option, new)


def _less_strict(tool: str, key: str, option: str, new: list[str]) -> Iterator[Row]:
    head = option.split(" ", maxsplit=1)[0]
    if head == "--cov-fail-under":
        now = next((amount_of(o) for o in new if o.startswith(head)), None)
        was = amount_of(option)
        if now is not None and was is not None and now >= was:
            return
    yield "config-relaxed", tool, key, f"{key} lost `{option}`"


def _warnings(old: list[str], new: list[str]) -> Iterator[Row]:
    for entry in old:
        if entry.startswith("error") and entry not in new:
            yield "config-relaxed", "pytest", "filterwarnings", f"filterwarnings lost `{entry}`"
    for entry in new:
        if entry.startswith(("ignore", "default", "once")) and entry not in old:
            yield "config-relaxed", "pytest", "filterwarnings", f"filterwarnings got `{entry}`"
