"""How a command ends: an exit code and, unless it is 0, three lines: what is known, the evidence, the next command."""

from __future__ import annotations

import io
import json
import os
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass

import click

from probatum.errors import InfrastructureError, ProbatumError, TaskError, UsageError

ACCEPTED, REFUTED, USAGE, INCONCLUSIVE, INFRASTRUCTURE = range(5)
DEBUG = "PROBATUM_DEBUG"
"""Set to anything to see the traceback of an unexpected exception on stderr."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a command ended without an answer."""

    kind: str
    """usage, task, stopped, infrastructure or fault (a mistake in probatum itself)."""
    message: str
    fix: str
    code: int
    evidence: str = ""

    def lines(self) -> tuple[str, str, str]:
        """Known, evidence, next."""
        known = {
            "usage": "nothing was judged: the command needs a correction",
            "task": "the task is wrong, so no candidate was judged",
        }
        default = "nothing about the candidate; what was journalled before is kept"
        return known.get(self.kind, default), self.message + self.evidence, self.fix

    def as_json(self) -> dict[str, object]:
        """The object that ``--json`` prints instead of an answer."""
        error = {"kind": self.kind, "message": self.message + self.evidence, "fix": self.fix}
        return {"accepted": False, "outcome": "ERROR", "error": error}


def three_lines(known: str, evidence: str, following: str) -> str:
    """The end of every answer that is not an acceptance."""
    from probatum.report.words import visible

    return "\n".join(
        f"{name:<9} {visible(' '.join(text.split()))}"
        for name, text in (("known:", known), ("evidence:", evidence), ("next:", following))
    )


def failed(problem: Exception, words: Sequence[str]) -> int:
    """Say what went wrong, on stdout as one JSON object where ``--json`` was asked for; the exit code."""
    if isinstance(problem, click.exceptions.Exit):
        return problem.exit_code
    trouble = _trouble(problem, words)
    if os.environ.get(DEBUG) and trouble.kind == "fault":
        traceback.print_exception(problem)
    return _end(trouble, words)


def stopped(words: Sequence[str]) -> int:
    """Ctrl-C: whatever was written stays."""
    again = "Run the same command again"
    return _end(Trouble(kind="stopped", message="stopped by Ctrl-C", fix=again, code=INFRASTRUCTURE), words)


def tolerant_streams() -> None:
    """What a terminal's encoding cannot show is written as an escape: an answer must not end in an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def answer(text: str, code: int) -> int:
    """Print a whole answer and return its exit code, also where nobody reads on (``| head``)."""
    try:
        print(text)
        flush()
    except BrokenPipeError:
        drop_stdout()
    return code


def flush() -> None:
    """Hand stdout on now, while a failure can still be said; OSError when it cannot be written."""
    if sys.stdout is None:  # closed by the caller (`>&-`)
        return
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError:
        drop_stdout()
        raise


def drop_stdout() -> None:
    """Send what is still buffered nowhere, because the interpreter would try again and exit with a code of its own."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _end(trouble: Trouble, words: Sequence[str]) -> int:
    if "--json" in words:
        print(json.dumps(trouble.as_json()))
    else:
        print(three_lines(*trouble.lines()), file=sys.stderr)
    return trouble.code


def _trouble(problem: Exception, words: Sequence[str]) -> Trouble:
    match problem:
        case click.Abort():
            return Trouble(kind="stopped", message="stopped by Ctrl-C", fix="Run it again", code=INFRASTRUCTURE)
        case click.ClickException():
            return Trouble(kind="usage", message=_click_words(problem), fix=_help_of(problem), code=USAGE)
        case TaskError():
            return _task(problem, words)
        case UsageError():
            fix = problem.fix or "Run `probatum --help`"
            return Trouble(kind="usage", message=problem.message, fix=fix, code=USAGE)
        case ProbatumError():
            kind = "infrastructure" if isinstance(problem, InfrastructureError) else "usage"
            fix = problem.fix or "Run `probatum doctor`"
            return Trouble(kind=kind, message=problem.message, fix=fix, code=problem.exit_code)
        case OSError() if problem.filename is not None or problem.errno is not None:
            fix = "Run `probatum doctor`, or try again"
            return Trouble(
                kind="infrastructure", message=f"the machine refused: {problem}", fix=fix, code=INFRASTRUCTURE
            )
    return _fault(problem)


def _task(problem: TaskError, words: Sequence[str]) -> Trouble:
    place = problem.file + (f":{problem.line}" if problem.line else "") + (f" [{problem.key}]" if problem.key else "")
    message = f"{place}: {problem.message}" if place else problem.message
    fix = problem.fix or "Correct the task and run the same command again"
    return Trouble(kind="task", message=message, fix=fix, code=USAGE)


def _fault(problem: Exception) -> Trouble:
    frames = traceback.extract_tb(problem.__traceback__)
    place = f" ({frames[-1].filename}:{frames[-1].lineno})" if frames else ""
    return Trouble(
        kind="fault",
        message=f"probatum itself failed: {type(problem).__name__}: {problem}",
        evidence=place,
        fix=f"Run it again with {DEBUG}=1 to see the traceback, and report it",
        code=INFRASTRUCTURE,
    )


def _click_words(problem: click.ClickException) -> str:
    return problem.format_message().rstrip(".")


def _help_of(problem: click.ClickException) -> str:
    context = getattr(problem, "ctx", None)
    return f"Run `{context.command_path if context is not None else 'probatum'} --help`"


def code_of(outcome: str) -> int:
    """The exit code of an overall outcome."""
    return {"HOLDS": ACCEPTED, "REFUTED": REFUTED, "ERROR": INFRASTRUCTURE}.get(outcome, INCONCLUSIVE)
