"""`probatum verify`: judge stored evidence again, and check that the journal was not changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

import click

from probatum.cli import endings
from probatum.cli.common import json_option, sandbox_option, workspace_option
from probatum.cli.progress import progress
from probatum.cli.workspace import existing

if TYPE_CHECKING:
    from probatum.cli.claims import Claim, Judged
    from probatum.journal import Journal


@click.command("verify")
@click.argument("digest", required=False)
@click.option("--task", metavar="DIR", help="The task's folder, where it is not found by name.")
@sandbox_option
@workspace_option
@json_option
def command(digest: str | None, task: str | None, tier: str, workspace: str | None, as_json: bool) -> int:
    """Judge one stored transcript again (DIGEST, or its beginning), or everything that a verdict rests on.

    Exit codes: 0 the evidence says what the verdicts say and the chain is whole; 1 it does not; 2 usage or task error;
    3 nothing to judge; 4 the journal is damaged.
    """
    from probatum.journal import Journal

    place = existing(workspace)
    with Journal.open(place.path, create=False) as journal:
        rows, chain = _judged(journal, digest, task, tier), [*journal.check(), *_seeds(journal)]
        body = _body(journal, rows, chain)
        loops = [] if rows else _loops(journal)
    code = _code(rows, chain)
    following = f"probatum verify{place.option}" if digest else f"probatum report{place.option}"
    following = f"probatum replay {loops[-1]}{place.option}" if loops else following
    ending = None if code == endings.ACCEPTED else _ending(rows, chain, loops, following)
    if as_json:
        return endings.answer(json.dumps({**body, "ending": ending}), code)
    lines = _lines(body, rows)
    if ending is not None:
        lines.append(endings.three_lines(ending["known"], ending["evidence"], ending["next"]))
    return endings.answer("\n".join(lines), code)


def _seeds(journal: Journal) -> list[str]:
    """Runs whose revealed secret is not the one they committed to."""
    from probatum.events import EventKind
    from probatum.report.select import EVERY, select

    if next(journal.events(kind=EventKind.RUN_STARTED), None) is None:
        return []
    return [record.seed_problem for record in select(journal, EVERY) if record.seed_problem]


def _judged(journal: Journal, digest: str | None, given: str | None, tier: str) -> list[Judged]:
    from probatum.cli.claims import Rejudge
    from probatum.cli.tasks import task_of

    wanted = _wanted(journal, digest)
    tasks = {name: task_of(journal, name, given) for name in dict.fromkeys(c.task for c in wanted)}
    ordered = sorted(wanted, key=lambda c: c.task)  # one lane at a time
    if not ordered:
        return []
    with closing(Rejudge(journal, tier)) as judge, progress("judging again") as say:
        rows = []
        for number, claim in enumerate(ordered, start=1):
            say(f"judging again: {number} of {len(ordered)}")
            rows.append(judge.judge(claim, tasks[claim.task]))
        return rows


def _wanted(journal: Journal, digest: str | None) -> list[Claim]:
    from probatum.cli.claims import claims
    from probatum.cli.trying import full_digest
    from probatum.errors import UsageError

    if digest is None:
        return list(claims(journal))
    full = full_digest(journal, digest)
    found = [c for c in claims(journal) if c.transcript == full]
    if not found:
        raise UsageError(f"no verdict rests on {full[:16]} alone: it was kept beside one", fix="Run `probatum verify`")
    return found


def _code(rows: Sequence[Judged], chain: Sequence[str]) -> int:
    if chain:
        return endings.INFRASTRUCTURE
    if not rows:
        return endings.INCONCLUSIVE
    return endings.ACCEPTED if all(row.agrees for row in rows) else endings.REFUTED


def _body(journal: Journal, rows: Sequence[Judged], chain: Sequence[str]) -> dict[str, Any]:
    return {
        "agrees": bool(rows) and not chain and all(row.agrees for row in rows),
        "journal": str(journal.path),
        "journal_head": journal.head(),
        "chain": list(chain),
        "judged": len(rows),
        "refutations": sum(bool(row.claim.law) for row in rows),
        "disagreements": sum(not row.agrees for row in rows),
        "tried_again": sum(row.tried_again for row in rows),
        "claims": [_row(row) for row in rows],
    }


def _row(row: Judged) -> dict[str, Any]:
    claim = row.claim
    return {
        "task": claim.task,
        "task_digest": claim.task_digest,
        "task_now": row.task_now,
        "run": claim.run,
        "candidate": claim.candidate,
        "level": claim.level,
        "transcript": claim.transcript,
        "stated": claim.law,
        "found": list(row.found),
        "agrees": row.agrees,
        "problem": row.problem,
    }


def _lines(body: dict[str, Any], rows: Sequence[Judged]) -> list[str]:
    lines = [_line(row) for row in rows if len(rows) <= 3 or not row.agrees]
    lines += _versions(rows)
    held = body["judged"] - body["refutations"]
    lines.append(
        f"{body['judged']} claims judged again: {body['refutations']} refutations, {held} transcripts of levels "
        f"without a refutation; {body['disagreements']} disagree"
    )
    if body["tried_again"]:
        lines.append(
            f"{body['tried_again']} processes ended at a time limit and were tried again: no claim about a candidate"
        )
    lines.append(f"chain: {'whole' if not body['chain'] else '; '.join(body['chain'])}")
    return [*lines, f"journal head {body['journal_head']}"]


def _line(row: Judged) -> str:
    claim = row.claim
    what = (
        f"transcript {claim.transcript[:16]}" if claim.transcript else f"candidate {claim.candidate[:16]} (its bytes)"
    )
    stated = f"breaks {claim.law}" if claim.law else "breaks no law"
    found = row.problem or (f"breaks {', '.join(row.found)}" if row.found else "breaks no law")
    also = f" (the verdict does not name {', '.join(row.also)})" if row.also else ""
    word = "agrees" if row.agrees else "DISAGREES"
    return f"{word}: {claim.task} {claim.level}, {what}: stated: {stated}; judged again: {found}{also}"


def _versions(rows: Sequence[Judged]) -> list[str]:
    changed = {(r.claim.task, r.claim.task_digest, r.task_now) for r in rows if r.claim.task_digest != r.task_now}
    return [f"{name}: judged under task version {old[:16]}, now {new[:16]}" for name, old, new in sorted(changed)]


def _loops(journal: Journal) -> list[str]:
    """Runs that are loops over a specification: they say nothing about a candidate of anybody's, and are repeated as a
    whole."""
    from probatum.cli.looping import is_loop

    return [run for run in journal.runs() if is_loop(journal, run)]


def _ending(rows: Sequence[Judged], chain: Sequence[str], loops: Sequence[str], following: str) -> dict[str, str]:
    if chain:
        known = "the journal was changed or damaged after it was written"
        return {"known": known, "evidence": chain[0], "next": "restore the workspace from a copy, then verify it"}
    if not rows:
        known = "the chain is whole; nothing was judged again, because no verdict here rests on stored evidence"
        repeated = f"; a loop over a specification is repeated as a whole, and here are {len(loops)}" if loops else ""
        return {"known": known, "evidence": f"0 claims{repeated}", "next": following}
    worst = [row for row in rows if not row.agrees]
    known = f"{len(worst)} of {len(rows)} claims are not supported by their evidence"
    return {"known": known, "evidence": _line(worst[0]), "next": following}
