"""Trying a candidate in worlds whose nodes live apart: every schedule to the bound, then some drawn ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from probatum.judge.apart.explore import Exploration, row_of
from probatum.judge.apart.living import Lived, live, prove, transcript_of
from probatum.judge.apart.machines import Machines, Unloaded, Unrepeated
from probatum.judge.evidence import GearReport
from probatum.judge.ports import Opening, Workers
from probatum.judge.simulation.batch import Ran
from probatum.judge.simulation.choose import Drawn, drawers_of
from probatum.judge.simulation.declared import WorldSpec
from probatum.judge.simulation.run import given
from probatum.judge.simulation.schedule import Schedule, is_apart, read_schedule
from probatum.judge.simulation.shrink import Check, Shrinking
from probatum.judge.suite import Suite
from probatum.transcript import Ending
from probatum.types.codec import DecodeError

MOST_CALLS = 60_000
"""Calls of the real code that exploring may cost, all worlds together."""
MOST_SHOWN = 3
"""Laws reported from one trial."""
KEPT = 400
"""Runs kept in one transcript."""
TRIES, HURRY = 60, 8
"""Schedules run to make a drawn one smaller, each with one in so many of the fair steps."""


@dataclass(slots=True, kw_only=True)
class Apart:
    """One trial of a candidate in the worlds that a task declares to be explored."""

    suite: Suite
    workers: Workers
    opening: Opening
    smaller: bool = True
    report: GearReport = field(default_factory=GearReport)
    explored: list[Exploration] = field(default_factory=list)
    drawn: int = 0
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    reached: set[str] = field(default_factory=set)

    @property
    def worlds(self) -> tuple[WorldSpec, ...]:
        """The worlds that are explored."""
        return tuple(spec for spec in self.suite.worlds if spec.mark.apart)

    @property
    def over(self) -> bool:
        """Whether something was found that ends the trial."""
        return bool(self.report.shown) or self.report.problem is not None

    def explore(self) -> None:
        """Every schedule to the bound. Where a past is answered otherwise when it is re-executed beside others, or what
        failed does not fail alone, once more with every past in a fresh process."""
        problem: str | None = ""
        for alone in (False, True):
            problem = self._explore(alone)
            if problem is None:
                return
        why = f"what an instance answers does not follow from what it was asked: {problem}"
        self.report.problem = ("INCONCLUSIVE", why)

    def _explore(self, alone: bool) -> str | None:
        """Why this way of exploring says nothing; None when it came to an end."""
        machines = Machines(workers=self.workers, opening=self.opening, alone=alone, most=MOST_CALLS)
        self.explored = []
        try:
            for spec in self.worlds:
                self.explored.append(Exploration(interface=self.suite.interface, spec=spec, machines=machines))
                self.explored[-1].run()
                if self.explored[-1].failed or self.explored[-1].cut_short:
                    break
        except Unrepeated as problem:
            return str(problem)
        except Unloaded:
            self.report.problem = ("INCONCLUSIVE", "the module loads no longer as it did at level build")
            return None
        finally:
            machines.close()
            self._account(machines)
        return self._judge(self.explored[-1].failed) if self.explored else None

    def _account(self, machines: Machines) -> None:
        """Keep the runs that held, and what the processes used."""
        ending = Ending(
            how="completed",
            cpu_s=sum(e.cpu_s for e in machines.endings),
            max_rss_mb=max((e.max_rss_mb for e in machines.endings), default=0.0),
        )
        rows = [row for exploration in self.explored for row in exploration.held]
        for at in range(0, max(1, len(rows)), KEPT):
            self.report.transcripts.append(transcript_of(rows[at : at + KEPT], ending, self.opening))
            ending = Ending(how="completed")
        self.report.tally.calls += machines.calls
        self.report.tally.segments += len(rows)
        unclean = next((e for e in machines.endings if e.how == "protocol"), None)
        if unclean is not None and self.report.problem is None:
            self.report.problem = ("INCONCLUSIVE", f"a process spoke out of turn: {unclean.detail}")

    def _judge(self, failed: Sequence[Ran]) -> str | None:
        """Prove what failed, each law once; why nothing of it stands, where nothing does."""
        tried: dict[str, None] = {}
        for ran in failed:
            law = ran.result.broken.law if ran.result.broken is not None else ""
            if law in tried or len(tried) >= MOST_SHOWN:
                continue
            tried[law] = None
            self._proved(ran, minimal=True)
            if self.report.problem is not None:
                return None
        self.report.tally.failed += len(failed)
        return "a schedule that failed did not fail in processes of its own" if failed and not self.over else None

    def _proved(self, ran: Ran, *, minimal: bool) -> bool:
        proof = prove(self.suite, self.workers, ran, self.opening, minimal=minimal)
        self.report.problem = proof.problem
        known = {shown.law for shown in self.report.shown}
        if proof.shown is not None and proof.shown.law not in known:
            self.report.shown.append(proof.shown)
        return proof.shown is not None

    def draw(self, seed: str, schedules: int) -> None:
        """Drawn schedules, in turn of every world that is explored; nothing is looked up."""
        drawers = {spec.name: drawers_of(spec) for spec in self.worlds}
        rows = []
        for number in range(schedules if self.worlds else 0):
            spec = self.worlds[number % len(self.worlds)]
            opening = replace(self.opening, random_seed=self.opening.random_seed + number)
            lived = live(self.suite, self.workers, spec, Drawn(spec, drawers[spec.name], f"{seed} {number}"), opening)
            if not lived.loaded:
                self.report.problem = ("INCONCLUSIVE", "the module loads no longer as it did at level build")
                return
            if lived.law:
                self._drawn_failed(lived)
                return
            self._count(lived.ran)
            rows.append((row_of(lived.ran), lived.ending))
        if rows:
            ending = Ending(how="completed", cpu_s=sum(e.cpu_s for _, e in rows))
            self.report.transcripts.append(transcript_of([row for row, _ in rows], ending, self.opening))

    def _count(self, ran: Ran) -> None:
        self.drawn += 1
        self.counts.setdefault(ran.spec.name, Counter()).update(ran.result.play.counts)
        self.reached |= ran.result.play.reached
        self.report.tally.calls += len(ran.driver.ops)
        self.report.tally.segments += 1

    def _drawn_failed(self, lived: Lived) -> None:
        """A drawn schedule that fails: made smaller, and proved."""
        self.report.tally.failed += 1
        ran, small = lived.ran, False
        if self.smaller and lived.law != "returns":
            check = self._fails(ran.spec, lived.law)
            best, small = Shrinking(spec=ran.spec, best=ran.result.schedule, check=check, tries=TRIES, at_once=6).run()
            again = live(self.suite, self.workers, ran.spec, given(best), self.opening)
            ran = again.ran if again.law == lived.law else ran
        if (
            self._proved(ran, minimal=small)
            or self.report.problem is not None
            or self._proved(lived.ran, minimal=False)
        ):
            return
        text = f"law {lived.law} failed in a schedule and did not when it was run again"
        self.report.problem = ("INCONCLUSIVE", text)

    def _fails(self, spec: WorldSpec, law: str) -> Check:
        def check(schedules: Sequence[Schedule]) -> list[Schedule | None]:
            found: list[Schedule | None] = []
            for schedule in schedules:
                lived = live(self.suite, self.workers, spec, given(schedule), self.opening, HURRY)
                found.append(lived.ran.result.schedule if lived.law == law else None)
            return found

        return check

    def known(self, texts: Sequence[str]) -> None:
        """Stored schedules of runs whose nodes lived apart: they refute only."""
        for spec, schedule in self._stored(texts):
            lived = live(self.suite, self.workers, spec, given(schedule), self.opening)
            self.report.tally.calls += len(lived.ran.driver.ops)
            self.report.tally.segments += 1
            if lived.law and (self._proved(lived.ran, minimal=False) or self.report.problem is not None):
                return

    def _stored(self, texts: Sequence[str]) -> Iterator[tuple[WorldSpec, Schedule]]:
        for text in (stored.partition("\n")[2] for stored in texts):
            if is_apart(text):
                try:
                    yield read_schedule(self.suite.worlds, text)
                except (KeyError, DecodeError, TypeError, ValueError):
                    continue
