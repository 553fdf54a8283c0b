"""The gears of a trial: plan segments on the oracle, run them on the candidate, judge, explain, shrink.

corpus and regression (inputs the author may know: they refute only) → exhaustive small scope → fresh inputs →
confirmation.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from probatum.errors import TaskError
from probatum.judge import enumerate as small
from probatum.judge.chunks import chunks, spread
from probatum.judge.compare import Comparison, Failure, compare, differs, goals_reached
from probatum.judge.drive import OracleDriver
from probatum.judge.evidence import GearReport, Tally
from probatum.judge.explain import revive_ops, show_all, show_difference, show_loss
from probatum.judge.histories import Drawers, Planned, draw_history, plan_of, read_uses
from probatum.judge.loss import explain, explain_loading
from probatum.judge.ports import Opening, Ran, Workers, run_plan
from probatum.judge.soundness import laws_hold
from probatum.judge.stepping import step_law
from probatum.judge.suite import Law, Suite
from probatum.lab.rng import Rng
from probatum.task.declare import Unsatisfied
from probatum.task.interface import SutFunction
from probatum.transcript import Op, read_segment

OUTSIDE = 8
"""Argument tuples looked at per call that is wanted within the specification."""
LONG = 1000
"""Calls of the first two histories of a trial of at least as many calls: some faults need a structure that large."""
SHORT = 40
"""Calls of a history in the corpus, which has to be cheap because every candidate runs it."""
MAX_SHOWN = 3
"""Laws reported from one gear."""


class Trial:
    """One task loaded in the judge process; tries candidates gear by gear."""

    def __init__(self, suite: Suite, *, cpu_s: float) -> None:
        self.suite = suite
        self.drawers = Drawers(suite)
        self.cpu_s = cpu_s
        self.records = frozenset(r.names for r in suite.interface.records())
        self._plans: dict[str, list[list[Planned]]] = {}

    def corpus(self) -> list[list[Planned]]:
        """The fixed corpus: the same for every candidate, hence known to authors; it refutes only."""
        if "corpus" not in self._plans:
            self._plans["corpus"] = self.fresh("corpus", calls=160, histories=8, longest=SHORT)
        return self._plans["corpus"]

    def exhaustive(self, depth: int, calls: int) -> list[list[Planned]]:
        """The small scope: every sequence of ``depth`` calls per class; per function the ``calls`` smallest argument
        tuples that are within the specification."""
        key = f"exhaustive {depth} {calls}"
        if key not in self._plans:
            interface = self.suite.interface
            sequences = [ops for cls in interface.classes for ops in small.sequences(cls, depth)] if depth else []
            found = [p for ops in sequences if (p := self.recorded(ops)) is not None]
            for function in interface.functions if calls else ():
                found += self._legal_calls(function, calls)
            self._plans[key] = list(chunks(found))
        return self._plans[key]

    def _legal_calls(self, function: SutFunction, wanted: int) -> list[Planned]:
        """The smallest calls of a function whose preconditions hold, at most ``wanted``."""
        tried = (self.recorded([op]) for op in small.function_calls(function, OUTSIDE * wanted))
        return list(itertools.islice((p for p in tried if p is not None), wanted))

    def recorded(self, ops: Iterable[Op]) -> Planned | None:
        """Calls recorded on the oracle; calls outside the specification are left out, None when nothing is left."""
        driver = OracleDriver(self.suite.interface)
        try:
            for op in ops:
                if op.verb != "c" or op.handle in driver.instances:
                    driver.make(op)
        except Unsatisfied:
            pass
        return plan_of(driver, (), self.records) if driver.ops else None

    def fresh(
        self, seed: str, *, calls: int, histories: int, only: Sequence[str] = (), longest: int | None = None
    ) -> list[list[Planned]]:
        """Histories drawn from a seed until both counts are reached, every law tried in turn; ``only`` names the laws
        to try where not all are wanted. Histories of more than ``longest`` calls are drawn again."""
        r = Rng(seed)
        made: list[Planned] = []
        laws = tuple(law for law in self.suite.laws if not only or law.name in only)
        total, drawn = 0, 0
        lengthy: set[str] = set()
        mean = max(4, calls // max(1, histories)) // (1 if longest is None else 2)
        while (total < calls or len(made) < histories) and drawn < 20 * histories + 50:
            tried = [law for law in _turn(laws, drawn) if law.name not in lengthy]
            length = LONG if calls >= LONG and drawn < 2 and self.suite.interface.classes else _length(r, mean)
            planned, _ = draw_history(self.drawers, r, length, tried)
            drawn += 1
            if longest is not None and len(planned.ops) > longest:
                lengthy |= {u.law.name for u in planned.uses if 2 * (u.end - u.start) > longest}
            elif planned.ops:
                made.append(planned)
                total += len(planned.ops)
        return list(chunks(made))

    def stored(self, texts: Sequence[str]) -> list[list[Planned]]:
        """Stored inputs as a plan: their calls recorded again on this task's oracle; foreign ones are left out."""
        made: list[Planned] = []
        for text in texts:
            try:
                planned = self._stored(text)
            except (ValueError, KeyError, TaskError, TypeError):
                continue
            if planned is not None:
                made.append(planned)
        return list(chunks(made))

    def _stored(self, text: str) -> Planned | None:
        """One stored input: calls, and on a second line the laws tried in them, kept where every call still counts."""
        calls, _, uses = text.partition("\n")
        ops = self.revived(read_segment(calls))
        planned = self.recorded(ops)
        if planned is None or not uses or len(planned.ops) != len(ops):
            return planned
        return replace(planned, uses=read_uses(self.suite, uses), uses_text=uses)

    def revived(self, ops: Sequence[Op]) -> list[Op]:
        """Calls read from text, with records as named tuples again."""
        return revive_ops(self.suite, ops)

    def gear(
        self,
        workers: Workers,
        plans: Sequence[Sequence[Planned]],
        opening: Opening,
        tally: Tally,
        *,
        both: bool = False,
        hosts: Sequence[int] = (),
    ) -> GearReport:
        """Run plans until one refutes; every plan in a fresh process, on alternating hosts, or on both when ``both``.
        With ``hosts`` those are used instead, and few long plans are cut so that every one is."""
        report = GearReport(tally=tally)
        for number, plan in enumerate(spread(plans, len(hosts)) if hosts else plans):
            host = hosts[number % len(hosts)] if hosts else (opening.host + number) % 2
            turn = replace(opening, host=host, random_seed=opening.random_seed + number)
            self._plan(workers, list(plan), turn, report)
            if both and not report.shown and report.problem is None:
                self._compare_hosts(workers, list(plan), turn, report)
            if report.shown or report.problem is not None:
                break
        return report

    def _plan(self, workers: Workers, plan: list[Planned], opening: Opening, report: GearReport) -> None:
        for planned in plan:
            laws_hold(planned)
        ran = run_plan(workers, plan, opening)
        report.transcripts.append(ran.transcript)
        report.tally.in_one_process = max(report.tally.in_one_process, sum(len(planned.ops) for planned in plan))
        if ran.loaded and ran.loaded != ("loaded",):
            self._unloadable(workers, plan, ran, opening, report)
            return
        failures = self._judge(workers, plan, ran, opening, report)
        if failures:
            report.shown += show_all(self.suite, workers, _each_law_once(failures)[:MAX_SHOWN], ran, plan, opening)
        elif not ran.complete and not report.shown and report.problem is None:
            self._lost(workers, plan, ran, opening, report)

    def _unloadable(
        self, workers: Workers, plan: list[Planned], ran: Ran, opening: Opening, report: GearReport
    ) -> None:
        loss = explain_loading(self.suite, workers, plan, ran, opening)
        report.problem = loss.problem
        if loss.failure is not None:
            report.shown.append(show_loss(loss.failure, loss.transcripts[0], minimal=False))

    def _judge(
        self, workers: Workers, plan: list[Planned], ran: Ran, opening: Opening, report: GearReport
    ) -> list[Failure]:
        """All failures of a run, counting what was covered."""
        failures: list[Failure] = []
        for planned, answers in zip(plan, ran.answers, strict=False):
            given = planned.answers if answers is None else answers
            self._count(planned, given, report.tally)
            if answers is None:
                continue
            compared = compare(self.suite, planned, answers)
            found = [*compared.failures, *self._stepped(workers, planned, compared, opening, report)]
            report.tally.failed += bool(found)
            failures += found
            if any(f.stalled for f in found):
                break
        return failures

    def _count(self, planned: Planned, answers: Sequence[object], tally: Tally) -> None:
        tally.calls += len(planned.ops)
        tally.segments += 1
        if len(planned.ops) > tally.on_one_instance:
            each = Counter(op.handle for op in planned.ops if op.verb == "c").values()
            tally.on_one_instance = max(tally.on_one_instance, *each, 0)
        for use in planned.uses:
            tally.laws[use.law.name] = tally.laws.get(use.law.name, 0) + 1
        if tally.open_goals:
            tally.open_goals -= goals_reached(self.suite, planned, answers, tally.open_goals)  # type: ignore[arg-type]

    def _stepped(
        self, workers: Workers, planned: Planned, compared: Comparison, opening: Opening, report: GearReport
    ) -> list[Failure]:
        """Laws that asked for other calls than were recorded, tried on the live worker."""
        failures = []
        for use in compared.diverged:
            found = step_law(self.suite, workers, planned, use, opening)
            if isinstance(found, Failure):
                failures.append(found)
            elif found is not None and report.problem is None:
                self._lost(workers, [found.planned], found.ran, opening, report)
        return failures

    def _lost(self, workers: Workers, plan: list[Planned], ran: Ran, opening: Opening, report: GearReport) -> None:
        loss = explain(self.suite, workers, plan, ran, opening, self.cpu_s)
        report.transcripts += loss.transcripts[1:]
        report.problem = loss.problem
        if loss.failure is not None:
            report.shown.append(show_loss(loss.failure, loss.transcripts[0], minimal=loss.minimal))
        elif loss.resumed is not None:
            self._resume(workers, plan, ran, loss.resumed, opening, report)

    def _resume(
        self, workers: Workers, plan: list[Planned], ran: Ran, again: Ran, opening: Opening, report: GearReport
    ) -> None:
        """The process was only slow as a whole: judge the segment that was cut off, then go on in smaller parts."""
        at = len(ran.answers)
        only = replace(again, answers=again.answers[at : at + 1])
        failures = self._judge(workers, plan[at : at + 1], only, opening, report)
        report.transcripts.append(again.transcript)
        report.shown += show_all(self.suite, workers, _each_law_once(failures)[:MAX_SHOWN], again, plan, opening)
        rest = plan[at + 1 :]
        middle = max(1, len(rest) // 2)
        for part in (rest[:middle], rest[middle:]):
            if part and not report.shown and report.problem is None:
                self._plan(workers, part, opening, report)

    def _compare_hosts(self, workers: Workers, plan: list[Planned], opening: Opening, report: GearReport) -> None:
        """The same calls in another process with another hash seed: differing answers break the law `deterministic`.
        Functions are called from the last segment to the first, so that what they remember shows as well."""
        turn = replace(opening, host=opening.host ^ 1, random_seed=opening.random_seed ^ 0x5EED)
        made, plan = plan, plan if self.suite.interface.classes else plan[::-1]
        ran = run_plan(workers, plan, turn)
        aside = GearReport(tally=Tally())
        failures = self._judge(workers, plan, ran, turn, aside)
        report.shown += aside.shown
        report.problem = aside.problem
        first = report.transcripts[-1]
        report.transcripts.append(ran.transcript)
        if failures:
            report.shown += show_all(self.suite, workers, _each_law_once(failures)[:MAX_SHOWN], ran, plan, turn)
        elif ran.complete and self.suite.deterministic and differs(first, ran.transcript):
            report.shown.append(show_difference(self.suite, made, first, ran.transcript))
        elif not ran.complete and not report.shown and report.problem is None:
            self._lost(workers, plan, ran, turn, report)


def _turn(laws: tuple[Law, ...], index: int) -> list[Law]:
    """Two laws per history, in turn."""
    return [laws[(2 * index + i) % len(laws)] for i in range(min(2, len(laws)))]


def _length(r: Rng, mean: int) -> int:
    """A length of history: mostly around half the mean, sometimes many times it, because some faults need a full
    structure."""
    x = r.random()
    if x < 0.85:
        return 1 + int(r.random() * mean)
    return int(mean * (1 + r.random() * (3 if x < 0.95 else 8)))


def _each_law_once(failures: list[Failure]) -> list[Failure]:
    """The shortest failure of each law, built-in laws first; an answer of a wrong type is told once, not for every law
    that it stopped."""
    best: dict[str, Failure] = {}
    typed = any(failure.law == "result_type" for failure in failures)
    for failure in failures:
        if typed and failure.mistyped:
            continue
        known = best.get(failure.law)
        if known is None or failure.at < known.at:
            best[failure.law] = failure
    return sorted(best.values(), key=lambda f: (f.use is not None, f.at))
