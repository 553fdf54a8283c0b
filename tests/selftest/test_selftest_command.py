"""`probatum selftest` end to end: the table, the line in the journal, exit codes, absent packages."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from probatum import ledger
from probatum.cli import main
from probatum.events import EventKind
from probatum.journal import Journal
from probatum.lab.files import find_task, read_task
from probatum.selftest.calibration import Row, line_of
from probatum.selftest.canaries import absent_packages, missing

KEEP = (
    "misses_last",
    "gives_up_on_repeats",
    "insertion_point",
    "does_not_compile",
    "races_the_clock",
    "has_another_name",
    "minus_one",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of a shipped task with few canaries."""
    made = tmp_path / "binary_search"
    shutil.copytree(find_task("binary_search"), made)
    kept = []
    for part in (made / "canaries.toml").read_text().split("\n["):
        kind, _, name = part.split("]")[0].strip("[").partition(".")
        if kind not in ("bad", "good", "open") or name in KEEP or name == "reference":
            kept.append(part)
        else:
            shutil.rmtree(made / "canaries" / kind / name)
    (made / "canaries.toml").write_text("\n[".join(kept))
    return made


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.slow
def test_a_calibrated_gate_ends_in_0_and_later_reports_carry_the_line(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = tmp_path / "ws"
    assert main(["selftest", str(folder), "--sandbox", "plain", "--workspace", str(workspace)]) == 0
    said = capsys.readouterr().out
    assert "gate calibrated: 7 of 7 bad caught, 1 of 1 good accepted" in said
    with Journal.open(workspace) as journal:
        line = ledger.calibration_line(journal, read_task(str(folder)).digest)
        [event] = journal.events(kind=EventKind.CALIBRATED)
    assert line is not None and line in said
    rows = event.body["rows"]
    assert isinstance(rows, list) and {"kind": "bad", "name": "misses_last"}.items() <= dict(rows[0]).items()  # type: ignore[arg-type]


@pytest.mark.slow
def test_a_canary_that_is_not_as_named_ends_in_1(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(folder / "canaries/good/reference/sut.py", folder / "canaries/bad/misses_last/sut.py")
    words = ["selftest", str(folder), "--sandbox", "plain", "--workspace", str(tmp_path / "ws"), "--json"]
    assert main(words) == 1
    told = json.loads(capsys.readouterr().out)
    wrong = [row for row in told["tasks"][0]["rows"] if row["kind"] == "bad" and not row["as_promised"]]
    assert [(row["name"], row["found"]) for row in wrong] == [("misses_last", "NOT REFUTED: HOLDS")]
    assert told["tasks"][0]["line"].startswith("GATE NOT CALIBRATED: 6 of 7 bad caught")


def test_a_task_that_is_not_there_ends_in_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["selftest", "no_such_task", "--workspace", str(tmp_path / "ws")]) == 2
    assert "no_such_task" in capsys.readouterr().err


@pytest.mark.slow
def test_a_canary_whose_package_is_absent_is_skipped_loudly(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rewrite(folder / "task.toml", "[candidate]\n", '[candidate]\npackages = ["no_such_package"]\n')
    source = folder / "canaries/bad/misses_last/sut.py"
    source.write_text("import no_such_package\n" + source.read_text())
    assert main(["selftest", str(folder), "--sandbox", "plain", "--workspace", str(tmp_path / "ws")]) == 0
    said = capsys.readouterr().out
    assert "SKIP" in said and "pip install no_such_package" in said
    assert "6 of 6 bad caught" in said and "1 skipped" in said


def test_what_a_canary_needs_is_read_from_its_imports(folder: Path) -> None:
    task = read_task(str(folder))
    assert absent_packages(task) == () and all(missing(task, c) == "" for c in task.canaries)


def test_the_line_counts_what_was_tried() -> None:
    def row(kind: str, *, right: bool = True, skipped: str = "") -> Row:
        return Row(kind=kind, name="n", expected="", found="", as_promised=right, skipped=skipped)

    rows = [row("bad"), row("bad", right=False), row("bad", skipped="pip install x"), row("good"), row("open")]
    assert line_of(rows, "2026-01-01") == (
        "GATE NOT CALIBRATED: 1 of 2 bad caught, 1 of 1 good accepted, 1 of 1 open accepted (unwanted), 1 skipped, "
        "on 2026-01-01"
    )
    assert line_of([row("bad"), row("good")], "2026-01-01").startswith("gate calibrated: 1 of 1 bad caught")
