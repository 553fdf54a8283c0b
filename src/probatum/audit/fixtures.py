"""Hooks and fixtures that act on tests from outside of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from probatum.audit.cases import patches
from probatum.audit.model import Finding
from probatum.audit.pysource import Unit, normal
from probatum.audit.rules import finding

HOOKS = frozenset(
    {"pytest_collection_modifyitems", "pytest_ignore_collect", "pytest_collect_file", "pytest_pycollect_makeitem"}
    | {"pytest_pyfunc_call", "pytest_runtest_protocol", "pytest_runtest_call", "pytest_runtest_setup"}
    | {"pytest_runtest_makereport", "pytest_report_teststatus", "pytest_sessionfinish", "pytest_runtestloop"}
    | {"pytest_collection_finish", "pytest_itemcollected", "pytest_deselected", "pytest_unconfigure"}
    | {"pytest_generate_tests", "pytest_runtest_logreport", "pytest_cmdline_main"}
)
_SIGNS = ("deselect", "skip", "xfail", "items[:]", "items.clear", "items.remove", "items.pop", "del items", "passed",
          "exitstatus", "_exit", "force_result", "excinfo = None")  # fmt: skip


def compare_hooks(old: Mapping[str, Unit], new: Mapping[str, Unit]) -> Iterator[Finding]:
    """Findings about hooks of conftest files and plugins, by ``path:name``."""
    for key, unit in new.items():
        if unit.node.name not in HOOKS:
            continue
        before = old.get(key)
        if before is not None and before.body == unit.body:
            continue
        text = "\n".join(unit.body)
        was = "\n".join(before.body) if before else ""
        signs = [sign for sign in _SIGNS if text.count(sign) > was.count(sign)]
        rule = "hook-deselects" if signs else "hook-added"
        says = f"it uses {', '.join(signs)}" if signs else "it runs around every test"
        message = f"the hook {unit.label} {'came in' if before is None else 'changed'}: {says}"
        yield finding(rule, unit.name, message, old=before.place if before else None, new=unit.place)


def compare_autouse(old: Mapping[str, Unit], new: Mapping[str, Unit]) -> Iterator[Finding]:
    """Findings about fixtures that every test gets without asking."""
    for key, unit in new.items():
        if not _autouse(unit):
            continue
        before = old.get(key)
        patched = patches(unit) or _assigned(unit)
        if patched and (before is None or not _autouse(before) or not (patches(before) or _assigned(before))):
            message = f"the autouse fixture {unit.label} patches: {ast.unparse(patched[0])[:90]}"
            place = unit.module.place(patched[0])
            yield finding("autouse-patch", unit.name, message, old=before.place if before else None, new=place)


def _autouse(unit: Unit) -> bool:
    for decorator in unit.node.decorator_list:
        if isinstance(decorator, ast.Call) and unit.module.dotted(decorator) == "pytest.fixture":
            return any(k.arg == "autouse" and normal(k.value) == "True" for k in decorator.keywords)
    return False


def _assigned(unit: Unit) -> list[ast.Assign]:
    """Assignments to attributes of imported modules and classes."""
    return [
        node
        for node in ast.walk(unit.node)
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Attribute)
        and _root(node.targets[0]) in unit.module.aliases
    ]


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
