"""What a command says while it works: on stderr, and only to a person."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress(opening: str) -> Iterator[Callable[[str], None]]:
    """A function that shows what is being done now; silent where stderr is not a terminal."""
    if not sys.stderr.isatty():
        yield lambda text: None
        return
    from rich.console import Console
    from rich.markup import escape

    with Console(stderr=True).status(escape(opening)) as status:
        yield lambda text: status.update(escape(text))


def note(text: str, *, quiet: bool = False) -> None:
    """One line on stderr; ``quiet``: only where a person reads it."""
    if text and (not quiet or sys.stderr.isatty()):
        print(text, file=sys.stderr)
