"""A run's secret is its owner's alone until it is revealed."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from probatum.errors import JournalError
from probatum.events import commitment
from probatum.journal import Journal, forget_secret, load_secret, save_secret


def test_a_secret_is_kept_for_its_owner_only_and_outside_the_journal(workspace: Path) -> None:
    secret = b"\x00 not text \xff" * 2
    with Journal.open(workspace) as journal:
        save_secret(workspace, "run-1", secret)
        journal.append("run-1", "run_started", {"commitment": commitment(secret)})
    path = workspace / "secrets" / "run-1"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert load_secret(workspace, "run-1") == secret
    assert all(secret not in file.read_bytes() for file in workspace.iterdir() if file.is_file())
    assert [file.name for file in path.parent.iterdir()] == ["run-1"]


def test_an_open_secrets_folder_is_closed(workspace: Path) -> None:
    (workspace / "secrets").mkdir(parents=True, mode=0o755)
    save_secret(workspace, "r", b"one")
    assert stat.S_IMODE((workspace / "secrets").stat().st_mode) == 0o700


def test_a_resumed_run_may_save_its_secret_again_but_not_another(workspace: Path) -> None:
    save_secret(workspace, "r", b"one")
    save_secret(workspace, "r", b"one")
    with pytest.raises(JournalError, match="different secret"):
        save_secret(workspace, "r", b"two")
    assert load_secret(workspace, "r") == b"one"


def test_a_forgotten_secret_is_gone_and_forgetting_twice_is_harmless(workspace: Path) -> None:
    save_secret(workspace, "r", b"one")
    forget_secret(workspace, "r")
    forget_secret(workspace, "r")
    with pytest.raises(JournalError, match="secret of run r is not in"):
        load_secret(workspace, "r")


def test_a_secret_others_could_have_read_is_not_used(workspace: Path) -> None:
    save_secret(workspace, "r", b"one")
    path = workspace / "secrets" / "r"
    path.chmod(0o640)
    with pytest.raises(JournalError, match="others can read") as caught:
        load_secret(workspace, "r")
    assert f"chmod 600 {path}" in (caught.value.fix or "")


def test_a_link_in_place_of_a_secret_is_not_followed(workspace: Path, tmp_path: Path) -> None:
    save_secret(workspace, "r", b"one")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"planted")
    elsewhere.chmod(0o600)
    (workspace / "secrets" / "s").symlink_to(elsewhere)
    with pytest.raises(JournalError):
        load_secret(workspace, "s")


@pytest.mark.parametrize("run", ["", ".", "..", "../r", "a/b", "/etc/passwd", ".hidden", "a\n", "a\0", "x" * 129])
def test_a_run_name_cannot_leave_the_folder(workspace: Path, run: str) -> None:
    for act in (lambda: save_secret(workspace, run, b"s"), lambda: load_secret(workspace, run)):
        with pytest.raises(JournalError, match="cannot name a run"):
            act()
    with pytest.raises(JournalError, match="cannot name a run"):
        forget_secret(workspace, run)


def test_a_workspace_that_is_a_file_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError, match="cannot be used"):
        save_secret(tmp_path / "file", "r", b"s")
