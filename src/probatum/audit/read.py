"""The two trees parsed, once each: Python modules, units, constructs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from probatum.audit.model import Finding, Place
from probatum.audit.paths import collected, is_test_code, is_test_python, name_of
from probatum.audit.pysource import Module, Unit, Unparsable, inherited, parse_module, units_of
from probatum.audit.rules import finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Python:
    """The Python files of one tree that parse, and the rest with the reason."""

    modules: Mapping[str, Module]
    units: Mapping[str, tuple[Unit, ...]]
    broken: Mapping[str, str] = field(default_factory=dict)

    def tests(self, beside: Python | None = None) -> list[Unit]:
        """Units of test code, also those that run only by inheritance; ``beside``: the rest of the tree."""
        files = [*self.modules.items(), *(beside.modules.items() if beside else ())]
        mixed_in = inherited(module for path, module in files if is_test_code(path))
        return [
            replace(unit, collected=True) if _mixed_in(unit, mixed_in) else unit
            for path, units in self.units.items()
            if is_test_code(path)
            for unit in units
        ]

    def program(self) -> list[Unit]:
        """Units of everything else."""
        return [unit for path, units in self.units.items() if not is_test_code(path) for unit in units]


def _mixed_in(unit: Unit, names: frozenset[str]) -> bool:
    return unit.is_test and not unit.shadowed and unit.owner.rpartition(".")[2] in names


def read_python(files: Mapping[str, bytes]) -> Python:
    """Parse every Python file."""
    modules: dict[str, Module] = {}
    broken: dict[str, str] = {}
    for path in sorted(files):
        if not path.endswith((".py", ".pyi")):
            continue
        try:
            modules[path] = parse_module(path, files[path])
        except Unparsable as problem:
            broken[path] = str(problem)
    units = {path: units_of(module, collected=collected(path)) for path, module in modules.items()}
    return Python(modules=modules, units=units, broken=broken)


def broken_findings(old: Python, new: Python) -> list[Finding]:
    """Test code and tasks that parsed and do not any more."""
    return [
        finding("test-file-unreadable", path, f"{path} does not parse: {why}", new=Place(file=path, line=1))
        for path, why in new.broken.items()
        if (is_test_python(path) or name_of(path) == "task.py") and path not in old.broken
    ]
