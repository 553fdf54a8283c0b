"""`probatum init`: a task folder from a slow function or class and a fast one."""

from __future__ import annotations

import json
import shlex
import sys
from typing import TYPE_CHECKING

import click

from probatum.cli.common import json_option
from probatum.errors import UsageError

if TYPE_CHECKING:
    from probatum.newtask import InitOptions


@click.command("init")
@click.argument("folder", required=False)
@click.option("--oracle", metavar="FILE:NAME", help="The slow, obviously right function or class.")
@click.option("--candidate", metavar="FILE:NAME", help="The one to be tried.")
@click.option(
    "--args", metavar="TYPES", help="Parameter types, separated by commas, where annotations do not say them."
)
@click.option("--returns", metavar="TYPE", help="Result type, where no annotation says it.")
@click.option("--requires", metavar="EXPR", help="Precondition: a Python expression over the parameters.")
@click.option("--raises", metavar="NAMES", help="Errors that are part of the answer, separated by commas.")
@json_option
def command(
    folder: str | None,
    oracle: str | None,
    candidate: str | None,
    args: str | None,
    returns: str | None,
    requires: str | None,
    raises: str | None,
    as_json: bool,
) -> int:
    """Make a task in FOLDER, and the candidate beside it. Without arguments the questions are asked one by one."""
    from probatum.newtask import InitOptions, init_task

    bare = not any((folder, oracle, candidate, args, returns, requires, raises))
    if bare:
        options = _asked()
    elif folder is None or oracle is None or candidate is None:
        raise UsageError(
            "FOLDER, --oracle FILE:NAME and --candidate FILE:NAME are needed together",
            fix="Example: probatum init tasks/fast_sort --oracle sorts.py:slow_sort --candidate sorts.py:fast_sort",
        )
    else:
        options = InitOptions(
            folder=folder,
            oracle=oracle,
            candidate=candidate,
            args=args,
            returns=returns,
            requires=requires,
            raises=raises,
        )
    made = init_task(options)
    if as_json:
        files = [str(file) for file in made.files]
        print(
            json.dumps(
                {
                    "task": str(made.folder),
                    "candidate": str(made.candidate),
                    "files": files,
                    "check": list(made.check),
                    "notes": list(made.notes),
                }
            )
        )
    else:
        print(f"made {made.folder} ({len(made.files)} files) and {made.candidate}")
        print("\n".join(f"note: {text}" for text in made.notes), end="\n" if made.notes else "")
        print(f"next: {shlex.join(made.check)}")
    return 0


def _asked() -> InitOptions:
    from probatum.newtask import interactive

    def ask(question: str, default: str) -> str:
        return str(click.prompt(question, default=default, show_default=bool(default), err=True))

    try:
        return interactive(ask)
    except click.Abort:
        if sys.stdin.isatty():
            raise
        click.echo(err=True)  # the question stands on a line without an end
        raise UsageError(
            "the questions of `probatum init` need answers on stdin",
            fix="Give them as options instead: probatum init --help",
        ) from None
