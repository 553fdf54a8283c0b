"""Rule-based proposers: from a finding, or from a concern in a person's words, to proposals that are then checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from probatum.critic.answering import answering
from probatum.critic.bench import Bench
from probatum.critic.checkpoint import checkpoint
from probatum.critic.edit import with_laws
from probatum.critic.examples import from_survivor
from probatum.critic.faults import fault_proposals
from probatum.critic.findings import Finding, Program, Strength
from probatum.critic.proposals import Proposal
from probatum.critic.refusing import open_programs
from probatum.critic.similarity import similarity

LOOKS_ALIKE = 0.8
"""From here on an open canary is the oracle in other words."""

CONCERNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        r"wrap|copy|copies|clone|delegat|the oracle|thin|nothing here requires",
        ("clone",),
    ),
    (r"\bnone\b|silent|no answer|must answer|refus|gives? up", ("None instead of a value",)),
    (r"\border\b|\bsort|ascending|permut", ("another order",)),
    (r"missing|leaves? out|drops?|forget|lose|lost", ("items missing", "None instead of a value", "no instead of yes")),
    (r"duplicat|twice|too many|extra", ("items too many", "yes instead of no")),
    (r"off.by.one|boundar|edge|limit|range", ("off by one", "another number")),
    (r"error|raise|exception|crash|check", ("an error instead of a value", "a value instead of an error")),
    (r"any answer|constant|anything", ("cheap",)),
)
"""What a concern is about, by the words it uses: kinds of findings or of differences."""


def for_finding(bench: Bench, finding: Finding) -> Iterator[Proposal]:
    """Proposals that a finding leads to, the one that says most first."""
    if finding.kind == "fault":
        yield from fault_proposals(
            bench, finding.sentence, open_programs(bench), finding=finding.id, link=finding.subject
        )
    elif finding.kind == "clone" or (finding.kind == "open" and not finding.survivors):
        unwanted = _copies(bench, finding)
        if unwanted:
            yield from checkpoint(bench, finding.sentence, unwanted, finding.id)
    elif finding.survivors and finding.kind != "freedom":
        if finding.kind == "open":
            yield from fault_proposals(
                bench, finding.sentence, open_programs(bench), finding=finding.id, needed=finding.subject
            )
        yield from answering(bench, finding)
        yield from from_survivor(bench, finding)


def _copies(bench: Bench, finding: Finding) -> tuple[Program, ...]:
    """The open canaries that are the oracle in other words, for a finding on one of them or on no program at all, with
    a copy of the oracle where there is none. () for a finding on a program of another kind: that it lacks new methods
    would refuse it for a reason that is none."""
    near = tuple(p for p in open_programs(bench) if similarity(p.source, bench.oracle) >= LOOKS_ALIKE)
    if finding.kind == "open":
        return near if any(p.name == finding.subject for p in near) else ()
    what = "A copy of the oracle's own source."
    return near or (Program(name="copy_of_the_oracle", origin="clone", source=bench.oracle, what=what),)


def topics(concern: str) -> tuple[str, ...]:
    """What a concern is about; () where no rule knows its words."""
    found = [kind for pattern, kinds in CONCERNS if re.search(pattern, concern, re.IGNORECASE) for kind in kinds]
    return tuple(dict.fromkeys(found))


def for_concern(bench: Bench, concern: str, found: Strength | None) -> Iterator[Proposal]:
    """Proposals that answer a concern. ``found``: the report, needed for concerns about answers."""
    wanted = topics(concern)
    if "clone" in wanted:
        clone = Finding(kind="clone", subject="oracle", severity=0, sentence=concern, following="")
        yield from checkpoint(bench, concern, _copies(bench, clone))
    for finding in found.findings if found is not None else ():
        kinds = {kind for _, kind in finding.classes} | {finding.kind}
        if finding.survivors and finding.kind != "freedom" and (kinds & set(wanted) or not wanted):
            yield from from_survivor(bench, finding)


def written(bench: Bench, text: str, *, by: str, what: str, why: str, unwanted: Sequence[Program]) -> Proposal:
    """A proposal from the text of laws that a person or a model wrote. Nothing of it runs here: only the sandboxed
    judge executes it, after `weakening` has read it."""
    files = with_laws(bench.task.files, [text], ["always", "sometimes", "never_raises", "assume", "Sut", "Call"])
    return Proposal(by=by, what=what, why=why, files=files, unwanted=tuple(unwanted))
