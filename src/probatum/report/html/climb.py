"""How a search climbed: the best so far over candidates and over dollars, each candidate a mark; and as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from probatum.report.html.markup import Content, Markup, brief, element, folded, joined, prose, table
from probatum.search.account import Account, Node
from probatum.task.model import LEVELS
from probatum.verdict import Outcome

WIDTH, HEIGHT, LEFT, RIGHT, TOP, FOOT = 480, 260, 92, 14, 14, 44
"""The picture and the room around the field in it, CSS pixels."""
DYES = 6
"""Authors told apart; the last stands for all others."""
MOST_MARKS, MOST_ROWS = 2000, 500
"""Candidates that are drawn, and listed."""
CROWD = 150
"""Marks from which on they are drawn without a rim, which would hide their neighbours."""
SHAPES = (
    "M{x} {y}m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0",
    "M{x} {y}m-4.2 -4.2h8.4v8.4h-8.4z",
    "M{x} {y}m0 -5.4l5 9h-10z",
    "M{x} {y}m0 -5.6l5.6 5.6l-5.6 5.6l-5.6 -5.6z",
    "M{x} {y}m0 5.4l5 -9h-10z",
    "M{x} {y}m-1.6 -5h3.2v3.4h3.4v3.2h-3.4v3.4h-3.2v-3.4h-3.4v-3.2h3.4z",
)
"""A mark per author beside the colour, for paper and for eyes that do not tell colours apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What the height of a mark means."""

    what: str
    height: Callable[[Node], float]
    ticks: tuple[tuple[float, str], ...]
    """From the lowest to the highest."""

    def y(self, value: float) -> float:
        """The place of a height."""
        low, high = self.ticks[0][0], self.ticks[-1][0]
        part = (value - low) / (high - low) if high > low else 0.5
        return HEIGHT - FOOT - (HEIGHT - FOOT - TOP) * min(1.0, max(0.0, part))


def climb(account: Account) -> Markup:
    """The charts, their key and their table; a sentence where nothing was judged."""
    nodes = [node for node in account.nodes.values() if node.judged]
    if not nodes:
        return element("p", "No candidate of this search was judged.")
    dyes, scale = dyes_of(nodes), scale_of(account, nodes)
    steps = best_so_far(nodes)
    charts = [chart("candidates tried", [float(n) for n in range(1, len(nodes) + 1)], nodes, steps, scale, dyes)]
    if any(node.usd > 0 for node in nodes):
        charts.append(chart("dollars for models", [node.usd for node in nodes], nodes, steps, scale, dyes))
    return joined(
        element("p", scale.what),
        keys(dyes),
        charts,
        element("p", f"The first {MOST_MARKS} have a mark; the line knows all.") if len(nodes) > MOST_MARKS else "",
        [element("p", line) for line in (*costs(account), *(f"Found out: {said}." for said in account.proved))],
        folded("The same as a table", listed(nodes, steps)),
    )


def dyes_of(nodes: Sequence[Node]) -> dict[str, int]:
    """Author -> number of the colour: those who wrote most have their own, all others share the last."""
    wrote = Counter(node.author for node in nodes)
    ranked = sorted(wrote, key=lambda name: (-wrote[name], name))
    return {name: min(at, DYES - 1) for at, name in enumerate(ranked)}


def best_so_far(nodes: Sequence[Node]) -> list[Node]:
    """After each candidate, the one that stands highest; among equals the oldest."""
    best, found = nodes[0], []
    for node in nodes:
        best = node if node.standing > best.standing else best
        found.append(best)
    return found


def reached(node: Node) -> float:
    """How far up the ladder: levels held, and within the next one the part of it that held. Whoever fails at
    regression or at behaviour stands between the two, the higher the fewer inputs it fails on."""
    first, second, *fitness = node.standing
    if second < 0:
        return first + 1 / (1 - second)
    return first + min(0.95, fitness[1])


def scale_of(account: Account, nodes: Sequence[Node]) -> Scale:
    """The objective, where one was measured of something that holds; else the ladder."""
    measured = [node.measured for node in nodes if node.outcome == Outcome.HOLDS and node.measured is not None]
    if account.objective and measured:
        return _measured(measured)
    return _ladder(nodes)


def _ladder(nodes: Sequence[Node]) -> Scale:
    heights = [reached(node) for node in nodes]
    low = int(min(heights))
    high = max(low + 1, ceil(max(heights)))
    held = {int(reached(node)) for node in nodes if node.outcome == Outcome.HOLDS}
    names = [(at, "holds" if at in held else [*LEVELS, "all"][min(at, len(LEVELS))]) for at in range(low, high + 1)]
    said = (
        "The higher, the further up the ladder: a mark at the name of a level was stopped there, in proportion to what "
        "held of it. Whoever fails at regression or behaviour stands between the two, by the number of inputs it "
        "fails on. The line is the best so far."
    )
    return Scale(what=said, height=reached, ticks=tuple((float(at), name) for at, name in names))


def _measured(values: Sequence[float]) -> Scale:
    low, high = min(values), max(values)
    below = low - max(0.15 * (high - low), 0.01)
    places = [(low, f"{low:.4g}")] + [(high, f"{high:.4g}")] * (high > low)

    def height(node: Node) -> float:
        holds = node.outcome == Outcome.HOLDS and node.measured is not None
        return node.measured if holds and node.measured is not None else below

    said = "The higher, the better the objective (times the reference). What does not hold stands at the foot."
    return Scale(what=said, height=height, ticks=((below, "does not hold"), *places))


def chart(
    axis: str, at: Sequence[float], nodes: Sequence[Node], steps: Sequence[Node], scale: Scale, dyes: dict[str, int]
) -> Markup:
    """Marks and the line of the best so far over an axis."""
    low, high = (1.0, max(2.0, at[-1])) if axis.startswith("candidates") else (0.0, max(at))
    places = [LEFT + (WIDTH - LEFT - RIGHT) * (value - low) / (high - low) for value in at]
    told = f"Best so far over {axis}: {len(nodes)} candidates, the best is {steps[-1].candidate[:12]}; see the table"
    return element(
        "svg",
        _frame(axis, scale, low, high),
        element("path", d=_line(places, [scale.y(scale.height(node)) for node in steps]), class_="best"),
        _marks(places, nodes, scale, dyes),
        class_="plot" + " crowd" * (len(nodes) > CROWD),
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        aria_label=told,
    )


def _frame(axis: str, scale: Scale, low: float, high: float) -> Iterator[Markup]:
    base = HEIGHT - FOOT
    for value, name in scale.ticks:
        y = scale.y(value)
        yield element("line", x1=LEFT - 6, x2=WIDTH - RIGHT, y1=f"{y:.1f}", y2=f"{y:.1f}", class_="rail dash")
        yield element("text", name, x=LEFT - 10, y=f"{y + 4:.1f}", text_anchor="end", class_="q")
    yield element("line", x1=LEFT - 6, x2=WIDTH - RIGHT, y1=base + 6, y2=base + 6, class_="rail")
    unit = "$" * axis.startswith("dollars")
    yield element("text", f"{unit}{low:.4g}", x=LEFT, y=base + 22, text_anchor="middle", class_="q")
    yield element("text", f"{unit}{high:.4g}", x=WIDTH - RIGHT, y=base + 22, text_anchor="end", class_="q")
    yield element("text", axis, x=(LEFT + WIDTH - RIGHT) // 2, y=base + 38, text_anchor="middle")


def _marks(places: Sequence[float], nodes: Sequence[Node], scale: Scale, dyes: dict[str, int]) -> Iterator[Markup]:
    for x, node in list(zip(places, nodes, strict=True))[:MOST_MARKS]:
        dye = dyes[node.author]
        shape = SHAPES[dye].format(x=f"{x:.1f}", y=f"{scale.y(scale.height(node)):.1f}")
        yield element("path", d=shape, class_=f"dot who{dye}")


def _line(places: Sequence[float], heights: Sequence[float]) -> str:
    """A step line: level until a candidate changes it."""
    parts = [f"M{places[0]:.1f} {heights[0]:.1f}"]
    for at in range(1, len(places)):
        if heights[at] != heights[at - 1]:
            parts.append(f"H{places[at]:.1f}V{heights[at]:.1f}")
    return "".join([*parts, f"H{max(places[-1], places[0] + 2):.1f}"])


def keys(dyes: dict[str, int]) -> Markup:
    """Which mark is whose."""
    own = [name for name, dye in dyes.items() if dye < DYES - 1]
    others = [name for name, dye in dyes.items() if dye == DYES - 1]
    named: list[Content] = [brief(name) for name in own]
    if others:
        named.append(brief(others[0]) if len(others) == 1 else f"{len(others)} others")
    items = [element("li", _key(dye), name) for dye, name in enumerate(named)]
    return element("ul", items, class_="keys", aria_label="Authors and their marks")


def _key(dye: int) -> Markup:
    mark = element("path", d=SHAPES[dye].format(x=7, y=7), class_=f"dot who{dye}")
    look = {"class_": "key", "viewBox": "0 0 14 14", "role": "img"}
    return element("svg", mark, **look, aria_label=f"mark {dye + 1}")


def costs(account: Account) -> Iterator[str]:
    """What is known about dollars, and what is not."""
    if account.unpriced:
        yield (
            f"The cost of {account.unpriced} answers is unknown, so the whole cost is: they stand where the known "
            "dollars put them, which is too far left."
        )
    elif account.cost_usd is None:
        yield "The cost of questions that no answer came back from is unknown, so the whole cost is."
    elif account.cost_usd > 0:
        yield f"Models cost ${account.cost_usd:.4f}."
    else:
        yield "No model cost anything, so there is no chart over dollars."
    if account.elsewhere_usd > 1e-9:
        yield f"${account.elsewhere_usd:.4f} of it went into questions without an answer; they have no mark."


def listed(nodes: Sequence[Node], steps: Sequence[Node]) -> Markup:
    """Every candidate and the best so far, as a table."""
    rows = [
        (
            str(number),
            element("code", node.candidate[:12], class_="n"),
            prose(node.author),
            prose(standing(node)),
            element("code", best.candidate[:12], class_="n"),
            f"{node.usd:.4f}",
        )
        for number, (node, best) in enumerate(zip(nodes, steps, strict=True), 1)
    ]
    heads = ("#", "candidate", "author", "how far", "best so far", "dollars so far")
    shown = table(f"{len(rows)} candidates in the order in which they were handed in", heads, rows[:MOST_ROWS])
    more = f"{len(rows) - MOST_ROWS} more: probatum report --format json lists them."
    return joined(shown, element("p", more) if len(rows) > MOST_ROWS else "")


def standing(node: Node) -> str:
    """How far a candidate came, in words."""
    if not node.judged:
        return "not judged"
    if node.accepted:
        said = "accepted"
    elif node.outcome == Outcome.HOLDS:
        said = "holds, not accepted"
    else:
        said = f"stopped at {node.stopped or 'the gate'}" + f" by {node.law}" * bool(node.law)
    return said + (f", {node.measured:.4g} times the reference" if node.measured is not None else "")
