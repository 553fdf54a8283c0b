"""One place for the whole session: candidates are checked once and looked at by many tests."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_support import Done, check, make_place, no_compiler


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the task `double` and candidates; tests do not change it."""
    return make_place(tmp_path_factory.mktemp("place"))


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The journal that the session's checks write to."""
    return tmp_path_factory.mktemp("journals") / "w"


@pytest.fixture(scope="session")
def answers(place: Path, workspace: Path) -> dict[str, Done]:
    """`check --json` of every candidate, in this order, in one workspace."""
    names = ("good", "bad", "broken", "two", "rust")
    with no_compiler(workspace.parent):
        return {name: check(name, "--json", "--seed", "7", cwd=place, workspace=workspace) for name in names}


@pytest.fixture
def lonely(tmp_path: Path) -> Iterator[Path]:
    """A place of the test's own, which it may change; it is the current folder."""
    folder = make_place(tmp_path / "lonely")
    with contextlib.chdir(folder):
        yield folder
