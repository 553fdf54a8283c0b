"""`probatum audit`: what a change does to specifications and tests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from probatum.cli import endings

if TYPE_CHECKING:
    from probatum.audit import Audit
    from probatum.lab.trees import Change

FORMATS = ("text", "json", "sarif", "github")


@click.command("audit")
@click.argument("old", metavar="BASE..HEAD|OLD_DIR")
@click.argument("new", metavar="[NEW_DIR]", required=False)
@click.option("--repo", metavar="DIR", default=".", help="The git repository of BASE..HEAD  [default: here]")
@click.option("--format", "shape", type=click.Choice(FORMATS), default="text", show_default=True, help="Of the output.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def command(old: str, new: str | None, repo: str, shape: str, as_json: bool) -> int:
    """Say whether a change weakens oracles, laws, tests or the checks around them.

    Give a range of commits (BASE...HEAD: since their merge base) or two folders. Nothing of the change is run.
    Exit codes: 0 clean, 1 weakened, 2 usage, 3 a person must look or the change is empty, 4 infrastructure.
    """
    from probatum.audit import audit_change
    from probatum.audit.render import RENDERERS

    shape = "json" if as_json else shape
    found = audit_change(_change(old, new, repo))
    text = RENDERERS[shape](found)
    code = _code(found)
    if shape == "text" and code != endings.ACCEPTED:
        text += "\n\n" + endings.three_lines(*_ending(found))
    return endings.answer(text, code)


def _change(old: str, new: str | None, repo: str) -> Change:
    from probatum.audit import wanted
    from probatum.lab.trees import read_folders, read_range

    if new is not None:
        return read_folders(Path(old), Path(new), wanted)
    return read_range(Path(repo), old, wanted)


def _code(found: Audit) -> int:
    return {"CLEAN": endings.ACCEPTED, "WEAKENED": endings.REFUTED}.get(found.outcome.value, endings.INCONCLUSIVE)


def _ending(found: Audit) -> tuple[str, str, str]:
    """Known, evidence, next."""
    if not found.findings:
        return "the change is empty", f"{found.base} and {found.head} hold the same files", "Name the commit you mean"
    first = found.findings[0]
    place = f"{first.place.file}:{first.place.line}"
    known = {
        "WEAKENED": "the change asks less than before",
        "CHANGED_FOR_HUMAN": "no plain weakening, and something that only a person may approve",
    }
    return (
        known.get(found.outcome.value, "the change is empty"),
        f"{place}: {first.message}",
        f"Look at {place}; undo it, or have the owner of the specification approve it",
    )
