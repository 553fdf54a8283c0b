"""What `probatum refine` does: report and propose, approve, show history."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from probatum.checking import choose_tier, open_lane
from probatum.cli import endings
from probatum.cli.output import hand_over
from probatum.cli.progress import progress
from probatum.cli.workspace import Workspace
from probatum.critic.admit import admit
from probatum.critic.bench import Bench
from probatum.critic.findings import Program, Strength
from probatum.critic.history import accepted_programs, accepted_transcripts, measured
from probatum.critic.offers import answers, first_admissible, offers
from probatum.critic.proposals import Admission
from probatum.critic.proposers import topics, written
from probatum.critic.secondlane import second_lane
from probatum.critic.strength import strength
from probatum.critic.versions import Step, history, keep, kept, next_name, sign
from probatum.critic.words import proposals_text, strength_text
from probatum.errors import UsageError
from probatum.journal import Journal
from probatum.lab.files import find_task
from probatum.lab.seeds import chosen_seeds, fresh_seeds
from probatum.report.html.strength import strength_page
from probatum.report.words import visible
from probatum.task.model import Task

if TYPE_CHECKING:
    from probatum.cli.refine import Wish


def report(task: Task, wish: Wish, place: Workspace, shape: str) -> int:
    """The strength report and the proposals; with ``--policy auto`` the first admissible one is signed."""
    with Journal.open(place.path) as journal:
        with _bench(task, wish) as bench:
            found = None
            if not _settled_without_report(wish):
                accepted = accepted_programs(journal, task.name, task.digest)
                old = accepted_transcripts(journal, task.name)
                found = strength(bench, most=wish.most, accepted=accepted, transcripts=old)
                measured(journal, found)
            else:
                bench.shape = bench.lane.shape()
            offered = _offered(bench, wish, found)
        for admission in offered:
            keep(journal, task, admission, wish.concern)
        version = None
        best = next((a for a in offered if a.ok), None)
        if wish.policy == "auto" and best is not None:
            version = sign(journal, task, best, version_folder(task, wish), signed="nobody asked", policy="auto")
    weak = (found is not None and bool(found.weaknesses)) or (found is None and best is None)
    code = endings.INCONCLUSIVE if weak and version is None else endings.ACCEPTED
    return _show(found, offered, version, wish, place, shape, code)


def _settled_without_report(wish: Wish) -> bool:
    """A law that is given, or a concern that a rule answers from the task alone, needs no survey."""
    return wish.law is not None or "clone" in topics(wish.concern)


def _offered(bench: Bench, wish: Wish, found: Strength | None) -> list[Admission]:
    if wish.law is not None:
        return first_admissible(bench, [_given(bench, wish)])
    if wish.concern:
        return answers(bench, wish.concern, found)
    return offers(bench, found, wish.proposals) if found is not None else []


def _given(bench: Bench, wish: Wish) -> Any:
    """The law of a file, against every open canary and a copy of the oracle."""
    try:
        text = Path(str(wish.law)).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageError(f"cannot read {wish.law}: {problem}", fix="Name a Python file that holds laws") from None
    unwanted = [
        Program(name=c.name, origin="open", source=c.files["sut.py"].decode(), what=c.why)
        for c in bench.task.canaries
        if c.kind == "open" and "sut.py" in c.files
    ]
    unwanted += [Program(name="copy_of_the_oracle", origin="clone", source=bench.oracle)] * bool(bench.oracle)
    what = f"The laws of {Path(str(wish.law)).name}."
    return written(bench, text, by="operator", what=what, why=wish.concern or what, unwanted=unwanted)


@contextmanager
def _bench(task: Task, wish: Wish) -> Iterator[Bench]:
    seeds = fresh_seeds() if wish.seed is None else chosen_seeds(wish.seed)
    tier = choose_tier(wish.tier)  # type: ignore[arg-type]  # click has checked the word
    with (
        progress(f"looking for what {task.name} leaves open") as say,
        open_lane(task, tier) as lane,
        second_lane(lane, cpus=os.cpu_count() or 1) as second,
    ):
        yield Bench(task=task, lane=lane, seeds=seeds, task_word=shlex.quote(wish.task), say=say, second=second)


def version_folder(task: Task, wish: Wish, kept: Path | None = None) -> Path:
    """The folder of the new version: the one given, else the next name beside the old one, or in ``kept``."""
    if wish.out is not None:
        return Path(wish.out)
    beside = find_task(wish.task).resolve().parent
    places = [place for place in (beside, kept) if place is not None and place.is_dir()]
    return (kept or beside) / next_name(task.name, {entry.name for place in places for entry in place.iterdir()})


def approve(task: Task, wish: Wish, id: str, place: Workspace, shape: str) -> int:
    """Check a journalled proposal once more and sign it."""
    with Journal.open(place.path) as journal:
        proposal = kept(journal, task, id)
        with progress("checking the proposal again") as say:
            seeds = fresh_seeds() if wish.seed is None else chosen_seeds(wish.seed)
            tier = choose_tier(wish.tier)  # type: ignore[arg-type]  # click has checked the word
            admission = admit(task, proposal, tier=tier, seeds=seeds, say=say)
        version = sign(journal, task, admission, version_folder(task, wish), signed=wish.signed, policy=wish.policy)
    return _show(None, [admission], version, wish, place, shape, endings.ACCEPTED)


def show_history(task: Task, word: str, as_json: bool) -> int:
    """The versions that led to a task."""
    steps = list(history(task, find_task(word).resolve().parent))
    if as_json:
        print(json.dumps([_step_json(step) for step in steps], ensure_ascii=False))
        return endings.ACCEPTED
    lines = [] if steps else [f"{task.name} ({task.digest[:12]}) is a first version"]
    for step in steps:
        lines += [f"{step.task} ({step.digest[:12]}) from {step.parent.task} ({step.parent.digest[:12]})"]
        lines += [f"  what: {step.parent.what}", f"  why: {step.parent.why}"]
        lines += [f"  signed: {step.parent.signed} ({step.parent.policy})"]
        lines += [] if step.linked else ["  the version before is not here, or is not what the link names"]
        lines += [f"  {line}" for line in step.diff.splitlines()]
    click.echo("\n".join(visible(line) for line in lines))
    return endings.ACCEPTED


def _step_json(step: Step) -> dict[str, Any]:
    parent = step.parent
    rest = {"what": parent.what, "why": parent.why, "signed": parent.signed, "policy": parent.policy}
    names = {"task": step.task, "digest": step.digest, "parent": parent.task, "parent_digest": parent.digest}
    return {**names, **rest, "linked": step.linked, "diff": step.diff}


def _show(
    found: Strength | None,
    offered: list[Admission],
    version: tuple[Task, Path] | None,
    wish: Wish,
    place: Workspace,
    shape: str,
    code: int,
) -> int:
    """Hand the report over in its shape; the exit code."""
    again = "" if version is not None else f"probatum refine {shlex.quote(wish.task)}{place.option}"
    body = _body(found, offered, version, wish)
    if shape == "json":
        return hand_over(json.dumps(body, ensure_ascii=False), wish.output, code)
    if shape == "html":
        return hand_over(strength_page(body, again), wish.output, code)
    texts = [strength_text(found)] if found is not None else []
    texts += [proposals_text(offered, again)]
    if version is not None:
        texts += [f"written: {version[1]} ({version[0].digest[:12]}); now run: probatum selftest {version[1]}"]
    return hand_over("\n".join(visible(line) for text in texts for line in text.splitlines()), wish.output, code)


def _body(
    found: Strength | None, offered: list[Admission], version: tuple[Task, Path] | None, wish: Wish
) -> dict[str, Any]:
    """Everything as plain data."""
    body: dict[str, Any] = found.as_json() if found is not None else {"task": wish.task}
    body["proposals"] = [admission.as_json() for admission in offered]
    body["version"] = None
    if version is not None:
        body["version"] = {"name": version[0].name, "digest": version[0].digest, "folder": str(version[1])}
    return body
