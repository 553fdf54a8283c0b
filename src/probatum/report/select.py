"""What a journal holds about a run, as values for the renderers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from probatum import ledger
from probatum.errors import UsageError
from probatum.events import Event, EventKind, commitment
from probatum.journal import Journal
from probatum.search.account import Account, account_of
from probatum.search.state import fold_run
from probatum.verdict import Assessment, Counterexample

EVERY = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One run: what was asked, what was found, how it ended."""

    run: str
    task: str
    task_digest: str
    command: str
    started: str
    """UTC, ISO 8601."""
    ended: str
    """Why the run ended; "" when it did not."""
    seed: str
    """How the seeds came about, in words."""
    seed_problem: str
    """Why the revealed secret does not fit its commitment; "" when it does or is not revealed yet."""
    calibration: str
    assessments: tuple[Assessment, ...]
    strength: str = ""
    """What the latest strength report of this task version found, or that there is none."""
    troubles: tuple[str, ...] = ()
    """Infrastructure failures; no candidate is charged for them."""
    search: Account | None = None
    """What a search did; None for what is none."""

    @property
    def best(self) -> Assessment | None:
        """The accepted assessment, else the fittest."""
        ranked = sorted(self.assessments, key=lambda a: (a.accepted, a.fitness), reverse=True)
        return ranked[0] if ranked else None


def select(journal: Journal, run: str | None = None, option: str = "") -> tuple[RunRecord, ...]:
    """The latest run, the run of that name (or unique beginning), or "all". Raises `UsageError` when there is none.

    ``option`` is added to every shown command, where the workspace must be named.
    """
    started = {event.run: event for event in journal.events(kind=EventKind.RUN_STARTED)}
    names = list(started)
    if not names:
        raise UsageError("the journal holds no run", fix="Run `probatum check` first")
    if run == EVERY:
        return tuple(_record(journal, name, option) for name in names)
    found = [_latest(started)] if run is None else [name for name in names if name == run or name.startswith(run)]
    if len(found) != 1:
        what = f"no run is called '{run}'" if not found else f"'{run}' is the beginning of {len(found)} runs"
        raise UsageError(what, fix=f"The latest are: {', '.join(names[-5:])}")
    return (_record(journal, found[0], option),)


def _latest(started: Mapping[str, Event]) -> str:
    """The run that began last and is not a baseline of another one."""
    own = [run for run, event in started.items() if not _options(event).get("baseline_of")]
    return (own or list(started))[-1]


def _options(started: Event) -> dict[str, Any]:
    options = started.body["options"]
    return options if isinstance(options, dict) else {}


def _record(journal: Journal, run: str, option: str) -> RunRecord:
    events = list(journal.events(run=run))
    first = next(e for e in events if e.kind == EventKind.RUN_STARTED)
    body: Any = first.body
    chosen = body["chosen_seed"]
    return RunRecord(
        run=run,
        task=body["task_name"],
        task_digest=body["task"],
        command=str(body["options"].get("command", "")),
        started=datetime.fromtimestamp(first.at, UTC).isoformat(timespec="seconds"),
        ended=next((str(e.body["why"]) for e in events if e.kind == EventKind.RUN_ENDED), ""),
        seed=f"committed as {body['commitment']}" if chosen is None else f"examples chosen by seed {chosen}",
        seed_problem=_seed_problem(run, body["commitment"], events),
        calibration=ledger.calibration_line(journal, body["task"])
        or f"not calibrated here; run `probatum selftest {body['task_name']}`",
        assessments=tuple(_optioned(a, option) for _, a in ledger.assessments(journal, run)),
        strength=ledger.strength_line(journal, body["task"], body["task_name"]),
        troubles=tuple(str(e.body["why"]) for e in events if e.kind == EventKind.INFRASTRUCTURE_FAILED),
        search=_search(journal, run, events) if body["options"].get("command") == "run" else None,
    )


def _search(journal: Journal, run: str, events: list[Event]) -> Account:
    return account_of(fold_run(run, events), ledger.sources(journal, run))


def _optioned(assessment: Assessment, option: str) -> Assessment:
    def commands(shown: Counterexample | None) -> Counterexample | None:
        return shown and replace(shown, rejudge=shown.rejudge + option, retry=shown.retry + option)

    return replace(
        assessment,
        verdicts=tuple(
            replace(v, findings=tuple(replace(f, counterexample=commands(f.counterexample)) for f in v.findings))
            for v in assessment.verdicts
        ),
    )


def _seed_problem(run: str, promised: str, events: list[Event]) -> str:
    for event in events:
        revealed = event.kind == EventKind.SECRET_REVEALED
        if revealed and commitment(bytes.fromhex(str(event.body["secret"]))) != promised:
            return f"run {run}: the revealed secret does not fit its commitment"
    return ""
