"""The strength report as text."""

from __future__ import annotations

from collections.abc import Sequence

from probatum.critic.findings import TOP, Finding, Strength
from probatum.critic.loop import Looped
from probatum.critic.proposals import Admission

MOST_NOTES = 8


def strength_text(found: Strength) -> str:
    """The report as a person reads it: the worst five in full, the rest in a line each."""
    head = f"{found.task} ({found.task_digest[:12]}): {_count(found)}"
    lines = [head, "", *[f"  {score.words}" for score in found.scores]]
    lines += [f"  compared on: {found.scope}"]
    if found.rejudged[0]:
        lines.append(
            f"  {found.rejudged[0]} old transcripts of accepted candidates: {found.rejudged[1]} break a law now"
        )
    for number, finding in enumerate(found.weaknesses[:TOP], 1):
        lines += ["", *_full(number, finding)]
    rest = found.weaknesses[TOP:]
    lines += ["", "more weaknesses:", *[f"  {f.id}  {f.sentence}" for f in rest]] if rest else []
    notes = [f for f in found.findings if not f.weakness]
    lines += ["", "notes:", *[f"  {f.id}  {f.sentence}" for f in notes[:MOST_NOTES]]] if notes else []
    lines += ["", *_matrix(found)]
    cost = f"{found.programs} programs tried, {found.cpu_s:.1f} CPU-s, {found.wall_s:.0f} s"
    return "\n".join([*lines, "", cost])


def _count(found: Strength) -> str:
    number = len(found.weaknesses)
    if not number:
        return "no weakness found"
    return "1 weakness" if number == 1 else f"{number} weaknesses"


def _full(number: int, finding: Finding) -> list[str]:
    lines = [f"{number}. {finding.sentence}  [{finding.id}]"]
    shown = finding.difference
    if shown is not None:
        lines += [f"     {line}" for line in shown.lines]
        program = finding.survivors[0].program
        lines += [f"     | {line}" for line in program.diff.splitlines()[2:12]]
    return [*lines, f"   next: {finding.following}"]


def _matrix(found: Strength) -> list[str]:
    """Laws with what they refute, and what gets in without them."""
    width = max((len(row.name) for row in found.laws), default=0)
    lines = ["law, programs it refutes, of these by it alone, premise held:"]
    for row in found.laws:
        drawn = row.met + row.refused
        premise = f"{row.met} of {drawn}" if drawn else "built in"
        without = f"; without it: {row.alone[0]}" if row.alone else ""
        lines.append(f"  {row.name:<{width}}  {row.kills:>4}  {len(row.alone):>3}  {premise}{without}")
    return lines


def proposals_text(offered: Sequence[Admission], again: str) -> str:
    """Admissible proposals with their evidence, and in a line each those that are not. ``again``: the command to which
    ``--approve`` is added."""
    lines: list[str] = []
    for admission in (a for a in offered if a.ok):
        proposal = admission.proposal
        lines += ["", f"proposal {proposal.id} (admissible): {proposal.what}", f"  why: {proposal.why}"]
        lines += [f"  {check.name}: {check.said}" for check in admission.checks]
        lines += [f"  next: {again} --approve {proposal.id}"] if again else []
    refused = [a for a in offered if not a.ok]
    for admission in refused:
        failed = admission.checks[-1]
        lines += ["", f"not admissible ({admission.proposal.by}): {admission.proposal.what}"]
        lines += [f"  {failed.name}: NO: {failed.said}"]
    return "\n".join(lines or ["", "no proposal"])


def loop_text(made: Looped, again: str) -> str:
    """One round as a story: what passes, what is proposed, what was checked, what became of the programs. ``again``:
    the command that repeats it."""
    found = made.found
    lines = [f"{found.task} ({found.task_digest[:12]}): {found.line}"]
    lines += [f"  accepted and unwanted: {f.subject}" for f in found.weaknesses if f.kind == "open"]
    lines += proposals_text(made.offered, "").splitlines()
    if made.version is not None:
        lines += ["", f"written: {made.version.name} ({made.version.digest[:12]}), signed: nobody asked (auto)"]
        lines += ["", f"under {made.version.name}, on new inputs:"]
        lines += [f"  {t.kind:<9} {t.name:<24} {_became(t.accepted, t.outcome, t.level, t.law)}" for t in made.tried]
        lines += ["", "the loop is closed" if made.closed else "the loop is NOT closed"]
    elif found.weaknesses:
        lines += ["", "the loop is NOT closed: no proposal is admissible"]
    lines += [f"{found.programs} programs tried; repeat it: {again}"]
    return "\n".join(lines)


def _became(accepted: bool, outcome: str, level: str, law: str) -> str:
    if accepted:
        return "accepted"
    return f"refuted at level {level} by {law}" if law else outcome.lower()
