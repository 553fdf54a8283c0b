"""HTML as text, written by one function that escapes: what came from a candidate cannot become markup.

Text is escaped unless it is `Markup`, and `Markup` is only made here, of known tags and escaped text.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from html import escape

from probatum.report.words import visible

TAGS = frozenset(
    {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "nav",
        "main",
        "section",
        "footer",
        "h1",
        "h2",
        "h3",
        "a",
        "p",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "div",
        "span",
        "code",
        "pre",
        "table",
        "caption",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "th",
        "td",
        "details",
        "summary",
        "strong",
        "small",
        "svg",
        "g",
        "line",
        "path",
        "rect",
        "text",
    }
)
"""Every tag that a report may hold. None of them loads or runs anything."""
VOID = frozenset({"meta"})
FOLDED = 320
"""Characters of foreign text that are shown before the rest is folded away."""


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Content = str | Markup | Iterable[str | Markup]


def element(tag: str, *children: Content, **attributes: str | int | float) -> Markup:
    """An element. ``class_`` and the like lose their last underscore, other underscores become hyphens.

    Raises `ValueError` for a tag outside `TAGS` and for a link that leaves the page.
    """
    if tag not in TAGS:
        raise ValueError(f"a report holds no <{tag}>")
    if not str(attributes.get("href", "#")).startswith("#"):
        raise ValueError("a report links to nothing but itself")
    said = "".join(f' {_name(key)}="{escaped(str(value))}"' for key, value in attributes.items())
    if tag in VOID:
        return Markup(f"<{tag}{said}>")
    return Markup(f"<{tag}{said}>{joined(*children)}</{tag}>")


def joined(*children: Content) -> Markup:
    """Children one after the other; text among them is escaped."""
    flat = itertools.chain.from_iterable((c,) if isinstance(c, str) else c for c in children)
    return Markup("".join(c if isinstance(c, Markup) else escaped(c) for c in flat))


def escaped(text: str) -> Markup:
    """Foreign text: markup and control characters are shown, not obeyed."""
    return Markup(escape(visible(text), quote=True))


def code(text: str) -> Markup:
    """Foreign text in a type of equal widths, kept apart from the direction of what surrounds it; long text folds."""
    if len(text) <= FOLDED:
        return element("code", text)
    head = element("summary", element("code", text[:FOLDED]), f" … {len(text) - FOLDED} more characters")
    return element("details", head, element("code", text))


def prose(text: str) -> Markup:
    """A sentence that may hold foreign text; long text folds."""
    if len(text) <= 2 * FOLDED:
        return element("span", text, class_="said")
    head = element("summary", element("span", text[:FOLDED], class_="said"), " …")
    return element("details", head, element("span", text, class_="said"))


def brief(text: str) -> Markup:
    """Foreign text for a heading: its beginning, where it is long."""
    return element("span", text if len(text) <= FOLDED else text[:FOLDED] + "…", class_="said")


def command(text: str) -> Markup:
    """A command to copy."""
    return element("pre", element("code", text), class_="command", tabindex=0, aria_label="command")


def facts(*pairs: tuple[str, Content]) -> Markup:
    """Names and values; pairs without a value are left out."""
    return element("dl", [joined(element("dt", name), element("dd", value)) for name, value in pairs if value])


def bullets(items: Iterable[Content], tag: str = "ul") -> Markup:
    """A list."""
    return element(tag, [element("li", item) for item in items])


def table(caption: str, heads: Iterable[str], rows: Iterable[Iterable[Content]], *, foot: Content = "") -> Markup:
    """A table with a caption, in a box that scrolls by itself; the first cell of each row is its header."""
    top = element("thead", element("tr", [element("th", head, scope="col") for head in heads]))
    body = element("tbody", [_row(list(row)) for row in rows])
    end = element("tfoot", foot) if foot else Markup("")
    return boxed(element("table", element("caption", caption), top, body, end), caption)


def boxed(inner: Markup, label: str) -> Markup:
    """A box that scrolls sideways, by keyboard too, so that the page does not."""
    return element("div", inner, class_="box", tabindex=0, role="region", aria_label=label)


def folded(summary: Content, *children: Content, opened: bool = False) -> Markup:
    """Children behind a summary."""
    state = {"open": ""} if opened else {}
    return element("details", element("summary", summary), *children, **state)


def _row(cells: list[Content]) -> Markup:
    first, *rest = cells
    return element("tr", element("th", first, scope="row"), [element("td", cell) for cell in rest])


def _name(key: str) -> str:
    return {"viewBox": "viewBox"}.get(key, key.removesuffix("_").replace("_", "-"))
