"""The parts of a run's page that are about its search: how it climbed, who wrote what, who descends from whom."""

from __future__ import annotations

from probatum.report.html.climb import climb
from probatum.report.html.descent import descent
from probatum.report.html.markup import Markup, element, joined, prose, table
from probatum.search.account import Account, Share


def search_parts(account: Account | None) -> list[tuple[str, str, Markup]]:
    """(anchor, heading, content); nothing where there was no search or nobody was asked."""
    if account is None or not account.nodes:
        return []
    return [
        ("climb", "How the search climbed", climb(account)),
        ("descent", "Who descends from whom", descent(account)),
        ("authors", "Who wrote what", joined(shares(account), arm_table(account))),
    ]


def shares(account: Account) -> Markup:
    """A row per author."""
    heads = (
        "author",
        "asked",
        "tried",
        "held",
        "accepted",
        "better than parent",
        "lines added",
        "back again",
        "dollars",
    )
    rows = [_share(share) for share in account.shares]
    note = "Lines back again stood in an ancestor and were deleted since; a line counts if it is more than brackets."
    unread = f" {account.unread} candidates could not be read, so their lines are in no count."
    return joined(
        table("What each author was asked for and brought", heads, rows),
        element("p", note + unread * bool(account.unread), class_="muted"),
    )


def _share(share: Share) -> tuple[Markup, ...]:
    part = f" ({share.again / share.added:.0%})" if share.added else ""
    cost = "unknown" if share.cost_usd is None else f"{share.cost_usd:.4f}"
    numbers = (share.asked, share.tried, share.holding, share.accepted, share.improved, share.added)
    return (prose(share.author), *(_n(str(number)) for number in numbers), _n(f"{share.again}{part}"), _n(cost))


def arm_table(account: Account) -> Markup:
    """What the bandit knows; nothing where no operator was drawn."""
    if not account.arms:
        return Markup("")
    rows = [
        (
            *_arm(str(row["arm"])),
            _n(str(row["asked"])),
            _n(str(row["improved"])),
            _n(f"{row['usd']:.4f}"),
            _n("–" if row["usd_per_improvement"] is None else f"{row['usd_per_improvement']:.4f}"),
        )
        for row in account.arms
    ]
    heads = ("author", "operator", "stage", "asked", "better than parent", "dollars", "dollars per improvement")
    note = "Dollars here hold a fixed price for each question and trial beside the model's."
    return joined(table("Arms of the bandit", heads, rows), element("p", note, class_="muted"))


def _arm(name: str) -> list[Markup]:
    """Author, operator and stage; the name of an author may hold blanks."""
    parts = name.rsplit(" ", 2)
    return [prose(part) for part in (*parts, *[""] * (3 - len(parts)))]


def _n(text: str) -> Markup:
    return element("div", text, class_="n")
