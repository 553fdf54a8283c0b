"""`probatum history`: is a recorded history of a concurrent system linearizable?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from probatum.cli import endings

if TYPE_CHECKING:
    from probatum.history.judgement import Judgement
    from probatum.history.operations import Operation


@click.command("history")
@click.argument("file", metavar="FILE")
@click.option(
    "--model",
    required=True,
    metavar="MODEL",
    help="register, cas-register, append-map, stack, queue, set, map, or a TASK.",
)
@click.option("--format", "shape", type=click.Choice(["jepsen", "edn", "ndjson"]), help="  [default: look at the file]")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@click.option("--svg", metavar="OUT", help="Draw the operations that no order explains.")
@click.option("--new", "made_with", default="[]", metavar="JSON", help="Arguments that make the object of a TASK.")
@click.option("--max-steps", type=click.IntRange(1), default=5_000_000, show_default=True, help="Steps of the search.")
def command(file: str, model: str, shape: Any, as_json: bool, svg: str | None, made_with: str, max_steps: int) -> int:
    """Say whether one order of all calls explains a recorded history.

    FILE holds lines of Jepsen's log, EDN maps or JSON objects (docs/history.md).
    Exit codes: 0 linearizable, 1 not linearizable, 2 usage, 3 not known.
    """
    from probatum.history.operations import operations_of
    from probatum.history.read import read_history

    recording = read_history(_text(file), shape)
    operations = operations_of(recording.events)
    found, minimal = _judged(model, operations, made_with, max_steps)
    about = {"file": file, "model": model, "format": recording.format, "ignored_lines": recording.ignored}
    if svg is not None and minimal:
        _draw(svg, minimal, found)
    text = json.dumps({**about, **found}) if as_json else _words(file, found)
    return endings.answer(text, _code(found["linearizable"]))


def _text(file: str) -> str:
    from probatum.errors import UsageError

    try:
        return Path(file).read_text(encoding="utf-8", errors="replace")
    except OSError as problem:
        raise UsageError(f"{file} cannot be read: {problem.strerror}", fix="Give the file of a recording") from None


def _judged(
    model: str, operations: list[Operation], made_with: str, most: int
) -> tuple[dict[str, Any], list[Operation]]:
    from probatum.history.judgement import judge_history
    from probatum.history.models import MODELS
    from probatum.history.structures import STRUCTURES

    known = {**MODELS, **STRUCTURES}
    if model in known:
        found = judge_history(known[model], operations, most)
        return _stuck(found.as_json(), found), list(found.minimal)
    answer = _by_task(model, operations, made_with, most)
    lines = {row["line"] for row in answer["minimal"]}
    return answer, [operation for operation in operations if operation.line in lines]


def _stuck(answer: dict[str, Any], found: Judgement) -> dict[str, Any]:
    return {**answer, "stuck_line": None if found.stuck is None else found.stuck.line}


def _by_task(word: str, operations: list[Operation], made_with: str, most: int) -> dict[str, Any]:
    from probatum.checking import choose_tier, open_lane
    from probatum.errors import UsageError
    from probatum.judge.historical import row_of
    from probatum.lab.files import read_task

    try:
        arguments = json.loads(made_with)
    except ValueError:
        arguments = None
    if not isinstance(arguments, list):
        raise UsageError(f"--new takes a list in JSON, not {made_with}", fix="For example: --new '[3]'")
    with open_lane(read_task(word), choose_tier("auto")) as lane:
        return lane.history([row_of(operation) for operation in operations], arguments, most)


def _draw(place: str, minimal: list[Operation], found: dict[str, Any]) -> None:
    from probatum.history.picture import picture

    stuck = next((o for o in minimal if o.line == found["stuck_line"]), None)
    Path(place).write_text(picture(minimal, stuck), encoding="utf-8")


def _code(linearizable: bool | None) -> int:
    return {True: endings.ACCEPTED, False: endings.REFUTED, None: endings.INCONCLUSIVE}[linearizable]


def _words(file: str, found: dict[str, Any]) -> str:
    counts = f"{found['operations']} operations ({found['returned']} returned), {found['keys']} keys"
    if found["linearizable"]:
        return f"linearizable: {counts}"
    heading = "not linearizable" if found["linearizable"] is False else "not known whether linearizable"
    lines = [f"{heading}: {counts}"]
    for row in found["minimal"]:
        ending = f"-> {row['answer']!r}" if row["returned"] else "never returned"
        key = "" if row["key"] is None else f" {row['key']!r}"
        argument = "" if row["argument"] is None else f" {row['argument']!r}"
        lines.append(f"  line {row['line']:<6} process {row['process']:<4} {row['f']}{key}{argument} {ending}")
    following = "Raise --max-steps" if found["returned"] else "Give a recording in which calls return"
    following = f"Look at these lines of {file}; draw them with --svg OUT" if found["minimal"] else following
    return "\n".join([*lines, "", endings.three_lines(heading, found["why"], following)])
