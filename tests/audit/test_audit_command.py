"""`probatum audit` as a person and a pipeline use it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from audit_support import base, cases, edited, git, repository, write

from probatum.audit import Outcome, Weight, audit_change, document, wanted
from probatum.audit.model import Finding, ordered
from probatum.audit.render import RENDERERS
from probatum.audit.rules import RULES, finding
from probatum.cli import main
from probatum.errors import UsageError
from probatum.lab.trees import Change, read_folders, read_range

ROOT = Path(__file__).resolve().parents[2]
SHOWN_ELSEWHERE = {"not-read", "test-file-unreadable", "strength-drift", "strength-unknown"}
TEST = "tests/test_store.py"
WEAKER = {"file": TEST, "find": "assert got == 7", "replace": "assert got"}
OTHER = {"file": TEST, "find": "assert got == 7", "replace": "assert got == 8"}
HONEST = {"file": TEST, "find": "def test_many_keys", "replace": "def test_a_thousand_keys"}


@pytest.fixture
def weakened(tmp_path: Path) -> Path:
    return repository(tmp_path, base(), edited(base(), [WEAKER]))


@pytest.mark.parametrize(
    ("edits", "code", "outcome"),
    [
        ([HONEST], 0, "CLEAN"),
        ([WEAKER], 1, "WEAKENED"),
        ([OTHER], 3, "CHANGED_FOR_HUMAN"),
        ([], 3, "EMPTY"),
    ],
)
def test_each_outcome_has_its_exit_code(
    edits: list[dict[str, str]], code: int, outcome: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repository(tmp_path, base(), edited(base(), edits))
    assert main(["audit", "HEAD~1..HEAD", "--repo", str(tmp_path)]) == code
    said = capsys.readouterr().out
    assert said.startswith(f"{outcome}: ")
    assert ("\nknown:" in said and "\nevidence:" in said and "\nnext:" in said) == (code != 0)


def test_text_cites_both_sides_and_says_why(weakened: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["audit", "HEAD~1..", "--repo", str(weakened)])
    said = capsys.readouterr().out
    assert "old: tests/test_store.py:18: assert got == 7" in said
    assert "new: tests/test_store.py:18: assert got" in said
    assert "why: Wrong results that failed before pass now." in said
    assert "2. laws and assertions are as they were   NO" in said
    assert "1. the oracle is identical                yes" in said


def test_json_is_one_object_with_points_and_places(weakened: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "HEAD~1..HEAD", "--repo", str(weakened), "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["schema"] == "probatum.audit/1"
    assert answer["outcome"] == "WEAKENED"
    assert answer["points"] == {"1": "yes", "2": "no", "3": "yes", "4": "yes", "5": "yes"}
    [item] = answer["findings"]
    assert (item["rule"], item["new"]["file"], item["new"]["line"]) == ("assertion-weakened", TEST, 18)


def test_sarif_has_what_code_hosts_need(weakened: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "HEAD~1..HEAD", "--repo", str(weakened), "--format", "sarif"]) == 1
    log = json.loads(capsys.readouterr().out)
    assert log["version"] == "2.1.0"
    [run] = log["runs"]
    [result] = run["results"]
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert rule["id"] == result["ruleId"] == "assertion-weakened"
    assert result["level"] == rule["defaultConfiguration"]["level"] == "error"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": TEST, "uriBaseId": "%SRCROOT%"}
    assert place["region"]["startLine"] == 18
    assert result["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 18


def test_github_annotations_stand_beside_the_line(weakened: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", "HEAD~1..HEAD", "--repo", str(weakened), "--format", "github"]) == 1
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith("::error file=tests/test_store.py,line=18,title=probatum audit%3A assertion-weakened::")
    assert last.startswith("::error title=probatum audit::WEAKENED")


def test_foreign_text_writes_no_annotation_and_moves_no_cursor() -> None:
    """A file name or a line of the change cannot add a workflow command, a line of its own, or control characters."""
    path = "tests/test_\x1b[2J\n::error::x,y.py"
    old, new = b"def test_a():\n    assert f() == 1\n", b"def test_a():\n    assert f()\n"
    change = Change(base="a", head="b", old={path: old}, new={path: new}, same={})
    found = audit_change(change)
    assert found.outcome is Outcome.WEAKENED
    assert "\x1b" not in RENDERERS["text"](found)
    assert [line[:8] for line in RENDERERS["github"](found).splitlines()] == ["::error ", "::error "]


def test_two_folders_are_compared_like_two_commits(weakened: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    old, new = tmp_path_factory.mktemp("old"), tmp_path_factory.mktemp("new")
    write(old, base())
    write(new, edited(base(), [WEAKER]))
    by_folder = audit_change(read_folders(old, new, wanted))
    by_range = audit_change(read_range(weakened, "HEAD~1..HEAD", wanted))
    assert by_folder.findings == by_range.findings
    assert by_folder.outcome is Outcome.WEAKENED


def test_three_dots_mean_since_the_merge_base(tmp_path: Path) -> None:
    folder = repository(tmp_path, base())
    git(folder, "branch", "side")
    write(folder, edited(base(), [WEAKER]))
    git(folder, "commit", "-q", "-am", "weaker")
    main_line = git(folder, "rev-parse", "--abbrev-ref", "HEAD").strip()
    git(folder, "checkout", "-q", "side")
    write(folder, edited(base(), [HONEST]))
    git(folder, "commit", "-q", "-am", "honest")
    assert audit_change(read_range(folder, f"{main_line}...side", wanted)).outcome is Outcome.CLEAN
    assert audit_change(read_range(folder, f"side...{main_line}", wanted)).outcome is Outcome.WEAKENED


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nothing..HEAD"], "no commit called 'nothing'"),
        (["HEAD"], "is not a range of commits"),
        (["--upload-pack=touch /tmp/x..HEAD"], "No such option"),
        (["/nowhere", "/neither"], "there is no folder"),
    ],
)
def test_a_wrong_call_is_a_usage_error_with_help(
    words: list[str], says: str, weakened: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", *words, "--repo", str(weakened)]) == 2
    assert says in capsys.readouterr().err


def test_a_range_that_looks_like_an_option_is_a_name(weakened: Path) -> None:
    with pytest.raises(UsageError, match="no commit called"):
        read_range(weakened, "--output=x..HEAD", wanted)


def test_no_repository_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no git repository"):
        read_range(tmp_path, "A..B", wanted)


def test_a_hostile_repository_runs_nothing(weakened: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Its configuration names programs for everything that git can be told to run."""
    trace = tmp_path_factory.mktemp("trace") / "ran"
    program = f"touch {trace}"
    for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "diff.external", "alias.ls-tree", "core.editor"):
        git(weakened, "config", key, program)
    git(weakened, "config", "filter.x.smudge", program)
    git(weakened, "config", "diff.x.textconv", program)
    (weakened / ".gitattributes").write_text("* filter=x diff=x\n")
    assert audit_change(read_range(weakened, "HEAD~1..HEAD", wanted)).outcome is Outcome.WEAKENED
    assert not trace.exists()


def test_a_replaced_object_does_not_hide_a_weakening(weakened: Path) -> None:
    """`git replace` makes one commit look like another to whoever does not look away."""
    before, after = (git(weakened, "rev-parse", name).strip() for name in ("HEAD~1", "HEAD"))
    git(weakened, "replace", after, before)
    assert git(weakened, "diff", before, after) == ""
    assert audit_change(read_range(weakened, f"{before}..{after}", wanted)).outcome is Outcome.WEAKENED


def test_the_environment_of_git_does_not_choose_the_repository(
    weakened: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = repository(tmp_path_factory.mktemp("other"), base(), base())
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    assert audit_change(read_range(weakened, "HEAD~1..HEAD", wanted)).outcome is Outcome.WEAKENED


def test_a_link_in_the_place_of_a_test_needs_a_person(tmp_path: Path) -> None:
    folder = repository(tmp_path, base())
    (folder / TEST).unlink()
    os.symlink("/etc/hostname", folder / TEST)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "link")
    found = audit_change(read_range(folder, "HEAD~1..HEAD", wanted))
    assert found.outcome is Outcome.WEAKENED
    assert {"not-read", "test-removed"} <= {item.rule for item in found.findings}
    assert found.unread == ((TEST, "a symbolic link"),)


def test_code_that_does_not_parse_is_said(tmp_path: Path) -> None:
    folder = repository(tmp_path, base(), {**base(), TEST: "def test_(:\n"})
    rules = {item.rule for item in audit_change(read_range(folder, "HEAD~1..HEAD", wanted)).findings}
    assert "test-file-unreadable" in rules


@pytest.mark.parametrize(
    "text", ["(" * 5000, "x = " + "-" * 5000 + "1", "\0", "\xff\xfe", "a" * 100_000, "def f(" * 500]
)
def test_hostile_text_ends_in_findings_not_in_a_traceback(text: str) -> None:
    names = (
        TEST,
        "tasks/kv/task.py",
        "tasks/kv/task.toml",
        "pyproject.toml",
        "rust/src/lib.rs",
        ".github/workflows/x.yml",
    )
    old = {name: data.encode() for name, data in base().items()}
    for name in names:
        new = {**old, name: text.encode("utf-8", "surrogatepass")}
        found = audit_change(
            Change(base="a", head="b", old={name: old.get(name, b"")}, new={name: new[name]}, same=old)
        )
        assert found.outcome in set(Outcome)


def test_drift_is_asked_with_the_tasks_and_its_findings_count() -> None:
    asked: list[tuple[str, ...]] = []

    def drift(change: Change, tasks: object) -> list[Finding]:
        asked.append(tuple(tasks))  # type: ignore[arg-type]
        return [finding("strength-drift", "kv", "42 of 50 mutants are refuted, 48 before")]

    files = {name: data.encode() for name, data in base().items()}
    found = audit_change(Change(base="a", head="b", old={}, new={}, same=files), drift=drift)
    assert asked == [("tasks/kv",)]
    assert found.outcome is Outcome.WEAKENED


def test_findings_come_gravest_first_and_each_once() -> None:
    items = [finding("law-renamed", "a", "x"), finding("oracle-changed", "a", "x"), finding("law-removed", "a", "x")]
    assert [item.rule for item in ordered([*items, *items])] == ["law-removed", "oracle-changed", "law-renamed"]


def test_every_rule_says_why_in_one_sentence() -> None:
    assert all(row.why.endswith(".") and row.why.count(". ") == 0 for row in RULES.values())


def test_the_documentation_has_every_rule_and_every_construct() -> None:
    text = (ROOT / "docs" / "audit.md").read_text()
    for table in (document.points_list(), document.rules_table(), document.vocabulary_table()):
        assert table in text


def test_every_rule_is_planted_or_only_a_note() -> None:
    """A rule that no case shows could be dead."""
    planted = {case["rule"] for case in cases("weakenings")}
    grave = {name for name, row in RULES.items() if row.weight is not Weight.NOTE}
    assert grave - planted <= SHOWN_ELSEWHERE


def test_cited_lines_of_this_repository_exist() -> None:
    """The latest commits of this very repository, as far as this copy holds them."""
    heads = git(ROOT, "log", "--no-merges", "--format=%H %P", "-4").split("\n") if (ROOT / ".git").exists() else []
    for head, parent in (line.split()[:2] for line in heads if len(line.split()) == 2):
        change = read_range(ROOT, f"{parent}..{head}", wanted)
        for item in audit_change(change).findings:
            for place, tree in ((item.old, change.old), (item.new, change.new)):
                if place is not None and place.file in tree:
                    lines = tree[place.file].decode().splitlines()
                    assert 1 <= place.line <= max(1, len(lines)), item
                    assert place.text in ("", lines[place.line - 1].strip() if lines else ""), item
