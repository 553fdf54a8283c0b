"""`probatum refine`: what a specification does not require, and how to make it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import click

from probatum.cli.common import sandbox_option, seed_option, workspace_option
from probatum.cli.output import output_option, ready
from probatum.cli.progress import note
from probatum.cli.workspace import choose

FORMATS = ("text", "json", "html")
MUTANTS, LOOP_MUTANTS = 120, 20
"""Mutants per program; a loop is about programs that are named as unwanted, so it needs few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the options ask for."""

    task: str
    most: int
    proposals: int
    concern: str
    law: str | None
    seed: int | None
    tier: str
    policy: str
    signed: str
    out: str | None
    output: str | None


@click.command("refine")
@click.argument("task")
@click.option("--concern", default="", metavar="TEXT", help="What worries you about TASK, in your words.")
@click.option("--law", metavar="FILE", help="Laws to add, as Python text: checked like any other proposal.")
@click.option("--approve", metavar="ID", help="Sign a proposal: write it as the next version beside TASK.")
@click.option(
    "--policy",
    type=click.Choice(["operator", "auto"]),
    default="operator",
    show_default=True,
    help="auto: sign the first admissible proposal without asking, and record that nobody was asked.",
)
@click.option("--signed", metavar="NAME", envvar="USER", default="operator", help="Who signs  [default: your login].")
@click.option(
    "--out", metavar="DIR", help="Folder of the new version  [default: beside TASK; with --loop the workspace]."
)
@click.option(
    "--loop", is_flag=True, help="One whole round unattended: report, propose, check, sign, try again; see replay."
)
@click.option("--history", "past", is_flag=True, help="The versions that led to TASK and what changed in each.")
@click.option(
    "--mutants",
    "most",
    type=click.IntRange(1),
    metavar="N",
    help="Mutants per program  [default: 120, --loop: 20].",
)
@click.option("--proposals", type=click.IntRange(0), default=2, show_default=True, help="Admissible ones to look for.")
@seed_option
@sandbox_option
@workspace_option
@output_option
@click.option("--format", "shape", type=click.Choice(FORMATS), default="text", show_default=True, help="Of the output.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def command(
    task: str,
    approve: str | None,
    past: bool,
    loop: bool,
    most: int | None,
    workspace: str | None,
    shape: str,
    as_json: bool,
    **options: Any,
) -> int:
    """Say what the specification of TASK does not require, worst first, and propose what would require it.

    Exits with 0 when nothing weak was found or a version was written, with 3 when the specification is weak.
    """
    from probatum.cli import refining
    from probatum.cli.tasks import needs_python
    from probatum.errors import UsageError
    from probatum.lab.files import read_task

    shape = "json" if as_json else shape
    wish = Wish(task=task, most=most or (LOOP_MUTANTS if loop else MUTANTS), **options)
    if past and (shape == "html" or wish.output is not None):
        raise UsageError("--history has no HTML form and goes to stdout", fix="Leave out --format html and --output")
    if loop:
        _alone(wish, approve, past, shape)
    ready(wish.output)
    read = read_task(task)
    if past:
        return refining.show_history(read, task, shape == "json")
    needs_python(read, "the strength of a specification is measured with programs in Python")
    place = choose(workspace)
    note(place.note, quiet=shape != "text")
    if loop:
        from probatum.cli.looping import run_loop

        return run_loop(read, wish, refining.version_folder(read, wish, place.path / "versions"), place, shape)
    if approve:
        return refining.approve(read, wish, approve, place, shape)
    return refining.report(read, wish, place, shape)


def _alone(wish: Wish, approve: str | None, past: bool, shape: str) -> None:
    """A loop decides by itself what it proposes and signs."""
    from probatum.errors import UsageError

    others = [("--approve", approve), ("--history", past), ("--concern", wish.concern), ("--law", wish.law)]
    given = [name for name, value in others if value]
    if given:
        raise UsageError(f"--loop and {given[0]} do not go together", fix="Leave one of them out")
    if shape == "html":
        raise UsageError("--loop has no HTML form", fix="Leave out --format html")
