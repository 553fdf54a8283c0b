"""What test files look at: names that came from the program and come from the tests now, profiles of Hypothesis."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from probatum.audit.cases import compare_settings, settings_of
from probatum.audit.model import Finding
from probatum.audit.paths import is_test_code, name_of
from probatum.audit.pysource import Module
from probatum.audit.read import Python
from probatum.audit.rules import finding


def compare_subjects(old: Python, new: Python) -> Iterator[Finding]:
    """All findings about names and profiles of test files that are in both trees."""
    paths = {*old.modules, *new.modules}
    own = {name_of(path).removesuffix(".py") for path in paths if is_test_code(path)} - {"__init__"}
    for path, now in new.modules.items():
        was = old.modules.get(path)
        if was is None or not is_test_code(path):
            continue
        yield from _names(was, now, own)
        yield from _profiles(was, now)


def _names(old: Module, new: Module, own: set[str]) -> Iterator[Finding]:
    known, bound = _defined(old), _defined(new)
    for name, node in bound.items():
        if name not in known and (name in old.aliases or hasattr(builtins, name)):
            message = f"{name} is defined in {new.path} itself now"
            yield finding("subject-exchanged", name, message, old=old.place(1), new=new.place(node))
    for name, dotted in old.aliases.items():
        now = new.aliases.get(name, dotted)
        if now != dotted and set(now.split(".")[:-1]) & own and not set(dotted.split(".")[:-1]) & own:
            message = f"{name} was {dotted} and is {now} now"
            yield finding("subject-exchanged", name, message, old=old.place(1), new=new.place(1))


def _defined(module: Module) -> dict[str, ast.stmt]:
    found: dict[str, ast.stmt] = {}
    for node in module.tree.body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.Assign(targets=[ast.Name(id=name)]):
                found[name] = node
    return found


def _profiles(old: Module, new: Module) -> Iterator[Finding]:
    """Settings that a profile gives to every property test."""
    before, after = _registered(old), _registered(new)
    for name, call in after.items():
        was = before.get(name)
        settings = settings_of([was]) if was is not None else {}
        for rule, message in compare_settings(f"profile {name}", settings, settings_of([call])):
            place = old.place(was) if was is not None else None
            yield finding(rule, name, message, old=place, new=new.place(call))


def _registered(module: Module) -> dict[str, ast.Call]:
    found: dict[str, ast.Call] = {}
    for node in ast.walk(module.tree):
        match node:
            case ast.Call(args=[ast.Constant(value=str(name)), *_]) if module.dotted(node).endswith("register_profile"):
                found[name] = node
    return found
