"""Settings of coverage, mypy, ruff and cargo compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from probatum.audit.settings import Row, Settings, amount_of, is_true, listed

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


def coverage_rows(old: Settings, new: Settings) -> Iterator[Row]:
    """Coverage: a lower threshold, more left out."""
    before, after = old.get("coverage", {}), new.get("coverage", {})
    was, now = amount_of(before.get("fail_under")), amount_of(after.get("fail_under"))
    if was is not None and (now is None or now < was):
        yield "config-relaxed", "coverage", "fail_under", f"fail_under went from {was:g} to {now or 0:g}"
    for key in ("omit", "exclude_lines", "exclude_also"):
        if added := [e for e in listed(after.get(key, [])) if e not in listed(before.get(key, []))]:
            yield "config-relaxed", "coverage", key, f"{key} got {', '.join(added[:3])}"
    if is_true(before.get("branch")) and not is_true(after.get("branch")):
        yield "config-relaxed", "coverage", "branch", "branches are no longer counted"


def type_rows(old: Settings, new: Settings) -> Iterator[Row]:
    """mypy: checks switched off, for all modules or for some."""
    before, after = old.get("mypy", {}), new.get("mypy", {})
    tables = [("", before, after)]
    overrides, overrides_now = before.get("overrides", {}), after.get("overrides", {})
    tables += [(f" for {name}", overrides.get(name, {}), table) for name, table in overrides_now.items()]
    for where, was, now in tables:
        for key in _MYPY_ON:
            on = is_true(was.get(key)) or (bool(where) and key in now)
            if (on and key in now and not is_true(now.get(key))) or (is_true(was.get(key)) and key not in now):
                yield from _once(f"{key} is off{where}", key, was, now)
        for key in _MYPY_OFF:
            if was.get(key) != now.get(key) and _looser(key, was.get(key), now.get(key), bool(where)):
                yield "config-relaxed", "mypy", key, f"{key} = {now.get(key)}{where}"


def _looser(key: str, was: Any, now: Any, is_override: bool) -> bool:
    """Whether a mypy setting that hides errors hides more; missing stubs of one package are no matter."""
    if now in (None, False, "False", "false") or (key == "ignore_missing_imports" and is_override):
        return False
    return is_true(now) or key == "follow_imports" or bool([e for e in listed(now) if e not in listed(was)])


def _once(message: str, key: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Row]:
    if was.get(key) != now.get(key):
        yield "config-relaxed", "mypy", key, message


def lint_rows(old: Settings, new: Settings) -> Iterator[Row]:
    """ruff and flake8: rules ignored, files left out."""
    before, after = old.get("ruff", {}), new.get("ruff", {})
    for key in _LINT_MORE:
        if added := [e for e in listed(after.get(key, [])) if e not in listed(before.get(key, []))]:
            yield "config-changed", "ruff", key, f"{key} got {', '.join(added[:3])}"
    for key in _LINT_LESS:
        if key in before and (lost := [e for e in listed(before[key]) if e not in listed(after.get(key, []))]):
            yield "config-changed", "ruff", key, f"{key} lost {', '.join(lost[:3])}"


def cargo_rows(old: Settings, new: Settings) -> Iterator[Row]:
    """cargo: targets, harnesses and checks switched off."""
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
