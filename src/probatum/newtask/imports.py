"""What carried code imports: allowed, a package to declare, or something that cannot come along."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from probatum.errors import UsageError
from probatum.newtask.source import BUILTINS, IMPORTS, SourceFile
from probatum.task.document import plain
from probatum.toolchains.python.allowed import ALLOWED


def imported(text: str) -> Iterator[str]:
    """Dotted names of the modules that a text imports anywhere; relative ones start with dots."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def packages_of(text: str, file: SourceFile, what: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Third-party packages that carried code imports, and standard modules that no candidate may import.

    Raises `UsageError` for local modules and for what is not installed.
    """
    packages: list[str] = []
    refused: list[str] = []
    local: list[str] = []
    for name in dict.fromkeys(imported(text)):
        top = name.split(".")[0]
        if allowed(name) or name == "interface":
            continue
        if name.startswith(".") or _beside(file.path, top):
            local.append(name)
        elif top in sys.stdlib_module_names:
            refused.append(name)
        else:
            packages.append(top)
    if local:
        message = f"{what} imports the local module {', '.join(map(plain, local))}"
        fix = f"A candidate is one file: move what it needs into {plain(str(file.path))}"
        raise UsageError(message, fix=fix)
    _refuse_absent(packages, what)
    return tuple(dict.fromkeys(packages)), tuple(refused)


def allowed(name: str) -> bool:
    """Whether candidates may import a module, or a package it lies in."""
    parts = name.split(".")
    return any(".".join(parts[: i + 1]) in ALLOWED for i in range(len(parts)))


def _beside(file: Path, top: str) -> bool:
    return (file.parent / f"{top}.py").is_file() or (file.parent / top).is_dir()


def _refuse_absent(packages: list[str], what: str) -> None:
    if not packages:
        return
    installed = metadata.packages_distributions()
    for name in packages:
        if name not in installed:
            message = f"{what} imports {plain(name)}, which is neither here nor installed"
            raise UsageError(
                message, fix=f"Install it (python -m pip install {plain(name)}), or move what is needed into the file"
            )


def unresolved(text: str, names: frozenset[str], file: SourceFile) -> tuple[str, ...]:
    """Needed names that nothing in the file provides (a star import could provide anything)."""
    star = any(
        isinstance(n, ast.ImportFrom) and n.names[0].name == "*"
        for n in ast.walk(ast.parse(text))
        if isinstance(n, IMPORTS)
    )
    return () if star else tuple(sorted(names - file.bound() - BUILTINS))
