"""One round of the whole loop, unattended: what passes and should not, a tightening, its check, a new version, and the
same programs again under that version.

Everything it decides is journalled under one run, so that the run can be repeated from the journal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from probatum.candidate import Candidate
from probatum.critic.bench import Bench
from probatum.critic.findings import Finding, Strength
from probatum.critic.history import measured
from probatum.critic.offers import first_admissible
from probatum.critic.proposals import Admission
from probatum.critic.proposers import for_finding
from probatum.critic.strength import strength
from probatum.critic.versions import keep, sign
from probatum.events import EventKind
from probatum.journal import Journal
from probatum.judge.lane import Lane
from probatum.lab.seeds import Seeds
from probatum.task.model import Canary, Task
from probatum.toolchains.rust.compiler import find_compiler
from probatum.verdict import Outcome

NOBODY = "nobody asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One canary under the new version."""

    name: str
    kind: str
    """unwanted (the new version is made against it), open (unwanted as well, but not what this version is about) or
    good."""
    outcome: str
    level: str = ""
    law: str = ""
    """What refutes it."""

    @property
    def accepted(self) -> bool:
        """Whether the new version accepts it."""
        return self.outcome == Outcome.HOLDS.value

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        return {"name": self.name, "kind": self.kind, "outcome": self.outcome, "level": self.level, "law": self.law}


@dataclass(frozen=True, slots=True, kw_only=True)
class Looped:
    """What one round came to."""

    found: Strength
    offered: tuple[Admission, ...]
    version: Task | None = None
    folder: Path | None = None
    tried: tuple[Tried, ...] = ()

    @property
    def signed(self) -> Admission | None:
        """The proposal that became the new version."""
        return next((a for a in self.offered if a.ok), None) if self.version is not None else None

    @property
    def closed(self) -> bool:
        """Whether the new version refutes every program it was made against and accepts every good one."""
        if self.signed is None:
            return False
        unwanted = [t for t in self.tried if t.kind == "unwanted"]
        good = [t for t in self.tried if t.kind == "good"]
        refuted = all(t.outcome == Outcome.REFUTED.value for t in unwanted)
        return bool(unwanted and good) and refuted and all(t.accepted for t in good)

    def as_json(self) -> dict[str, Any]:
        """Plain data."""
        body = self.found.as_json() | {"proposals": [a.as_json() for a in self.offered], "version": None}
        if self.version is not None:
            body["version"] = {"name": self.version.name, "digest": self.version.digest, "folder": str(self.folder)}
        return body | {"closed": self.closed, "tried": [t.as_json() for t in self.tried]}


def loop(bench: Bench, journal: Journal, run: str, folder: Path, most: int) -> Looped:
    """Survey, propose, check, sign with nobody asked, and try again. Nothing is written where no proposal is
    admissible."""
    found, offered = _surveyed(bench, journal, run, most, brief=True)
    best = next((a for a in offered if a.ok), None)
    if best is None and any(f.kind == "open" for f in found.weaknesses):
        found, more = _surveyed(bench, journal, run, most, brief=False)
        offered += more
        best = next((a for a in more if a.ok), None)
    if best is None:
        return Looped(found=found, offered=tuple(offered))
    version, place = sign(journal, bench.task, best, folder, signed=NOBODY, policy="auto", run=run)
    tried = tuple(_again(bench, version, best))
    body: dict[str, Any] = {"task": version.digest, "task_name": version.name, "tried": [t.as_json() for t in tried]}
    journal.append(run, EventKind.REFINEMENT_TRIED, body)
    return Looped(found=found, offered=tuple(offered), version=version, folder=place, tried=tried)


def _surveyed(bench: Bench, journal: Journal, run: str, most: int, *, brief: bool) -> tuple[Strength, list[Admission]]:
    """What passes and should not, and proposals against it, kept in the journal. ``brief``: see `survey`; without it
    what the operator named has been tried before."""
    found = strength(bench, most=most, brief=brief)
    measured(journal, found, run, brief=brief)
    findings = _ordered(found.weaknesses) if brief else [f for f in found.weaknesses if f.kind != "open"]
    offered = list(_offered(bench, findings))
    for admission in offered:
        keep(journal, bench.task, admission, run=run)
    return found, offered


def _offered(bench: Bench, findings: Sequence[Finding]) -> Iterator[Admission]:
    """Proposals up to the first that is admissible."""
    for finding in findings:
        made = first_admissible(bench, for_finding(bench, finding))
        yield from made
        if any(a.ok for a in made):
            return


def _ordered(findings: Sequence[Finding]) -> list[Finding]:
    """Findings about programs that the operator named come first."""
    return sorted(findings, key=lambda f: f.kind != "open")


def _again(bench: Bench, version: Task, signed: Admission) -> Iterator[Tried]:
    """The programs that were unwanted and the good ones through the new version's cascade, on inputs that the check of
    the proposal did not see."""
    seeds = Seeds(secret=bytes.fromhex(bench.seeds.seed("again", version.digest)), chosen=bench.seeds.chosen)
    with Lane(version, tier=bench.lane.tier) as lane:
        lane.selfcheck()
        again = Bench(task=version, lane=lane, seeds=seeds, task_word=bench.task_word)
        for canary in version.canaries:
            kind = _kind(canary, signed)
            if kind:
                bench.say(f"trying {canary.name} under {version.name}")
                yield _tried(again, canary, kind)


def _kind(canary: Canary, signed: Admission) -> str:
    """What a canary of the new version is to the loop; "" for one that it has no question about."""
    source = canary.files.get("sut.py")
    refused = {name for name, _ in signed.refuted}
    if source is not None and source in {p.source.encode() for p in signed.proposal.unwanted if p.name in refused}:
        return "unwanted"
    untried = source is None and find_compiler() is None
    return "" if untried or canary.kind == "bad" else canary.kind


def _tried(bench: Bench, canary: Canary, kind: str) -> Tried:
    found = bench.assess_candidate(Candidate(files=canary.files, author="critic"))
    verdict = next((v for v in found.verdicts if v.outcome is Outcome.REFUTED), None)
    outcome = Outcome.HOLDS.value if found.accepted else found.outcome.value
    if verdict is None:
        return Tried(name=canary.name, kind=kind, outcome=outcome)
    return Tried(name=canary.name, kind=kind, outcome=outcome, level=verdict.level, law=verdict.refuting[0].law)
