"""Strength before and after a change of a task: unwanted programs that the old version refuses and the new one accepts.

The programs are those of the strength report, made from the old version's reference and oracle, and its bad canaries.
Whatever the old version refutes and the new one lets through the whole cascade is shown, grouped as in that report.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from probatum.audit.model import Finding, Place
from probatum.audit.rules import finding
from probatum.candidate import Candidate
from probatum.critic.bench import Bench
from probatum.critic.findings import TOP, Program, Survivor
from probatum.critic.meaning import GRAVITY, SAYS
from probatum.critic.mutants import mutants
from probatum.critic.stock import stock
from probatum.critic.survey import MOST_PER_CLASS, spoiled
from probatum.errors import InfrastructureError, ProbatumError, TaskError
from probatum.judge.lane import Lane
from probatum.lab.seeds import Seeds
from probatum.lab.trees import Change
from probatum.sandbox.policy import Tier
from probatum.task.model import Task
from probatum.task.parse import parse_task
from probatum.verdict import Outcome

MOST = 60
"""Mutants of the reference, and as many of the oracle."""
KEPT, LOST, UNKNOWN = "strength-kept", "strength-drift", "strength-unknown"

Tree = Mapping[str, bytes]
Say = Callable[[str], None]


@dataclass(slots=True, kw_only=True)
class Drifting:
    """Both versions of one task, each on a bench."""

    folder: str
    old: Bench
    new: Bench
    refused: int = 0
    """Programs that the old version refutes."""
    untold: list[str] = field(default_factory=list)
    """Programs that the new version neither refutes nor accepts, as far as could be told."""

    @property
    def place(self) -> tuple[Place, Place]:
        """Where the task stands, before and after."""
        path = f"{self.folder}/task.py" if self.folder else "task.py"
        return Place(file=path, line=1), Place(file=path, line=1)


def drifts(change: Change, folders: Sequence[str], *, tier: Tier, seeds: Seeds, say: Say) -> Iterator[Finding]:
    """Findings about every task of ``folders`` that is in both trees and differs. ``change`` holds the whole of each
    folder (among its files that are the same). Runs what the tasks say, in sandboxes; raises `InfrastructureError`."""
    for folder in folders:
        inside = f"{folder}/" if folder else ""
        if not any(path.startswith(inside) for path in change.paths):
            continue
        before, after = ({**change.same, **tree} for tree in (change.old, change.new))
        if f"{inside}task.py" in after:
            yield from _drift(folder, _part(before, inside), _part(after, inside), tier=tier, seeds=seeds, say=say)


def _part(tree: Tree, inside: str) -> Tree:
    return {path[len(inside) :]: data for path, data in tree.items() if path.startswith(inside)}


def _drift(folder: str, before: Tree, after: Tree, *, tier: Tier, seeds: Seeds, say: Say) -> Iterator[Finding]:
    try:
        old, new = _parsed(folder, before, "before"), _parsed(folder, after, "after")
        if old.digest == new.digest:
            return
        with _opened(old, tier, "before") as first, _opened(new, tier, "after") as second:
            benches = [Bench(task=t, lane=lane, seeds=seeds, say=say) for t, lane in ((old, first), (new, second))]
            made = Drifting(folder=folder, old=benches[0], new=benches[1])
            yield from _compared(made)
    except InfrastructureError:
        raise
    except ProbatumError as problem:
        yield _unknown(folder, str(problem))


def _parsed(folder: str, tree: Tree, when: str) -> Task:
    try:
        return parse_task(folder.rpartition("/")[2] or "task", tree)
    except TaskError as problem:
        raise TaskError(f"the task of {when} cannot be read: {problem}", fix="Correct the task") from None


def _opened(task: Task, tier: Tier, when: str) -> Lane:
    """A lane whose laws are true of the oracle."""
    try:
        lane = Lane(task, tier=tier)
    except TaskError as problem:
        raise _wrong(when, problem) from None
    try:
        lane.selfcheck()
    except ProbatumError as problem:
        lane.close()
        raise (_wrong(when, problem) if isinstance(problem, TaskError) else problem) from None
    return lane


def _wrong(when: str, problem: ProbatumError) -> TaskError:
    return TaskError(f"the task of {when} is wrong in itself: {problem}", fix="Correct the task")


def _unknown(folder: str, why: str) -> Finding:
    path = f"{folder}/task.py" if folder else "task.py"
    message = f"the strength of {folder or 'the task'} before and after cannot be compared: {why}"
    return finding(UNKNOWN, folder or "task", message, old=Place(file=path, line=1), new=Place(file=path, line=1))


def _compared(made: Drifting) -> Iterator[Finding]:
    """Drift, class by class; that there is none; or that it cannot be told."""
    why = _incomparable(made)
    if why:
        yield _unknown(made.folder, why)
        return
    lost = [*_lost_programs(made), *_lost_canaries(made)]
    yield from lost
    if not lost and made.untold:
        many = f"{len(made.untold)} programs that were refuted are neither refuted nor accepted now"
        yield _unknown(made.folder, f"{many}, e.g. {made.untold[0]}")
    elif not lost and not made.refused:
        yield _unknown(made.folder, "no program was found that the version of before refutes")
    elif not lost:
        old, new = made.place
        message = f"{made.refused} unwanted programs that were refuted before are refuted still"
        yield finding(KEPT, made.folder or "task", message, old=old, new=new)


def _incomparable(made: Drifting) -> str:
    """Why what was unwanted before need not be unwanted now; "" when it still is."""
    reference = made.old.reference
    if not reference:
        return "the control of before is no Python program"
    before, now = made.old.assess(reference).outcome, made.new.assess(reference).outcome
    if before is Outcome.REFUTED:
        return "the version of before refutes its own control"
    if now is Outcome.REFUTED:
        return "the control of before is refuted now, so another thing is asked for"
    if Outcome.ERROR in (before, now):
        return "the control of before could not be tried"
    return ""


def _lost_programs(made: Drifting) -> Iterator[Finding]:
    """Programs that the shared inputs refute before and not now, then those that only the whole cascade refuted."""
    old, new = made.old, made.new
    old.shape = old.lane.shape()
    old.learn_patience()
    new.patience_cpu_s = old.patience_cpu_s
    rows = old.rows(_unwanted(old))
    refused = [row.program for row in rows if not row.alive]
    made.refused += len(refused)
    told: set[tuple[str, str]] = set()
    for key, group in _grouped(made, refused, made.untold):
        passing = next((s for s in group if _accepted(made, s.program)), None) if len(told) < TOP else None
        if passing is not None:
            told.add(key)
            yield _finding(made, *key, passing, len(group))
    for key, group in _grouped(made, [row.program for row in rows if row.alive], []):
        late = [s for s in group[:MOST_PER_CLASS] if key not in told and _refuted_late(made, s.program)]
        passing = next((s for s in late if _accepted(made, s.program)), None) if len(told) < TOP else None
        if passing is not None:
            told.add(key)
            yield _finding(made, *key, passing, len(late))


Group = tuple[tuple[str, str], list[Survivor]]


def _grouped(made: Drifting, programs: Sequence[Program], alike: list[str]) -> list[Group]:
    """Those that the shared inputs of the new version let pass, by method and kind of difference: the gravest kind
    first, in each the simplest input first. What differs on no input that is compared may be the control in other
    words: its name goes to ``alike``."""
    groups: dict[tuple[str, str], list[Survivor]] = {}
    for program in [row.program for row in made.new.rows(programs) if row.alive]:
        shown = made.old.differ(program.source, made.old.reference)
        if shown is None:
            alike.append(program.name)
        else:
            groups.setdefault((shown.method, shown.kind), []).append(Survivor(program=program, difference=shown))
    ranked = sorted(groups.items(), key=lambda item: -GRAVITY.get(item[0][1], 0))
    return [(key, sorted(group, key=lambda s: s.difference.size)) for key, group in ranked]


def _refuted_late(made: Drifting, program: Program) -> bool:
    """Whether the whole cascade of the old version refutes what its shared inputs did not."""
    late = made.old.assess(program.source).outcome is Outcome.REFUTED
    made.refused += late
    return late


def _accepted(made: Drifting, program: Program) -> bool:
    """Whether the program fares in the whole cascade of the new version as a right one does; remembers where that
    cannot be told."""
    if made.new.passes(program.source):
        return True
    if made.new.assess(program.source).outcome is not Outcome.REFUTED:
        made.untold.append(program.name)
    return False


def _unwanted(bench: Bench) -> list[Program]:
    """Programs made from the reference and the oracle, and the bad canaries of level behaviour."""
    programs = [
        Program(name=c.name, origin="bad", source=c.files["sut.py"].decode(), what=c.why)
        for c in bench.task.canaries
        if c.kind == "bad" and c.level == "behaviour" and "sut.py" in c.files
    ]
    programs += mutants(bench.reference, "reference mutant", MOST)
    programs += [*stock(bench.reference, bench.shape), *spoiled(bench)]
    if bench.oracle and bench.row(Program(name="oracle", origin="oracle", source=bench.oracle)).alive:
        programs += mutants(bench.oracle, "oracle mutant", MOST)
    return programs


def _finding(made: Drifting, method: str, kind: str, passing: Survivor, count: int) -> Finding:
    program = passing.program
    what = f"{program.origin} {program.name}: {program.what}" if program.origin in ("bad",) else program.what
    message = (
        f"{method}() {SAYS.get(kind, 'may answer otherwise')} now: {count} program{'s' * (count != 1)} that "
        f"{'were' if count != 1 else 'was'} refuted pass, e.g. one by this: {what}; "
        f"input: {'; '.join(passing.difference.lines)}"
    )
    old, new = made.place
    name = method.rpartition(".")[2]
    return finding(
        LOST,
        method,
        message,
        old=_line(made.old.task, old.file, name),
        new=_line(made.new.task, new.file, name),
    )


def _line(task: Task, path: str, method: str) -> Place:
    """Where the method is declared."""
    text = task.files["task.py"].decode()
    nodes = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef) and n.name == method]
    line = nodes[0].lineno if nodes else 1
    return Place(file=path, line=line, text=text.splitlines()[line - 1].strip())


def _lost_canaries(made: Drifting) -> Iterator[Finding]:
    """Bad canaries of the other levels through the whole cascade of the new version."""
    for canary in made.old.task.canaries:
        if canary.kind != "bad" or canary.level == "behaviour":
            continue
        made.old.say(f"trying {canary.name}")
        candidate = Candidate(files=canary.files)
        now = made.new.assess_candidate(candidate).outcome
        if now is Outcome.REFUTED:
            made.refused += 1
        elif now is Outcome.ERROR:
            made.untold.append(canary.name)
        elif made.old.assess_candidate(candidate).outcome is Outcome.REFUTED:
            old, new = made.place
            message = f"the bad canary {canary.name} was refuted and is not now: {canary.why}"
            yield finding(LOST, canary.name, message, old=old, new=new)
