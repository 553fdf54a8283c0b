"""`--output FILE`: where a report is written that is not for the terminal."""

from __future__ import annotations

import os
from pathlib import Path

import click

from probatum.cli import endings
from probatum.errors import UsageError

output_option = click.option("--output", metavar="FILE", help="Write to this file  [default: stdout]")


def ready(output: str | None) -> None:
    """Refuse a file that cannot be written before the work for it is done; raises `UsageError`."""
    if output is None:
        return
    path = Path(output)
    if path.is_dir():
        raise UsageError(f"--output {output} is a folder", fix="Name a file in it")
    if not path.parent.is_dir():
        raise UsageError(f"--output {output}: there is no folder {path.parent}", fix="Make the folder first")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise UsageError(f"--output {output} cannot be written", fix="Name a file where you may write")


def hand_over(text: str, output: str | None, code: int) -> int:
    """Print a whole report, or write it and say where; the exit code."""
    if output is None:
        return endings.answer(text.rstrip("\n"), code)
    try:
        Path(output).write_text(text.rstrip("\n") + "\n", encoding="utf-8", errors="backslashreplace")
    except OSError as problem:
        why = problem.strerror or str(problem)
        raise UsageError(f"--output {output} cannot be written: {why}", fix="Name another file") from None
    return endings.answer(f"written: {output}", code)
