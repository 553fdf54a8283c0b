"""Settings of test runners and checkers, read from the files they live in."""

from __future__ import annotations

import configparser
import re
import shlex
import tomllib
from collections.abc import Mapping
from typing import Any

from probatum.audit.paths import name_of

Row = tuple[str, str, str, str]
"""Rule, tool, key, message."""
Settings = dict[str, dict[str, Any]]
"""Values by tool and key."""


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


def listed(value: Any) -> list[str]:
    """A value as a list of texts, however its format writes lists."""
    if isinstance(value, str):
        return [part.strip() for part in re.split(r"[\n,]", value) if part.strip()]
    if isinstance(value, Mapping):
        return [f"{k}: {e}" for k, v in value.items() for e in listed(v)]
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


def spaced(value: Any) -> list[str]:
    """A value as a list of words."""
    return value.split() if isinstance(value, str) else [str(v) for v in value or []]


def is_true(value: Any) -> bool:
    """Whether a setting is on."""
    return str(value).strip().lower() in ("true", "1", "yes", "on")


def amount_of(text: Any) -> float | None:
    """The first number in a value, or None."""
    found = re.search(r"[\d.]+", str(text))
    return float(found.group()) if found else None
