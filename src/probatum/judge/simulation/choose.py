"""What may happen next: everything (exhaustive small worlds), or one thing drawn with a seed.

Every drawn schedule has its own mix of faults and pace (swarm testing, Groce et al., ISSTA 2012): faults that are
always on together hide each other.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from probatum.judge.draw import Drawer, draw_all
from probatum.judge.enumerate import small_values
from probatum.judge.simulation.declared import Part, WorldSpec
from probatum.judge.simulation.play import Play
from probatum.judge.simulation.schedule import Decision
from probatum.lab.rng import Rng
from probatum.task.declare import Unsatisfied

FEW_VALUES = 2
"""Values per parameter of an action in exhaustive schedules."""
LOST = (0, 1, 2)
TORN = (0, 1, 1 << 20)
"""Records lost and bytes torn off in exhaustive schedules; more than there is means all of it."""
ON_LINKS = {"drop": "drop", "duplicate": "duplicate", "partition": "cut"}


def possible(play: Play) -> Iterator[Decision]:
    """Every decision that may take effect now, simplest first, arguments from few values."""
    for part in play.spec.of("action"):
        values = [small_values(p.kind, FEW_VALUES) for p in part.params]
        yield from (Decision("do", part.name, args) for args in itertools.product(*values))
    for part in play.spec.of("link"):
        yield from _on_link(play, part)
    if play.time_may_pass():
        yield from (Decision("fire", part.name) for part in play.spec.of("timer"))
    for part in play.spec.of("crash"):
        for lost in LOST if part.may("lose") else (0,):
            yield from (Decision("crash", part.name, (lost, torn)) for torn in (TORN if part.may("torn") else (0,)))


def _on_link(play: Play, part: Part) -> Iterator[Decision]:
    wire = play.wires[part.name]
    waiting = range(len(wire.queue))
    for at in waiting if part.may("reorder") else waiting[:1]:
        yield Decision("deliver", part.name, (at,))
    for fault in ("drop", "duplicate"):
        if part.may(fault):
            yield from (Decision(fault, part.name, (at,)) for at in waiting)
    if part.may("partition"):
        yield Decision("heal" if wire.cut else "cut", part.name)


class Drawn:
    """Draws one schedule while it is being run. The same seed and the same answers give the same schedule."""

    def __init__(self, spec: WorldSpec, drawers: dict[str, Drawer], seed: str) -> None:
        r = self.r = Rng(seed)
        self.spec = spec
        self.drawers = drawers
        r.tame = 0.3 if r.random() < 0.2 else 1.0
        self.left = spec.mark.steps if r.random() < 0.3 else 1 + int(r.random() * spec.mark.steps)
        pace = {"action": r.choice((1, 2, 4)), "link": r.choice((2, 4, 8)), "timer": r.choice((0.5, 1, 2))}
        self.weights = {part.name: pace.get(part.mark.kind, 0.0) for part in spec.parts}
        reordered = [part.name for part in spec.of("link") if part.may("reorder")]
        self.order = {name: r.choice(("oldest", "any", "newest")) for name in reordered}
        # Some schedules keep the first messages of a link back almost to their end, while others overtake them: what a
        # system takes for new then is what it should have forgotten long ago.
        self.held = {name: r.choice((0, 0, 0, 1, 2)) for name in reordered}
        self.release = 2 + int(r.random() * 6)
        self.faults = {name: r.choice((0.0, 0.0, 0.5, 1.0, 3.0)) for name in spec.faults()}

    def __call__(self, play: Play) -> Decision | None:
        """The next decision; None when the schedule is over or nothing can happen."""
        if self.left <= 0:
            return None
        self.left -= 1
        options = [(d, w) for d, w in self._options(play) if w > 0]
        if not options:
            return None
        kind, name = self.r.choices([d for d, _ in options], [w for _, w in options])[0]
        return self._filled(play, kind, name)

    def _options(self, play: Play) -> Iterator[tuple[tuple[str, str], float]]:
        """Kinds of decision with their weights."""
        timers = play.time_may_pass()
        for part in self.spec.parts:
            kind, name = part.mark.kind, part.name
            if kind == "action":
                yield ("do", name), self.weights[name]
            elif kind == "timer" and timers:
                yield ("fire", name), self.weights[name]
            elif kind == "crash":
                yield ("crash", name), 0.5 * self.faults[f"{name} crash"]
            elif kind == "link":
                yield from self._link_options(play, part)

    def _link_options(self, play: Play, part: Part) -> Iterator[tuple[tuple[str, str], float]]:
        wire = play.wires[part.name]
        if wire.cut:
            yield ("heal", part.name), 1.0
        if len(wire.queue) > self._held(part.name):
            yield ("deliver", part.name), self.weights[part.name]
        for fault in part.mark.faults:
            kind = ON_LINKS.get(fault)
            if kind and not wire.cut and (wire.queue or kind == "cut"):
                yield (kind, part.name), self.faults[f"{part.name} {fault}"] * (0.3 if kind == "cut" else 1)

    def _filled(self, play: Play, kind: str, name: str) -> Decision:
        r = self.r
        if kind == "do":
            try:
                return Decision(kind, name, self.drawers[name](r))
            except Unsatisfied:
                return Decision(kind, "", ())
        if kind == "crash":
            lost = 0 if r.random() < 0.4 else 1 + int(r.random() ** 2 * 6)
            return Decision(kind, name, (lost, self._torn(play, name, lost)))
        if kind in ("cut", "heal", "fire"):
            return Decision(kind, name)
        held = self._held(name) if kind == "deliver" else 0
        waiting = len(play.wires[name].queue) - held
        order = "any" if kind != "deliver" or r.random() < 0.1 else self.order.get(name, "oldest")
        far = {"oldest": 0, "any": int(r.random() * waiting), "newest": waiting - 1}
        return Decision(kind, name, (held + far[order],))

    def _held(self, link: str) -> int:
        """How many messages at the head of a link are kept back now."""
        return self.held.get(link, 0) if self.left >= self.release else 0

    def _torn(self, play: Play, name: str, lost: int) -> int:
        """Bytes to tear off: some, or so many that the record is as long as another one."""
        r, part = self.r, self.spec.part(name)
        log = play.log_of(part.mark.node) if part is not None else []
        x, kept = r.random(), log[: len(log) - lost]
        if x < 0.3:
            return 0
        if x < 0.75 and kept:
            return max(0, len(kept[-1]) - len(log[int(r.random() * len(log))]))
        return 1 + int(r.random() * (24 if x < 0.97 else 400))


def drawers_of(spec: WorldSpec) -> dict[str, Drawer]:
    """Compiled drawers of a world's actions."""
    return {part.name: draw_all(part.params) for part in spec.of("action")}
