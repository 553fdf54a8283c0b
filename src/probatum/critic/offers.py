"""Which proposals are worth checking: the first admissible one per finding, the worst findings first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from probatum.critic.admit import admit
from probatum.critic.bench import Bench
from probatum.critic.findings import TOP, Strength
from probatum.critic.proposals import Admission, Proposal
from probatum.critic.proposers import for_concern, for_finding


def offers(bench: Bench, found: Strength, most: int) -> list[Admission]:
    """At most ``most`` admissible proposals for the worst findings, with the refused ones that were tried before."""
    made: list[Admission] = []
    findings = [f for f in found.findings if f.weakness or f.kind == "clone"][: TOP + 1]
    refused: set[str] = set()
    for finding in findings:
        if sum(a.ok for a in made) >= most:
            break
        made += first_admissible(bench, _untried(for_finding(bench, finding), refused))
    return made


def answers(bench: Bench, concern: str, found: Strength | None, most: int = 1) -> list[Admission]:
    """Proposals that answer a concern, until enough are admissible."""
    made: list[Admission] = []
    for proposal in for_concern(bench, concern, found):
        made.append(_admit(bench, proposal))
        if sum(a.ok for a in made) >= most:
            break
    return made


def first_admissible(bench: Bench, proposals: Iterable[Proposal]) -> list[Admission]:
    """Proposals checked in turn up to the first that is admissible."""
    made: list[Admission] = []
    for proposal in proposals:
        made.append(_admit(bench, proposal))
        if made[-1].ok:
            break
    return made


def _untried(proposals: Iterable[Proposal], tried: set[str]) -> Iterator[Proposal]:
    """Without those that say what another one said already."""
    for proposal in proposals:
        key = proposal.by + proposal.files["task.py"].decode()
        if key not in tried:
            tried.add(key)
            yield proposal


def _admit(bench: Bench, proposal: Proposal) -> Admission:
    return admit(bench.task, proposal, tier=bench.lane.tier, seeds=bench.seeds, say=bench.say)
