"""The strength report: what a specification does not require, all of it computed by trying programs."""

from __future__ import annotations

from collections.abc import Sequence

from probatum.critic.bench import Bench
from probatum.critic.findings import Finding, Program, Strength
from probatum.critic.gaps import gaps, law_rows
from probatum.critic.meaning import meanings
from probatum.critic.mutants import MOST
from probatum.critic.similarity import NEAR, similarity
from probatum.critic.survey import Survey, survey
from probatum.lab.clock import wall_s

CLONE = 30


def strength(
    bench: Bench,
    *,
    most: int = MOST,
    accepted: Sequence[Program] = (),
    transcripts: Sequence[str] = (),
    brief: bool = False,
) -> Strength:
    """The strength report of the bench's task. ``accepted``: candidates the journal knows as accepted;
    ``transcripts``: theirs, judged again; ``brief``: see `survey`."""
    began = wall_s()
    bench.say("counting what is exercised")
    tallies = bench.lane.exercised()
    made = survey(bench, most=most, accepted=accepted, brief=brief)
    laws = law_rows(bench.lane.suite, made.rows, tallies)
    alike = likeness(bench, accepted)
    found = [*meanings(made), *gaps(bench.task, bench.lane.suite, laws, tallies), *_clone(bench, made, alike)]
    return Strength(
        task=bench.task.name,
        task_digest=bench.task.digest,
        scores=tuple(made.scores),
        laws=laws,
        goals=tallies["goals"],
        findings=ranked(found),
        similarity=alike,
        rejudged=(len(transcripts), sum(bool(bench.lane.rejudge(text)) for text in transcripts)),
        scope=bench.scope,
        programs=len(made.rows),
        cpu_s=bench.cpu_s,
        wall_s=wall_s() - began,
    )


def ranked(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Worst first; among equals the one with the simplest input."""

    def key(finding: Finding) -> tuple[int, tuple[int, int], str]:
        shown = finding.difference
        return -finding.severity, shown.size if shown is not None else (0, 0), finding.id

    return tuple(sorted(findings, key=key))


def likeness(bench: Bench, accepted: Sequence[Program] = ()) -> dict[str, float]:
    """How much good, open and accepted programs look like the oracle."""
    if not bench.oracle:
        return {}
    sources = {
        c.name: c.files["sut.py"].decode() for c in bench.task.canaries if c.kind != "bad" and "sut.py" in c.files
    }
    sources |= {program.name: program.source for program in accepted}
    return {name: round(similarity(source, bench.oracle), 2) for name, source in sources.items()}


def _clone(bench: Bench, made: Survey, alike: dict[str, float]) -> list[Finding]:
    """Whether a copy of the oracle is accepted: a note, because a function may be meant to be what its oracle is."""
    if not bench.oracle or not bench.row(Program(name="clone", origin="clone", source=bench.oracle)).alive:
        return []
    if not bench.passes(bench.oracle):
        return []
    near = [name for name, share in alike.items() if share >= NEAR]
    looks = f" Near it: {', '.join(near)}." if near else ""
    return [
        Finding(
            kind="clone",
            subject="oracle",
            severity=CLONE,
            sentence=f"A copy of the oracle's own source is accepted: nothing requires more than that.{looks}",
            following='If that is not wanted: probatum refine TASK --concern "a copy of the oracle is enough"',
        )
    ]
