"""`probatum verify`: what a verdict says must follow from what is stored, here and from any copy."""

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from cli_support import Done, call, check, ends_in_three_lines

from probatum import ledger
from probatum.events import EventKind
from probatum.journal import Journal
from probatum.lab.files import read_task
from probatum.lab.seeds import chosen_seeds
from probatum.ledger import begin
from probatum.verdict import Outcome
from probatum.verdict.plain import verdict_to_json


def equality_digest(answers: dict[str, Done]) -> str:
    findings = answers["bad"].json["levels"][-1]["findings"]
    return str(next(f["counterexample"]["transcript"] for f in findings if f["law"] == "equality"))


def test_every_claim_of_an_honest_journal_agrees(answers: dict[str, Done], place: Path, workspace: Path) -> None:
    done = call("verify", "--workspace", str(workspace), "--json", cwd=place)
    body = done.json
    assert done.code == 0 and body["agrees"] and body["disagreements"] == 0 and body["chain"] == []
    stated = {(c["level"], c["stated"]) for c in body["claims"]}
    assert {
        ("behaviour", "equality"),
        ("behaviour", ""),
        ("build", "compiles"),
        ("boundary", "editable_files"),
    } <= stated
    assert body["judged"] == len(body["claims"]) > body["refutations"] >= 4


def test_one_transcript_by_the_beginning_of_its_digest(answers: dict[str, Done], place: Path, workspace: Path) -> None:
    done = call("verify", equality_digest(answers)[:10], "--workspace", str(workspace), cwd=place)
    assert done.code == 0 and "stated: breaks equality; judged again: breaks equality" in done.out
    with Journal.open(workspace, create=False) as journal:
        assert f"journal head {journal.head()}" in done.out


def forged(workspace: Path, copy: Path, outcome: Outcome, law: str) -> None:
    """A copy of a journal with one more run, whose verdict says something else than its stored evidence."""
    shutil.copytree(workspace, copy)
    with Journal.open(copy) as journal:
        [(run, assessment)] = [
            (run, a)
            for run in journal.runs()
            for _, a in ledger.assessments(journal, run)
            if a.outcome is Outcome.REFUTED and a.verdicts[-1].level == "behaviour"
        ][:1]
        start = next(journal.events(run=run, kind=EventKind.RUN_STARTED))
        honest = assessment.verdicts[-1]
        shown = [f.counterexample.transcript for f in honest.findings if f.counterexample and f.law == "equality"]
        findings = tuple(replace(f, law=law) for f in honest.findings if f.law == "equality") if law else ()
        verdict = replace(honest, outcome=outcome, findings=findings, transcripts=tuple(shown))
        summary = next(journal.events(run=run, kind=EventKind.CANDIDATE_JUDGED)).body
        journal.append("forged", EventKind.RUN_STARTED, {**start.body})
        body = {"candidate": "0" * 64, "index": 0, "verdict": verdict_to_json(verdict), "resources": {}}
        journal.append("forged", EventKind.LEVEL_JUDGED, body)
        journal.append(
            "forged", EventKind.CANDIDATE_JUDGED, {**summary, "candidate": "0" * 64, "outcome": outcome.value}
        )


@pytest.mark.parametrize(("outcome", "law"), [(Outcome.HOLDS, ""), (Outcome.REFUTED, "even")])
def test_a_verdict_that_its_evidence_does_not_support_is_found(
    answers: dict[str, Done], place: Path, workspace: Path, tmp_path: Path, outcome: Outcome, law: str
) -> None:
    forged(workspace, tmp_path / "copy", outcome, law)
    done = call("verify", "--workspace", str(tmp_path / "copy"), cwd=place)
    assert done.code == 1 and "DISAGREES: double behaviour" in done.out and ends_in_three_lines(done.out)
    assert "judged again: breaks equality" in done.out


def test_a_changed_event_breaks_the_chain(
    answers: dict[str, Done], place: Path, workspace: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(workspace, copy)
    with sqlite3.connect(copy / "journal.sqlite") as db:
        drop = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for name in drop:
            db.execute(f"DROP TRIGGER {name}")
        db.execute("UPDATE events SET body = replace(body, 'REFUTED', 'HOLDS') WHERE kind = 'run_ended'")
    db.close()
    done = call("verify", "--workspace", str(copy), cwd=place)
    assert done.code == 4 and "chain: " in done.out and "chain: whole" not in done.out and ends_in_three_lines(done.out)


def test_a_secret_that_does_not_fit_its_commitment_is_found(lonely: Path) -> None:
    assert check("two", cwd=lonely, workspace=lonely / "w").code == 1
    with Journal.open(lonely / "w") as journal:
        start = next(journal.events(kind=EventKind.RUN_STARTED))
        journal.append("other", EventKind.RUN_STARTED, {**start.body})
        journal.append("other", EventKind.SECRET_REVEALED, {"secret": "00" * 32})
    done = call("verify", "--workspace", "w", cwd=lonely)
    assert done.code == 4 and "run other: the revealed secret does not fit its commitment" in done.out


def test_a_copy_in_another_checkout_needs_only_the_task(
    answers: dict[str, Done], place: Path, workspace: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "elsewhere" / "copy"
    shutil.copytree(workspace, copy)
    lost = call("verify", "--workspace", str(copy), cwd=tmp_path)
    assert lost.code == 2 and "the task double, which the journal speaks of, is not here" in lost.err
    found = call("verify", "--workspace", str(copy), "--task", str(place / "double"), "--json", cwd=tmp_path)
    assert found.code == 0 and found.json["judged"] > 4


def test_another_version_of_the_task_is_said(lonely: Path) -> None:
    assert check("bad", cwd=lonely, workspace=lonely / "w").code == 1
    (lonely / "double" / "PROBLEM.md").write_text("# Double, explained better\n")
    done = call("verify", "--workspace", "w", cwd=lonely)
    assert done.code == 0 and "double: judged under task version" in done.out


def test_a_journal_without_claims_is_not_a_pass(lonely: Path) -> None:
    with Journal.open(lonely / "w"):
        pass
    done = call("verify", "--workspace", "w", cwd=lonely)
    assert done.code == 3 and ends_in_three_lines(done.out)
    assert "next:     probatum report --workspace w" in done.out


def test_a_journal_that_holds_only_a_loop_says_how_that_is_repeated(lonely: Path) -> None:
    with Journal.open(lonely / "w") as journal:
        begin(journal, "some-run", read_task("binary_search"), chosen_seeds(1), {"command": "refine --loop"})
    done = call("verify", "--workspace", "w", cwd=lonely)
    assert done.code == 3 and "0 claims; a loop over a specification is repeated as a whole" in done.out
    assert "next:     probatum replay some-run --workspace w" in done.out
