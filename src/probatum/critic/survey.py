"""The survey: programs that should not pass are tried, and those that do are held against what was intended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from probatum.critic.bench import Bench
from probatum.critic.findings import Difference, KillScore, Program, Row, Survivor
from probatum.critic.forgetful import forgetful
from probatum.critic.mangled import mangled, meddling
from probatum.critic.mutants import compiled_form, mutants
from probatum.critic.stock import stock

MOST_PER_CLASS = 3
"""Survivors of one class that are tried on inputs of their own before the class is given up."""


@dataclass(slots=True, kw_only=True)
class Survey:
    """Everything that was tried and what came of it."""

    rows: list[Row] = field(default_factory=list)
    survivors: list[Survivor] = field(default_factory=list)
    """Programs that differ from the intended one and are accepted, the simplest input first."""
    alike: list[Program] = field(default_factory=list)
    """Programs that pass and show no difference within the scope."""
    tried: dict[str, int] = field(default_factory=dict)
    """How many programs were made from the reference, from the oracle, and cheap ones."""
    scores: list[KillScore] = field(default_factory=list)
    varying: list[Program] = field(default_factory=list)
    """Good canaries that differ from the reference: what they do is intended freedom."""
    free: list[Survivor] = field(default_factory=list)
    """Survivors that do what some good canary does, too."""
    disagreements: list[Survivor] = field(default_factory=list)
    opened: list[Survivor | Program] = field(default_factory=list)
    """Open canaries that are accepted, with a difference from the reference where there is one."""


def survey(bench: Bench, *, most: int, accepted: Sequence[Program] = (), brief: bool = False) -> Survey:
    """Try mutants, cheap implementations, canaries and the journal's accepted candidates.

    ``brief``: where an open canary is accepted, that is weakness enough, and nothing else is made and tried.
    """
    made = Survey()
    bench.shape = bench.lane.shape()
    if bench.reference:
        bench.learn_patience()
    _bad(bench, made)
    _disagreeing(bench, made, accepted)
    enough = brief and bool(made.opened)
    if bench.reference and not enough:
        _mutants(bench, made, bench.reference, "reference", most)
        _stock(bench, made)
    if bench.oracle and not enough:
        _mutants(bench, made, bench.oracle, "oracle", most)
    made.survivors = _confirmed(bench, made)
    made.scores = _scores(made)
    return made


def _bad(bench: Bench, made: Survey) -> None:
    """Bad canaries of level behaviour: they show which law kills what."""
    programs = [
        Program(name=c.name, origin="bad", source=c.files["sut.py"].decode(), what=c.why)
        for c in bench.task.canaries
        if c.kind == "bad" and c.level == "behaviour" and "sut.py" in c.files
    ]
    made.rows += bench.rows(programs)


def _mutants(bench: Bench, made: Survey, base: str, of: str, most: int) -> None:
    """Mutants of one program. Where that program itself breaks a law (a clone need not be a candidate), none."""
    original = bench.row(Program(name=of, origin=of, source=base))
    if not original.alive:
        return
    rows = bench.rows(mutants(base, f"{of} mutant", most))
    made.rows += rows
    _keep(bench, made, rows, base, of)


def _stock(bench: Bench, made: Survey) -> None:
    """Cheap implementations, and the reference with its answers spoiled."""
    for of, programs in (("cheap", stock(bench.reference, bench.shape)), ("spoiled", spoiled(bench))):
        rows = bench.rows(programs)
        made.rows += rows
        _keep(bench, made, rows, bench.reference, of)


def spoiled(bench: Bench) -> list[Program]:
    """The reference spoiled in every way there is."""
    programs = [p for entry in bench.shape for p in mangled(bench.reference, entry)]
    programs += [p for entry in bench.shape for p in meddling(bench.reference, entry, bench.shape)]
    return [*programs, *forgetful(bench.reference, bench.shape)]


def _keep(bench: Bench, made: Survey, rows: Sequence[Row], base: str, of: str) -> None:
    """Count what was made from one program, and hold what passes against it."""
    survivors, alike = _held(bench, [row.program for row in rows if row.alive], base)
    made.tried[of] = len(rows)
    made.survivors += survivors
    made.alike += alike


def _scores(made: Survey) -> list[KillScore]:
    """What is neither alike nor kept in the end was refuted, by the shared inputs or by inputs of its own."""
    scores = []
    for of, tried in made.tried.items():
        origin = of if of in ("cheap", "spoiled") else f"{of} mutant"
        survived = sum(s.program.origin == origin for s in [*made.survivors, *made.free])
        alike = sum(program.origin == origin for program in made.alike)
        scores.append(KillScore(of=of, killed=tried - survived - alike, survived=survived, alike=alike))
    return scores


def _held(bench: Bench, programs: Sequence[Program], base: str) -> tuple[list[Survivor], list[Program]]:
    """Programs that pass, held against what they were made from."""
    told = ["comparing survivor"] * len(programs)
    found = bench.each(programs, lambda b, program: b.differ(program.source, base), told)
    pairs = list(zip(programs, found, strict=True))
    survivors = [Survivor(program=program, difference=one) for program, one in pairs if one is not None]
    return survivors, [program for program, one in pairs if one is None]


def _disagreeing(bench: Bench, made: Survey, accepted: Sequence[Program]) -> None:
    """Good canaries differ where they may; open ones and accepted candidates show what the task leaves open."""
    good = _canaries(bench, "good")
    opened = _canaries(bench, "open")
    seen = {compiled_form(bench.reference)}
    for program in [*good, *opened, *accepted]:
        form = compiled_form(program.source)
        if form is None or (form in seen and program.origin != "open"):
            continue
        seen.add(form)
        bench.say(f"comparing {program.origin} {program.name}")
        found = bench.differ(program.source, bench.reference)
        if program.origin == "good":
            made.varying += [program] if found is not None else []
        elif program.origin == "open":
            _open(bench, made, program, found)
        elif found is not None:
            made.disagreements.append(Survivor(program=program, difference=found))


def _open(bench: Bench, made: Survey, program: Program, found: Difference | None) -> None:
    """An open canary counts where it is accepted, as its operator says it is."""
    if bench.row(program).alive and bench.passes(program.source):
        made.opened.append(program if found is None else Survivor(program=program, difference=found))


def _canaries(bench: Bench, kind: str) -> list[Program]:
    return [
        Program(name=c.name, origin=kind, source=c.files["sut.py"].decode(), what=c.why)
        for c in bench.task.canaries
        if c.kind == kind and "sut.py" in c.files and c.name != bench.task.control
    ]


def _confirmed(bench: Bench, made: Survey) -> list[Survivor]:
    """Survivors of classes that are really accepted: the simplest of each class goes through the whole cascade."""
    groups: dict[tuple[str, str, str], list[Survivor]] = {}
    for survivor in sorted(made.survivors, key=lambda s: s.difference.size):
        cheap = survivor.program.name if survivor.program.origin == "cheap" else ""
        groups.setdefault((survivor.difference.method, survivor.difference.kind, cheap), []).append(survivor)
    every = list(groups.values())
    told = ["confirming kind of survivor"] * len(every)
    found = bench.each(every, lambda b, group: _confirmed_group(b, group, made.varying), told)
    made.free += [survivor for _, free in found for survivor in free]
    return sorted((survivor for kept, _ in found for survivor in kept), key=lambda s: s.difference.size)


def _confirmed_group(
    bench: Bench, group: Sequence[Survivor], varying: Sequence[Program]
) -> tuple[list[Survivor], list[Survivor]]:
    """The group from the first member on that is accepted and does what no good canary does; and those before it that
    do what one does."""
    free: list[Survivor] = []
    for index, survivor in enumerate(group[:MOST_PER_CLASS]):
        source = survivor.program.source
        if bench.refuted_at_a_glance(source) or not bench.passes(source):
            continue
        undisputed = _undisputed(bench, survivor, varying)
        if undisputed is not None:
            return [undisputed, *group[index + 1 :]], free
        free.append(survivor)
    return [], free


def _undisputed(bench: Bench, survivor: Survivor, varying: Sequence[Program]) -> Survivor | None:
    """The survivor with an input on which no good canary sides with it; None when there always is one."""
    found: Difference | None = survivor.difference
    source = survivor.program.source
    for other in ("", *[program.source for program in varying]):
        found = bench.differ(source, other) if other else found
        if found is None:
            return None
        voices = [program.source for program in varying] + [bench.reference] * bool(other)
        if not any(voice != other and bench.same_on(source, voice, found.segment) for voice in voices):
            return replace(survivor, difference=found)
    return None
