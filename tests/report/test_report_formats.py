"""Reports: the same journal in four shapes, each saying what was not shown, none written by a candidate."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from probatum.errors import UsageError
from probatum.events import EventKind
from probatum.journal import Journal
from probatum.lab.seeds import chosen_seeds
from probatum.report.ending import ending_of
from probatum.report.plain import About, assessment_json
from probatum.report.render import RENDERERS
from probatum.report.score import formula, rungs_held, score
from probatum.report.select import select
from probatum.report.text import assessment_text
from probatum.verdict import Assessment, Counterexample, Finding, Outcome, Scope, Strength, Verdict
from probatum.verdict.plain import verdict_to_json

DIGEST = "d" * 64
NASTY = "raises E: \x1b[2K\rknown:    accepted\n\u202e```\n# accepted\n| <script> \x00\ud800"


def holds(level: str) -> Verdict:
    scope = Scope(text=f"all of {level}", counts=(("calls", 5),))
    return Verdict(level=level, outcome=Outcome.HOLDS, strength=Strength.SAMPLED, scope=scope)


def refuted(level: str, observed: str = "3", lines: tuple[str, ...] = ("double(1)",)) -> Verdict:
    shown = Counterexample(
        input=lines,
        observed=observed,
        expected="2",
        transcript=DIGEST,
        rejudge="probatum verify dddd",
        retry="probatum check t --candidate c --input dddd",
    )
    sentence = "Every answer equals the oracle's."
    finding = Finding(
        law="equality", sentence=sentence, outcome=Outcome.REFUTED, requirements=("D-1",), counterexample=shown
    )
    return Verdict(level=level, outcome=Outcome.REFUTED, findings=(finding,), reason=f"equality: {observed}")


def assessment(*verdicts: Verdict, outcome: Outcome, reason: str = "because") -> Assessment:
    return Assessment(
        task="t",
        task_digest="7" * 64,
        candidate="c" * 64,
        verdicts=verdicts,
        outcome=outcome,
        accepted=outcome is Outcome.HOLDS,
        reason=reason,
        fitness=(float(len(verdicts)), 0.0),
        sandbox=("tier lock", "worker: read a file: holds", "tool: read a file: ABSENT"),
        not_shown=("memory: not checked", "schedules: not checked", "assumed (time): none"),
    )


REFUTED = assessment(holds("boundary"), refuted("behaviour"), outcome=Outcome.REFUTED)
HELD = assessment(*map(holds, ("boundary", "build", "behaviour")), outcome=Outcome.HOLDS)
OPEN = assessment(
    holds("boundary"),
    Verdict(level="behaviour", outcome=Outcome.INCONCLUSIVE, reason="vacuous: never reached: hit"),
    outcome=Outcome.INCONCLUSIVE,
    reason="level behaviour is INCONCLUSIVE: vacuous: never reached: hit",
)
BROKE = assessment(
    Verdict(level="build", outcome=Outcome.ERROR, reason="the host is gone"),
    outcome=Outcome.ERROR,
    reason="level build: gone",
)
NASTY_ONE = assessment(
    refuted("behaviour", NASTY, (NASTY,)), outcome=Outcome.REFUTED, reason=NASTY.replace("\ud800", "")
)


def write(journal: Journal, run: str, *found: Assessment) -> None:
    seeds = chosen_seeds(1)
    body = {
        "task": "7" * 64,
        "task_name": "t",
        "commitment": seeds.commitment,
        "chosen_seed": None,
        "options": {"command": "check"},
    }
    journal.append(run, EventKind.RUN_STARTED, body)
    for index, one in enumerate(found):
        for verdict in one.verdicts:
            said = json.loads(json.dumps(verdict_to_json(verdict)).replace("\\ud800", "?"))
            journal.append(run, EventKind.LEVEL_JUDGED, {"candidate": one.candidate, "index": index, "verdict": said})
        summary = {
            "index": index,
            "task": one.task_digest,
            "task_name": one.task,
            "candidate": one.candidate,
            "outcome": one.outcome.value,
            "accepted": one.accepted,
            "reason": one.reason,
            "fitness": list(one.fitness),
            "sandbox": list(one.sandbox),
            "not_shown": list(one.not_shown),
            "author": "operator",
        }
        journal.append(run, EventKind.CANDIDATE_JUDGED, summary)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.open(tmp_path / "w") as opened:
        write(opened, "run-a", REFUTED, HELD, OPEN, BROKE)
        write(opened, "run-b")
        opened.append("run-b", EventKind.INFRASTRUCTURE_FAILED, {"error": "SandboxError", "why": "no room"})
        write(opened, "nasty", NASTY_ONE)
        yield opened


@pytest.mark.parametrize("shape", RENDERERS)
def test_every_format_says_what_was_not_shown_and_the_head(journal: Journal, shape: str) -> None:
    text = RENDERERS[shape](journal, "run-a", "")
    assert "memory" in text and "not checked" in text and "assumed" in text
    assert journal.head()[:16] in text


@pytest.mark.parametrize("shape", RENDERERS)
def test_what_holds_and_awaits_confirmation_is_not_called_accepted(tmp_path: Path, shape: str) -> None:
    with Journal.open(tmp_path / "w") as journal:
        write(journal, "run-c", replace(HELD, accepted=False, reason="to be confirmed"))
        text = RENDERERS[shape](journal, "run-c", "")
    if shape == "junit":
        case = next(c for c in ElementTree.fromstring(text.encode()).iter("testcase") if "gate" in str(c.get("name")))
        assert case.find("skipped") is not None
    elif shape == "json":
        assert json.loads(text)["runs"][0]["candidates"][0]["accepted"] is False
    else:
        assert "holds, not accepted" in text.lower() and "to be confirmed" in text


@pytest.mark.parametrize("shape", RENDERERS)
def test_a_run_without_an_assessment_is_no_pass(journal: Journal, shape: str) -> None:
    text = RENDERERS[shape](journal, "run-b", "")
    assert "no candidate was assessed" in text or json.loads(text)["runs"][0]["candidates"] == []
    if shape != "junit":
        assert "no room" in text


def test_junit_counts_each_outcome_once(journal: Journal) -> None:
    top = ElementTree.fromstring(RENDERERS["junit"](journal, "run-a", "").encode())
    by_outcome = {suite.get("name"): suite for suite in top.iter("testsuite")}
    assert len(list(top.iter("testsuite"))) == 4 and len(by_outcome) == 1
    found = [
        {tag: len(list(s.iter(tag))) for tag in ("testcase", "failure", "error", "skipped")}
        for s in top.iter("testsuite")
    ]
    assert found == [
        {"testcase": 3, "failure": 2, "error": 0, "skipped": 0},
        {"testcase": 4, "failure": 0, "error": 0, "skipped": 0},
        {"testcase": 3, "failure": 0, "error": 0, "skipped": 2},
        {"testcase": 2, "failure": 0, "error": 2, "skipped": 0},
    ]
    assert (top.get("tests"), top.get("failures"), top.get("errors"), top.get("skipped")) == ("12", "2", "2", "2")
    case = next(c for c in top.iter("testcase") if c.find("failure") is not None)
    assert (case.get("classname"), case.get("name")) == ("t.behaviour", "equality")
    failure = case.find("failure")
    assert failure is not None and failure.text is not None and "    double(1)" in failure.text


def test_junit_calls_a_run_that_assessed_nothing_an_error(journal: Journal) -> None:
    top = ElementTree.fromstring(RENDERERS["junit"](journal, "run-b", "").encode())
    assert (top.get("tests"), top.get("errors")) == ("1", "1")


def test_a_candidate_cannot_write_the_report(journal: Journal) -> None:
    text = RENDERERS["text"](journal, "nasty", "")
    assert "\x1b" not in text and "\r" not in text and "\u202e" not in text
    assert sum(line.startswith("known:") for line in text.splitlines()) == 1
    assert "<script>" in text  # it is shown, in its place
    page = RENDERERS["markdown"](journal, "nasty", "")
    outside, inside = fenced(page)
    assert "\u202e" not in page and "\x1b" not in page
    assert any("<script>" in line for line in inside)
    assert not any("<script>" in line for line in outside)
    assert [line for line in outside if line.startswith("# ")] == outside[:1] != ["# accepted"]
    top = ElementTree.fromstring(RENDERERS["junit"](journal, "nasty", "").encode())
    assert not {element.tag for element in top.iter()} & {"script", "skipped", "error"}
    assert any("<script>" in str(element.text) for element in top.iter("failure"))
    (run,) = json.loads(RENDERERS["json"](journal, "nasty", ""))["runs"]
    (one,) = run["candidates"]
    assert one["accepted"] is False
    assert one["levels"][0]["outcome"] == "REFUTED"


def fenced(page: str) -> tuple[list[str], list[str]]:
    """The lines of a Markdown page outside of its fenced blocks, and those within, as CommonMark reads them."""
    outside: list[str] = []
    inside: list[str] = []
    fence = 0
    for line in page.split("\n"):
        ticks = len(line) - len(line.lstrip("`"))
        if not fence and ticks >= 3 and "`" not in line[ticks:]:
            fence = ticks
        elif fence and ticks >= fence and not line[ticks:].strip():
            fence = 0
        else:
            (inside if fence else outside).append(line)
    assert not fence
    return outside, inside


def test_lone_surrogates_can_be_shown() -> None:
    assert "\ud800" in NASTY
    shown = assessment_text(NASTY_ONE, About())
    assert shown.encode().decode() == shown and "raises E" in shown


def test_runs_are_chosen_by_name_beginning_or_latest(journal: Journal) -> None:
    assert [r.run for r in select(journal)] == ["nasty"]
    assert [r.run for r in select(journal, "run-a")] == ["run-a"]
    assert [r.run for r in select(journal, "n")] == ["nasty"]
    assert [r.run for r in select(journal, "all")] == ["run-a", "run-b", "nasty"]
    for wrong in ("run-", "zzz"):
        with pytest.raises(UsageError):
            select(journal, wrong)


def test_the_workspace_is_named_in_every_command(journal: Journal) -> None:
    text = RENDERERS["text"](journal, "nasty", " --workspace w")
    commands = [line for line in text.splitlines() if "probatum check t" in line or "probatum verify" in line]
    assert len(commands) >= 3 and all(line.endswith(" --workspace w") for line in commands)


def test_the_best_candidate_of_a_run_is_the_accepted_one(journal: Journal) -> None:
    [record] = select(journal, "run-a")
    assert record.best is not None and record.best.verdicts == HELD.verdicts
    text = RENDERERS["text"](journal, "run-a", "")
    assert "the accepted of 4:" in text and text.count("REFUTED") == 1


def test_an_accepted_candidate_is_better_than_a_fitter_one(journal: Journal) -> None:
    [record] = select(journal, "run-a")
    fitter = replace(REFUTED, fitness=(9.0, 0.9))
    best = replace(record, assessments=(fitter, HELD)).best
    assert best is not None and best.accepted
    assert replace(record, assessments=(REFUTED, fitter)).best == fitter


@pytest.mark.parametrize(
    ("found", "known", "following"),
    [
        (REFUTED, "refuted at level behaviour by equality", "probatum check t --candidate c --input dddd"),
        (OPEN, "nothing was refuted, and nothing is accepted: level behaviour is INCONCLUSIVE", "AGAIN"),
        (BROKE, "nothing about the candidate", "probatum doctor"),
    ],
)
def test_every_ending_but_acceptance_has_three_lines(found: Assessment, known: str, following: str) -> None:
    ending = ending_of(found, "AGAIN")
    assert ending is not None and ending.known.startswith(known) and ending.following == following and ending.evidence


def test_acceptance_needs_no_ending() -> None:
    assert ending_of(HELD, "AGAIN") is None


def test_long_counterexamples_are_cut_in_the_evidence_line() -> None:
    long = assessment(refuted("behaviour", lines=tuple(f"s0.put({i})" for i in range(50))), outcome=Outcome.REFUTED)
    ending = ending_of(long, "AGAIN")
    assert ending is not None and ending.evidence.startswith("... 44 calls; s0.put(44)")


def test_an_infrastructure_outcome_is_an_error_in_json() -> None:
    body = assessment_json(BROKE, About())
    assert body["error"]["kind"] == "infrastructure" and not body["accepted"]
    assert "error" not in assessment_json(OPEN, About())


# --- the published score


@pytest.mark.parametrize(
    ("level", "invariants", "progress", "published"),
    [(0, 1, 2, 160), (1, 2, 2, 270), (1, 2, 0, 220), (-1, 0, 2, 50), (3, 4, 0, 440), (3, 4, 2, 490)],
)
def test_the_formula_gives_the_published_table(level: int, invariants: int, progress: int, published: int) -> None:
    assert formula(level=level, invariants=invariants, progress=progress) == published


def test_absent_levels_stop_the_count() -> None:
    full = [*map(holds, ("boundary", "build", "behaviour"))]
    assert (rungs_held(full), score(full)) == (1, 110)
    assert score([*full, holds("memory")]) == 220
    assert score([*full, holds("schedules")]) == 110  # memory is absent
    assert score(full[:2]) == 0
    inconclusive = replace(holds("memory"), outcome=Outcome.INCONCLUSIVE)
    assert score([*full, inconclusive, holds("schedules")]) == 110
    assert score([*full], progress="lock-free") == 160
