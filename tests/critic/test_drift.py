"""`probatum audit --strength`: what the old version of a task refuses and the new one does not, by running both."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from weakness import corpus, strong, task_of, text

from probatum.audit import Finding, Outcome, audit_change
from probatum.cli import main
from probatum.critic.drift import drifts
from probatum.lab.seeds import chosen_seeds
from probatum.lab.trees import Change

NAMES = [weak.name for weak in corpus()]
TASK = "clip"


def change(old: Mapping[str, bytes], new: Mapping[str, bytes], folder: str = "tasks/clip/") -> Change:
    before, after = ({folder + path: data for path, data in tree.items()} for tree in (old, new))
    differ = {path for path in {*before, *after} if before.get(path) != after.get(path)}
    return Change(
        base="old",
        head="new",
        old={path: data for path, data in before.items() if path in differ},
        new={path: data for path, data in after.items() if path in differ},
        same={path: data for path, data in before.items() if path not in differ},
    )


def drift(made: Change, *folders: str) -> list[Finding]:
    return list(drifts(made, folders or ["tasks/clip"], tier="plain", seeds=chosen_seeds(7), say=lambda text: None))


def rules(found: list[Finding]) -> set[str]:
    return {item.rule for item in found}


def weakened(name: str) -> Change:
    weak = next(weak for weak in corpus() if weak.name == name)
    return change(strong(weak.base).files, weak.task.files)


@pytest.mark.slow
def test_a_weakening_that_syntax_cannot_judge_is_drift_with_an_input() -> None:
    made = weakened("nearly the upper end")
    assert audit_change(made).outcome is Outcome.CHANGED_FOR_HUMAN
    found = drift(made)
    assert rules(found) == {"strength-drift"}
    assert {item.subject for item in found} == {"clip"}
    assert all("input: clip(" in item.message and "intended: " in item.message for item in found)
    assert found[0].place.text == "def clip(x: Number, lo: Number, hi: Number) -> I32:"
    assert audit_change(made, drift=lambda change, folders: found).outcome is Outcome.WEAKENED


@pytest.mark.slow
def test_an_honest_change_keeps_the_strength_and_says_of_how_many_programs() -> None:
    source = text(f"{TASK}_task.py")
    renamed = source.replace("above_is_lowered", "what_is_above_is_lowered") + "\n# nothing else\n"
    [kept] = drift(change(strong(TASK).files, task_of(TASK, renamed).files))
    assert kept.rule == "strength-kept"
    assert int(kept.message.split()[0]) > 20


def test_another_meaning_is_not_called_a_drift() -> None:
    """The new version refutes the old control: nobody can say what is unwanted now."""
    files = dict(strong(TASK).files)
    reference = "canaries/good/reference/sut.py"
    for path, old, new in (
        ("task.py", b"return max(lo, min(hi, x))", b"return lo if x > hi else max(lo, x)"),
        ("task.py", b"== hi", b"== lo"),
        (reference, b"return hi", b"return lo"),
    ):
        assert files[path].count(old) == 1
        files[path] = files[path].replace(old, new)
    [found] = drift(change(strong(TASK).files, files))
    assert found.rule == "strength-unknown"
    assert "the control of before is refuted now" in found.message


@pytest.mark.parametrize(
    ("path", "old", "new", "says"),
    [
        ("task.py", b"== hi", b"== hi + 1", "the task of after is wrong in itself"),
        ("task.toml", b"title", b"tittle", "the task of after cannot be read"),
        ("task.py", b"def clip(", b"def clip(:", "the task of after is wrong in itself"),
    ],
)
def test_a_broken_version_needs_a_person(path: str, old: bytes, new: bytes, says: str) -> None:
    files = dict(strong(TASK).files)
    assert old in files[path]
    files[path] = files[path].replace(old, new)
    [found] = drift(change(strong(TASK).files, files))
    assert found.rule == "strength-unknown"
    assert says in found.message


def test_tasks_that_are_the_same_new_or_gone_are_not_run() -> None:
    files = strong(TASK).files
    other = change({}, {"a.py": b"x"}, "elsewhere/")
    assert drift(other) == []
    assert drift(change({}, files)) != []
    assert drift(change(files, {})) == []
    backup = {**files, "task.py~": b"an editor's"}
    assert drift(change(files, backup)) == []


@pytest.mark.slow
def test_the_command_runs_both_versions_only_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    weak = next(weak for weak in corpus() if weak.name == "nearly the upper end")
    for side, task in (("old", strong(TASK)), ("new", weak.task)):
        for path, data in task.files.items():
            file = tmp_path / side / "tasks" / "clip" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
    folders = [str(tmp_path / side) for side in ("old", "new")]
    assert main(["audit", *folders, "--json"]) == 3
    assert "strength-drift" not in capsys.readouterr().out
    assert main(["audit", *folders, "--strength", "--sandbox", "plain", "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    [found, *_] = [item for item in answer["findings"] if item["rule"] == "strength-drift"]
    assert found["new"]["file"] == "tasks/clip/task.py"
    assert answer["outcome"] == "WEAKENED"


@pytest.mark.soak
@pytest.mark.parametrize("name", NAMES)
def test_every_weak_specification_of_the_corpus_is_a_drift(name: str) -> None:
    assert "strength-drift" in rules(drift(weakened(name)))
