"""Whether a proposal is admissible: everything is checked by machine, and the evidence is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from probatum.candidate import Candidate
from probatum.critic.bench import Bench
from probatum.critic.proposals import CONDITIONS, Admission, Check, Proposal, parsed
from probatum.critic.stock import stock
from probatum.critic.weakening import added_laws, weakenings
from probatum.errors import InfrastructureError, TaskError
from probatum.judge.lane import Lane
from probatum.lab.seeds import Seeds
from probatum.sandbox.policy import Tier
from probatum.task.model import Task
from probatum.toolchains.rust.compiler import find_compiler
from probatum.verdict import Outcome

PATIENCE_S = 20.0
"""How long the judge may be silent over a proposal before its laws count as never returning."""
MOST_SAID = 3


class Refused(Exception):
    """A condition does not hold; the text says why."""


@dataclass(slots=True, kw_only=True)
class Judging:
    """One proposal while it is checked."""

    old: Task
    proposal: Proposal
    tier: Tier
    seeds: Seeds
    say: Callable[[str], None]
    new: Task | None = None
    bench: Bench | None = None
    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    refuted: list[tuple[str, str]] = field(default_factory=list)


def admit(
    old: Task, proposal: Proposal, *, tier: Tier, seeds: Seeds, say: Callable[[str], None] = lambda text: None
) -> Admission:
    """Check a proposal against the version it wants to replace. Its code runs in a sandboxed judge of its own only."""
    judging = Judging(old=old, proposal=proposal, tier=tier, seeds=seeds, say=say)
    checks: list[Check] = []
    try:
        for name, said in _steps(judging):
            checks.append(Check(name=name, ok=True, said=said))
    except Refused as problem:
        checks.append(Check(name=CONDITIONS[len(checks)], ok=False, said=str(problem)))
    except (TaskError, InfrastructureError) as problem:
        checks.append(Check(name=CONDITIONS[len(checks)], ok=False, said=str(problem)))
    finally:
        if judging.bench is not None:
            judging.bench.lane.close()
    return Admission(proposal=proposal, checks=tuple(checks), refuted=tuple(judging.refuted))


def _steps(judging: Judging) -> Iterator[tuple[str, str]]:
    """The conditions in order; each yields its name and its evidence, or raises."""
    judging.say(f"checking proposal {judging.proposal.id}")
    yield CONDITIONS[0], _unweakened(judging)
    checked = _opened(judging)
    yield CONDITIONS[1], f"every law tried on the oracle, {checked['calls']} calls"
    yield CONDITIONS[2], _not_vacuous(checked)
    yield CONDITIONS[3], _covered(judging)
    yield CONDITIONS[4], _reference_holds(judging)
    yield CONDITIONS[5], _unwanted_refuted(judging)
    yield CONDITIONS[6], _no_empty_law(judging)


def _unweakened(judging: Judging) -> str:
    new, why = parsed(judging.proposal, judging.old.name)
    if new is None:
        raise Refused(why)
    judging.new = new
    found = weakenings(judging.old, new)
    if found:
        raise Refused("; ".join(found[:MOST_SAID]))
    return "every law, oracle body, requirement, canary and count is as before or more"


def _opened(judging: Judging) -> dict[str, Any]:
    """A lane for the new version, its laws tried on its oracle."""
    assert judging.new is not None
    lane = Lane(judging.new, tier=judging.tier)
    lane.stream.sock.settimeout(PATIENCE_S)
    judging.bench = Bench(task=judging.new, lane=lane, seeds=judging.seeds)
    return lane.selfcheck()


def _not_vacuous(checked: dict[str, Any]) -> str:
    empty = [*checked["untried"], *checked["unreached"]]
    if empty:
        raise Refused(f"never tried or reached: {', '.join(empty)}")
    return f"{len(checked['tried'])} laws tried, every goal reached"


def _covered(judging: Judging) -> str:
    assert judging.bench is not None and judging.new is not None
    cited = set(judging.bench.lane.suite["cited"])
    lost = [r.id for r in judging.old.requirements if r.id not in cited]
    if lost:
        raise Refused(f"no law is left for {', '.join(lost)}")
    return f"{len(judging.old.requirements)} requirements of before, {len(judging.new.requirements)} now"


def _reference_holds(judging: Judging) -> str:
    """Every good canary through the whole cascade, the control first: a law that one of them breaks forbids what is
    meant to be free, and only inputs drawn for it, and the worlds, show that."""
    bench, new = judging.bench, judging.new
    assert bench is not None and new is not None
    every = [c for c in new.canaries if c.kind == "good"]
    tried = [c for c in every if "sut.py" in c.files or find_compiler() is not None]
    good = sorted(tried, key=lambda c: c.name != new.control)
    if not good or good[0].name != new.control:
        raise Refused(f"the control {new.control} is in Rust and there is no rustc, so it cannot be tried here")
    for canary in good:
        judging.say(f"checking proposal {judging.proposal.id}: {canary.name}")
        found = bench.assess_candidate(Candidate(files=canary.files))
        if not found.accepted:
            raise Refused(f"{canary.name}: {found.outcome.value}: {found.reason}")
    untried = f"; {len(every) - len(good)} in Rust not tried, there is no rustc" if len(good) < len(every) else ""
    return f"{new.control} is accepted, and so are {len(good) - 1} more good canaries{untried}"


def _unwanted_refuted(judging: Judging) -> str:
    bench = judging.bench
    assert bench is not None
    for program in judging.proposal.unwanted:
        judging.rows[program.name] = dict(bench.row(program).laws)
        assessment = bench.assess(program.source)
        if assessment.outcome is not Outcome.REFUTED:
            continue
        verdict = next(v for v in assessment.verdicts if v.outcome is Outcome.REFUTED)
        judging.refuted.append((program.name, verdict.refuting[0].law))
    if not judging.refuted:
        names = ", ".join(p.name for p in judging.proposal.unwanted) or "nothing is named as unwanted"
        raise Refused(f"still accepted: {names}")
    return "; ".join(f"{name} is refuted by {law}" for name, law in judging.refuted)


def _no_empty_law(judging: Judging) -> str:
    """Every law that is added refutes something: an unwanted program, or a cheap one."""
    bench, new = judging.bench, judging.new
    assert bench is not None and new is not None
    goals = set(bench.lane.suite["goals"])
    waiting = {name for name in added_laws(judging.old, new) if name not in goals}
    total = len(waiting)
    for laws in judging.rows.values():
        waiting -= set(laws)
    cheap = stock(bench.reference, bench.lane.shape()) if waiting else ()
    for program in cheap:
        waiting -= set(bench.row(program).laws)
        if not waiting:
            break
    if waiting:
        raise Refused(f"refutes no program at all: {', '.join(sorted(waiting))}")
    return f"{total} laws added, each refutes a program" if total else "no law is added"
