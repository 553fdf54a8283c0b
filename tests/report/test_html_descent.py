"""Who descends from whom on the page: every step of the best with its change, and what came back marked as such."""

from __future__ import annotations

import math
import random
import re
from html import unescape
from pathlib import Path

from search_pages import Wrote, part, record_of, search_page, write

from probatum.report.html.descent import LONGEST, MOST_PAIRS, MOST_STEPS, comparable, marked
from probatum.report.html.tree import tree
from probatum.search.account import Account

BACK = (
    Wrote(source="keep()\nold(1)\n", author="seed", operator="", fails=9),
    Wrote(source="keep()\n", parent=0, fails=5),
    Wrote(source="keep()\nold(1)\nfresh(2)\n", parent=1, author="other", operator="mutate", law="", fails=0),
    Wrote(source="keep()\nold(1)\nside()\n", parent=0, author="other", fails=8),
)


def text(markup: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", markup))


def family(place: Path, *steps: Wrote) -> Account:
    write(place, *steps)
    account = record_of(place).search
    assert account is not None
    return account


def test_the_line_of_the_best_comes_first_with_author_operator_level_and_law(tmp_path: Path) -> None:
    account = family(tmp_path, *BACK)
    shown = part(search_page(tmp_path), "descent")
    line = re.findall(r"<li>(.*?)(?=</li>|<details>)", shown.partition("<ol")[2].partition("</ol>")[0], re.DOTALL)
    said = [text(item) for item in line]
    digests = [account.nodes[index].candidate[:12] for index in (0, 1, 2)]
    assert [one.partition(" ")[0] for one in said] == digests
    assert said[1].endswith("script · repair · stopped at regression by equality · better than its parent")
    assert "holds, not accepted" in said[2] and said[2].endswith("2 lines added, 1 back again · best")


def test_only_the_line_that_came_back_is_marked(tmp_path: Path) -> None:
    write(tmp_path, *BACK)
    shown = part(search_page(tmp_path), "descent")
    changes = [text(block).splitlines() for block in re.findall(r"<pre.*?</pre>", shown, re.DOTALL)]
    assert ["-old(1)" in lines for lines in changes] == [True, False]
    assert changes[1][-2:] == ["+old(1)  ← back again", "+fresh(2)"]
    assert sum("back again" in line for lines in changes for line in lines) == 1


def test_a_line_is_marked_as_often_as_it_is_counted() -> None:
    said = [text(line) for line in marked(["+  again()", "+again()", "-again()", " again()"], ["again()"])]
    assert [("back" in line) for line in said] == [True, False, False, False]
    [cut] = marked(["+" + "x" * 5_000], [])
    assert len(text(cut)) == LONGEST + 1


def test_every_candidate_stands_in_the_tree_once(tmp_path: Path) -> None:
    draw = random.Random(3)
    steps = [
        Wrote(source=f"v = {n}", parent=draw.choice([draw.randrange(n), n - 1]) if n and n % 9 else None)
        for n in range(60)
    ]
    account = family(tmp_path, *steps)
    items = re.findall(r'<li><code class="n">(\w+)</code>', tree(account))
    assert sorted(items) == sorted(node.candidate[:12] for node in account.nodes.values())
    assert depth(tree(account)) <= 2 + math.log2(60)


def test_a_long_chain_is_not_indented_and_its_beginning_is_folded(tmp_path: Path) -> None:
    steps = [Wrote(source=f"v = {n}", parent=n - 1 if n else None, fails=99 - n) for n in range(MOST_STEPS + 9)]
    account = family(tmp_path, *steps)
    assert depth(tree(account)) == 1
    shown = part(search_page(tmp_path), "descent")
    assert "The first 9, without their changes" in shown and '<ol start="10">' in shown
    assert shown.partition("as a tree")[0].count("<pre") == MOST_STEPS


def depth(markup: str) -> int:
    """How deep the deepest list lies in others."""
    deepest = now = 0
    for tag in re.findall(r"</?ul", markup):
        now += 1 if tag == "<ul" else -1
        deepest = max(deepest, now)
    return deepest


def test_sources_that_would_take_long_are_not_compared(tmp_path: Path) -> None:
    assert comparable(["a"] * 100, ["a"] * 100) and not comparable(["a"] * 300, ["a"] * 300)
    assert MOST_PAIRS < 300 * 300 and not comparable([], ["b"] * 2_000)
    write(tmp_path, Wrote(source="a\n" * 3_000, fails=3), Wrote(source="b\n" * 3_000, parent=0))
    assert "too long to be compared here" in part(search_page(tmp_path), "descent")


def test_a_best_without_ancestors_is_said_to_have_none(tmp_path: Path) -> None:
    write(tmp_path, Wrote(source="a", fails=1), Wrote(source="b", fails=2))
    assert "descends from no other one of this run" in part(search_page(tmp_path), "descent")
