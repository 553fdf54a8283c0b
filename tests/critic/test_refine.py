"""`probatum refine` as a person uses it: report, propose, approve, look back."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import replace
from html import escape
from pathlib import Path

import pytest
from cli_support import ROOT, mismatches
from weakness import bench, corpus, strong, task_of, text

from probatum.cli import main
from probatum.critic.checkpoint import checkpoint
from probatum.critic.clone import oracle_source
from probatum.critic.findings import KillScore, Program, Strength
from probatum.critic.history import measured
from probatum.critic.mutants import mutants
from probatum.critic.offers import offers
from probatum.critic.proposers import topics
from probatum.critic.similarity import similarity
from probatum.critic.strength import strength
from probatum.critic.versions import next_name, write_version
from probatum.journal import Journal
from probatum.judge.lane import Lane
from probatum.lab.files import read_task
from probatum.ledger import strength_line

CONCERN = "nothing here requires more than wrapping the ordered map"
WEAK = next(w for w in corpus() if w.name == "keys in any order")


def refine(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, object]]:
    code = main(["refine", *words, "--json", "--sandbox", "plain", "--seed", "3"])
    return code, json.loads(capsys.readouterr().out)


def fits(body: dict[str, object], name: str) -> list[str]:
    """Where an answer departs from docs/schemas/refine.schema.json."""
    root = json.loads((ROOT / "docs/schemas/refine.schema.json").read_text())
    return mismatches(body, root["$defs"][name], root)


def test_the_schema_of_refine_can_fail() -> None:
    version = {"name": "t_v2", "digest": "0" * 64, "folder": "x"}
    assert fits({"task": "t", "proposals": [], "version": version}, "answer") == []
    assert fits({"task": "t", "proposals": [], "version": {"name": "t_v2"}}, "answer")
    assert fits({"task": "t", "proposals": [{}], "version": None}, "answer")
    assert fits({"task": "t", "proposals": [], "version": None}, "report")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_version(tmp_path / "store_v1", dict(WEAK.task.files))
    return tmp_path / "store_v1"


@pytest.mark.slow
def test_a_weak_task_is_reported_tightened_and_strong_afterwards(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--workspace", str(tmp_path / "w"), "--mutants", "20"]
    code, found = refine(capsys, str(folder), *place, "--proposals", "1")
    assert code == 3
    assert fits(found, "report") == []
    first = found["findings"][0]  # type: ignore[index]
    assert first["classes"] == [["Store.keys", "another order"]]
    proposal = next(p for p in found["proposals"] if p["admissible"])  # type: ignore[attr-defined]
    code, signed = refine(capsys, str(folder), *place, "--approve", proposal["id"], "--signed", "ann")
    assert code == 0
    assert fits(signed, "answer") == []
    version = read_task(str(folder.with_name("store_v2")))
    assert signed["version"]["digest"] == version.digest  # type: ignore[index]
    assert version.parent is not None
    assert (version.parent.task, version.parent.signed, version.parent.policy) == ("store_v1", "ann", "operator")
    assert version.parent.digest == read_task(str(folder)).digest
    with Lane(version, tier="plain") as lane:
        assert set(lane.suite["cited"]) >= {"ST-1", "ST-2", "ST-3", "ST-4", "ST-5"}
    page = tmp_path / "page.html"
    words = [str(folder), *place, "--proposals", "0", "--format", "html", "--output", str(page)]
    assert main(["refine", *words, "--sandbox", "plain", "--seed", "3"]) == 3
    assert capsys.readouterr().out == f"written: {page}\n"
    assert escape(first["sentence"]) in page.read_text() and first["id"] in page.read_text()
    code, again = refine(capsys, str(folder.with_name("store_v2")), *place, "--proposals", "0")
    assert code == 0, again["findings"]
    assert main(["refine", str(folder.with_name("store_v2")), "--history"]) == 0
    shown = capsys.readouterr().out
    assert "from store_v1" in shown and "signed: ann (operator)" in shown and "+@always" in shown


def test_reports_say_how_strong_the_specification_was_found_and_only_of_that_version(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Journal.open(tmp_path / "w") as journal:
        task = read_task(str(folder))
        assert strength_line(journal, task.digest, "WORD") == "not measured here; run `probatum refine WORD`"
        score = KillScore(of="reference", killed=7, survived=2, alike=1)
        found = Strength(
            task=task.name, task_digest=task.digest, scores=(score,), laws=(), goals={}, findings=(), similarity={}
        )
        measured(journal, replace(found, scores=()), brief=True)
        assert "not measured" in strength_line(journal, task.digest, "WORD")
        measured(journal, found)
    said = "7 of 9 wrong programs refuted, 0 weaknesses found"
    words = ["--workspace", str(tmp_path / "w")]
    main(["check", str(folder), "--candidate", str(folder / "canaries/good/reference"), *words, "--sandbox", "plain"])
    assert f"strength     {said}" in capsys.readouterr().out
    main(["report", *words, "--json"])
    assert f'"strength_of_task": "{said}"' in capsys.readouterr().out
    main(["report", *words, "--format", "markdown"])
    assert f"Strength of the specification: {said}." in capsys.readouterr().out
    with Journal.open(tmp_path / "w") as journal:
        assert "not measured" in strength_line(journal, "0" * 64, "WORD")


def test_a_proposal_that_is_not_known_is_refused_with_what_to_do(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = refine(capsys, str(folder), "--workspace", str(tmp_path / "w"), "--approve", "12345678")
    assert code == 2
    assert "probatum refine" in str(said["error"])
    assert [p.name for p in folder.parent.iterdir() if p.name.startswith("store")] == ["store_v1"]


def test_a_concern_in_words_leads_to_an_admissible_obligation_signed_unattended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--workspace", str(tmp_path / "w"), "--out", str(tmp_path / "kv_store_v9")]
    code, found = refine(capsys, "kv_store_v1", "--concern", CONCERN, *place, "--policy", "auto")
    assert code == 0
    [proposal] = found["proposals"]  # type: ignore[misc]
    assert proposal["admissible"] and ["oracle_clone", "interface"] in proposal["refuted"]
    version = read_task(str(tmp_path / "kv_store_v9"))
    assert version.parent is not None
    assert (version.parent.policy, version.parent.signed) == ("auto", "nobody asked")
    assert version.parent.why == CONCERN
    assert sum(c.kind == "good" for c in version.canaries) >= 3


def test_a_law_from_a_file_is_checked_like_any_proposal(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    law = tmp_path / "law.py"
    law.write_text('@always("ST-1")\ndef idle(s: Store) -> None:\n    "Idle."\n    assert s.len() == s.len()\n')
    code, found = refine(capsys, str(folder), "--law", str(law), "--workspace", str(tmp_path / "w"))
    assert code == 3
    assert [p["admissible"] for p in found["proposals"]] == [False]  # type: ignore[attr-defined]


def test_the_version_after_takes_the_next_free_name() -> None:
    assert next_name("kv_store_v1", {"kv_store_v1"}) == "kv_store_v2"
    assert next_name("kv_store_v1", {"kv_store_v2", "kv_store_v3"}) == "kv_store_v4"
    assert next_name("marzullo", set()) == "marzullo_v2"


def test_concerns_are_understood_by_their_words() -> None:
    assert topics(CONCERN) == ("clone",)
    assert topics("the order of the items") == ("another order",)
    assert topics("xyzzy") == ()


@pytest.mark.parametrize("base", ["store", "find", "clip", "order", "queue"])
def test_the_oracle_s_own_source_is_a_candidate_that_passes(base: str) -> None:
    source = oracle_source(text(f"{base}_task.py"))
    assert source is not None
    assert "probatum" not in source and "assume" not in source
    with bench(strong(base)) as b:
        assert b.row(Program(name="clone", origin="clone", source=source)).alive


def test_mutants_differ_from_the_original_and_from_each_other() -> None:
    source = text("queue_sut.py")
    made = mutants(source, "reference mutant", 60)
    assert len({m.source for m in made}) == len(made) == 60
    assert all(m.diff.count("\n-") == 1 or "\n+" in m.diff for m in made)
    assert {m.target for m in made} >= {"push", "pop", "__init__", "len"}
    assert [m.source for m in made] == [m.source for m in mutants(source, "reference mutant", 60)]


def test_similarity_ignores_names_and_tells_shapes_apart() -> None:
    source = text("order_sut.py")
    assert similarity(source, re.sub(r"\bdone\b", "out", source)) == 1
    assert similarity(source, text("queue_sut.py")) < 0.3
    assert similarity(source, "def f(:") == 0


def test_a_checkpoint_is_proposed_only_where_the_oracle_s_state_can_be_copied() -> None:
    odd = text("store_task.py").replace("self.held: dict[int, int] = {}", "self.held = dict[int, int]()")
    for source, count in ((text("store_task.py"), 1), (odd, 0)):
        with bench(task_of("store", source)) as b:
            assert len(list(checkpoint(b, "why", ()))) == count


@pytest.mark.slow
def test_proposals_are_python_that_a_person_can_keep() -> None:
    with bench(WEAK.task) as b:
        found = strength(b, most=20)
        made = offers(b, found, 1)
    assert [a.ok for a in made][-1:] == [True]
    source = made[-1].proposal.files["task.py"].decode()
    assert ast.parse(source)
    assert "\n\n\n\n" not in source
