"""`probatum report`: what the journal holds."""

from __future__ import annotations

import click

from probatum.cli import endings
from probatum.cli.common import workspace_option
from probatum.cli.output import hand_over, output_option, ready
from probatum.cli.workspace import existing

FORMATS = ("text", "json", "markdown", "junit", "html")


@click.command("report")
@click.argument("run", required=False)
@click.option("--format", "shape", type=click.Choice(FORMATS), default="text", show_default=True, help="Of the output.")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@output_option
@workspace_option
def command(run: str | None, shape: str, as_json: bool, output: str | None, workspace: str | None) -> int:
    """Show RUN (a name or its beginning; "all" for every run), by default the latest."""
    from probatum.journal import Journal
    from probatum.report.render import RENDERERS

    ready(output)
    place = existing(workspace)
    with Journal.open(place.path, create=False) as journal:
        text = RENDERERS["json" if as_json else shape](journal, run, place.option)
    return hand_over(text, output, endings.ACCEPTED)
