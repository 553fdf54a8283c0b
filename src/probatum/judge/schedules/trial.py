"""One trial of a candidate's schedules: known programs, every small one, drawn ones, random schedules of larger."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from probatum.errors import TaskError
from probatum.judge.evidence import GearReport, Shown
from probatum.judge.ports import Opening, Workers
from probatum.judge.schedules.programs import Clients, Program, Run, is_program, read_program
from probatum.judge.schedules.search import MOST_SCHEDULES, STEPS, Found, Lost, Searched, Session, Unclear, explore
from probatum.judge.schedules.show import show_broken, show_lost
from probatum.judge.schedules.verdicts import Broken, Judge, Specification
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
"""Preemptions in programs of calls that wait: what matters there is who sleeps and who is woken."""
MOST_CUT_SHORT = 3
"""Programs whose search was given up after which the rest is left out."""
PER_PROGRAM = 10
"""Random schedules of one program."""
CHANGES = 3
"""Priority changes of a random schedule."""


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
            self._guarded(program, declared, self._searching(program, limit, searched, most))
            self._count("schedules", searched.schedules)
            self._count(kind, 1)
            if not searched.complete and not self.over:
                self.cut_short.append(self._why_cut(program, searched))

    def _searching(self, program: Program, bound: int, searched: Searched, most: int) -> Any:
        return lambda session: explore(session, program, preemptions=bound, searched=searched, most=most)

    def random(self, clients: Clients, r: Rng, schedules: int) -> None:
        """Random schedules of larger programs: they refute only."""
        mark = clients.mark
        while self.counts.get("random_schedules", 0) < schedules and not self.over:
            program = clients.drawn(r, (mark.calls,) * mark.threads)
            if program is None:
                return
            runs = [_random_run(r, mark.threads) for _ in range(PER_PROGRAM)]
            self._guarded(program, clients.declared, lambda session, p=program, n=runs: session.play(p, n))
            self._count("random_schedules", len(runs))

    def _guarded(self, program: Program, declared: SutClass, search: Any) -> None:
        """Run a search and judge what it yields; what breaks a law is made small and shown."""
        session = self._session()
        judge = self._judge(declared, program)
        try:
            broken = self._first(search(session), judge)
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

    def _first(self, search: Generator[Found | Lost, None, None], judge: Judge) -> tuple[Found, Broken] | Lost | None:
        """The failing run of fewest preemptions and, of those near it, fewest steps."""
        best: tuple[Found, Broken] | None = None
        left = FURTHER
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

    def _show(self, broken: tuple[Found, Broken] | Lost, declared: SutClass) -> None:
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
                if not _allowed(clients, variant):
                    continue
                tried += 1
                if tried > SHRINKING:
                    return current, False
                session, searched = self._session(), Searched()
                bound = clients.mark.preemptions
                search = explore(session, variant, preemptions=bound, searched=searched, most=VARIANTS)
                found = self._first(search, self._judge(declared, variant))
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


def _random_run(r: Rng, threads: int) -> Run:
    order = list(range(threads))
    r.shuffle(order)
    changes = sorted(r.sample(range(1, 60), CHANGES))
    return Run(most=STEPS, order=tuple(order), changes=tuple(changes))


def without_a_call(program: Program) -> Iterator[Program]:
    """Programs with one call less, or one thread less."""
    if program.after:
        yield replace(program, after=())
    for at in range(len(program.before)):
        yield replace(program, before=program.before[:at] + program.before[at + 1 :])
    for number, calls in enumerate(program.threads):
        for at in range(len(calls)):
            rest = calls[:at] + calls[at + 1 :]
            threads = (*program.threads[:number], *((rest,) if rest else ()), *program.threads[number + 1 :])
            if len(threads) > 1:
                yield replace(program, threads=threads)


def _allowed(clients: Clients, program: Program) -> bool:
    oracle = next((o for made, before, o in clients.setups if (made, before) == (program.made, program.before)), None)
    return oracle is not None and clients.legal(oracle, program.threads, program.after)


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
    trial.every(clients.waiting(), "waiting_programs", declared, MOST_SCHEDULES, bound)
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
    report.tally.segments = sum(
        trial.counts.get(k, 0) for k in ("known", "small_programs", "waiting_programs", "programs")
    )
    report.tally.calls = trial.counts.get("schedules", 0)
    report.scope = {
        "threads": max((m.threads for m in marks), default=0),
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
