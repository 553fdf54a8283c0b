"""Trying a candidate in every world: known schedules, every small one, drawn ones; what failed is proved and shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from probatum.errors import TaskError
from probatum.judge.evidence import GearReport
from probatum.judge.ports import Opening, Workers
from probatum.judge.simulation.ahead import Habits
from probatum.judge.simulation.batch import Batch, Ran, run_batch
from probatum.judge.simulation.choose import Drawn, drawers_of, possible
from probatum.judge.simulation.declared import WorldSpec
from probatum.judge.simulation.explain import explain_broken, explain_lost, show_twin
from probatum.judge.simulation.play import Play
from probatum.judge.simulation.run import Start, given
from probatum.judge.simulation.schedule import Decision, Schedule, is_apart, is_schedule, read_schedule
from probatum.judge.suite import Suite
from probatum.types.codec import DecodeError

FAULTY = 4
"""Schedules of a world with faults for each one of a world without."""
FURTHER = 40
"""Schedules looked at for further laws after one has failed."""
MOST_SHOWN = 3
"""Laws reported from one trial."""
SMALL, DRAWN = "small", "drawn"
"""The two parts of a trial."""
MOST_EXHAUSTIVE = 20_000
"""Schedules after which a world is not small enough to be tried exhaustively."""


@dataclass(slots=True, kw_only=True)
class Covered:
    """What has been covered so far."""

    report: GearReport = field(default_factory=GearReport)
    schedules: int = 0
    small: int = 0
    """Schedules of the exhaustive part."""
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    """Per world: faults, actions and laws, and how often."""
    reached: set[str] = field(default_factory=set)
    cut_short: list[str] = field(default_factory=list)
    """Worlds whose small schedules were too many."""

    @property
    def over(self) -> bool:
        """Whether something was found that ends the trial."""
        return bool(self.report.shown) or self.report.problem is not None


@dataclass(slots=True, kw_only=True)
class Simulation:
    """One trial of a candidate in the worlds of a task."""

    suite: Suite
    workers: Workers
    opening: Opening
    cpu_s: float
    smaller: bool = True
    """Whether failing schedules are made smaller."""
    covered: Covered = field(default_factory=Covered)
    turn: int = 0
    habits: Habits = field(default_factory=Habits)

    def known(self, texts: Sequence[str]) -> None:
        """Stored schedules (each on the second line of its input): they refute only."""
        self._run(list(self._stored(texts)), small=False, counted=False)

    def small(self) -> None:
        """Every schedule within the declared bound, world by world."""
        for spec in self.suite.worlds:
            if spec.mark.exhaustive and not self.covered.over:
                self._exhaust(spec)

    def drawn(self, seed: str, schedules: int) -> None:
        """Drawn schedules, world by world in turn; the first process is repeated with another hash seed."""
        worlds = self.suite.worlds if not self.covered.over else ()
        drawers = {spec.name: drawers_of(spec) for spec in worlds}
        wanted: list[tuple[WorldSpec, Start]] = []
        turns = [spec for spec in worlds for _ in range(FAULTY if spec.faults() else 1)]
        for number in range(max(schedules, len(turns)) if turns else 0):
            spec = turns[number % len(turns)]
            wanted.append((spec, partial(Drawn, spec, drawers[spec.name], f"{seed} {number}")))
        self._run(wanted, small=False)

    def _stored(self, texts: Sequence[str]) -> Iterator[tuple[WorldSpec, Start]]:
        for text in (stored.partition("\n")[2] for stored in texts):
            if is_schedule(text) and not is_apart(text):
                try:
                    spec, schedule = read_schedule(self.suite.worlds, text)
                except (KeyError, DecodeError, TypeError, ValueError):
                    continue
                yield spec, partial(given, schedule)

    def _exhaust(self, spec: WorldSpec) -> None:
        """Breadth first: run a schedule, see what was possible after it, and try each of those."""
        depth, level = spec.mark.exhaustive, [()]  # type: tuple[int, list[Schedule]]
        for length in range(depth + 1):
            further: dict[Schedule, None] = {}
            watch = further if length < depth else None
            self._run([(spec, partial(_Watched, schedule, watch)) for schedule in level], small=True)
            level = list(further)
            if self.covered.over:
                return
            if self.covered.small + len(level) > MOST_EXHAUSTIVE:
                self.covered.cut_short.append(f"{spec.name} has more than {MOST_EXHAUSTIVE} schedules of {length + 1}")
                return

    def _run(self, wanted: list[tuple[WorldSpec, Start]], *, small: bool, counted: bool = True) -> None:
        """Run schedules, several per process, until one shows something."""
        at = 0
        while at < len(wanted) and not self.covered.over:
            opening = replace(
                self.opening, host=(self.opening.host + self.turn) % 2, random_seed=self.opening.random_seed + self.turn
            )
            batch = run_batch(self.workers, self.suite.interface, wanted[at:], opening, habits=self.habits)
            self.turn += 1
            self.covered.report.transcripts.append(batch.transcript)
            if not batch.rans:
                self.covered.report.problem = ("INCONCLUSIVE", "the module loads no longer as it did at level build")
                return
            at += len(batch.rans)
            for ran in batch.rans:
                self._count(ran, small, counted)
            self._judge(batch, wanted[at : at + FURTHER], opening)
            if self.turn == 1 and counted and not self.covered.over and self.suite.deterministic:
                self._repeat(batch, opening)

    def _count(self, ran: Ran, small: bool, counted: bool) -> None:
        covered, play = self.covered, ran.result.play
        covered.report.tally.calls += len(ran.driver.ops)
        covered.report.tally.segments += 1
        if not counted:
            return
        covered.small += small
        covered.schedules += not small
        covered.counts.setdefault(ran.spec.name, Counter()).update(play.counts)
        covered.reached |= play.reached

    def _judge(self, batch: Batch, rest: list[tuple[WorldSpec, Start]], opening: Opening) -> None:
        """What the last schedule of a batch showed, if it was not just the last."""
        last, report = batch.rans[-1], self.covered.report
        if last.result.broken is not None:
            report.tally.failed += 1
            self._explain(batch, rest, opening)
        elif batch.lost:
            loss = explain_lost(self.suite, self.workers, batch, opening, self.cpu_s, smaller=self.smaller)
            report.transcripts += loss.transcripts
            report.problem = loss.problem
            report.shown += [loss.shown] if loss.shown is not None else []
            if loss.again is not None and loss.again.rans[-1].result.broken is not None:
                self._explain(loss.again, rest, opening)

    def _explain(self, batch: Batch, rest: list[tuple[WorldSpec, Start]], opening: Opening) -> None:
        """The law that ended a batch, and other laws that fail soon after it."""
        further = run_batch(self.workers, self.suite.interface, rest, opening, on=True)
        failing: dict[str, list[tuple[Batch, int]]] = {}
        for found in (batch, further):
            for at, ran in enumerate(found.rans):
                if ran.result.broken is not None:
                    failing.setdefault(ran.result.broken.law, []).append((found, at))
        for places in list(failing.values())[:MOST_SHOWN]:
            self.covered.report.shown.append(
                explain_broken(self.suite, self.workers, places, opening, smaller=self.smaller)
            )

    def _repeat(self, batch: Batch, opening: Opening) -> None:
        """The same schedules in another process with another hash seed: the same calls must get the same answers."""
        turn = replace(opening, host=opening.host ^ 1, random_seed=opening.random_seed ^ 0x5EED)
        wanted = [(ran.spec, partial(given, ran.result.schedule)) for ran in batch.rans]
        again = run_batch(self.workers, self.suite.interface, wanted, turn, on=True)
        found = show_twin(batch, again)
        if found is not None:
            self.covered.report.transcripts.append(again.transcript)
            self.covered.report.shown.append(found)


class _Watched:
    """The decisions of a schedule; notes every schedule that is one possible decision longer."""

    def __init__(self, schedule: Schedule, further: dict[Schedule, None] | None) -> None:
        self.schedule = schedule
        self.further = further
        self.at = 0

    def __call__(self, play: Play) -> Decision | None:
        if self.at < len(self.schedule):
            self.at += 1
            return self.schedule[self.at - 1]
        if self.further is not None and len(play.made) == len(self.schedule):
            self.further.update({(*play.made, decision): None for decision in possible(play)})
        return None


def simulate(suite: Suite, workers: Workers, request: dict[str, Any], cpu_s: float) -> GearReport:
    """One trial of a candidate in every world, or in the stored schedules where the request has some;
    `GearReport.scope` holds what was covered, as counts. ``only`` in the request: the small or the drawn schedules
    alone, which shows that each of them can refute by itself and is no evidence otherwise; ``smaller`` false: a failing
    schedule is shown as it was found."""
    opening = Opening(host=request["host"], random_seed=request["random_seed"])
    trial = Simulation(suite=suite, workers=workers, opening=opening, cpu_s=cpu_s, smaller=request.get("smaller", True))
    if request["stored"]:
        trial.known(request["stored"])
    else:
        if request.get("only") != DRAWN:
            trial.small()
        if request.get("only") != SMALL:
            trial.drawn(request["seed"], request["schedules"])
    return _reported(suite, trial.covered)


def _reported(suite: Suite, covered: Covered) -> GearReport:
    report = covered.report
    faults = {
        f"{spec.name}: {fault}": covered.counts.get(spec.name, Counter())[fault]
        for spec in suite.worlds
        for fault in spec.faults()
    }
    bounds = [spec.mark.exhaustive for spec in suite.worlds if spec.mark.exhaustive]
    report.scope = {
        "schedules": covered.schedules,
        "fault_steps": sum(faults.values()),
        "exhaustive_schedules": covered.small,
        "exhaustive_decisions": 0 if covered.cut_short else min(bounds, default=0),
    }
    report.notes = {
        "faults": [f"{name} {count}" for name, count in faults.items()],
        "never": [f"{name} never happened" for name, count in faults.items() if not count] + _unreached(suite, covered),
        "cut_short": covered.cut_short,
        "unbounded": [spec.name for spec in suite.worlds if not spec.mark.exhaustive],
    }
    return report


def _unreached(suite: Suite, covered: Covered) -> list[str]:
    """Actions never done, laws never tried, `sometimes` never reached."""
    missing = []
    for spec in suite.worlds:
        counts = covered.counts.get(spec.name, Counter())
        missing += [f"{spec.name}: {p.name} never done" for p in spec.of("action") if not counts[f"{p.name} done"]]
        missing += [f"{spec.name}: {p.name} never fired" for p in spec.of("timer") if not counts[f"{p.name} fired"]]
        missing += [
            f"{spec.name}: {c.name} never reached" for c in spec.laws("sometimes") if c.name not in covered.reached
        ]
        laws = (*spec.laws("always"), *spec.laws("eventually"))
        missing += [f"{spec.name}: {c.name} never tried" for c in laws if not counts[f"{c.name} tried"]]
    return missing


def selfcheck_worlds(suite: Suite, schedules: int = 60) -> list[str]:
    """Every world on the oracle: raises `TaskError` for a law that fails there; what was never reached."""
    from probatum.judge.simulation.oracle import try_oracle

    covered = Covered()
    for spec in suite.worlds:
        drawers = drawers_of(spec)
        for number in range(schedules):
            result = try_oracle(suite.interface, spec, Drawn(spec, drawers, f"selfcheck {number}"))
            if result.broken is not None:
                steps = "; ".join(line.text for line in result.play.lines[1:12])
                raise TaskError(
                    f"law {result.broken.law} of world {spec.name} is false of the oracle itself: {result.broken.why}",
                    file="task.py",
                    fix=f"Correct the world or the oracle; it failed after: {steps}",
                )
            covered.counts.setdefault(spec.name, Counter()).update(result.play.counts)
            covered.reached |= result.play.reached
    missing = [
        f"{spec.name}: {f} never happened"
        for spec in suite.worlds
        for f in spec.faults()
        if not covered.counts[spec.name][f]
    ]
    return missing + _unreached(suite, covered)
