"""Configuration of test runners and checkers in two trees compared: pytest, coverage, mypy, ruff, cargo."""

from __future__ import annotations

import configparser
import re
import shlex
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatch
from typing import Any

from probatum.audit.model import Finding, Place
from probatum.audit.paths import collected, folder_of, is_config, name_of
from probatum.audit.rules import finding
from probatum.lab.trees import Change

Row = tuple[str, str, str, str]
"""Rule, tool, key, message."""
Settings = dict[str, dict[str, Any]]
"""Values by tool and key."""

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
_MYPY_ON = (
    "strict",
    "disallow_untyped_defs",
    "disallow_any_generics",
    "warn_return_any",
    "strict_optional",
    "check_untyped_defs",
    "warn_unused_ignores",
    "disallow_untyped_calls",
    "disallow_incomplete_defs",
    "no_implicit_optional",
    "strict_equality",
    "warn_unreachable",
    "no_implicit_reexport",
)
_MYPY_OFF = (
    "ignore_errors",
    "ignore_missing_imports",
    "disable_error_code",
    "exclude",
    "follow_imports",
    "allow_any_generics",
    "allow_untyped_defs",
    "implicit_optional",
)
_LINT_MORE = ("ignore", "extend-ignore", "exclude", "extend-exclude", "per-file-ignores", "extend-per-file-ignores")
_LINT_LESS = ("select", "extend-select")


def compare_configs(change: Change) -> Iterator[Finding]:
    """All findings about configuration files that differ."""
    paths = [path for path in change.paths if is_config(path)]
    for path in paths:
        old, new = (read_settings(path, tree.get(path)) for tree in (change.old, change.new))
        rows = (*_coverage(old, new), *_types(old, new), *_lint(old, new), *_cargo(old, new))
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


def read_settings(path: str, data: bytes | None) -> Settings:
    """The settings of a file by tool: pytest, coverage, mypy, ruff, cargo. Empty where it is absent or broken."""
    if data is None:
        return {}
    text = data.decode("utf-8", "replace")
    try:
        return _toml(path, tomllib.loads(text)) if path.endswith(".toml") else _ini(path, text)
    except (tomllib.TOMLDecodeError, configparser.Error, RecursionError):
        return {}


def _toml(path: str, values: Mapping[str, Any]) -> Settings:
    name, tool = name_of(path), values.get("tool", {})
    if name in ("ruff.toml", ".ruff.toml"):
        return {"ruff": {**values, **values.get("lint", {})}}
    if name == "pytest.toml":
        return {"pytest": dict(values.get("pytest", values))}
    if name in ("Cargo.toml", "config.toml"):
        return {"cargo": dict(values)}
    coverage = tool.get("coverage", {})
    ruff = tool.get("ruff", {})
    mypy = dict(tool.get("mypy", {}))
    mypy["overrides"] = {str(o.get("module")): o for o in mypy.pop("overrides", []) if isinstance(o, dict)}
    return {
        "pytest": dict(tool.get("pytest", {}).get("ini_options", tool.get("pytest", {}))),
        "coverage": {**coverage.get("run", {}), **coverage.get("report", {})},
        "mypy": mypy,
        "ruff": {**ruff, **ruff.get("lint", {})},
    }


def _ini(path: str, text: str) -> Settings:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.read_string(text)
    sections = {name: dict(parser[name]) for name in parser.sections()}
    found: Settings = {}
    for name, values in sections.items():
        tool = {"tool:pytest": "pytest", "pytest": "pytest", "mypy": "mypy", "flake8": "ruff"}.get(name)
        if name in ("run", "report", "coverage:run", "coverage:report") and ("coverage" in name or "cover" in path):
            tool = "coverage"
        if tool:
            found.setdefault(tool, {}).update(values)
        elif name.startswith("mypy-"):
            found.setdefault("mypy", {}).setdefault("overrides", {})[name] = values
    return found


def _listed(value: Any) -> list[str]:
    if isinstance(value, str):
        return [part.strip() for part in re.split(r"[\n,]", value) if part.strip()]
    if isinstance(value, Mapping):
        return [f"{k}: {e}" for k, v in value.items() for e in _listed(v)]
    return [str(item) for item in value] if isinstance(value, list) else []


def options(value: Any) -> list[str]:
    """Command-line options as `option` or `option value`, in one form."""
    text = value if isinstance(value, str) else " ".join(map(str, value or []))
    try:
        parts = shlex.split(text)
    except ValueError:
        parts = text.split()
    found: list[str] = []
    takes = ("-k", "-m", "-W", "-p", "-o", "--ignore", "--deselect", "--ignore-glob", "-c", "--cov-fail-under")
    while parts:
        part = parts.pop(0).replace("=", " ", 1)
        if part in takes and parts:
            part = f"{part} {parts.pop(0)}"
        found.append(part)
    return found


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
                for p in _spaced(before.get(key) or _DEFAULTS[key])
                if p not in _spaced(after.get(key) or _DEFAULTS[key])
            ]
            if missing:
                yield "config-deselects", "pytest", key, f"{key} leaves out {', '.join(missing)}"
    if added := [d for d in _spaced(after.get("norecursedirs")) if d not in _spaced(before.get("norecursedirs"))]:
        yield "config-deselects", "pytest", "norecursedirs", f"norecursedirs leaves out {', '.join(added)}"
    yield from _warnings(_listed(before.get("filterwarnings", [])), _listed(after.get("filterwarnings", [])))
    for key in ("xfail_strict", "strict_markers", "strict_config", "strict"):
        if _true(before.get(key)) and not _true(after.get(key)):
            yield "config-relaxed", "pytest", key, f"{key} is off"


def _inside(path: str, testpaths: Any) -> bool:
    """Whether a test file lies where pytest looks by itself."""
    places = [place.strip("/").removeprefix("./") for place in _spaced(testpaths)]
    return not places or any(fnmatch(path, f"{place}/*") or fnmatch(path, place) for place in places)


_DEFAULTS = {"python_files": "test_*.py *_test.py", "python_functions": "test", "python_classes": "Test"}


def _spaced(value: Any) -> list[str]:
    return value.split() if isinstance(value, str) else [str(v) for v in value or []]


def _true(value: Any) -> bool:
    return str(value).strip().lower() in ("true", "1", "yes", "on")


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
        now = next((_amount(o) for o in new if o.startswith(head)), None)
        was = _amount(option)
        if now is not None and was is not None and now >= was:
            return
    yield "config-relaxed", tool, key, f"{key} lost `{option}`"


def _amount(text: Any) -> float | None:
    found = re.search(r"[\d.]+", str(text))
    return float(found.group()) if found else None


def _warnings(old: list[str], new: list[str]) -> Iterator[Row]:
    for entry in old:
        if entry.startswith("error") and entry not in new:
            yield "config-relaxed", "pytest", "filterwarnings", f"filterwarnings lost `{entry}`"
    for entry in new:
        if entry.startswith(("ignore", "default", "once")) and entry not in old:
            yield "config-relaxed", "pytest", "filterwarnings", f"filterwarnings got `{entry}`"


def _coverage(old: Settings, new: Settings) -> Iterator[Row]:
    before, after = old.get("coverage", {}), new.get("coverage", {})
    was, now = _amount(before.get("fail_under")), _amount(after.get("fail_under"))
    if was is not None and (now is None or now < was):
        yield "config-relaxed", "coverage", "fail_under", f"fail_under went from {was:g} to {now or 0:g}"
    for key in ("omit", "exclude_lines", "exclude_also"):
        if added := [e for e in _listed(after.get(key, [])) if e not in _listed(before.get(key, []))]:
            yield "config-relaxed", "coverage", key, f"{key} got {', '.join(added[:3])}"
    if _true(before.get("branch")) and not _true(after.get("branch")):
        yield "config-relaxed", "coverage", "branch", "branches are no longer counted"


def _types(old: Settings, new: Settings) -> Iterator[Row]:
    before, after = old.get("mypy", {}), new.get("mypy", {})
    tables = [("", before, after)]
    overrides, overrides_now = before.get("overrides", {}), after.get("overrides", {})
    tables += [(f" for {name}", overrides.get(name, {}), table) for name, table in overrides_now.items()]
    for where, was, now in tables:
        for key in _MYPY_ON:
            on = _true(was.get(key)) or (bool(where) and key in now)
            if (on and key in now and not _true(now.get(key))) or (_true(was.get(key)) and key not in now):
                yield from _once(f"{key} is off{where}", key, was, now)
        for key in _MYPY_OFF:
            if was.get(key) != now.get(key) and _looser(key, was.get(key), now.get(key), bool(where)):
                yield "config-relaxed", "mypy", key, f"{key} = {now.get(key)}{where}"


def _looser(key: str, was: Any, now: Any, is_override: bool) -> bool:
    """Whether a mypy setting that hides errors hides more; missing stubs of one package are no matter."""
    if now in (None, False, "False", "false") or (key == "ignore_missing_imports" and is_override):
        return False
    return _true(now) or key == "follow_imports" or bool([e for e in _listed(now) if e not in _listed(was)])


def _once(message: str, key: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Row]:
    if was.get(key) != now.get(key):
        yield "config-relaxed", "mypy", key, message


def _lint(old: Settings, new: Settings) -> Iterator[Row]:
    before, after = old.get("ruff", {}), new.get("ruff", {})
    for key in _LINT_MORE:
        if added := [e for e in _listed(after.get(key, [])) if e not in _listed(before.get(key, []))]:
            yield "config-changed", "ruff", key, f"{key} got {', '.join(added[:3])}"
    for key in _LINT_LESS:
        if key in before and (lost := [e for e in _listed(before[key]) if e not in _listed(after.get(key, []))]):
            yield "config-changed", "ruff", key, f"{key} lost {', '.join(lost[:3])}"


def _cargo(old: Settings, new: Settings) -> Iterator[Row]:
    before, after = old.get("cargo", {}), new.get("cargo", {})
    was = {str(t.get("name")): t for t in before.get("test", []) if isinstance(t, dict)}
    now = {str(t.get("name")): t for t in after.get("test", []) if isinstance(t, dict)}
    for name in was:
        if name not in now:
            yield "config-deselects", "cargo", "test", f"the test target {name} is gone"
    for name, table in now.items():
        if table.get("test") is False and was.get(name, {}).get("test") is not False:
            yield "config-deselects", "cargo", "test", f"the test target {name} is off"
        if table.get("harness") is False and was.get(name, {}).get("harness") is not False:
            yield "config-deselects", "cargo", "harness", f"the test target {name} has no harness: #[test] is ignored"
    for section in ("lib", "package"):
        for key in ("test", "doctest", "autotests"):
            a, b = before.get(section, {}).get(key), after.get(section, {}).get(key)
            if b is False and a is not False:
                yield "config-deselects", "cargo", key, f"{section}.{key} = false"
    profile, profile_now = (t.get("profile", {}) for t in (before, after))
    for name, table in profile_now.items() if isinstance(profile_now, dict) else ():
        for key in ("overflow-checks", "debug-assertions"):
            if table.get(key) is False and profile.get(name, {}).get(key) is not False:
                yield "config-relaxed", "cargo", key, f"profile.{name}.{key} = false"
