"""The frame of an HTML report: head, navigation, main part, footer; nothing in it loads or runs anything."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256

from probatum.report.html.markup import FOLDED, Content, Markup, brief, element
from probatum.report.html.style import CSS


def page(title: str, subtitle: Content, body: Content, *, parts: Sequence[tuple[str, str]], foot: Content) -> str:
    """The document. ``parts``: (id, name) of what the navigation leads to."""
    links = [element("li", element("a", brief(name), href=f"#{at}")) for at, name in parts]
    nav = element("nav", element("ul", links), aria_label="Parts of this report")
    whole = element(
        "body",
        element("a", "Skip to the verdict", class_="skip", href="#main"),
        element("header", element("h1", brief(title)), element("div", subtitle, class_="muted"), nav),
        element("main", body, id="main"),
        element("footer", foot),
    )
    return "<!doctype html>\n" + element("html", _head(title), whole, lang="en") + "\n"


def _head(title: str) -> Markup:
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", http_equiv="Content-Security-Policy", content=policy()),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="generator", content="probatum"),
        element("title", title[:FOLDED]),
        element("style", Markup(CSS)),
    )


def policy() -> str:
    """What a browser may do for this page: apply its own style sheet and nothing else."""
    own = b64encode(sha256(CSS.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{own}'; base-uri 'none'; form-action 'none'"
