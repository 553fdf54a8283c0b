"""The page of a search: how it climbed and what that cost, who wrote what, and no more than the journal says."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from search_pages import Wrote, part, record_of, search_page, write
from test_html_report import HOSTILE

from probatum.report.html.climb import DYES, best_so_far
from probatum.report.html.style import CSS
from probatum.report.words import visible

STEPS = (
    Wrote(source="a = 1\nold(1)\n", author="seed", operator="", fails=5),
    Wrote(source="a = 1\n", parent=0, fails=3, cost_usd=0.01),
    Wrote(source="a = 1\nworse()\n", parent=1, author="other", operator="mutate", fails=9, cost_usd=0.02),
    Wrote(source="a = 1\nold(1)\nfresh()\n", parent=1, author="other", operator="mutate", law="", cost_usd=0.04),
)


def marks(page_part: str) -> list[int]:
    """How many marks each drawing has."""
    drawings = re.findall(r'<svg class="plot".*?</svg>', page_part, re.DOTALL)
    return [len(re.findall(r'class="dot who\d"', drawing)) for drawing in drawings]


def lines(page_part: str) -> list[list[float]]:
    """Heights of the line of the best so far in each drawing; less is higher."""
    found = re.findall(r'd="(M[^"]*)" class="best"', page_part)
    return [[float(y) for y in re.findall(r"(?:^M\S+ |V)([\d.]+)", path)] for path in found]


def test_the_best_so_far_rises_over_candidates_and_dollars_and_each_candidate_has_a_mark(tmp_path: Path) -> None:
    write(tmp_path, *STEPS)
    shown = part(search_page(tmp_path), "climb")
    assert marks(shown) == [4, 4]
    for heights in lines(shown):
        assert len(heights) == 3, "the third candidate is worse"
        assert all(later < earlier for earlier, later in pairwise(heights))
    assert "Models cost $0.0700." in shown and "$0.07<" in shown


def test_the_table_says_the_same_as_the_drawing(tmp_path: Path) -> None:
    write(tmp_path, *STEPS)
    account = record_of(tmp_path).search
    assert account is not None and account.best == 3 and account.line == (0, 1, 3)
    nodes = list(account.nodes.values())
    assert [n.usd for n in nodes] == pytest.approx([0, 0.01, 0.03, 0.07])
    assert [n.index for n in best_so_far(nodes)] == [0, 1, 1, 3]
    rows = re.findall(r'<tr><th scope="row">(\d)</th>(.*?)</tr>', part(search_page(tmp_path), "climb"))
    for (number, row), node in zip(rows, nodes, strict=True):
        assert node.candidate[:12] in row and int(number) == node.index + 1
    assert "stopped at regression by equality" in rows[2][1] and "holds, not accepted" in rows[3][1]


def test_among_equals_the_oldest_is_the_best_so_far(tmp_path: Path) -> None:
    write(tmp_path, *(Wrote(source=text, fails=2) for text in "abc"))
    account = record_of(tmp_path).search
    assert account is not None and account.best == 0
    assert {node.index for node in best_so_far(list(account.nodes.values()))} == {0}


def test_where_nothing_was_paid_there_is_no_axis_of_dollars(tmp_path: Path) -> None:
    write(tmp_path, Wrote(source="a", fails=2), Wrote(source="b", parent=0))
    shown = part(search_page(tmp_path), "climb")
    assert marks(shown) == [2] and "No model cost anything" in shown


def test_an_unknown_cost_is_said_and_never_a_sum(tmp_path: Path) -> None:
    write(tmp_path, Wrote(source="a", cost_usd=0.5), Wrote(source="b", author="dear", cost_usd=None))
    page = search_page(tmp_path)
    assert "The cost of 1 answers is unknown, so the whole cost is" in part(page, "climb")
    assert "Models cost" not in page.words
    assert re.search(r">dear<.*?>unknown<", part(page, "authors"), re.DOTALL)


def test_a_run_that_holds_an_objective_is_drawn_by_it(tmp_path: Path) -> None:
    steps = (Wrote(source="a"), Wrote(source="b", law="", measured=1.25), Wrote(source="c", law="", measured=1.5))
    write(tmp_path, *steps, objective=True)
    shown = part(search_page(tmp_path), "climb")
    for said in (">does not hold<", ">1.25<", ">1.5<", "the better the objective"):
        assert said in shown
    [heights] = lines(shown)
    assert len(heights) == 3


def test_each_author_has_a_row_with_what_it_brought(tmp_path: Path) -> None:
    write(tmp_path, *STEPS)
    account = record_of(tmp_path).search
    assert account is not None
    shares = {s.author: s for s in account.shares}
    other = shares["other"]
    assert (other.asked, other.tried, other.holding, other.accepted, other.improved) == (2, 2, 1, 0, 1)
    assert (other.added, other.again, other.cost_usd) == (3, 1, pytest.approx(0.06))
    assert (shares["script"].improved, shares["seed"].improved, shares["seed"].added) == (1, 0, 0)
    assert "1 (33%)" in part(search_page(tmp_path), "authors")


def test_the_arms_of_the_bandit_are_listed_where_there_are_any(tmp_path: Path) -> None:
    write(tmp_path, *STEPS)
    shown = part(search_page(tmp_path), "authors")
    assert "Arms of the bandit" in shown and re.search(r">author<.*?>mutate<.*?>climb<", shown)
    write(tmp_path, Wrote(source="z", operator=""), run="bare")
    assert "Arms of the bandit" not in search_page(tmp_path, "bare").text


def test_many_authors_share_the_colours_that_there_are(tmp_path: Path) -> None:
    write(tmp_path, *(Wrote(source=f"v = {n}", author=f"author-{n:02}") for n in range(DYES + 3)))
    shown = part(search_page(tmp_path), "climb")
    used = set(re.findall(r'class="dot who(\d)"', shown))
    assert used == {str(n) for n in range(DYES)} and "4 others" in shown
    for dye in used:
        assert f".who{dye}{{--dye:var(--who{dye})}}" in CSS


@pytest.mark.parametrize("word", HOSTILE, ids=range(len(HOSTILE)))
def test_an_author_and_its_program_cannot_write_the_page(tmp_path: Path, word: str) -> None:
    steps = (
        Wrote(source=f"{word}\nkeep", author=word, operator=word, law=word),
        Wrote(source="keep", parent=0, author=word),
        Wrote(source=f"{word}\nmore", parent=1, author=word, law=""),
    )
    write(tmp_path, *steps)
    page = search_page(tmp_path)
    assert visible(word)[:300].replace("\\ud800", "?00")[:20] in page.words


def test_a_check_is_no_search(tmp_path: Path) -> None:
    write(tmp_path, Wrote(source="a"), command="check")
    page = search_page(tmp_path)
    assert record_of(tmp_path).search is None
    assert not {"climb", "descent", "authors"} & set(page.all("id"))
