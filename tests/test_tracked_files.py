"""Nothing that is tracked depends on the machine it was written on."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def foreign() -> re.Pattern[str]:
    """Paths of a developer's machine and hosts of registries, in pieces so that this file does not contain them."""
    hosts = [
        ("py", "pi.org"),
        ("python", "hosted.org"),
        ("crates", ".io"),
        ("registry.npm", "js.org"),
        ("proxy.go", "lang.org"),
    ]
    hosts += [("maven", ".org"), ("repo1.ma", "ven"), ("deb.deb", "ian.org"), ("security.deb", "ian.org")]
    paths = [("/wo", "rk/"), ("/ro", "ot/"), ("/Us", "ers/")]
    sides = [r"\.\./sha" + "red"]
    # Every Cargo.lock names the index of its registry by this one address; it is a format, not a setting.
    host = "|".join(re.escape(head + tail) for head, tail in hosts)
    path = "|".join(re.escape(head + tail) for head, tail in paths)
    return re.compile(rf"(?:{host})(?!-index)|(?<![\w.~-])(?:{path})|{'|'.join(sides)}")


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, timeout=60)
    if listed.returncode:
        pytest.skip("not a git checkout")
    files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [file for file in files if file.is_file() and not file.is_symlink()]


def test_no_tracked_file_names_this_machine_or_a_registry() -> None:
    pattern = foreign()
    offences = [
        f"{file.relative_to(ROOT)}:{number}: {found[0]}"
        for file in tracked_files()
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), start=1)
        if (found := pattern.search(line))
    ]
    assert not offences, "\n" + "\n".join(offences)


def test_no_tracked_file_was_left_half_merged() -> None:
    half = re.compile(r"^(?:<{7} |>{7} |\|{7} )", re.MULTILINE)
    assert not [f for f in tracked_files() if half.search(f.read_text(encoding="utf-8", errors="replace"))]


@pytest.mark.parametrize(
    "text", ["cd /wo" + "rk/main", "'/ro" + "ot/.cache'", "https://py" + "pi.org/simple", "see ../sha" + "red/x"]
)
def test_foreign_text_is_recognised(text: str) -> None:
    assert foreign().search(text)


@pytest.mark.parametrize(
    "text", ["a/wo" + "rk/b", "$HOME/x", "/usr/bin", "registry+https://github.com/rust-lang/crates" + ".io-index"]
)
def test_ordinary_text_is_not_foreign(text: str) -> None:
    assert not foreign().search(text)


def test_no_two_test_files_have_the_same_name() -> None:
    """pytest imports each by its name alone, and cannot collect the second."""
    names = [path.name for path in (ROOT / "tests").rglob("*.py") if path.name != "conftest.py"]
    assert [name for name in sorted(set(names)) if names.count(name) > 1 and name.startswith("test_")] == []
