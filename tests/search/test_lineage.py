"""Lines that were deleted on the way and come back are counted; fresh, moved, copied and trivial lines are not."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from search_support import STUB, drive, toy

from probatum import ledger
from probatum.authors.script import script_of
from probatum.journal import Journal
from probatum.search.generations import generations
from probatum.search.lineage import ancestors, descents, parents_of, reintroduced, telling
from probatum.search.options import Options
from probatum.search.state import State
from probatum.search.workers import Job, Result

CHAIN = {0: None, 1: 0, 2: 1, 3: 2}


def again(*texts: str, parents: dict[int, int | None] | None = None) -> list[tuple[str, ...]]:
    """The lines that each text brings back; each descends from the one before it."""
    found = descents(parents or {n: n - 1 if n else None for n in range(len(texts))}, dict(enumerate(texts)))
    return [found[index].again for index in sorted(found)]


def test_a_line_that_was_deleted_and_comes_back_is_counted_and_a_fresh_one_is_not() -> None:
    found = descents({0: None, 1: 0, 2: 1}, {0: "keep()\nold(1)\n", 1: "keep()\n", 2: "keep()\n  old(1)\nfresh(2)\n"})
    assert found[2].added == ("old(1)", "fresh(2)") and found[2].again == ("old(1)",)
    assert reintroduced(found) == {"added": 2, "again": 1}


def test_what_never_left_does_not_come_back() -> None:
    assert again("a = 10\nb = 20", "b = 20\na = 10", "a = 10\nb = 20") == [(), (), ()], "moved"
    assert again("a = 10", "a = 10\na = 10", "a = 10\na = 10\na = 10") == [(), (), ()], "copied"
    assert again("a = 10", "    a = 10", "a = 10") == [(), (), ()], "indented"


def test_a_line_comes_back_as_often_as_it_was_deleted() -> None:
    assert again("a = 10\na = 10", "", "a = 10\na = 10\na = 10") == [(), (), ("a = 10", "a = 10")]
    assert again("a = 10\na = 10", "a = 10", "a = 10\na = 10\na = 10") == [(), (), ("a = 10",)]


def test_only_the_line_of_descent_counts() -> None:
    family = {0: None, 1: 0, 2: 0}
    assert again("x", "x\nmine()", "x\nmine()", parents=family) == [(), (), ()], "a cousin had it"
    long = {0: None, 1: 0, 2: 1, 3: 2, 4: 3}
    assert again("far()", "", "", "", "far()", parents=long)[4] == ("far()",), "deleted long ago"


@pytest.mark.parametrize(("line", "counts"), [("a=1", False), ("a==1", True), ("})]);", False), ("(x);", True)])
def test_short_lines_and_brackets_say_nothing(line: str, counts: bool) -> None:
    assert telling(line) is counts
    assert again(line, "", line)[2] == (line,) * counts


def test_it_agrees_with_the_definition_on_drawn_families() -> None:
    """Added lines are a multiset difference, and a line comes back as far as some earlier ancestor had more of it."""
    draw = random.Random(7)
    for _ in range(200):
        texts = {n: "\n".join(draw.choices(["aaaa", "bbbb", "cccc", "))", "d"], k=draw.randrange(6))) for n in range(7)}
        parents = {n: draw.randrange(n) if n and draw.random() < 0.9 else None for n in range(7)}
        for index, one in descents(parents, texts).items():
            if one.parent is None:
                assert one.added == one.again == ()
                continue
            lines = {n: Counter(text.split()) for n, text in texts.items()}
            older = ancestors(parents, one.parent)
            for word in ("aaaa", "bbbb", "cccc"):
                new = max(0, lines[index][word] - lines[one.parent][word])
                lost = max([lines[at][word] for at in older], default=0) - lines[one.parent][word]
                assert one.added.count(word) == new and one.again.count(word) == max(0, min(new, lost))
            assert not {"))", "d"} & {*one.added, *one.again}


def test_a_text_that_is_not_known_brings_nothing_back_and_stops_nothing() -> None:
    found = descents(CHAIN, {0: "old(1)", 2: "", 3: "old(1)"})
    assert found[1].added == found[2].added == ()
    assert found[3].again == ("old(1)",)


def test_a_run_says_how_many_lines_came_back(tmp_path: Path) -> None:
    """Each candidate of the script descends from the one judged last."""
    with_line, without = STUB + "X = 'kept'\n", STUB + "Y = 'fresh'\n"
    steps = [with_line, without, with_line + "Z = 'new'\n"]
    options = Options(strategy="sequential", window=1, max_candidates=4)
    told = drive(tmp_path, author=script_of(steps), options=options)
    with Journal.open(tmp_path, create=False) as journal:
        texts = ledger.sources(journal, told.state.run)
    parents = parents_of(told.state)
    assert parents == CHAIN
    found = descents(parents, texts)
    assert found[3].again == ("X = 'kept'",) and found[3].added == ("X = 'kept'", "Z = 'new'")
    assert reintroduced(found) == {"added": 4, "again": 1}


def test_a_file_that_the_journal_lost_is_left_out(tmp_path: Path) -> None:
    told = drive(tmp_path, author=script_of([STUB + "A = 1\n"]), options=Options(max_candidates=2))

    class Losing(Journal):
        """The blob of the second candidate is gone."""

        def get(self, digest: str) -> bytes:
            gone = told.state.trials[1].files["sut.py"]
            return super().get("0" * 64 if digest == gone else digest)

    with Losing.open(tmp_path, create=False) as journal:
        assert set(ledger.sources(journal, told.state.run)) == {0}


def test_a_journal_in_which_a_child_comes_before_its_parent_has_no_endless_line(tmp_path: Path) -> None:
    told = drive(tmp_path, author=script_of([STUB + "A = 1\n"]), options=Options(max_candidates=2, window=1))
    first, second = told.state.trials[0], told.state.trials[1]
    forged = replace(first, parents=(second.candidate,))
    state: State = replace(told.state, trials={0: forged, 1: second})
    assert parents_of(state) == {0: None, 1: 0}


# --- progress of a generation


def frozen(job: Job) -> Result:
    """The toy cascade, in which threads of every candidate but the seed were frozen."""
    made = toy(job)
    for entry in made.entries if job.index else ():
        body: Any = entry.body
        if "verdict" in body and body["verdict"]["level"] != "build":
            body["verdict"]["progress"] = "lock-free not refuted"
    return made


def test_a_generation_says_the_progress_of_its_best_where_threads_were_frozen(tmp_path: Path) -> None:
    options = Options(strategy="evolve", generation_size=8, islands=2, max_candidates=60)
    told = drive(tmp_path / "a", options=options, assess=frozen)
    best = {g.best: g.progress for g in generations(told.state)}
    trials = {t.candidate: t for t in told.state.trials.values() if t.confirms is None}
    for digest, progress in best.items():
        tested = any(v["progress"] for v in trials[digest].verdicts)
        assert progress == ("lock-free not refuted" if tested else "not tested")
    assert "lock-free not refuted" in best.values()
    plain = drive(tmp_path / "b", options=options)
    assert {g.progress for g in generations(plain.state)} == {"not tested"}
