"""The objective of objects that threads share in Rust: how fast they are beside the task's control, a lock.

A timing metric: it is measured only when asked for and only of a candidate whose gate holds, it is never cached, and no
time refutes or accepts anything. A wrong answer given while the watch runs is a wrong answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from probatum.candidate import Candidate
from probatum.errors import TaskError
from probatum.judge.throughput.paired import FASTER, SLOWER, Figure, Run, figure, order, settled
from probatum.levels.context import Context, finding_of
from probatum.task.model import Task
from probatum.toolchains.rust.concurrent.measure import Timed, cpus
from probatum.verdict import Outcome, Scope, Strength, Verdict

LEVEL = "objective"
PAIRS = 10
"""Pairs behind a figure: of so many, the interval leaves out the smallest ratio and the largest."""
THREADS = (1, 2)
ASSUMPTIONS = (
    "time is taken outside of the candidate's process, from the word to start until all threads have ended and every "
    "object is dropped; answers are read when the watch has stopped, so unsafe code that changed them in memory until "
    "then would not be seen",
    "of one thread's calls every answer is held to the oracle, of threads at once only what must add up in any order",
    "the figures are of this machine and these calls, and nothing is accepted or refuted for them",
)


class _Stopped(Exception):
    """Nothing more can be measured; the verdict that says why."""

    def __init__(self, outcome: Outcome, reason: str, report: dict[str, Any] | None = None) -> None:
        super().__init__(reason)
        self.outcome, self.reason, self.report = outcome, reason, report


@dataclass(slots=True)
class Bench:
    """One candidate beside the control."""

    context: Context
    candidate: Candidate
    control: Candidate
    seed: str
    cpu_s: float = 0.0
    told: dict[int, tuple[Figure, str]] = field(default_factory=dict)
    """Per number of threads the figure, and what it shows."""

    def measure(self, threads: int) -> None:
        """The figure for so many threads; who won runs again."""
        first = self._figure(threads, "first")
        again = self._figure(threads, "again") if first.shows == FASTER else None
        self.told[threads] = settled(first, again)

    def _figure(self, threads: int, which: str) -> Figure:
        self._pair(threads, f"{which} warm", 0)
        return figure([self._pair(threads, f"{which} {number}", number) for number in range(PAIRS)])

    def _pair(self, threads: int, name: str, number: int) -> tuple[Run, Run]:
        """Seconds of the candidate and of the control for the same calls."""
        lane = self.context.lane
        traffic = lane.traffic(f"{self.seed} {name}", threads)
        self.cpu_s += traffic["cpu_s"]
        programs = {"candidate": self.candidate, "reference": self.control}
        runs = {who: self._run(programs[who], traffic, threads) for who in order(number)}
        for who, timed in runs.items():
            self._answers(who, timed)
        return runs["candidate"].wall_s, runs["reference"].wall_s

    def _run(self, candidate: Candidate, traffic: dict[str, Any], threads: int) -> Timed:
        workers = self.context.lane.workers
        compiler = workers.rust.compiler()
        assert compiler is not None  # the gate holds
        how: dict[str, Any] = {"threads": threads, "rounds": traffic["rounds"]}
        timed = workers.shared.timed(compiler, candidate, traffic["text"], **how)
        self.cpu_s += timed.cpu_s
        return timed

    def _answers(self, who: str, timed: Timed) -> None:
        report = {} if timed.why else self.context.lane.rounds(timed.replies)
        self.cpu_s += report.get("cpu_s", 0.0)
        if who == "reference" and (timed.why or report["shown"]):
            why = timed.why or report["shown"][0]["observed"]
            raise TaskError(f"the control does not do what it is measured by: {why}", file="task.py")
        if timed.why:
            raise _Stopped(Outcome.INCONCLUSIVE, f"not measured: {timed.why}")
        if report["shown"]:
            first = report["shown"][0]
            raise _Stopped(Outcome.REFUTED, f"{first['law']}: while it was measured, {first['observed']}", report)


class Throughput:
    """Times as fast as the control, at one thread and at two; ranks what holds, last of all."""

    name = LEVEL
    number = 10

    def check(self, task: Task, candidate: Candidate, context: Context) -> Verdict:
        """Measure at each number of threads that has as many CPUs here."""
        if candidate.language != "rust":
            reason = "the throughput is that of an object in Rust"
            return Verdict(level=self.name, outcome=Outcome.NOT_APPLICABLE, reason=reason)
        control = Candidate(files=task.canary(task.control).files, author="operator")
        bench = Bench(context, candidate, control, context.seeds.seed("throughput", candidate.digest))
        possible = [threads for threads in THREADS if threads <= cpus()]
        try:
            self._compile(bench)
            for threads in possible:
                context.say(f"throughput at {threads} thread{'s' if threads > 1 else ''}")
                bench.measure(threads)
        except _Stopped as stopped:
            return _ended(stopped, bench, context)
        return _measured(bench, context)

    def _compile(self, bench: Bench) -> None:
        workers = bench.context.lane.workers
        compiler = workers.rust.compiler()
        assert compiler is not None  # the gate holds
        for which in (bench.control, bench.candidate):
            built = workers.shared.compile_timed(compiler, which)
            if built.program is None:
                raise _Stopped(
                    Outcome.INCONCLUSIVE, f"not measured: it does not compile with the driver: {built.problem}"
                )


def _ended(stopped: _Stopped, bench: Bench, context: Context) -> Verdict:
    base = Verdict(level=LEVEL, outcome=stopped.outcome, reason=stopped.reason, cpu_s=bench.cpu_s)
    if stopped.report is None:
        return base
    again = f"probatum check {context.task_word} --candidate {context.candidate_word} --measure"
    findings = [finding_of(shown, context) for shown in stopped.report["shown"]]
    shown = [replace(f, counterexample=replace(f.counterexample, retry=again)) for f in findings if f.counterexample]
    return replace(base, findings=tuple(shown), transcripts=context.keep(stopped.report))


def _measured(bench: Bench, context: Context) -> Verdict:
    says = [
        f"at {threads} thread{'s' if threads > 1 else ''} {shown.words} times as fast as the control, {word}"
        + (" (run again)" if word == FASTER else "")
        for threads, (shown, word) in bench.told.items()
    ]
    says += [f"at {n} threads not measured: this machine has {cpus()} CPU" for n in THREADS if n not in bench.told]
    figures = [
        (f"{name}_at_{threads}", round(value, 4))
        for threads, (shown, _) in bench.told.items()
        for name, value in (("ratio", shown.ratio), ("low", shown.low), ("high", shown.high), *_pairs(shown))
    ]
    return Verdict(
        level=LEVEL,
        outcome=Outcome.HOLDS,
        strength=Strength.SAMPLED if context.seeds.chosen is None else Strength.EXAMPLE,
        scope=Scope(
            counts=(("pairs", PAIRS),), seed=context.seeds.words, best_of=context.best_of, text="; ".join(says)
        ),
        assumptions=ASSUMPTIONS,
        measures=(("times_reference", ranked(bench.told)), *figures),
        cpu_s=bench.cpu_s,
        credit=1.0,
    )


def _pairs(shown: Figure) -> list[tuple[str, float]]:
    """What was measured of each pair, so that the figure can be worked out again."""
    return [(f"pair_{number}", ratio) for number, ratio in enumerate(shown.ratios, 1)]


def ranked(told: dict[int, tuple[Figure, str]]) -> float:
    """The number that ranks: the figure at most threads, or 1 where it is not shown to differ."""
    shown, word = told[max(told)]
    return round(shown.ratio, 4) if word in (FASTER, SLOWER) else 1.0
