"""Mutants of programs in Rust: what is changed, how an ending is counted, that the page is made of what was kept."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))  # the benchmarks are no part of the package

from bench import rustmutants  # noqa: E402
from bench.rustmutants import SURVIVED, UNKNOWN, UNVIABLE, Row, load, page, reasons, row_of, spread, totals, unseen  # noqa: E402
from bench.rustmutation import mutants  # noqa: E402
from probatum.lab.files import find_task  # noqa: E402
from probatum.verdict import Assessment, Counterexample, Finding, Outcome, Verdict  # noqa: E402

SOURCE = """
impl<T> Ring<T> {
    fn full(&self, n: &[usize; 3]) -> bool {
        self.count.store(1, Ordering::Release);
        if !self.on && -n[0] as i64 <= 3 { return true; }
        match n[1] {
            0 if self.on => false,
            1 => { "a + b" == "" }
            _ => n[2] << 1 > 4, // a - b
        }
    }
    fn top(&self) -> Option<u8> { self.items.last().copied() }
    fn clear(&mut self) { self.items = Vec::new(); }
}
"""


def changes(source: str = SOURCE) -> list[str]:
    return [mutant.what for mutant in mutants(source)]


@pytest.mark.parametrize(
    "what",
    [
        "replace full -> bool with true",
        "replace full -> bool with false",
        "replace top -> Option<u8> with None",
        "replace top -> Option<u8> with Some(1)",
        "replace clear -> () with ()",
        "leave out `self.count.store(1, Ordering::Release);` in full",
        "leave out `self.items = Vec::new();` in clear",
        "replace Release with Relaxed in full",
        "delete ! in full",
        "delete - in full",
        "replace && with || in full",
        "replace <= with > in full",
        "replace == with != in full",
        "replace << with >> in full",
        "delete match arm 1 in full",
        "replace guard self.on with true in full",
    ],
)
def test_every_operator_makes_its_mutant(what: str) -> None:
    assert what in changes()


def test_generics_arrows_borrows_literals_and_comments_are_not_operators() -> None:
    plain = 'fn f<T>(x: &Vec<T>) -> &str {\n    // a + b\n    x.len();\n    "a - b"\n}\n'
    assert changes(plain) == ["replace f -> &str with Default::default()", "leave out `x.len();` in f"]


def test_each_mutant_is_another_text_with_one_place_changed() -> None:
    made = mutants(SOURCE)
    assert len({mutant.source for mutant in made} | {SOURCE}) == len(made) + 1
    for mutant in made:
        before, after = rustmutants._difference(SOURCE, mutant.source)
        assert SOURCE.replace(before, after, 1) == mutant.source if after else True


@pytest.mark.parametrize(
    ("words", "judged"), [([], "abcd"), (["--again"], "bc"), (["--rest"], "d"), (["--write", "--rest"], "d")]
)
def test_what_is_not_refuted_is_tried_again_and_what_was_not_tried_is_the_rest(words: list[str], judged: str) -> None:
    ended = {"a": "behaviour", "b": SURVIVED, "c": UNKNOWN}
    rows = [Row(task="t", program="p", line=1, what=what, ended=end) for what, end in ended.items()]
    wanted = rustmutants.choice(words, rows)
    assert [what for what in "abcd" if wanted(("t", "p", 1, what))] == list(judged)


@pytest.mark.parametrize("most", [1, 7, 20, 40])
def test_a_part_of_the_mutants_is_spread_over_the_whole_program(most: int) -> None:
    all_of_them = mutants(SOURCE)
    part = [all_of_them.index(mutant) for mutant in spread(all_of_them, most)]
    gaps = {later - at for at, later in zip(part, [*part[1:], len(all_of_them)], strict=True)}
    assert len(part) == min(most, len(all_of_them)) and part[0] == 0 and max(gaps) - min(gaps) <= 1


def assessment(outcome: Outcome, level: str = "", law: str = "") -> Assessment:
    shown = Counterexample(input=("s.pop()",), observed="", expected="")
    finding = Finding(law=law, sentence="", outcome=Outcome.REFUTED, counterexample=shown)
    verdicts = (Verdict(level=level, outcome=Outcome.REFUTED, findings=(finding,)),) if law else ()
    return Assessment(
        task="t",
        task_digest="",
        candidate="",
        verdicts=verdicts,
        outcome=outcome,
        accepted=False,
        reason="why",
        fitness=(),
    )


@pytest.mark.parametrize(
    ("outcome", "level", "law", "ended"),
    [
        (Outcome.REFUTED, "behaviour", "equality", "behaviour"),
        (Outcome.REFUTED, "build", "compiles", UNVIABLE),
        (Outcome.REFUTED, "memory", "compiles", UNVIABLE),
        (Outcome.HOLDS, "", "", SURVIVED),
        (Outcome.INCONCLUSIVE, "", "", UNKNOWN),
    ],
)
def test_only_a_refutation_that_is_no_refusal_of_the_compiler_kills(
    outcome: Outcome, level: str, law: str, ended: str
) -> None:
    mutant = mutants(SOURCE)[0]
    assert row_of("t", "p", SOURCE, mutant, assessment(outcome, level, law)).ended == ended


def test_a_survivor_without_a_reason_lowers_the_share_and_is_shown_with_its_change() -> None:
    common = {"task": "t", "program": "p", "line": 1, "what": "w", "before": "a + b", "after": "a - b"}
    rows = [Row(ended=ended, **common) for ended in ("behaviour", UNKNOWN, SURVIVED, UNVIABLE)]
    text = page(rows)
    assert "| `t` | 4 |" in text and "| `t` | 4 of 9 |" in page(rows, {"t": 9})
    assert "| 2 of 3 (67 %) |" in text and "-a + b\n+a - b\n" in text


def test_the_page_is_made_of_what_was_kept() -> None:
    assert rustmutants.PAGE.read_text() == page(load(), totals())


def test_nine_of_ten_mutants_are_noticed_in_every_task_that_was_measured() -> None:
    shares = [int(share) for share in re.findall(r"\((\d+) %\) \|", page(load(), totals()))]
    assert len(shares) == len(rustmutants.TASKS) and min(shares) >= 90


def test_what_is_called_stuck_did_not_come_to_an_end() -> None:
    known = reasons()
    stuck = [row for row in load() if row.ended == UNKNOWN and rustmutants._key(row) not in known]
    assert stuck and all("does not come to an end" in row.law for row in stuck)


def test_every_reason_is_about_a_mutant_that_was_not_refuted() -> None:
    left = {(row.task, row.program, row.line, row.what) for row in load() if row.ended in (SURVIVED, UNKNOWN)}
    assert reasons() and set(reasons()) <= left


def test_a_fault_that_is_not_seen_is_named_among_those_accepted_and_never_as_equivalent() -> None:
    accepted = {(row.task, row.program, row.line, row.what) for row in load() if row.ended == SURVIVED}
    assert unseen() and set(unseen()) <= accepted
    assert not set(unseen()) & set(reasons())


def test_what_was_kept_is_about_the_programs_as_they_are() -> None:
    rows = load()
    for task, program in {(row.task, row.program) for row in rows}:
        source = (find_task(task) / "canaries" / "good" / program / "sut.rs").read_text()
        kept = {(row.line, row.what) for row in rows if (row.task, row.program) == (task, program)}
        assert kept <= {(mutant.line, mutant.what) for mutant in mutants(source)}, (task, program)
