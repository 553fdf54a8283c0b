"""Congestion control as a finite automaton: the judge asks for its whole table, and a model of a link plays it."""

import random
from dataclasses import dataclass, field
from typing import Annotated, NamedTuple

from probatum import U8, U64, Call, Sut, always, between, mapped, objective, sized, sometimes, sut

MOST, DELAYS, MEMORY = 24, 4, 4
FIRST_WINDOW, TICKS, LINKS = 2, 800, 4
LEAST, LARGEST = 6, 18
LEVELS = (1.1, 1.3, 1.8)


class View(NamedTuple):
    "What a flow knows at the end of a round (one round trip)."

    window: Annotated[U8, between(1, MOST)]
    delay: Annotated[U8, between(0, DELAYS - 1)]
    lost: bool
    memory: Annotated[U8, between(0, MEMORY - 1)]


class Decision(NamedTuple):
    "The window of the next round, and what is remembered until its end."

    window: U8
    memory: U8


WHOLE = [
    View(window, delay, lost, memory)
    for window in range(1, MOST + 1)
    for delay in range(DELAYS)
    for lost in (False, True)
    for memory in range(MEMORY)
]


def mostly_few(views: list[View]) -> list[View]:
    "Every view stands for itself: a few show as much as many."
    return views if len(views) >= len(WHOLE) else views[:12]


Views = Annotated[list[View], sized(0, len(WHOLE)), mapped(mostly_few)]
Table = dict[View, Decision]


@dataclass
class Flow:
    "A sender with one packet stream; times are in ticks, windows and amounts in packets."

    base: float
    start: int
    window: int = FIRST_WINDOW
    memory: int = 0
    least: float = 0.0
    waited: float = 0.0
    passed: int = 0
    lost: bool = False
    delivered: float = 0.0
    dropped: float = 0.0
    trips: float = 0.0
    ticks: int = 0

    def end_round(self, table: Table) -> None:
        "Look at the round that ends, and decide on the next one."
        mean = self.waited / self.passed
        self.least = min(self.least or mean, mean)
        delay = sum(mean >= level * self.least for level in LEVELS)
        decision = table[View(self.window, delay, self.lost, self.memory)]
        self.window, self.memory = decision
        self.waited, self.passed, self.lost = 0.0, 0, False


@dataclass
class Link:
    "A queue that serves `rate` packets a tick, holds `buffer` packets and drops what comes when it is full."

    rate: float
    buffer: float
    loss: float = 0.0
    cross: float = 0.0
    period: int = 1
    queue: float = 0.0
    offered: float = 0.0
    flows: list[Flow] = field(default_factory=list)

    def tick(self, now: int, table: Table, draw: random.Random) -> None:
        "One unit of time: every flow sends its window once per round trip, evenly; other traffic comes and goes."
        active = [flow for flow in self.flows if flow.start <= now]
        wait = self.queue / self.rate
        sent = [flow.window / (flow.base + wait) for flow in active]
        other = self.cross * self.rate if now // self.period % 2 else 0.0
        level = self.queue + sum(sent) + other - self.rate
        over = max(0.0, level - self.buffer)
        self.queue = min(max(level, 0.0), self.buffer)
        self.offered += self.rate - other
        share = over / (sum(sent) + other) if over else 0.0
        for flow, amount in zip(active, sent, strict=True):
            self.account(flow, amount, share, wait, draw)
            if flow.passed >= flow.base + wait:
                flow.end_round(table)

    def account(self, flow: Flow, amount: float, share: float, wait: float, draw: random.Random) -> None:
        "What became of the packets that a flow sent in a tick."
        gone = amount * share
        flow.lost = flow.lost or gone > 0
        if self.loss and draw.random() < self.loss * amount:
            gone, flow.lost = min(amount, gone + 1.0), True
        flow.delivered += amount - gone
        flow.dropped += gone
        flow.trips += (flow.base + wait) / flow.base
        flow.ticks += 1
        flow.waited += flow.base + wait
        flow.passed += 1


def legal(views: list[View], decisions: list[Decision]) -> bool:
    "One decision per view; every window between 1 and 24, every memory between 0 and 3."
    inside = all(1 <= window <= MOST and 0 <= memory < MEMORY for window, memory in decisions)
    return len(decisions) == len(views) and inside


def table_of(s: Sut) -> Table:
    "The whole policy, asked for in one call."
    decisions = [Decision(*decision) for decision in s.decide(WHOLE)]
    assert legal(WHOLE, decisions)
    return dict(zip(WHOLE, decisions, strict=True))


def played(link: Link, table: Table, ticks: int, seed: int = 0) -> Link:
    "The link after so many ticks."
    draw = random.Random(seed)
    for now in range(ticks):
        link.tick(now, table, draw)
    return link


def gains(link: Link, table: Table, start: int, end: int) -> list[float]:
    "Which share of the link's capacity each flow gets between two ticks; nothing is lost by chance."
    played(link, table, start)
    before = [flow.delivered for flow in link.flows]
    for now in range(start, end):
        link.tick(now, table, random.Random(0))
    capacity = link.rate * (end - start)
    return [(flow.delivered - was) / capacity for flow, was in zip(link.flows, before, strict=True)]


def plain_link(draw: random.Random, least: float = LEAST, most: float = LARGEST) -> tuple[Link, int]:
    """A link without losses by chance and without other traffic, and the round trip of its flows; between ``least`` and
    ``most`` packets fill it without a queue."""
    base = draw.randint(8, 20)
    product = draw.uniform(least, most)
    return Link(rate=product / base, buffer=product * draw.uniform(0.5, 1.5)), base


def busy_link(draw: random.Random) -> Link:
    "A link with two or three flows, half of the time with losses by chance, half of the time with other traffic."
    link, base = plain_link(draw)
    link.loss = draw.choice([0.0, draw.uniform(0.001, 0.01)])
    link.cross = draw.choice([0.0, draw.uniform(0.1, 0.5)])
    link.period = draw.randint(40, 160)
    for number in range(draw.randint(2, 3)):
        link.flows.append(Flow(base * draw.uniform(1.0, 2.0), number * draw.randint(0, TICKS // 8)))
    return link


def utility(link: Link) -> float:
    "Use x fairness x 1 / delay x (1 - loss): each between 0 and 1."
    gained = [flow.delivered / flow.ticks for flow in link.flows]
    delivered = sum(flow.delivered for flow in link.flows)
    dropped = sum(flow.dropped for flow in link.flows)
    fairness = sum(gained) ** 2 / (len(gained) * sum(gain * gain for gain in gained))
    stretch = sum(flow.trips for flow in link.flows) / sum(flow.ticks for flow in link.flows)
    return delivered / link.offered * fairness / stretch * delivered / (delivered + dropped)


def largest_after_losses(table: Table) -> int:
    "The largest window after 12 rounds that lost packets while the delay was highest, from any state."
    states = {state for state in WHOLE if state.lost and state.delay == DELAYS - 1}
    after = {state: state._replace(window=table[state].window, memory=table[state].memory) for state in states}
    for _ in range(12):
        states = {after[state] for state in states}
    return max(state.window for state in states)


def share_alone(table: Table, seed: int) -> float:
    "The least share that a flow gets which is alone on a link, between its 10th and 30th round trip; of four links."
    draw, shares = random.Random(seed), []
    for _ in range(LINKS):
        link, base = plain_link(draw)
        link.flows = [Flow(base, 0)]
        shares += gains(link, table, 10 * base, 30 * base)
    return min(shares)


def smaller_share(table: Table, seed: int) -> float:
    """The least share that one of two flows gets between the 30th and 60th round trip; of twelve links of twelve sizes.
    The second flow begins ten round trips later."""
    draw, shares = random.Random(seed), []
    for size in range(LEAST, LARGEST):
        link, base = plain_link(draw, size, size + 1)
        link.flows = [Flow(base, 0), Flow(base, 10 * base)]
        shares += gains(link, table, 30 * base, 60 * base)
    return min(shares)


@sut(answers="any")
def decide(views: Views) -> list[Decision]:
    decisions = []
    for window, _, lost, memory in views:
        if lost:
            decisions.append(Decision(max(1, window // 2), 1))
        else:
            decisions.append(Decision(min(MOST, window + 1 if memory else window * 2), memory))
    return decisions


@always("CC-1")
def within_bounds(s: Sut, views: Views) -> None:
    "Every view gets one decision: a window of 1 to 24 packets and a memory of 0 to 3."
    assert legal(views, s.decide(views))


@always("CC-1")
def each_view_alone(s: Sut, views: Views) -> None:
    "The decision on a view does not hang on the views before and after it."
    together = s.decide(views)
    assert len(together) == len(views)
    for view, decision in list(zip(views, together, strict=True))[:4]:
        assert s.decide([view]) == [decision]


@always("CC-1")
def in_any_order(s: Sut, seed: U64) -> None:
    "What is decided on a view is the same wherever in the whole table it stands."
    table, views = table_of(s), random.Random(seed).sample(WHOLE, len(WHOLE))
    assert [Decision(*decision) for decision in s.decide(views)] == [table[view] for view in views]


@always("CC-2")
def gives_way(s: Sut) -> None:
    "From every state: after 12 rounds that all lose packets while the delay is highest, the window is 4 or less."
    assert largest_after_losses(table_of(s)) <= 4


@always("CC-3")
def uses_a_free_link(s: Sut, seed: U64) -> None:
    "A flow that is alone on a link without losses by chance gets half of it or more, from its 10th round trip on."
    assert share_alone(table_of(s), seed) >= 0.5


@always("CC-4")
def nobody_starves(s: Sut, seed: U64) -> None:
    """Two flows share a link without losses by chance, the second begins ten round trips later: each gets a tenth of
    the link or more between the 30th and the 60th round trip."""
    assert smaller_share(table_of(s), seed) >= 0.1


@objective(better="higher", cases=6)
def mean_utility(s: Sut, seed: U64) -> float:
    "Utility of four links made from a hidden seed, in percent. The table that is played is held to the laws as well."
    table, draw = table_of(s), random.Random(seed)
    assert largest_after_losses(table) <= 4
    assert share_alone(table, seed) >= 0.5
    assert smaller_share(table, seed) >= 0.1
    links = [played(busy_link(draw), table, TICKS, draw.getrandbits(32)) for _ in range(LINKS)]
    return 100 * sum(map(utility, links)) / LINKS


@sometimes
def nothing_asked(call: Call) -> bool:
    "There are no views."
    return not call.args[0]


@sometimes
def the_whole_table(call: Call) -> bool:
    "Every view is asked for."
    return len(call.args[0]) == len(WHOLE)


@sometimes
def loss_at_the_smallest_window(call: Call) -> bool:
    "A flow with one packet loses it."
    return any(view.window == 1 and view.lost for view in call.args[0][:12])


@sometimes
def growth_at_the_largest_window(call: Call) -> bool:
    "A flow with 24 packets loses none."
    return any(view.window == MOST and not view.lost and not view.delay for view in call.args[0][:12])
