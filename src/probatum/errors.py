"""One tree of errors; each carries what was seen, the likely cause and what to do next.

::

    ProbatumError                 never raised itself
    ├── UsageError                exit 2: the command line or a call of the library
    ├── TaskError                 exit 2: a file of the task folder (file, key, line, fix)
    ├── EditError                 an author's edit that does not apply (told to the author)
    ├── BudgetError               an author that may not ask: the worst case does not fit in what is left
    └── InfrastructureError       exit 4: harness, sandbox, engine, machine, network
        ├── SandboxError          a protection that was required could not be applied
        ├── WireError             a peer broke the protocol
        └── JournalError          the journal cannot be read or written
"""

from __future__ import annotations


class ProbatumError(Exception):
    """Base of all errors that probatum raises on purpose.

    ``fix`` is the next thing to do, phrased as an instruction or a command.
    """

    exit_code = 4

    def __init__(self, message: str, *, fix: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.message}. {self.fix}" if self.fix else self.message


class UsageError(ProbatumError):
    """The command line or an argument of the library cannot mean anything."""

    exit_code = 2


class TaskError(ProbatumError):
    """A task folder is wrong: names file, key, line and the fix in one line."""

    exit_code = 2

    def __init__(
        self,
        message: str,
        *,
        file: str = "",
        key: str = "",
        line: int | None = None,
        fix: str | None = None,
    ) -> None:
        super().__init__(message, fix=fix)
        self.file = file
        self.key = key
        self.line = line

    def __str__(self) -> str:
        place = self.file + (f":{self.line}" if self.line else "") + (f" [{self.key}]" if self.key else "")
        text = f"{place}: {self.message}" if place else self.message
        return f"{text}. {self.fix}" if self.fix else text


class EditError(ProbatumError):
    """An author's edit does not apply; nothing is evaluated and the author is told.

    ``tokens`` and ``cost_usd``: what the answer cost all the same; None when unknown.
    ``said``: its words.
    """

    exit_code = 2

    def __init__(
        self,
        message: str,
        *,
        fix: str | None = None,
        tokens: int | None = 0,
        cost_usd: float | None = 0.0,
        said: str = "",
    ) -> None:
        super().__init__(message, fix=fix)
        self.tokens = tokens
        self.said = said
        self.cost_usd = cost_usd


class BudgetError(ProbatumError):
    """The worst case of an author's next call does not fit in what is left of the budget; nothing was asked."""

    exit_code = 3


class InfrastructureError(ProbatumError):
    """Something outside the candidate broke; never charged to a candidate."""

    exit_code = 4


class SandboxError(InfrastructureError):
    """A required protection could not be applied or probed."""


class WireError(InfrastructureError):
    """A peer process broke the protocol or went away."""


class JournalError(InfrastructureError):
    """The journal or a blob cannot be read or written."""
