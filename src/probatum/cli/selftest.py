"""`probatum selftest`: does each level of a task's gate catch what it must, and does it withstand attacks?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from probatum.cli.common import json_option, sandbox_option, workspace_option
from probatum.cli.progress import note, progress
from probatum.cli.workspace import choose

if TYPE_CHECKING:
    from probatum.selftest.calibration import Calibration
    from probatum.selftest.run import Hardness


@click.command("selftest")
@click.argument("tasks", metavar="[TASK]...", nargs=-1)
@click.option("--attacks", is_flag=True, help="Attack the tasks instead: candidates that try to be accepted wrongly.")
@sandbox_option
@workspace_option
@json_option
def command(tasks: tuple[str, ...], attacks: bool, tier: str, workspace: str | None, as_json: bool) -> int:
    """Try the canaries of each TASK (default: of every task that ships) and keep the calibration in the journal.

    Exits with 1 when anything is not as its canary promises, or when an attack is not stopped.
    """
    from probatum.lab.files import shipped_tasks

    words = tasks or shipped_tasks()
    place = choose(workspace)
    note(place.note, quiet=as_json)
    if attacks:
        return _attack(words, tier, as_json)
    from probatum.checking import choose_tier
    from probatum.journal import Journal
    from probatum.lab.files import read_task
    from probatum.selftest.run import Options, calibrate, write

    found = []
    with Journal.open(place.path) as journal, progress("trying canaries") as say:
        options = Options(tier=choose_tier(tier), say=say)  # type: ignore[arg-type]  # click has checked the word
        for word in words:
            found.append(calibrate(read_task(word), word, options))
            write(journal, found[-1])
            if not as_json:
                click.echo(_calibration_text(found[-1]))
    ok = all(calibration.ok for calibration in found)
    if as_json:
        print(json.dumps({"ok": ok, "tasks": [c.as_json() for c in found]}, ensure_ascii=False))
    return _ending(ok, as_json, [c.line for c in found if not c.ok], words)


def _attack(words: tuple[str, ...], tier: str, as_json: bool) -> int:
    from probatum.checking import choose_tier
    from probatum.cli.tasks import needs_python
    from probatum.lab.files import read_task
    from probatum.selftest.run import Options, harden

    found = []
    with progress("attacking") as say:
        options = Options(tier=choose_tier(tier), say=say)  # type: ignore[arg-type]  # click has checked the word
        for word in words:
            task = read_task(word)
            needs_python(task, "attacks are programs in Python")
            found.append(harden(task, options))
            if not as_json:
                click.echo(_hardness_text(found[-1]))
    ok = all(hardness.ok for hardness in found)
    if as_json:
        print(json.dumps({"ok": ok, "tasks": [h.as_json() for h in found]}, ensure_ascii=False))
    return _ending(ok, as_json, [h.line for h in found if not h.ok], words, "--attacks ")


def _ending(ok: bool, as_json: bool, broken: list[str], words: tuple[str, ...], option: str = "") -> int:
    from probatum.cli import endings

    if ok:
        return endings.ACCEPTED
    if not as_json:
        again = f"Correct the task, its canaries or the level, then run probatum selftest {option}{' '.join(words)}"
        click.echo(endings.three_lines("the gate does not hold what it promises", broken[0], again), err=True)
    return endings.REFUTED


def _calibration_text(calibration: Calibration) -> str:
    from probatum.report.words import visible

    width = max(len(row.name) for row in calibration.rows)
    lines = [f"{calibration.task} ({calibration.task_digest[:12]})"]
    for row in calibration.rows:
        mark = "SKIP" if row.skipped else "ok" if row.as_promised else "BAD"
        more = f"; install it: {row.skipped}" if row.skipped else ""
        more += f"; promised: {row.expected}" if not row.as_promised else ""
        more += " (unwanted)" if row.kind == "open" and row.as_promised and not row.skipped else ""
        lines.append(visible(f"  {mark:<4} {row.kind:<6} {row.name:<{width}}  {row.found}{more}"))
    lines += [visible(f"  note: {text}") for text in calibration.notes]
    return "\n".join([*lines, visible(calibration.line), ""])


def _hardness_text(hardness: Hardness) -> str:
    from probatum.report.words import visible

    width = max(len(t.attack.name) for t in hardness.tried)
    lines = [f"attacks on {hardness.task}"]
    for one in hardness.tried:
        mark = "ok" if one.stopped else "HOLE"
        said = one.mechanism if one.stopped else f"{one.result}: {one.said[:200]}"
        lines.append(visible(f"  {mark:<4} {one.attack.row:>2}  {one.attack.name:<{width}}  {said}"))
    return "\n".join([*lines, visible(f"{hardness.task}: {hardness.line}"), ""])
