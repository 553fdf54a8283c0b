"""`probatum audit`: what a change does to specifications and tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from probatum.cli import endings
from probatum.cli.common import SANDBOXES
from probatum.cli.progress import progress

if TYPE_CHECKING:
    from probatum.audit import Audit, Finding
    from probatum.audit.run import Drift
    from probatum.lab.trees import Change

FORMATS = ("text", "json", "sarif", "github")


@click.command("audit")
@click.argument("old", metavar="BASE..HEAD|OLD_DIR")
@click.argument("new", metavar="[NEW_DIR]", required=False)
@click.option("--repo", metavar="DIR", default=".", help="The git repository of BASE..HEAD  [default: here]")
@click.option("--format", "shape", type=click.Choice(FORMATS), default="text", show_default=True, help="Of the output.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option(
    "--strength",
    is_flag=True,
    help="Run both versions of every changed task in the sandbox: does the new one refute what the old one did?",
)
@click.option(
    "--sandbox",
    "tier",
    type=click.Choice(SANDBOXES),
    default="auto",
    show_default=True,
    help="How --strength confines what it runs; plain is for your own code.",
)
def command(old: str, new: str | None, repo: str, shape: str, as_json: bool, strength: bool, tier: str) -> int:
    """Say whether a change weakens oracles, laws, tests or the checks around them.

    Give a range of commits (BASE...HEAD: since their merge base) or two folders. Nothing of the change is run unless
    you ask for --strength.
    Exit codes: 0 clean, 1 weakened, 2 usage, 3 a person must look or the change is empty, 4 infrastructure.
    """
    from probatum.audit import audit_change
    from probatum.audit.render import RENDERERS

    shape = "json" if as_json else shape
    found = audit_change(_change(old, new, repo), drift=_drift(old, new, repo, tier) if strength else None)
    text = RENDERERS[shape](found)
    code = _code(found)
    if shape == "text" and code != endings.ACCEPTED:
        text += "\n\n" + endings.three_lines(*_ending(found))
    return endings.answer(text, code)


def _change(old: str, new: str | None, repo: str, keep: Callable[[str], bool] | None = None) -> Change:
    from probatum.audit import wanted
    from probatum.lab.trees import read_folders, read_range

    if new is not None:
        return read_folders(Path(old), Path(new), keep or wanted)
    return read_range(Path(repo), old, keep or wanted)


def _drift(old: str, new: str | None, repo: str, tier: str) -> Drift:
    """What asks for the strength of the changed tasks: their folders are read whole, and only then."""
    from probatum.checking import choose_tier
    from probatum.critic.drift import drifts
    from probatum.lab.seeds import fresh_seeds

    def drift(change: Change, folders: Sequence[str]) -> Sequence[Finding]:
        touched = [f for f in folders if any(path.startswith(f"{f}/" if f else "") for path in change.paths)]
        if not touched:
            return ()
        whole = _change(old, new, repo, lambda path: any(path.startswith(f"{f}/" if f else "") for f in touched))
        chosen = choose_tier(tier)  # type: ignore[arg-type]  # click has checked the word
        with progress("comparing strengths") as say:
            return list(drifts(whole, touched, tier=chosen, seeds=fresh_seeds(), say=say))

    return drift


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
