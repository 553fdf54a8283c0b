"""Folders on a disk: what is read as a task or candidate, and what an attacker may put there."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from samples import task_files, write_task

from probatum.candidate import Candidate, python_candidate
from probatum.errors import TaskError, UsageError
from probatum.lab.files import (
    MAX_FILE_BYTES,
    MAX_TASK_ENTRIES,
    find_task,
    read_candidate,
    read_task,
    shipped_tasks,
    write_candidate,
)
from probatum.task.parse import parse_task

SOURCE = "def double(x):\n    return 2 * x\n"


@pytest.fixture
def task(tmp_path: Path) -> Path:
    return write_task(tmp_path / "double")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A candidate folder with an honest sut.py."""
    made = tmp_path / "candidate"
    made.mkdir()
    (made / "sut.py").write_text(SOURCE)
    return made


# --- tasks


def test_a_task_folder_reads_as_its_files(task: Path) -> None:
    (task / "__pycache__").mkdir()
    (task / "__pycache__" / "x.pyc").write_bytes(b"x")
    (task / ".#task.py").symlink_to("editor@host.1234")
    assert read_task(str(task)) == parse_task("double", task_files())


def test_a_task_may_be_named_by_a_link_or_a_relative_path(task: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (task.parent / "link").symlink_to(task)
    assert read_task(str(task.parent / "link")).name == "double"
    monkeypatch.chdir(task)
    assert read_task(".").name == "double"


def test_a_shipped_task_is_found_by_name_and_a_near_name_lists_it_first(task: Path) -> None:
    root = task.parent
    write_task(root / "triple")
    (root / "no_task").mkdir()
    assert shipped_tasks([root]) == ("double", "triple")
    assert find_task("double", roots=[root]) == task
    with pytest.raises(UsageError) as caught:
        find_task("tripel", roots=[root])
    assert str(caught.value) == (
        "no folder and no shipped task is called 'tripel'. "
        "Give a folder that holds task.toml, or one of: triple, double"
    )


def test_the_tasks_of_this_checkout_ship() -> None:
    for name in shipped_tasks():
        assert find_task(name).name == name


@pytest.mark.parametrize("name", ["", "no/such/task", "../double", "x" * 5_000, "nul\0byte", "line\nbreak"])
def test_a_name_of_no_task_is_a_usage_error_of_one_line(name: str, task: Path) -> None:
    with pytest.raises(UsageError) as caught:
        find_task(name, roots=[task.parent / "elsewhere"])
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 400


def test_a_file_given_for_a_task_is_answered_with_its_folder(task: Path) -> None:
    with pytest.raises(UsageError, match=r"is a file, not a task folder\. Give the folder: .*double$"):
        find_task(str(task / "task.toml"))


def test_a_folder_that_is_no_task_says_which_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(TaskError, match=r"PROBLEM\.md: the file is missing\. "):
        read_task(str(tmp_path))


def plant_link(task: Path) -> None:
    (task / "canaries/good/reference/sut.py").unlink()
    (task / "canaries/good/reference/sut.py").symlink_to(task / "task.py")


def plant_linked_folder(task: Path) -> None:
    (task / "seed").symlink_to("/etc")


def plant_socket(task: Path) -> None:
    os.chdir(task)  # socket paths are short
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("talk")


def plant_many(task: Path) -> None:
    for number in range(MAX_TASK_ENTRIES):
        (task / "seed" / str(number // 1000)).mkdir(parents=True, exist_ok=True)
        (task / "seed" / str(number // 1000) / str(number)).touch()


def plant_crowd(task: Path) -> None:
    for number in range(MAX_TASK_ENTRIES + 1):
        (task / str(number)).touch()


def plant_depth(task: Path) -> None:
    (task / "/".join("d" * 20)).mkdir(parents=True)


def plant_bytes_name(task: Path) -> None:
    (task / os.fsdecode(b"\xff\n")).touch()


@pytest.mark.parametrize(
    ("plant", "told"),
    [
        (plant_link, "double/canaries/good/reference/sut.py: sut.py is a symbolic link, not a plain file. "),
        (plant_linked_folder, "double/seed: seed is a symbolic link, not a plain file. Put a plain file in its place"),
        (plant_socket, "double/talk: talk is a socket, not a plain file. "),
        (lambda task: os.mkfifo(task / "pipe"), "double/pipe: pipe is a named pipe, not a plain file. "),
        (
            lambda task: (task / "big").write_bytes(b"x" * (MAX_FILE_BYTES + 1)),
            "double/big: big is larger than 1048576 b",
        ),
        (plant_many, "double: more than 2000 files and folders"),
        (plant_crowd, "double: the folder holds more than 2000 entries. "),
        (plant_depth, "folders nested more than 16 deep. "),
        (plant_bytes_name, r"double: the name '\udcff\n' is not UTF-8. "),
    ],
)
def test_odd_things_in_a_task_are_named(
    task: Path, plant: Callable[[Path], object], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(task)
    plant(task)
    with pytest.raises(TaskError) as caught:
        read_task(str(task))
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_largest_file_that_is_allowed_is_read_whole(task: Path) -> None:
    (task / "big").write_bytes(b"x" * MAX_FILE_BYTES)
    assert len(read_task(str(task)).files["big"]) == MAX_FILE_BYTES


# --- candidates


def test_an_honest_folder_is_a_candidate_of_its_bytes(folder: Path) -> None:
    candidate = read_candidate(folder)
    assert candidate.refusal is None
    assert candidate.digest == python_candidate(SOURCE).digest
    (folder.parent / "link").symlink_to(folder)
    assert read_candidate(folder.parent / "link") == candidate


def test_a_rust_candidate(folder: Path) -> None:
    (folder / "sut.py").rename(folder / "sut.rs")
    assert read_candidate(folder).language == "rust"


def steal(folder: Path, make: Callable[[Path, Path], object]) -> None:
    """Replace sut.py by a link to the oracle."""
    oracle = write_task(folder.parent / "double") / "task.py"
    (folder / "sut.py").unlink()
    make(oracle, folder / "sut.py")


def replace(folder: Path, make: Callable[[Path], object]) -> None:
    (folder / "sut.py").unlink()
    make(folder / "sut.py")


ONLY = "only sut.py or sut.rs may be in the folder, which holds "
ATTACKS = {
    "symlink": (
        lambda f: steal(f, lambda oracle, sut: sut.symlink_to(oracle)),
        "sut.py is a symbolic link, not a plain file",
    ),
    "hard link": (
        lambda f: steal(f, lambda oracle, sut: sut.hardlink_to(oracle)),
        "sut.py is a hard link (one of 2 names of the file): put a copy in its place",
    ),
    "dangling": (
        lambda f: replace(f, lambda sut: sut.symlink_to("gone")),
        "sut.py is a symbolic link, not a plain file",
    ),
    "fifo": (lambda f: replace(f, os.mkfifo), "sut.py is a named pipe, not a plain file"),
    "folder": (lambda f: replace(f, Path.mkdir), "sut.py is a folder, not a plain file"),
    "device": (
        lambda f: replace(f, lambda sut: sut.symlink_to("/dev/zero")),
        "sut.py is a symbolic link, not a plain file",
    ),
    "big": (lambda f: (f / "sut.py").write_bytes(b"#" * 2_000_000), "sut.py is larger than 1048576 bytes"),
    "conftest": (lambda f: (f / "conftest.py").touch(), ONLY + "'conftest.py'"),
    "sitecustomize": (lambda f: (f / "sitecustomize.py").touch(), ONLY + "'sitecustomize.py'"),
    "two extra": (lambda f: [(f / name).touch() for name in ("b.pth", "a.pth")], ONLY + "'a.pth' and 1 more"),
    "hidden": (lambda f: (f / ".env").touch(), ONLY + "'.env'"),
    "sub-folder": (lambda f: (f / "sut").mkdir(), ONLY + "'sut'"),
    "both": (lambda f: (f / "sut.rs").touch(), "the folder holds both sut.py and sut.rs: keep one"),
    "empty": (lambda f: (f / "sut.py").unlink(), "the folder holds no sut.py or sut.rs"),
    "case": (lambda f: (f / "sut.py").rename(f / "SUT.py"), "the file must be called sut.py exactly, not SUT.py"),
    "case twin": (lambda f: (f / "Sut.py").touch(), "the file must be called sut.py exactly, not Sut.py"),
    "pycache": (
        lambda f: (f / "__pycache__").mkdir(),
        "the folder holds __pycache__, which Python leaves behind after an import: delete it",
    ),
    "line break": (lambda f: (f / "a\nb").touch(), ONLY + "'a\\nb'"),
    "bytes": (lambda f: (f / os.fsdecode(b"\xff")).touch(), "the name '\\udcff' is not UTF-8"),
    "crowd": (lambda f: [(f / str(n)).touch() for n in range(1_001)], "the folder holds more than 1000 entries"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_candidate_folder_with_anything_odd_is_refused(folder: Path, name: str) -> None:
    attack, told = ATTACKS[name]
    attack(folder)
    refused = read_candidate(folder)
    assert refused.refusal == told
    assert refused.language == "unknown" and refused.source == ""


def test_a_refusal_never_shares_the_digest_of_an_honest_candidate(folder: Path) -> None:
    honest = read_candidate(folder).digest
    (folder / "conftest.py").touch()
    first = read_candidate(folder).digest
    (folder / "conftest.py").rename(folder / "other.py")
    assert len({honest, first, read_candidate(folder).digest}) == 3


def test_a_link_exchanged_after_the_look_is_still_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    look = os.stat

    def look_then_swap(path: object, **options: object) -> os.stat_result:
        seen = look(path, **options)  # type: ignore[call-overload]
        if path == "sut.py" and "dir_fd" in options:
            replace(folder, lambda sut: sut.symlink_to("/etc/hostname"))
        return seen  # type: ignore[no-any-return]

    monkeypatch.setattr(os, "stat", look_then_swap)
    refused = read_candidate(folder)
    assert (folder / "sut.py").is_symlink()
    assert refused.refusal is not None and refused.refusal.startswith("sut.py cannot be read: ")


@pytest.mark.parametrize("opened", [True, False])
def test_reading_leaves_no_descriptor_open(folder: Path, opened: bool) -> None:
    if not os.path.isdir("/proc/self/fd"):
        pytest.skip("no /proc here")
    if not opened:
        replace(folder, os.mkfifo)
    before = len(os.listdir("/proc/self/fd"))
    read_candidate(folder)
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_file_given_for_a_candidate_is_answered_with_its_folder(folder: Path) -> None:
    with pytest.raises(UsageError, match=r"sut\.py is not a folder\. Give its folder: .*candidate$"):
        read_candidate(folder / "sut.py")


@pytest.mark.parametrize("name", ["gone", "nul\0byte", "x" * 5_000])
def test_a_missing_candidate_folder_is_a_usage_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="folder"):
        read_candidate(tmp_path / name)


def test_a_written_candidate_reads_back_and_may_be_written_again(tmp_path: Path) -> None:
    candidate = python_candidate(SOURCE)
    for _ in range(2):
        write_candidate(tmp_path / "new" / "winner", candidate)
    assert read_candidate(tmp_path / "new" / "winner").files == candidate.files


def test_nothing_is_overwritten(folder: Path) -> None:
    with pytest.raises(UsageError, match="already holds something else"):
        write_candidate(folder, python_candidate("x = 1\n"))
    assert (folder / "sut.py").read_text() == SOURCE
    (folder / "conftest.py").touch()
    with pytest.raises(UsageError, match="already holds something else"):
        write_candidate(folder, python_candidate(SOURCE))
    with pytest.raises(UsageError, match="cannot write"):
        write_candidate(folder / "sut.py", python_candidate(SOURCE))


@pytest.mark.parametrize(
    "candidate",
    [
        Candidate(files={"sut.py": b""}, refusal="odd"),
        Candidate(files={"../sut.py": b""}),
        Candidate(files={"sut.py": b"", "sut.rs": b""}),
        Candidate(files={}),
    ],
)
def test_what_is_no_candidate_is_not_written(tmp_path: Path, candidate: Candidate) -> None:
    with pytest.raises(UsageError, match="refused candidate"):
        write_candidate(tmp_path / "new", candidate)
    assert not (tmp_path / "new").exists()
