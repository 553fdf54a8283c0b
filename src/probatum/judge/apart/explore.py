"""Every schedule of a world up to a bound, breadth first, by re-executing prefixes; equal states are explored once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import NamedTuple

from probatum.judge.apart.driver import ApartDriver
from probatum.judge.apart.machines import Machines, Nodes, Spent
from probatum.judge.apart.state import Unreadable, state_of
from probatum.judge.drive import Signal
from probatum.judge.simulation.batch import Ran
from probatum.judge.simulation.choose import possible
from probatum.judge.simulation.declared import WorldSpec
from probatum.judge.simulation.play import Play
from probatum.judge.simulation.run import run_world
from probatum.judge.simulation.schedule import APART, Decision, Schedule, write_schedule
from probatum.task.interface import Interface

MOST_STATES, MOST_RUNS = 6_000, 20_000
"""States, and schedules run to find them, after which a world is not small enough."""
FURTHER = 40
"""Schedules looked at for further laws after one has failed."""


class Row(NamedTuple):
    """One run as it is kept: its calls in the order they were made, whoever answered, the replies, and the schedule."""

    calls: str
    replies: str
    schedule: str


def row_of(ran: Ran) -> Row:
    """A run as it is kept."""
    driver = ran.driver
    schedule = write_schedule(ran.spec.name, ran.result.schedule, APART)
    return Row("[" + ",".join(driver.texts) + "]", "[" + ",".join(driver.replies) + "]", schedule)


class Merged(Signal):
    """A run has come into a state that was explored before."""


@dataclass(slots=True, kw_only=True)
class Exploration:
    """One world, explored. A step of a schedule is made once: before it, its prefix has been run and held."""

    interface: Interface
    spec: WorldSpec
    machines: Machines
    merging: bool = True
    """Whether equal states are explored once; for a world whose states cannot be told equal, or to compare."""
    seen: dict[Hashable, int] = field(default_factory=dict)
    edges: list[list[int]] = field(default_factory=list)
    """Per state those that one decision leads to."""
    counts: Counter[str] = field(default_factory=Counter)
    reached: set[str] = field(default_factory=set)
    held: list[Row] = field(default_factory=list)
    """Runs to every state, each with the fair steps after it."""
    failed: list[Ran] = field(default_factory=list)
    """Runs that broke a law or lost a process, the shortest first."""
    runs: int = 0
    completed: int = -1
    """Decisions to which every schedule was tried."""
    unmerged: str = ""
    cut_short: str = ""

    def run(self) -> None:
        """Explore level by level until a law fails, the bound is reached, or the states or calls are too many."""
        level: list[tuple[Schedule, int]] = [((), -1)]
        for length in range(self.spec.mark.apart + 1):
            following: list[tuple[Schedule, int]] = []
            further = FURTHER
            for at, (schedule, before) in enumerate(level):
                if self.failed and not (further := further - 1):
                    return
                try:
                    following += self._step(schedule, before, last=length == self.spec.mark.apart)
                except Spent as problem:
                    self.cut_short = self._far(length, at, len(level), str(problem))
                    return
            if self.failed:
                return
            self.completed, level = length, following

    def _far(self, length: int, at: int, wanted: int, why: str) -> str:
        """How far it got."""
        return (
            f"{self.spec.name}: every schedule of up to {self.completed} decisions was tried and {at} of {wanted} of "
            f"{length}, not all of {self.spec.mark.apart}: {why}"
        )

    def _step(self, schedule: Schedule, before: int, *, last: bool) -> list[tuple[Schedule, int]]:
        """Run one schedule; the schedules that are one possible decision longer, where it led to a new state."""
        if self.runs >= MOST_RUNS:
            raise Spent(f"more than {MOST_RUNS} schedules run")
        self.runs += 1
        walk = _Walk(exploration=self, schedule=schedule, last=last)
        driver = ApartDriver(self.interface, walk.nodes)
        try:
            result = run_world(self.spec, driver, walk)
        except Merged:
            result = None
        assert walk.play is not None or result is not None
        play = result.play if result is not None else walk.play
        assert play is not None
        self.counts.update(play.counts - walk.known)
        self.reached |= play.reached
        if result is not None:
            self._keep(Ran(spec=self.spec, result=result, driver=driver))
        if walk.state < 0:
            return []
        if before >= 0:
            self.edges[before].append(walk.state)
        return [((*schedule, decision), walk.state) for decision in walk.options]

    def _keep(self, ran: Ran) -> None:
        if ran.result.broken is not None or ran.result.lost is not None:
            self.failed.append(ran)
        else:
            self.held.append(row_of(ran))

    def numbered(self, play: Play, nodes: Nodes) -> tuple[int, bool]:
        """The number of the state that a run is in, and whether it is a new one."""
        key: Hashable = object()
        if self.merging:
            try:
                key = state_of(play, nodes)
            except Unreadable as problem:
                self.merging, self.unmerged = False, str(problem)
        new = key not in self.seen
        if new:
            if len(self.seen) >= MOST_STATES:
                raise Spent(f"more than {MOST_STATES} states")
            self.seen[key] = len(self.seen)
            self.edges.append([])
        return self.seen[key], new

    @property
    def schedules(self) -> int:
        """How many schedules the explored states stand for, up to the completed bound."""
        total, at = 0, {0: 1}
        for _ in range(self.completed + 1):
            total += sum(at.values())
            following: dict[int, int] = {}
            for state, ways in at.items():
                for further in self.edges[state]:
                    following[further] = following.get(further, 0) + ways
            at = following
        return total


@dataclass(slots=True, kw_only=True)
class _Walk:
    """The decisions of a schedule; then the state is looked at, and a run that has been there ends."""

    exploration: Exploration
    schedule: Schedule
    last: bool
    nodes: Nodes = field(init=False)
    at: int = 0
    state: int = -1
    options: tuple[Decision, ...] = ()
    known: Counter[str] = field(default_factory=Counter)
    """What was counted before the last decision, when a shorter schedule was run."""
    play: Play | None = None

    def __post_init__(self) -> None:
        self.nodes = Nodes(machines=self.exploration.machines)

    def __call__(self, play: Play) -> Decision | None:
        self.play = play
        if self.at < len(self.schedule):
            self.at += 1
            if self.at == len(self.schedule):
                self.known = Counter(play.counts)
            return self.schedule[self.at - 1]
        self.state, new = self.exploration.numbered(play, self.nodes)
        if not new:
            raise Merged
        self.options = () if self.last else tuple(possible(play))
        return None
