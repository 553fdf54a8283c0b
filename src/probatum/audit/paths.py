"""What a path is: test code, task folder, configuration, pipeline."""

from __future__ import annotations

import re
from collections.abc import Iterable

_TEST_FOLDERS = frozenset({"test", "tests", "testing"})
_CI = re.compile(
    r"^(?:\.github/(?:workflows|actions)/.*\.ya?ml|\.gitlab-ci\.yml|\.circleci/.*|azure-pipelines\.yml|\.travis\.yml"
    r"|\.ci/.*|ci/.*|\.buildkite/.*|Jenkinsfile|(?:.*/)?(?:Makefile|makefile|justfile|noxfile\.py|tox\.ini)"
    r"|\.pre-commit-config\.yaml)$"
)
CONFIG_FILES = frozenset(
    {"pyproject.toml", "pytest.ini", ".pytest.ini", "pytest.toml", "tox.ini", "setup.cfg", "mypy.ini", ".mypy.ini"}
    | {".coveragerc", "ruff.toml", ".ruff.toml", ".flake8", "Cargo.toml", ".cargo/config.toml", "clippy.toml"}
)


def name_of(path: str) -> str:
    """The last part of a path."""
    return path.rpartition("/")[2]


def folder_of(path: str) -> str:
    """The folder of a path, "" at the top."""
    return path.rpartition("/")[0]


def collected(path: str) -> bool:
    """Whether pytest collects tests of the Python file by its name."""
    name = name_of(path)
    return name.endswith(".py") and (name.startswith("test_") or name.endswith("_test.py"))


def is_test_code(path: str) -> bool:
    """Whether a file is part of a test suite: collected, a conftest, or below a folder of tests."""
    name, folders = name_of(path), path.split("/")[:-1]
    if collected(path) or name == "conftest.py" or name in ("tests.rs", "proptest.rs", "test.rs"):
        return True
    return bool(_TEST_FOLDERS & set(folders))


def is_test_python(path: str) -> bool:
    """Whether a file is Python test code."""
    return path.endswith(".py") and is_test_code(path)


def is_config(path: str) -> bool:
    """Whether a file configures test runners and checkers."""
    return name_of(path) in CONFIG_FILES or path.endswith(".cargo/config.toml")


def is_pipeline(path: str) -> bool:
    """Whether a file says which checks run where changes are accepted."""
    return bool(_CI.match(path))


def task_folders(paths: Iterable[str]) -> frozenset[str]:
    """Folders that hold a task file and its TOML."""
    names: dict[str, set[str]] = {}
    for path in paths:
        names.setdefault(folder_of(path), set()).add(name_of(path))
    return frozenset(folder for folder, held in names.items() if {"task.py", "task.toml"} <= held)
