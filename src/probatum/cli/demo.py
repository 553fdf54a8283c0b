"""`probatum demo`: the whole story on real input, without a key."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click


@click.command("demo")
@click.option("--workspace", metavar="DIR", help="Keep the journal there  [default: a temporary folder, removed]")
def command(workspace: str | None) -> int:
    """A plausible fault, three cheats, a search, a weak specification, and evidence that is judged again.

    Nothing is printed that was not computed. Needs no key and no network.
    """
    from probatum.demo.story import story

    if workspace is not None:
        _tell(Path(workspace), story)
        print(f"journal kept: probatum verify --workspace {workspace}")
        return 0
    with tempfile.TemporaryDirectory(prefix="probatum-demo-") as folder:
        _tell(Path(folder), story)
    return 0


def _tell(folder: Path, story: object) -> None:
    assert callable(story)
    for line in story(folder):
        print(line, flush=True)
