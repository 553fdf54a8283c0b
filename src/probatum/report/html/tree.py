"""Who descends from whom, as nested lists: a line goes straight down, and only what branches off is indented.

At every candidate the list goes on with the child that leads to the best, else with the one that has most descendants.
What branches off has at most half of them, so that even long runs are indented a few times only (heavy paths, Sleator
and Tarjan 1983).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from probatum.report.html.climb import standing
from probatum.report.html.markup import Content, Markup, brief, element, folded, joined
from probatum.search.account import Account, Node
from probatum.verdict import Outcome

MOST_NODES = 1000
"""Candidates in the tree; the line of the best is among them."""
HOW = "Along one bar each candidate descends from the one above it; what branches off has a bar of its own."


def tree(account: Account) -> Markup:
    """All candidates, folded."""
    line = account.line
    shown = sorted({*line, *sorted(account.nodes)[:MOST_NODES]})
    family = _family(account.nodes, shown)
    size = _sizes(account.nodes, shown)
    grown = _grown(account, family, size, frozenset(line))
    left = len(account.nodes) - len(shown)
    more = element("p", f"{left} more: probatum report --format json lists them.") if left else ""
    return folded(f"All {len(account.nodes)} candidates as a tree", element("p", HOW, class_="muted"), grown, more)


def _family(nodes: Mapping[int, Node], shown: list[int]) -> dict[int | None, list[int]]:
    """Parent -> children; None: those that descend from nobody."""
    family: dict[int | None, list[int]] = {}
    for index in shown:
        family.setdefault(nodes[index].descent.parent, []).append(index)
    return family


def _sizes(nodes: Mapping[int, Node], shown: list[int]) -> dict[int, int]:
    """Candidates in each subtree. A parent is handed in before its child."""
    size = dict.fromkeys(shown, 1)
    for index in reversed(shown):
        parent = nodes[index].descent.parent
        if parent is not None:
            size[parent] += size[index]
    return size


def _grown(
    account: Account, family: Mapping[int | None, list[int]], size: dict[int, int], line: frozenset[int]
) -> Markup:
    def first(index: int) -> tuple[bool, int, int]:
        return index not in line, -size[index], index

    def branch(start: int) -> Iterator[Markup]:
        at: int | None = start
        while at is not None:
            children = sorted(family.get(at, []), key=first)
            yield element("li", told(account, at), _aside(children[1:]))
            at = children[0] if children else None

    def _aside(children: list[int]) -> Markup:
        if not children:
            return Markup("")
        number = sum(size[child] for child in children)
        name = f"{len(children)} more from it" + f", with descendants {number}" * (number > len(children))
        return folded(name, [element("ul", branch(child), class_="tree") for child in children])

    roots = sorted(family.get(None, []), key=first)
    return joined([element("ul", branch(root), class_="tree") for root in roots])


def told(account: Account, index: int) -> Markup:
    """A candidate in one line."""
    node = account.nodes[index]
    parts: list[Content] = [element("code", node.candidate[:12], class_="n"), brief(node.author)]
    parts += [brief(node.operator)] if node.operator else []
    parts.append(element("span", element("span", brief(standing(node)), class_="tint"), class_=tone(node)))
    parts += ["better than its parent"] if node.improved else []
    parts += [wrote(node)] if node.descent.added else []
    parts += [element("strong", "best")] if index == account.best else []
    return joined(*[part if at == 0 else joined(" · ", part) for at, part in enumerate(parts)])


def tone(node: Node) -> str:
    """The colour of what is known; good is only what was accepted."""
    if node.accepted:
        return "good"
    if not node.judged:
        return "none"
    return "bad" if node.outcome == Outcome.REFUTED else "warn"


def wrote(node: Node) -> Markup:
    """How many lines it added, and how many of them came back."""
    added, again = len(node.descent.added), len(node.descent.again)
    back = element("span", f", {again} back again", class_="again") if again else ""
    return joined(f"{added} {'line' if added == 1 else 'lines'} added", back)
