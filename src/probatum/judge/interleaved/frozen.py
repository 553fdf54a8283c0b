"""What is answered while one thread stands still within a call, and by it when it goes on: one more schedule, judged as
any other. A call that gives up waiting for a thread that stands still is seen by nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from probatum.judge.compare import SENTENCES
from probatum.judge.evidence import GearReport, Shown
from probatum.judge.interleaved.clients import Client
from probatum.judge.interleaved.heard import read_heard
from probatum.judge.interleaved.trial import reply_of, transcript_of
from probatum.judge.interleaved.verdicts import broken
from probatum.judge.schedules.verdicts import Broken, Specification
from probatum.task.interface import SutClass
from probatum.toolchains.rust.concurrent.progress import stands
from probatum.types.codec import DecodeError

Row = Mapping[str, Any]


def judge_frozen(declared: SutClass, clients: Sequence[Client], rows: Sequence[Row]) -> GearReport:
    """The first history that breaks a law, as short as it does so; what cannot be judged is a problem."""
    report = GearReport()
    report.tally.segments = len(rows)
    oracles: dict[str, Specification] = {}
    for row in rows:
        try:
            client = _pair(clients, row)
            specification = oracles.setdefault(repr(client.program.made), Specification(declared, client.program.made))
            failing = _broken(specification, client, row)
        except (DecodeError, KeyError, IndexError, TypeError, ValueError, AttributeError):
            report.problem = ("INCONCLUSIVE", "the harness that freezes threads says what is no history")
            return report
        if failing is not None and failing[2].unknown:
            report.problem = report.problem or ("INCONCLUSIVE", f"a history cannot be judged: {failing[2].observed}")
        elif failing is not None:
            report.problem = None
            report.tally.failed += 1
            report.shown.append(_shown(declared, *failing))
            return report
    report.scope = {"frozen_histories": len(rows)}
    return report


def _pair(clients: Sequence[Client], row: Row) -> Client:
    """The client of the two calls that a history is about."""
    client = clients[row["client"]]
    frozen, others = client.program.threads
    return replace(client, program=replace(client.program, threads=((frozen[row["frozen"]],), (others[row["other"]],))))


def _broken(specification: Specification, client: Client, row: Row) -> tuple[Client, Row, Broken] | None:
    whole = {"stale": False, "failed": row.get("kind", ""), "why": row.get("why", ""), "steps": [], **row}
    if _law(specification, client, whole) is None:
        return None
    shorter = _shorter(client, whole) if not whole["failed"] else ((replace(client, after=()), whole),)
    for less, events in (*shorter, (client, whole)):
        if (verdict := _law(specification, less, events)) is not None:
            return less, events, verdict
    raise DecodeError("a history breaks a law once, and then it does not")


def _law(specification: Specification, client: Client, row: Row) -> Broken | None:
    return broken(specification, client, read_heard(client, reply_of(row)))


def _shorter(client: Client, row: Row) -> Iterator[tuple[Client, Row]]:
    """The same history, looked at afterwards by fewer calls."""
    for count in range(len(client.after)):
        left = 2 * (len(client.after) - count)
        yield replace(client, after=client.after[:count]), {**row, "events": row["events"][:-left]}


def _shown(declared: SutClass, client: Client, row: Row, verdict: Broken) -> Shown:
    mark = declared.concurrent
    place = f"T1 stands still {stands(row['after'], row['before_line'])}, while T2 makes its call"
    return Shown(
        law=verdict.law,
        sentence=SENTENCES[verdict.law],
        requirements=mark.requirements if mark is not None else (),
        input=(*client.lines(), "the schedule:", f"  {place}; then T1 goes on"),
        observed=verdict.observed,
        expected=verdict.expected or SENTENCES[verdict.law],
        transcript=transcript_of(replace(client, frozen=True), reply_of(row)),
        minimal=False,
    )
