"""Which unwanted programs new files really refute: found by trying, so that a new canary names the law that does it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from probatum.critic.bench import Bench
from probatum.critic.edit import with_bad
from probatum.critic.findings import Program
from probatum.critic.proposals import Proposal
from probatum.critic.weakening import weakenings
from probatum.errors import InfrastructureError, TaskError
from probatum.judge.lane import Lane
from probatum.task.parse import parse_task
from probatum.verdict import Outcome


def refuted_by(
    bench: Bench, files: Mapping[str, bytes], programs: Sequence[Program]
) -> dict[str, tuple[str, str]] | None:
    """Program -> (level, law) of those that the new files refute. None where they are no version that can be tried;
    why, the check of the proposal will say."""
    try:
        task = parse_task(bench.task.name, files)
        if weakenings(bench.task, task):
            return None
        with Lane(task, tier=bench.lane.tier) as lane:
            lane.selfcheck()
            return dict(_tried(Bench(task=task, lane=lane, seeds=bench.seeds), programs))
    except (TaskError, InfrastructureError):
        return None


def _tried(bench: Bench, programs: Sequence[Program]) -> list[tuple[str, tuple[str, str]]]:
    found = []
    for program in programs:
        assessment = bench.assess(program.source)
        if assessment.outcome is Outcome.REFUTED:
            verdict = next(v for v in assessment.verdicts if v.outcome is Outcome.REFUTED)
            found.append((program.name, (verdict.level, verdict.refuting[0].law)))
    return found


def refusing(bench: Bench, draft: Proposal, needed: str = "") -> Proposal | None:
    """The draft with the programs that it really refutes as bad canaries, and these as its unwanted ones.

    None where it refutes none of them, or not the one that is ``needed``. A draft that cannot be tried is returned as
    it is: its check says why.
    """
    bench.say(f"trying what {draft.by} would refute")
    found = refuted_by(bench, draft.files, draft.unwanted)
    if found is None:
        return draft
    if not found or (needed and needed not in found):
        return None
    files = dict(draft.files)
    for program in (p for p in draft.unwanted if p.name in found):
        level, law = found[program.name]
        name = program.name if program.origin == "open" else f"unwanted_by_{law}"
        why = f"{program.what or program.name}; the version before accepted it."
        files = with_bad(files, name, program.source.encode(), level=level, law=law, why=why)
    unwanted = tuple(p for p in draft.unwanted if p.name in found)
    return Proposal(by=draft.by, what=draft.what, why=draft.why, files=files, unwanted=unwanted, finding=draft.finding)


def open_programs(bench: Bench) -> tuple[Program, ...]:
    """The open canaries: programs that the operator does not want and the task accepts."""
    return tuple(
        Program(name=c.name, origin="open", source=c.files["sut.py"].decode(), what=c.why)
        for c in bench.task.canaries
        if c.kind == "open" and "sut.py" in c.files
    )
