"""One trial of a candidate's schedules: known programs, every small one, drawn ones, random schedules of larger."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from probatum.errors import TaskError
from probatum.judge.evidence import GearReport, Shown
from probatum.judge.ports import Opening, Workers
from probatum.judge.schedules.programs import Clients, Program, Run, is_program, read_program
from probatum.judge.schedules.search import (
    MOST_REDUCED,
    MOST_SCHEDULES,
    STEPS,
    Found,
    Lost,
    Searched,
    Session,
    Unclear,
    explore,
    explore_all,
)
from probatum.judge.schedules.show import show_broken, show_lost
from probatum.judge.schedules.variants import allowed, random_run, without_a_call
from probatum.judge.schedules.verdicts import Broken, Judge, Specification
from probatum.judge.schedules.waiting import cancelled, waiting
from probatum.judge.suite import Suite
from probatum.lab.rng import Rng
from probatum.task.interface import SutClass
from probatum.types.codec import DecodeError, decode

KNOWN = 3000
"""Runs of a known program."""
FURTHER = 400
"""Runs looked at for a shorter schedule after one has failed."""
VARIANTS, SHRINKING = 1500, 10
"""Runs of a program made smaller, and how many of those are tried."""
WAITING = 0
"""Preemptions in programs of calls that wait, where not every interleaving is run."""
MOST_CUT_SHORT = 3
"""Programs whose search was given up after which the rest is left out."""
PER_PROGRAM = 10
"""Random schedules of one program."""
GIVE_UP = 5
"""Programs with too many interleavings after which only schedules to the bound are searched."""

Failing = tuple[Found, Broken] | Lost
Search = Callable[[Session, Judge], Failing | None]


@dataclass(slots=True, kw_only=True)
class Trial:
    """One trial; ``counts`` says what was covered."""

    suite: Suite
    workers: Workers
    opening: Opening
    report: GearReport = field(default_factory=GearReport)
    counts: dict[str, int] = field(default_factory=dict)
    cut_short: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    histories: int = 0
    oracles: dict[str, Specification] = field(default_factory=dict)
    sessions: dict[int, Session] = field(default_factory=dict)
    """Per host the processes that run programs."""
    host: int = 0
    gave_up: int = 0
    """Programs of which not every interleaving could be run."""

    @property
    def over(self) -> bool:
        """Whether something was found that ends the trial."""
        return bool(self.report.shown) or self.report.problem is not None

    def every(
        self, programs: Iterator[Program], kind: str, declared: SutClass, most: int, bound: int | None = None
    ) -> None:
        """Search each program to the bound (None: the declared one), until something is found."""
        assert declared.concurrent is not None
        limit = declared.concurrent.preemptions if bound is None else bound
        for program in programs:
            if self.over or len(self.cut_short) >= MOST_CUT_SHORT:
                return
            searched = Searched()
            search = self._searching(program, limit, searched, most)
            self._guarded(program, declared, search)
            self._count("schedules", searched.schedules)
            self._count(kind, 1)
            if searched.reduced:
                self._count("unbounded_programs", 1)
            if not searched.complete and not self.over:
                self.cut_short.append(self._why_cut(program, searched))

    def _searching(self, program: Program, bound: int, searched: Searched, most: int) -> Search:
        """Every interleaving up to the order of independent steps; where that does not come to an end, every schedule
        to the bound. What fails is looked for again among the schedules of fewest preemptions."""

        def search(session: Session, judge: Judge) -> Failing | None:
            bounded = Searched()
            if self.gave_up < GIVE_UP:
                found = self._first(explore_all(session, program, searched=searched), judge, 0)
                if searched.complete or isinstance(found, Lost):
                    return found
                self.gave_up += searched.schedules >= MOST_REDUCED
                few = VARIANTS if found else most
                short = explore(session, program, preemptions=bound, searched=bounded, most=few)
                found = self._first(short, judge) or found
            else:
                found = self._first(explore(session, program, preemptions=bound, searched=bounded, most=most), judge)
            searched.schedules, searched.cut = searched.schedules + bounded.schedules, bounded.cut
            searched.complete = bounded.complete
            return found

        return search

    def random(self, clients: Clients, r: Rng, schedules: int) -> None:
        """Random schedules of larger programs: they refute only."""
        mark = clients.mark
        while self.counts.get("random_schedules", 0) < schedules and not self.over:
            program = clients.drawn(r, (mark.calls,) * mark.threads)
            if program is None:
                return
            runs = [random_run(r, mark.threads) for _ in range(PER_PROGRAM)]
            self._guarded(program, clients.declared, self._playing(program, runs))
            self._count("random_schedules", len(runs))

    def _playing(self, program: Program, runs: list[Run]) -> Search:
        return lambda session, judge: self._first(session.play(program, runs), judge)

    def _guarded(self, program: Program, declared: SutClass, search: Search) -> None:
        """Run a search and judge what it yields; what breaks a law is made small and shown."""
        session = self._session()
        judge = self._judge(declared, program)
        try:
            broken = search(session, judge)
            if broken is not None:
                self._show(broken, declared)
        except Unclear as problem:
            self.report.problem = ("INCONCLUSIVE", f"the schedules cannot be searched: {problem}")
        finally:
            self.histories += len(judge.known)

    def _judge(self, declared: SutClass, program: Program) -> Judge:
        key = f"{program.owner} {program.made!r}"
        if key not in self.oracles:
            self.oracles[key] = Specification(declared, program.made)
        return Judge(declared, program, self.oracles[key])

    def _session(self) -> Session:
        if self.host not in self.sessions:
            opening = replace(self.opening, host=(self.opening.host + self.host) % 2)
            self.sessions[self.host] = Session(workers=self.workers, opening=opening)
        return self.sessions[self.host]

    def close(self) -> None:
        """End the processes; each leaves a run as a sample."""
        for session in self.sessions.values():
            session.close()
            self.report.transcripts += session.transcripts

    def _first(self, search: Generator[Found | Lost, None, None], judge: Judge, left: int = FURTHER) -> Failing | None:
        """The failing run of fewest preemptions and, of those near it (so many that are ``left``), fewest steps."""
        best: tuple[Found, Broken] | None = None
        for found in search:
            if isinstance(found, Lost):
                search.close()
                return best or found
            broken = judge.broken(found.played)
            if broken is not None and broken.unknown:
                self.unclear.append(broken.observed)
                broken = None
            if broken is not None and (best is None or _size(found) < _size(best[0])):
                best = (found, broken)
            left -= best is not None
            if best is not None and (left <= 0 or found.played.preemptions > best[0].played.preemptions):
                search.close()
                break
        return best

    def _show(self, broken: Failing, declared: SutClass) -> None:
        if isinstance(broken, Lost):
            self._settle(show_lost(self.suite, self.workers, broken, self.opening))
            return
        small, minimal = self._smaller(broken, declared)
        self._settle(show_broken(self.suite, self.workers, small, declared, self._session().opening, minimal))

    def _settle(self, shown: tuple[Shown | None, tuple[str, str] | None]) -> None:
        self.report.shown += [shown[0]] if shown[0] is not None else []
        self.report.problem = shown[1]
        self.report.tally.failed += 1

    def _smaller(self, broken: tuple[Found, Broken], declared: SutClass) -> tuple[tuple[Found, Broken], bool]:
        """Leave out calls while the same law still fails."""
        clients, current, tried = Clients(declared), broken, 0
        while True:
            for variant in without_a_call(current[0].program):
                if not allowed(clients, variant):
                    continue
                tried += 1
                if tried > SHRINKING:
                    return current, False
                search = self._searching(variant, clients.mark.preemptions, Searched(), VARIANTS)
                found = search(self._session(), self._judge(declared, variant))
                if isinstance(found, tuple) and found[1].law == current[1].law:
                    current = found
                    break
            else:
                return current, current[0].run.order == ()

    def _count(self, name: str, more: int) -> None:
        self.counts[name] = self.counts.get(name, 0) + more

    def _why_cut(self, program: Program, searched: Searched) -> str:
        lines = "; ".join(program.lines())
        if searched.cut:
            return (
                f"{searched.cut} schedules of [{lines}] take more than {STEPS} steps (a loop that waits calls pause())"
            )
        return f"more than {searched.schedules} schedules of [{lines}]"


def _size(found: Found) -> tuple[int, int]:
    return found.played.preemptions, len(found.played.steps)


def try_schedules(suite: Suite, workers: Workers, request: dict[str, Any]) -> GearReport:
    """One trial of every class that threads share, or of the stored programs where the request has some."""
    shared = [declared for declared in suite.interface.classes if declared.concurrent is not None]
    threads = max((c.concurrent.threads for c in shared if c.concurrent is not None), default=0)
    opening = Opening(host=request["host"], random_seed=request["random_seed"], threads=threads)
    trial = Trial(suite=suite, workers=workers, opening=opening)
    try:
        for declared in shared:
            if request["stored"]:
                trial.every(iter(_stored(suite, declared, request["stored"])), "known", declared, KNOWN)
            else:
                _fresh(trial, declared, request)
    finally:
        trial.close()
    return _reported(trial, shared)


def _fresh(trial: Trial, declared: SutClass, request: dict[str, Any]) -> None:
    clients, r = Clients(declared), Rng(f"{request['seed']} {declared.name}")
    trial.every(clients.small(), "small_programs", declared, MOST_SCHEDULES)
    bound = min(WAITING, clients.mark.preemptions)
    trial.every(waiting(clients), "waiting_programs", declared, MOST_SCHEDULES, bound)
    trial.every(cancelled(clients), "cancelled_programs", declared, MOST_SCHEDULES, bound)
    trial.host = 1  # the rest with another order of sets
    shapes = clients.shapes()
    drawn = (clients.drawn(r, shapes[number % len(shapes)]) for number in range(request["programs"]))
    trial.every((p for p in drawn if p is not None), "programs", declared, MOST_SCHEDULES)
    trial.random(clients, r, request["random"])


def _stored(suite: Suite, declared: SutClass, texts: Sequence[str]) -> Iterator[Program]:
    for text in (stored.partition("\n")[2] for stored in texts):
        if is_program(text):
            try:
                program, _ = read_program(suite, decode(text)[1])  # type: ignore[index]
            except (KeyError, DecodeError, TypeError, ValueError, IndexError):
                continue
            if program.owner == declared.name:
                yield program


def _reported(trial: Trial, shared: Sequence[SutClass]) -> GearReport:
    marks = [c.concurrent for c in shared if c.concurrent is not None]
    report = trial.report
    kinds = ("known", "small_programs", "waiting_programs", "cancelled_programs", "programs")
    report.tally.segments = sum(trial.counts.get(kind, 0) for kind in kinds)
    report.tally.calls = trial.counts.get("schedules", 0)
    report.scope = {
        "tasks" if any(m.tasks for m in marks) else "threads": max((m.threads for m in marks), default=0),
        "preemptions": min((m.preemptions for m in marks), default=0),
        **trial.counts,
        "histories": trial.histories,
    }
    report.notes = {"cut_short": trial.cut_short[:5], "unclear": trial.unclear[:5]}
    return report


def selfcheck_clients(suite: Suite) -> list[str]:
    """Raise `TaskError` where programs of threads cannot be made; what seems to be missing."""
    missing = []
    for declared in suite.interface.classes:
        if declared.concurrent is not None:
            clients = Clients(declared)
            if not any(True for _ in clients.small()):
                raise TaskError(
                    f"no two calls of {declared.name} are within the specification in every order",
                    file="task.py",
                    fix="Name the methods that wait in @concurrent(waits=...)",
                )
            reached = {call[0] for program in clients.small() for thread in program.threads for call in thread}
            idle = sorted({m.name for m in declared.methods} - reached)
            missing += [f"{declared.name}.{name} is in no program of threads" for name in idle]
    return missing
