"""The line of descent of the best candidate: every step with what it changed, and which lines came back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import unified_diff
from itertools import islice

from probatum.report.html.markup import Markup, element, folded, joined
from probatum.report.html.tree import told, tree
from probatum.search.account import Account

MOST_STEPS = 40
"""Steps that are shown with their changes, the latest ones."""
MOST_LINES, LONGEST = 400, 300
"""Lines of a change that are shown, and characters of each."""
MOST_SOURCE, MOST_PAIRS = 1500, 40_000
"""Lines of a source, and pairs of equal lines, up to which two sources are compared: more would take too long."""


def descent(account: Account) -> Markup:
    """The line of the best, from its first ancestor down, then all candidates."""
    line = account.line
    if not line:
        return tree(account)
    early, late = line[:-MOST_STEPS], line[-MOST_STEPS:]
    shown = [element("p", _summary(account))]
    if early:
        items = [element("li", told(account, index)) for index in early]
        shown.append(folded(f"The first {len(early)}, without their changes", element("ol", items)))
    items = [element("li", told(account, index), change(account, index)) for index in late]
    return joined(shown, element("ol", items, start=len(early) + 1), tree(account))


def _summary(account: Account) -> str:
    line = account.line
    again = sum(len(account.nodes[index].descent.again) for index in line)
    back = f" On this line {again} added lines had been deleted before." if again else ""
    if len(line) == 1:
        return "The best candidate descends from no other one of this run."
    return f"The best candidate and its ancestors, the first of them first.{back}"


def change(account: Account, child: int) -> Markup:
    """What a candidate changed in its parent, folded."""
    parent = account.nodes[child].descent.parent
    if parent is None:
        return Markup("")
    if parent not in account.sources or child not in account.sources:
        return element("p", "The journal lost a file, so the change cannot be shown.")
    before, after = (account.sources[index].splitlines() for index in (parent, child))
    if not comparable(before, after):
        return element("p", "These sources are too long to be compared here.")
    changed = list(islice(unified_diff(before, after, lineterm="", n=2), 2, None))
    if not changed:
        return element("p", "Nothing but ends of lines changed.")
    shown = list(marked(changed[:MOST_LINES], account.nodes[child].descent.again))
    left = len(changed) - MOST_LINES
    more = element("p", f"{left} more lines.") if left > 0 else ""
    spread = [part for line in shown for part in (line, Markup("\n"))]
    body = element("pre", element("code", spread), tabindex=0, aria_label="change from the parent")
    return folded(counted(changed), body, more)


def comparable(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether two sources are compared in little time: it grows with the pairs of equal lines."""
    if max(len(before), len(after)) > MOST_SOURCE:
        return False
    other = Counter(after)
    return sum(number * other[line] for line, number in Counter(before).items()) <= MOST_PAIRS


def counted(changed: Sequence[str]) -> str:
    """The size of a change, without counting its headings."""
    signs = Counter(line[:1] for line in changed)
    return f"change from the parent: +{signs['+']} -{signs['-']} lines"


def marked(changed: Sequence[str], again: Sequence[str]) -> Iterator[Markup]:
    """Lines of a unified diff; those that came back say so, as often as they are counted."""
    left = Counter(again)
    looks = {"+": "add", "-": "del"}
    for line in changed:
        short = line if len(line) <= LONGEST else line[:LONGEST] + "…"
        back = line[:1] == "+" and left[line[1:].strip()] > 0
        if back:
            left[line[1:].strip()] -= 1
        said = element("span", "  ← back again", class_="again") if back else ""
        yield joined(element("span", short, class_=looks.get(line[:1], "same")), said)
